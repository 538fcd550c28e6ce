//! Whom staff are to look at: found in a partition of the index of what is due, decided on the records themselves.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::due::Due;
use super::keys;
use super::questions::MOST_READ;
use super::{Store, StoreError, unavailable};
use crate::domain::attention::{Why, is_kept_out_by, is_locked_out, still_waits};
use crate::domain::change::{AttemptsKey, Ref};
use crate::domain::contact::Contact;
use crate::domain::id::UserKey;
use crate::domain::link::Link;
use crate::domain::lockout::Attempts;
use crate::domain::mail::{Fate, Mail};
use crate::domain::settings::Lockout;
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
    /// Until when their login is locked, where it is that.
    pub locked_until: Option<Timestamp>,
}

/// Where a page of them goes on: the last that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionPosition {
    at: i64,
    pk: String,
    sk: String,
}

/// What a page of them goes by.
#[derive(Debug, Clone, Copy)]
pub struct AttentionAt {
    /// How failures lock.
    pub lockout: Lockout,
    /// The moment.
    pub now: Timestamp,
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
        at: AttentionAt,
    ) -> Result<(Vec<Attended>, Option<AttentionPosition>), StoreError> {
        let partition = AttributeValue::S(keys::attention(why));
        let start = from.map(|from| {
            HashMap::from([
                ("due_shard".to_owned(), partition.clone()),
                ("due_at".to_owned(), AttributeValue::N(from.at.to_string())),
                ("pk".to_owned(), AttributeValue::S(from.pk.clone())),
                ("sk".to_owned(), AttributeValue::S(from.sk.clone())),
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
            let text = |name: &str| last.get(name)?.as_s().ok().cloned();
            Some(AttentionPosition { at, pk: text("pk")?, sk: text("sk")? })
        });
        let all = found.items.unwrap_or_default();
        let keys: Vec<&str> = all.iter().filter_map(|item| item.get("pk")?.as_s().ok()).map(String::as_str).collect();
        if why == Why::LoginLocked {
            let users: Vec<_> = keys.iter().filter_map(|pk| pk.strip_prefix("USER#")?.parse().ok()).collect();
            return Ok((self.locked_out(&users, at).await?, next));
        }
        let names: Vec<Ref> = keys.iter().filter_map(|pk| Due::parse(pk)).map(Due::name).collect();
        Ok((self.attended(&names).await?, next))
    }

    async fn locked_out(&self, users: &[UserKey], at: AttentionAt) -> Result<Vec<Attended>, StoreError> {
        let attempts = |user: UserKey| Ref::Attempts(AttemptsKey::User(user));
        let names: Vec<Ref> = users.iter().flat_map(|user| [attempts(*user), Ref::User(*user)]).collect();
        let found = self.read_all(&names).await?;
        let mut locked = Vec::new();
        for user in users {
            let counted = found.take::<Attempts>(&attempts(*user))?.map(|it| it.value).unwrap_or_default();
            let user = found.take::<User>(&Ref::User(*user))?.map(|it| it.value);
            let until = counted.locked_until(at.lockout, at.now);
            locked.extend(user.zip(until).zip(counted.last_failure_at));
        }
        let contacts = locked.iter().flat_map(|((user, _), _)| &user.accesses);
        let contacts: Vec<Ref> = contacts.map(|access| Ref::Contact(access.contact)).collect();
        let found = self.read_all(&contacts).await?;
        let mut attended = Vec::new();
        for ((user, until), since) in locked {
            // A login is one, however many accesses it opens: the first that is meant to be used stands for it.
            let mut contacts = Vec::new();
            for access in &user.accesses {
                contacts.extend(found.take::<Contact>(&Ref::Contact(access.contact))?.map(|it| it.value));
            }
            if let Some(contact) = contacts.into_iter().find(|contact| is_locked_out(&user, contact)) {
                attended.push(Attended { contact, since, fate: None, locked_until: Some(until) });
            }
        }
        Ok(attended)
    }

    async fn attended(&self, names: &[Ref]) -> Result<Vec<Attended>, StoreError> {
        let found = self.read_all(names).await?;
        let (mut mails, mut links) = (Vec::new(), Vec::new());
        for name in names {
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
                attended.push(Attended { contact, since: mail.created_at, fate: Some(mail.fate), locked_until: None });
            }
        }
        for link in links {
            let user = found.take::<User>(&Ref::User(link.user))?;
            let (Some(contact), Some(since)) = (contact(link.contact)?.map(|it| it.value), link.expires_at()) else {
                continue;
            };
            if still_waits(&link, user.as_ref().map(|it| &it.value), &contact) {
                attended.push(Attended { contact, since, fate: None, locked_until: None });
            }
        }
        Ok(attended)
    }
}
