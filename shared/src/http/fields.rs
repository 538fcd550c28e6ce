//! Bodies: read whole, every fault of presence, type and value told at once (`api.md`, Conventions).

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::Problem;
use super::duplicates::Unambiguous;
use crate::domain::fault::Fault;
use crate::domain::text::Malformed;

/// Most bytes of a body (`security.md` IN-06).
pub const MOST_BYTES: usize = 16 * 1024;
/// Most bytes of a form in which mails are worded: each of its characters may take many, and what is too long is told
/// beside its field, nothing of it lost.
pub const MOST_WORDED: usize = 128 * 1024;

/// The fields of a body, taken out one by one; what is left over in the end was unknown.
#[derive(Debug)]
pub struct Fields {
    left: Map<String, Value>,
    prefix: String,
    faults: Vec<Fault>,
}

impl Fields {
    /// These fields.
    pub fn new(left: Map<String, Value>) -> Self {
        Self { left, prefix: String::new(), faults: Vec::new() }
    }

    /// The fields of a query.
    ///
    /// # Errors
    /// `400` for a name that stands twice, or what is no UTF-8.
    pub fn of_query(query: Option<&str>) -> Result<Self, Problem> {
        pairs(query.unwrap_or_default().as_bytes(), "query").map(Self::new)
    }

    /// Tells a fault of a field.
    pub fn fault(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.faults.push(Fault::new(format!("{}{field}", self.prefix), code, message));
    }

    /// Tells faults found elsewhere, their fields named from here.
    pub fn faults(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            self.fault(&fault.field, fault.code, fault.message);
        }
    }

    /// Whether the field is there.
    pub fn has(&self, field: &str) -> bool {
        self.left.get(field).is_some_and(|value| !value.is_null())
    }

    fn value(&mut self, field: &str) -> Option<Value> {
        self.left.remove(field).filter(|value| !value.is_null())
    }

    fn wrong_type(&mut self, field: &str, wanted: &str) {
        self.fault(field, "wrong_type", format!("must be {wanted}"));
    }

    /// A text as it was typed.
    pub fn text(&mut self, field: &str) -> Option<String> {
        if let Value::String(text) = self.value(field)? {
            return Some(text);
        }
        self.wrong_type(field, "text");
        None
    }

    /// A text that has to be there, as it was typed.
    pub fn required_text(&mut self, field: &str) -> Option<String> {
        if !self.has(field) {
            self.left.remove(field);
            self.fault(field, "required", "must be given");
            return None;
        }
        self.text(field)
    }

    /// A text, parsed; none where it was not given or is wrong.
    pub fn optional<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, Malformed>) -> Option<T> {
        let text = self.text(field)?;
        self.parsed(field, &text, parse)
    }

    /// What a field is to be otherwise (`PATCH`): none where it stays. It can't be taken away.
    pub fn replaced<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, Malformed>) -> Option<T> {
        if self.left.contains_key(field) { self.required(field, parse) } else { None }
    }

    /// What a field is to be otherwise (`PATCH`): none where it stays, none within where it is taken away.
    pub fn cleared<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, Malformed>) -> Option<Option<T>> {
        match self.left.get(field)? {
            Value::Null => {
                self.left.remove(field);
                Some(None)
            }
            _ => self.optional(field, parse).map(Some),
        }
    }

    /// What a yes or no is to be otherwise (`PATCH`): none where it stays.
    pub fn replaced_flag(&mut self, field: &str) -> Option<bool> {
        let value = self.left.remove(field)?;
        if value.is_boolean() {
            return value.as_bool();
        }
        self.wrong_type(field, "true or false");
        None
    }

    /// What a number is to be otherwise (`PATCH`), within its bounds: none where it stays.
    pub fn replaced_number(&mut self, field: &str, least: u32, most: u32) -> Option<u32> {
        let value = self.left.remove(field)?;
        match value.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number) if (least..=most).contains(&number) => return Some(number),
            _ if value.is_number() => {
                self.fault(field, "out_of_bounds", format!("must be a number from {least} to {most}"));
            }
            _ => self.wrong_type(field, "a number"),
        }
        None
    }

    /// What a number is to be otherwise (`PATCH`), within its bounds: none where it stays, none within where it is taken
    /// away.
    pub fn cleared_number(&mut self, field: &str, least: u32, most: u32) -> Option<Option<u32>> {
        if self.left.get(field)?.is_null() {
            self.left.remove(field);
            return Some(None);
        }
        self.replaced_number(field, least, most).map(Some)
    }

    /// A text that has to be there, parsed.
    pub fn required<T>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, Malformed>) -> Option<T> {
        let text = self.required_text(field)?;
        self.parsed(field, &text, parse)
    }

    fn parsed<T>(&mut self, field: &str, text: &str, parse: impl FnOnce(&str) -> Result<T, Malformed>) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(malformed) => {
                self.fault(field, malformed.code(), malformed.to_string());
                None
            }
        }
    }

    /// Refuses a field where it is given.
    pub fn refuse(&mut self, field: &str, code: &'static str, message: &str) {
        if self.has(field) {
            self.fault(field, code, message);
        }
        self.left.remove(field);
    }

    /// A yes or no; `default` where it was not given.
    pub fn flag(&mut self, field: &str, default: bool) -> bool {
        match self.value(field) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong_type(field, "true or false");
                default
            }
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, field: &str) -> Option<Vec<String>> {
        let Value::Array(values) = self.value(field)? else {
            self.wrong_type(field, "a list of texts");
            return None;
        };
        let texts: Option<Vec<String>> = values.into_iter().map(|value| value.as_str().map(str::to_owned)).collect();
        if texts.is_none() {
            self.wrong_type(field, "a list of texts");
        }
        texts
    }

    /// An object, its faults told as this one's.
    pub fn object<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let Value::Object(left) = self.value(field)? else {
            self.wrong_type(field, "an object");
            return None;
        };
        let mut inner = Self { left, prefix: format!("{}{field}.", self.prefix), faults: Vec::new() };
        let value = read(&mut inner);
        inner.leftovers();
        self.faults.append(&mut inner.faults);
        value
    }

    /// A list of objects; what one of them leaves out is taken from this object's own fields of the names in `shared`. Faults
    /// are told as `list.0.field`, those of what is shared as its own.
    pub fn list<T>(
        &mut self,
        field: &str,
        shared: &[&str],
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let common: Map<String, Value> =
            shared.iter().filter_map(|name| Some(((*name).to_owned(), self.value(name)?))).collect();
        let Value::Array(values) = self.value(field)? else {
            self.wrong_type(field, "a list of objects");
            return None;
        };
        let mut list = Some(Vec::new());
        for (at, value) in values.into_iter().enumerate() {
            let Value::Object(own) = value else {
                self.wrong_type(&format!("{field}.{at}"), "an object");
                list = None;
                continue;
            };
            let prefix = format!("{}{field}.{at}.", self.prefix);
            let is_own = |name: &str| own.contains_key(name);
            let mut left = common.clone();
            left.extend(own.clone());
            let mut inner = Self { left, prefix: prefix.clone(), faults: Vec::new() };
            let value = read(&mut inner);
            inner.leftovers();
            for mut fault in inner.faults {
                let told = fault.field.strip_prefix(&prefix).unwrap_or(&fault.field);
                let name = told.split('.').next().unwrap_or(told);
                if !is_own(name) && common.contains_key(name) {
                    fault.field = format!("{}{told}", self.prefix);
                }
                if !self.faults.contains(&fault) {
                    self.faults.push(fault);
                }
            }
            list = list.zip(value).map(|(mut list, value)| {
                list.push(value);
                list
            });
        }
        list
    }

    /// A text, or an object.
    pub fn text_or_object<T>(
        &mut self,
        field: &str,
        text: impl FnOnce(&str) -> Result<T, Malformed>,
        object: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        match self.left.get(field) {
            None | Some(Value::Null) => {
                self.left.remove(field);
                self.fault(field, "required", "must be given");
                None
            }
            Some(Value::Object(_)) => self.object(field, object),
            Some(_) => self.optional(field, text),
        }
    }

    fn leftovers(&mut self) {
        let names: Vec<String> = std::mem::take(&mut self.left).into_iter().map(|(name, _)| name).collect();
        for name in names {
            let shown: String = name.chars().take(64).filter(|c| !c.is_control()).collect();
            self.fault(&shown, "unknown_field", "is not a field of this call");
        }
    }

    /// Everything was right, and nothing is left over.
    ///
    /// # Errors
    /// `400` with every fault.
    pub fn finish(mut self) -> Result<(), Problem> {
        self.leftovers();
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }
}

/// What a field that was checked holds, once [`Fields::finish`] found no fault.
///
/// # Errors
/// `400`, which can't happen then.
pub fn given<T>(value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::invalid(Vec::new()))
}

/// A JSON object, and the bytes it came from.
#[derive(Debug)]
pub struct JsonBody {
    /// Its fields.
    pub fields: Fields,
    /// Its bytes.
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_be(request.headers(), "application/json")?;
        let bytes = read(request.into_body(), MOST_BYTES).await?;
        let parsed: Result<Unambiguous, _> = serde_json::from_slice(&bytes);
        match parsed {
            Ok(Unambiguous(Value::Object(left))) => Ok(Self { fields: Fields::new(left), bytes }),
            Ok(_) => Err(malformed("The body must be a JSON object.")),
            Err(error) if error.to_string().starts_with("a field stands twice") => {
                Err(malformed("A field stands twice in the body."))
            }
            Err(_) => Err(malformed("The body is not well-formed JSON.")),
        }
    }
}

/// The fields of a page's form.
#[derive(Debug)]
pub struct Form(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        form(request, MOST_BYTES).await.map(Self)
    }
}

/// The same, of up to [`MOST_WORDED`] bytes.
#[derive(Debug)]
pub struct LongForm(pub Fields);

impl<S: Send + Sync> FromRequest<S> for LongForm {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        form(request, MOST_WORDED).await.map(Self)
    }
}

async fn form(request: Request, most: usize) -> Result<Fields, Problem> {
    must_be(request.headers(), "application/x-www-form-urlencoded")?;
    let bytes = read(request.into_body(), most).await?;
    pairs(&bytes, "form").map(Fields::new)
}

/// What a form or a query holds.
fn pairs(bytes: &[u8], what: &str) -> Result<Map<String, Value>, Problem> {
    let mut left = Map::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        // What is no UTF-8 would be read as this one character, whatever it was.
        if name.contains('\u{FFFD}') || value.contains('\u{FFFD}') {
            return Err(malformed(&format!("The {what} is not UTF-8.")));
        }
        if left.insert(name.into_owned(), Value::String(value.into_owned())).is_some() {
            return Err(malformed(&format!("A field stands twice in the {what}.")));
        }
    }
    Ok(left)
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
}

/// One content type, this one, in UTF-8 (`security.md` IN-07).
fn must_be(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let fits = |value: &str| {
        let mut parts = value.split(';').map(str::trim);
        parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(wanted))
            && parts.all(|parameter| {
                parameter.split_once('=').is_some_and(|(name, value)| {
                    name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
                })
            })
    };
    match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
        (Some(value), None) if fits(value) => Ok(()),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("The body must be {wanted} in UTF-8."),
        )),
    }
}

async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("The body must have at most {most} bytes."))
    })
}
