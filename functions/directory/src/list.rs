//! What lists are asked with: `q`, `limit`, `cursor` and what narrows them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::app::App;
use shared::domain::text::Malformed;
use shared::http::cursor::List;
use shared::http::signed::Visit;
use shared::http::{Fields, Problem};
use shared::store::{Listed, Page};

/// Items of a page where nothing is said.
pub(crate) const USUAL: usize = 50;
/// Most items of a page.
pub(crate) const MOST: usize = 200;
/// Most characters that are searched for.
const MOST_SEARCHED: usize = 200;

/// What every list is asked with.
#[derive(Debug)]
pub(crate) struct Asked {
    prefix: String,
    limit: usize,
    cursor: Option<String>,
}

impl Asked {
    /// Takes it out of the query's fields.
    pub(crate) fn read(fields: &mut Fields) -> Self {
        let prefix = fields.optional("q", |text| {
            if text.chars().count() > MOST_SEARCHED {
                Err(Malformed::TooLong(MOST_SEARCHED))
            } else {
                Ok(text.to_owned())
            }
        });
        let limit = fields.optional("limit", |text| {
            let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or(Malformed::Form("must be a number from 1 to 200"))
        });
        Self { prefix: prefix.unwrap_or_default(), limit: limit.unwrap_or(USUAL), cursor: fields.text("cursor") }
    }

    /// The page, and the cursor of the next.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        app: &App,
        visit: &Visit,
        listed: Listed,
    ) -> Result<(Vec<T>, Option<String>), Problem> {
        let list = List::new(visit, "directory", &format!("{listed:?}\n{}", self.prefix));
        let from = self.cursor.as_deref().map(|cursor| list.position(app, cursor)).transpose()?;
        let Page { items, next } = app.store.list(listed, &self.prefix, from.as_ref(), self.limit).await?;
        Ok((items, next.map(|next| list.cursor(app, &next))))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PageView<T> {
    /// What is on it. A page may be short, or empty, and still not be the last.
    pub items: Vec<T>,
    /// Where the next one begins; null after the last.
    pub next_cursor: Option<String>,
}
