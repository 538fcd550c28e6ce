//! What is known of a contact besides name and email (requirement O6).

use serde::{Deserialize, Serialize};

use super::text::{Language, Phone, TimeZone, Title};

/// What is known of a contact besides name and email. All of it is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What the person is at the organization: "Head of Purchasing".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The language that the person reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The time zone that the person lives in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// Business phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_phone: Option<Phone>,
    /// Mobile phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone: Option<Phone>,
}
