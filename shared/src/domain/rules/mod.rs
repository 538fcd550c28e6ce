//! The decisions: each takes what is, what is asked, when and by whom, and gives the change or a refusal.

pub mod accept;
pub mod audit;
pub mod bootstrap;
pub mod contacts;
pub mod create_user;
pub mod deliver;
pub mod email_change;
pub mod expire;
pub mod give_login;
pub mod grant;
pub mod grant_several;
mod links;
mod logins;
pub mod logo;
pub mod organizations;
pub mod passwords;
pub mod preview;
pub mod redeem;
pub mod remind;
pub mod rename;
pub mod report;
pub mod request_link;
pub mod revoke;
mod roles;
pub mod send_link;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod toggle;
pub mod unlock;
pub mod wording;

pub use logins::adjust_administrators;
pub(crate) use roles::outranks;
pub use roles::{MOST_ROLES, parse_roles};
