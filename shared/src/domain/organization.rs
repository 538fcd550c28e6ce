//! Organizations: customers, partners, vendors and the business itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::OrganizationId;
use super::text::{Name, Number};

/// What an organization is to the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationType {
    /// Buys from the business.
    Customer,
    /// Sells or serves for the business; may look after customers of its own.
    Partner,
    /// The business buys from it.
    Vendor,
    /// The business itself; its users are staff.
    Internal,
}

impl OrganizationType {
    /// Reads the name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Customer, Self::Partner, Self::Vendor, Self::Internal].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Partner => "partner",
            Self::Vendor => "vendor",
            Self::Internal => "internal",
        }
    }
}

/// A customer, partner, vendor or the business itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What it is to the business.
    pub kind: OrganizationType,
    /// Its number, unique within its kind.
    pub number: Number,
    /// Its name.
    pub name: Name,
    /// The partner that looks after it (a customer's only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<OrganizationId>,
    /// The site group in which its people sign in.
    pub site_group: String,
    /// An inactive organization's people can't sign in whatever else is set (requirement O7).
    pub active: bool,
    /// Sessions and links that began before are over: when it last became inactive (requirements L5, O7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void_before: Option<Timestamp>,
    /// How many accesses administer it: granted, enabled and holding an administrator's role.
    /// Once it is above zero it stays so (requirement A7).
    pub administrators: u32,
    /// Moves with each edit.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Organization {
    /// Whether what began then is over because the organization was inactive since.
    pub fn voids(&self, began: Timestamp) -> bool {
        self.void_before.is_some_and(|before| began <= before)
    }
}
