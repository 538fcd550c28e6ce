//! What each flow costs at the table: its calls and the capacity they consume, which do not grow with the table.
//!
//! `cargo test -p tests --test rules capacity:: -- --nocapture` prints them, as `docs/table.md` has them; `make bench` runs it with
//! `LATCHKEY_RECORDS` at a million.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::json;
use shared::app::{App, Clock, Parts};
use shared::domain::id::MailId;
use shared::domain::sweep::Done;
use shared::mail::Mailer;
use shared::store::Store;
use tests::load::{SMALL, portal_with, records};
use tests::portal::new_user;
use tests::ses::event;
use tests::{PASSWORD, Portal, Visitor, Wire, images};
use tokio::sync::mpsc::UnboundedReceiver;

/// What a flow costs: its batch reads, queries and transactions, read units and write units.
#[derive(Debug, Clone, PartialEq)]
struct Cost {
    flow: &'static str,
    reads: usize,
    queries: usize,
    transactions: usize,
    read_units: f64,
    write_units: f64,
}

/// An instance whose mails are left to be delivered, and whose clock tells whole seconds: no call is made beside those
/// of the flow, and every time is as long as any other.
struct Instance<'a> {
    portal: &'a Portal,
    table: Wire,
    app: App,
    /// Somebody who is not signed in.
    visitor: Visitor,
    /// The administrator.
    by: Visitor,
    /// The mails that are left to be delivered.
    left: UnboundedReceiver<MailId>,
    costs: Vec<Cost>,
}

impl<'a> Instance<'a> {
    async fn of(portal: &'a Portal) -> Self {
        let (table, endpoint) = Wire::to(portal.table.upstream().to_owned()).await;
        let store = Store::new(aws_sdk_dynamodb::Client::new(&local::table::config(&endpoint)), "latchkey".to_owned());
        let (store, left) = store.watched();
        let clock = portal.app.clock.clone();
        let clock = Clock::new(move || Timestamp::from_second(clock.now().as_second()).expect("in range"));
        let mailer = Mailer::new(&local::table::config(portal.ses.upstream()), None);
        let app = App::new(Parts { store, mailer, clock, ..Parts::clone(&portal.app) });
        let nobody = portal.visitor();
        let mut instance = Self { portal, table, app, visitor: nobody.clone(), by: nobody, left, costs: Vec::new() };
        instance.begin().await;
        instance
    }

    /// Starts anew with settings just read, so that none has to read them.
    async fn begin(&mut self) {
        self.app = App::new(Parts::clone(&self.app));
        self.app.settings().await.expect("settings");
        self.visitor = self.portal.instance(&self.app).await;
        self.by = self.visitor.with_token(self.portal.administrator.token());
        self.table.take_calls();
    }

    /// Notes what was called since the last flow, as this one's.
    async fn note(&mut self, flow: &'static str) {
        let calls = self.table.take_calls();
        let of = |operation: &str| {
            let calls = calls.iter().filter(|call| call.operation == operation);
            calls.fold((0, 0.0), |(count, units), call| (count + 1, units + call.capacity))
        };
        let ((reads, read), (queries, queried)) = (of("BatchGetItem"), of("Query"));
        let (transactions, write_units) = of("TransactWriteItems");
        assert_eq!(reads + queries + transactions, calls.len(), "{flow}: {calls:?}");
        let mut reading = calls.iter().filter(|call| call.operation != "TransactWriteItems");
        assert!(
            reading.all(|call| call.consistent || flow.starts_with("sweep") || flow.starts_with("search")),
            "{flow}: {calls:?}"
        );
        self.costs.push(Cost { flow, reads, queries, transactions, read_units: read + queried, write_units });
        self.begin().await;
    }

    /// Delivers the next mail that was left.
    async fn deliver(&mut self, flow: &'static str) {
        let mail = self.left.recv().await.expect("one");
        shared::mail::deliver(&self.app, mail).await.expect("delivered");
        self.note(flow).await;
    }
}

/// Runs every flow once on a table of so many records.
async fn costs_at(records: usize) -> Vec<Cost> {
    let (portal, _) = portal_with(records, 0).await;
    // Loading may have taken a minute: that the session is used is written down before anything is counted.
    let _ = portal.administrator.get("/v1/session").await.expect(200);
    let mut at = Instance::of(&portal).await;
    let bea = at.by.post("/v1/users", &new_user("bea@example.com", json!({}))).await.expect(201).at("/id");
    at.note("create a user with a new organization, mail sent").await;
    let ada = at.by.post("/v1/users", &new_user("ada@example.com", json!({}))).await.expect(201).at("/id");
    at.note("create a user, mail sent").await;
    let token = portal.link_token("ada@example.com").await;
    let of = |what: &str| format!("/v1/contacts/{ada}/{what}");
    let _ = at.visitor.post("/v1/links/inspect", &json!({ "token": token })).await.expect(200);
    at.note("inspect a link").await;
    let _ = at.visitor.post("/v1/links/inspect", &json!({ "token": "forged" })).await.expect(404);
    at.note("inspect a forged link").await;
    let _ = at.visitor.redeem(&token, PASSWORD).await.expect(204);
    at.note("redeem an invitation").await;
    let _ = at.visitor.sign_in("ada@example.com", "not the password at all").await.expect(401);
    at.note("sign in, wrong password").await;
    let _ = at.visitor.sign_in("nobody@example.com", PASSWORD).await.expect(401);
    at.note("sign in, unknown name").await;
    let session = at.visitor.signed_in("ada@example.com", PASSWORD).await.token().to_owned();
    at.note("sign in").await;
    let _ = at.visitor.with_token(&session).get("/v1/session").await.expect(200);
    at.note("check a session").await;
    let _ = at.visitor.with_token(&session).get("/v1/sessions").await.expect(200);
    at.note("list one's sessions").await;
    let password = json!({
        "current_password": PASSWORD,
        "password": "a wholly different phrase", "confirm_password": "a wholly different phrase",
    });
    let _ = at.visitor.with_token(&session).put("/v1/session/password", &password).await.expect(204);
    at.note("change one's password").await;
    at.deliver("deliver a mail without a link").await;
    let _ = at.visitor.with_token(&session).delete("/v1/session").await.expect(204);
    at.note("sign out").await;
    let _ = at.visitor.post("/v1/password-resets", &json!({ "login": "ada@example.com" })).await.expect(202);
    at.note("forgot password").await;
    let _ = at.visitor.post("/v1/password-resets", &json!({ "login": "nobody@example.com" })).await.expect(202);
    at.note("forgot password, unknown name").await;
    at.deliver("deliver a mail with its link").await;
    let token = portal.link_token("ada@example.com").await;
    let _ = at.visitor.post("/v1/links/renew", &json!({ "token": token })).await.expect(202);
    at.note("renew a link").await;
    let _ = at.visitor.redeem(&token, PASSWORD).await.expect(204);
    at.note("redeem a reset").await;
    let _ = at.by.get(&format!("/v1/contacts/{ada}")).await.expect(200);
    at.note("read a contact").await;
    let _ = at.by.act(&of("reset")).await.expect(202);
    at.note("send a reset, mail sent").await;
    let _ = at.by.put(&of("access"), &json!({ "roles": ["customer_administrator"] })).await.expect(200);
    at.note("change an access").await;
    let _ = at.by.put(&of("access"), &json!({ "roles": ["customer_administrator"] })).await.expect(200);
    at.note("grant what is granted").await;
    let _ = at.by.put(&of("access"), &json!({ "roles": ["customer_center"] })).await.refused(409, "last_administrator");
    at.note("refuse to unmake the last administrator").await;
    let of = |what: &str| format!("/v1/contacts/{bea}/{what}");
    let _ = at.by.act(&of("disable-login")).await.expect(200);
    at.note("disable a login, mail sent").await;
    let _ = at.by.act(&of("enable-login")).await.expect(200);
    at.note("enable a login, mail sent").await;
    let _ = at.by.delete(&of("access")).await.expect(200);
    at.note("revoke an access").await;
    let _ = at.by.put(&of("access"), &json!({ "roles": ["customer_center"] })).await.expect(200);
    at.note("grant an access again, mail sent").await;
    office(&mut at, &ada, &bea).await;
    at.costs
}

/// The flows of the directory and of those who look after accesses.
async fn office(at: &mut Instance<'_>, ada: &str, bea: &str) {
    let portal = at.portal;
    let organization = portal.contact(bea).await.at("/organization");
    at.begin().await;
    let _ = at.by.get("/v1/contacts?q=fill&limit=20").await.expect(200);
    at.note("search contacts, a page of 20").await;
    let _ = at.by.get("/v1/organizations?q=f-&kind=customer&limit=20").await.expect(200);
    at.note("search customers, a page of 20").await;
    let _ = at.by.get(&format!("/v1/contacts?organization={organization}&q=ada")).await.expect(200);
    at.note("search an organization's contacts").await;
    let _ = at.by.get(&format!("/v1/organizations/{organization}")).await.expect(200);
    at.note("read an organization").await;
    let body = json!({ "kind": "customer", "number": "C-9", "name": "Nine" });
    let nine = at.by.post("/v1/organizations", &body).await.expect(201).at("/id");
    at.note("make an organization").await;
    let _ = at.by.patch(&format!("/v1/organizations/{nine}"), 1, &json!({ "name": "Neun" })).await.expect(200);
    at.note("edit an organization").await;
    let _ = at.by.act(&format!("/v1/organizations/{nine}/inactivate")).await.expect(200);
    at.note("make an organization inactive").await;
    let body = json!({ "organization": organization, "first_name": "Cleo", "last_name": "Byrd",
        "email": "cleo@example.com" });
    let cleo = at.by.post("/v1/contacts", &body).await.expect(201).at("/id");
    at.note("make a contact").await;
    let _ = at.by.patch(&format!("/v1/contacts/{cleo}"), 1, &json!({ "title": "Buyer" })).await.expect(200);
    at.note("edit a contact").await;
    let body = json!({ "roles": ["customer_center"] });
    let _ = at.by.put(&format!("/v1/contacts/{cleo}/access"), &body).await.expect(200);
    at.note("give a contact its login, mail sent").await;
    let several = json!({ "all_or_nothing": true, "roles": ["customer_administrator"],
        "contacts": [{ "contact": ada }, { "contact": bea }, { "contact": cleo }] });
    let _ = at.by.post(&format!("/v1/organizations/{organization}/access"), &several).await.expect(200);
    at.note("change three accesses, all or nothing").await;
    let _ = at.by.get("/v1/audit?limit=5").await.expect(200);
    at.note("search the audit, a page of 5").await;
    let _ = at.by.get(&format!("/v1/audit?organization={organization}&limit=5")).await.expect(200);
    at.note("search an organization's audit, a page of 5").await;
    let _ = at.by.get(&format!("/v1/audit?contact={bea}&limit=20")).await.expect(200);
    at.note("read a contact's audit").await;
    let mails = at.by.get(&format!("/v1/contacts/{bea}/mails?limit=5")).await.expect(200);
    at.note("search a contact's mails, a page of 5").await;
    for (kind, flow) in [("Delivery", "take SES's report of a delivery"), ("Bounce", "take SES's report of a bounce")] {
        let items = mails.json["items"].as_array().expect("items");
        let invite = items.iter().find(|mail| mail["template"] == "invite").expect("an invitation");
        let (mail, to) = (invite["id"].as_str().expect("an id"), invite["to"].as_str().expect("an address"));
        mail_events::handle(at.app.clone(), event("aws.ses", kind, mail, to)).await.expect("taken");
        at.note(flow).await;
    }
    let _ = at.by.get("/v1/attention?why=mail_stuck&limit=1").await.expect(200);
    at.note("search who can't get in, a page of 1").await;
    let _ = at.by.delete(&format!("/v1/contacts/{bea}/suppression")).await.expect(200);
    at.note("let mail go to an address again").await;
    let site = portal.administrator.get("/v1/sites").await.at("/items/0/id");
    at.begin().await;
    let _ = at.by.get(&format!("/v1/sites/{site}/templates")).await.expect(200);
    at.note("list how a site's mails are worded").await;
    let body =
        json!({ "subject": "Hello", "text": "{{ link }} {{ expires_at }}", "html": "{{ link }} {{ expires_at }}" });
    let _ = at.by.put(&format!("/v1/sites/{site}/templates/reset/fr"), &body).await.expect(200);
    at.note("word a mail").await;
    let _ = at.by.get("/v1/sweeps").await.expect(200);
    at.note("list what the sweep did").await;
    let looks_on = at.by.act(&format!("/v1/contacts/{cleo}/preview")).await.expect(201).at("/token");
    at.note("begin a preview").await;
    let _ = at.visitor.with_token(&looks_on).get("/v1/session").await.expect(200);
    at.note("check a preview").await;
    let own = at.visitor.signed_in("ada@example.com", PASSWORD).await;
    while let Ok(mail) = at.left.try_recv() {
        shared::mail::deliver(&at.app, mail).await.expect("delivered");
    }
    at.begin().await;
    let own = at.visitor.with_token(own.token());
    let email = json!({ "email": "countess@example.com", "current_password": PASSWORD });
    let _ = own.post("/v1/session/email", &email).await.expect(202);
    at.note("ask for another email").await;
    at.deliver("deliver a mail with its link to another email").await;
    let token = portal.link_token("countess@example.com").await;
    let confirm = json!({ "token": token, "login": "ada@example.com", "password": PASSWORD });
    let _ = at.visitor.post("/v1/links/confirm", &confirm).await.expect(204);
    at.note("confirm another email").await;
    let _ = at.by.act(&format!("/v1/contacts/{cleo}/inactivate")).await.expect(200);
    at.note("make a contact inactive").await;
    let (logo, image) = (format!("/v1/sites/{site}/logo"), images::png_of_bytes(32 * 1024));
    let url = at.by.put_image(&logo, "*", "image/png", image).await.expect(200).at("/logo/url");
    at.note("give a site a logo of 32 KB").await;
    let _ = at.visitor.get(&url).await.expect(200);
    at.note("show a logo of 32 KB").await;
    while let Ok(mail) = at.left.try_recv() {
        shared::mail::deliver(&at.app, mail).await.expect("delivered");
    }
    at.begin().await;
    assert_eq!(sweep::sweep(&at.app).await.expect("swept"), Done::default());
    at.note("sweep, nothing due").await;
}

/// The costs as a table, for `docs/table.md`.
fn table(costs: &[Cost]) -> String {
    let mut text = "| flow | batch reads | queries | transactions | read units | write units |\n".to_owned();
    text.push_str("|---|---:|---:|---:|---:|---:|\n");
    for Cost { flow, reads, queries, transactions, read_units, write_units } in costs {
        let _ = writeln!(text, "| {flow} | {reads} | {queries} | {transactions} | {read_units} | {write_units} |");
    }
    text
}

/// Architecture, rule 10: nothing is looked up by scanning, and no cost grows with the table.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "the figures are the point")]
async fn each_flow_costs_the_same_in_a_small_table_and_in_a_large_one() {
    let records = records();
    let (small, large) = (costs_at(SMALL).await, costs_at(records).await);
    println!("At {SMALL} records and at {records} alike:");
    println!("{}", table(&small));
    assert_eq!(small, large);

    let of = |flow: &str| small.iter().find(|cost| cost.flow == flow).expect("noted");
    let sign_in = of("sign in");
    assert_eq!((sign_in.reads, sign_in.queries, sign_in.transactions), (2, 0, 1));
    let session = of("check a session");
    assert_eq!((session.reads, session.queries, session.transactions), (1, 0, 0));
    assert_eq!(of("inspect a forged link").reads, 0);
    let documented = include_str!("../../../docs/table.md");
    for line in table(&small).lines() {
        assert!(documented.contains(line), "docs/table.md does not say: {line}");
    }
}
