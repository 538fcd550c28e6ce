//! A mail as it goes over the wire (RFC 5322, RFC 2045): text and HTML as alternatives, with the headers that clients want.
//!
//! No `List-Unsubscribe`: nobody is on a list, and each of these mails is about the reader's own account.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use super::Rendered;
use crate::domain::mail::Mail;
use crate::domain::settings::Site;
use crate::domain::wording::MailLanguage;

/// The bytes of a mail; none where it can't be written.
///
/// Its `Message-ID` is the same at each try, so that one that went out twice is shown once; on AWS SES puts its own in its place.
pub(super) fn message(
    site: &Site,
    intent: &Mail,
    mail: &Rendered,
    language: MailLanguage,
    now: Timestamp,
) -> Option<Vec<u8>> {
    let (_, domain) = site.sender.as_str().rsplit_once('@')?;
    let message = MessageBuilder::new()
        .from((site.name.as_str(), site.sender.as_str()))
        .to(intent.to.as_str())
        .subject(mail.subject.as_str())
        .date(now.as_second())
        .message_id(format!("{}@{domain}", intent.id))
        // RFC 3834: nobody's notice of absence answers it. Exchange goes by a header of its own.
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header("X-Auto-Response-Suppress", Raw::new("All"))
        .header("Content-Language", Raw::new(language.as_str()))
        .text_body(mail.text.as_str())
        .html_body(mail.html.as_str());
    let message = match &site.reply_to {
        Some(reply_to) => message.reply_to(reply_to.as_str()),
        None => message,
    };
    message.write_to_vec().ok()
}
