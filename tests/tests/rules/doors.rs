//! No dead end: in every state that somebody can be in, each door says what is and offers the next step, and that leads in
//! (requirements L6–L8). The table is in `docs/links.md`.

use std::fmt::Write as _;
use std::fs;

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::wire::Fate;
use tests::{Answer, PASSWORD, Portal, Visitor};
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";
const BOUNCES: &str = "bounce@simulator.amazonses.com";
const ANOTHER: &str = "a wholly different phrase";

/// A state that somebody can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Invited,
    InvitationExpired,
    InvitedAgain,
    InvitedDisabled,
    InvitedEnabledAgain,
    MailFailed,
    Bounced,
    Offered,
    Active,
    ResetUnderWay,
    ResetExpired,
    PasswordChanged,
    MustChange,
    Locked,
    Disabled,
    Revoked,
    Inactive,
    OrganizationInactive,
    Unknown,
}

impl State {
    const ALL: [Self; 19] = [
        Self::Invited,
        Self::InvitationExpired,
        Self::InvitedAgain,
        Self::InvitedDisabled,
        Self::InvitedEnabledAgain,
        Self::MailFailed,
        Self::Bounced,
        Self::Offered,
        Self::Active,
        Self::ResetUnderWay,
        Self::ResetExpired,
        Self::PasswordChanged,
        Self::MustChange,
        Self::Locked,
        Self::Disabled,
        Self::Revoked,
        Self::Inactive,
        Self::OrganizationInactive,
        Self::Unknown,
    ];

    fn told(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::InvitationExpired => "invited, the link expired",
            Self::InvitedAgain => "invited again, with the older link",
            Self::InvitedDisabled => "invited, then disabled",
            Self::InvitedEnabledAgain => "invited, disabled and enabled again",
            Self::MailFailed => "invited, the mail given up",
            Self::Bounced => "invited, the mail bounced",
            Self::Offered => "known elsewhere, offered an access",
            Self::Active => "active, with the link used up",
            Self::ResetUnderWay => "active, with a reset",
            Self::ResetExpired => "active, the reset expired",
            Self::PasswordChanged => "active, with a reset of before a password change",
            Self::MustChange => "must change the password, with the link used up",
            Self::Locked => "locked, with a reset",
            Self::Disabled => "disabled, with a reset of before",
            Self::Revoked => "revoked, with a reset of before",
            Self::Inactive => "record inactive, with a reset of before",
            Self::OrganizationInactive => "organization inactive, with a reset of before",
            Self::Unknown => "active, with a link that was never ours",
        }
    }
}

/// Somebody in a state, and the link that they hold.
struct Somebody {
    portal: Portal,
    email: &'static str,
    contact: String,
    token: String,
    /// Where they have an access already; empty for most.
    elsewhere: String,
}

/// Who looks after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Office {
    Staff,
    Own,
}

impl Somebody {
    async fn in_state(state: State) -> Self {
        let portal = Portal::start().await;
        let body = json!({ "roles": ["customer_administrator"] });
        let (_, head) = portal.member("head@example.com", body).await;
        let email = if state == State::Bounced { BOUNCES } else { ADA };
        let mut elsewhere = String::new();
        if state == State::Offered {
            let body = json!({ "organization": { "number": "C-2", "name": "Two" } });
            elsewhere = portal.member(ADA, body).await.0;
        }
        if state == State::MailFailed {
            portal.ses.script([Fate::Refuse(400, "MessageRejected")]);
        }
        let made = if state == State::Offered {
            let organization = head.get("/v1/session").await.expect(200).at("/organization");
            head.post("/v1/users", &new_user(email, json!({ "organization": organization }))).await
        } else {
            portal.create(email, json!({})).await
        };
        let contact = made.expect(201).at("/id");
        let mut it = Self { portal, email, contact, token: String::new(), elsewhere };
        it.token = match state {
            // What no mail brought nobody holds.
            State::MailFailed => "A".repeat(64),
            _ => token_in(&it.portal.next_mail(email, 0).await).expect("a link"),
        };
        it.bring_to(state).await;
        it.portal.settled().await;
        it
    }

    async fn bring_to(&mut self, state: State) {
        match state {
            State::Invited | State::MailFailed | State::Offered => {}
            State::InvitationExpired => self.a_day_on().await,
            State::InvitedAgain => self.act("reset").await,
            State::InvitedDisabled => self.act("disable-login").await,
            State::InvitedEnabledAgain => {
                self.act("disable-login").await;
                self.act("enable-login").await;
            }
            State::Bounced => {
                let _ = self.portal.mail_met(&self.contact, |fate| fate == "bounced").await;
            }
            State::Active | State::Unknown | State::MustChange => {
                self.redeem().await;
                if state == State::Unknown {
                    self.token = "A".repeat(64);
                }
                if state == State::MustChange {
                    self.act("require-password-change").await;
                }
            }
            _ => {
                self.redeem().await;
                let ada = self.portal.visitor().signed_in(self.email, PASSWORD).await;
                let before = self.portal.mails_to(self.email).len();
                self.act("reset").await;
                self.token = token_in(&self.portal.next_mail(self.email, before).await).expect("a link");
                self.end_reset(state, &ada).await;
            }
        }
    }

    /// What happens to somebody who holds a reset.
    async fn end_reset(&self, state: State, ada: &Visitor) {
        match state {
            State::ResetExpired => self.a_day_on().await,
            State::PasswordChanged => {
                let change = json!({ "current_password": PASSWORD, "password": ANOTHER, "confirm_password": ANOTHER });
                let _ = ada.put("/v1/session/password", &change).await.expect(204);
            }
            State::Locked => {
                for _ in 0..5 {
                    let _ = self.portal.visitor().sign_in(self.email, "not the password").await.expect(401);
                }
            }
            State::Disabled => self.act("disable-login").await,
            State::Revoked => {
                let access = format!("/v1/contacts/{}/access", self.contact);
                let _ = self.portal.administrator.delete(&access).await.expect(200);
            }
            State::Inactive => self.act("inactivate").await,
            State::OrganizationInactive => self.organization("inactivate").await,
            _ => {}
        }
    }

    async fn a_day_on(&self) {
        self.portal.pass(SignedDuration::from_hours(25));
        self.portal.sweep().await;
    }

    async fn redeem(&self) {
        let _ = self.portal.visitor().redeem(&self.token, PASSWORD).await.expect(204);
    }

    /// Whoever looks after them, signed in anew: a session does not outlast a day.
    async fn office_of(&self, office: Office) -> Visitor {
        match office {
            Office::Staff => self.staff().await,
            Office::Own => self.portal.visitor().signed_in("head@example.com", PASSWORD).await,
        }
    }

    async fn staff(&self) -> Visitor {
        self.portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await
    }

    async fn act(&self, what: &str) {
        let answer = self.staff().await.act(&format!("/v1/contacts/{}/{what}", self.contact)).await;
        assert!(answer.status.is_success(), "{what}: {}", answer.text);
    }

    async fn organization(&self, way: &str) {
        let staff = self.staff().await;
        let organization = self.seen(&staff).await.at("/organization");
        let _ = staff.act(&format!("/v1/organizations/{organization}/{way}")).await.expect(200);
    }

    async fn seen(&self, by: &Visitor) -> Answer {
        by.get(&format!("/v1/contacts/{}", self.contact)).await
    }

    /// What the link's page says, and what it offers.
    async fn page(&self) -> String {
        let page = self.portal.visitor().get(&format!("/link/{}", self.token)).await.text;
        let heading = page.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>")).expect("a heading").0;
        let offers = [
            ("confirm_password", "set a password"),
            ("value=\"accept\"", "sign in and accept"),
            ("value=\"renew\"", "send a new link"),
            ("href=\"/forgot-password\">Ask", "ask for a new link"),
        ];
        let mut offered: Vec<_> =
            offers.iter().filter(|(sign, _)| page.contains(sign)).map(|(_, offer)| *offer).collect();
        if page.contains(">Sign in</a>") {
            offered.insert(0, "sign in");
        }
        format!("{heading}: {}", offered.join(", "))
    }

    /// The newest mail about a contact.
    async fn newest(&self, contact: &str) -> Value {
        let mails = self.staff().await.get(&format!("/v1/contacts/{contact}/mails")).await.expect(200);
        mails.json["items"][0].clone()
    }

    /// Which mail comes of something that anybody can do; none where none does.
    async fn mailed(&self, path: &str, body: &Value) -> String {
        for (contact, whose) in [(&self.contact, ""), (&self.elsewhere, " of the other access")] {
            if contact.is_empty() {
                break;
            }
            let before = self.newest(contact).await["id"].clone();
            let _ = self.portal.visitor().post(path, body).await.expect(202);
            let mut mail = self.newest(contact).await;
            if mail["id"] == before {
                continue;
            }
            while mail["fate"] == "queued" {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                mail = self.newest(contact).await;
            }
            let fate = if mail["fate"] == "sent" { String::new() } else { format!(", {}", mail["fate"]) };
            return format!("{}{fate}{whose}", mail["template"]).replace('"', "");
        }
        "–".to_owned()
    }

    /// What somebody who looks after the contact sees of it, and the next step that they are offered.
    async fn office(&self, office: Office) -> String {
        let seen = self.seen(&self.office_of(office).await).await.expect(200);
        let mut facts = vec![seen.at("/access/state")];
        let link = (seen.at("/link/purpose"), seen.at("/link/state"), seen.at("/link/mail"));
        facts.push(format!("{} {}, {}", link.0, link.1, link.2));
        if seen.json["access"]["login_enabled"] == false && facts[0] != "revoked" {
            facts.push("disabled".to_owned());
        }
        if seen.json["active"] == false {
            facts.push("inactive".to_owned());
        }
        if seen.json["access"]["locked_until"].is_string() {
            facts.push("locked".to_owned());
        }
        format!("{}: {}", facts.join("; "), next_step(&seen, office))
    }

    /// Does the next step until the person is in; gives how many it took.
    async fn let_in(&mut self, office: Office) -> usize {
        for steps in 1..6 {
            let by = self.office_of(office).await;
            let seen = self.seen(&by).await.expect(200);
            let at = |what: &str| format!("/v1/contacts/{}/{what}", self.contact);
            let before = self.portal.mails_to(self.email).len();
            let was = self.email;
            let done = match next_step(&seen, office) {
                "reactivate" => by.act(&at("reactivate")).await,
                "enable_login" => by.act(&at("enable-login")).await,
                "unlock" => by.act(&at("unlock")).await,
                "grant_access" => by.put(&at("access"), &json!({ "roles": ["customer_center"] })).await,
                "edit_login" => {
                    self.email = "elsewhere@example.com";
                    let edit = by.request(Method::PATCH, &at("login")).header("if-match", "*");
                    let _ = Answer::of(edit.json(&json!({ "login_email": self.email }))).await.expect(200);
                    by.act(&at("reset")).await
                }
                "create_user" => {
                    self.email = "elsewhere@example.com";
                    let organization = seen.at("/organization");
                    by.post("/v1/users", &new_user(self.email, json!({ "organization": organization }))).await
                }
                "send_reset" => by.act(&at("reset")).await,
                _ => {
                    self.organization("reactivate").await;
                    continue;
                }
            };
            assert!(done.status.is_success(), "{}", done.text);
            let mails = self.portal.mails_to(self.email);
            if let Some(token) = mails.first().filter(|_| mails.len() > before || self.email != was).and_then(token_in)
            {
                let nobody = self.portal.visitor();
                if self.seen(&self.staff().await).await.at("/link/purpose") == "accept" {
                    let body = json!({ "token": token, "login": self.email, "password": PASSWORD });
                    let _ = nobody.post("/v1/links/confirm", &body).await.expect(204);
                    let ada = nobody.signed_in(self.email, PASSWORD).await;
                    let _ = ada.post("/v1/session/switch", &json!({ "contact": self.contact })).await.expect(201);
                } else {
                    let _ = nobody.redeem(&token, "the last password of all").await.expect(204);
                    let _ = nobody.signed_in(self.email, "the last password of all").await;
                }
                return steps;
            }
        }
        panic!("not let in after five steps");
    }
}

/// The first that is to be done, of what the contact says is allowed. An address that is dead is another before anything more is
/// sent; only staff put it right (requirement O4), their own administrator makes the user anew.
fn next_step(seen: &Answer, office: Office) -> &'static str {
    let actions = seen.json["actions"].as_array().expect("actions");
    if ["bounced", "suppressed"].contains(&seen.at("/link/mail").as_str()) {
        return if office == Office::Staff { "edit_login" } else { "create_user" };
    }
    let steps = ["reactivate", "enable_login", "grant_access", "unlock", "send_reset"];
    steps.into_iter().find(|step| actions.contains(&json!(step))).unwrap_or("reactivate its organization")
}

async fn row(state: State) -> String {
    let it = Somebody::in_state(state).await;
    let ready = it.portal.keep();
    let page = it.page().await;
    let staff = it.office(Office::Staff).await;
    let head = match state {
        State::OrganizationInactive => "–".to_owned(),
        _ => it.office(Office::Own).await,
    };
    let renewed = if page.contains("send a new link") {
        it.mailed("/v1/links/renew", &json!({ "token": it.token })).await
    } else {
        String::new()
    };
    // The one of the public's doors would change what the other meets.
    it.portal.back_to(&ready);
    let forgot = it.mailed("/v1/password-resets", &json!({ "login": it.email })).await;
    format!("| {} | {page} | {renewed} | {forgot} | {staff} | {head} |", state.told())
}

/// L6, L7, L8
#[tokio::test(flavor = "multi_thread")]
async fn in_every_state_each_door_says_what_is_and_offers_the_next_step() {
    let mut rows = JoinSet::new();
    for (at, state) in State::ALL.into_iter().enumerate() {
        rows.spawn(async move { (at, row(state).await) });
    }
    let mut rows = rows.join_all().await;
    rows.sort();
    let mut table = "| somebody is | the link's page | … sends | \"forgot password\" sends | staff see, and do next | their own administrator sees, and does next |\n|---|---|---|---|---|---|\n".to_owned();
    for (_, row) in rows {
        let _ = writeln!(table, "{row}");
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/links.md");
    let text = fs::read_to_string(file).expect("docs/links.md");
    let (before, _) = text.split_once("| somebody is |").expect("the table");
    let written = format!("{before}{table}");
    if std::env::var_os("LATCHKEY_UPDATE").is_some_and(|update| update == "1") {
        fs::write(file, &written).expect("written");
    }
    let kept = fs::read_to_string(file).expect("docs/links.md");
    assert!(kept == written, "docs/links.md is not what happens:\n{table}");
}

/// L6, L8
#[tokio::test(flavor = "multi_thread")]
async fn from_every_state_the_next_steps_lead_in() {
    let mut all = JoinSet::new();
    for state in State::ALL {
        all.spawn(async move {
            let mut it = Somebody::in_state(state).await;
            let (ready, email) = (it.portal.keep(), it.email);
            for office in [Office::Staff, Office::Own] {
                // Who is at an inactive organization can't sign in to look after anybody.
                if (state, office) != (State::OrganizationInactive, Office::Own) {
                    it.portal.back_to(&ready);
                    it.email = email;
                    let steps = it.let_in(office).await;
                    assert!(steps <= 3, "{}, {office:?}: {steps} steps", state.told());
                }
            }
        });
    }
    all.join_all().await;
}
