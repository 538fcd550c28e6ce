//! Delivering a mail that was written down: claimed, sent, settled (requirement L11).

use super::render::render;
use super::standard::standard;
use super::words::{Words, without_links};
use super::{SendError, mime};
use crate::app::App;
use crate::domain::account::Account;
use crate::domain::change::{Change, Stored};
use crate::domain::id::MailId;
use crate::domain::link::Link;
use crate::domain::mail::{Fate, Mail};
use crate::domain::rules::deliver::{Delivery, take_up};
use crate::domain::settings::{Settings, Site};
use crate::domain::wording::{MailLanguage, OwnWording, WordingKey};
use crate::store::StoreError;

/// What came of one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: it was settled before, or somebody else has it.
    Left,
    /// It was settled without asking SES: there is no use in sending it any more.
    Settled,
    /// SES was asked, and what it said is written down.
    Tried,
    /// SES takes no more at this rate: whoever sends many had better stop for now.
    Throttled,
}

/// Delivers one mail, if it is still to be delivered and nobody else has it. Where what came of it is a new mail
/// (its link had expired unsent), that one is delivered by the next who looks.
///
/// # Errors
/// The table is unavailable. That SES is, is written down with the mail and no error.
pub async fn deliver(app: &App, id: MailId) -> Result<Outcome, StoreError> {
    let settings = app.settings().await?;
    let (claim, change) = crate::decide!(app, { claim(app, id, &settings).await? });
    let Some(claimed) = claim else {
        return Ok(if change.is_empty() { Outcome::Left } else { Outcome::Settled });
    };
    let sent = match compose(app, &claimed, &settings).await {
        Ok(message) => app.mailer.send(&claimed.mail, message).await,
        Err(error) => Err(error),
    };
    let throttled = matches!(sent, Err(SendError::Later("throttled")));
    settle(app, &claimed.mail, sent).await?;
    Ok(if throttled { Outcome::Throttled } else { Outcome::Tried })
}

/// A mail that is this deliverer's to send, and what it is made of.
struct Claimed {
    mail: Mail,
    link: Option<Link>,
    account: Account,
    own: Option<OwnWording>,
}

impl Claimed {
    fn place<'a>(&self, settings: &'a Settings) -> (&'a Site, MailLanguage) {
        place(&self.mail, &self.account, settings)
    }
}

/// Whose site a mail speaks for, and in which language.
fn place<'a>(mail: &Mail, account: &Account, settings: &'a Settings) -> (&'a Site, MailLanguage) {
    let home = settings.home(account.access().and_then(|access| access.site), &account.organization.value);
    match mail.trial {
        Some(trial) => (settings.site(trial.site).unwrap_or(home), trial.language),
        None => (home, MailLanguage::of(account.contact.value.details.language.as_ref(), home.language)),
    }
}

async fn claim(app: &App, id: MailId, settings: &Settings) -> Result<(Option<Claimed>, Change), StoreError> {
    let Some(mail) = app.store.mail(id).await? else { return Ok((None, Change::none())) };
    let now = app.clock.now();
    if !mail.value.is_free(now) {
        return Ok((None, Change::none()));
    }
    let Some(account) = app.store.account(mail.value.contact).await? else {
        return Ok((None, failed(&mail, "contact_gone")));
    };
    let (site, language) = place(&mail.value, &account, settings);
    let wording = WordingKey { site: site.id, template: mail.value.template, language };
    let sending = app.store.sending(mail.value.link, &mail.value.to, wording).await?;
    let (link, suppressed) = (sending.link.as_ref(), sending.suppression.as_ref());
    Ok(match take_up(&mail, link, &account, suppressed, &app.moment(settings)) {
        Delivery::Leave => (None, Change::none()),
        Delivery::Settle(change) => (None, change),
        Delivery::Send(change, mail, link) => {
            (Some(Claimed { mail, link, account, own: sending.own.map(|own| own.value) }), change)
        }
    })
}

fn failed(mail: &Stored<Mail>, reason: &str) -> Change {
    let mut change = Change::none();
    change.update(mail, mail.value.failed(reason));
    change
}

async fn compose(app: &App, claimed: &Claimed, settings: &Settings) -> Result<Vec<u8>, SendError> {
    let (site, language) = claimed.place(settings);
    let now = app.clock.now();
    let words = match claimed.mail.trial {
        Some(_) => Words::sample(site, settings, language, now),
        None => words(app, claimed, settings).await?,
    };
    let own = claimed.own.as_ref().and_then(|own| own.wording.as_ref()).and_then(|own| {
        let rendered = render(own, &words).ok().filter(|it| it.text.contains(&words.link) && it.html.contains(&words.link));
        if rendered.is_none() {
            tracing::warn!(event = "wording_not_used", mail = %claimed.mail.id, template = claimed.mail.template.as_str());
        }
        rendered
    });
    // An own wording that can't be filled after all, whatever it was checked for, leaves nobody without their mail.
    let rendered = match own {
        Some(rendered) => rendered,
        None => render(&standard(claimed.mail.template, language), &words).map_err(|_| SendError::Never("template"))?,
    };
    mime::message(site, &claimed.mail, &rendered, language, now).ok_or(SendError::Never("template"))
}

async fn words(app: &App, claimed: &Claimed, settings: &Settings) -> Result<Words, SendError> {
    let (site, language) = claimed.place(settings);
    let (mail, account, link) = (&claimed.mail, &claimed.account, claimed.link.as_ref());
    let url = match link {
        Some(link) => {
            let keys = app.keyring.keys_with(link.key).await;
            let token = link.token(&keys).ok_or(SendError::Later("key_unknown"))?;
            format!("{}/link/{}", site.base_url, token.reveal())
        }
        None => String::new(),
    };
    let user_id = account.user.as_ref().filter(|user| user.value.login_email == mail.to);
    let expires_at = link.and_then(Link::expires_at).map(|at| language.moment(at));
    Ok(Words {
        first_name: without_links(account.contact.value.first_name.as_str()),
        organization: without_links(account.organization.value.name.as_str()),
        login_email: mail.to.to_string(),
        // As it is typed at sign-in (requirement L1).
        user_id: user_id.and_then(|user| user.value.user_id.as_ref()).map(ToString::to_string).unwrap_or_default(),
        link: url,
        expires_at: expires_at.unwrap_or_default(),
        ..Words::of_site(site, settings, language)
    })
}

/// Writes down what became of a try. Where the claim was lost meanwhile, the other deliverer's word stands.
async fn settle(app: &App, claimed: &Mail, sent: Result<String, SendError>) -> Result<(), StoreError> {
    if let Err(error) = &sent {
        tracing::warn!(event = "mail_not_sent", mail = %claimed.id, reason = %error, tries = claimed.tries);
    }
    crate::decide!(app, {
        let Some(mail) = app.store.mail(claimed.id).await? else { return Ok(()) };
        let mine = mail.value.fate == Fate::Queued && mail.value.tries == claimed.tries;
        let now = app.clock.now();
        let after = match &sent {
            Ok(message_id) if mail.value.sent_at.is_none() => mail.value.accepted(message_id.clone(), now),
            Err(SendError::Later(reason)) if mine => mail.value.deferred(reason, now),
            Err(SendError::Never(reason)) if mine => mail.value.failed(reason),
            _ => return Ok(()),
        };
        let mut change = Change::none();
        change.update(&mail, after);
        ((), change)
    });
    Ok(())
}
