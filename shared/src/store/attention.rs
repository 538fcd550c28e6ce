//! Whom staff are to look at: found in a partition of the index of what is due, decided on the records themselves.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::due::Due;
use super::keys;
use super::questions::MOST_READ;
use super::{Store, StoreError, unavailable};
use crate::domain::attention::{Why, is_kept_out_by, still_waits};
use crate::domain::change::Ref;
use crate::domain::contact::Contact;
use crate::domain::link::Link;
use crate::domain::mail::{Fate, Mail};
use crate::domain::user::User;

/// Somebody whom staff are to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Attended {
    /// Who.
    pub contact: Contact,
    /// Since when.
    pub since: Timestamp,
    /// What became of the mail, where it is that.
    pub fate: Option<Fate>,
}

/// Where a page of them goes on: the last that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionPosition {
    at: i64,
    pk: String,
}

impl Store {
    /// A page of those who can't get in, the latest first: up to `most` are looked at, and those shown who still can't. The
    /// index may lag a moment; whether they can is decided on the records themselves.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn attention(
        &self,
        why: Why,
        from: Option<&AttentionPosition>,
        most: usize,
    ) -> Result<(Vec<Attended>, Option<AttentionPosition>), StoreError> {
        let partition = AttributeValue::S(keys::attention(why));
        let start = from.map(|from| {
            let sk = from.pk.split('#').next().unwrap_or_default();
            HashMap::from([
                ("due_shard".to_owned(), partition.clone()),
                ("due_at".to_owned(), AttributeValue::N(from.at.to_string())),
                ("pk".to_owned(), AttributeValue::S(from.pk.clone())),
                ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
            ])
        });
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_shard = :shard")
            .expression_attribute_values(":shard", partition)
            .scan_index_forward(false)
            .set_exclusive_start_key(start)
            .limit(i32::try_from(most.min(MOST_READ)).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let next = found.last_evaluated_key.as_ref().and_then(|last| {
            let at = last.get("due_at")?.as_n().ok()?.parse().ok()?;
            Some(AttentionPosition { at, pk: last.get("pk")?.as_s().ok()?.clone() })
        });
        let all = found.items.unwrap_or_default();
        let all: Vec<Due> =
            all.iter().filter_map(|item| item.get("pk")?.as_s().ok().and_then(|pk| Due::parse(pk))).collect();
        Ok((self.attended(&all).await?, next))
    }

    async fn attended(&self, all: &[Due]) -> Result<Vec<Attended>, StoreError> {
        let names: Vec<Ref> = all.iter().map(|due| due.name()).collect();
        let found = self.read_all(&names).await?;
        let (mut mails, mut links) = (Vec::new(), Vec::new());
        for name in &names {
            match name {
                Ref::Mail(_) => mails.extend(found.take::<Mail>(name)?.map(|mail| mail.value)),
                _ => links.extend(found.take::<Link>(name)?.map(|link| link.value)),
            }
        }
        let of_mails = mails.iter().flat_map(|it| [Some(Ref::Contact(it.contact)), it.link.map(Ref::Link)]);
        let of_links = links.iter().flat_map(|it| [Some(Ref::Contact(it.contact)), Some(Ref::User(it.user))]);
        let names: Vec<Ref> = of_mails.chain(of_links).flatten().collect();
        let found = self.read_all(&names).await?;
        let contact = |id| found.take::<Contact>(&Ref::Contact(id));
        let mut attended = Vec::new();
        for mail in mails {
            let link = mail.link.map_or(Ok(None), |id| found.take::<Link>(&Ref::Link(id)))?;
            let Some(contact) = contact(mail.contact)?.map(|it| it.value) else { continue };
            if is_kept_out_by(&mail, link.as_ref().map(|it| &it.value), &contact) {
                attended.push(Attended { contact, since: mail.created_at, fate: Some(mail.fate) });
            }
        }
        for link in links {
            let user = found.take::<User>(&Ref::User(link.user))?;
            let (Some(contact), Some(since)) = (contact(link.contact)?.map(|it| it.value), link.expires_at()) else {
                continue;
            };
            if still_waits(&link, user.as_ref().map(|it| &it.value), &contact) {
                attended.push(Attended { contact, since, fate: None });
            }
        }
        Ok(attended)
    }
}
