//! Roles and permissions (requirements A2, A3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::organization::OrganizationType;

/// What a user is to the business at one organization; goes with the organization's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// A customer's user.
    Customer,
    /// A partner's user.
    Partner,
    /// A vendor's user.
    Vendor,
    /// An employee of the business.
    Staff,
}

impl AccountType {
    /// Reads the name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Customer, Self::Partner, Self::Vendor, Self::Staff].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Partner => "partner",
            Self::Vendor => "vendor",
            Self::Staff => "staff",
        }
    }

    /// The kind of organization that such a user belongs to (requirement U1).
    pub fn organization_type(self) -> OrganizationType {
        match self {
            Self::Customer => OrganizationType::Customer,
            Self::Partner => OrganizationType::Partner,
            Self::Vendor => OrganizationType::Vendor,
            Self::Staff => OrganizationType::Internal,
        }
    }

    /// The role that such a user gets where none is named: the one that permits least.
    pub fn standard_role(self) -> RoleName {
        RoleName::from(match self {
            Self::Customer => "customer_center",
            Self::Partner => "partner",
            Self::Vendor => "vendor",
            Self::Staff => "support",
        })
    }
}

impl From<OrganizationType> for AccountType {
    fn from(kind: OrganizationType) -> Self {
        match kind {
            OrganizationType::Customer => Self::Customer,
            OrganizationType::Partner => Self::Partner,
            OrganizationType::Vendor => Self::Vendor,
            OrganizationType::Internal => Self::Staff,
        }
    }
}

/// The name of a role, as `roles` of an access holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleName(String);

impl RoleName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RoleName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// One thing that a role permits: what it concerns and what may be done, `orders:read`.
pub type Permission = &'static str;

/// Permissions that Latchkey itself acts upon.
pub mod permission {
    use super::Permission;

    /// Read contacts and their access.
    pub const CONTACTS_READ: Permission = "contacts:read";
    /// Make and edit contacts.
    pub const CONTACTS_WRITE: Permission = "contacts:write";
    /// Make and edit organizations.
    pub const ORGANIZATIONS_WRITE: Permission = "organizations:write";
    /// Create users.
    pub const USERS_CREATE: Permission = "users:create";
    /// Grant and change access.
    pub const ACCESS_GRANT: Permission = "access:grant";
    /// Revoke access.
    pub const ACCESS_REVOKE: Permission = "access:revoke";
    /// Send invitations and password resets.
    pub const LINKS_SEND: Permission = "links:send";
    /// Disable and enable logins, end sessions.
    pub const LOGINS_TOGGLE: Permission = "logins:toggle";
    /// Give a new user their first password.
    pub const PASSWORDS_FIRST: Permission = "passwords:first";
    /// Set anybody's password at any time.
    pub const PASSWORDS_SET: Permission = "passwords:set";
    /// Make and change staff's and vendors' users.
    pub const STAFF_MANAGE: Permission = "staff:manage";
}

/// A named set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: &'static str,
    /// Whose users may hold it.
    pub account_types: &'static [AccountType],
    /// What it permits.
    pub permissions: &'static [Permission],
    /// Whether it makes its holder one of the organization's administrators.
    pub administers: bool,
}

/// The roles that come with the product.
pub const BUILT_IN: [Role; 8] = {
    use permission::{
        ACCESS_GRANT, ACCESS_REVOKE, CONTACTS_READ, CONTACTS_WRITE, LINKS_SEND, LOGINS_TOGGLE, ORGANIZATIONS_WRITE,
        PASSWORDS_FIRST, PASSWORDS_SET, STAFF_MANAGE, USERS_CREATE,
    };
    [
        Role {
            name: "administrator",
            account_types: &[AccountType::Staff],
            permissions: &[
                CONTACTS_READ,
                CONTACTS_WRITE,
                ORGANIZATIONS_WRITE,
                USERS_CREATE,
                ACCESS_GRANT,
                ACCESS_REVOKE,
                LINKS_SEND,
                LOGINS_TOGGLE,
                PASSWORDS_FIRST,
                PASSWORDS_SET,
                STAFF_MANAGE,
            ],
            administers: true,
        },
        Role {
            name: "account_manager",
            account_types: &[AccountType::Staff],
            permissions: &[
                CONTACTS_READ,
                CONTACTS_WRITE,
                ORGANIZATIONS_WRITE,
                USERS_CREATE,
                ACCESS_GRANT,
                ACCESS_REVOKE,
                LINKS_SEND,
                LOGINS_TOGGLE,
                PASSWORDS_FIRST,
            ],
            administers: false,
        },
        Role {
            name: "support",
            account_types: &[AccountType::Staff],
            permissions: &[CONTACTS_READ],
            administers: false,
        },
        Role {
            name: "customer_center",
            account_types: &[AccountType::Customer],
            permissions: &["orders:read", "invoices:read", "estimates:read", "payments:read"],
            administers: false,
        },
        Role {
            name: "customer_administrator",
            account_types: &[AccountType::Customer],
            permissions: &[
                "orders:read",
                "invoices:read",
                "estimates:read",
                "payments:read",
                "payments:write",
                CONTACTS_READ,
                CONTACTS_WRITE,
                USERS_CREATE,
                ACCESS_GRANT,
                ACCESS_REVOKE,
                LINKS_SEND,
                LOGINS_TOGGLE,
            ],
            administers: true,
        },
        Role {
            name: "partner",
            account_types: &[AccountType::Partner],
            permissions: &["orders:read", "invoices:read", "estimates:read", "payments:read", "claims:write"],
            administers: false,
        },
        Role {
            name: "partner_administrator",
            account_types: &[AccountType::Partner],
            permissions: &[
                "orders:read",
                "invoices:read",
                "estimates:read",
                "payments:read",
                "payments:write",
                "claims:write",
                CONTACTS_READ,
                CONTACTS_WRITE,
                USERS_CREATE,
                ACCESS_GRANT,
                ACCESS_REVOKE,
                LINKS_SEND,
                LOGINS_TOGGLE,
            ],
            administers: true,
        },
        Role {
            name: "vendor",
            account_types: &[AccountType::Vendor],
            permissions: &["orders:read", "payments:read"],
            administers: false,
        },
    ]
};

/// The role of this name.
pub fn find(name: &RoleName) -> Option<&'static Role> {
    BUILT_IN.iter().find(|role| role.name == name.as_str())
}

/// What holding all of these roles permits. A name that no role has permits nothing.
pub fn permissions<'a>(roles: impl IntoIterator<Item = &'a RoleName>) -> BTreeSet<Permission> {
    roles.into_iter().filter_map(find).flat_map(|role| role.permissions).copied().collect()
}

/// Whether one of these roles makes its holder an administrator of the organization.
pub fn administers<'a>(roles: impl IntoIterator<Item = &'a RoleName>) -> bool {
    roles.into_iter().filter_map(find).any(|role| role.administers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_type_has_a_standard_role_that_it_may_hold() {
        for kind in [AccountType::Customer, AccountType::Partner, AccountType::Vendor, AccountType::Staff] {
            let role = find(&kind.standard_role()).expect("a built-in role");
            assert!(role.account_types.contains(&kind));
            assert!(!role.administers);
        }
    }

    #[test]
    fn only_the_administrator_may_set_somebodys_password_at_any_time() {
        let holders: Vec<_> =
            BUILT_IN.iter().filter(|role| role.permissions.contains(&permission::PASSWORDS_SET)).collect();
        assert_eq!(holders.len(), 1);
        assert_eq!(holders[0].name, "administrator");
    }
}
