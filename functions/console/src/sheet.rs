//! A form that edits a record of the API: its fields, what stands in them, and what of it is otherwise by now.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use shared::domain::wording::MailLanguage;
use shared::http::{Fields, Problem};

use crate::api::Api;
use crate::fields::{Faults, is_now};
use crate::words::Say as _;

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line.
    Line,
    /// A whole number, of what.
    Number(&'static str),
    /// A box.
    Flag,
    /// One of several: what is sent, and what is shown.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Its name in the API, with dots within objects.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) label: &'static str,
    /// What there is to know before it is typed.
    pub(crate) hint: &'static str,
    kind: Kind,
    /// What it is where nothing is typed; empty where something has to be.
    or: &'static str,
}

impl Field {
    /// A field that has to be there.
    pub(crate) const fn new(name: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Self {
        Self { name, label, hint, kind, or: "" }
    }

    /// The same, which may be left empty, and is this then.
    pub(crate) const fn or(mut self, or: &'static str) -> Self {
        self.or = or;
        self
    }

    /// Of what a number is; empty where it is none.
    pub(crate) fn unit(&self) -> &'static str {
        if let Kind::Number(unit) = self.kind { unit } else { "" }
    }

    /// Whether it is a box.
    pub(crate) fn is_flag(&self) -> bool {
        self.kind == Kind::Flag
    }

    /// What can be chosen; nothing where it is typed.
    pub(crate) fn choices(&self) -> &'static [(&'static str, &'static str)] {
        if let Kind::Choice(choices) = self.kind { choices } else { &[] }
    }

    /// What stands in it for this record.
    fn of(&self, record: &Value) -> String {
        match record.pointer(&format!("/{}", self.name.replace('.', "/"))) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(true)) => "on".to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// As the API takes it. What is no number goes as it was typed, and is refused.
    fn value(&self, typed: &str) -> Value {
        match self.kind {
            Kind::Flag => Value::Bool(!typed.is_empty()),
            _ if typed.is_empty() && !self.or.is_empty() => Value::Null,
            Kind::Number(_) => typed.parse::<i64>().map_or_else(|_| Value::from(typed), Value::from),
            Kind::Line | Kind::Choice(_) => Value::from(typed),
        }
    }

    /// As people read it.
    fn told(&self, typed: &str, lang: MailLanguage) -> String {
        match self.kind {
            Kind::Flag => lang.say(if typed.is_empty() { "no" } else { "yes" }).to_owned(),
            _ if typed.is_empty() => lang.say(self.or).to_owned(),
            Kind::Number(unit) => format!("{typed} {}", lang.say(unit)),
            Kind::Line => typed.to_owned(),
            Kind::Choice(choices) => {
                choices.iter().find(|(value, _)| *value == typed).map_or(typed, |(_, label)| lang.say(label)).to_owned()
            }
        }
    }
}

/// Fields that stand together.
#[derive(Debug)]
pub(crate) struct Group {
    /// What of; empty where there is one group alone.
    pub(crate) legend: &'static str,
    /// The fields.
    pub(crate) fields: &'static [Field],
}

/// A form, with what stands in it.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Its fields.
    pub(crate) groups: &'static [Group],
    typed: BTreeMap<&'static str, String>,
    /// What stood in them when the form was opened, which it carries: what was left as it was is nobody's wish.
    opened: BTreeMap<&'static str, String>,
}

impl Sheet {
    /// The record as it is.
    pub(crate) fn of(groups: &'static [Group], record: &Value) -> Self {
        let typed: BTreeMap<_, _> = fields(groups).map(|field| (field.name, field.of(record))).collect();
        Self { groups, opened: typed.clone(), typed }
    }

    /// What was typed, and what stood there before.
    pub(crate) fn read(groups: &'static [Group], form: &mut Fields) -> Self {
        let mut typed = |name: &str| form.text(name).map(|text| text.trim().to_owned());
        let opened = fields(groups).filter_map(|field| Some((field.name, typed(&format!("was.{}", field.name))?)));
        let opened = opened.collect();
        let typed = fields(groups).map(|field| (field.name, typed(field.name).unwrap_or_default())).collect();
        Self { groups, typed, opened }
    }

    fn fields(&self) -> impl Iterator<Item = &'static Field> {
        fields(self.groups)
    }

    /// Whether it has a field of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.typed.contains_key(name)
    }

    /// What stands in a field.
    pub(crate) fn typed(&self, field: &Field) -> &str {
        self.typed.get(field.name).map_or("", String::as_str)
    }

    /// What stood in a field when the form was opened.
    pub(crate) fn opened(&self, field: &Field) -> &str {
        self.opened.get(field.name).map_or("", String::as_str)
    }

    /// All of it as the API takes it.
    pub(crate) fn body(&self) -> Value {
        let mut body = Map::new();
        for field in self.fields() {
            let value = field.value(self.typed(field));
            match field.name.split_once('.') {
                None => body.insert(field.name.to_owned(), value),
                Some((object, name)) => {
                    let object = body.entry(object).or_insert_with(|| Value::Object(Map::new()));
                    object.as_object_mut().and_then(|object| object.insert(name.to_owned(), value))
                }
            };
        }
        Value::Object(body)
    }

    /// The fields that this record has otherwise, as it has them.
    fn otherwise(&self, record: &Value) -> Vec<(&'static Field, String)> {
        let is = |field: &'static Field| (field, field.of(record));
        self.fields().map(is).filter(|(field, is)| self.typed(field) != is).collect()
    }

    /// The names of the fields in which these two differ, for a page to tell what was saved.
    pub(crate) fn changed(&self, before: &Value) -> String {
        self.otherwise(before).iter().map(|(field, _)| field.name).collect::<Vec<_>>().join(",")
    }

    /// What was saved, by the names of [`Self::changed`].
    pub(crate) fn saved(&self, names: &str, lang: MailLanguage) -> Vec<(&'static str, String)> {
        let is_named = |field: &&Field| names.split(',').any(|name| name == field.name);
        self.fields().filter(is_named).map(|field| (field.label, field.told(self.typed(field), lang))).collect()
    }

    /// What is wrong with what was typed, where the record is this by now. Where somebody else edited it since, their values
    /// stand in the fields that were left as they were.
    ///
    /// # Errors
    /// What no form can put right.
    pub(crate) fn faults(&mut self, api: &Api, problem: Problem, now: &Value) -> Result<Faults, Problem> {
        Faults::of_edit(api, problem, || self.meet(now, api.lang()))
    }

    /// Brings what was typed together with what somebody else saved meanwhile, and tells where that is otherwise.
    fn meet(&mut self, now: &Value, lang: MailLanguage) -> Vec<(&'static str, String)> {
        let mut told = Vec::new();
        for (field, is) in self.otherwise(now) {
            let opened = self.opened.insert(field.name, is.clone());
            if opened.as_ref() == Some(&is) {
                continue;
            }
            if opened.as_deref() == Some(self.typed(field)) {
                told.push((field.name, lang.say("Somebody else changed this to what stands here.").to_owned()));
                self.typed.insert(field.name, is);
            } else {
                told.push((field.name, is_now(&format!("{}.", field.told(&is, lang)), lang)));
            }
        }
        told
    }
}

fn fields(groups: &'static [Group]) -> impl Iterator<Item = &'static Field> {
    groups.iter().flat_map(|group| group.fields)
}
