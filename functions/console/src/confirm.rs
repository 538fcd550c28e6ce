//! Asking once more before something is done that is not undone by a button.

use axum::response::Response;
use http::StatusCode;
use shared::http::pages::page;

use crate::api::Api;
use crate::frame::Nav;
use crate::words::Say as _;

shared::pages! {
    /// Asks once more before something is done.
    Confirm, "console/confirm.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// What is asked.
        question: &'a Question,
    }
}

/// What is asked once more.
#[derive(Debug)]
pub(crate) struct Question {
    /// What the button says.
    pub(crate) label: &'static str,
    /// Of whom or what.
    pub(crate) about: String,
    /// What tells them from others.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// What comes of it.
    pub(crate) consequence: &'static str,
    /// What the form asks for.
    pub(crate) action: &'static str,
    /// The page that does it, and that one goes back to.
    pub(crate) path: String,
    /// The version that was read, where it is done to no other.
    pub(crate) version: Option<u32>,
}

/// The page.
pub(crate) fn ask(api: &Api, question: &Question) -> Response {
    let shell = api.shell();
    page(StatusCode::OK, &Confirm::new(&shell.frame, &shell.nav, question))
}
