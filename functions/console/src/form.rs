//! A page that is one form of a record: its fields, a button, and the way back.

use axum::response::Response;
use shared::http::pages::page;

use crate::api::Api;
use crate::fields::Faults;
use crate::frame::Nav;
use crate::sheet::Sheet;
use crate::words::Say as _;

/// What the page is about.
#[derive(Debug)]
pub(crate) struct Of {
    pub(crate) title: String,
    /// Where: an organization's name and number; empty where that goes without saying.
    pub(crate) at: String,
    /// What comes of it; empty where that is plain.
    pub(crate) says: &'static str,
    /// Where the form is sent.
    pub(crate) action: String,
    /// What is sent along.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// What the button says.
    pub(crate) submit: &'static str,
    /// Where one leaves everything as it is.
    pub(crate) back: String,
}

shared::pages! {
    /// A form.
    FormPage, "console/form.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// What the page is about.
        of: &'a Of,
        /// The fields.
        sheet: &'a Sheet,
        /// What is wrong.
        faults: &'a Faults,
    }
}

/// The page; what is wrong stands beside its field.
pub(crate) fn render(api: &Api, of: &Of, sheet: &Sheet, faults: &Faults) -> Response {
    let shell = api.shell();
    page(faults.status(), &FormPage::new(&shell.frame, &shell.nav, of, sheet, faults))
}
