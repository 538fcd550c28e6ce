//! Roles and permissions (requirements A2, A3).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::id::RoleId;
use super::organization::OrganizationType;
use super::text::Malformed;

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
    /// Reads the name of a role that the business makes.
    ///
    /// # Errors
    /// Not 2 to 40 small letters, digits and underscores that begin with a letter.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        let holds = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if begins && holds && (2..=40).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed::Form("must be 2 to 40 small letters, digits and underscores, and begin with a letter"))
        }
    }

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

    /// Read organizations, contacts and their access.
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
    /// Disable, enable and unlock logins, change login names, end sessions.
    pub const LOGINS_TOGGLE: Permission = "logins:toggle";
    /// Give a new user their first password.
    pub const PASSWORDS_FIRST: Permission = "passwords:first";
    /// Set anybody's password at any time.
    pub const PASSWORDS_SET: Permission = "passwords:set";
    /// Make and change staff's and vendors' users.
    pub const STAFF_MANAGE: Permission = "staff:manage";
    /// Read the audit.
    pub const AUDIT_READ: Permission = "audit:read";
    /// See the portal as somebody else's access does.
    pub const PREVIEW: Permission = "access:preview";
    /// See whose mail does not arrive, and let it go to an address again that it came back from.
    pub const MAIL_MANAGE: Permission = "mail:manage";
    /// Change settings, sites and roles.
    pub const SETTINGS_MANAGE: Permission = "settings:manage";
}

/// A permission that a role of the business's own can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Permission,
    /// What it permits, for people.
    pub description: &'static str,
    /// Whose roles may have it.
    pub account_types: &'static [AccountType],
}

/// What is an administrator's alone, and no role of the business's own can have.
const WHOLE: [Entry; 3] = {
    const fn entry(name: Permission, description: &'static str) -> Entry {
        Entry { name, description, account_types: &[AccountType::Staff] }
    }
    [
        entry(permission::PASSWORDS_SET, "Set anybody’s password at any time."),
        entry(permission::STAFF_MANAGE, "Make and change staff’s and vendors’ users."),
        entry(permission::SETTINGS_MANAGE, "Change settings, sites, roles and mail texts."),
    ]
};

/// What roles can be made of (requirement A2).
pub const CATALOGUE: [Entry; 22] = {
    use AccountType::{Customer, Partner, Staff, Vendor};
    use permission as p;
    const ALL: &[AccountType] = &[Customer, Partner, Vendor, Staff];
    const LOCAL: &[AccountType] = &[Customer, Partner, Staff];
    const OFFICE: &[AccountType] = &[Staff];
    const fn entry(name: Permission, description: &'static str, account_types: &'static [AccountType]) -> Entry {
        Entry { name, description, account_types }
    }
    [
        entry("orders:read", "See orders.", ALL),
        entry("orders:write", "Place and change orders.", ALL),
        entry("invoices:read", "See invoices.", ALL),
        entry("estimates:read", "See estimates.", ALL),
        entry("estimates:write", "Ask for and answer estimates.", ALL),
        entry("payments:read", "See payments.", ALL),
        entry("payments:write", "Pay.", ALL),
        entry("claims:read", "See claims.", ALL),
        entry("claims:write", "Make claims.", ALL),
        entry("documents:read", "See documents.", ALL),
        entry(p::CONTACTS_READ, "See organizations, contacts and their access.", LOCAL),
        entry(p::CONTACTS_WRITE, "Make and edit contacts.", LOCAL),
        entry(p::USERS_CREATE, "Create users.", LOCAL),
        entry(p::ACCESS_GRANT, "Grant and change access.", LOCAL),
        entry(p::ACCESS_REVOKE, "Revoke access.", LOCAL),
        entry(p::LINKS_SEND, "Send invitations and password resets.", LOCAL),
        entry(p::LOGINS_TOGGLE, "Disable, enable and unlock logins, change login names, end sessions.", LOCAL),
        entry(p::AUDIT_READ, "Read the audit.", LOCAL),
        entry(p::PREVIEW, "See the portal as a customer, partner or vendor does.", OFFICE),
        entry(p::MAIL_MANAGE, "See whose mail does not arrive, and let it go to an address again.", OFFICE),
        entry(p::ORGANIZATIONS_WRITE, "Make and edit organizations.", OFFICE),
        entry(p::PASSWORDS_FIRST, "Give a new user their first password.", OFFICE),
    ]
};

/// A named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id; a role that comes with the product has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RoleId>,
    /// Its name.
    pub name: RoleName,
    /// Whose users may hold it.
    pub account_types: BTreeSet<AccountType>,
    /// What it permits.
    pub permissions: BTreeSet<String>,
    /// Moves with each edit.
    pub version: u32,
}

/// The roles that come with the product.
pub static BUILT_IN: LazyLock<Vec<Role>> = LazyLock::new(|| {
    use permission::{
        ACCESS_GRANT, ACCESS_REVOKE, AUDIT_READ, CONTACTS_READ, CONTACTS_WRITE, LINKS_SEND, LOGINS_TOGGLE, MAIL_MANAGE,
        ORGANIZATIONS_WRITE, PASSWORDS_FIRST, PASSWORDS_SET, PREVIEW, SETTINGS_MANAGE, STAFF_MANAGE, USERS_CREATE,
    };
    let portal = ["orders:read", "invoices:read", "estimates:read", "payments:read"];
    let look_after = [
        CONTACTS_READ,
        CONTACTS_WRITE,
        USERS_CREATE,
        ACCESS_GRANT,
        ACCESS_REVOKE,
        LINKS_SEND,
        LOGINS_TOGGLE,
        AUDIT_READ,
    ];
    let office = [ORGANIZATIONS_WRITE, PASSWORDS_FIRST, PREVIEW, MAIL_MANAGE];
    let role = |name: &str, kind, permissions: &[&[Permission]]| Role {
        id: None,
        name: name.into(),
        account_types: [kind].into(),
        permissions: permissions.concat().into_iter().map(str::to_owned).collect(),
        version: 1,
    };
    let whole = [PASSWORDS_SET, STAFF_MANAGE, SETTINGS_MANAGE];
    vec![
        role("administrator", AccountType::Staff, &[&look_after, &office, &whole]),
        role("account_manager", AccountType::Staff, &[&look_after, &office]),
        role("support", AccountType::Staff, &[&[CONTACTS_READ, AUDIT_READ]]),
        role("customer_center", AccountType::Customer, &[&portal]),
        role("customer_administrator", AccountType::Customer, &[&portal, &["payments:write"], &look_after]),
        role("partner", AccountType::Partner, &[&portal, &["claims:write"]]),
        role(
            "partner_administrator",
            AccountType::Partner,
            &[&portal, &["payments:write", "claims:write"], &look_after],
        ),
        role("vendor", AccountType::Vendor, &[&["orders:read", "payments:read"]]),
    ]
});

/// The permission of this name, by which Latchkey or a portal knows it.
fn known(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().chain(&WHOLE).find(|known| known.name == name)
}

/// What permissions of these names permit, for people; in the order of the catalogue.
pub fn in_words(names: &[String]) -> Vec<&'static str> {
    let named = CATALOGUE.iter().chain(&WHOLE).filter(|entry| names.iter().any(|name| name == entry.name));
    named.map(|entry| entry.description).collect()
}

impl Role {
    /// What it permits.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.permissions.iter().filter_map(|name| known(name)).map(|entry| entry.name)
    }

    /// Whether it comes with the product.
    pub fn is_built_in(&self) -> bool {
        self.id.is_none()
    }
}

/// The role of this name that comes with the product.
pub fn built_in(name: &RoleName) -> Option<&'static Role> {
    BUILT_IN.iter().find(|role| role.name == *name)
}

/// Whether one of these roles makes its holder an administrator of the organization: of those that come with the product
/// alone (requirement A7).
pub fn administers<'a>(roles: impl IntoIterator<Item = &'a RoleName>) -> bool {
    let heads = ["administrator", "customer_administrator", "partner_administrator"];
    roles.into_iter().any(|name| heads.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_type_has_a_standard_role_that_it_may_hold() {
        for kind in [AccountType::Customer, AccountType::Partner, AccountType::Vendor, AccountType::Staff] {
            let role = built_in(&kind.standard_role()).expect("a built-in role");
            assert!(role.account_types.contains(&kind));
            assert!(!administers([&role.name]));
        }
    }

    #[test]
    fn only_the_administrator_may_set_somebodys_password_at_any_time() {
        let holders: Vec<_> =
            BUILT_IN.iter().filter(|role| role.permissions().any(|it| it == permission::PASSWORDS_SET)).collect();
        assert_eq!(holders.len(), 1);
        assert_eq!(holders[0].name.as_str(), "administrator");
        assert!(CATALOGUE.iter().all(|entry| entry.name != permission::PASSWORDS_SET));
    }

    #[test]
    fn every_permission_of_a_role_is_known() {
        for role in BUILT_IN.iter() {
            assert_eq!(role.permissions().count(), role.permissions.len(), "{:?}", role.name);
        }
    }
}
