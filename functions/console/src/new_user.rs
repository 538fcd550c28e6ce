//! Creating a user: one form with everything on it, the organization too where there is none yet.

use axum::extract::RawQuery;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::role::{AccountType, permission};
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Form, Problem, told};

use crate::access_shown::AccessShown;
use crate::api::{Api, Ask};
use crate::credential::{self, Credential};
use crate::fields::{self, AccessFields, Choice, Chosen, Faults, Holder};
use crate::frame::{self, Nav, person, text};
use crate::notice::Notice;
use crate::organization_form;
use crate::words::Say as _;

shared::pages! {
    /// A new user.
    NewUser, "console/new_user.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// What was typed.
        typed: &'a Typed,
        /// What the user is to the business; none where it follows from the organization.
        kinds: Vec<Choice>,
        /// Where: the name of the organization that it is; empty where it is typed.
        at: String,
        /// What the access permits.
        access: AccessFields,
        /// How they come to a first password; none where only a link can be mailed.
        credential: Option<&'a Credential>,
        /// Names this form, so that it is done once however often it is sent.
        key: String,
        /// What is wrong.
        faults: &'a Faults,
        /// Who has the email: `usr_…`, and their contacts' names.
        holder: Option<Holder>,
    }
}

shared::pages! {
    /// A user who was created, for who may not open contacts.
    Created, "console/created.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// First and last name.
        name: String,
        /// What was done.
        given: String,
        /// What the API says of it.
        notice: Notice,
        /// What they have now.
        access: Option<AccessShown>,
    }
}

/// What was typed.
#[derive(Debug)]
pub(crate) struct Typed {
    account_type: String,
    organization: String,
    number: String,
    name: String,
    first_name: String,
    last_name: String,
    email: String,
    user_id: String,
    user: String,
    chosen: Chosen,
    credential: Credential,
}

/// What is refused, and with it who has the email.
#[derive(Debug, Default)]
struct Refused {
    faults: Faults,
    holder: Option<Holder>,
}

/// What the user can be to the business. A customer's or vendor's own is what they are themselves.
fn kinds(api: &Api) -> Vec<AccountType> {
    let all = match api.visit.actor.account_type {
        AccountType::Staff => {
            vec![AccountType::Customer, AccountType::Partner, AccountType::Vendor, AccountType::Staff]
        }
        AccountType::Partner => vec![AccountType::Partner, AccountType::Customer],
        AccountType::Customer | AccountType::Vendor => Vec::new(),
    };
    all.into_iter().filter(|kind| api.visit.actor.must_manage(*kind).is_ok()).collect()
}

/// The organization that the user is to belong to, where it is there already, and what its users are to the business.
async fn at(api: &Api, organization: &str) -> Result<Option<(String, String)>, Problem> {
    if organization.is_empty() {
        return Ok(None);
    }
    let found = api.organization(organization).await?;
    Ok(Some((frame::organization(&found), frame::account_type(&found))))
}

/// The roles on offer: those of the kind of user, or, while that is still to be chosen, of each.
async fn roles(api: &Api, kind: Option<&str>) -> Result<Vec<fields::Role>, Problem> {
    let kinds = match kind {
        Some(kind) => vec![kind],
        None => kinds(api).into_iter().map(AccountType::as_str).collect(),
    };
    fields::roles(api, &kinds).await
}

async fn render(api: &Api, typed: &Typed, refused: Refused) -> Result<Response, Problem> {
    let at = at(api, &typed.organization).await?;
    let roles = roles(api, at.as_ref().map(|(_, kind)| kind.as_str())).await?;
    let lang = api.lang();
    let choice = |kind: AccountType| Choice {
        chosen: kind.as_str() == typed.account_type,
        value: kind.as_str().to_owned(),
        label: match kind {
            AccountType::Partner if !api.visit.actor.is_staff() => {
                lang.say("Partner: at your own organization").to_owned()
            }
            AccountType::Customer if !api.visit.actor.is_staff() => {
                lang.say("Customer: at one that you look after").to_owned()
            }
            kind => told::account_type(kind, lang).to_owned(),
        },
        ..Choice::default()
    };
    let whose = match &at {
        Some((_, kind)) => vec![kind.as_str()],
        None => kinds(api).into_iter().map(AccountType::as_str).collect(),
    };
    let kinds: Vec<_> = if at.is_some() { Vec::new() } else { kinds(api).into_iter().map(choice).collect() };
    let shell = api.shell();
    let hint = match at.as_ref().and_then(|(_, kind)| fields::standard_role(kind)) {
        Some(role) => lang.say_with("Where none is chosen: {}.", frame::role(&role, lang)),
        None => lang.say("Where no role is chosen, it is the standard one of the account type.").to_owned(),
    };
    let access = AccessFields { hint, ..fields::choices(api, &roles, &typed.chosen, &whose) };
    let at = at.map(|(name, _)| name).unwrap_or_default();
    let shown = NewUser::new(
        &shell.frame,
        &shell.nav,
        typed,
        kinds,
        at,
        access,
        credential::may_type(api).then_some(&typed.credential),
        fields::key(),
        &refused.faults,
        refused.holder,
    );
    Ok(page(refused.faults.status(), &shown))
}

/// Where a user is created where nothing else is said: with oneself, for who has no choice.
fn usual(api: &Api) -> String {
    if kinds(api).is_empty() { api.visit.actor.organization.to_string() } else { String::new() }
}

/// The form. `?organization=` is where.
pub(crate) async fn show(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    api.visit.actor.needs(permission::USERS_CREATE)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let organization = fields.text("organization").unwrap_or_else(|| usual(&api));
    fields.finish()?;
    let typed = Typed::beginning(&api, organization);
    render(&api, &typed, Refused::default()).await
}

impl Typed {
    fn beginning(api: &Api, organization: String) -> Self {
        let none = String::new;
        let by = api.visit.actor.account_type;
        let usual = if by == AccountType::Partner { by } else { AccountType::Customer };
        Self {
            account_type: usual.as_str().to_owned(),
            organization,
            number: none(),
            name: none(),
            first_name: none(),
            last_name: none(),
            email: none(),
            user_id: none(),
            user: none(),
            chosen: Chosen::default(),
            credential: Credential::link(api),
        }
    }

    fn read(api: &Api, form: &mut Fields, roles: &[fields::Role]) -> Self {
        let mut typed = |field: &str| form.text(field).map(|text| text.trim().to_owned()).unwrap_or_default();
        Self {
            account_type: typed("account_type"),
            organization: String::new(),
            number: typed("number"),
            name: typed("name"),
            first_name: typed("first_name"),
            last_name: typed("last_name"),
            email: typed("email"),
            user_id: typed("user_id"),
            user: typed("user"),
            chosen: Chosen::read(form, roles),
            credential: Credential::read(api, form),
        }
    }

    /// Where: one that is there by its id, or by its number alone; else one that is to be made.
    async fn organization(&self, api: &Api) -> Result<Value, Problem> {
        if !self.organization.is_empty() {
            return Ok(json!(self.organization));
        }
        let actor = &api.visit.actor;
        if self.account_type == "partner" && actor.account_type == AccountType::Partner {
            return Ok(json!(actor.organization.to_string()));
        }
        let kind = if self.account_type == "staff" { "internal" } else { &self.account_type };
        let known = if self.name.is_empty() && !self.number.is_empty() {
            organization_form::numbered(api, kind, &self.number).await?
        } else {
            None
        };
        Ok(known.map_or_else(|| json!({ "number": self.number, "name": self.name }), |id| json!(id)))
    }

    fn body(&self, account_type: &str, organization: &Value) -> Value {
        let mut body = self.chosen.body();
        if self.chosen.roles.is_empty() {
            // The standard role of its kind.
            body.remove("roles");
        }
        let texts = [
            ("account_type", account_type),
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("user_id", &self.user_id),
        ];
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            body.insert(field.to_owned(), json!(text));
        }
        body.insert("organization".to_owned(), organization.clone());
        if !self.user.is_empty() {
            body.remove("user_id");
            body.insert("user".to_owned(), json!(self.user));
            return Value::Object(body);
        }
        if !self.email.is_empty() {
            body.insert("email".to_owned(), json!(self.email));
        }
        self.credential.put(&mut body);
        Value::Object(body)
    }
}

/// What is to be passed on, for who creates users and may not open them.
fn passed_on(api: &Api, created: &Value) -> Response {
    let shell = api.shell();
    let (name, notice) = (person(created), Notice::of(api, created));
    let given = notice.of_creation(api.lang());
    let access = AccessShown::of(api, created);
    page(StatusCode::OK, &Created::new(&shell.frame, &shell.nav, name, given, notice, access))
}

/// Creates the user.
pub(crate) async fn post(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    api.visit.actor.needs(permission::USERS_CREATE)?;
    let key = form.text("key").unwrap_or_default();
    let organization = form.text("organization").filter(|id| !id.is_empty()).unwrap_or_else(|| usual(&api));
    let place = at(&api, &organization).await?;
    let offered = roles(&api, place.as_ref().map(|(_, kind)| kind.as_str())).await?;
    let typed = Typed { organization, ..Typed::read(&api, &mut form, &offered) };
    form.finish()?;
    let account_type = place.map_or_else(|| typed.account_type.clone(), |(_, kind)| kind);
    let body = typed.body(&account_type, &typed.organization(&api).await?);
    let ask = Ask::new(Method::POST, "/v1/users").body(body);
    match api.ask(ask.once(&key)).await {
        Ok(created) if !api.shell().nav.finds => Ok(passed_on(&api, &created)),
        Ok(created) => Ok(see_other(&format!("/console/contacts/{}?done=created", text(&created, "/id")))),
        Err(problem) => {
            let mut faults = Faults::of(&api, &problem).ok_or_else(|| problem.clone())?;
            let holder = fields::holder(&problem);
            if holder.is_some() {
                faults.and(&api, "email", &problem.detail);
            }
            render(&api, &typed, Refused { faults, holder }).await
        }
    }
}
