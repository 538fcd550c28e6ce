//! Lists of contacts and organizations, paged: a page costs what is on it, however many there are (requirement O1).
//!
//! A list walks through partitions of the indexes, one after the other. Its place in them is what a cursor tells.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::find::{self, Field};
use super::item::Item;
use super::{Store, StoreError, unavailable};
use crate::domain::id::OrganizationId;
use crate::domain::organization::OrganizationType;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Everybody.
    Contacts,
    /// Those at one organization.
    ContactsIn(OrganizationId),
    /// Every organization, or those of a kind.
    Organizations(Option<OrganizationType>),
    /// A partner's customers.
    CustomersOf(OrganizationId),
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    step: usize,
    after: String,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What is on it. A page may be short, or empty, and still not be the last.
    pub items: Vec<T>,
    /// Where the next one begins; none after the last.
    pub next: Option<Position>,
}

/// How many partitions one page looks into at most: what a list of all there are has, and a search by a prefix never.
const MOST_STEPS: usize = 4 * 37;

/// One partition of an index.
struct Step {
    field: Field,
    partition: String,
    is_scoped: bool,
}

fn steps(listed: Listed, prefix: &str) -> Vec<Step> {
    use OrganizationType::{Customer, Internal, Partner, Vendor};
    let scoped = |partition: String| {
        // Without a prefix, everything is there once under its name.
        let fields = if prefix.is_empty() { &Field::ALL[..1] } else { &Field::ALL[..] };
        fields.iter().map(|field| Step { field: *field, partition: partition.clone(), is_scoped: true }).collect()
    };
    let kinds: Vec<Option<OrganizationType>> = match listed {
        Listed::ContactsIn(organization) => return scoped(find::contacts_in(organization)),
        Listed::CustomersOf(partner) => return scoped(find::customers_of(partner)),
        Listed::Contacts => vec![None],
        Listed::Organizations(Some(kind)) => vec![Some(kind)],
        Listed::Organizations(None) => [Customer, Partner, Vendor, Internal].map(Some).to_vec(),
    };
    let step = |field, partition| Step { field, partition, is_scoped: false };
    if prefix.is_empty() {
        let firsts = |kind| find::FIRSTS.chars().map(move |first| step(Field::Name, find::shard(kind, first)));
        return kinds.into_iter().flat_map(firsts).collect();
    }
    let fields = Field::ALL.into_iter();
    fields.flat_map(|field| kinds.iter().map(move |kind| step(field, find::shard_of(*kind, prefix)))).collect()
}

impl Store {
    /// A page of at most `most` of what is listed, whose name, number or email begins with `prefix`, in any case. The
    /// indexes may lag a moment behind a change.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn list<T: DeserializeOwned>(
        &self,
        listed: Listed,
        prefix: &str,
        from: Option<&Position>,
        most: usize,
    ) -> Result<Page<T>, StoreError> {
        let prefix = find::folded(prefix);
        let steps = steps(listed, &prefix);
        let mut items = Vec::new();
        let mut after = from.map(|from| from.after.clone()).filter(|after| !after.is_empty());
        for (at, step) in steps.iter().enumerate().skip(from.map_or(0, |from| from.step)).take(MOST_STEPS) {
            let wanted = most - items.len();
            let (found, ended) = self.step(step, &prefix, after.take(), wanted).await?;
            let last = found.last().and_then(|item| text(item, step.field.key())).map(str::to_owned);
            let earlier: Vec<&str> = Field::ALL.iter().take_while(|it| **it != step.field).map(|it| it.key()).collect();
            // What an earlier field has shown already is not shown again.
            let is_new = |item: &Item| {
                prefix.is_empty()
                    || !earlier.iter().any(|key| text(item, key).is_some_and(|text| text.starts_with(&prefix)))
            };
            for item in found.into_iter().filter(is_new) {
                items.push(serde_dynamo::from_item(item).map_err(|error| StoreError::Malformed(error.to_string()))?);
            }
            let next = if ended {
                Position { step: at + 1, after: String::new() }
            } else {
                Position { step: at, after: last.unwrap_or_default() }
            };
            if next.step >= steps.len() {
                return Ok(Page { items, next: None });
            }
            if !ended || items.len() >= most {
                return Ok(Page { items, next: Some(next) });
            }
        }
        Ok(Page { items, next: None })
    }

    /// Up to so many of one partition, and whether these were the last.
    async fn step(
        &self,
        step: &Step,
        prefix: &str,
        after: Option<String>,
        most: usize,
    ) -> Result<(Vec<Item>, bool), StoreError> {
        let (index, partition) = if step.is_scoped {
            (step.field.scoped_index(), find::SCOPE)
        } else {
            (step.field.index(), step.field.shard())
        };
        let mut names = HashMap::from([("#partition".to_owned(), partition.to_owned())]);
        let mut values = HashMap::from([(":partition".to_owned(), AttributeValue::S(step.partition.clone()))]);
        if after.is_some() || !prefix.is_empty() {
            names.insert("#key".to_owned(), step.field.key().to_owned());
        }
        let condition = match (after, prefix) {
            // `after` lies within the prefix; what follows it is held against the prefix below.
            (Some(after), _) => {
                values.insert(":after".to_owned(), AttributeValue::S(after));
                "#partition = :partition AND #key > :after"
            }
            (None, "") => "#partition = :partition",
            (None, prefix) => {
                values.insert(":prefix".to_owned(), AttributeValue::S(prefix.to_owned()));
                "#partition = :partition AND begins_with(#key, :prefix)"
            }
        };
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let more = found.last_evaluated_key.is_some();
        let mut items = found.items.unwrap_or_default();
        let all = items.len();
        items.retain(|item| text(item, step.field.key()).is_some_and(|key| key.starts_with(prefix)));
        let ended = !more || items.len() < all;
        Ok((items, ended))
    }
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}
