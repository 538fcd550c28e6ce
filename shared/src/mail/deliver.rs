//! Delivering a mail that was written down: claimed, sent, settled (requirement L11).

use super::render::{Words, render, without_links};
use super::{Rendered, SendError, moment};
use crate::app::App;
use crate::domain::account::Account;
use crate::domain::change::{Change, Stored};
use crate::domain::color::Color;
use crate::domain::id::MailId;
use crate::domain::link::Link;
use crate::domain::mail::{Fate, Mail};
use crate::domain::rules::deliver::{Delivery, take_up};
use crate::domain::settings::Settings;
use crate::store::StoreError;

/// Delivers one mail, if it is still to be delivered and nobody else has it. Where what came of it is a new mail
/// (its link had expired unsent), that one is delivered by the next who looks.
///
/// # Errors
/// The table is unavailable. That SES is, is written down with the mail and no error.
pub async fn deliver(app: &App, id: MailId) -> Result<(), StoreError> {
    let settings = app.settings().await?;
    let claim = crate::decide!(app, { claim(app, id, &settings).await? }).0;
    let Some((mail, link, account)) = claim else { return Ok(()) };
    let sent = match compose(app, &mail, link.as_ref(), &account, &settings).await {
        Ok(rendered) => {
            let access = account.access();
            let site = settings.home(access.and_then(|access| access.site), &account.organization.value);
            app.mailer.send(site, &mail, rendered).await
        }
        Err(error) => Err(error),
    };
    settle(app, &mail, sent).await
}

type Claimed = Option<(Mail, Option<Link>, Account)>;

async fn claim(app: &App, id: MailId, settings: &Settings) -> Result<(Claimed, Change), StoreError> {
    let Some(mail) = app.store.mail(id).await? else { return Ok((None, Change::none())) };
    let now = app.clock.now();
    if !mail.value.is_free(now) {
        return Ok((None, Change::none()));
    }
    let (link, suppressed) = app.store.sending(mail.value.link, &mail.value.to).await?;
    let Some(account) = app.store.account(mail.value.contact).await? else {
        return Ok((None, failed(&mail, "contact_gone")));
    };
    Ok(match take_up(&mail, link.as_ref(), &account, suppressed.as_ref(), &app.moment(settings)) {
        Delivery::Leave => (None, Change::none()),
        Delivery::Settle(change) => (None, change),
        Delivery::Send(change, mail, link) => (Some((mail, link, account)), change),
    })
}

fn failed(mail: &Stored<Mail>, reason: &str) -> Change {
    let mut change = Change::none();
    change.update(mail, mail.value.failed(reason));
    change
}

async fn compose(
    app: &App,
    mail: &Mail,
    link: Option<&Link>,
    account: &Account,
    settings: &Settings,
) -> Result<Rendered, SendError> {
    let site = settings.home(account.access().and_then(|access| access.site), &account.organization.value);
    let url = match link {
        Some(link) => {
            let keys = app.keyring.keys_with(link.key).await;
            let token = link.token(&keys).ok_or(SendError::Later("key_unknown"))?;
            format!("{}/link/{}", site.base_url, token.reveal())
        }
        None => String::new(),
    };
    let login_url = site.login_url();
    let color = site.color.unwrap_or(Color::STANDARD);
    let words = Words {
        first_name: without_links(account.contact.value.first_name.as_str()),
        login_email: mail.to.as_str(),
        user_id: account
            .user
            .as_ref()
            .filter(|user| user.value.login_email == mail.to)
            .and_then(|user| user.value.user_id.as_ref())
            // As it is typed at sign-in (requirement L1).
            .map(|id| id.as_str().to_owned()),
        organization: without_links(account.organization.value.name.as_str()),
        business: settings.business.as_str(),
        site_name: site.name.as_str(),
        sign_in_url: &login_url,
        administrator: settings.contact.as_str(),
        link: &url,
        expires_at: link.and_then(Link::expires_at).map(moment).unwrap_or_default(),
        accent: color.to_string(),
        accent_on_dark: color.on_dark().to_string(),
    };
    render(mail.template, &words).map_err(|_| SendError::Never("template"))
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
