//! The first start of a deployment: its settings and its first administrator.

use jiff::Timestamp;

use crate::app::App;
use crate::domain::change::Change;
use crate::domain::email::Email;
use crate::domain::id::SiteId;
use crate::domain::rules::bootstrap::bootstrap as rule;
use crate::domain::settings::{DEFAULT_GROUP, Settings, Site, parse_base_url};
use crate::domain::text::{Malformed, Name, Number, PersonName};
use crate::domain::wording::MailLanguage;
use crate::store::StoreError;

/// What a new deployment is told.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The business's name.
    pub business: Name,
    /// Who administers it first; also whom mails and pages name for help.
    pub administrator: Email,
    /// Who mails come from.
    pub sender: Email,
    /// The sites, by name and URL.
    pub sites: Vec<(Name, String)>,
}

impl Deployment {
    /// Reads sites: `Name=https://host` with commas between.
    ///
    /// # Errors
    /// Not of that form.
    pub fn parse_sites(text: &str) -> Result<Vec<(Name, String)>, Malformed> {
        const FORM: Malformed = Malformed::Form("must be Name=https://host, with commas between");
        text.split(',')
            .map(|site| {
                let (name, url) = site.split_once('=').ok_or(FORM)?;
                Ok((Name::parse(name)?, parse_base_url(url).map_err(|_| FORM)?))
            })
            .collect()
    }

    fn settings(&self, now: Timestamp) -> Settings {
        let site = |(name, base_url): &(Name, String)| Site {
            id: SiteId::new(now),
            name: name.clone(),
            group: DEFAULT_GROUP.to_owned(),
            base_url: base_url.clone(),
            sender: self.sender.clone(),
            reply_to: None,
            color: None,
            logo: None,
            language: MailLanguage::default(),
        };
        Settings::new(self.business.clone(), self.administrator.clone(), self.sites.iter().map(site).collect())
    }
}

/// Sets up a new deployment; one that is set up already is left as it is, but for its sites' URLs, which are
/// where the deployment says. Gives whether it was new.
///
/// # Errors
/// The table is unavailable.
///
/// # Panics
/// Never: the texts are good.
pub async fn bootstrap(app: &App, deployment: &Deployment) -> Result<bool, StoreError> {
    let (new, _) = crate::decide!(app, {
        match app.store.settings().await? {
            None => {
                let settings = deployment.settings(app.clock.now());
                let at = app.moment(&settings);
                let text = |name| PersonName::parse(name).expect("a good name");
                let number = Number::parse("INTERNAL").expect("a good number");
                (true, rule(&deployment.administrator, number, text("Administrator"), text("One"), &at))
            }
            Some(before) => {
                let mut after = before.value.clone();
                for (site, (_, url)) in after.sites.iter_mut().zip(&deployment.sites) {
                    site.base_url.clone_from(url);
                }
                let mut change = Change::none();
                if after != before.value {
                    change.update(&before, after);
                }
                (false, change)
            }
        }
    });
    Ok(new)
}
