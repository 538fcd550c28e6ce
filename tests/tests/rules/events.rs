//! Each change goes out as an event, at least once, numbered by its subject (`docs/events.md`).

mod deeds;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::{Json, Router, routing};
use local::events::Delivered;
use local::stream::Follower;
use local::table;
use publish_events::Publisher;
use serde_json::{Value, json};
use shared::domain::audit::Action;
use tests::portal::{ADMINISTRATOR, new_user, token_in};
use tests::process::Machine;
use tests::wire::Fate;
use tests::{PASSWORD, Portal, items};
use tokio::net::TcpListener;

const ADA: &str = "ada@example.com";

/// The number of an event, and its id.
fn place(detail: &Value) -> (u64, String) {
    (detail["number"].as_u64().expect("a number"), detail["id"].as_str().expect("an id").to_owned())
}

/// The events themselves.
fn details(events: &[Delivered]) -> Vec<Value> {
    events.iter().map(|event| event.detail.clone()).collect()
}

/// What was done to a subject, in the order in which it came.
fn told<'a>(details: &'a [Value], subject: &str) -> Vec<&'a str> {
    let about = details.iter().filter(|it| it["subject"]["id"] == subject);
    about.map(|it| it["action"].as_str().expect("a text")).collect()
}

/// The audit entries among some items, by their ids, with what each says.
fn entries(items: Vec<Value>) -> BTreeMap<String, Value> {
    let entries = items.into_iter().filter(|item| item["type"] == "audit");
    entries.map(|item| (item["id"].as_str().expect("an id").to_owned(), item)).collect()
}

fn action(of: &Value) -> Action {
    Action::parse(of["action"].as_str().expect("a text")).expect("an action")
}

/// The ids of the entries that tell of a change.
fn changes(entries: &BTreeMap<String, Value>) -> BTreeSet<String> {
    entries.iter().filter(|(_, entry)| !action(entry).is_coming_and_going()).map(|(id, _)| id.clone()).collect()
}

/// Whether each subject's events come in the order of their numbers.
fn assert_in_order(details: &[Value]) {
    let mut last: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for detail in details {
        let before = last.insert(detail["subject"].to_string(), place(detail));
        assert!(before.is_none_or(|before| before < place(detail)), "{detail}");
    }
}

/// The rows of the table of what there is: the actions of each, what it is about, and the fields that it may tell.
fn documented() -> Vec<(Vec<String>, String, BTreeSet<String>)> {
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let document = include_str!("../../../docs/events.md");
    let table = document.split("## Which there are").nth(1).expect("a table");
    let rows = table.lines().filter(|line| line.starts_with("| `")).skip(1);
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (names(cells[0]), cells[1].to_owned(), names(cells[2]).into_iter().collect())).collect()
}

/// O6, S2
#[tokio::test]
async fn a_change_is_published_with_who_did_what_to_whom_and_whether_they_want_notifications() {
    let portal = Portal::start().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let off = json!({ "notifications": false });
    let _ = portal.administrator.patch(&format!("/v1/contacts/{id}"), 1, &off).await.expect(200);
    let events = portal.published().await;
    let event = events.last().expect("one");
    let (contact, me) = (portal.contact(&id).await, portal.administrator.get("/v1/session").await);
    assert_eq!((event.source.as_str(), event.detail_type.as_str()), ("latchkey", "contact_edited"));
    let by = json!({ "user": me.at("/user/id"), "contact": me.at("/access/contact"),
        "organization": me.at("/organization") });
    let (entry, number) = (place(&event.detail).1, place(&event.detail).0);
    let expected = json!({
        "id": entry, "number": number, "at": event.detail["at"], "action": "contact_edited", "via": "staff",
        "subject": { "kind": "contact", "id": id }, "organization": contact.at("/organization"),
        "user": contact.at("/access/user"), "notifications": false, "actor": by,
        "changes": { "notifications": { "before": "true", "after": "false" } },
    });
    assert_eq!(event.detail, expected);
    assert_eq!(told(&details(&events), &id), ["user_created", "contact_edited"]);
    let audit = portal.administrator.get(&format!("/v1/audit?contact={id}&limit=1")).await.expect(200);
    assert_eq!(
        (audit.at("/items/0/id"), audit.at("/items/0/at")),
        (entry, event.detail["at"].as_str().map(str::to_owned).expect("a time"))
    );
}

/// S2
#[tokio::test]
async fn each_change_has_exactly_its_event_and_none_tells_a_secret() {
    let portal = Portal::start().await;
    let secrets = deeds::everything(&portal).await;
    let published = portal.published().await;
    let (all, entries) = (details(&published), entries(portal.everything().await));

    let ids: Vec<String> = all.iter().map(|detail| place(detail).1).collect();
    assert_eq!(BTreeSet::from_iter(ids.clone()), changes(&entries));
    assert_eq!(ids.len(), changes(&entries).len(), "each came once");
    assert_in_order(&all);
    for (event, detail) in published.iter().zip(&all) {
        let entry = &entries[&place(detail).1];
        for field in ["number", "at", "action", "via"] {
            assert_eq!(detail[field], entry[field], "{field} of {detail}");
        }
        assert_eq!(detail["action"], event.detail_type.as_str());
    }

    let text = serde_json::to_string(&published).expect("JSON");
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "{secret} in {text}");
    }
    // Where somebody came from, and in which request, is the audit's alone.
    for entry in entries.values().filter(|entry| entry["request"] != "") {
        let request = entry["request"].as_str().expect("a text");
        assert!(!text.contains(request), "{request} in {text}");
    }
    assert!(entries.values().any(|entry| entry["source"] == "127.0.0.1") && !text.contains("\"127.0.0.1\""));

    let done: BTreeSet<Action> = all.iter().map(action).collect();
    let every: BTreeSet<Action> = Action::ALL.iter().copied().filter(|it| !it.is_coming_and_going()).collect();
    assert_eq!(done, every, "each was done");
    for detail in &all {
        let name = detail["action"].as_str().expect("a text");
        let rows = documented();
        let (_, about, fields) = rows.iter().find(|(names, ..)| names.iter().any(|it| it == name)).expect(name);
        assert_eq!(detail["subject"]["kind"], about.as_str(), "{name}");
        let told: BTreeSet<String> = detail["changes"].as_object().expect("changes").keys().cloned().collect();
        assert!(told.is_subset(fields), "{name} tells {told:?}");
    }
}

/// S2
#[test]
fn the_document_names_each_action_once_as_an_event_or_as_what_comes_and_goes() {
    let named: Vec<String> = documented().into_iter().flat_map(|(names, ..)| names).collect();
    let document = include_str!("../../../docs/events.md");
    let unpublished = document.split("is not published: ").nth(1).and_then(|rest| rest.split('.').next());
    let unpublished: Vec<&str> = unpublished.expect("a sentence").split('`').skip(1).step_by(2).collect();
    let (comings, changes): (Vec<_>, Vec<_>) = Action::ALL.iter().partition(|action| action.is_coming_and_going());
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let texts = |actions: Vec<&Action>| sorted(actions.into_iter().map(ToString::to_string).collect());
    assert_eq!(sorted(named), texts(changes));
    assert_eq!(sorted(unpublished.into_iter().map(str::to_owned).collect()), texts(comings));
}

/// CC-02
#[tokio::test(flavor = "multi_thread")]
async fn numbers_rise_in_the_order_in_which_racing_changes_took_effect() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let path = format!("/v1/contacts/{id}");
    let by = &portal.administrator;
    let acts = |way: &'static str| {
        let path = format!("{path}/{way}");
        async move {
            for _ in 0..5 {
                let _ = by.act(&path).await;
            }
        }
    };
    // Off and on wait for each other, so that each takes effect five times whoever comes first.
    let turns = |way: &'static str| {
        let path = format!("{path}/{way}");
        async move {
            let mut turned = 0;
            for _ in 0..1000 {
                turned += u32::from(by.act(&path).await.status == 200);
                if turned == 5 {
                    break;
                }
            }
        }
    };
    let sessions = async {
        for _ in 0..5 {
            let looks_on = by.act(&format!("{path}/preview")).await;
            let _ = by.delete(&format!("{path}/sessions")).await;
            // Where the login was off, there was nothing to be seen.
            if let Some(token) = looks_on.json["token"].as_str() {
                let _ = portal.visitor().with_token(token).delete("/v1/session").await;
            }
        }
    };
    tokio::join!(
        turns("disable-login"),
        turns("enable-login"),
        acts("reset"),
        acts("require-password-change"),
        sessions
    );
    // The stream brings them in the order in which they were committed.
    let all = details(&portal.published().await);
    assert!(told(&all, &id).len() > 10, "{:?}", told(&all, &id));
    assert_in_order(&all);
    assert_eq!(
        all.iter().map(|detail| place(detail).1).collect::<BTreeSet<_>>(),
        changes(&entries(portal.everything().await))
    );
}

/// O9: whoever edits is not told of a conflict by what is no edit.
#[tokio::test]
async fn the_number_is_not_the_version_of_a_contact() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    let before = portal.contact(&id).await;
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/require-password-change")).await.expect(200);
    let all = details(&portal.published().await);
    assert_eq!(told(&all, &id), ["user_created", "password_change_required"]);
    assert_eq!(portal.contact(&id).await.json["version"], before.json["version"]);
    let edit = json!({ "title": "Buyer" });
    let version = before.json["version"].as_u64().expect("a version");
    let _ = portal.administrator.patch(&format!("/v1/contacts/{id}"), version, &edit).await.expect(200);
}

/// P8, L7
#[tokio::test]
async fn comings_and_goings_are_not_published_of_anybody() {
    let portal = Portal::start().await;
    let (id, ada) = portal.member(ADA, json!({})).await;
    portal.published().await;
    let _ = ada.delete("/v1/session").await.expect(204);
    for login in [ADA, "nobody@example.com"] {
        let _ = portal.visitor().sign_in(login, "not the password").await.expect(401);
        let _ = portal.visitor().post("/v1/password-resets", &json!({ "login": login })).await.expect(202);
    }
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    assert_eq!(told(&details(&portal.published().await), &id), ["user_created"]);
}

/// S2
#[tokio::test]
async fn what_the_bus_refuses_is_published_again_and_nothing_is_lost() {
    let portal = Portal::start().await;
    portal.published().await;
    let id = portal.create(ADA, json!({})).await.expect(201).at("/id");
    let _ = portal.administrator.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
    portal.bus.decide_by(|_, _| Fate::Refuse(400, "ThrottlingException"));
    let before = portal.events.all().len();
    assert!(portal.publish().await.is_err());
    assert_eq!(portal.events.all().len(), before);
    portal.bus.heal();
    let all = details(&portal.published().await);
    assert_eq!(told(&all, &id), ["user_created", "login_disabled"]);
    assert_in_order(&all);
}

/// A bus that refuses the entry of this number once, and takes the others. Gives what it took, and its endpoint.
async fn bus_that_refuses(number: usize) -> (Arc<Mutex<Vec<Value>>>, String) {
    let taken: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (kept, seen) = (Arc::clone(&taken), AtomicUsize::new(0));
    let put = move |body: Bytes| {
        let asked: Value = serde_json::from_slice(&body).expect("JSON");
        let answers: Vec<Value> = asked["Entries"]
            .as_array()
            .expect("entries")
            .iter()
            .map(|entry| {
                if seen.fetch_add(1, Ordering::SeqCst) == number {
                    return json!({ "ErrorCode": "InternalFailure", "ErrorMessage": "refused by the test" });
                }
                let detail = serde_json::from_str(entry["Detail"].as_str().expect("a text")).expect("JSON");
                kept.lock().expect("whole").push(detail);
                json!({ "EventId": "taken" })
            })
            .collect();
        let failed = answers.iter().filter(|answer| answer["ErrorCode"].is_string()).count();
        async move { Json(json!({ "FailedEntryCount": failed, "Entries": answers })) }
    };
    let put = Arc::new(put);
    let router = Router::new().route("/", routing::post(move |body: Bytes| put(body)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (taken, endpoint)
}

/// S2
#[tokio::test]
async fn what_the_bus_refuses_of_one_call_is_published_again_with_all_that_comes_after_it() {
    let portal = Portal::start().await;
    let (id, _) = portal.member(ADA, json!({})).await;
    for _ in 0..8 {
        for way in ["disable-login", "enable-login"] {
            let _ = portal.administrator.act(&format!("/v1/contacts/{id}/{way}")).await.expect(200);
        }
    }
    let all = changes(&entries(portal.everything().await));
    // The first, one in the middle, the last of a call, the first of the next, the last of all.
    for number in [0, 4, 9, 10, all.len() - 1] {
        let (taken, endpoint) = bus_that_refuses(number).await;
        let publisher = Publisher::new(&table::config(&endpoint), "default".to_owned());
        let stream = table::config(portal.table.upstream());
        let mut follower = Follower::open(&stream, "latchkey", None).expect("at the beginning");
        assert!(follower.follow(&publisher).await.is_err(), "{number}");
        let first = taken.lock().expect("whole").len();
        follower.follow(&publisher).await.expect("taken");
        let taken = taken.lock().expect("whole").clone();
        let ids: BTreeSet<String> = taken.iter().map(|detail| place(detail).1).collect();
        assert_eq!(ids, all, "{number}");
        // What comes again begins with what was refused, and is in order.
        assert_in_order(&taken[first..]);
        assert_eq!(taken.len() - first, all.len() - number, "{number}");
    }
}

/// What lies in a machine's table, once all of it is published.
async fn all_published(machine: &Machine) {
    let client = aws_sdk_dynamodb::Client::new(&table::config(machine.table.upstream()));
    for _ in 0..400 {
        let changed = changes(&entries(items::all(&client).await));
        let published: BTreeSet<String> = details(&machine.events.all()).iter().map(|it| place(it).1).collect();
        if changed == published {
            return;
        }
        assert!(published.is_subset(&changed), "an event of what never was");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("changes without an event after ten seconds");
}

/// CC-01
#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_missing_after_a_kill_before_or_after_the_bus_took_it() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("kill-events");
    let mut machine = Machine::start(folder).await;
    while machine.dump().await.has_queued() {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    all_published(&machine).await;
    let token = machine.inbox.mails().iter().find_map(token_in).expect("the administrator's");
    let _ = machine.visitor().redeem(&token, PASSWORD).await.expect(204);
    let session = machine.visitor().signed_in(ADMINISTRATOR, PASSWORD).await.token().to_owned();
    for (number, fate) in [Fate::Hang, Fate::LoseAnswer, Fate::Hang, Fate::LoseAnswer].into_iter().enumerate() {
        machine.bus.decide_by(move |_, _| fate);
        let by = machine.visitor().with_token(&session);
        let body = new_user(&format!("ada{number}@example.com"), json!({}));
        let id = by.post("/v1/users", &body).await.expect(201).at("/id");
        machine.bus.held().await;
        let _ = by.act(&format!("/v1/contacts/{id}/disable-login")).await.expect(200);
        machine.kill().await;
        machine.bus.heal();
        machine.restart().await;
        all_published(&machine).await;
        let about = details(&machine.events.all());
        let mut about: Vec<_> = about.iter().filter(|it| it["subject"]["id"] == id.as_str()).rev().collect();
        about.sort_by_key(|detail| place(detail));
        about.dedup();
        let done: Vec<_> = about.iter().map(|it| it["action"].as_str().expect("a text")).collect();
        assert_eq!(done, ["user_created", "login_disabled"], "{fate:?}");
    }
}

#[tokio::test]
async fn the_local_run_shows_its_events_as_a_page_and_as_eventbridge_hands_them_over() {
    let portal = Portal::start().await;
    let empty = portal.visitor().get("/local/events").await.expect(200);
    assert!(empty.text.contains("No event yet"), "{}", empty.text);
    let _ = portal.create(ADA, json!({ "first_name": "<b>Ada</b>" })).await;
    let events = portal.published().await;
    let page = portal.visitor().get("/local/events").await.expect(200);
    assert!(page.text.contains("user_created") && !page.text.contains("<b>Ada</b>"), "{}", page.text);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let json = portal.visitor().get("/local/events.json").await.expect(200);
    let newest = &json.json[0];
    assert_eq!(newest["detail"], events.last().expect("one").detail);
    for field in ["version", "id", "detail-type", "source", "account", "time", "region", "resources"] {
        assert!(!newest[field].is_null(), "{field}");
    }
}
