//! What pages say of what has a code, in their reader's language. What has no words of its own there is said as the API says it.

use http::StatusCode;

use super::Problem;
use super::views::role_label;
use crate::domain::fault::Fault;
use crate::domain::password::{FLOOR, MOST_CHARACTERS};
use crate::domain::role::{AccountType, RoleName};
use crate::domain::wording::MailLanguage;

/// What is wrong with a field of a form, where a password has so many characters at least.
pub fn fault(fault: &Fault, minimum: u32, lang: MailLanguage) -> String {
    let said = match (fault.field.as_str(), fault.code) {
        ("password", "too_short") => {
            return lang.fill("The password must have at least {} characters.", minimum.max(FLOOR));
        }
        ("password", "too_long") => {
            return lang.fill("The password must have at most {} characters.", MOST_CHARACTERS);
        }
        ("password", "required") => lang.t("Type a new password."),
        ("confirm_password", "required") => lang.t("Type the new password a second time."),
        ("confirm_password", "mismatch") => lang.t("The two passwords differ."),
        ("password", "too_common") => lang.t("This password is among the ones that are guessed first."),
        ("password", "too_simple") => lang.t("The password must not be one character or a plain sequence, repeated."),
        ("password", "too_personal") => {
            lang.t("The password must not be made of your email, your name, your organization or this site.")
        }
        ("password", "unchanged") => lang.t("The new password must be another than the current one."),
        ("email", "unchanged") => lang.t("You sign in with this email already."),
        _ => &fault.message,
    };
    said.to_owned()
}

/// What went wrong.
pub fn problem(problem: &Problem, lang: MailLanguage) -> &str {
    // The API's own words, which may tell more than the code does.
    if lang == MailLanguage::En {
        return &problem.detail;
    }
    match problem.code {
        "invalid" | "password_rejected" => lang.t("Some fields are missing or wrong."),
        "malformed" | "unsupported_media_type" => lang.t("The request can't be read."),
        "too_large" => lang.t("This is too much at once."),
        "unauthenticated" => lang.t("Sign in first."),
        "invalid_credentials" => lang.t("The email or user ID, or the password, is not right."),
        "wrong_password" => lang.t("The current password is not right."),
        "password_change_required" => lang.t("Change your password first."),
        "cross_site" => lang.t("This must be sent from a page of this site."),
        "preview_read_only" => lang.t("Nothing is changed in a preview."),
        "not_found" => lang.t("There is nothing here."),
        "method_not_allowed" => lang.t("This can't be asked for in this way."),
        "access_unusable" => lang.t("This access can't be used now."),
        "access_exists" => lang.t("You have an access at this organization already."),
        "email_taken" => lang.t("Somebody has a login with this email."),
        "set_password_to_redeem" => lang.t("This link sets a password."),
        "sign_in_to_accept" => lang.t("This link is taken up by signing in."),
        "link_expired" => lang.t("The link has expired."),
        "link_used" => lang.t("The link was used already."),
        "link_replaced" => lang.t("A newer link was sent in place of this one."),
        "link_void" => lang.t("The link is no longer good."),
        "too_many_requests" => lang.t("Too many requests. Try again later."),
        "internal" => lang.t("Something went wrong here."),
        "unavailable" | "busy" => lang.t("This can't be done right now. Try again in a moment."),
        _ => &problem.detail,
    }
}

/// A status in words.
pub fn title(status: StatusCode, lang: MailLanguage) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => lang.t("Bad request"),
        StatusCode::UNAUTHORIZED => lang.t("Unauthorized"),
        StatusCode::FORBIDDEN => lang.t("Forbidden"),
        StatusCode::NOT_FOUND => lang.t("Not found"),
        StatusCode::METHOD_NOT_ALLOWED => lang.t("Method not allowed"),
        StatusCode::CONFLICT => lang.t("Conflict"),
        StatusCode::GONE => lang.t("Gone"),
        StatusCode::PAYLOAD_TOO_LARGE => lang.t("Payload too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => lang.t("Unsupported media type"),
        StatusCode::TOO_MANY_REQUESTS => lang.t("Too many requests"),
        StatusCode::INTERNAL_SERVER_ERROR => lang.t("Internal server error"),
        StatusCode::SERVICE_UNAVAILABLE => lang.t("Service unavailable"),
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// What a user is to the business.
pub fn account_type(kind: AccountType, lang: MailLanguage) -> &'static str {
    match kind {
        AccountType::Customer => lang.t("Customer"),
        AccountType::Partner => lang.t("Partner"),
        AccountType::Vendor => lang.t("Vendor"),
        AccountType::Staff => lang.t("Staff"),
    }
}

/// What a role is called: one that the business made as it named it.
pub fn role(name: &RoleName, lang: MailLanguage) -> String {
    let said = match name.as_str() {
        "administrator" => lang.t("Administrator"),
        "account_manager" => lang.t("Account manager"),
        "support" => lang.t("Support"),
        "customer_center" => lang.t("Customer center"),
        "customer_administrator" => lang.t("Customer administrator"),
        "partner" => lang.t("Partner"),
        "partner_administrator" => lang.t("Partner administrator"),
        "vendor" => lang.t("Vendor"),
        _ => return role_label(name),
    };
    said.to_owned()
}
