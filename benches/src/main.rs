//! Measures Latchkey side by side with what it is held against, in one run: a sign-in over the bare hash, each
//! function's start over an empty function's, what a million of each flow costs on AWS, whether time tells who there is, what each
//! page weighs, and the sweep at a hundred thousand things due.
//!
//! `bench FOLDER` takes the functions' binaries from this folder; `bench sign-in`, `bench throughput`, `bench pages`,
//! `bench enumeration`, `bench functions FOLDER`, `bench cost` and `bench sweep` are a part each.

mod cost;
mod cpu;
mod enumeration;
mod figures;
mod functions;
mod pages;
mod runtime_api;
mod sign_in;
mod sweeping;
mod throughput;

use std::path::PathBuf;

// As the functions run: one thread, and another for the hash.
#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "what was measured")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("table") => return sign_in::serve_table().await,
        Some("sign-in") => println!("{}", sign_in::report().await),
        Some("throughput") => println!("{}", throughput::report().await),
        Some("enumeration") => println!("{}", enumeration::report().await),
        Some("pages") => println!("{}", pages::report().await),
        Some("functions") => {
            let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/release".to_owned()));
            println!("{}", functions::report(&folder).await);
        }
        Some("cost") => println!("{}", cost::report().await),
        Some("sweep") => println!("{}", sweeping::report().await),
        Some(folder) => {
            let folder = PathBuf::from(folder);
            println!("{}", sign_in::report().await);
            println!("{}", throughput::report().await);
            println!("{}", pages::report().await);
            println!("{}", enumeration::report().await);
            println!("{}", functions::report(&folder).await);
            println!("{}", cost::report().await);
            println!("{}", sweeping::report().await);
        }
        None => println!("bench FOLDER: the folder holds the functions' binaries"),
    }
}
