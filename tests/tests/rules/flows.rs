//! Every flow that changes something or writes a mail, for the tests that let its calls fail and its process die: whom it
//! acts upon, how it is done, and what it answers.

use http::Method;
use local::inbox::{Inbox, Sent};
use serde_json::{Value, json};
use shared::app::App;
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::ses::event;
use tests::{Answer, PASSWORD, Visitor};

pub(crate) const NEW_PASSWORD: &str = "a wholly different phrase";

/// Where flows are done: who acts there, and the mail that comes of it.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// Somebody who is not signed in.
    pub nobody: Visitor,
    /// The administrator, signed in.
    pub administrator: Visitor,
    /// The mail that was sent.
    pub inbox: Inbox,
    /// What takes SES's reports.
    pub app: App,
}

impl Stage {
    /// The mails to an address, the newest first.
    pub(crate) fn mails(&self, email: &str) -> Vec<Sent> {
        self.inbox.mails().into_iter().filter(|mail| mail.to == [email]).collect()
    }

    /// The token of the link in the newest mail to an address, once there is one more than `before`.
    async fn link(&self, email: &str, before: usize) -> String {
        for _ in 0..1000 {
            let mails = self.mails(email);
            if mails.len() > before {
                return token_in(&mails[0]).expect("a link");
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no mail to {email} after ten seconds");
    }

    /// Creates a user with what `more` says; gives the contact's id.
    async fn created(&self, email: &str, more: Value) -> String {
        self.administrator.post("/v1/users", &new_user(email, more)).await.expect(201).at("/id")
    }

    async fn signed_in(&self, email: &str) -> String {
        self.nobody.signed_in(email, PASSWORD).await.token().to_owned()
    }

    /// SES reports that a person's newest mail came back for good, which is heard here or elsewhere.
    pub(crate) async fn report(&self, on: &Subject, heard: &App) -> Result<(), lambda_http::Error> {
        let mails = self.administrator.get(&format!("/v1/contacts/{}/mails", on.contact)).await.expect(200);
        mail_events::handle(heard.clone(), event("aws.ses", "Bounce", &mails.at("/items/0/id"), &on.email)).await
    }
}

/// What a flow acts upon.
#[derive(Debug, Default, Clone)]
pub(crate) struct Subject {
    pub email: String,
    pub contact: String,
    /// Another contact, where the flow is about two; the user or the site, where it names one.
    pub other: String,
    pub organization: String,
    /// The token of a link.
    pub link: String,
    /// The token of the person's session, or of whoever acts.
    pub session: String,
}

/// A flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Staff create a user, who gets a link.
    Create,
    /// The same with a new organization and a first password.
    CreateWithPassword,
    /// A contact that was there gets its login.
    GiveLogin,
    /// Somebody who has a login gets an access elsewhere.
    GiveToKnown,
    /// A delegated administrator names somebody known elsewhere.
    Offer,
    /// Changes an access; mails nothing.
    Change,
    /// Grants what was revoked.
    GrantAgain,
    /// Gives two contacts their logins, each by itself.
    GrantSeveral,
    /// Gives two contacts their logins, both or neither.
    GrantTogether,
    /// Mails nothing.
    Revoke,
    SendReset,
    /// Sends a link again to who can't get in.
    Resend,
    Rename,
    /// Somebody who words mails sends one to themselves.
    TryOut,
    Disable,
    Enable,
    SetPassword,
    /// Mails nothing.
    EndSessions,
    /// Mails nothing.
    SignIn,
    /// Mails nothing.
    WrongPassword,
    /// Mails nothing.
    CheckSession,
    /// Mails nothing.
    SignOut,
    ChangePassword,
    AskForEmail,
    ConfirmEmail,
    ForgotPassword,
    RedeemInvite,
    RedeemReset,
    Renew,
    RenewOffer,
    RenewConfirmation,
    Accept,
    /// SES reports that a mail came back.
    Report,
    /// Lets mail go to an address again; mails nothing.
    Lift,
    /// Takes up a mail off the stream.
    Deliver,
    /// The same of a mail whose link expired unsent: another goes in its place.
    DeliverAnew,
    /// Tries a mail again, and lets a link expire.
    Sweep,
    /// Reminds of an invitation that is about to end.
    Remind,
}

/// A customer's access, with leave to create users or not.
fn access(creates: bool) -> Value {
    json!({ "roles": ["customer_center"], "can_create_users": creates })
}

fn password(text: &str) -> Value {
    json!({ "password": text, "confirm_password": text })
}

fn by_password(text: &str) -> Value {
    json!({ "method": "password", "password": text, "confirm_password": text })
}

impl Flow {
    pub(crate) const ALL: [Self; 38] = [
        Self::Create,
        Self::CreateWithPassword,
        Self::GiveLogin,
        Self::GiveToKnown,
        Self::Offer,
        Self::Change,
        Self::GrantAgain,
        Self::GrantSeveral,
        Self::GrantTogether,
        Self::Revoke,
        Self::SendReset,
        Self::Resend,
        Self::Rename,
        Self::TryOut,
        Self::Disable,
        Self::Enable,
        Self::SetPassword,
        Self::EndSessions,
        Self::SignIn,
        Self::WrongPassword,
        Self::CheckSession,
        Self::SignOut,
        Self::ChangePassword,
        Self::AskForEmail,
        Self::ConfirmEmail,
        Self::ForgotPassword,
        Self::RedeemInvite,
        Self::RedeemReset,
        Self::Renew,
        Self::RenewOffer,
        Self::RenewConfirmation,
        Self::Accept,
        Self::Report,
        Self::Lift,
        Self::Deliver,
        Self::DeliverAnew,
        Self::Sweep,
        Self::Remind,
    ];

    /// Those in which somebody asks for something that writes a mail.
    pub(crate) const MAILING: [Self; 23] = [
        Self::CreateWithPassword,
        Self::GiveLogin,
        Self::GiveToKnown,
        Self::Offer,
        Self::GrantAgain,
        Self::GrantSeveral,
        Self::GrantTogether,
        Self::SendReset,
        Self::Resend,
        Self::Rename,
        Self::TryOut,
        Self::Disable,
        Self::Enable,
        Self::SetPassword,
        Self::ChangePassword,
        Self::AskForEmail,
        Self::ConfirmEmail,
        Self::ForgotPassword,
        Self::RedeemInvite,
        Self::RedeemReset,
        Self::Renew,
        Self::RenewOffer,
        Self::RenewConfirmation,
    ];

    /// What it answers, and what the same answers when it is done already.
    pub(crate) fn answers(self) -> (u16, u16) {
        match self {
            Self::Create | Self::CreateWithPassword | Self::GiveToKnown | Self::Offer => (201, 409),
            Self::Disable | Self::Enable | Self::Lift => (200, 409),
            Self::RedeemInvite | Self::RedeemReset | Self::ConfirmEmail => (204, 410),
            Self::Accept => (200, 410),
            Self::ChangePassword => (204, 403),
            Self::SignOut => (204, 401),
            Self::SignIn => (201, 201),
            Self::WrongPassword => (401, 401),
            Self::SendReset
            | Self::TryOut
            | Self::ForgotPassword
            | Self::AskForEmail
            | Self::Renew
            | Self::RenewOffer
            | Self::RenewConfirmation => (202, 202),
            _ => (200, 200),
        }
    }

    /// Makes what it acts upon. `delegate` is a delegated administrator's session at another organization, begun where a flow
    /// wants one and kept for the next.
    pub(crate) async fn prepare(self, at: &Stage, delegate: &mut Option<String>, number: usize) -> Subject {
        let email = format!("ada{number}@example.com");
        let mut subject = Subject { email: email.clone(), ..Subject::default() };
        match self {
            Self::Create | Self::CreateWithPassword => {}
            Self::TryOut => {
                subject.contact = at.administrator.get("/v1/session").await.expect(200).at("/access/contact");
                subject.email = ADMINISTRATOR.to_owned();
                subject.other = at.administrator.get("/v1/sites").await.expect(200).at("/items/0/id");
            }
            Self::GiveLogin | Self::GrantSeveral | Self::GrantTogether => {
                let body = json!({ "kind": "customer", "number": format!("C-{number}"), "name": "Acme" });
                subject.organization = at.administrator.post("/v1/organizations", &body).await.expect(201).at("/id");
                for (email, contact) in
                    [(email, &mut subject.contact), (format!("bea{number}@example.com"), &mut subject.other)]
                {
                    let body = json!({ "organization": subject.organization, "email": email,
                        "first_name": "Ada", "last_name": "Byron" });
                    *contact = at.administrator.post("/v1/contacts", &body).await.expect(201).at("/id");
                }
            }
            Self::RedeemInvite
            | Self::Resend
            | Self::Renew
            | Self::GiveToKnown
            | Self::Offer
            | Self::RenewOffer
            | Self::Report
            | Self::Lift => {
                subject.contact = at.created(&email, json!({})).await;
                subject.link = at.link(&email, 0).await;
            }
            _ => subject.contact = at.created(&email, json!({ "credential": by_password(PASSWORD) })).await,
        }
        self.make_ready(at, delegate, &mut subject).await;
        subject
    }

    /// Brings somebody who is there to where the flow begins.
    async fn make_ready(self, at: &Stage, delegate: &mut Option<String>, on: &mut Subject) {
        let email = on.email.as_str();
        match self {
            Self::CheckSession | Self::SignOut | Self::ChangePassword | Self::AskForEmail => {
                on.session = at.signed_in(email).await;
            }
            Self::GrantAgain => {
                let _ = at.administrator.delete(&format!("/v1/contacts/{}/access", on.contact)).await.expect(200);
            }
            Self::Enable => {
                let _ = at.administrator.act(&format!("/v1/contacts/{}/disable-login", on.contact)).await.expect(200);
            }
            Self::RedeemReset => {
                let _ = at.administrator.act(&format!("/v1/contacts/{}/reset", on.contact)).await.expect(202);
                on.link = at.link(email, 1).await;
            }
            Self::ConfirmEmail | Self::RenewConfirmation => {
                on.session = at.signed_in(email).await;
                let new = format!("new.{email}");
                let body = json!({ "email": new, "current_password": PASSWORD });
                let own = at.nobody.with_token(&on.session);
                let _ = own.post("/v1/session/email", &body).await.expect(202);
                on.link = at.link(&new, 0).await;
            }
            Self::Offer | Self::Accept | Self::RenewOffer => {
                if delegate.is_none() {
                    let elsewhere = json!({ "organization": { "number": "C-2002", "name": "Elsewhere" },
                        "roles": ["customer_administrator"], "credential": by_password(PASSWORD) });
                    at.created("delegate@example.com", elsewhere).await;
                    *delegate = Some(at.signed_in("delegate@example.com").await);
                }
                on.session = delegate.clone().expect("there");
                let session = at.nobody.with_token(&on.session).get("/v1/session").await;
                on.organization = session.expect(200).at("/organization");
                if self != Self::Offer {
                    let before = at.mails(email).len();
                    let _ = Self::Offer.act(at, on).await.expect(201);
                    on.link = at.link(email, before).await;
                }
            }
            Self::GiveToKnown => {
                let contact = at.administrator.get(&format!("/v1/contacts/{}", on.contact)).await.expect(200);
                on.other = contact.at("/access/user");
            }
            Self::Lift => at.report(on, &at.app).await.expect("taken"),
            _ => {}
        }
    }

    /// Does it.
    pub(crate) async fn act(self, at: &Stage, on: &Subject) -> Answer {
        let (by, nobody, own) = (&at.administrator, &at.nobody, at.nobody.with_token(&on.session));
        let of = |what: &str| format!("/v1/contacts/{}/{what}", on.contact);
        match self {
            Self::Create => by.post("/v1/users", &new_user(&on.email, json!({}))).await,
            Self::CreateWithPassword => {
                let organization = json!({ "number": on.email.replace('@', "."), "name": "Acme" });
                let more = json!({ "organization": organization, "credential": by_password(PASSWORD) });
                by.post("/v1/users", &new_user(&on.email, more)).await
            }
            Self::GiveToKnown => {
                let organization = json!({ "number": on.email.replace('@', "."), "name": "Acme" });
                let body = json!({ "user": on.other, "account_type": "customer", "organization": organization,
                    "first_name": "Ada", "last_name": "Byron" });
                by.post("/v1/users", &body).await
            }
            Self::Offer => {
                own.post("/v1/users", &new_user(&on.email, json!({ "organization": on.organization }))).await
            }
            Self::GiveLogin | Self::Change | Self::GrantAgain => by.put(&of("access"), &access(true)).await,
            Self::GrantSeveral | Self::GrantTogether => {
                let mut body = access(false);
                body["contacts"] = json!([{ "contact": on.contact }, { "contact": on.other }]);
                body["all_or_nothing"] = json!(self == Self::GrantTogether);
                by.post(&format!("/v1/organizations/{}/access", on.organization), &body).await
            }
            Self::Revoke => by.delete(&of("access")).await,
            Self::SendReset => by.act(&of("reset")).await,
            Self::Resend => by.post("/v1/attention/resend", &json!({ "contacts": [on.contact] })).await,
            Self::Rename => {
                let request = by.request(Method::PATCH, &of("login")).header("if-match", "*");
                Answer::of(request.json(&json!({ "login_email": format!("new.{}", on.email) }))).await
            }
            Self::TryOut => by.act(&format!("/v1/sites/{}/templates/login_disabled/de/trial", on.other)).await,
            Self::Disable => by.act(&of("disable-login")).await,
            Self::Enable => by.act(&of("enable-login")).await,
            Self::SetPassword => by.put(&of("password"), &by_password(NEW_PASSWORD)).await,
            Self::EndSessions => by.delete(&of("sessions")).await,
            Self::SignIn => nobody.sign_in(&on.email, PASSWORD).await,
            Self::WrongPassword => nobody.sign_in(&on.email, "not the password at all").await,
            Self::CheckSession => own.get("/v1/session").await,
            Self::SignOut => own.delete("/v1/session").await,
            Self::ChangePassword => {
                let mut body = password(NEW_PASSWORD);
                body["current_password"] = json!(PASSWORD);
                own.put("/v1/session/password", &body).await
            }
            Self::AskForEmail => {
                let body = json!({ "email": format!("new.{}", on.email), "current_password": PASSWORD });
                own.post("/v1/session/email", &body).await
            }
            Self::ConfirmEmail => {
                let body = json!({ "token": on.link, "login": on.email, "password": PASSWORD });
                nobody.post("/v1/links/confirm", &body).await
            }
            Self::ForgotPassword => nobody.post("/v1/password-resets", &json!({ "login": on.email })).await,
            Self::RedeemInvite | Self::RedeemReset => nobody.redeem(&on.link, NEW_PASSWORD).await,
            Self::Renew | Self::RenewOffer | Self::RenewConfirmation => {
                nobody.post("/v1/links/renew", &json!({ "token": on.link })).await
            }
            Self::Accept => {
                let form = [("action", "accept"), ("login", on.email.as_str()), ("password", PASSWORD)];
                Answer::of(nobody.request(Method::POST, &format!("/link/{}", on.link)).form(&form)).await
            }
            Self::Lift => by.delete(&of("suppression")).await,
            Self::Report | Self::Deliver | Self::DeliverAnew | Self::Sweep | Self::Remind => {
                unreachable!("nobody asks for it")
            }
        }
    }
}
