//! The rules, each a test: through HTTP against the embedded table, the inbox and a real browser. One program, since each
//! more would link everything once more.

mod access;
mod audit;
mod capacity;
mod create_user;
mod delegation;
mod directory;
mod documents;
mod doors;
mod email_change;
mod fates;
mod faults;
mod flows;
mod http;
mod input;
mod kill;
mod links;
mod lockout;
mod logins;
mod mail;
mod main_job;
mod matrix;
mod openapi;
mod pages;
mod passwords;
mod preview;
mod races;
mod reports;
mod requirements;
mod sessions;
mod settings;
mod several;
mod sign_in;
mod strangers_portal;
mod twins;
