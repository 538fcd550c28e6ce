//! A site's logo put there, replaced and taken away. Administrators alone.

use super::super::actor::{Actor, Moment};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::fault::Refusal;
use super::super::logo::Picture;
use super::super::settings::{Settings, Site};
use super::settings::edit_site;

/// Gives a site this logo, or with none takes its logo away. What is so already changes nothing. The settings tell what the logo
/// is and its own record holds it: both are of one change, so that neither is ever without the other.
///
/// # Errors
/// Not allowed, or no such site.
pub fn set_logo(
    site: &Site,
    picture: Option<Picture>,
    before: Option<&Stored<Picture>>,
    settings: &Stored<Settings>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let logo = picture.as_ref().map(|picture| picture.logo.clone());
    let mut change = edit_site(Site { logo, ..site.clone() }, settings, actor, at)?;
    if change.is_empty() {
        return Ok(change);
    }
    match (picture, before) {
        (Some(picture), _) => change.put(before, Record::Logo(site.id, picture)),
        (None, Some(before)) => change.delete_as_read(Ref::Logo(site.id), before.rev),
        (None, None) => {}
    }
    Ok(change)
}
