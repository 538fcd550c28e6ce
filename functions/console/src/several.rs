//! Giving access to several contacts of an organization in one go (requirement A4).

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::Method;
use serde_json::{Map, Value, json};
use shared::http::pages::page;
use shared::http::{Fields, Form, Problem};

use crate::api::{Api, Ask};
use crate::credential::{self, Credential};
use crate::fields::{self, AccessFields, Chosen, Faults};
use crate::frame::{self, Nav, account_type, items, person, text, texts};
use crate::words::Say as _;

/// As many contacts as one page looks through.
const AT_ONCE: &str = "20";

shared::pages! {
    /// Access for several.
    Several, "console/several.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `org_…`.
        id: String,
        /// The organization's name and number.
        name: String,
        /// Those who have no access.
        rows: Vec<Row>,
        /// The fewest characters of a password; none where none can be typed.
        passwords: Option<u32>,
        /// What can be chosen for all of them, and what is.
        access: AccessFields,
        /// Who was just given access, with what became of it.
        given: Vec<Given>,
        /// What is wrong.
        faults: &'a Faults,
        /// This page of the contacts, as a query; empty for the first.
        here: String,
        /// Where the next page begins, as a query.
        next: String,
    }
}

/// A contact without access.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    email: String,
    typed: Typed,
    /// What is wrong with it.
    fault: Option<String>,
}

/// What was typed for one of them.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a box")]
struct Typed {
    chosen: bool,
    notify: bool,
    /// Whether they have to choose another at the first sign-in.
    must_change: bool,
    /// Whether a password was typed, which is not kept.
    password: bool,
}

impl Typed {
    /// As the form begins.
    const UNTOUCHED: Self = Self { chosen: false, notify: true, must_change: true, password: false };
}

/// Somebody who was just given access.
#[derive(Debug)]
struct Given {
    id: String,
    name: String,
    /// What they sign in with.
    login: String,
    /// Whether they were invited by mail.
    invited: bool,
}

/// What the form is about.
struct Place {
    organization: Value,
    account_type: String,
    /// The contacts of this page, each as it is.
    contacts: Vec<Value>,
    /// This page, and the next.
    cursors: (String, String),
}

async fn place(api: &Api, id: &str, cursor: String) -> Result<Place, Problem> {
    let organization = api.organization(id).await?;
    let listed = Ask::get("/v1/contacts").query(&[("organization", id), ("cursor", &cursor), ("limit", AT_ONCE)]);
    let listed = api.ask(listed).await?;
    let mut contacts = Vec::new();
    for listed in items(&listed) {
        contacts.push(api.ask(Ask::get(format!("/v1/contacts/{}", text(listed, "/id")))).await?);
    }
    let account_type = account_type(&organization);
    Ok(Place { organization, account_type, contacts, cursors: (cursor, text(&listed, "/next_cursor")) })
}

fn query(cursor: &str) -> String {
    if cursor.is_empty() {
        return String::new();
    }
    form_urlencoded::Serializer::new(String::from("?")).append_pair("cursor", cursor).finish()
}

fn render(
    api: &Api,
    place: &Place,
    access: AccessFields,
    typed: impl Fn(&str) -> Typed,
    given: Vec<Given>,
    faults: &Faults,
) -> Response {
    let can_be_given = |contact: &&Value| texts(contact, "/actions").iter().any(|action| action == "grant_access");
    let row = |contact: &Value| {
        let id = text(contact, "/id");
        let fault = faults.at(&format!("contacts.{id}"));
        Row { name: person(contact), email: text(contact, "/email"), typed: typed(&id), fault, id }
    };
    let shell = api.shell();
    let (here, next) = &place.cursors;
    let shown = Several::new(
        &shell.frame,
        &shell.nav,
        text(&place.organization, "/id"),
        frame::organization(&place.organization),
        place.contacts.iter().filter(can_be_given).map(row).collect(),
        credential::may_type(api).then_some(api.visit.call.settings.password_minimum),
        access,
        given,
        faults,
        query(here),
        query(next),
    );
    page(faults.status(), &shown)
}

/// The form. `?cursor=` is where a page of the contacts begins.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let cursor = fields.text("cursor").unwrap_or_default();
    fields.finish()?;
    let place = place(&api, &id, cursor).await?;
    let roles = fields::roles(&api, &[&place.account_type]).await?;
    let chosen =
        Chosen { roles: fields::standard_role(&place.account_type).into_iter().collect(), ..Chosen::default() };
    let access = fields::choices(&api, &roles, &chosen, &[&place.account_type]);
    let typed = |_: &str| Typed::UNTOUCHED;
    Ok(render(&api, &place, access, typed, Vec::new(), &Faults::default()))
}

/// What is asked for one contact: the boxes and passwords beside it, by its id.
struct One {
    id: String,
    typed: Typed,
    credential: Credential,
}

impl One {
    fn read(api: &Api, form: &mut Fields, id: &str) -> Self {
        let mut field = |name: &str| form.text(&format!("{name}.{id}")).unwrap_or_default();
        let (password, confirmed) = (field("password"), field("confirm_password"));
        let typed = Typed {
            chosen: !field("give").is_empty(),
            notify: !field("notify").is_empty(),
            must_change: !field("must_change").is_empty(),
            password: !password.is_empty() || !confirmed.is_empty(),
        };
        let credential = Credential::of(api, typed.must_change, password, confirmed);
        let credential = credential.told(typed.notify);
        Self { id: id.to_owned(), typed, credential }
    }

    fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("contact".to_owned(), json!(self.id));
        self.credential.put(&mut body);
        Value::Object(body)
    }
}

/// Gives it. Each stands by itself: what one of them is refused keeps none of the others from it.
pub(crate) async fn post(
    api: Api,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Form(mut form): Form,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let cursor = fields.text("cursor").unwrap_or_default();
    fields.finish()?;
    let there = place(&api, &id, cursor.clone()).await?;
    let roles = fields::roles(&api, &[&there.account_type]).await?;
    let chosen = Chosen::read(&mut form, &roles);
    let all: Vec<_> = there.contacts.iter().map(|contact| One::read(&api, &mut form, &text(contact, "/id"))).collect();
    form.finish()?;
    let typed = |id: &str| {
        let one = all.iter().find(|one| one.id == id);
        one.map_or(Typed::UNTOUCHED, |one| one.typed)
    };
    let asked: Vec<_> = all.iter().filter(|one| one.typed.chosen).collect();
    let access = fields::choices(&api, &roles, &chosen, &[&there.account_type]);
    if asked.is_empty() {
        let faults = Faults::one(&api, "contacts", "Choose at least one of them.");
        return Ok(render(&api, &there, access, typed, Vec::new(), &faults));
    }
    let mut body = chosen.body();
    body.insert("contacts".to_owned(), asked.iter().map(|one| one.body()).collect());
    let ask = Ask::new(Method::POST, format!("/v1/organizations/{id}/access")).body(Value::Object(body));
    let results = match api.ask(ask).await {
        Ok(answer) => answer["results"].as_array().cloned().unwrap_or_default(),
        Err(mut problem) => {
            // What is wrong with the first of the list is wrong with that contact.
            for fault in &mut problem.errors {
                let rest = fault.field.strip_prefix("contacts.").and_then(|rest| rest.split_once('.'));
                let named =
                    rest.and_then(|(at, field)| Some((asked.get(at.parse::<usize>().ok()?)?, field.to_owned())));
                if let Some((one, field)) = named {
                    fault.field = format!("contacts.{}.{field}", one.id);
                }
            }
            let faults = Faults::of(&api, &problem).ok_or(problem)?;
            return Ok(render(&api, &there, access, typed, Vec::new(), &faults));
        }
    };
    let mut faults = Faults::default();
    for result in results.iter().filter(|result| result["granted"].is_null()) {
        let errors = result["problem"]["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut told: Vec<_> = errors.iter().map(|error| text(error, "/message")).collect();
        if told.is_empty() {
            told.push(text(result, "/problem/detail"));
        }
        for told in told {
            faults.and(&api, &format!("contacts.{}", text(result, "/contact")), &told);
        }
    }
    let given = results.iter().map(|result| &result["granted"]).filter(|granted| !granted.is_null());
    let given: Vec<_> = given
        .map(|granted| Given {
            id: text(granted, "/id"),
            name: person(granted),
            login: text(granted, "/access/login_email"),
            invited: granted["access"]["state"] == "invited",
        })
        .collect();
    // Who has access by now is no longer on the list.
    Ok(render(&api, &place(&api, &id, cursor).await?, access, typed, given, &faults))
}
