//! Making and editing organizations; making them inactive and active again (requirements O1, O7, O9, U5).

use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::fault::Refusal;
use super::super::id::{Id, OrganizationId};
use super::super::organization::{Organization, OrganizationType};
use super::super::role::{AccountType, permission};
use super::super::text::{Name, Number};

/// An organization to be made.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// What it is to the business.
    pub kind: OrganizationType,
    /// Its number.
    pub number: Number,
    /// Its name.
    pub name: Name,
    /// The partner that looks after it, where one does.
    pub partner: Option<OrganizationId>,
    /// The group of sites in which its people sign in.
    pub site_group: String,
}

/// Who looks after an organization that `actor` makes: for a partner's user their partner, whatever was asked.
///
/// # Errors
/// Not allowed, or not of a kind that this actor makes: staff make all but the one internal organization, a partner's
/// users customers of that partner (requirement U5).
pub fn partner_of(
    kind: OrganizationType,
    asked: Option<OrganizationId>,
    actor: &Actor,
) -> Result<Option<OrganizationId>, Refusal> {
    match (actor.account_type, kind) {
        (AccountType::Staff, OrganizationType::Internal) => Err(Refusal::conflict(
            "one_internal_organization",
            "There is one internal organization, and it has another number.",
        )),
        (AccountType::Staff, _) => Ok(asked),
        (AccountType::Partner, OrganizationType::Customer) => Ok(Some(actor.organization)),
        _ => Err(Refusal::NotFound),
    }
}

/// Refuses who makes no organizations at all: a partner's users who may create users register customers (requirement U5).
///
/// # Errors
/// `403 forbidden`.
pub fn may_create(actor: &Actor) -> Result<(), Refusal> {
    match actor.account_type {
        AccountType::Staff => actor.needs(permission::ORGANIZATIONS_WRITE),
        AccountType::Partner => actor.needs(permission::USERS_CREATE),
        AccountType::Customer | AccountType::Vendor => {
            Err(Refusal::forbidden("forbidden", "Staff and partners make organizations."))
        }
    }
}

/// Makes an organization. `taken` tells whether its number is.
///
/// # Errors
/// Not allowed, or the number is taken.
pub fn create_organization(
    asked: NewOrganization,
    partner: Option<&Stored<Organization>>,
    taken: bool,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<(OrganizationId, Change), Refusal> {
    may_create(actor)?;
    actor.must_manage(asked.kind.into())?;
    let under = partner_of(asked.kind, asked.partner, actor)?;
    check_partner(asked.kind, under, partner)?;
    check_group(&asked.site_group, at)?;
    if taken {
        return Err(number_taken());
    }
    let mut change = Change::none();
    if let Some(partner) = partner.filter(|_| under.is_some()) {
        change.check(Ref::Organization(partner.value.id), partner.rev);
    }
    let made = Organization {
        id: Id::new(at.now),
        kind: asked.kind,
        number: asked.number,
        name: asked.name,
        partner: under,
        site_group: asked.site_group,
        active: true,
        void_before: None,
        administrators: 0,
        version: 1,
        created_at: at.now,
    };
    let id = made.id;
    make(&mut change, made, actor, at);
    Ok((id, change))
}

/// Writes an organization that is new.
pub(super) fn make(change: &mut Change, made: Organization, actor: &Actor, at: &Moment<'_>) {
    let id = made.id;
    let entry = Entry::new(Action::OrganizationCreated, By::Actor(actor), Subject::Organization(id), Some(id), at);
    change.audit(tell(entry, None, &made));
    change.create(Record::Number(made.kind, made.number.clone(), id));
    change.create(made);
}

/// An organization as it is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Its number.
    pub number: Number,
    /// Its name.
    pub name: Name,
    /// The partner that looks after it.
    pub partner: Option<OrganizationId>,
    /// The group of sites in which its people sign in.
    pub site_group: String,
}

impl Edit {
    /// An organization as it is.
    pub fn of(organization: &Organization) -> Self {
        Self {
            number: organization.number.clone(),
            name: organization.name.clone(),
            partner: organization.partner,
            site_group: organization.site_group.clone(),
        }
    }
}

/// Edits an organization. `taken` tells whether another one has the number. What is so already changes nothing.
///
/// # Errors
/// Not allowed, out of scope, or the number is taken.
pub fn edit_organization(
    asked: Edit,
    organization: &Stored<Organization>,
    partner: Option<&Stored<Organization>>,
    taken: bool,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_write(&organization.value, actor)?;
    let before = &organization.value;
    if asked == Edit::of(before) {
        return Ok(Change::none());
    }
    if asked.partner != before.partner {
        check_partner(before.kind, asked.partner, partner)?;
    }
    if asked.site_group != before.site_group {
        check_group(&asked.site_group, at)?;
    }
    if taken {
        return Err(number_taken());
    }
    let mut change = Change::none();
    if let Some(partner) = partner.filter(|_| asked.partner.is_some() && asked.partner != before.partner) {
        change.check(Ref::Organization(partner.value.id), partner.rev);
    }
    if asked.number.folded() != before.number.folded() {
        change.delete(Ref::Number(before.kind, before.number.folded()));
        change.create(Record::Number(before.kind, asked.number.clone(), before.id));
    }
    let after = Organization {
        number: asked.number,
        name: asked.name,
        partner: asked.partner,
        site_group: asked.site_group,
        version: before.version + 1,
        ..before.clone()
    };
    let subject = Subject::Organization(before.id);
    let entry = Entry::new(Action::OrganizationEdited, By::Actor(actor), subject, Some(before.id), at);
    change.audit(tell(entry, Some(before), &after));
    change.update(organization, after);
    Ok(change)
}

/// Makes an organization inactive: none of its people can sign in, sessions end, links die, accesses stay as they were; or
/// active again (requirement O7).
///
/// # Errors
/// Not allowed, out of scope, one's own, or so already.
pub fn set_active(
    active: bool,
    organization: &Stored<Organization>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_write(&organization.value, actor)?;
    let before = &organization.value;
    if before.id == actor.organization {
        return Err(Refusal::forbidden("own_organization", "Nobody makes their own organization inactive."));
    }
    if before.active == active {
        let (code, detail) = if active {
            ("already_active", "The organization is active already.")
        } else {
            ("already_inactive", "The organization is inactive already.")
        };
        return Err(Refusal::conflict(code, detail));
    }
    // What its people hold is not touched one by one: whatever began before this moment is over.
    let void_before = if active { before.void_before } else { Some(at.now) };
    let mut change = Change::none();
    let action = if active { Action::OrganizationReactivated } else { Action::OrganizationInactivated };
    change.audit(Entry::new(action, By::Actor(actor), Subject::Organization(before.id), Some(before.id), at));
    change.update(organization, Organization { active, void_before, version: before.version + 1, ..before.clone() });
    Ok(change)
}

/// What `actor` may do with an organization now (requirement A9).
pub fn allowed(organization: &Organization, actor: &Actor) -> Vec<&'static str> {
    if may_write(organization, actor).is_err() {
        return Vec::new();
    }
    let own = organization.id == actor.organization;
    let switch = if organization.active { "inactivate" } else { "reactivate" };
    std::iter::once("edit").chain((!own).then_some(switch)).collect()
}

fn may_write(organization: &Organization, actor: &Actor) -> Result<(), Refusal> {
    actor.needs(permission::ORGANIZATIONS_WRITE)?;
    actor.must_reach(organization)?;
    actor.must_manage(organization.kind.into())
}

fn check_partner(
    kind: OrganizationType,
    asked: Option<OrganizationId>,
    partner: Option<&Stored<Organization>>,
) -> Result<(), Refusal> {
    let Some(asked) = asked else { return Ok(()) };
    if kind != OrganizationType::Customer {
        return Err(Refusal::field("partner", "not_for_kind", "Only a customer belongs to a partner."));
    }
    let is_one = |it: &&Stored<Organization>| {
        it.value.id == asked && it.value.kind == OrganizationType::Partner && it.value.active
    };
    match partner.filter(is_one) {
        Some(_) => Ok(()),
        None => Err(Refusal::field("partner", "unknown_partner", "There is no such active partner.")),
    }
}

fn check_group(group: &str, at: &Moment<'_>) -> Result<(), Refusal> {
    if at.settings.sites.iter().any(|site| site.group == group) {
        Ok(())
    } else {
        Err(Refusal::field("site_group", "unknown_site_group", "There is no site of this group."))
    }
}

fn number_taken() -> Refusal {
    Refusal::conflict("number_taken", "Another organization of this kind has this number.")
}

fn tell(entry: Entry, before: Option<&Organization>, after: &Organization) -> Entry {
    let partner = |it: &Organization| it.partner.map(|partner| partner.to_string());
    entry
        .telling("kind", before.map(|it| it.kind.as_str().to_owned()), Some(after.kind.as_str().to_owned()))
        .telling("number", before.map(|it| it.number.to_string()), Some(after.number.to_string()))
        .telling("name", before.map(|it| it.name.to_string()), Some(after.name.to_string()))
        .telling("partner", before.and_then(partner), partner(after))
        .telling("site_group", before.map(|it| it.site_group.clone()), Some(after.site_group.clone()))
}
