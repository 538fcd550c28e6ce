//! What is due: mails to be tried again and links whose time is over, by an index of their own.

use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::item::Item;
use super::keys::{self, DUE_SHARDS};
use super::{Store, StoreError, unavailable};
use crate::domain::change::Ref;
use crate::domain::id::MailId;
use crate::domain::link::LinkId;

/// Something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// A mail to be tried.
    Mail(MailId),
    /// A link whose time is over.
    Link(LinkId),
}

/// How far what is due has been looked at.
#[derive(Debug, Clone)]
pub struct DuePlace(Item);

impl Due {
    pub(super) fn name(self) -> Ref {
        match self {
            Self::Mail(id) => Ref::Mail(id),
            Self::Link(id) => Ref::Link(id),
        }
    }

    pub(super) fn parse(pk: &str) -> Option<Self> {
        let mail = pk.strip_prefix("MAIL#").and_then(|id| MailId::from_str(id).ok()).map(Self::Mail);
        mail.or_else(|| pk.strip_prefix("LINK#").and_then(|id| LinkId::from_str(id).ok()).map(Self::Link))
    }
}

impl Store {
    /// Up to `most` things of one shard that are due by `now`, the oldest first, from a place on, and where more may be. The
    /// index may lag a little; what is done with them is decided on the records themselves.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn due(
        &self,
        shard: u8,
        now: Timestamp,
        from: Option<DuePlace>,
        most: i32,
    ) -> Result<(Vec<Due>, Option<DuePlace>), StoreError> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", AttributeValue::S(keys::due_shard(shard % DUE_SHARDS)))
            .expression_attribute_values(":now", AttributeValue::N(now.as_millisecond().to_string()))
            .set_exclusive_start_key(from.map(|place| place.0))
            .limit(most)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let keys = found.items.unwrap_or_default();
        let due = keys.iter().filter_map(|item| item.get("pk")?.as_s().ok().and_then(|pk| Due::parse(pk)));
        Ok((due.collect(), found.last_evaluated_key.map(DuePlace)))
    }
}
