//! What a handler knows of the call itself.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;

use super::Problem;
use super::asked::Asked;
use super::source::Source;
use crate::app::App;
use crate::domain::actor::Moment;
use crate::domain::counter::Origin;
use crate::domain::id::SiteId;
use crate::domain::settings::Settings;
use crate::domain::wording::MailLanguage;

/// The id of a request, set at the door.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// When, from where, under which settings a call is made.
#[derive(Debug, Clone)]
pub struct Call {
    /// When it came in.
    pub now: Timestamp,
    /// What the business has set.
    pub settings: Arc<Settings>,
    /// Where it is counted, if the public may ask for it so often.
    pub origin: Origin,
    /// The source as the audit has it.
    source_text: String,
    /// Its id.
    pub request: RequestId,
    /// The site whose host was called, where it is one's.
    pub host_site: Option<SiteId>,
    /// The language of pages for whoever calls, as far as the call tells.
    pub language: MailLanguage,
    key: u32,
}

impl Call {
    /// The moment for the domain.
    pub fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.now,
            settings: &self.settings,
            key: self.key,
            source: &self.source_text,
            request: &self.request.0,
        }
    }

    /// The site of pages: the one whose host was called, else the first.
    pub fn page_site(&self) -> &crate::domain::settings::Site {
        self.host_site.and_then(|site| self.settings.site(site)).unwrap_or(&self.settings.sites[0])
    }

    /// Whether the service is reached over https: cookies are then for it alone.
    pub fn is_secure(&self) -> bool {
        self.page_site().base_url.starts_with("https://")
    }
}

impl FromRequestParts<App> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let settings = app.settings().await?;
        let source = Source::of(&parts.extensions);
        let asked = Asked::of(&parts.headers, &parts.uri);
        let host_site = asked.site(&settings).map(|site| site.id);
        let language = asked.language(&settings);
        let request = parts.extensions.get::<RequestId>().cloned().unwrap_or_else(|| RequestId("".into()));
        Ok(Self {
            now: app.clock.now(),
            settings,
            origin: Origin::of(source.key()),
            source_text: source.to_string(),
            request,
            host_site,
            language,
            key: app.keys().current(),
        })
    }
}
