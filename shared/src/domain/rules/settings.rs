//! What the business sets: its limits, its sites, its roles (requirements A2, A3, L2, P3, P7, P8, U7, U8). Administrators alone.

use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::fault::{Fault, Refusal};
use super::super::id::{RoleId, SiteId};
use super::super::lockout::LOCK_AFTER_LEAST;
use super::super::role::{self, AccountType, CATALOGUE, Role, RoleName, permission};
use super::super::settings::{Settings, Site};
use super::super::tally::{Held, Tally};

/// Most sites of a deployment.
pub const MOST_SITES: usize = 50;
/// Most roles that a business makes.
pub const MOST_ROLES: usize = 50;

/// A number's least and most.
type Bounds = (&'static str, fn(&Settings) -> u32, u32, u32);

/// What every number may be.
pub const BOUNDS: [Bounds; 8] = [
    ("invite_hours", |it| it.invite_hours.into(), 1, 72),
    ("reset_hours", |it| it.reset_hours.into(), 1, 72),
    ("reminder_hours", |it| it.reminder_hours.into(), 0, 71),
    ("password_minimum", |it| it.password_minimum, 8, 64),
    ("idle_minutes", |it| it.idle_minutes, 5, 1440),
    ("session_hours", |it| it.session_hours, 1, 168),
    ("lockout_after", |it| it.lockout.after, LOCK_AFTER_LEAST, 10),
    ("lockout_minutes", |it| it.lockout.minutes, 1, 60),
];

/// Refuses who changes no settings.
///
/// # Errors
/// `403 forbidden`.
pub fn may_set(actor: &Actor) -> Result<(), Refusal> {
    actor.needs(permission::SETTINGS_MANAGE)
}

/// Changes the limits, the name and the address for help. What is so already changes nothing.
///
/// # Errors
/// Not allowed, or a number out of its bounds.
pub fn edit_settings(
    after: Settings,
    settings: &Stored<Settings>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_set(actor)?;
    let outside = |(field, of, least, most): Bounds| {
        let wrong = !(least..=most).contains(&of(&after));
        wrong.then(|| Fault::new(field, "out_of_bounds", format!("must be a number from {least} to {most}")))
    };
    let mut faults: Vec<Fault> = BOUNDS.into_iter().filter_map(outside).collect();
    if after.reminder_hours >= after.invite_hours {
        let message = format!("must be less than an invitation is good for, which is {}", after.invite_hours);
        faults.push(Fault::new("reminder_hours", "out_of_bounds", message));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let before = &settings.value;
    let entry = entry(Action::SettingsEdited, actor, at)
        .telling("business", Some(before.business.to_string()), Some(after.business.to_string()))
        .telling("contact", Some(before.contact.to_string()), Some(after.contact.to_string()))
        .telling(
            "manual_passwords",
            Some(before.manual_passwords.to_string()),
            Some(after.manual_passwords.to_string()),
        );
    let entry = BOUNDS.into_iter().fold(entry, |entry, (field, of, ..)| {
        entry.telling(field, Some(of(before).to_string()), Some(of(&after).to_string()))
    });
    let seats = |it: &Settings, kind| it.seats.get(&kind).map(u32::to_string);
    let kinds = [AccountType::Customer, AccountType::Partner, AccountType::Vendor, AccountType::Staff];
    let entry = kinds.into_iter().fold(entry, |entry, kind| {
        entry.telling(&format!("seats.{}", kind.as_str()), seats(before, kind), seats(&after, kind))
    });
    Ok(save(settings, after, entry))
}

/// Adds a site.
///
/// # Errors
/// Not allowed, too many, or another site is reached there.
pub fn add_site(site: Site, settings: &Stored<Settings>, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    may_set(actor)?;
    if settings.value.sites.len() >= MOST_SITES {
        return Err(Refusal::conflict("too_many_sites", format!("There are at most {MOST_SITES} sites.")));
    }
    must_be_alone(&site, &settings.value)?;
    let entry = tell_site(entry(Action::SiteCreated, actor, at), None, &site);
    let mut after = settings.value.clone();
    after.sites.push(site);
    Ok(save(settings, after, entry))
}

/// Edits a site. What is so already changes nothing.
///
/// # Errors
/// Not allowed, no such site, or another site is reached there.
pub fn edit_site(site: Site, settings: &Stored<Settings>, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    may_set(actor)?;
    must_be_alone(&site, &settings.value)?;
    let mut after = settings.value.clone();
    let before = after.sites.iter_mut().find(|it| it.id == site.id).ok_or(Refusal::NotFound)?;
    let entry = tell_site(entry(Action::SiteEdited, actor, at), Some(before), &site);
    *before = site;
    Ok(save(settings, after, entry))
}

fn must_be_alone(site: &Site, settings: &Settings) -> Result<(), Refusal> {
    let other = settings.site_at(site.authority()).filter(|other| other.id != site.id);
    match other {
        Some(_) => Err(Refusal::conflict("base_url_taken", "Another site is reached under this host.")),
        None => Ok(()),
    }
}

fn tell_site(entry: Entry, before: Option<&Site>, after: &Site) -> Entry {
    let reply_to = |it: &Site| it.reply_to.as_ref().map(ToString::to_string);
    let color = |it: &Site| it.color.as_ref().map(ToString::to_string);
    let logo = |it: &Site| it.logo.as_ref().map(|logo| logo.version.clone());
    entry
        .telling("site", None, Some(after.id.to_string()))
        .telling("name", before.map(|it| it.name.to_string()), Some(after.name.to_string()))
        .telling("group", before.map(|it| it.group.clone()), Some(after.group.clone()))
        .telling("base_url", before.map(|it| it.base_url.clone()), Some(after.base_url.clone()))
        .telling("sender", before.map(|it| it.sender.to_string()), Some(after.sender.to_string()))
        .telling("reply_to", before.and_then(reply_to), reply_to(after))
        .telling("color", before.and_then(color), color(after))
        .telling("logo", before.and_then(logo), logo(after))
        .telling("language", before.map(|it| it.language.as_str().to_owned()), Some(after.language.as_str().to_owned()))
}

/// Makes a role.
///
/// # Errors
/// Not allowed, too many, the name is taken, or it is made of what such a role can't have.
pub fn create_role(role: Role, settings: &Stored<Settings>, actor: &Actor, at: &Moment<'_>) -> Result<Change, Refusal> {
    may_set(actor)?;
    check_role(&role)?;
    if settings.value.roles.len() >= MOST_ROLES {
        return Err(Refusal::conflict("too_many_roles", format!("A business makes at most {MOST_ROLES} roles.")));
    }
    if settings.value.role(&role.name).is_some() {
        return Err(Refusal::conflict("role_taken", "There is a role of this name."));
    }
    let entry = tell_role(entry(Action::RoleCreated, actor, at), None, Some(&role));
    let held = Record::Tally(Tally::Role(role.name.clone()), Held::default());
    let mut after = settings.value.clone();
    after.roles.push(role);
    let mut change = save(settings, after, entry);
    change.create(held);
    Ok(change)
}

/// Edits what a role of the business's own permits, and whose users may hold it. Who holds it is held to it within a minute.
///
/// # Errors
/// Not allowed, one that the actor holds, one that comes with the product, or what such a role can't have.
pub fn edit_role(
    role: Role,
    settings: &Stored<Settings>,
    held_by_actor: bool,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_set(actor)?;
    check_role(&role)?;
    if held_by_actor {
        return Err(Refusal::forbidden("own_role", "Nobody edits a role that they hold."));
    }
    let mut after = settings.value.clone();
    let before = after.roles.iter_mut().find(|it| it.id == role.id).ok_or(Refusal::NotFound)?;
    if (&before.account_types, &before.permissions) == (&role.account_types, &role.permissions) {
        return Ok(Change::none());
    }
    let entry = tell_role(entry(Action::RoleEdited, actor, at), Some(before), Some(&role));
    *before = Role { version: before.version + 1, ..role };
    Ok(save(settings, after, entry))
}

/// Deletes a role of the business's own that nobody holds (requirement A3).
///
/// # Errors
/// Not allowed, no such role, or somebody holds it.
pub fn delete_role(
    id: RoleId,
    held: Option<&Stored<Held>>,
    settings: &Stored<Settings>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    may_set(actor)?;
    let mut after = settings.value.clone();
    let place = after.roles.iter().position(|it| it.id == Some(id)).ok_or(Refusal::NotFound)?;
    let role = after.roles.remove(place);
    let mut change = Change::none();
    if let Some(held) = held {
        if held.value.held > 0 {
            let detail = match held.value.held {
                1 => "One access holds this role: change that access first.".to_owned(),
                many => format!("{many} accesses hold this role: change those accesses first."),
            };
            return Err(Refusal::conflict("role_in_use", detail));
        }
        change.delete_as_read(Ref::Tally(Tally::Role(role.name.clone())), held.rev);
    }
    let entry = tell_role(entry(Action::RoleDeleted, actor, at), Some(&role), None);
    change.append(save(settings, after, entry));
    Ok(change)
}

/// Holds a role against the catalogue.
fn check_role(role: &Role) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if role.account_types.is_empty() {
        faults.push(Fault::new("account_types", "required", "Somebody may hold it."));
    }
    for name in &role.permissions {
        match CATALOGUE.iter().find(|entry| entry.name == name) {
            None => {
                let message = format!("There is no permission {name}.");
                faults.push(Fault::new("permissions", "unknown_permission", message));
            }
            Some(entry) => {
                let unfit = role.account_types.iter().find(|kind| !entry.account_types.contains(kind));
                faults.extend(unfit.map(|kind| {
                    let message = format!("A {} user can't have the permission {name}.", kind.as_str());
                    Fault::new("permissions", "not_for_account_type", message)
                }));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

fn tell_role(entry: Entry, before: Option<&Role>, after: Option<&Role>) -> Entry {
    let permissions = |it: &Role| it.permissions.iter().cloned().collect::<Vec<_>>().join(" ");
    let kinds = |it: &Role| it.account_types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ");
    let name = before.or(after).map(|it| it.name.as_str().to_owned());
    entry.telling("role", None, name).telling("account_types", before.map(kinds), after.map(kinds)).telling(
        "permissions",
        before.map(permissions),
        after.map(permissions),
    )
}

fn entry(action: Action, actor: &Actor, at: &Moment<'_>) -> Entry {
    Entry::new(action, By::Actor(actor), Subject::Business, Some(actor.organization), at)
}

fn save(settings: &Stored<Settings>, mut after: Settings, entry: Entry) -> Change {
    let mut change = Change::none();
    if after != settings.value {
        after.version += 1;
        change.audit(entry);
        change.update(settings, after);
    }
    change
}

/// The role of this id or name, among all there are.
pub fn find_role<'a>(settings: &'a Settings, text: &str) -> Option<&'a Role> {
    let by_id = text.parse::<RoleId>().ok();
    let own = settings.roles.iter().find(|role| by_id.is_some() && role.id == by_id);
    own.or_else(|| settings.role(&RoleName::from(text))).or_else(|| role::built_in(&RoleName::from(text)))
}

/// The site of this id.
pub fn find_site(settings: &Settings, text: &str) -> Option<Site> {
    text.parse::<SiteId>().ok().and_then(|id| settings.site(id)).cloned()
}
