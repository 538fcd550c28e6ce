//! A site's logo: put there, replaced, removed. What there is stands on the site's own page.

use axum::extract::Path;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::domain::wording::MailLanguage;
use shared::http::Problem;
use shared::http::pages::{Logo, see_other};

use crate::api::{self, Api, Ask};
use crate::confirm::{self, Question};
use crate::fields::Faults;
use crate::frame::text;
use crate::sites;
use crate::upload::Upload;
use crate::words::Say as _;

/// What the form of the site's page asks for to remove its logo.
pub(crate) const REMOVE: &str = "remove_logo";

/// A logo that the API tells of.
pub(crate) fn of(site: &Value) -> Option<Logo> {
    let side = |name: &str| site["logo"][name].as_u64().and_then(|pixels| u32::try_from(pixels).ok());
    Some(Logo::new(site["logo"]["url"].as_str()?.to_owned(), side("width")?, side("height")?))
}

/// What a site's logo is, as people read it.
pub(crate) fn told(site: &Value, lang: MailLanguage) -> String {
    match &site["logo"] {
        Value::Null => lang.say("none: its name stands above its pages").to_owned(),
        logo => lang.say_with("{} pixels", format!("{} × {}", logo["width"], logo["height"])),
    }
}

/// What is told where somebody else edited the site since the form was opened.
const STALE: &str =
    "Somebody else changed this site meanwhile: it is shown as it is now. Choose the file again to replace its logo.";

fn path(id: &str) -> Result<String, Problem> {
    Ok(format!("/v1/sites/{}/logo", api::id(id)?))
}

/// Where the page tells what was done.
fn done(id: &str, before: &Value, after: &Value) -> Response {
    let changed = if before["logo"] == after["logo"] { "" } else { "logo" };
    see_other(&format!("/console/sites/{id}?saved={changed}"))
}

/// Puts the image that was chosen in its place. What is wrong with it stands beside its field.
pub(crate) async fn post(api: Api, Path(id): Path<String>, upload: Upload) -> Result<Response, Problem> {
    let path = path(&id)?;
    let (before, _) = sites::read(&api, &id).await?;
    let answer = match upload.image {
        Ok(image) if image.is_empty() => {
            return sites::refused(&api, &id, &Faults::one(&api, "logo", "Choose a file first.")).await;
        }
        Ok(image) => api.ask(Ask::new(Method::PUT, path).matching(upload.version).image(image)).await,
        Err(problem) => Err(problem),
    };
    match answer {
        Ok(after) => Ok(done(&id, &before, &after)),
        Err(problem) => {
            let now = || vec![("logo", api.lang().say(STALE).to_owned())];
            let mut faults = Faults::of_edit(&api, problem, now)?;
            if faults.is_stale() {
                // No file stays chosen: there is nothing to send once more.
                faults.all = Some(api.lang().say("Look at what is marked below.").to_owned());
            }
            sites::refused(&api, &id, &faults).await
        }
    }
}

/// Asks once more before it is removed.
pub(crate) async fn confirm(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let (site, version) = sites::read(&api, &id).await?;
    Ok(confirm::ask(
        &api,
        &Question {
            label: "Remove the logo",
            about: text(&site, "/name"),
            facts: vec![
                ("Site", text(&site, "/name")),
                ("Address", text(&site, "/base_url")),
                ("Logo", told(&site, api.lang())),
            ],
            consequence: "The site’s name stands above its pages again. The image is not kept: to have it back, upload it anew.",
            action: REMOVE,
            path: format!("/console/sites/{id}"),
            version: Some(version),
        },
    ))
}

/// Removes it.
pub(crate) async fn remove(api: &Api, id: &str, version: u32) -> Result<Response, Problem> {
    let path = path(id)?;
    let (before, _) = sites::read(api, id).await?;
    match api.ask(Ask::new(Method::DELETE, path).matching(version)).await {
        Ok(after) => Ok(done(id, &before, &after)),
        Err(problem) => sites::refused(api, id, &Faults::of_edit(api, problem, Vec::new)?).await,
    }
}
