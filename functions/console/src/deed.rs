//! Things that are done with a button.

use http::Method;
use serde_json::Value;
use shared::http::{Fields, Problem};

use crate::api::{Api, Ask};
use crate::confirm::Question;

/// What it is that something is done to: where on a page its button stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The record itself.
    Record,
    /// What the contact may do.
    Access,
    /// How they sign in.
    Login,
    /// The mails to them.
    Mails,
    /// Where they are signed in.
    Sessions,
}

/// Something that is done with a button.
#[derive(Debug)]
pub(crate) struct Deed {
    /// Its name: in the API's `actions`, and in the form.
    pub(crate) name: &'static str,
    /// What the button says.
    pub(crate) label: &'static str,
    pub(crate) part: Part,
    method: Method,
    /// The path under that of what it is done to.
    path: &'static str,
    /// What is told once it is done.
    pub(crate) done: &'static str,
    /// What undoes it.
    pub(crate) undo: Option<&'static str>,
    /// What comes of it, asked before; nothing is asked where nothing is lost.
    pub(crate) consequence: Option<&'static str>,
}

/// What is told of something that was just done, and what undoes it.
pub(crate) type Told = (&'static str, Option<&'static Deed>);

/// The deed of this name.
pub(crate) fn named(deeds: &'static [Deed], name: &str) -> Option<&'static Deed> {
    deeds.iter().find(|deed| deed.name == name)
}

impl Deed {
    /// The one that a form, or the link to its confirmation, asks for.
    ///
    /// # Errors
    /// There is none of this name.
    pub(crate) fn asked(deeds: &'static [Self], fields: &mut Fields) -> Result<&'static Self, Problem> {
        fields.text("action").and_then(|name| named(deeds, &name)).ok_or_else(Problem::not_found)
    }

    /// Does it to what has this path in the API, and gives what that answers.
    ///
    /// # Errors
    /// As the API refuses.
    pub(crate) async fn run(&self, api: &Api, path: &str) -> Result<Value, Problem> {
        api.ask(Ask::new(self.method.clone(), format!("{path}{}", self.path))).await
    }

    /// What is asked before it is done. The first of the facts is the name.
    pub(crate) fn question(&self, facts: Vec<(&'static str, String)>, path: String) -> Question {
        Question {
            label: self.label,
            about: facts.first().map(|(_, name)| name.clone()).unwrap_or_default(),
            facts,
            consequence: self.consequence.unwrap_or("This is done at once."),
            action: self.name,
            path,
            version: None,
        }
    }

    /// Whether its button stands in its place: what undoes what was just done is told with that.
    pub(crate) fn stands_beside(&self, told: Option<Told>) -> bool {
        told.and_then(|(_, undo)| undo).is_none_or(|undo| undo.name != self.name)
    }

    /// What is told once it is done, with what undoes it where that is on offer.
    pub(crate) fn told(&self, all: &'static [Self], is_offered: impl Fn(&str) -> bool) -> Told {
        (self.done, self.undo.filter(|name| is_offered(name)).and_then(|name| named(all, name)))
    }
}

/// What is done with a contact.
pub(crate) const CONTACT: [Deed; 11] = [
    Deed {
        name: "send_reset",
        label: "Send a link",
        part: Part::Login,
        method: Method::POST,
        path: "/reset",
        done: "A link was written. What became of its mail is shown below.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "disable_login",
        label: "Disable the login",
        part: Part::Login,
        method: Method::POST,
        path: "/disable-login",
        done: "The login is disabled. They are signed out.",
        undo: Some("enable_login"),
        consequence: Some(
            "They are signed out at once and can’t sign in for this organization until the login is enabled again. Links sent to them before no longer work. Their details and password are kept. They are told by mail.",
        ),
    },
    Deed {
        name: "enable_login",
        label: "Enable the login",
        part: Part::Login,
        method: Method::POST,
        path: "/enable-login",
        done: "The login is enabled. They are told by mail.",
        undo: Some("disable_login"),
        consequence: None,
    },
    Deed {
        name: "unlock",
        label: "Unlock",
        part: Part::Login,
        method: Method::POST,
        path: "/unlock",
        done: "The lock is lifted: they can try again at once.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "require_password_change",
        label: "Require a new password",
        part: Part::Login,
        method: Method::POST,
        path: "/require-password-change",
        done: "They choose a new password before anything else.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "end_sessions",
        label: "Sign out everywhere",
        part: Part::Sessions,
        method: Method::DELETE,
        path: "/sessions",
        done: "They are signed out everywhere.",
        undo: None,
        consequence: Some("Every session of theirs for this organization ends at once. They can sign in again."),
    },
    Deed {
        name: "revoke_access",
        label: "Revoke the access",
        part: Part::Access,
        method: Method::DELETE,
        path: "/access",
        done: "The access is revoked.",
        undo: None,
        consequence: Some(
            "They are signed out at once and have no access at this organization any more. If it was their only access, their password goes with it. Their details are kept; access can be given again.",
        ),
    },
    Deed {
        name: "revoke_everywhere",
        label: "Revoke every access",
        part: Part::Access,
        method: Method::DELETE,
        path: "/access?everywhere=true",
        done: "Every access of theirs that you look after is revoked.",
        undo: None,
        consequence: Some(
            "They lose every access of theirs that you look after, at every organization, at once, and each of these contacts becomes inactive. If no access is left, their password goes as well. Their details are kept.",
        ),
    },
    Deed {
        name: "inactivate",
        label: "Make inactive",
        part: Part::Record,
        method: Method::POST,
        path: "/inactivate",
        done: "The contact is inactive.",
        undo: Some("reactivate"),
        consequence: Some(
            "They are signed out at once and can’t sign in for this organization while the contact is inactive. Links sent to them for it no longer work. The details are kept, and the contact can be made active again.",
        ),
    },
    Deed {
        name: "reactivate",
        label: "Make active again",
        part: Part::Record,
        method: Method::POST,
        path: "/reactivate",
        done: "The contact is active again.",
        undo: Some("inactivate"),
        consequence: None,
    },
    Deed {
        name: "lift_suppression",
        label: "Let mail go there again",
        part: Part::Mails,
        method: Method::DELETE,
        path: "/suppression",
        done: "Mail goes to the address again.",
        undo: None,
        consequence: None,
    },
];

/// What is done with an organization.
pub(crate) const ORGANIZATION: [Deed; 2] = [
    Deed {
        name: "inactivate",
        label: "Make the organization inactive",
        part: Part::Record,
        method: Method::POST,
        path: "/inactivate",
        done: "The organization is inactive: nobody signs in for it, and nobody can be added.",
        undo: Some("reactivate"),
        consequence: Some(
            "All of its people are signed out at once and can’t sign in for it while it is inactive. Links sent to them before no longer work. Nothing is deleted, and it can be made active again.",
        ),
    },
    Deed {
        name: "reactivate",
        label: "Make the organization active again",
        part: Part::Record,
        method: Method::POST,
        path: "/reactivate",
        done: "The organization is active again.",
        undo: Some("inactivate"),
        consequence: None,
    },
];
