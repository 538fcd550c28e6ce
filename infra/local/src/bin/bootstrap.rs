//! The first start of a deployment on AWS, run once by the one who deploys: writes its settings and its first
//! administrator, whose link `deliver-mail` then mails. Run again, it only sets the sites' URLs anew.
//!
//! `LATCHKEY_TABLE` and `LATCHKEY_KEYS_SECRET` (the stack's outputs), `LATCHKEY_BUSINESS`, `LATCHKEY_ADMIN_EMAIL`,
//! `LATCHKEY_SENDER`, `LATCHKEY_SITES` (`Name=https://host`, with commas between), and what the AWS SDK reads.

use std::error::Error;

use local::aws;
use shared::app::App;
use shared::flow::bootstrap;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "what the person who started it is told")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let deployment = local::deployment(|name| std::env::var(name).unwrap_or_default())?;
    let app = App::from_environment(&aws::config().await).await?;
    if bootstrap(&app, &deployment).await? {
        println!("Set up. The link for {} is on its way by mail.", deployment.administrator);
    } else {
        println!("It was set up before; the sites' URLs are as given.");
    }
    Ok(())
}
