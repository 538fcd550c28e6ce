//! What every list is asked with, and how its pages are answered (`api.md`, Conventions).

use serde::Serialize;
use utoipa::ToSchema;

use super::Fields;
use crate::domain::text::Malformed;

/// Items of a page where nothing is said.
const USUAL: usize = 50;
/// Most items of a page.
const MOST: usize = 200;

/// How much of a list, and from where.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Most items of the page.
    pub limit: usize,
    /// Where it goes on.
    pub cursor: Option<String>,
}

impl Paging {
    /// Takes `limit` and `cursor` out of the query's fields.
    pub fn read(fields: &mut Fields) -> Self {
        let limit = fields.optional("limit", |text| {
            let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or(Malformed::Form("must be a number from 1 to 200"))
        });
        Self { limit: limit.unwrap_or(USUAL), cursor: fields.text("cursor") }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView<T> {
    /// What is on it. A page may be short, or empty, and still not be the last.
    pub items: Vec<T>,
    /// Where the next one begins; null after the last.
    pub next_cursor: Option<String>,
}

impl<T> From<Vec<T>> for PageView<T> {
    /// A list that is one page.
    fn from(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
