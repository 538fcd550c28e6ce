//! What stands in a mail's placeholders.

use jiff::Timestamp;

use crate::domain::color::Color;
use crate::domain::mail::Template;
use crate::domain::settings::{Settings, Site};
use crate::domain::wording::MailLanguage;

/// What stands in a mail's placeholders.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub first_name: String,
    pub organization: String,
    pub login_email: String,
    pub user_id: String,
    pub link: String,
    pub expires_at: String,
    pub site_name: String,
    pub business: String,
    pub sign_in_url: String,
    pub administrator: String,
    pub accent: Color,
    pub language: MailLanguage,
}

/// The placeholders that hold a text.
pub(super) const NAMES: [&str; 11] = [
    "first_name",
    "organization",
    "login_email",
    "user_id",
    "link",
    "expires_at",
    "site_name",
    "business",
    "sign_in_url",
    "administrator",
    "accent",
];

/// A placeholder that a wording may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name: `first_name` stands as `{{ first_name }}`.
    pub name: &'static str,
    /// What stands there.
    pub meaning: &'static str,
    /// Whether the mail is none without it.
    pub required: bool,
    /// Whether it may stand in the subject too.
    pub in_subject: bool,
    /// Whether it may stand within a tag of the HTML: it is none that people type.
    pub(super) in_tag: bool,
}

impl Words {
    /// Those of a mail of this site that depend on nobody.
    pub(super) fn of_site(site: &Site, settings: &Settings, language: MailLanguage) -> Self {
        Self {
            first_name: String::new(),
            organization: String::new(),
            login_email: String::new(),
            user_id: String::new(),
            link: String::new(),
            expires_at: String::new(),
            site_name: site.name.to_string(),
            business: settings.business.to_string(),
            sign_in_url: site.login_url(),
            administrator: settings.contact.to_string(),
            accent: site.color.unwrap_or(Color::STANDARD),
            language,
        }
    }

    /// Somebody's who is made up, and whose link opens nothing.
    pub(super) fn sample(site: &Site, settings: &Settings, language: MailLanguage, now: Timestamp) -> Self {
        let expires = now + jiff::SignedDuration::from_hours(i64::from(settings.invite_hours));
        Self {
            first_name: "Ada".to_owned(),
            organization: "Analytical Engines & Sons".to_owned(),
            login_email: "ada@example.com".to_owned(),
            user_id: "ada.byron".to_owned(),
            link: format!("{}/link/SAMPLE", site.base_url),
            expires_at: language.moment(expires),
            ..Self::of_site(site, settings, language)
        }
    }

    /// The same for everybody: of each of the words that may be empty, with it and without.
    pub(super) fn everybody(&self) -> impl Iterator<Item = Self> {
        (0..8).map(|which| {
            let some = |bit: u8, text: &String| if which & bit == 0 { text.clone() } else { String::new() };
            Self {
                first_name: some(1, &self.first_name),
                organization: some(2, &self.organization),
                user_id: some(4, &self.user_id),
                ..self.clone()
            }
        })
    }

    /// Words that nobody can have typed, for finding out what comes through.
    pub(super) fn unheard_of(site: &Site, settings: &Settings) -> Self {
        let word = || format!("{:032x}", u128::from_be_bytes(crate::domain::random()));
        Self {
            first_name: word(),
            organization: word(),
            login_email: word(),
            user_id: word(),
            link: word(),
            expires_at: word(),
            sign_in_url: word(),
            administrator: word(),
            ..Self::of_site(site, settings, MailLanguage::En)
        }
    }

    /// What stands in a placeholder.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        Some(match name {
            "first_name" => self.first_name.clone(),
            "organization" => self.organization.clone(),
            "login_email" => self.login_email.clone(),
            "user_id" => self.user_id.clone(),
            "link" => self.link.clone(),
            "expires_at" => self.expires_at.clone(),
            "site_name" => self.site_name.clone(),
            "business" => self.business.clone(),
            "sign_in_url" => self.sign_in_url.clone(),
            "administrator" => self.administrator.clone(),
            "accent" => self.accent.to_string(),
            _ => return None,
        })
    }
}

/// The placeholders of a mail (requirement L12).
pub fn placeholders(template: Template) -> Vec<Placeholder> {
    let tells_how = template.hands_out_access();
    let takes_link = template.takes_link();
    let one = |name, meaning, required, in_subject, in_tag| Placeholder { name, meaning, required, in_subject, in_tag };
    let mut all = vec![
        one("first_name", "The person's first name; may be empty.", false, true, false),
        one("organization", "The name of the organization that the access is at; may be empty.", false, true, false),
        one("site_name", "The site's name.", false, true, false),
        one("business", "The business's name.", false, true, false),
        one("login_email", "The email that signs in.", tells_how, false, false),
        one("user_id", "The user ID that signs in too; may be empty.", false, false, false),
        one("sign_in_url", "The address of the sign-in page.", tells_how, false, true),
        one("administrator", "The business's address for help.", tells_how, false, true),
        one("sign_in", "How to sign in: where, with what name, and whom to ask.", false, false, false),
        one("button", "In HTML: button(\"Words on it\", link), with its address below.", false, false, false),
        one("accent", "The site's colour.", false, false, true),
    ];
    if takes_link {
        all.push(one("link", "The link's address.", true, false, true));
        all.push(one("expires_at", "When the link expires.", true, false, false));
    }
    all
}

/// A name in which no mail client finds a link (`security.md` ML-02): a dot before a domain's end, a scheme's colon and
/// an `@` are set in brackets.
pub(super) fn without_links(name: &str) -> String {
    let all: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len());
    for (at, c) in all.iter().enumerate() {
        let after = |n: usize| all.get(at + n).copied();
        let follows_word = at > 0 && all[at - 1].is_alphanumeric();
        match c {
            '.' if follows_word
                && after(1).is_some_and(char::is_alphanumeric)
                && after(2).is_some_and(char::is_alphanumeric) =>
            {
                out.push_str("[.]");
            }
            // The beginning of what a header would be decoded by (RFC 2047).
            '=' if after(1) == Some('?') => out.push_str("[=]"),
            ':' if after(1) == Some('/') => out.push_str("[:]"),
            '@' => out.push_str("[@]"),
            c => out.push(*c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn initials_stay_as_they_are() {
        assert_eq!(without_links("J. R. R. Tolkien & Co."), "J. R. R. Tolkien & Co.");
        assert_eq!(without_links("http://evil.tld"), "http[:]//evil[.]tld");
        assert_eq!(without_links("=?utf-8?b?YQ==?="), "[=]?utf-8?b?YQ=[=]?=");
    }
}
