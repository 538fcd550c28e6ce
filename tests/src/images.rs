//! Images, as a business has them for a logo.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Dark shapes on nothing, 240 by 60 pixels.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAPAAAAA8AQMAAABisaUeAAAABlBMVEX///8QKkPJWqwMAAAAAXRSTlMAQObYZgAAADhJREFUeNpj\
    +A8BHxiwg1FpAtL/sYBRaVzSYJkhLY0jOYxK45VGDswPdJLGlhRHpYmVHi3uiZYGABNMpP4p4CS9AAAAAElFTkSuQmCC";
/// 48 by 16 pixels.
const JPEG: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j\
    q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk\
    pKSkpKSkpKT/wAARCAAQADADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA\
    FgEBAQEAAAAAAAAAAAAAAAAAAAME/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AmgIs4AAAD//Z";
/// 48 by 16 pixels.
const WEBP: &str = "UklGRjwAAABXRUJQVlA4IDAAAADwAgCdASowABAAPxF8tlQsJ6UjKqgBgCIJZQDH5B3QQAD+6ezxGGt13uWiqMegQAA=";

fn decoded(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("Base64")
}

/// A PNG of 240 by 60 pixels.
pub fn png() -> Vec<u8> {
    decoded(PNG)
}

/// A JPEG of 48 by 16 pixels.
pub fn jpeg() -> Vec<u8> {
    decoded(JPEG)
}

/// A WebP of 48 by 16 pixels.
pub fn webp() -> Vec<u8> {
    decoded(WEBP)
}

/// A PNG that says it is of this size.
pub fn png_of_pixels(width: u32, height: u32) -> Vec<u8> {
    let mut png = png();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}

/// A PNG of so many bytes: what follows its end is nothing to who shows it.
pub fn png_of_bytes(bytes: usize) -> Vec<u8> {
    let mut png = png();
    png.resize(bytes, 0);
    png
}
