//! Latchkey's domain crate: the rules, the table, the mail and the HTTP that every function shares.

pub mod app;
pub mod aws;
pub mod domain;
pub mod flow;
pub mod hasher;
pub mod http;
pub mod keyring;
pub mod keys;
pub mod lambda;
pub mod mail;
pub mod phrases;
pub mod store;
