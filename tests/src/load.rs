//! Tables of any size: what some creations made, and as many copies of it with ids of their own as it takes.

use std::collections::{BTreeSet, HashSet};

use dynoxide::actions::scan::ScanRequest;
use dynoxide::{AttributeValue, Database, ImportOptions, Item};
use jiff::SignedDuration;
use shared::domain::actor::{Actor, Moment};
use shared::domain::change::{Change, Record, Write};
use shared::domain::email::{Email, UserId};
use shared::domain::role::{AccountType, RoleName};
use shared::domain::rules::create_user::{Found, NewUser, Organizations, create_user};
use shared::domain::rules::give_login::{Credential, NewLogin, Person};
use shared::domain::text::{Name, Number, PersonName};
use shared::store::{DUE_SHARDS, Store};

use crate::portal::ADMINISTRATOR;
use crate::{Dump, Portal};

/// Records of a small table.
pub const SMALL: usize = 1_000;
/// As many as a large table has where `LATCHKEY_RECORDS` does not say.
const LARGE: usize = 20_000;
/// As many creations as one transaction takes.
const AT_ONCE: usize = 8;

/// Records of a large table: as `LATCHKEY_RECORDS` says, where it does.
pub fn records() -> usize {
    let asked = std::env::var("LATCHKEY_RECORDS").ok();
    asked.map_or(LARGE, |records| records.parse().expect("a number"))
}

/// What the sweep has to see to with those who were loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Nothing, before a day has passed.
    Nothing,
    /// Of half of them a mail that nobody sent, of the others a link whose time is over.
    OneEach,
}

/// A portal whose table holds so many records more, and as many things that are due, in eights: half mails, half links. Gives
/// how many are due.
pub async fn portal_with(records: usize, due: usize) -> (Portal, usize) {
    let database = Database::memory().expect("a table");
    let portal = Portal::over(database.clone()).await;
    let mut own: HashSet<_> = scan(&database).iter().map(partition).collect();
    let mut loaded = Vec::new();
    for (first, kind) in [(0, Due::Nothing), (AT_ONCE, Due::OneEach)] {
        if kind == Due::OneEach && due == 0 {
            continue;
        }
        create_customers(&portal, first, kind).await;
        let mut made = scan(&database);
        // What is tallied lies under keys of its own, whoever holds it.
        made.retain(|item| !own.contains(&partition(item)) && !partition(item).contains("TALLY#"));
        own.extend(made.iter().map(partition));
        loaded.push((kind, made));
    }
    for (kind, made) in &loaded {
        let copies = if *kind == Due::OneEach { (due / AT_ONCE).saturating_sub(1) } else { records / made.len() };
        for copy in 1..=copies {
            let copies = made.iter().map(|item| copied(item, copy)).collect();
            database.import_items("latchkey", copies, ImportOptions::default()).expect("imported");
        }
    }
    let there = database.table_stats().expect("counted")[0].item_count;
    let made = loaded[0].1.len();
    assert!(usize::try_from(there).is_ok_and(|there| there >= records / made * made), "{there} records");
    (portal, due / AT_ONCE * AT_ONCE)
}

fn partition(item: &Item) -> String {
    format!("{:?}", item["pk"])
}

fn scan(database: &Database) -> Vec<Item> {
    let all = ScanRequest { table_name: "latchkey".to_owned(), ..ScanRequest::default() };
    database.scan(all).expect("scanned").items.unwrap_or_default()
}

/// As many creations as one transaction takes, by the store's own door.
async fn create_customers(portal: &Portal, first: usize, due: Due) {
    let dump = Dump::of(portal.table.upstream()).await;
    let administrator = dump.contacts_of(dump.users_named(ADMINISTRATOR)[0].id)[0];
    let access = administrator.access.as_ref().expect("an access");
    let settings = portal.app.settings().await.expect("settings");
    let actor = Actor::new(administrator.id, administrator.organization, access, &settings);
    let now = portal.app.clock.now();
    let at = Moment { now, settings: &settings, key: 1, source: "", request: "" };
    let mut change = Change::none();
    for number in first..first + AT_ONCE {
        let (_, mut made) = create_user(&customer(number), &Found::default(), &actor, &at).expect("allowed");
        let unsent = due == Due::OneEach && number % 2 == 0;
        let sent = if due == Due::OneEach { now - SignedDuration::from_hours(25) } else { now };
        for write in made.writes.iter_mut().filter(|_| !unsent) {
            match write {
                Write::Create(Record::Mail(mail)) => *mail = mail.claimed(now).accepted("sent".to_owned(), now),
                Write::Create(Record::Link(link)) => link.sent_at = Some(sent),
                _ => {}
            }
        }
        change.append(made);
    }
    let client = aws_sdk_dynamodb::Client::new(&local::table::config(portal.table.upstream()));
    Store::new(client, "latchkey".to_owned()).commit(&change, now).await.expect("written");
}

/// An item with each id in it replaced by another of the same form, the same for the same id; what is due is spread.
fn copied(item: &Item, copy: usize) -> Item {
    let mut copied: Item = item.iter().map(|(name, value)| (name.clone(), copied_value(value, copy))).collect();
    if let Some(AttributeValue::S(shard)) = copied.get_mut("due_shard")
        && shard.starts_with("DUE#")
    {
        *shard = format!("DUE#{:02}", copy % usize::from(DUE_SHARDS));
    }
    copied
}

fn copied_value(value: &AttributeValue, copy: usize) -> AttributeValue {
    match value {
        AttributeValue::S(text) => AttributeValue::S(copied_text(text, copy)),
        AttributeValue::M(fields) => {
            AttributeValue::M(fields.iter().map(|(name, value)| (name.clone(), copied_value(value, copy))).collect())
        }
        AttributeValue::L(values) => AttributeValue::L(values.iter().map(|value| copied_value(value, copy)).collect()),
        other => other.clone(),
    }
}

/// Ids are what follows the last `#`, by their length: a link's id, a ULID with its prefix, a hash. The copy's number
/// goes into them.
fn copied_text(text: &str, copy: usize) -> String {
    let id = text.rsplit('#').next().unwrap_or_default();
    // A time may be as long.
    if !matches!(id.len(), 22 | 30 | 64) || !id.is_ascii() || id.contains(':') {
        return text.to_owned();
    }
    let at = text.len() - 8;
    format!("{}{copy:06}{}", &text[..at], &text[at + 6..])
}

fn customer(number: usize) -> NewUser {
    let name = |text: &str| PersonName::parse(text).expect("a name");
    NewUser {
        organization: Organizations::Numbered(
            Number::parse(&format!("F-{number}")).expect("a number"),
            Name::parse("Filler and Sons").expect("a name"),
        ),
        first_name: name("Bea"),
        last_name: name("Filler"),
        login: NewLogin {
            account_type: AccountType::Customer,
            person: Person::Email(Email::parse(&format!("filler{number}@example.com")).expect("an email")),
            user_id: Some(UserId::parse(&format!("filler.{number}")).expect("a user ID")),
            roles: BTreeSet::from([RoleName::from("customer_center")]),
            site: None,
            can_create_users: false,
            claim_authorization_required: false,
            credential: Credential::Link,
            notify: true,
        },
    }
}
