//! HTTP: what comes in is parsed at the door, what goes out has one form (`api.md`, `security.md` 1F and 1G).

mod asked;
pub mod call;
pub mod cookies;
mod csrf;
pub mod cursor;
pub mod door;
mod duplicates;
pub mod fields;
pub mod idempotency;
pub mod image;
pub mod pages;
pub mod paging;
pub mod problem;
pub mod signed;
pub mod source;
pub mod told;
pub mod views;

pub use call::Call;
pub use door::door;
pub use fields::{Fields, Form, JsonBody};
pub use image::ImageBody;
pub use problem::Problem;
pub use signed::Signed;
