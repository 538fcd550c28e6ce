//! A site's colour, and the tints of it that can be read on light and on dark (WCAG 2.2, 1.4.3).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::Malformed;

/// The least contrast to white: enough on a page that is nearly so.
const LEAST: f64 = 4.95;
/// The contrast that a tint has to the dark of a card.
const ON_DARK: f64 = 7.0;
/// A card in the dark.
const DARK: Color = Color([0x1b, 0x1f, 0x24]);
const WHITE: Color = Color([0xff; 3]);

/// A colour in which white can be read, and which can be read on white: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Color([u8; 3]);

impl Color {
    /// That of a site which has none of its own.
    pub const STANDARD: Self = Self([0x1d, 0x4f, 0x91]);

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// Not of that form, or too light.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_hexdigit()));
        let part = |at: usize| u8::from_str_radix(digits?.get(at..at + 2)?, 16).ok();
        let (Some(red), Some(green), Some(blue)) = (part(0), part(2), part(4)) else {
            return Err(Malformed::Form("must be a colour such as #1d4f91"));
        };
        let color = Self([red, green, blue]);
        if color.contrast(WHITE) < LEAST {
            return Err(Malformed::Form("must be dark enough for white text on it: choose a darker one"));
        }
        Ok(color)
    }

    /// A stronger one, for what is pointed at.
    pub fn strong(self) -> Self {
        self.mixed(Self([0; 3]), 0.25)
    }

    /// The tint of it that can be read in the dark.
    pub fn on_dark(self) -> Self {
        let shares = (0..=20).map(|step| f64::from(step) / 20.0);
        shares.map(|share| self.mixed(WHITE, share)).find(|tint| tint.contrast(DARK) >= ON_DARK).unwrap_or(WHITE)
    }

    /// A stronger one of that, for what is pointed at.
    pub fn strong_on_dark(self) -> Self {
        self.on_dark().mixed(WHITE, 0.4)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
    fn mixed(self, other: Self, share: f64) -> Self {
        let mut mixed = self.0;
        for (part, other) in mixed.iter_mut().zip(other.0) {
            *part = (f64::from(*part) * (1.0 - share) + f64::from(other) * share).round() as u8;
        }
        Self(mixed)
    }

    /// Contrast as WCAG reckons it: 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0[0]) + 0.7152 * linear(self.0[1]) + 0.0722 * linear(self.0[2])
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Serialize for Color {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Color {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_reads_back_from_its_text() {
        assert_eq!(Color::parse("#1D4F91").expect("dark enough"), Color::STANDARD);
        assert_eq!(Color::STANDARD.to_string(), "#1d4f91");
        for text in ["", "1d4f91", "#1d4f9", "#1d4f911", "#1d4f9g", "#+1+2+3", "red", "#ééé"] {
            assert!(Color::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_white_can_not_be_read_on_is_refused() {
        for light in ["#ffffff", "#ffff00", "#9cc1f5", "#808080"] {
            assert!(Color::parse(light).is_err(), "{light}");
        }
        for dark in ["#000000", "#8a1538", "#1b5e20", "#5b21b6"] {
            assert!(Color::parse(dark).is_ok(), "{dark}");
        }
    }

    #[test]
    fn its_tints_can_be_read_where_they_stand() {
        for text in ["#000000", "#8a1538", "#1b5e20", "#5b21b6", "#1d4f91", "#0000ff"] {
            let color = Color::parse(text).expect("dark enough");
            assert!(color.strong().contrast(WHITE) >= LEAST, "{text}");
            assert!(color.on_dark().contrast(DARK) >= ON_DARK, "{text}");
            assert!(color.strong_on_dark().contrast(DARK) >= ON_DARK, "{text}");
        }
    }
}
