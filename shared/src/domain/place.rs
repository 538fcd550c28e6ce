//! A place: a contact with its organization, somewhere that a user may have access.

use super::access::{Access, Standing};
use super::change::Stored;
use super::contact::Contact;
use super::id::{SiteId, UserKey};
use super::organization::Organization;
use super::settings::Settings;

/// A contact with its organization, as they were read.
#[derive(Debug, Clone)]
pub struct Place {
    /// The contact.
    pub contact: Stored<Contact>,
    /// Its organization.
    pub organization: Stored<Organization>,
}

impl Place {
    /// The access that this user can use here, at the site if one is named: usable, and nothing about it inactive
    /// (requirements O7, U8).
    pub fn access(&self, user: UserKey, site: Option<SiteId>, settings: &Settings) -> Option<&Access> {
        let organization = &self.organization.value;
        self.contact.value.access.as_ref().filter(|access| {
            self.is_active()
                && access.user == user
                && access.is_usable()
                && site.is_none_or(|site| settings.is_valid_in(site, access.site, organization))
        })
    }

    /// Whether an access waits here for this user to take it up (requirement O8).
    pub fn offers_access_to(&self, user: UserKey) -> bool {
        let access = self.contact.value.access.as_ref();
        self.is_active()
            && access.is_some_and(|it| it.user == user && it.standing == Standing::Offered && it.login_enabled)
    }

    fn is_active(&self) -> bool {
        self.contact.value.active && self.organization.value.active
    }
}
