//! What AWS starts by itself: `deliver-mail` off the stream, `mail-events` off EventBridge, `sweep` on its schedule. Here, in
//! the same process.

use std::time::Duration;

use shared::app::App;
use shared::domain::id::MailId;
use shared::domain::sweep::Done;
use tokio::sync::mpsc::UnboundedReceiver;

/// Starts all of them.
pub fn start(
    app: &App,
    mut watch: UnboundedReceiver<MailId>,
    mut reports: UnboundedReceiver<mail_events::Event>,
    every: Duration,
) {
    let deliverer = app.clone();
    tokio::spawn(async move {
        while let Some(id) = watch.recv().await {
            if let Err(error) = shared::mail::deliver(&deliverer, id).await {
                tracing::warn!(event = "mail_left_to_sweep", mail = %id, cause = %error);
            }
        }
    });
    let hearer = app.clone();
    tokio::spawn(async move {
        while let Some(event) = reports.recv().await {
            if let Err(error) = mail_events::handle(hearer.clone(), event).await {
                tracing::warn!(event = "mail_event_failed", cause = %error);
            }
        }
    });
    let sweeper = app.clone();
    tokio::spawn(async move {
        loop {
            match sweep::sweep(&sweeper).await {
                Ok(done) if done == Done::default() => {}
                Ok(Done { mails, links, reminders, failed, cut_off }) => {
                    tracing::info!(event = "sweep", mails, links, reminders, failed, cut_off);
                }
                Err(error) => tracing::warn!(event = "sweep_failed", cause = %error),
            }
            tokio::time::sleep(every).await;
        }
    });
}
