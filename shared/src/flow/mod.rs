//! What more than one function does: load, decide, save, say.

mod beat;
mod bootstrap;
mod contact;
mod flood;
mod known;
mod pace;
mod passwords;
mod request_link;
mod sign_in;

pub use bootstrap::{Deployment, bootstrap};
pub use contact::{answer, deliver, if_match, must_match, reachable, reachable_organization, seen, shown};
pub use flood::Flood;
pub use known::{email_taken, known, seats};
pub use pace::Pace;
pub use passwords::{CredentialBody, FirstPassword, NewPassword, checked, context, credential, new_password};
pub use request_link::{request_link, request_link_again};
pub use sign_in::{Attempt, sign_in, verify_owner};
