//! What happens at once happens as if one thing came after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::audit::{Action, Entry, Subject};
use shared::domain::change::{AttemptsKey, Change, Record};
use shared::domain::contact::Contact;
use shared::domain::id::ContactId;
use shared::domain::link::State;
use shared::domain::lockout::Attempts;
use shared::domain::mail::Fate as MailFate;
use tests::portal::{ADMINISTRATOR, Kept, new_user, token_in};
use tests::wire::Fate;
use tests::{Answer, Dump, PASSWORD, Portal, Visitor};
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";
const AT_ONCE: usize = 20;

/// Asks twenty times at once; gives the answers, by status and code.
async fn at_once<F>(ask: impl Fn(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    (0..AT_ONCE).map(ask).collect::<JoinSet<_>>().join_all().await
}

fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    statuses
}

/// Posts to `/v1/users` twenty times at once, with what `more` says of each.
async fn create_at_once(portal: &Portal, more: impl Fn(usize) -> Value) -> Vec<Answer> {
    at_once(|number| {
        let (administrator, body) = (portal.administrator.clone(), new_user(ADA, more(number)));
        async move { administrator.post("/v1/users", &body).await }
    })
    .await
}

async fn dump(portal: &Portal) -> Dump {
    Dump::of(portal.table.upstream()).await
}

async fn assert_sound(portal: &Portal) -> Dump {
    let dump = dump(portal).await;
    dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
    dump
}

fn id(text: &str) -> ContactId {
    text.parse().expect("a contact's id")
}

/// CC-02, TK-03
#[tokio::test]
async fn of_twenty_redeems_of_one_link_at_once_one_sets_its_password() {
    let portal = Portal::start().await;
    let contact = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let token = portal.link_token(ADA).await;
    let password = |number: usize| format!("a password of its own, {number}");
    let answers = at_once(|number| {
        let (visitor, token) = (portal.visitor(), token.clone());
        async move {
            let mut answer = visitor.redeem(&token, &password(number)).await;
            answer.json = json!(number);
            answer
        }
    })
    .await;
    assert_eq!(statuses(&answers), BTreeMap::from([(204, 1), (410, AT_ONCE - 1)]));
    let winner = answers.iter().find(|answer| answer.status == 204).expect("one").json.clone();
    let _ = portal
        .visitor()
        .sign_in(ADA, &password(usize::try_from(winner.as_u64().expect("a number")).expect("small")))
        .await
        .expect(201);
    for loser in (0..AT_ONCE).filter(|number| json!(number) != winner).take(3) {
        let _ = portal.visitor().sign_in(ADA, &password(loser)).await.refused(401, "invalid_credentials");
    }
    assert_eq!(assert_sound(&portal).await.told(id(&contact), Action::PasswordSet), 1);
}

/// CC-02, U10
#[tokio::test]
async fn twenty_creations_of_one_email_in_many_spellings_make_one_user_and_send_one_mail() {
    let portal = Portal::start().await;
    let spellings = [ADA, "ADA@EXAMPLE.COM", " Ada@Example.com ", "aDa@example.COM", "\tada@EXAMPLE.com"];
    let answers = create_at_once(&portal, |number| json!({ "email": spellings[number % spellings.len()] })).await;
    assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, AT_ONCE - 1)]));
    let dump = assert_sound(&portal).await;
    assert_eq!(dump.users_named(ADA).len(), 1);
    let to_her = portal.inbox.mails().into_iter().filter(|mail| mail.to[0].eq_ignore_ascii_case(ADA)).count();
    assert_eq!(to_her, 1);
}

/// CC-02, U2
#[tokio::test]
async fn of_twenty_creations_with_one_user_id_at_once_one_gets_it() {
    let portal = Portal::start().await;
    let answers = create_at_once(&portal, |number| {
        let user_id = if number % 2 == 0 { "ada.byron" } else { "Ada.Byron" };
        json!({ "email": format!("ada{number}@example.com"), "user_id": user_id })
    })
    .await;
    assert_eq!(statuses(&answers), BTreeMap::from([(201, 1), (409, AT_ONCE - 1)]));
    let dump = assert_sound(&portal).await;
    assert_eq!(dump.users_named("ada.byron").len(), 1);
    assert_eq!(dump.users.len(), 2, "she and the administrator");
}

/// CC-02, O3
#[tokio::test]
async fn twenty_creations_in_one_new_organization_at_once_make_one_organization() {
    let portal = Portal::start().await;
    let answers = create_at_once(&portal, |number| {
        let number_of = if number % 2 == 0 { "C-2002" } else { "c-2002" };
        json!({ "email": format!("ada{number}@example.com"), "organization": { "number": number_of, "name": "Acme" } })
    })
    .await;
    assert_eq!(statuses(&answers), BTreeMap::from([(201, AT_ONCE)]));
    assert!(answers.iter().all(|answer| answer.at("/organization") == answers[0].at("/organization")));
    assert_eq!(assert_sound(&portal).await.organizations.len(), 2, "it and the business itself");
}

/// U10
#[tokio::test]
async fn twenty_requests_with_one_idempotency_key_at_once_make_one_user_and_send_one_mail() {
    let portal = Portal::start().await;
    let ask = |_: usize| {
        let request = portal.administrator.request(Method::POST, "/v1/users").header("idempotency-key", "once");
        Answer::of(request.json(&new_user(ADA, json!({}))))
    };
    let answers = at_once(ask).await;
    let made: Vec<String> = answers.iter().filter(|it| it.status == 201).map(|it| it.at("/id")).collect();
    assert!(!made.is_empty() && made.iter().all(|id| *id == made[0]));
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        let _ = refused.refused(409, "request_under_way");
    }
    assert_eq!(ask(0).await.expect(201).at("/id"), made[0]);
    assert_eq!(assert_sound(&portal).await.users_named(ADA).len(), 1);
    assert_eq!(portal.mails_to(ADA).len(), 1);
}

/// AZ-09, A7
#[tokio::test]
async fn two_administrators_who_put_each_other_out_at_once_leave_one() {
    let portal = Portal::start().await;
    let staff = json!({
        "account_type": "staff", "organization": { "number": "INTERNAL", "name": "Example Ltd" },
        "roles": ["administrator"],
        "credential": { "method": "password", "password": PASSWORD, "confirm_password": PASSWORD },
    });
    let (first, mut first_name) = (portal.administrator.clone(), ADMINISTRATOR.to_owned());
    let mut first_id = dump(&portal).await.contacts.into_keys().next().expect("the administrator").to_string();
    let mut first = first;
    for (number, (one, other)) in
        [("disable", "disable"), ("revoke", "revoke"), ("demote", "demote"), ("disable", "demote")]
            .into_iter()
            .enumerate()
    {
        let second_name = format!("second{number}@example.com");
        let second_id = first.post("/v1/users", &new_user(&second_name, staff.clone())).await.expect(201).at("/id");
        let second = portal.visitor().signed_in(&second_name, PASSWORD).await;
        let (by_first, by_second) = tokio::join!(put_out(&first, &second_id, one), put_out(&second, &first_id, other));
        let came_through = [&by_first, &by_second].map(|answer| answer.status == 200);
        assert_ne!(came_through[0], came_through[1], "{}\n{}", by_first.text, by_second.text);
        let refused = if came_through[0] { &by_second } else { &by_first };
        assert!(
            matches!(refused.at("/code").as_str(), "last_administrator" | "unauthenticated" | "forbidden"),
            "{}",
            refused.text
        );
        assert_sound(&portal).await;
        if !came_through[0] {
            (first, first_id, first_name) = (second, second_id, second_name);
        }
        let _ = first.get("/v1/session").await.expect(200);
    }
    let _ = portal.visitor().sign_in(&first_name, PASSWORD).await.expect(201);
}

/// AZ-08
#[tokio::test]
async fn nobody_acts_past_the_end_of_their_own_access() {
    for end in ["disable", "revoke", "demote"] {
        let portal = Arc::new(Portal::start().await);
        let staff = |email: &str| new_user(email, json!({ "account_type": "staff", "roles": ["account_manager"] }));
        let mut body = staff("mia@example.com");
        let internal = portal.administrator.get("/v1/session").await.at("/organization");
        body["organization"] = json!(internal);
        body["credential"] = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
        let manager = portal.administrator.post("/v1/users", &body).await.expect(201).at("/id");
        let mia = portal.visitor().signed_in("mia@example.com", PASSWORD).await;
        let ada = portal.create(ADA, json!({})).await.expect(201).at("/id");

        hold_one(&portal, 1);
        let mut act = tokio::spawn({
            let (mia, ada) = (mia.clone(), ada.clone());
            async move { mia.act(&format!("/v1/contacts/{ada}/disable-login")).await }
        });
        tokio::select! {
            () = portal.table.held() => {}
            answer = &mut act => panic!("nothing was written: {answer:?}"),
        }
        let _ = put_out(&portal.administrator, &manager, end).await.expect(200);
        portal.table.release();
        let answer = act.await.expect("an answer");
        portal.table.heal();
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{end}: {}", answer.text);
        assert_eq!(portal.contact(&ada).await.json["access"]["login_enabled"], true, "{end}");
        assert_eq!(assert_sound(&portal).await.told(id(&ada), Action::LoginDisabled), 0);
    }
}

/// P7, S2
#[tokio::test]
async fn signing_out_twice_at_once_is_told_once() {
    let portal = Portal::start().await;
    let (contact, ada) = portal.member(ADA, json!({})).await;
    let answers = at_once(|_| {
        let ada = ada.clone();
        async move { ada.delete("/v1/session").await }
    })
    .await;
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 204 | 401)));
    assert_eq!(assert_sound(&portal).await.told(id(&contact), Action::SignedOut), 1);
}

async fn put_out(by: &Visitor, contact: &str, how: &str) -> Answer {
    match how {
        "disable" => by.act(&format!("/v1/contacts/{contact}/disable-login")).await,
        "revoke" => by.delete(&format!("/v1/contacts/{contact}/access")).await,
        _ => by.put(&format!("/v1/contacts/{contact}/access"), &json!({ "roles": ["support"] })).await,
    }
}

/// What is done to, or by, one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Disable,
    Revoke,
    Grant,
    SendReset,
    Redeem,
    SignIn,
    ForgotPassword,
    SetPassword,
    ChangePassword,
    RequireChange,
    EndSessions,
    Edit,
    Inactivate,
    Rename,
    RevokeEverywhere,
    Preview,
    AskForEmail,
    Enable,
    Unlock,
    Reactivate,
    Renew,
    Several,
    EndOne,
    Switch,
    Confirm,
    TakeUp,
}

impl Deed {
    /// Which of its transactions the deed itself is: what is done by signing in, for that alone, is the second.
    fn transaction(self) -> usize {
        if self.signs_in() { 2 } else { 1 }
    }

    fn signs_in(self) -> bool {
        matches!(self, Self::Confirm | Self::TakeUp)
    }
}

/// How somebody is whom a deed is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Being {
    /// Active, signed in, with a reset under way.
    Active,
    /// Switched off, locked, the record inactive.
    Out,
    /// Known elsewhere, and offered an access here.
    Offered,
}

/// What is done to somebody who is active.
const TO_ACTIVE: [Deed; 22] = [
    Deed::Disable,
    Deed::Revoke,
    Deed::Grant,
    Deed::SendReset,
    Deed::Redeem,
    Deed::SignIn,
    Deed::ForgotPassword,
    Deed::SetPassword,
    Deed::ChangePassword,
    Deed::RequireChange,
    Deed::EndSessions,
    Deed::Edit,
    Deed::Inactivate,
    Deed::Rename,
    Deed::RevokeEverywhere,
    Deed::Preview,
    Deed::AskForEmail,
    Deed::Renew,
    Deed::Several,
    Deed::EndOne,
    Deed::Switch,
    Deed::Confirm,
];

/// What is done to somebody whose login is switched off and locked, and whose record is inactive.
const TO_OUT: [Deed; 10] = [
    Deed::Enable,
    Deed::Unlock,
    Deed::Reactivate,
    Deed::Revoke,
    Deed::Grant,
    Deed::SetPassword,
    Deed::RequireChange,
    Deed::Edit,
    Deed::Rename,
    Deed::RevokeEverywhere,
];

/// What is done to somebody who is known elsewhere and was offered an access here.
const TO_OFFERED: [Deed; 10] = [
    Deed::TakeUp,
    Deed::Renew,
    Deed::SendReset,
    Deed::Disable,
    Deed::Revoke,
    Deed::Grant,
    Deed::Several,
    Deed::Edit,
    Deed::Inactivate,
    Deed::RevokeEverywhere,
];

fn to_email(email: &str) -> Value {
    json!({ "email": email, "current_password": PASSWORD })
}

/// Somebody, as [`Being`] has them.
#[derive(Clone)]
struct Person {
    portal: Arc<Portal>,
    email: String,
    contact: String,
    organization: String,
    signed_in: Visitor,
    session: String,
    token: String,
    /// Another access, to switch to.
    elsewhere: String,
    /// The token of a link that confirms a new email.
    confirms: String,
}

impl Person {
    async fn new(portal: &Arc<Portal>, email: String) -> Self {
        // In an organization of their own, whose first administrator they may become.
        let organization = json!({ "number": email.replace('@', "."), "name": "Acme" });
        let (contact, signed_in) = portal.member(&email, json!({ "organization": organization })).await;
        let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
        let token = portal.link_token(&email).await;
        let session = signed_in.get("/v1/session").await.expect(200);
        let (organization, session) = (session.at("/organization"), session.at("/id"));
        let (elsewhere, confirms) = (String::new(), String::new());
        let portal = Arc::clone(portal);
        Self { portal, email, contact, organization, signed_in, session, token, elsewhere, confirms }
    }

    /// Offers them an access at another organization, whose record is what the deeds are done to.
    async fn offered(mut self) -> Self {
        let number = format!("offers.{}", self.email.replace('@', "."));
        let organization = json!({ "organization": { "number": number, "name": "Other" },
            "roles": ["customer_administrator"] });
        let (_, head) = self.portal.member(&format!("head.{}", self.email), organization).await;
        self.organization = head.get("/v1/session").await.expect(200).at("/organization");
        let before = self.portal.mails_to(&self.email).len();
        let mut body = new_user(&self.email, json!({ "organization": self.organization }));
        body["roles"] = json!(["customer_center"]);
        self.contact = head.post("/v1/users", &body).await.expect(201).at("/id");
        self.token = token_in(&self.portal.next_mail(&self.email, before).await).expect("a link");
        self
    }

    /// Makes ready what a deed needs and others would be changed by.
    async fn ready_for(mut self, deeds: &[Deed; 2]) -> Self {
        if deeds.contains(&Deed::Switch) {
            let number = format!("second.{}", self.email.replace('@', "."));
            self.elsewhere = self.portal.also_at(&self.contact, json!({ "number": number, "name": "Second" })).await;
        }
        if deeds.contains(&Deed::Confirm) {
            let new = format!("confirmed.{}", self.email);
            let _ = self.signed_in.post("/v1/session/email", &to_email(&new)).await.expect(202);
            self.confirms = self.portal.link_token(&new).await;
        }
        self
    }

    /// Confirms by signing in: a new email, or an offer.
    async fn confirmed(&self, token: &str) -> Answer {
        let body = json!({ "token": token, "login": self.email, "password": PASSWORD });
        self.portal.visitor().post("/v1/links/confirm", &body).await
    }

    /// Locks them, switches them off and makes them inactive.
    async fn put_out(self) -> Self {
        let (app, now) = (&self.portal.app, self.portal.app.clock.now());
        let account = app.store.account(id(&self.contact)).await.expect("read").expect("there");
        let lockout = app.settings().await.expect("settings").lockout;
        let locked = (0..lockout.after).fold(Attempts::default(), |attempts, _| attempts.failed(lockout, now));
        let user = account.user.expect("a user").value.id;
        let mut change = Change::none();
        change.put(account.attempts.as_ref(), Record::Attempts(AttemptsKey::User(user), locked));
        app.store.commit(&change, now).await.expect("locked");
        let _ = self.done(Deed::Disable).await.expect(200);
        let _ = self.done(Deed::Inactivate).await.expect(200);
        self
    }

    async fn patch(&self, what: &str, body: &Value) -> Answer {
        let path = format!("/v1/contacts/{}{what}", self.contact);
        let request = self.portal.administrator.request(Method::PATCH, &path).header("if-match", "*");
        Answer::of(request.json(body)).await
    }

    async fn done(&self, deed: Deed) -> Answer {
        let (by, visitor) = (&self.portal.administrator, self.portal.visitor());
        let of = |what: &str| format!("/v1/contacts/{}/{what}", self.contact);
        let password = |text: &str| json!({ "password": text, "confirm_password": text });
        match deed {
            Deed::Disable => by.act(&of("disable-login")).await,
            Deed::Revoke => by.delete(&of("access")).await,
            Deed::Grant => by.put(&of("access"), &json!({ "roles": ["customer_administrator"] })).await,
            Deed::SendReset => by.act(&of("reset")).await,
            Deed::Redeem => visitor.redeem(&self.token, "a password by the link").await,
            Deed::SignIn => visitor.sign_in(&self.email, PASSWORD).await,
            Deed::ForgotPassword => visitor.post("/v1/password-resets", &json!({ "login": self.email })).await,
            Deed::SetPassword => {
                let mut body = password("a password by staff");
                body["method"] = json!("password");
                by.put(&of("password"), &body).await
            }
            Deed::ChangePassword => {
                let mut body = password("a password of one's own");
                body["current_password"] = json!(PASSWORD);
                self.signed_in.put("/v1/session/password", &body).await
            }
            Deed::RequireChange => by.act(&of("require-password-change")).await,
            Deed::EndSessions => by.delete(&of("sessions")).await,
            Deed::Edit => self.patch("", &json!({ "title": "Buyer" })).await,
            Deed::Inactivate => by.act(&of("inactivate")).await,
            Deed::Rename => self.patch("/login", &json!({ "user_id": self.email.replace('@', ".") })).await,
            Deed::RevokeEverywhere => by.delete(&of("access?everywhere=true")).await,
            Deed::Preview => by.act(&of("preview")).await,
            Deed::Enable => by.act(&of("enable-login")).await,
            Deed::Unlock => by.act(&of("unlock")).await,
            Deed::Reactivate => by.act(&of("reactivate")).await,
            Deed::Renew => visitor.post("/v1/links/renew", &json!({ "token": self.token })).await,
            Deed::Several => {
                let body = json!({ "all_or_nothing": true, "roles": ["customer_administrator"],
                    "contacts": [{ "contact": self.contact }] });
                by.post(&format!("/v1/organizations/{}/access", self.organization), &body).await
            }
            Deed::Switch => self.signed_in.post("/v1/session/switch", &json!({ "contact": self.elsewhere })).await,
            Deed::Confirm => self.confirmed(&self.confirms).await,
            Deed::TakeUp => self.confirmed(&self.token).await,
            Deed::EndOne => by.delete(&of(&format!("sessions/{}", self.session))).await,
            Deed::AskForEmail => {
                self.signed_in.post("/v1/session/email", &to_email(&format!("new.{}", self.email))).await
            }
        }
    }

    /// What came of it all, without ids and times.
    async fn outcome(&self, answers: [(Deed, Answer); 2]) -> String {
        let dump = assert_readable(&self.portal).await;
        let contact: &Contact = &dump.contacts[&id(&self.contact)];
        let access = contact.access.as_ref().expect("an access");
        let user = &dump.users[&access.user];
        let deeds = [answers[0].0, answers[1].0];
        let mut answers =
            answers.map(|(deed, answer)| format!("{deed:?} {} {}", answer.status.as_u16(), answer.json["code"]));
        answers.sort();
        let theirs =
            |id| dump.contacts.get(&id).and_then(|it: &Contact| it.access.as_ref()).filter(|it| it.user == user.id);
        let told = |it: &&Entry| matches!(it.subject, Subject::Contact(id) if theirs(id).is_some());
        let mut entries: Vec<Action> = dump.audit.iter().filter(told).map(|entry| entry.action).collect();
        // A present password that is wrong by the time of writing was right when it was held against its hash; and who
        // signs in to confirm has signed in, also where what was to be confirmed is gone by then.
        let signs_in = deeds.iter().any(|deed| deed.signs_in());
        let aside = |action| match action {
            Action::SignInFailed => true,
            Action::SignedIn | Action::SignedOut => signs_in,
            _ => false,
        };
        entries.retain(|action| !aside(*action));
        entries.sort();
        let mut mails: Vec<_> =
            dump.mails.iter().filter(|mail| theirs(mail.contact).is_some()).map(|mail| mail.template).collect();
        mails.sort();
        let mut links: Vec<String> = dump
            .links
            .values()
            .filter(|link| theirs(link.contact).is_some())
            .map(|link| format!("{:?} {:?}", link.purpose, link.ended))
            .collect();
        links.sort();
        let live = dump.sessions.iter().filter(|it| {
            it.user_epoch == user.epoch && theirs(it.contact).is_some_and(|access| access.epoch == it.access_epoch)
        });
        format!(
            "{answers:?}\nactive: {} title: {} user ID: {} email: {} must change: {}\n\
             {:?} enabled: {} roles: {:?} epochs: {} {} password: {} live sessions: {}\n{entries:?}\n{mails:?}\n{links:?}",
            contact.active,
            contact.details.title.is_some(),
            user.user_id.is_some(),
            user.login_email.as_str().replace(&self.email, "…"),
            user.must_change_password,
            access.standing,
            access.login_enabled,
            access.roles,
            access.epoch,
            user.epoch,
            user.password.is_some(),
            live.count(),
        )
    }
}

/// The table, once no mail is queued any more, sound.
async fn assert_readable(portal: &Portal) -> Dump {
    for round in 1.. {
        let dump = dump(portal).await;
        if !dump.has_queued() {
            dump.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
            return dump;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if round % 100 == 0 {
            // A machine that is too busy for SES's time-out leaves a mail to the sweep.
            portal.pass(SignedDuration::from_mins(5));
            portal.sweep().await;
        }
    }
    unreachable!("the mails are settled")
}

/// Holds the transaction of this number on the wire, and no other.
fn hold_one(portal: &Portal, number: usize) {
    let so_far = AtomicUsize::new(0);
    portal.table.decide_by(move |_, operation| {
        let is_it = operation == "TransactWriteItems" && so_far.fetch_add(1, Ordering::SeqCst) + 1 == number;
        if is_it { Fate::Hold } else { Fate::Pass }
    });
}

/// `security.md`, section 2: every pair of changing operations raced on one contact.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_deeds_of_which_one_is_done_between_the_others_reading_and_writing_the_outcome_is_that_of_some_order() {
    race(&TO_ACTIVE, Being::Active).await;
}

/// `security.md`, section 2: those that bring somebody back, too.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_deeds_to_somebody_who_was_put_out_the_outcome_is_that_of_some_order() {
    race(&TO_OUT, Being::Out).await;
}

/// `security.md`, section 2, and O8: and those about an offer.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_deeds_to_somebody_who_was_offered_an_access_the_outcome_is_that_of_some_order() {
    race(&TO_OFFERED, Being::Offered).await;
}

/// How many pairs are raced in one table at most: so many tables at once keep every processor at work.
const FEW: usize = 30;

/// Races every pair of these deeds, both ways, each on somebody who is as they were made ready once.
async fn race(deeds: &'static [Deed], being: Being) {
    let mut tables = JoinSet::new();
    let mut pairs: Vec<_> =
        deeds.iter().enumerate().flat_map(|(at, one)| deeds[at..].iter().map(|other| [*one, *other])).collect();
    pairs.sort_by_key(|pair| made_ready(*pair));
    let alike = pairs.chunk_by(|one, other| made_ready(*one) == made_ready(*other));
    for some in alike.flat_map(|alike| alike.chunks(FEW)).map(<[_]>::to_vec) {
        tables.spawn(async move {
            let portal = Arc::new(Portal::start().await);
            let person = Person::being(&portal, being, &some[0]).await;
            assert_readable(&portal).await;
            let ready = portal.keep();
            let mut odd = Vec::new();
            for pair in some {
                odd.extend(person.raced(&ready, pair).await);
            }
            odd
        });
    }
    let odd = tables.join_all().await.concat();
    assert!(odd.is_empty(), "{}", odd.join("\n\n"));
}

/// Which of these deeds need something made ready.
fn made_ready(deeds: [Deed; 2]) -> [bool; 2] {
    [deeds.contains(&Deed::Switch), deeds.contains(&Deed::Confirm)]
}

impl Person {
    /// Somebody as they are to be, made ready for two deeds.
    async fn being(portal: &Arc<Portal>, being: Being, deeds: &[Deed; 2]) -> Self {
        let person = Self::new(portal, ADA.to_owned()).await.ready_for(deeds).await;
        match being {
            Being::Active => person,
            Being::Out => person.put_out().await,
            Being::Offered => person.offered().await,
        }
    }

    /// The same person, ready once more.
    fn again(&self, ready: &Kept) -> &Self {
        self.portal.back_to(ready);
        self
    }

    /// Races two deeds both ways, each on the person made ready anew; tells what is the outcome of no order.
    async fn raced(&self, ready: &Kept, [one, other]: [Deed; 2]) -> Vec<String> {
        let mut raced = vec![(one, other, self.again(ready).interrupted(one, other).await)];
        if one != other {
            raced.push((other, one, self.again(ready).interrupted(other, one).await));
        }
        let mut orders = vec![self.again(ready).in_order(one, other).await];
        // Where the two do not get in each other's way, one order tells all there is.
        if raced.iter().any(|(.., outcome)| *outcome != orders[0]) {
            orders.push(self.again(ready).in_order(other, one).await);
        }
        raced.retain(|(.., outcome)| !orders.contains(outcome));
        let told = |(first, second, outcome)| {
            format!("{second:?} during {first:?}:\n{outcome}\nis none of\n{}", orders.join("\nnor\n"))
        };
        raced.into_iter().map(told).collect()
    }

    /// One deed after the other.
    async fn in_order(&self, first: Deed, second: Deed) -> String {
        let one = self.done(first).await;
        assert!(one.status.is_success(), "{first:?}: {}", one.text);
        let other = self.done(second).await;
        self.outcome([(first, one), (second, other)]).await
    }

    /// The second between what the first has read and what it writes.
    async fn interrupted(&self, first: Deed, second: Deed) -> String {
        hold_one(&self.portal, first.transaction());
        let mut interrupted = tokio::spawn({
            let person = self.clone();
            async move { person.done(first).await }
        });
        tokio::select! {
            () = self.portal.table.held() => {}
            answer = &mut interrupted => panic!("{first:?} wrote nothing: {answer:?}"),
        }
        let other = self.done(second).await;
        self.portal.table.release();
        let one = interrupted.await.expect("an answer");
        self.portal.table.heal();
        self.outcome([(first, one), (second, other)]).await
    }
}

/// L11, S1
#[tokio::test]
async fn two_sweeps_at_once_send_each_mail_once_and_expire_each_link_once() {
    let portal = Portal::start().await;
    for number in 0..6 {
        let _ = portal.create(&format!("invited{number}@example.com"), json!({})).await.expect(201);
    }
    portal.ses.decide_by(|_, _| Fate::Refuse(429, "TooManyRequestsException"));
    portal.pass(SignedDuration::from_hours(25));
    let administrator = portal.visitor().signed_in(ADMINISTRATOR, PASSWORD).await;
    for number in 0..6 {
        let body = new_user(&format!("queued{number}@example.com"), json!({}));
        assert_eq!(administrator.post("/v1/users", &body).await.expect(201).at("/link/mail"), "queued");
    }
    portal.ses.heal();
    portal.pass(SignedDuration::from_mins(5));
    let (one, other) = tokio::join!(portal.sweep(), portal.sweep());
    assert_eq!(one.links + other.links, 6);
    assert_eq!([one.failed, other.failed], [0, 0]);
    for number in 0..6 {
        assert_eq!(portal.mails_to(&format!("queued{number}@example.com")).len(), 1);
        assert_eq!(portal.mails_to(&format!("invited{number}@example.com")).len(), 1);
    }
    let dump = assert_sound(&portal).await;
    assert_eq!(dump.links.values().filter(|link| link.ended == Some(State::Expired)).count(), 6);
}

/// L11
#[tokio::test]
async fn of_two_deliverers_of_one_mail_one_sends_it() {
    let portal = Portal::start().await;
    portal.ses.script([Fate::Refuse(429, "TooManyRequestsException")]);
    let _ = portal.create(ADA, json!({})).await.expect(201);
    let mail = dump(&portal).await.mails.into_iter().find(|mail| mail.fate == MailFate::Queued).expect("queued").id;
    portal.pass(SignedDuration::from_mins(5));
    let deliver = || shared::mail::deliver(&portal.app, mail);
    let (one, other, third) = tokio::join!(deliver(), deliver(), deliver());
    assert!([one, other, third].into_iter().all(|delivered| delivered.is_ok()));
    assert_eq!(portal.mails_to(ADA).len(), 1);
    assert_sound(&portal).await;
}
