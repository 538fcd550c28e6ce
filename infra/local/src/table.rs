//! The embedded table: a real DynamoDB endpoint on loopback, its data in a file or in memory.

use std::path::Path;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use dynoxide::Database;
use rusqlite::Connection;
use shared::aws::https;
use tokio::net::TcpListener;

/// Finds a stream's last write, which the engine asks for at each new one and would look for through all of them.
const LAST_WRITE: &str = "CREATE INDEX IF NOT EXISTS latchkey_last_write \
     ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";
/// What a stream holds for longer than AWS keeps it: a day.
const TRIM: &str = "DELETE FROM _stream_records WHERE created_at < unixepoch() - 86400";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Starts the engine and gives its endpoint. It lives as long as the process.
///
/// # Errors
/// The file can't be opened, or no port can be bound.
pub async fn start(file: Option<&Path>) -> Result<String, Failure> {
    let database = match file {
        Some(file) => {
            let database = Database::new(&file.to_string_lossy())?;
            Connection::open(file)?.execute(LAST_WRITE, ())?;
            database
        }
        None => Database::memory()?,
    };
    Ok(serve(database).await?)
}

/// Serves an engine's data and gives its endpoint.
///
/// # Errors
/// No port can be bound.
pub async fn serve(database: Database) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let own = database.clone();
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(std::time::Duration::from_hours(1)).await;
            let database = own.clone();
            let let_go = tokio::task::spawn_blocking(move || let_go(&database)).await;
            tracing::debug!(event = "table_let_go", let_go = ?let_go);
        }
    });
    Ok(endpoint)
}

/// Lets go of what AWS does not keep either: what has expired, and the stream's writes of more than a day ago.
fn let_go(database: &Database) -> Result<(), Failure> {
    database.sweep_ttl()?;
    if let Some(file) = database.db_path()? {
        Connection::open(file)?.execute(TRIM, ())?;
    }
    Ok(())
}

/// The SDK's configuration for a service on this machine. The embedded services take any credentials; emulators know these.
pub fn config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .http_client(https::trusting(Vec::new()))
        .credentials_provider(aws_sdk_dynamodb::config::SharedCredentialsProvider::new(
            aws_sdk_dynamodb::config::Credentials::new("test", "test", None, None, "local"),
        ))
        .build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::Client;
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    async fn put(client: &Client, pk: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = client.put_item().table_name("latchkey").item("pk", text(pk)).item("sk", text("x"));
        put.send().await.expect("written");
    }

    #[tokio::test]
    async fn the_stream_keeps_a_day() {
        let folder = std::env::temp_dir().join(format!("latchkey-table-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("made");
        let file = folder.join("table.db");
        let client = Client::new(&config(&start(Some(&file)).await.expect("started")));
        shared::store::create_table(&client, "latchkey").await.expect("made");
        put(&client, "yesterday").await;
        let beside = Connection::open(&file).expect("opened");
        beside.execute("UPDATE _stream_records SET created_at = created_at - 86401", ()).expect("aged");
        put(&client, "today").await;
        let_go(&Database::new(&file.to_string_lossy()).expect("opened")).expect("let go");
        let kept: Vec<String> = beside
            .prepare("SELECT keys_json FROM _stream_records")
            .and_then(|mut all| all.query_map((), |row| row.get(0))?.collect())
            .expect("read");
        assert!(matches!(kept.as_slice(), [one] if one.contains("today")), "{kept:?}");
        let _ = std::fs::remove_dir_all(folder);
    }
}
