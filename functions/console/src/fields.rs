//! What a form asks of an access, alike for a new user and for a contact that is there: roles, site, flags.

use http::StatusCode;
use serde_json::{Map, Value, json};
use shared::domain::fault::Fault;
use shared::domain::random;
use shared::domain::role::AccountType;
use shared::domain::wording::MailLanguage;
use shared::http::{Fields, Problem};

use crate::api::{Api, Ask};
use crate::frame::{items, label, person, role, text, texts};
use crate::words::Say as _;

/// A choice that a form offers.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) value: String,
    /// What is shown.
    pub(crate) label: String,
    /// What else there is to know of it, if anything.
    pub(crate) note: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// A role that a form offers.
#[derive(Debug)]
pub(crate) struct Role {
    /// Its name in the API.
    name: String,
    /// What those who hold it are to the business.
    account_types: Vec<String>,
}

/// What can be chosen, and what is.
#[derive(Debug)]
pub(crate) struct AccessFields {
    /// What there is to know of the roles.
    pub(crate) hint: String,
    /// The roles.
    pub(crate) roles: Vec<Choice>,
    /// The sites; every site of the group first.
    pub(crate) sites: Vec<Choice>,
    /// What else it can permit or ask for.
    pub(crate) flags: Vec<Choice>,
}

/// What was typed or is so now.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    pub(crate) roles: Vec<String>,
    pub(crate) site: String,
    pub(crate) creates: bool,
    pub(crate) claims: bool,
}

impl Chosen {
    /// Reads the form: a box for each role, `role.customer_center`.
    pub(crate) fn read(fields: &mut Fields, offered: &[Role]) -> Self {
        let roles = offered.iter().map(|role| &role.name);
        let roles = roles.filter(|role| fields.text(&format!("role.{role}")).is_some());
        Self {
            roles: roles.cloned().collect(),
            site: fields.text("site").unwrap_or_default(),
            creates: fields.text("can_create_users").is_some(),
            claims: fields.text("claim_authorization_required").is_some(),
        }
    }

    /// As the access has them.
    pub(crate) fn of(access: &Value) -> Self {
        Self {
            roles: texts(access, "/roles"),
            site: text(access, "/site"),
            creates: access["can_create_users"] == true,
            claims: access["claim_authorization_required"] == true,
        }
    }

    /// As the API takes them.
    pub(crate) fn body(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("roles".to_owned(), json!(self.roles));
        if !self.site.is_empty() {
            body.insert("site".to_owned(), json!(self.site));
        }
        body.insert("can_create_users".to_owned(), json!(self.creates));
        body.insert("claim_authorization_required".to_owned(), json!(self.claims));
        body
    }
}

/// The role that a user of this kind has where none is chosen.
pub(crate) fn standard_role(account_type: &str) -> Option<String> {
    AccountType::parse(account_type).map(|kind| kind.standard_role().as_str().to_owned())
}

/// The roles that users of any of these kinds may hold.
pub(crate) async fn roles(api: &Api, account_types: &[&str]) -> Result<Vec<Role>, Problem> {
    let all = api.ask(Ask::get("/v1/roles")).await?;
    let mut roles: Vec<Role> = Vec::new();
    for kind in account_types {
        let fitting = items(&all).iter().filter(|role| texts(role, "/account_types").iter().any(|it| it == kind));
        for name in fitting.map(|role| text(role, "/name")) {
            match roles.iter_mut().find(|role| role.name == name) {
                Some(role) => role.account_types.push((*kind).to_owned()),
                None => roles.push(Role { name, account_types: vec![(*kind).to_owned()] }),
            }
        }
    }
    Ok(roles)
}

/// What an access can permit or ask for besides: its name in the API, what it says, whose it can be, and that in words.
const FLAGS: [(&str, &str, &[&str], &str); 2] = [
    (
        "can_create_users",
        "May create users at the same organization",
        &["customer", "partner"],
        "for customers’ and partners’ users only",
    ),
    ("claim_authorization_required", "Their claims need authorization first", &["partner"], "for partners’ users only"),
];

/// The choices for a user who is to be one of these kinds, with what is chosen. Where they are several, each role and flag says
/// whose it is.
pub(crate) fn choices(api: &Api, roles: &[Role], chosen: &Chosen, kinds: &[&str]) -> AccessFields {
    let lang = api.lang();
    let asks_whose = kinds.len() > 1;
    let flags = FLAGS.iter().filter(|(.., whose, _)| kinds.iter().any(|kind| whose.contains(kind)));
    let flags = flags.map(|(name, says, whose, note)| Choice {
        value: (*name).to_owned(),
        label: lang.say(says).to_owned(),
        note: if kinds.iter().all(|kind| whose.contains(kind)) {
            String::new()
        } else {
            format!("({})", lang.say(note))
        },
        chosen: if *name == "can_create_users" { chosen.creates } else { chosen.claims },
    });
    let offered = |it: &Role| Choice {
        value: it.name.clone(),
        label: role(&it.name, api.lang()),
        note: if asks_whose { whose(&it.account_types, api.lang()) } else { String::new() },
        chosen: chosen.roles.contains(&it.name),
    };
    let every = api.lang().say("Every site of the group").to_owned();
    let every = Choice { label: every, chosen: chosen.site.is_empty(), ..Choice::default() };
    let site = api.visit.call.settings.sites.iter().map(|site| {
        let value = site.id.to_string();
        Choice { chosen: value == chosen.site, value, label: site.name.to_string(), ..Choice::default() }
    });
    AccessFields {
        hint: String::new(),
        roles: roles.iter().map(offered).collect(),
        sites: std::iter::once(every).chain(site).collect(),
        flags: flags.collect(),
    }
}

/// `(Customer, Partner)`
fn whose(account_types: &[String], lang: MailLanguage) -> String {
    format!("({})", account_types.iter().map(|kind| label(kind, lang)).collect::<Vec<_>>().join(", "))
}

/// Names a form, so that it is done once however often it is sent.
pub(crate) fn key() -> String {
    format!("{:032x}", u128::from_be_bytes(random()))
}

/// The version of what a form shows, as the form carries it; none that there is where it is no number.
pub(crate) fn version(form: &mut Fields) -> u32 {
    form.text("version").and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// What is told above where the reasons stand beside the fields.
const MARKED: &str = "Look at what is marked below.";

/// What is told where somebody else edited the same meanwhile.
const SOMEBODY_ELSE: &str = "Somebody else changed this since you opened it. What you typed is still here; where theirs differs, it is shown above the field. Save again to put yours in its place.";

/// What is wrong with a form, by its fields.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    by_field: Vec<(String, String)>,
    /// What is wrong with all of it.
    pub(crate) all: Option<String>,
    /// As the API has it.
    status: StatusCode,
}

impl Faults {
    /// Of what the API refused for what was typed; anything else stays a problem.
    pub(crate) fn of(api: &Api, problem: &Problem) -> Option<Self> {
        let typed = [
            StatusCode::BAD_REQUEST,
            StatusCode::CONFLICT,
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND,
            StatusCode::PAYLOAD_TOO_LARGE,
        ];
        if !typed.contains(&problem.status) || problem.code == "malformed" {
            return None;
        }
        let told = |fault: &Fault| (fault.field.clone(), api.told(&sentence(&fault.message)));
        let by_field: Vec<_> = problem.errors.iter().map(told).collect();
        let all = if by_field.is_empty() { api.problem(problem) } else { api.lang().say(MARKED).to_owned() };
        Some(Self { by_field, all: Some(all), status: problem.status })
    }

    /// Of one field, where the API was not asked.
    pub(crate) fn one(api: &Api, field: &str, message: &str) -> Self {
        let lang = api.lang();
        let all = Some(lang.say(MARKED).to_owned());
        Self { by_field: vec![(field.to_owned(), lang.say(message).to_owned())], all, status: StatusCode::BAD_REQUEST }
    }

    /// With these words of a field, where anything is wrong with it.
    pub(crate) fn say(&mut self, api: &Api, field: &str, message: &str) {
        for (_, told) in self.by_field.iter_mut().filter(|(name, _)| name == field) {
            api.lang().say(message).clone_into(told);
        }
    }

    /// With another, of one field.
    pub(crate) fn and(&mut self, api: &Api, field: &str, message: &str) {
        self.by_field.push((field.to_owned(), api.told(&sentence(message))));
    }

    /// The same for a form that edits what there is. Where somebody else edited it since, each field that is otherwise by now
    /// says how ([`is_now`]): sent again, the form puts what was typed in its place, and nobody does so unknowingly.
    ///
    /// # Errors
    /// What no form can put right.
    pub(crate) fn of_edit(
        api: &Api,
        problem: Problem,
        now: impl FnOnce() -> Vec<(&'static str, String)>,
    ) -> Result<Self, Problem> {
        if problem.status != StatusCode::PRECONDITION_FAILED {
            return Self::of(api, &problem).ok_or(problem);
        }
        let by_field: Vec<_> = now().into_iter().map(|(field, told)| (field.to_owned(), told)).collect();
        let all = if by_field.is_empty() { api.problem(&problem) } else { api.lang().say(SOMEBODY_ELSE).to_owned() };
        Ok(Self { by_field, all: Some(all), status: problem.status })
    }

    /// Whether somebody else edited it since.
    pub(crate) fn is_stale(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED
    }

    /// The status of the page that shows them.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong with a field, or with what is within it.
    pub(crate) fn at(&self, field: &str) -> Option<String> {
        let of =
            |name: &str| name == field || name.strip_prefix(field).is_some_and(|rest| rest.starts_with(['.', '[']));
        let all: Vec<_> =
            self.by_field.iter().filter(|(name, _)| of(name)).map(|(_, message)| message.as_str()).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// What is wrong with a field itself, not with what is within it.
    pub(crate) fn exactly(&self, field: &str) -> Option<&str> {
        self.by_field.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str())
    }

    /// Whether anything is wrong with a field.
    pub(crate) fn any_field(&self) -> bool {
        !self.by_field.is_empty()
    }

    /// Whether anything is wrong.
    pub(crate) fn any(&self) -> bool {
        self.all.is_some()
    }
}

/// What is told beside a field that somebody else changed meanwhile.
pub(crate) fn is_now(now: &str, lang: MailLanguage) -> String {
    lang.say_with("It is now: {}", now)
}

/// The same of several.
pub(crate) fn are_now(now: Vec<(&'static str, String)>, lang: MailLanguage) -> Vec<(&'static str, String)> {
    now.into_iter().map(|(field, now)| (field, is_now(&now, lang))).collect()
}

/// `must be an email` as a sentence beside its field: `This must be an email.`
fn sentence(message: &str) -> String {
    let begun = if message.starts_with("must") { format!("This {message}") } else { message.to_owned() };
    if begun.ends_with(['.', '!', '?']) { begun } else { format!("{begun}.") }
}

/// Who has an email: `usr_…`, and their contacts, each with its name.
pub(crate) type Holder = (String, Vec<(String, String)>);

/// Who has the email, for whoever may open them.
pub(crate) fn holder(problem: &Problem) -> Option<Holder> {
    let of = |name: &str| problem.extra.iter().find(|(member, _)| *member == name).map(|(_, value)| value);
    let user = of("user")?.as_str()?.to_owned();
    let contacts = of("holder").and_then(Value::as_array).into_iter().flatten();
    Some((user, contacts.map(|contact| (text(contact, "/id"), person(contact))).collect()))
}
