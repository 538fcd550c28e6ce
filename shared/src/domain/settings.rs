//! What the business has set: its name, its sites, its limits.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::color::Color;
use super::email::Email;
use super::id::SiteId;
use super::lockout::{FIRST_LOCK_MINUTES, LOCK_AFTER};
use super::logo::Logo;
use super::organization::Organization;
use super::role::{self, AccountType, Permission, Role, RoleName};
use super::text::{Malformed, Name};
use super::wording::MailLanguage;

/// A website with a login page of its own; belongs to a site group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name, as people and mails call it.
    pub name: Name,
    /// The group in which an organization's people may sign in.
    pub group: String,
    /// Scheme and host, without a slash at the end. Links are built from it alone (requirement L14).
    pub base_url: String,
    /// Who its mails come from.
    pub sender: Email,
    /// Where answers to its mails go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Email>,
    /// The colour of its pages and mails; the standard one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// What stands above its pages in place of its name; its name where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// The language of its mails and pages to those of whom none is known that there are any in.
    #[serde(default)]
    pub language: MailLanguage,
}

impl Site {
    /// The login page.
    pub fn login_url(&self) -> String {
        format!("{}/sign-in", self.base_url)
    }

    /// The host and port under which it is reached.
    pub fn authority(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, authority)| authority)
    }
}

/// Reads where a site is: scheme and host, and nothing more.
///
/// # Errors
/// Not of that form.
pub fn parse_base_url(text: &str) -> Result<String, Malformed> {
    const FORM: Malformed =
        Malformed::Form("must be an address such as https://portal.example.com, with nothing after it");
    let text = text.trim().trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(FORM)?;
    let holds = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if host.is_empty() || text.len() > 200 || !host.chars().all(holds) { Err(FORM) } else { Ok(text.to_owned()) }
}

/// Reads the name of a group of sites.
///
/// # Errors
/// Not 1 to 40 small letters, digits, hyphens and underscores.
pub fn parse_group(text: &str) -> Result<String, Malformed> {
    let holds = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if (1..=40).contains(&text.len()) && text.chars().all(holds) {
        Ok(text.to_owned())
    } else {
        Err(Malformed::Form("must be 1 to 40 small letters, digits, hyphens and underscores"))
    }
}

/// The group of sites that organizations belong to unless told otherwise.
pub const DEFAULT_GROUP: &str = "default";

/// How failures to sign in lock a login (requirement P8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Failures in a row that lock: 3 to 10.
    pub after: u32,
    /// The first lock, in minutes: 1 to 60.
    pub minutes: u32,
}

/// What the business has set. Read again every few seconds; never empty of sites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The business's name.
    pub business: Name,
    /// The address that mails and pages name for help.
    pub contact: Email,
    /// The sites.
    pub sites: Vec<Site>,
    /// How long an invitation is good, in hours, 1 to 72 (requirement L2).
    pub invite_hours: u8,
    /// How long a password reset is good, in hours, 1 to 72 (requirement L2).
    pub reset_hours: u8,
    /// How long before its end somebody is reminded of an invitation, in hours, 1 to 71; zero: never (requirement S1).
    #[serde(default)]
    pub reminder_hours: u8,
    /// The fewest characters of a password, 8 or more (requirement P3).
    pub password_minimum: u32,
    /// A session not used for so many minutes is over (requirement P7).
    pub idle_minutes: u32,
    /// A session is over after so many hours, used or not (requirement P7).
    pub session_hours: u32,
    /// How failures to sign in lock a login.
    pub lockout: Lockout,
    /// Whether staff may choose passwords (requirement U4).
    pub manual_passwords: bool,
    /// How many accesses there may be at once of an account type; one that is not named has no limit (requirement U7).
    pub seats: BTreeMap<AccountType, u32>,
    /// The roles that the business made (requirement A2).
    pub roles: Vec<Role>,
    /// Moves with each edit.
    pub version: u32,
}

impl Settings {
    /// The settings of a new deployment.
    pub fn new(business: Name, contact: Email, sites: Vec<Site>) -> Self {
        Self {
            business,
            contact,
            sites,
            invite_hours: 24,
            reset_hours: 24,
            reminder_hours: 0,
            password_minimum: 15,
            idle_minutes: 30,
            session_hours: 12,
            lockout: Lockout { after: LOCK_AFTER, minutes: FIRST_LOCK_MINUTES },
            manual_passwords: true,
            seats: BTreeMap::new(),
            roles: Vec::new(),
            version: 1,
        }
    }

    /// The role of this name.
    pub fn role(&self, name: &RoleName) -> Option<&Role> {
        role::built_in(name).or_else(|| self.roles.iter().find(|role| role.name == *name))
    }

    /// What holding all of these roles permits users of this type. A name that no role has, or one that such a user can't
    /// hold any more, permits nothing.
    pub fn permissions<'a>(
        &self,
        kind: AccountType,
        roles: impl IntoIterator<Item = &'a RoleName>,
    ) -> BTreeSet<Permission> {
        let roles = roles.into_iter().filter_map(|name| self.role(name));
        roles.filter(|role| role.account_types.contains(&kind)).flat_map(Role::permissions).collect()
    }

    /// The site of this id.
    pub fn site(&self, id: SiteId) -> Option<&Site> {
        self.sites.iter().find(|site| site.id == id)
    }

    /// The site that answers under this host and port.
    pub fn site_at(&self, authority: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.authority().eq_ignore_ascii_case(authority))
    }

    /// Where somebody with this assigned site signs in: there, or at the first site of the organization's group.
    ///
    /// # Panics
    /// Where there is no site at all, which no deployment is without.
    pub fn home(&self, assigned: Option<SiteId>, organization: &Organization) -> &Site {
        assigned
            .and_then(|id| self.site(id))
            .or_else(|| self.sites.iter().find(|site| site.group == organization.site_group))
            .unwrap_or(&self.sites[0])
    }

    /// Whether an access with this assigned site is valid in `site` (requirement U8).
    pub fn is_valid_in(&self, site: SiteId, assigned: Option<SiteId>, organization: &Organization) -> bool {
        match assigned {
            Some(assigned) => assigned == site,
            None => self.site(site).is_some_and(|site| site.group == organization.site_group),
        }
    }

    /// How long a session may lie idle.
    pub fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.idle_minutes))
    }

    /// How long a session lasts at most.
    pub fn absolute(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.session_hours))
    }
}
