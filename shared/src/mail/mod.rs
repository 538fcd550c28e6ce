//! Mail: what the templates say, SES, and delivering what was written down.

mod deliver;
mod render;
mod report;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use deliver::deliver;
pub use render::moment;
pub use report::{Told, report};

use crate::domain::email::Email;
use crate::domain::mail::Mail;
use crate::domain::settings::Site;

/// The tag of a message that holds the mail's id.
pub const TAG: &str = "mail";

/// A mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// As text.
    pub text: String,
    /// As HTML.
    pub html: String,
}

/// SES, through the SDK's client.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    configuration_set: Option<String>,
}

/// Why SES did not take a mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may pass: throttled, paused, not reached, timed out. The code is stable and holds nothing of SES's words.
    #[error("{0}")]
    Later(&'static str),
    /// It will not: refused for what it is.
    #[error("{0}")]
    Never(&'static str),
}

impl Mailer {
    /// SES with this configuration set. Sending is never retried below: SES takes no token, so each try is one
    /// that is written down first.
    pub fn new(config: &aws_types::SdkConfig, configuration_set: Option<String>) -> Self {
        let config = aws_sdk_sesv2::config::Builder::from(config).retry_config(RetryConfig::disabled()).build();
        Self { client: Client::from_conf(config), configuration_set }
    }

    async fn send(&self, site: &Site, intent: &Mail, mail: Rendered) -> Result<String, SendError> {
        let content = |text: String| Content::builder().data(text).charset("UTF-8").build();
        // By its tag SES's events name the mail, also where nobody heard SES's answer.
        let tag = MessageTag::builder().name(TAG).value(intent.id.to_string()).build();
        let (Ok(subject), Ok(text), Ok(html), Ok(header), Ok(tag)) = (
            content(mail.subject),
            content(mail.text),
            content(mail.html),
            MessageHeader::builder().name("Auto-Submitted").value("auto-generated").build(),
            tag,
        ) else {
            return Err(SendError::Never("invalid"));
        };
        let message = Message::builder()
            .subject(subject)
            .body(Body::builder().text(text).html(html).build())
            .headers(header)
            .build();
        let sent = self
            .client
            .send_email()
            .from_email_address(from(site))
            .set_reply_to_addresses(site.reply_to.as_ref().map(|address| vec![address.to_string()]))
            .destination(Destination::builder().to_addresses(intent.to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .email_tags(tag)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        match sent {
            Ok(sent) => Ok(sent.message_id.unwrap_or_default()),
            Err(error) => Err(reason(&error)),
        }
    }

    /// Takes an address off SES's own list of those that it sends nothing to. Gives whether it was on it.
    ///
    /// # Errors
    /// SES can't be reached, or does not let this be done.
    pub async fn release(&self, address: &Email) -> Result<bool, SendError> {
        let released = self.client.delete_suppressed_destination().email_address(address.as_str()).send().await;
        match released {
            Err(SdkError::ServiceError(service)) if service.err().is_not_found_exception() => Ok(false),
            Err(error) => Err(reason(&error)),
            Ok(_) => Ok(true),
        }
    }
}

/// The site's name and its sender, the name quoted or encoded so that it stays one (RFC 5322).
fn from(site: &Site) -> String {
    let name = site.name.as_str();
    let name = if name.is_ascii() {
        format!("\"{}\"", name.replace(['"', '\\'], ""))
    } else {
        // An encoded word (RFC 2047), cut so that it stays within 75 characters.
        let mut end = name.len().min(45);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!("=?UTF-8?B?{}?=", STANDARD.encode(&name[..end]))
    };
    format!("{name} <{}>", site.sender)
}

fn reason<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> SendError {
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some("TooManyRequestsException" | "ThrottlingException" | "LimitExceededException") => {
                SendError::Later("throttled")
            }
            Some("SendingPausedException" | "AccountSuspendedException") => SendError::Later("sending_paused"),
            Some("MailFromDomainNotVerifiedException") => SendError::Later("sender_not_verified"),
            Some("MessageRejected") => SendError::Never("rejected"),
            Some("BadRequestException" | "NotFoundException") => SendError::Never("invalid"),
            _ => SendError::Later("unavailable"),
        },
        SdkError::TimeoutError(_) => SendError::Later("timed_out"),
        _ => SendError::Later("not_reached"),
    }
}
