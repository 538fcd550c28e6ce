//! Takes what SES reports of mails, off EventBridge (requirement L10).

use std::collections::BTreeMap;

use jiff::Timestamp;
use lambda_http::Error;
use serde::Deserialize;
use shared::app::App;
use shared::domain::mail::{Report, Reported};
use shared::mail::{self, TAG, Told};

/// Whose events these are: on EventBridge no account's own events can bear a source that begins with `aws.`.
const SES: &str = "aws.ses";

/// An event of SES's, as EventBridge brings it.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// Whose it is.
    pub source: String,
    /// When it was published, to the second.
    pub time: Timestamp,
    /// What it tells.
    pub detail: Detail,
}

/// What SES tells of a message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    /// What became of it.
    pub event_type: String,
    /// The message.
    pub mail: Message,
    /// How it came back, where it did.
    #[serde(default)]
    pub bounce: Option<Bounce>,
    /// How it was delivered, where it was.
    #[serde(default)]
    pub delivery: Option<Delivery>,
    /// Who complained, where somebody did.
    #[serde(default)]
    pub complaint: Option<Complaint>,
}

/// A message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// When SES took it.
    pub timestamp: Timestamp,
    /// SES's name for it.
    pub message_id: String,
    /// To whom it was.
    pub destination: Vec<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, Vec<String>>,
}

/// How a message was delivered.
#[derive(Debug, Deserialize)]
pub struct Delivery {
    /// When.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
}

/// How a message came back.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounce {
    /// `Permanent`, `Transient` or `Undetermined`.
    pub bounce_type: String,
    /// Why, such as `General` or `Suppressed`.
    #[serde(default)]
    pub bounce_sub_type: String,
    /// When SES was told.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
}

/// How somebody complained of a message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// `OnAccountSuppressionList` where SES did not send it, for a complaint of before.
    #[serde(default)]
    pub complaint_sub_type: Option<String>,
    /// Such as `abuse`; `not-spam` takes one back.
    #[serde(default)]
    pub complaint_feedback_type: Option<String>,
    /// When SES was told.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
}

impl Complaint {
    fn report(&self) -> Option<Report> {
        match (self.complaint_sub_type.as_deref(), self.complaint_feedback_type.as_deref()) {
            (Some("OnAccountSuppressionList"), _) => Some(Report::Unwanted),
            (_, Some("not-spam")) => None,
            _ => Some(Report::Complained),
        }
    }
}

impl Detail {
    /// When what it tells was, to the millisecond.
    fn at(&self) -> Option<Timestamp> {
        let bounced = self.bounce.as_ref().and_then(|it| it.timestamp);
        let complained = self.complaint.as_ref().and_then(|it| it.timestamp);
        let delivered = self.delivery.as_ref().and_then(|it| it.timestamp);
        bounced.or(complained).or(delivered)
    }

    fn report(&self) -> Option<Report> {
        let bounce = self.bounce.as_ref().map(|it| (it.bounce_type.as_str(), it.bounce_sub_type.as_str()));
        Some(match (self.event_type.as_str(), bounce) {
            ("Delivery", _) => Report::Delivered,
            ("Reject", _) => Report::Rejected,
            ("Bounce", Some((_, "Suppressed" | "OnAccountSuppressionList"))) => Report::Suppressed,
            ("Bounce", Some(("Permanent", _))) => Report::Bounced,
            ("Bounce", _) => Report::Returned,
            ("Complaint", _) => return self.complaint.as_ref().map_or(Some(Report::Complained), Complaint::report),
            // That it was taken is known already, and a delay is no fate.
            _ => return None,
        })
    }
}

impl Event {
    /// What it tells of one of our mails; none where it is not SES's, of no mail of ours, or of nothing that matters.
    pub fn told(&self) -> Option<Told> {
        let Detail { mail, .. } = &self.detail;
        let report = self.detail.report().filter(|_| self.source == SES)?;
        Some(Told {
            mail: mail.tags.get(TAG)?.first()?.parse().ok()?,
            reported: Reported { report, at: self.detail.at().unwrap_or(self.time) },
            message_id: mail.message_id.clone(),
            to: mail.destination.clone(),
            sent_at: mail.timestamp,
        })
    }
}

/// Writes down what it tells. What is no event of ours is left.
///
/// # Errors
/// The table is unavailable: the event comes again.
pub async fn handle(app: App, event: Event) -> Result<(), Error> {
    match event.told() {
        Some(told) => Ok(mail::report(&app, &told).await?),
        None => Ok(()),
    }
}
