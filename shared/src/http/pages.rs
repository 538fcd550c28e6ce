//! Pages: what every one of them shares, and the templates (`templates/pages`).

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::Template;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, VARY,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::asked::Asked;
use super::{Call, Problem, told};
use crate::app::App;
use crate::domain::color::Color;
use crate::domain::settings::Settings;
use crate::domain::wording::MailLanguage;

/// The one style sheet, within each page: a page is one request.
const CSS: &str = include_str!("../../templates/style.css");

/// The one script, which pages do without where it does not run.
pub const SCRIPT: &str = include_str!("../../templates/script.js");

/// What the script is, as a page's policy and its integrity name it.
pub static SCRIPT_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(SCRIPT))));

/// What the script is, as its address says: hexadecimal, so that no gateway on the way writes it otherwise.
pub static SCRIPT_VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(SCRIPT);
    digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
});

/// The height of a logo above a page, in pixels, where it is not less high itself.
const LOGO_HEIGHT: u32 = 40;

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| policy(CSS, false));

/// What a page may load: this style, the one script, what that asks this site for, this site's images where it shows one, and
/// nothing else.
fn policy(css: &str, shows_images: bool) -> HeaderValue {
    let images = if shows_images { "img-src 'self'; " } else { "" };
    let style = STANDARD.encode(Sha256::digest(css));
    let script = &*SCRIPT_HASH;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src '{script}'; connect-src 'self'; {images}form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// What an answer beside the API may load that is no page.
pub fn content_security_policy() -> HeaderValue {
    POLICY.clone()
}

/// The style sheet in a site's colour.
fn css(color: Option<Color>) -> Cow<'static, str> {
    let Some(color) = color else { return Cow::Borrowed(CSS) };
    let (light, dark) = ((color, color.strong()), (color.on_dark(), color.strong_on_dark()));
    Cow::Owned(format!(
        "{CSS}\n:root {{ --accent: {}; --accent-strong: {}; }}\n\
         @media (prefers-color-scheme: dark) {{ :root {{ --accent: {}; --accent-strong: {}; }} }}\n",
        light.0, light.1, dark.0, dark.1
    ))
}

/// A page, with the style that is within it.
pub trait Page: Template {
    /// The style.
    fn css(&self) -> &str;
    /// Its language.
    fn lang(&self) -> MailLanguage;
}

/// A logo as a page shows it.
#[derive(Debug, Clone)]
pub struct Logo {
    /// Where it is.
    pub url: String,
    /// As it is shown, in pixels.
    pub width: u32,
    /// As it is shown, in pixels.
    pub height: u32,
}

impl Logo {
    /// A logo of this size in pixels, made smaller where it is too high: the browser keeps its place before it has come.
    pub fn new(url: String, width: u32, height: u32) -> Self {
        let shown = height.clamp(1, LOGO_HEIGHT);
        Self { url, width: (width * shown / height.max(1)).max(1), height: shown }
    }
}

/// What every page shows around its own.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The site's name.
    pub site_name: String,
    /// The site's logo.
    pub logo: Option<Logo>,
    /// The business's name.
    pub business: String,
    /// Where to ask for help.
    pub administrator: String,
    /// Where to sign in.
    pub login_url: String,
    /// The style sheet, in its colour.
    pub css: Cow<'static, str>,
    /// What the script is, for its integrity.
    pub script: &'static str,
    /// What the script is, for its address.
    pub script_version: &'static str,
    /// The language of what it says.
    pub lang: MailLanguage,
}

impl Frame {
    /// The frame of the site that was called, in this language.
    pub fn of(call: &Call, lang: MailLanguage) -> Self {
        Self::at(&call.settings, call.page_site(), lang)
    }

    /// The frame of a site, in this language.
    pub fn at(settings: &Settings, site: &crate::domain::settings::Site, lang: MailLanguage) -> Self {
        Self {
            site_name: site.name.to_string(),
            logo: site.logo.as_ref().map(|logo| Logo::new(logo.path(site.id), logo.width, logo.height)),
            business: settings.business.to_string(),
            administrator: settings.contact.to_string(),
            login_url: site.login_url(),
            css: css(site.color),
            script: &SCRIPT_HASH,
            script_version: &SCRIPT_VERSION,
            lang,
        }
    }
}

/// Makes pages: for each a name, its template, and what it shows beside what every page does.
#[macro_export]
macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident, $path:literal { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, ::askama::Template)]
        #[template(path = $path)]
        pub struct $name<'a> {
            /// The style sheet.
            pub css: &'a str,
            /// What the script is, for its integrity.
            pub script: &'a str,
            /// What the script is, for its address.
            pub script_version: &'a str,
            /// The language of what it says.
            pub lang: $crate::domain::wording::MailLanguage,
            /// The site's name.
            pub site_name: &'a str,
            /// The site's logo.
            pub logo: Option<&'a $crate::http::pages::Logo>,
            /// The business's name.
            pub business: &'a str,
            /// Where to ask for help.
            pub administrator: &'a str,
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl<'a> $name<'a> {
            /// The page in its frame.
            #[expect(clippy::too_many_arguments, reason = "one for each thing the page shows")]
            #[allow(unfulfilled_lint_expectations, reason = "some pages show little")]
            pub fn new(frame: &'a $crate::http::pages::Frame, $($field: $kind),*) -> Self {
                Self {
                    css: &frame.css,
                    script: frame.script,
                    script_version: frame.script_version,
                    lang: frame.lang,
                    site_name: &frame.site_name,
                    logo: frame.logo.as_ref(),
                    business: &frame.business,
                    administrator: &frame.administrator,
                    $($field),*
                }
            }
        }

        impl $crate::http::pages::Page for $name<'_> {
            fn css(&self) -> &str {
                self.css
            }

            fn lang(&self) -> $crate::domain::wording::MailLanguage {
                self.lang
            }
        }
    )*};
}

pages! {
    /// Sign in.
    SignIn, "pages/sign_in.html" {
        /// What was typed before.
        login: &'a str,
        /// The site asked for.
        site: &'a str,
        /// Why it failed.
        error: Option<&'a str>,
        /// What happened before.
        notice: Option<&'a str>,
    }
    /// Forgot the password.
    ForgotPassword, "pages/forgot_password.html" {
        /// What was typed before.
        login: &'a str,
        /// The site asked for.
        site: &'a str,
        /// What was missing.
        error: Option<&'a str>,
        /// Whether it was asked for.
        sent: bool,
    }
    /// Set a password with a link.
    LinkSetPassword, "pages/link_set_password.html" {
        /// The link's token.
        token: &'a str,
        /// `invite` or `reset`.
        purpose: &'a str,
        /// When its time is over.
        expires_at: Option<Shown>,
        /// The fewest characters.
        minimum: u32,
        /// The rules that were not met.
        faults: Vec<String>,
    }
    /// Take up an access by signing in.
    LinkAccept, "pages/link_accept.html" {
        /// The link's token.
        token: &'a str,
        /// Where the access is.
        organization: &'a str,
        /// Where to sign in.
        login_url: &'a str,
        /// When its time is over.
        expires_at: Option<Shown>,
        /// Why it failed.
        error: Option<&'a str>,
        /// What was typed before.
        login: &'a str,
    }
    /// Confirm a new email by signing in.
    LinkConfirmEmail, "pages/link_confirm_email.html" {
        /// The link's token.
        token: &'a str,
        /// The new email.
        email: &'a str,
        /// When its time is over.
        expires_at: Option<Shown>,
        /// Why it failed.
        error: Option<&'a str>,
        /// What was typed before.
        login: &'a str,
    }
    /// The link is over.
    LinkOver, "pages/link_over.html" {
        /// The link's token.
        token: &'a str,
        /// What it was for.
        purpose: &'a str,
        /// How it is over.
        state: &'a str,
        /// Whether a new one can be asked for.
        can_renew: bool,
        /// Where to sign in.
        login_url: &'a str,
    }
    /// A new link was asked for.
    LinkRenewed, "pages/link_renewed.html" {
        /// Where to sign in.
        login_url: &'a str,
        /// What for.
        purpose: &'a str,
    }
    /// The link is none of ours.
    LinkUnknown, "pages/link_unknown.html" {
        /// Where to sign in.
        login_url: &'a str,
    }
    /// The link did what it is for.
    LinkDone, "pages/link_done.html" {
        /// Where to sign in.
        login_url: &'a str,
        /// What for.
        purpose: &'a str,
    }
    /// Who am I, my organizations, my password.
    Account, "pages/account.html" {
        /// First name.
        first_name: &'a str,
        /// Last name.
        last_name: &'a str,
        /// The email that signs in.
        login_email: &'a str,
        /// The user ID that signs in.
        user_id: Option<&'a str>,
        /// Where.
        organization: &'a str,
        /// What the user is to the business.
        account_type: &'a str,
        /// The roles, as people call them.
        roles: Vec<String>,
        /// The other organizations: the contact there, `con_…`, and its name.
        others: Vec<(String, String)>,
        /// Whether staff look on.
        preview: bool,
        /// Whether nothing but changing the password is possible.
        must_change: bool,
        /// The fewest characters.
        minimum: u32,
        /// The rules that were not met.
        faults: Vec<String>,
        /// What was wrong with the present password.
        current_error: Option<&'a str>,
        /// Whether the password was changed.
        changed: bool,
        /// What was typed as the new email.
        new_email: &'a str,
        /// What was wrong with the new email.
        email_error: Option<&'a str>,
        /// What was wrong with the password that goes with it.
        email_password_error: Option<&'a str>,
        /// Whether a link went to the new email.
        email_asked: bool,
        /// Where one is signed in.
        sessions: Vec<OwnSession>,
        /// Why one can't go on with another access.
        refused: Option<&'a str>,
        /// Whether a session was ended.
        ended: bool,
        /// Where the work in the console begins, where there is any.
        work: Option<&'a str>,
    }
    /// Signed out.
    SignedOut, "pages/signed_out.html" {
        /// Where to sign in.
        login_url: &'a str,
    }
    /// Something went wrong.
    ProblemPage, "pages/problem.html" {
        /// The status.
        status: u16,
        /// The status in words.
        title: &'a str,
        /// What is wrong.
        detail: &'a str,
        /// Names the request.
        request_id: &'a str,
        /// Whether its reader is known to be signed in.
        signed_in: bool,
        /// Where to sign in.
        login_url: &'a str,
    }
}

/// A moment, as a page shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// For machines: RFC 3339.
    pub machine: String,
    /// For people.
    pub people: String,
}

impl Shown {
    /// How this moment is shown in a table.
    pub fn of(moment: Timestamp, lang: MailLanguage) -> Self {
        Self { people: unbroken(&lang.moment_in_short(moment)), machine: moment.to_string() }
    }

    /// How this moment is told in a sentence.
    pub fn told(moment: Timestamp, lang: MailLanguage) -> Self {
        Self { people: unbroken(&lang.moment(moment)), machine: moment.to_string() }
    }
}

/// A time whose zone does not stand alone on the next line.
fn unbroken(told: &str) -> String {
    told.replace(" UTC", "\u{a0}UTC").replace(" (UTC)", "\u{a0}(UTC)")
}

/// One of one's own sessions.
#[derive(Debug)]
pub struct OwnSession {
    /// `ses_…`.
    pub id: String,
    /// The organization's name.
    pub organization: String,
    /// When it began.
    pub since: Shown,
    /// When it was last used, give or take a minute.
    pub used: Shown,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A page of this status.
pub fn page(status: StatusCode, page: &impl Page) -> Response {
    match page.render() {
        Ok(html) => {
            // What people typed stands there escaped: only a template makes an element.
            let shows_images = html.contains("<img ");
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (CONTENT_LANGUAGE, HeaderValue::from_static(page.lang().as_str())),
                (VARY, HeaderValue::from(ACCEPT_LANGUAGE)),
                (CONTENT_SECURITY_POLICY, policy(page.css(), shows_images)),
            ];
            (status, headers, html).into_response()
        }
        Err(error) => Problem::unavailable(error.to_string()).into_response(),
    }
}

/// Goes on to another page of this site.
pub fn see_other(path: &str) -> Response {
    let path = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// The page of a problem; none where there are no settings to frame it with.
pub(super) async fn problem(app: &App, problem: &Problem, request: &str, asked: &Asked) -> Option<Response> {
    let settings = app.settings().await.ok()?;
    let lang = problem.language.unwrap_or_else(|| asked.language(&settings));
    let frame = Frame::at(&settings, asked.site(&settings).or(settings.sites.first())?, lang);
    let (title, detail) = (told::title(problem.status, lang), told::problem(problem, lang));
    let (status, signed_in) = (problem.status.as_u16(), problem.signed_in);
    let template = ProblemPage::new(&frame, status, title, detail, request, signed_in, &frame.login_url);
    Some(problem.dress(page(problem.status, &template)))
}
