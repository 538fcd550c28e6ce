//! Reading the audit, newest first (requirement S2). Entries of one contact lie together; indexes have those of an
//! organization, of whoever acted, and of everything by time.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::Item;
use super::{Store, StoreError, keys, unavailable};
use crate::domain::audit::{Entry, Filter, Subject};
use crate::domain::id::AuditId;

/// The index over everything, and the attribute that is its partition.
pub(super) const BY_TIME: (&str, &str) = ("audit_by_time", "audit_shard");
/// The index by organization, and the attribute that is its partition.
pub(super) const BY_ORGANIZATION: (&str, &str) = ("audit_by_organization", "audit_organization");
/// The index by who acted, and the attribute that is its partition.
pub(super) const BY_ACTOR: (&str, &str) = ("audit_by_actor", "audit_actor");

/// What its items are called.
pub(super) const TYPE: &str = "audit";
/// Over how many partitions each of the two families of actions is spread.
const SHARDS: u8 = 4;
/// How often one page reads on where little fits: it may be short, or empty, and still not be the last.
const MOST_ROUNDS: usize = 4;
/// How many entries of a partition are read at once, at least, where only some fit.
const LEAST_READ: usize = 100;

/// A page of the audit.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// What is on it, newest first.
    pub entries: Vec<Entry>,
    /// The next one goes on before this; none after the last.
    pub next: Option<AuditId>,
}

/// Where entries lie together: an index, the attribute that is its partition, and the partition.
struct Partition {
    index: Option<&'static str>,
    attribute: &'static str,
    value: String,
}

/// The attributes by which an entry is found in the indexes.
pub(super) fn attributes(entry: &Entry) -> Vec<(&'static str, String)> {
    let shard = entry.id.to_bytes()[15] % SHARDS;
    let mut attributes = vec![(BY_TIME.1, by_time(entry.action.is_coming_and_going(), shard))];
    attributes.extend(entry.organization.map(|organization| (BY_ORGANIZATION.1, organization.to_string())));
    attributes.extend(entry.actor.map(|actor| (BY_ACTOR.1, actor.to_string())));
    attributes
}

/// The entry of an item, as the table's stream brings it; none where it is nothing that is published.
///
/// # Errors
/// It is an entry, and can't be read.
pub fn published(item: serde_dynamo::Item) -> Result<Option<Entry>, StoreError> {
    let is_entry = item.get("type") == Some(&serde_dynamo::AttributeValue::S(TYPE.to_owned()));
    if !is_entry || !item.contains_key("number") {
        return Ok(None);
    }
    let entry = serde_dynamo::from_item(item).map_err(|error| StoreError::Malformed(error.to_string()))?;
    Ok(Some(entry))
}

fn by_time(is_coming_and_going: bool, shard: u8) -> String {
    format!("AUDIT#{}#{shard}", if is_coming_and_going { "comings" } else { "changes" })
}

fn partitions(filter: &Filter) -> Vec<Partition> {
    let indexed = |(index, attribute), value| Partition { index: Some(index), attribute, value };
    if let Some(contact) = filter.contact {
        return vec![Partition { index: None, attribute: "pk", value: keys::audit(&Subject::Contact(contact)) }];
    }
    if let Some(actor) = filter.actor {
        return vec![indexed(BY_ACTOR, actor.to_string())];
    }
    if let Some(organization) = filter.organization {
        return vec![indexed(BY_ORGANIZATION, organization.to_string())];
    }
    let families = [false, true].into_iter();
    let families = families.filter(|family| filter.action.is_none_or(|it| it.is_coming_and_going() == *family));
    families.flat_map(|family| (0..SHARDS).map(move |shard| indexed(BY_TIME, by_time(family, shard)))).collect()
}

/// Whether a partition holds entries that do not fit.
fn is_narrowed(filter: &Filter) -> bool {
    let parts = [filter.contact.is_some(), filter.organization.is_some(), filter.actor.is_some()];
    filter.action.is_some() || parts.into_iter().filter(|part| *part).count() > 1
}

impl Store {
    /// A page of at most `most` of the entries that `shown` gives and the filter admits, those before `before`. Where `shown`
    /// is `picky`, more is read at once. The indexes may lag a moment behind a change.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn audit(
        &self,
        filter: &Filter,
        before: Option<AuditId>,
        most: usize,
        picky: bool,
        shown: impl Fn(Entry) -> Option<Entry>,
    ) -> Result<AuditPage, StoreError> {
        let partitions = partitions(filter);
        let at_once = if picky || is_narrowed(filter) { most.max(LEAST_READ) } else { most };
        let oldest = filter.from.map(AuditId::first_at);
        let mut before = before.or_else(|| filter.to.map(AuditId::first_at));
        let mut entries = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let mut read: Vec<Entry> = Vec::new();
            // Down to here every partition was read.
            let mut horizon: Option<AuditId> = None;
            for partition in &partitions {
                let (some, more) = self.audit_of(partition, before, at_once).await?;
                let last = some.last().map(|entry| entry.id).filter(|id| more && oldest.is_none_or(|it| *id >= it));
                horizon = horizon.max(last);
                read.extend(some);
            }
            read.retain(|entry| horizon.is_none_or(|horizon| entry.id >= horizon));
            read.sort_by_key(|entry| std::cmp::Reverse(entry.id));
            for entry in read {
                let id = entry.id;
                entries.extend(shown(entry).filter(|entry| filter.admits(entry)));
                if entries.len() == most {
                    return Ok(AuditPage { entries, next: Some(id) });
                }
            }
            if horizon.is_none() {
                return Ok(AuditPage { entries, next: None });
            }
            before = horizon;
        }
        Ok(AuditPage { entries, next: before })
    }

    /// Up to so many entries of a partition before one, newest first, and whether there are more.
    async fn audit_of(
        &self,
        partition: &Partition,
        before: Option<AuditId>,
        most: usize,
    ) -> Result<(Vec<Entry>, bool), StoreError> {
        // Above every id, where none is named.
        let before = before.map_or_else(|| "aud_~".to_owned(), |id| id.to_string());
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(partition.index.map(str::to_owned))
            .consistent_read(partition.index.is_none())
            .key_condition_expression("#partition = :partition AND sk < :before")
            .expression_attribute_names("#partition", partition.attribute)
            .expression_attribute_values(":partition", AttributeValue::S(partition.value.clone()))
            .expression_attribute_values(":before", AttributeValue::S(before))
            .scan_index_forward(false)
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let more = found.last_evaluated_key.is_some();
        let items: Vec<Item> = found.items.unwrap_or_default();
        let entry = |item| serde_dynamo::from_item(item).map_err(|error| StoreError::Malformed(error.to_string()));
        Ok((items.into_iter().map(entry).collect::<Result<_, _>>()?, more))
    }
}
