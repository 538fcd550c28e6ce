//! What SES reports happens at once with all else that happens to an address: as if one thing came after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use serde_json::json;
use shared::app::{App, Parts};
use shared::domain::email::Email;
use shared::domain::id::MailId;
use shared::domain::mail::Fate as MailFate;
use shared::store::Store;
use tests::portal::new_user;
use tests::ses::event;
use tests::wire::Fate;
use tests::{Dump, Portal, Visitor};

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happening {
    /// SES reports this of the person's mail of this number.
    Report(&'static str, usize),
    /// Staff let mail go to the address again.
    Lift,
    /// The mail that waits is delivered.
    Delivery,
}

use Happening::{Delivery, Lift, Report};

/// Of two mails to one address, and of one twice.
const HAPPENINGS: [Happening; 5] =
    [Report("Bounce", 1), Report("Complaint", 1), Report("Delivery", 1), Report("Bounce", 2), Delivery];

/// Somebody to whom three mails went, and a fourth waits.
#[derive(Clone)]
struct Person {
    portal: Arc<Portal>,
    email: String,
    contact: String,
    mails: Vec<MailId>,
}

impl Person {
    /// `elsewhere` is an instance that leaves what it writes to be delivered.
    async fn new(portal: &Arc<Portal>, elsewhere: &Visitor, email: String, dead: bool) -> Self {
        let contact = portal.create(&email, json!({})).await.expect(201).at("/id");
        for _ in 0..2 {
            let _ = portal.administrator.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
        }
        let _ = elsewhere.post("/v1/password-resets", &json!({ "login": email })).await.expect(202);
        let listed = portal.administrator.get(&format!("/v1/contacts/{contact}/mails")).await.expect(200);
        let mails = (0..4).rev().map(|at| listed.at(&format!("/items/{at}/id")).parse().expect("an id")).collect();
        let person = Self { portal: Arc::clone(portal), email, contact, mails };
        if dead {
            person.happens(Report("Bounce", 0)).await;
        }
        person
    }

    async fn happens(&self, happening: Happening) {
        let app = self.portal.app.clone();
        match happening {
            Report(kind, mail) => {
                let mut event = event("aws.ses", kind, &self.mails[mail].to_string(), &self.email);
                // After whatever staff lift here.
                event.time += SignedDuration::from_mins(1);
                mail_events::handle(app, event).await.expect("taken");
            }
            Lift => {
                let path = format!("/v1/contacts/{}/suppression", self.contact);
                let lifted = self.portal.administrator.delete(&path).await.status.as_u16();
                assert!(matches!(lifted, 200 | 409), "{lifted}");
            }
            Delivery => drop(shared::mail::deliver(&app, self.mails[3]).await.expect("delivered")),
        }
    }

    /// One thing after the other.
    async fn in_order(self, first: Happening, second: Happening) -> String {
        self.happens(first).await;
        self.happens(second).await;
        self.outcome().await
    }

    /// The second between what the first has read and what it writes.
    async fn interrupted(self, first: Happening, second: Happening) -> String {
        let so_far = AtomicUsize::new(0);
        self.portal.table.decide_by(move |_, operation| {
            let is_it = operation == "TransactWriteItems" && so_far.fetch_add(1, Ordering::SeqCst) == 0;
            if is_it { Fate::Hold } else { Fate::Pass }
        });
        let person = self.clone();
        let interrupted = tokio::spawn(async move { person.happens(first).await });
        self.portal.table.held().await;
        self.happens(second).await;
        self.portal.table.release();
        interrupted.await.expect("done");
        self.portal.table.heal();
        self.outcome().await
    }

    /// What came of it all, without ids and times.
    async fn outcome(&self) -> String {
        let store = &self.portal.app.store;
        let mut fates = Vec::new();
        for mail in &self.mails {
            fates.push(store.mail(*mail).await.expect("read").expect("there").value.fate);
        }
        let address = Email::parse(&self.email).expect("an email");
        let suppression = store.suppression(&address).await.expect("read");
        let suppression = suppression.map(|it| (it.value.reason, it.value.is_on()));
        let entries = self.portal.items(&format!("AUDIT#{}", self.contact)).await;
        let told = |action: &str| entries.iter().filter(|entry| entry["action"] == action).count();
        let (suppressed, released) = (told("address_suppressed"), told("address_released"));
        let came = self.portal.mails_to(&self.email).len();
        format!("{fates:?} {suppression:?} told {suppressed} {released} came {came}")
    }
}

/// Races all of these with each other, both ways; each on somebody anew.
async fn race(happenings: &[Happening], dead: bool) {
    let portal = Arc::new(Portal::start().await);
    let client = aws_sdk_dynamodb::Client::new(&local::table::config(portal.table.upstream()));
    let store = Store::new(client, "latchkey".to_owned());
    let app = App::new(Parts { store, ..Parts::clone(&portal.app) });
    let elsewhere = portal.instance(&app).await;
    let mut people = 0;
    let mut person = async || {
        people += 1;
        Person::new(&portal, &elsewhere, format!("ada{people}@example.com"), dead).await
    };
    let mut odd = Vec::new();
    for (at, one) in happenings.iter().enumerate() {
        for other in &happenings[at + 1..] {
            let mut orders = vec![person().await.in_order(*one, *other).await];
            for (first, second) in [(one, other), (other, one)] {
                let raced = person().await.interrupted(*first, *second).await;
                // Where the two do not get in each other's way, one order tells all there is.
                if orders.len() == 1 && orders[0] != raced {
                    orders.push(person().await.in_order(*other, *one).await);
                }
                if !orders.contains(&raced) {
                    odd.push(format!("{second:?} during {first:?}: {raced}\nis none of {orders:#?}"));
                }
            }
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n\n"));
    portal.pass(SignedDuration::from_mins(5));
    portal.sweep().await;
    Dump::of(portal.table.upstream()).await.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
}

/// L10, CC-02
#[tokio::test]
async fn reports_that_meet_each_other_or_a_delivery_come_out_as_in_some_order() {
    race(&HAPPENINGS, false).await;
}

/// L10, CC-02
#[tokio::test]
async fn reports_and_deliveries_that_meet_a_lift_come_out_as_in_some_order() {
    race(&[&HAPPENINGS[..], &[Lift]].concat(), true).await;
}

/// L10, L11
#[tokio::test]
async fn what_ses_reports_of_a_mail_before_its_deliverer_has_written_that_it_went_stands() {
    let portal = Portal::start().await;
    for (kind, fate) in
        [("Delivery", MailFate::Delivered), ("Bounce", MailFate::Bounced), ("Complaint", MailFate::Complained)]
    {
        let email = format!("{}@example.com", kind.to_lowercase());
        // The claim is the second transaction, after the creation; what came of the try is the third.
        let so_far = AtomicUsize::new(0);
        portal.table.decide_by(move |_, operation| {
            let is_it = operation == "TransactWriteItems" && so_far.fetch_add(1, Ordering::SeqCst) == 2;
            if is_it { Fate::Hold } else { Fate::Pass }
        });
        let administrator = portal.administrator.clone();
        let body = new_user(&email, json!({}));
        let creating = tokio::spawn(async move { administrator.post("/v1/users", &body).await });
        portal.table.held().await;
        let mails = Dump::of(portal.table.upstream()).await.mails;
        let mail = mails.iter().find(|mail| mail.to.as_str() == email).expect("claimed");
        let came = portal.mails_to(&email);
        assert_eq!((mail.fate, came.len()), (MailFate::Queued, 1));
        let mut event = event("aws.ses", kind, &mail.id.to_string(), &email);
        event.detail.mail.message_id.clone_from(&came[0].id);
        mail_events::handle(portal.app.clone(), event).await.expect("taken");
        portal.table.release();
        let created = creating.await.expect("no panic").expect(201);
        portal.table.heal();
        assert_eq!(created.at("/link/mail"), fate.as_str());
    }
    Dump::of(portal.table.upstream()).await.assert_sound(&portal.inbox.mails(), portal.app.clock.now());
}
