//! What the templates say. Values are escaped by the template's kind; names can't become links.

use jiff::Timestamp;

use super::Rendered;
use crate::domain::mail;

/// What the mails tell.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    pub first_name: String,
    pub login_email: &'a str,
    pub user_id: Option<String>,
    pub organization: String,
    pub business: &'a str,
    pub site_name: &'a str,
    pub sign_in_url: &'a str,
    pub administrator: &'a str,
    pub link: &'a str,
    pub expires_at: String,
    pub accent: String,
    pub accent_on_dark: String,
}

macro_rules! mail {
    ($name:ident, $subject:literal, $text:literal, $html:literal) => {
        mod $name {
            use askama::Template;

            use super::{Rendered, Words};

            macro_rules! part {
                ($part:ident, $path:literal) => {
                    #[derive(Template)]
                    #[template(path = $path)]
                    #[allow(dead_code, reason = "every mail is given every word; none needs them all")]
                    struct $part<'a> {
                        first_name: &'a str,
                        login_email: &'a str,
                        user_id: Option<&'a str>,
                        organization: &'a str,
                        business: &'a str,
                        site_name: &'a str,
                        sign_in_url: &'a str,
                        administrator: &'a str,
                        link: &'a str,
                        expires_at: &'a str,
                        accent: &'a str,
                        accent_on_dark: &'a str,
                    }

                    impl $part<'_> {
                        fn say(words: &Words<'_>) -> Result<String, askama::Error> {
                            $part {
                                first_name: &words.first_name,
                                login_email: words.login_email,
                                user_id: words.user_id.as_deref(),
                                organization: &words.organization,
                                business: words.business,
                                site_name: words.site_name,
                                sign_in_url: words.sign_in_url,
                                administrator: words.administrator,
                                link: words.link,
                                expires_at: &words.expires_at,
                                accent: &words.accent,
                                accent_on_dark: &words.accent_on_dark,
                            }
                            .render()
                        }
                    }
                };
            }
            part!(Subject, $subject);
            part!(Text, $text);
            part!(Html, $html);

            pub(super) fn render(words: &Words<'_>) -> Result<Rendered, askama::Error> {
                Ok(Rendered { subject: Subject::say(words)?, text: Text::say(words)?, html: Html::say(words)? })
            }
        }
    };
}

mail!(invite, "emails/invite/subject.txt", "emails/invite/body.txt", "emails/invite/body.html");
mail!(
    access_granted,
    "emails/access_granted/subject.txt",
    "emails/access_granted/body.txt",
    "emails/access_granted/body.html"
);
mail!(accept, "emails/accept/subject.txt", "emails/accept/body.txt", "emails/accept/body.html");
mail!(reset, "emails/reset/subject.txt", "emails/reset/body.txt", "emails/reset/body.html");
mail!(
    password_changed,
    "emails/password_changed/subject.txt",
    "emails/password_changed/body.txt",
    "emails/password_changed/body.html"
);
mail!(
    email_confirm,
    "emails/email_confirm/subject.txt",
    "emails/email_confirm/body.txt",
    "emails/email_confirm/body.html"
);
mail!(
    email_changed,
    "emails/email_changed/subject.txt",
    "emails/email_changed/body.txt",
    "emails/email_changed/body.html"
);
mail!(
    login_disabled,
    "emails/login_disabled/subject.txt",
    "emails/login_disabled/body.txt",
    "emails/login_disabled/body.html"
);
mail!(
    login_enabled,
    "emails/login_enabled/subject.txt",
    "emails/login_enabled/body.txt",
    "emails/login_enabled/body.html"
);

/// Renders a mail.
///
/// # Errors
/// A value can't be written.
pub(super) fn render(template: mail::Template, words: &Words<'_>) -> Result<Rendered, askama::Error> {
    match template {
        mail::Template::Invite => invite::render(words),
        mail::Template::AccessGranted => access_granted::render(words),
        mail::Template::Accept => accept::render(words),
        mail::Template::Reset => reset::render(words),
        mail::Template::PasswordChanged => password_changed::render(words),
        mail::Template::EmailConfirm => email_confirm::render(words),
        mail::Template::EmailChanged => email_changed::render(words),
        mail::Template::LoginDisabled => login_disabled::render(words),
        mail::Template::LoginEnabled => login_enabled::render(words),
    }
}

/// A point in time, for people.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y at %H:%M UTC").to_string()
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
            ':' if after(1) == Some('/') => out.push_str("[:]"),
            '@' => out.push_str("[@]"),
            c => out.push(*c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words<'static> {
        Words {
            first_name: "Ada".to_owned(),
            login_email: "ada@example.com",
            user_id: Some("ada.byron".to_owned()),
            organization: "Acme".to_owned(),
            business: "Example Ltd",
            site_name: "Portal",
            sign_in_url: "https://portal.example.com/sign-in",
            administrator: "help@example.com",
            link: "https://portal.example.com/link/TOKEN",
            expires_at: moment(Timestamp::UNIX_EPOCH),
            accent: "#1d4f91".to_owned(),
            accent_on_dark: "#9cc1f5".to_owned(),
        }
    }

    #[test]
    fn the_access_mail_holds_what_a_person_needs_to_sign_in() {
        let mail = render(mail::Template::Invite, &words()).expect("rendered");
        for part in [&mail.text, &mail.html] {
            for needed in [
                "ada@example.com",
                "ada.byron",
                "help@example.com",
                "https://portal.example.com/sign-in",
                "https://portal.example.com/link/TOKEN",
                "1 January 1970 at 00:00 UTC",
            ] {
                assert!(part.contains(needed), "{needed} in {part}");
            }
        }
        assert_eq!(mail.subject.lines().count(), 1);
    }

    #[test]
    fn a_name_stays_text_in_every_mail() {
        for template in [
            mail::Template::Invite,
            mail::Template::AccessGranted,
            mail::Template::Accept,
            mail::Template::Reset,
            mail::Template::PasswordChanged,
            mail::Template::EmailConfirm,
            mail::Template::EmailChanged,
            mail::Template::LoginDisabled,
            mail::Template::LoginEnabled,
        ] {
            let hostile = Words {
                first_name: without_links("<a href=//evil.example>{{7*7}}</a>"),
                organization: without_links("http://evil.example ${7*7}"),
                ..words()
            };
            let mail = render(template, &hostile).expect("rendered");
            assert!(!mail.html.contains("<a href=//evil"), "{template:?}");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains("evil.example") && !part.contains("http://evil"), "{template:?}");
            }
        }
    }

    #[test]
    fn initials_stay_as_they_are() {
        assert_eq!(without_links("J. R. R. Tolkien & Co."), "J. R. R. Tolkien & Co.");
        assert_eq!(without_links("http://evil.tld"), "http[:]//evil[.]tld");
    }
}
