//! What the business has set: its name, its sites, its limits.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::email::Email;
use super::id::SiteId;
use super::organization::Organization;
use super::text::Name;

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

/// The group of sites that organizations belong to unless told otherwise.
pub const DEFAULT_GROUP: &str = "default";

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
    /// The fewest characters of a password, 8 or more (requirement P3).
    pub password_minimum: u32,
    /// A session not used for so many minutes is over (requirement P7).
    pub idle_minutes: u32,
    /// A session is over after so many hours, used or not (requirement P7).
    pub session_hours: u32,
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
            password_minimum: 15,
            idle_minutes: 30,
            session_hours: 12,
        }
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
