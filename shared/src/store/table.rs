//! The table's own shape, for where no template makes it: the local run and the tests.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};

use super::find::{Field, SCOPE};
use super::{StoreError, audit, unavailable};

/// What a list shows of a contact or an organization. The keys of the fields before an index's own tell what they have
/// shown already.
const LISTED: [&str; 10] =
    ["id", "organization", "first_name", "last_name", "email", "active", "kind", "number", "name", "partner"];

/// Makes the table as `infra/template.yaml` does, where it is not there yet.
///
/// # Errors
/// The endpoint is not there or refuses.
///
/// # Panics
/// Never: the definitions are complete.
pub async fn create_table(client: &Client, table: &str) -> Result<(), StoreError> {
    let attribute = |name: &str, kind: ScalarAttributeType| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().expect("complete")
    };
    let key = |name: &str, kind: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("complete")
    };
    let index = GlobalSecondaryIndex::builder()
        .index_name("due")
        .key_schema(key("due_shard", KeyType::Hash))
        .key_schema(key("due_at", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build()
        .expect("complete");
    let listed = |name: &str, partition: &str, field: Field| {
        let earlier = Field::ALL.into_iter().take_while(|it| *it != field).map(Field::key);
        let projection = Projection::builder()
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(LISTED.into_iter().chain(earlier).map(str::to_owned).collect()))
            .build();
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(key(partition, KeyType::Hash))
            .key_schema(key(field.key(), KeyType::Range))
            .projection(projection)
            .build()
            .expect("complete")
    };
    let audit = [audit::BY_TIME, audit::BY_ORGANIZATION, audit::BY_ACTOR].map(|(name, partition)| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(key(partition, KeyType::Hash))
            .key_schema(key("sk", KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build()
            .expect("complete")
    });
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewImage)
        .build()
        .expect("complete");
    let over_everything = Field::ALL.map(|field| listed(field.index(), field.shard(), field));
    let scoped = Field::ALL.map(|field| listed(field.scoped_index(), SCOPE, field));
    let indexes = std::iter::once(index).chain(over_everything).chain(scoped).chain(audit).collect();
    let made = Field::ALL
        .iter()
        .flat_map(|field| [field.shard(), field.key()])
        .chain([SCOPE, audit::BY_TIME.1, audit::BY_ORGANIZATION.1, audit::BY_ACTOR.1])
        .fold(client.create_table(), |make, name| make.attribute_definitions(attribute(name, ScalarAttributeType::S)))
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("pk", ScalarAttributeType::S))
        .attribute_definitions(attribute("sk", ScalarAttributeType::S))
        .attribute_definitions(attribute("due_shard", ScalarAttributeType::S))
        .attribute_definitions(attribute("due_at", ScalarAttributeType::N))
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .set_global_secondary_indexes(Some(indexes))
        .stream_specification(stream)
        .send()
        .await;
    match made {
        Ok(_) => {}
        Err(error)
            if error.as_service_error().is_some_and(
                aws_sdk_dynamodb::operation::create_table::CreateTableError::is_resource_in_use_exception,
            ) =>
        {
            return Ok(());
        }
        Err(error) => return Err(unavailable(&error)),
    }
    let ttl = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().expect("complete");
    client
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(ttl)
        .send()
        .await
        .map(drop)
        .map_err(|error| unavailable(&error))
}
