//! Items of the table as JSON, for what no call answers yet: the audit entries, and what lies at rest.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// The items of one partition, in their order.
pub async fn of(client: &Client, pk: &str) -> Vec<Value> {
    let found = client
        .query()
        .table_name("latchkey")
        .consistent_read(true)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
        .send()
        .await
        .expect("a partition");
    found.items.unwrap_or_default().iter().map(item).collect()
}

/// Every item of the table.
pub async fn all(client: &Client) -> Vec<Value> {
    let mut pages = client.scan().table_name("latchkey").into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(found) = pages.next().await {
        items.push(item(&found.expect("an item")));
    }
    items
}

fn item(fields: &HashMap<String, AttributeValue>) -> Value {
    Value::Object(fields.iter().map(|(name, field)| (name.clone(), value(field))).collect::<Map<_, _>>())
}

fn value(field: &AttributeValue) -> Value {
    match field {
        AttributeValue::S(text) => Value::from(text.as_str()),
        AttributeValue::N(number) => number.parse().unwrap_or(Value::Null),
        AttributeValue::B(bytes) => Value::from(STANDARD.encode(bytes)),
        AttributeValue::Bool(flag) => Value::from(*flag),
        AttributeValue::L(list) => list.iter().map(value).collect(),
        AttributeValue::Ss(list) => list.iter().map(String::as_str).collect(),
        AttributeValue::M(fields) => item(fields),
        _ => Value::Null,
    }
}
