//! A place: a contact with its organization, somewhere that a user may have access.

use super::access::Access;
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
        let is_active = self.contact.value.active && organization.active;
        self.contact.value.access.as_ref().filter(|access| {
            is_active
                && access.user == user
                && access.is_usable()
                && site.is_none_or(|site| settings.is_valid_in(site, access.site, organization))
        })
    }
}
