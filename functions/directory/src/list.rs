//! What the directory's lists are asked with: `q`, and what every list is.

use serde::de::DeserializeOwned;
use shared::app::App;
use shared::domain::text::Malformed;
use shared::http::cursor::List;
use shared::http::paging::{PageView, Paging};
use shared::http::signed::Visit;
use shared::http::{Fields, Problem};
use shared::store::{Listed, Page};

/// Most characters that are searched for.
const MOST_SEARCHED: usize = 200;

/// What every list of the directory is asked with.
#[derive(Debug)]
pub(crate) struct Asked {
    prefix: String,
    paging: Paging,
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
        Self { prefix: prefix.unwrap_or_default(), paging: Paging::read(fields) }
    }

    /// The page.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        app: &App,
        visit: &Visit,
        listed: Listed,
    ) -> Result<PageView<T>, Problem> {
        let list = List::new(visit, "directory", &format!("{listed:?}\n{}", self.prefix));
        let from = self.paging.cursor.as_deref().map(|cursor| list.position(app, cursor)).transpose()?;
        let Page { items, next } = app.store.list(listed, &self.prefix, from.as_ref(), self.paging.limit).await?;
        Ok(PageView { items, next_cursor: next.map(|next| list.cursor(app, &next)) })
    }
}
