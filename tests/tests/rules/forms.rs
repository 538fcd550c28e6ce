//! Every form that is deployed, held to what no form may do: be sent from another site, reach what is not its sender's, or be
//! sent with a session of another site (`security.md` XS-01, AZ-01, AZ-07). A form that is added has to be filled in here.

use http::Method;
use reqwest::RequestBuilder;
use serde_json::json;
use tests::browser::Browser;
use tests::contract::{Route, deployed};
use tests::images;
use tests::portal::ADMINISTRATOR;
use tests::visitor::in_parts;
use tests::{Answer, PASSWORD, Portal, Visitor};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const OTHER: &str = "an entirely other password";
/// What the mail of an invitation holds at least.
const WORDS: &str = "{{ link }} {{ expires_at }} {{ sign_in }}";

/// What stands in the portal that a form could change.
struct There {
    portal: Portal,
    /// Of an organization that the customer's administrator who sends has nothing to do with.
    contact: String,
    organization: String,
    /// The box that gives another contact there access.
    give: String,
    session: String,
    signed_in: Visitor,
    /// With a logo.
    site: String,
    /// That of the settings.
    version: String,
    role: String,
    token: String,
}

impl There {
    async fn new() -> Self {
        let portal = Portal::start().await;
        let staff = &portal.administrator;
        let _ = portal.member(ADA, json!({ "roles": ["customer_administrator"], "can_create_users": true })).await;
        let elsewhere = json!({ "organization": { "number": "C-2002", "name": "Elsewhere" } });
        let (contact, signed_in) = portal.member(BEN, elsewhere).await;
        let organization = portal.contact(&contact).await.at("/organization");
        let other = json!({ "organization": organization, "first_name": "Cleo", "last_name": "Chen", "email": "cleo@example.com" });
        let give = format!("give.{}", staff.post("/v1/contacts", &other).await.expect(201).at("/id"));
        let session = signed_in.get("/v1/session").await.expect(200).at("/id");
        let shop = json!({ "name": "Shop", "base_url": "https://shop.example.com", "sender": "shop@example.com" });
        let site = staff.post("/v1/sites", &shop).await.expect(201).at("/id");
        let role = json!({ "name": "buyer", "account_types": ["customer"], "permissions": [] });
        let role = staff.post("/v1/roles", &role).await.expect(201).at("/id");
        let logo = format!("/v1/sites/{site}/logo");
        let version = staff.put_image(&logo, "*", "image/png", images::png()).await.expect(200).header("etag");
        let version = version.trim_matches('"').to_owned();
        let _ = staff.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
        let token = portal.link_token(BEN).await;
        Self { portal, contact, organization, give, session, signed_in, site, version, role, token }
    }

    /// All of it that could change.
    async fn state(&self) -> Vec<String> {
        let mut state = vec![
            format!("{} mails", self.portal.inbox.mails().len()),
            format!("session {}", self.signed_in.get("/v1/session").await.status),
            format!("link {}", self.signed_in.post("/v1/links/inspect", &json!({ "token": self.token })).await.text),
        ];
        for path in [
            format!("/v1/contacts/{}", self.contact),
            format!("/v1/contacts/{}/sessions", self.contact),
            format!("/v1/organizations/{}", self.organization),
            "/v1/contacts".to_owned(),
            "/v1/organizations".to_owned(),
            "/v1/settings".to_owned(),
            "/v1/sites".to_owned(),
            format!("/v1/sites/{}/templates/invite/en", self.site),
            "/v1/roles".to_owned(),
        ] {
            state.push(format!("{path} {}", self.portal.administrator.get(&path).await.expect(200).text));
        }
        state
    }

    /// Where a form is sent.
    fn path(&self, form: &Route) -> String {
        let replaced = [
            ("{contact}", self.contact.as_str()),
            ("{organization}", &self.organization),
            ("{site}", &self.site),
            ("{role}", &self.role),
            ("{mail}", "invite"),
            ("{language}", "en"),
            ("{token}", &self.token),
        ];
        replaced.iter().fold(form.path.clone(), |path, (parameter, id)| path.replace(parameter, id))
    }

    /// A form that is sent, filled in like this; where it takes a file, with one.
    fn sent(request: RequestBuilder, form: &Route, filled: &[(&str, &str)]) -> RequestBuilder {
        if form.path.ends_with("/logo") {
            in_parts(request, filled, ("logo", &images::webp()))
        } else {
            request.form(filled)
        }
    }

    /// The same, from its own page with these cookies.
    async fn submit(&self, form: &Route, filled: &[(&str, &str)], cookies: &str) -> Answer {
        let request = self.portal.visitor().request(Method::POST, &self.path(form));
        let request = request.header("cookie", cookies).header("sec-fetch-site", "same-origin");
        Answer::of(Self::sent(request, form, filled)).await
    }

    /// What a form is filled in with, so that it would change something; more than once where it does more than one thing.
    fn filled(&self, form: &Route) -> Vec<Vec<(&str, &str)>> {
        let person = [("first_name", "Made"), ("last_name", "Up"), ("email", "made.up@example.com")];
        let organization = [("number", "C-9"), ("name", "Made up"), ("kind", "customer")];
        let passwords = [("password", OTHER), ("confirm_password", OTHER)];
        match form.path.as_str() {
            "/sign-in" => vec![vec![("login", BEN), ("password", PASSWORD)]],
            "/forgot-password" => vec![vec![("login", BEN)]],
            "/sign-out" => vec![vec![]],
            "/account" => vec![
                [vec![("current_password", PASSWORD)], passwords.to_vec()].concat(),
                vec![("action", "email"), ("email", "made.up@example.com"), ("current_password", PASSWORD)],
                vec![("action", "end_session"), ("session", &self.session)],
                vec![("action", "switch"), ("contact", &self.contact)],
            ],
            "/preview" => vec![vec![("contact", &self.contact)]],
            "/link/{token}" => vec![passwords.to_vec(), vec![("action", "renew")]],
            "/console/new-user" | "/console/new-contact" => {
                vec![[person.to_vec(), vec![("organization", self.organization.as_str()), ("key", "made-up")]].concat()]
            }
            "/console/new-organization" => vec![[organization.to_vec(), vec![("key", "made-up")]].concat()],
            "/console/attention" => {
                ["mail_stuck", "invitation_expired", "login_locked"].iter().map(|why| vec![("why", *why)]).collect()
            }
            "/console/organizations/{organization}" => vec![vec![("action", "inactivate")]],
            "/console/organizations/{organization}/access" => {
                vec![vec![(self.give.as_str(), "on"), ("role.customer_center", "on")]]
            }
            "/console/organizations/{organization}/edit" => {
                vec![vec![("number", "C-10"), ("name", "Made up"), ("version", "1")]]
            }
            "/console/contacts/{contact}" => {
                let deeds = [
                    "send_reset",
                    "disable_login",
                    "enable_login",
                    "end_sessions",
                    "revoke_access",
                    "revoke_everywhere",
                ];
                let more = ["unlock", "inactivate", "reactivate", "require_password_change", "lift_suppression"];
                let deeds = deeds.iter().chain(&more);
                deeds.map(|deed| vec![("action", *deed)]).chain([vec![("session", self.session.as_str())]]).collect()
            }
            "/console/contacts/{contact}/access" => vec![vec![("role.customer_administrator", "on")]],
            "/console/contacts/{contact}/edit" => vec![[person.to_vec(), vec![("version", "1")]].concat()],
            "/console/contacts/{contact}/login" => {
                vec![vec![("login_email", "new.name@example.com"), ("user_id", "made.up"), ("version", "1")]]
            }
            "/console/contacts/{contact}/password" => vec![passwords.to_vec()],
            "/console/settings" => vec![vec![("business", "Made up"), ("version", "1")]],
            "/console/new-site" => {
                vec![vec![
                    ("name", "Made up"),
                    ("base_url", "https://made.up"),
                    ("sender", "a@made.up"),
                    ("key", "made-up"),
                ]]
            }
            "/console/sites/{site}" => vec![
                vec![("name", "Made up"), ("version", "1")],
                vec![("action", "remove_logo"), ("version", self.version.as_str())],
            ],
            "/console/sites/{site}/logo" => vec![vec![("version", self.version.as_str())]],
            "/console/sites/{site}/templates/{mail}/{language}" => {
                let worded = [("subject", "Made up"), ("text", WORDS), ("html", WORDS), ("version", "0")];
                let actions = ["save", "try", "put_back"].iter();
                actions.map(|action| [worded.to_vec(), vec![("action", *action)]].concat()).collect()
            }
            "/console/new-role" => vec![vec![("name", "made_up"), ("account_type.customer", "on"), ("key", "made-up")]],
            "/console/roles/{role}" => vec![vec![("action", "delete")], vec![("action", "save"), ("name", "made_up")]],
            other => panic!("{other} has to be filled in here"),
        }
    }
}

/// The forms: what pages post to.
fn forms() -> Vec<Route> {
    let is_form = |route: &Route| !route.is_api() && (route.method == "POST" || route.path == "/link/{token}");
    let forms: Vec<_> = deployed().into_iter().filter(is_form).collect();
    assert!(forms.len() > 20, "{forms:?}");
    forms
}

/// Those that anybody may send, signed in or not.
fn is_public(form: &Route) -> bool {
    ["/sign-in", "/sign-out", "/forgot-password", "/link/{token}"].contains(&form.path.as_str())
}

async fn cookie(portal: &Portal, login: &str) -> String {
    let form = [("login", login), ("password", PASSWORD)];
    portal.visitor().submit("/sign-in", &form, "").await.expect(303).kept("session")
}

#[tokio::test]
async fn no_form_is_taken_from_another_site() {
    let there = There::new().await;
    let session = cookie(&there.portal, ADMINISTRATOR).await;
    let before = there.state().await;
    for form in forms() {
        for filled in there.filled(&form) {
            let sent = there.portal.visitor().request(Method::POST, &there.path(&form));
            let sent = sent.header("cookie", &session).header("sec-fetch-site", "cross-site");
            let answer = Answer::of(There::sent(sent, &form, &filled)).await;
            assert_eq!(answer.status, 403, "{form:?} {filled:?}: {}", answer.text);
        }
    }
    assert_eq!(there.state().await, before);
}

#[tokio::test]
async fn no_form_reaches_what_is_not_its_senders() {
    let there = There::new().await;
    let session = cookie(&there.portal, ADA).await;
    let before = there.state().await;
    // What these change is the sender's own, or anybody's who holds the link.
    for form in forms().iter().filter(|form| !is_public(form)) {
        for filled in there.filled(form) {
            if form.path == "/console/new-organization" || filled.iter().any(|(name, _)| *name == "current_password") {
                continue;
            }
            let answer = there.submit(form, &filled, &session).await;
            let done = answer.status.is_redirection() && !answer.header("location").contains("sign-in");
            assert!(!done, "{form:?} {filled:?}: {} {}", answer.status, answer.header("location"));
            assert_eq!(there.state().await, before, "{form:?} {filled:?}");
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_with_a_session_of_another_site() {
    let there = There::new().await;
    let at_shop = |request: reqwest::RequestBuilder| request.header("host", "shop.example.com");
    let visitor = there.portal.visitor();
    let form = [("login", ADMINISTRATOR), ("password", PASSWORD)];
    let sent = at_shop(visitor.request(Method::POST, "/sign-in")).header("sec-fetch-site", "same-origin").form(&form);
    let shop = Answer::of(sent).await.expect(303).kept("__Host-session");
    let elsewhere = shop.replacen("__Host-session", "session", 1);
    let before = there.state().await;
    for form in forms().iter().filter(|form| !is_public(form)) {
        for filled in there.filled(form) {
            let answer = there.submit(form, &filled, &elsewhere).await;
            let is_nobody = answer.status == 401 || answer.status == 303 && answer.header("location") == "/sign-in";
            assert!(is_nobody, "{form:?}: {} {}", answer.status, answer.text);
        }
    }
    assert_eq!(there.state().await, before);
    let _ = visitor.submit("/sign-out", &[], &elsewhere).await;
    let _ = Answer::of(at_shop(visitor.request(Method::GET, "/account")).header("cookie", &shop)).await.expect(200);
}

/// What stands in the fields of the form that goes to this path and has all of these; null where the page has none.
const FIELDS: &str = "
    const [path, filled] = arguments;
    const has = form => filled.every(([name, value]) =>
        [...form.elements].some(field => field.name === name && (name !== 'action' || field.value === value)));
    const goesThere = form => form.getAttribute('method') === 'post' &&
        new URL(form.getAttribute('action'), location).pathname === path;
    const form = [...document.forms].find(form => goesThere(form) && has(form));
    return form ? [...new FormData(form)].filter(([, value]) => typeof value === 'string') : null";

/// The forms after which others are no longer there.
const LAST: [&str; 2] = ["/console/organizations/{organization}", "/console/roles/{role}"];

/// What is refused above is refused for its sender, and not for how it is filled in.
#[tokio::test]
async fn every_form_stands_on_its_page_and_does_something_for_who_may_send_it() {
    let there = There::new().await;
    let session = cookie(&there.portal, ADMINISTRATOR).await;
    let browser = Browser::open(&there.portal).await;
    browser.enter_console(ADMINISTRATOR).await;
    // Nobody is on the lists of those who can't get in; another password would end the session that looks at what there is.
    let is_tried = |form: &Route| !is_public(form) && !["/console/attention", "/account"].contains(&form.path.as_str());
    let mut forms: Vec<_> = forms().into_iter().filter(is_tried).collect();
    forms.sort_by_key(|form| LAST.iter().position(|last| *last == form.path));
    for form in forms {
        let path = there.path(&form);
        let page = match form.path.as_str() {
            "/preview" => format!("/console/contacts/{}", there.contact),
            "/console/sites/{site}/logo" => format!("/console/sites/{}", there.site),
            "/console/new-user" | "/console/new-contact" => format!("{path}?organization={}", there.organization),
            "/console/organizations/{organization}" => format!("{path}/confirm?action=inactivate"),
            "/console/roles/{role}" => format!("{path}/confirm"),
            _ => path.clone(),
        };
        let filled = there.filled(&form).remove(0);
        browser.go(&page).await;
        let stands = browser.run(FIELDS, &[json!(path), json!(filled)]).await;
        let stands: Vec<(String, String)> = serde_json::from_value(stands).expect(&page);
        let is_typed = |name: &str| !["version", "key"].contains(&name) && filled.iter().any(|(it, _)| *it == name);
        let kept =
            stands.iter().filter(|(name, _)| !is_typed(name)).map(|(name, value)| (name.as_str(), value.as_str()));
        let typed = filled.iter().copied().filter(|(name, _)| is_typed(name));
        let before = there.state().await;
        let answer = there.submit(&form, &kept.chain(typed).collect::<Vec<_>>(), &session).await;
        let is_done = answer.status == 200 || answer.status == 303 && answer.header("location") != "/sign-in";
        assert!(is_done, "{form:?} {filled:?}: {} {}", answer.status, answer.text);
        assert_ne!(there.state().await, before, "{form:?} {filled:?}: {}", answer.text);
    }
    browser.close().await;
}
