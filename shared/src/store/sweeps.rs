//! What the sweep did, newest first.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::from_item;
use super::keys::SWEEPS;
use super::{Store, StoreError, unavailable};
use crate::domain::id::SweepId;
use crate::domain::sweep::Run;

impl Store {
    /// The latest runs, up to so many before one, and before which there are more.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn sweeps(
        &self,
        before: Option<SweepId>,
        most: usize,
    ) -> Result<(Vec<Run>, Option<SweepId>), StoreError> {
        // Above every id, where none is named.
        let before = before.map_or_else(|| "swp_~".to_owned(), |id| id.to_string());
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :sweeps AND sk < :before")
            .expression_attribute_values(":sweeps", AttributeValue::S(SWEEPS.to_owned()))
            .expression_attribute_values(":before", AttributeValue::S(before))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let is_last = found.last_evaluated_key.is_none();
        let items = found.items.unwrap_or_default().into_iter();
        let runs = items.map(|item| from_item::<Run>(item).map(|run| run.value)).collect::<Result<Vec<_>, _>>()?;
        let next = runs.last().map(|run| run.id).filter(|_| !is_last);
        Ok((runs, next))
    }
}
