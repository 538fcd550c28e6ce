//! A site's logo: what a page needs to show it, and the image. What an image is, its content tells, and never its sender.

use imagesize::ImageType;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::SiteId;
use super::text::Malformed;

/// Most bytes of a logo.
pub const MOST_BYTES: usize = 32 * 1024;
/// Most pixels of its width, and of its height.
pub const MOST_PIXELS: u32 = 2_000;

/// How many bytes of an image's hash tell it from others.
const VERSION_BYTES: usize = 8;
/// In how many bytes an SVG names itself, whatever comment stands before.
const SVG_HEAD: usize = 1024;

const NONE_OF_THEM: Malformed = Malformed::Form("must be a PNG, JPEG or WebP image");
const SVG: Malformed = Malformed::Form("must be a PNG, JPEG or WebP image: an SVG can hold scripts, and is not taken");
const TOO_WIDE: Malformed = Malformed::Form("must be 1 to 2000 pixels wide, and 1 to 2000 high");

/// What a logo may be, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the image of its name")]
pub enum MediaType {
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/webp")]
    Webp,
}

impl MediaType {
    /// As `Content-Type` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    fn of(bytes: &[u8]) -> Result<Self, Malformed> {
        match imagesize::image_type(bytes) {
            Ok(ImageType::Png) => Ok(Self::Png),
            Ok(ImageType::Jpeg) => Ok(Self::Jpeg),
            Ok(ImageType::Webp) => Ok(Self::Webp),
            _ if is_svg(bytes) => Err(SVG),
            _ => Err(NONE_OF_THEM),
        }
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(SVG_HEAD)]);
    head.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with('<') && head.contains("<svg")
}

/// What a page needs to show a logo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// The first bytes of the image's SHA-256, in hexadecimal: another image has another.
    pub version: String,
    /// What it is.
    pub media_type: MediaType,
    /// In pixels, 1 to [`MOST_PIXELS`].
    pub width: u32,
    /// In pixels, 1 to [`MOST_PIXELS`].
    pub height: u32,
}

impl Logo {
    /// Where every site of the deployment serves it.
    pub fn path(&self, of: SiteId) -> String {
        format!("/logo/{of}?{}", self.version)
    }
}

/// A logo with its bytes, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What it is.
    pub logo: Logo,
    /// The image, of up to [`MOST_BYTES`] bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl Picture {
    /// Reads an image of no more than [`MOST_BYTES`] bytes.
    ///
    /// # Errors
    /// Empty, no PNG, JPEG or WebP by its content, or too large to both sides.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.is_empty() {
            return Err(Malformed::Empty);
        }
        let media_type = MediaType::of(bytes)?;
        let size = imagesize::blob_size(bytes).map_err(|_| NONE_OF_THEM)?;
        let side = |pixels: usize| u32::try_from(pixels).ok().filter(|it| (1..=MOST_PIXELS).contains(it));
        let (width, height) = side(size.width).zip(side(size.height)).ok_or(TOO_WIDE)?;
        let digest = Sha256::digest(bytes);
        let version =
            digest.iter().take(VERSION_BYTES).fold(String::new(), |version, byte| version + &format!("{byte:02x}"));
        Ok(Self { logo: Logo { version, media_type, width, height }, bytes: bytes.to_vec() })
    }
}
