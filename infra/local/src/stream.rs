//! Following the table's stream, as AWS does for `publish-events`: in order, each write again until it was taken, from where
//! the process that was here before had come to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType, StreamDescription};
use aws_types::SdkConfig;
use publish_events::{Publisher, StreamChange, StreamEvent, StreamRecord};

/// Most writes that are taken at a time.
const BATCH: i32 = 100;

/// Why it goes no further for now.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where one has come to in a table's stream.
#[derive(Debug)]
pub struct Follower {
    client: Client,
    table: String,
    /// Where it is written down, if anywhere.
    file: Option<PathBuf>,
    /// By shard, what was taken last.
    taken: BTreeMap<String, String>,
    /// By shard, where to read on; none at first, and after a failure.
    iterators: BTreeMap<String, String>,
}

impl Follower {
    /// Follows a table's stream from where this file says; from its beginning where there is none.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn open(config: &SdkConfig, table: &str, file: Option<PathBuf>) -> io::Result<Self> {
        let taken = match file.as_ref().map(fs::read) {
            Some(Ok(text)) => serde_json::from_slice(&text)?,
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => BTreeMap::new(),
        };
        Ok(Self { client: Client::new(config), table: table.to_owned(), file, taken, iterators: BTreeMap::new() })
    }

    /// Publishes everything that was written until now.
    ///
    /// # Errors
    /// The stream or the bus is not there, or does not take something: it comes again.
    pub async fn follow(&mut self, publisher: &Publisher) -> Result<(), Failure> {
        let followed = self.read_on(publisher).await;
        if followed.is_err() {
            self.iterators.clear();
        }
        followed
    }

    async fn read_on(&mut self, publisher: &Publisher) -> Result<(), Failure> {
        if self.iterators.is_empty() {
            self.find().await?;
        }
        let shards: Vec<String> = self.iterators.keys().cloned().collect();
        for shard in shards {
            while let Some(iterator) = self.iterators.get(&shard) {
                let read = self.client.get_records().shard_iterator(iterator).limit(BATCH).send().await?;
                match read.next_shard_iterator {
                    Some(next) => self.iterators.insert(shard.clone(), next),
                    None => self.iterators.remove(&shard),
                };
                let records = read.records.unwrap_or_default();
                if records.is_empty() {
                    break;
                }
                self.hand_over(&shard, records, publisher).await?;
            }
        }
        Ok(())
    }

    /// Begins in each shard after what was taken of it last.
    async fn find(&mut self) -> Result<(), Failure> {
        let streams = self.client.list_streams().table_name(&self.table).send().await?;
        let stream = streams.streams().first().and_then(|stream| stream.stream_arn()).ok_or("there is no stream")?;
        let described = self.client.describe_stream().stream_arn(stream).send().await?;
        let shards = described.stream_description().map(StreamDescription::shards).unwrap_or_default();
        for shard in shards.iter().filter_map(|shard| shard.shard_id()) {
            let asked = self.client.get_shard_iterator().stream_arn(stream).shard_id(shard);
            let asked = match self.taken.get(shard) {
                Some(last) => asked.shard_iterator_type(ShardIteratorType::AfterSequenceNumber).sequence_number(last),
                None => asked.shard_iterator_type(ShardIteratorType::TrimHorizon),
            };
            if let Some(iterator) = asked.send().await?.shard_iterator {
                self.iterators.insert(shard.to_owned(), iterator);
            }
        }
        Ok(())
    }

    /// Hands over some writes, and notes how far they were taken.
    async fn hand_over(&mut self, shard: &str, records: Vec<Record>, publisher: &Publisher) -> Result<(), Failure> {
        let records: Vec<StreamRecord> = records.into_iter().filter_map(as_told).collect();
        let sequences: Vec<String> = records.iter().map(|record| record.dynamodb.sequence.clone()).collect();
        let answer = publish_events::handle(publisher.clone(), StreamEvent { records }).await?;
        let failed = answer.failures.first();
        let taken = sequences.iter().take_while(|sequence| failed.is_none_or(|it| it.sequence != **sequence)).last();
        if let Some(last) = taken {
            self.taken.insert(shard.to_owned(), last.clone());
            self.write_down()?;
        }
        if failed.is_none() { Ok(()) } else { Err("the bus did not take everything".into()) }
    }

    fn write_down(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let part = file.with_extension("part");
        fs::write(&part, serde_json::to_vec(&self.taken)?)?;
        fs::rename(part, file)
    }
}

/// A write as Lambda tells it.
fn as_told(record: Record) -> Option<StreamRecord> {
    let dynamodb = record.dynamodb?;
    Some(StreamRecord {
        name: record.event_name?.as_str().to_owned(),
        dynamodb: StreamChange { sequence: dynamodb.sequence_number?, image: dynamodb.new_image.map(Into::into) },
    })
}
