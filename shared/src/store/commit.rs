//! The one door for writes: a change is one transaction.

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};

use super::item::{self, KEPT_DAYS, key_fields, seconds, to_item};
use super::keys::{self, Key};
use super::{Store, StoreError, audit, unavailable};
use crate::domain::audit::Entry;
use crate::domain::change::{AttemptsKey, Change, Ref, Write};
use crate::domain::counter::Counter;
use crate::domain::mail::{Deliverer, Mail};
use crate::domain::tally::Tally;

/// How long a counter outlives its window, in days.
const COUNTER_DAYS: i64 = 1;

impl Store {
    /// Writes a change, all of it or nothing. An empty one writes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a record is not as it was read, or is under another transaction: read and
    /// decide again. [`StoreError::Unavailable`] where it is not known whether the change took effect.
    pub async fn commit(&self, change: &Change, now: Timestamp) -> Result<(), StoreError> {
        if change.is_empty() {
            return Ok(());
        }
        let numbered =
            change.numbered().ok_or_else(|| StoreError::Malformed("an event without a number".to_owned()))?;
        let items = numbered.writes.iter().map(|write| self.write(write, now)).collect::<Result<Vec<_>, _>>()?;
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        sent.map(|_| self.tell(change)).map_err(|error| {
            let service = error.as_service_error();
            if service.is_some_and(aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::is_transaction_canceled_exception)
                || service.is_some_and(aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::is_transaction_in_progress_exception)
            {
                StoreError::Conflict
            } else {
                unavailable(&error)
            }
        })
    }

    fn tell(&self, change: &Change) {
        let left = |mail: &Mail| mail.deliverer == Deliverer::Stream;
        if let Some(watcher) = &self.watcher {
            for mail in change.mails_where(left) {
                // Nobody listens any more: the sweep will find it.
                let _ = watcher.send(mail);
            }
        }
    }

    fn write(&self, write: &Write, now: Timestamp) -> Result<TransactWriteItem, StoreError> {
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Create(record) => {
                let put = Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(to_item(record, 1)?))
                    .condition_expression("attribute_not_exists(pk)");
                item.put(built(put.build())?)
            }
            Write::Update(record, rev) => {
                let put = Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(to_item(record, rev + 1)?))
                    .condition_expression("rev = :rev")
                    .expression_attribute_values(":rev", AttributeValue::N(rev.to_string()));
                item.put(built(put.build())?)
            }
            Write::Check(name, rev) => {
                let check = ConditionCheck::builder()
                    .table_name(&self.table)
                    .set_key(Some(key_fields(&keys::key(name)).into()))
                    .condition_expression("rev = :rev")
                    .expression_attribute_values(":rev", AttributeValue::N(rev.to_string()));
                item.condition_check(built(check.build())?)
            }
            Write::Touch(name, rev) => {
                let update = self
                    .update(&keys::key(name))
                    .update_expression("SET rev = :next")
                    .condition_expression("rev = :rev")
                    .expression_attribute_values(":next", AttributeValue::N((rev + 1).to_string()))
                    .expression_attribute_values(":rev", AttributeValue::N(rev.to_string()));
                item.update(built(update.build())?)
            }
            Write::Delete(name, rev) => {
                let delete =
                    Delete::builder().table_name(&self.table).set_key(Some(key_fields(&keys::key(name)).into()));
                let delete = match rev {
                    None => delete.condition_expression("attribute_exists(pk)"),
                    Some(rev) => delete
                        .condition_expression("rev = :rev")
                        .expression_attribute_values(":rev", AttributeValue::N(rev.to_string())),
                };
                item.delete(built(delete.build())?)
            }
            Write::EndLink(id, end) => {
                let key = keys::key(&Ref::Link(*id));
                let update = self
                    .update(&key)
                    .update_expression(
                        "SET ended = if_not_exists(ended, :end), #ttl = if_not_exists(#ttl, :ttl), \
                         rev = if_not_exists(rev, :none) + :one REMOVE due_shard, due_at",
                    )
                    .expression_attribute_names("#ttl", "ttl")
                    .expression_attribute_values(":end", AttributeValue::S(end.as_str().to_owned()))
                    .expression_attribute_values(":ttl", seconds(now + SignedDuration::from_hours(24 * KEPT_DAYS)))
                    .expression_attribute_values(":none", AttributeValue::N("0".to_owned()))
                    .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
                item.update(built(update.build())?)
            }
            Write::SignedIn(user, at) => {
                let name = Ref::Attempts(AttemptsKey::User(*user));
                let update = self
                    .update(&keys::key(&name))
                    .update_expression(
                        "SET last_sign_in_at = :at, #type = :type, rev = if_not_exists(rev, :none) + :one",
                    )
                    .expression_attribute_names("#type", "type")
                    .expression_attribute_values(":at", AttributeValue::S(at.to_string()))
                    .expression_attribute_values(":type", AttributeValue::S("attempts".to_owned()))
                    .expression_attribute_values(":none", AttributeValue::N("0".to_owned()))
                    .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
                item.update(built(update.build())?)
            }
            Write::Tally(tally, by) => {
                let update = self
                    .update(&keys::key(&Ref::Tally(tally.clone())))
                    .update_expression("SET #type = :type ADD held :by, rev :one")
                    .expression_attribute_names("#type", "type")
                    .expression_attribute_values(":type", AttributeValue::S("tally".to_owned()))
                    .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
                    .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
                let update = match tally {
                    Tally::Role(_) => update.condition_expression("attribute_exists(pk)"),
                    Tally::Seats(..) | Tally::Gate(_) => update,
                };
                item.update(built(update.build())?)
            }
            Write::Count(counter, by) => item.update(built(self.count(counter, *by, now).build())?),
            Write::Audit(entry) => item.put(self.entry(entry)?),
        }
        .build())
    }

    fn entry(&self, entry: &Entry) -> Result<Put, StoreError> {
        let mut fields = item::fields(entry)?;
        let key = Key { pk: keys::audit(&entry.subject), sk: entry.id.to_string() };
        fields.extend(key_fields(&key));
        let found_by = audit::attributes(entry).into_iter();
        fields.extend(found_by.map(|(name, text)| (name.to_owned(), AttributeValue::S(text))));
        fields.insert("type".to_owned(), AttributeValue::S(audit::TYPE.to_owned()));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(fields))
            .condition_expression("attribute_not_exists(pk)");
        built(put.build())
    }

    fn update(&self, key: &Key) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.table).set_key(Some(key_fields(key).into()))
    }

    fn count(&self, counter: &Counter, by: u32, now: Timestamp) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        self.update(&keys::counter(counter))
            .update_expression("SET #type = :type, #ttl = :ttl ADD #count :by")
            .expression_attribute_names("#type", "type")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":type", AttributeValue::S("count".to_owned()))
            .expression_attribute_values(":ttl", seconds(now + SignedDuration::from_hours(24 * COUNTER_DAYS)))
            .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
    }
}

fn built<T>(built: Result<T, aws_sdk_dynamodb::error::BuildError>) -> Result<T, StoreError> {
    built.map_err(|error| StoreError::Malformed(error.to_string()))
}
