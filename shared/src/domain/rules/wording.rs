//! Mails worded by the business, put back, and tried out (requirement L12). Administrators alone.

use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::mail::{Deliverer, Mail, Trial};
use super::super::settings::Settings;
use super::super::user::User;
use super::super::wording::{OwnWording, Wording, WordingKey};
use super::settings::may_set;

/// Words a mail, or with none puts the standard wording back. What is so already changes nothing.
///
/// # Errors
/// Not allowed.
pub fn word(
    key: WordingKey,
    wording: Option<Wording>,
    before: Option<&Stored<OwnWording>>,
    settings: &Stored<Settings>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_set(actor)?;
    let present = before.map_or_else(OwnWording::default, |it| it.value.clone());
    let mut change = Change::none();
    if present.wording == wording {
        return Ok(change);
    }
    let action = if wording.is_some() { Action::WordingEdited } else { Action::WordingPutBack };
    let parts = |it: &Option<Wording>| {
        it.clone().map_or([None, None, None], |it| [Some(it.subject), Some(it.text), Some(it.html)])
    };
    let told = ["subject", "text", "html"].into_iter().zip(parts(&present.wording)).zip(parts(&wording));
    let entry =
        told.fold(entry(action, key, actor, at), |entry, ((part, before), after)| entry.telling(part, before, after));
    let after = OwnWording { wording, version: present.version + 1 };
    match before {
        Some(before) => change.update(before, Record::Wording(key, after)),
        None => change.create(Record::Wording(key, after)),
    }
    change.check(Ref::Settings, settings.rev);
    change.audit(entry);
    Ok(change)
}

/// Sends a mail as it is worded to whoever asks, with words made up.
///
/// # Errors
/// Not allowed.
pub fn try_out(
    key: WordingKey,
    user: &User,
    contact: &Contact,
    settings: &Stored<Settings>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_set(actor)?;
    let to = user.login_email.clone();
    let mail = Mail {
        trial: Some(Trial { site: key.site, language: key.language }),
        ..Mail::new(key.template, to, contact.id, None, Deliverer::Caller, at.now)
    };
    let mut change = Change::none();
    change.create(mail);
    change.check(Ref::Settings, settings.rev);
    change.audit(entry(Action::WordingTried, key, actor, at));
    Ok(change)
}

fn entry(action: Action, key: WordingKey, actor: &Actor, at: &Moment<'_>) -> Entry {
    Entry::new(action, By::Actor(actor), Subject::Business, Some(actor.organization), at)
        .telling("site", None, Some(key.site.to_string()))
        .telling("template", None, Some(key.template.as_str().to_owned()))
        .telling("language", None, Some(key.language.as_str().to_owned()))
}
