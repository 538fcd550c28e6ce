//! How a point in time is written in each language.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::wording::MailLanguage;

/// The months, in the order of [`MailLanguage::ALL`].
const MONTHS: [[&str; 12]; 4] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

impl MailLanguage {
    /// A point in time, in UTC.
    pub fn moment(self, at: Timestamp) -> String {
        let at = at.to_zoned(TimeZone::UTC);
        let (day, year) = (at.day(), at.year());
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        let month = MONTHS[self as usize][usize::from(at.month().unsigned_abs()) - 1];
        match self {
            Self::En => format!("{day} {month} {year} at {time} UTC"),
            Self::De => format!("{day}. {month} {year} um {time} Uhr (UTC)"),
            // The first of a month is an ordinal.
            Self::Fr if day == 1 => format!("1er {month} {year} à {time} (UTC)"),
            Self::Fr => format!("{day} {month} {year} à {time} (UTC)"),
            Self::Es => format!("{day} de {month} de {year} a las {time} (UTC)"),
        }
    }

    /// The same in short, for a table.
    pub fn moment_in_short(self, at: Timestamp) -> String {
        let form = match self {
            Self::En => "%-d %b %Y, %H:%M UTC",
            Self::De => "%d.%m.%Y, %H:%M UTC",
            Self::Fr | Self::Es => "%d/%m/%Y, %H:%M UTC",
        };
        at.strftime(form).to_string()
    }
}
