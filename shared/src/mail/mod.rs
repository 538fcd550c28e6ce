//! Mail: what the templates say, SES, and delivering what was written down.

mod check;
mod deliver;
mod grammar;
mod mime;
mod phrases;
mod render;
mod report;
mod standard;
mod words;

use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_types::SdkConfig;

pub use check::Part;
pub use deliver::{Outcome, deliver};
pub use report::{Told, report};
pub use standard::standard;
pub use words::{Placeholder, placeholders};

use jiff::Timestamp;

use crate::domain::email::Email;
use crate::domain::fault::Fault;
use crate::domain::mail::{Mail, Template};
use crate::domain::settings::{Settings, Site};
use crate::domain::wording::{MailLanguage, Wording};

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

/// What is wrong with a part of a wording, all of it at once: not well-formed, or a placeholder missing, unknown, or where none
/// may stand (requirement L12).
pub fn check(template: Template, part: Part, source: &str, site: &Site, settings: &Settings) -> Vec<Fault> {
    check::check(template, part, source, &words::Words::unheard_of(site, settings))
}

/// A wording as somebody made up would get it; none where it is none: see [`check`].
pub fn preview(
    wording: &Wording,
    site: &Site,
    settings: &Settings,
    language: MailLanguage,
    now: Timestamp,
) -> Option<Rendered> {
    render::render(wording, &words::Words::sample(site, settings, language, now)).ok()
}

/// SES, through the SDK's client, which is made when there is a first thing to ask of it: most functions ask nothing.
#[derive(Debug, Clone)]
pub struct Mailer {
    config: SdkConfig,
    client: OnceLock<Client>,
    configuration_set: Option<String>,
    most_per_second: Option<NonZeroU32>,
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
    /// SES with this configuration set.
    pub fn new(config: &SdkConfig, configuration_set: Option<String>) -> Self {
        Self { config: config.clone(), client: OnceLock::new(), configuration_set, most_per_second: None }
    }

    /// Sending is never retried below: SES takes no token, so each try is one that is written down first.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let config = aws_sdk_sesv2::config::Builder::from(&self.config).retry_config(RetryConfig::disabled());
            Client::from_conf(config.build())
        })
    }

    /// The same, for an account whose SES takes so many mails a second.
    #[must_use]
    pub fn paced(self, most_per_second: Option<NonZeroU32>) -> Self {
        Self { most_per_second, ..self }
    }

    /// How long whoever sends many waits from the beginning of one to that of the next.
    pub fn pause(&self) -> Duration {
        self.most_per_second.map_or(Duration::ZERO, |most| Duration::from_secs(1) / most.get())
    }

    /// Sends a mail to its one recipient (`security.md` ML-03).
    async fn send(&self, intent: &Mail, message: Vec<u8>) -> Result<String, SendError> {
        // By its tag SES's events name the mail, also where nobody heard SES's answer.
        let tag = MessageTag::builder().name(TAG).value(intent.id.to_string()).build();
        let raw = RawMessage::builder().data(Blob::new(message)).build();
        let (Ok(tag), Ok(raw)) = (tag, raw) else { return Err(SendError::Never("invalid")) };
        let sent = self
            .client()
            .send_email()
            .destination(Destination::builder().to_addresses(intent.to.as_str()).build())
            .content(EmailContent::builder().raw(raw).build())
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
        let released = self.client().delete_suppressed_destination().email_address(address.as_str()).send().await;
        match released {
            Err(SdkError::ServiceError(service)) if service.err().is_not_found_exception() => Ok(false),
            Err(error) => Err(reason(&error)),
            Ok(_) => Ok(true),
        }
    }
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
