//! What AWS starts by itself: `deliver-mail` and `publish-events` off the stream, `mail-events` off EventBridge, `sweep` on its
//! schedule. Here, in the same process.

use std::time::Duration;

use publish_events::Publisher;
use shared::app::App;
use shared::domain::id::MailId;
use shared::domain::sweep::Done;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::stream::Follower;

/// How often the stream is looked into: on AWS, four times a second.
const LOOK: Duration = Duration::from_millis(250);
/// How long nothing is tried where the stream or the bus failed.
const REST: Duration = Duration::from_secs(2);

/// Starts all of them but what publishes events.
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
                Ok(done) => sweep::tell(done),
                Err(error) => tracing::warn!(event = "sweep_failed", cause = %error),
            }
            tokio::time::sleep(every).await;
        }
    });
}

/// Starts what publishes events.
pub fn publish(mut follower: Follower, publisher: Publisher) {
    tokio::spawn(async move {
        loop {
            let rest = match follower.follow(&publisher).await {
                Ok(()) => LOOK,
                Err(error) => {
                    tracing::warn!(event = "events_wait", cause = %error);
                    REST
                }
            };
            tokio::time::sleep(rest).await;
        }
    });
}
