//! A visitor: acts over HTTP, signed in or not.

use http::StatusCode;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body, as text.
    pub text: String,
    /// The body, as JSON; null where it is none.
    pub json: Value,
}

impl Answer {
    /// Reads an answer.
    pub async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.expect("a body of text");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, json }
    }

    /// The answer, which must have this status.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The answer, which must be a problem of this status and code.
    #[track_caller]
    #[must_use]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.json["code"], code, "{}", answer.text);
        answer
    }

    /// A text of the JSON, by a pointer (RFC 6901).
    #[track_caller]
    pub fn at(&self, pointer: &str) -> String {
        let value = self.json.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {}", self.text));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// A cookie that it sets, with all that is said of it; none where it sets no such cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        set.filter(|cookie| cookie.split('=').next() == Some(name)).map(str::to_owned).next()
    }

    /// A cookie that it sets, as a browser sends it back: `name=value`.
    #[track_caller]
    pub fn kept(&self, name: &str) -> String {
        let cookie = self.cookie(name).unwrap_or_else(|| panic!("no cookie {name} in {:?}", self.headers));
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// A header's text; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }
}

/// A request with a form in parts, as a browser sends one that holds a file (RFC 7578): these fields, and this file's bytes in
/// the field of this name.
pub fn in_parts(request: RequestBuilder, fields: &[(&str, &str)], (name, file): (&str, &[u8])) -> RequestBuilder {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--parts\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = format!("--parts\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a file\"\r\n");
    body.extend(format!("{head}Content-Type: application/octet-stream\r\n\r\n").into_bytes());
    body.extend(file);
    body.extend(b"\r\n--parts--\r\n");
    request.header("content-type", "multipart/form-data; boundary=parts").body(body)
}

/// Somebody who acts.
#[derive(Debug, Clone)]
pub struct Visitor {
    base: String,
    token: Option<String>,
    client: reqwest::Client,
}

impl Visitor {
    /// Somebody who is not signed in.
    pub fn new(base: &str) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { base: base.to_owned(), token: None, client }
    }

    /// The same, holding this session token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Somebody else there, who is not signed in.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The session token held.
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("signed in")
    }

    /// A request, for what the shorter calls do not do.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// `POST` without a body.
    pub async fn act(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::POST, path)).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// `PUT` with JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    /// `PATCH` with JSON, of this version.
    pub async fn patch(&self, path: &str, version: u64, body: &Value) -> Answer {
        let request = self.request(Method::PATCH, path).header("if-match", format!("\"{version}\""));
        Answer::of(request.json(body)).await
    }

    /// Posts a page's form from that page, as a browser with these cookies.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)], cookies: &str) -> Answer {
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin").form(fields);
        Answer::of(if cookies.is_empty() { request } else { request.header("cookie", cookies) }).await
    }

    /// Puts an image, where what it belongs to is of this version.
    pub async fn put_image(&self, path: &str, version: &str, kind: &str, image: Vec<u8>) -> Answer {
        let request = self.request(Method::PUT, path).header("if-match", version).header("content-type", kind);
        Answer::of(request.body(image)).await
    }

    /// Opens a page, as a browser with these cookies.
    pub async fn browse(&self, path: &str, cookies: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).header("cookie", cookies)).await
    }

    /// Signs in by JSON.
    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.post("/v1/sessions", &json!({ "login": login, "password": password })).await
    }

    /// Signs in and gives the one who is signed in.
    pub async fn signed_in(&self, login: &str, password: &str) -> Self {
        let answer = self.sign_in(login, password).await.expect(201);
        self.with_token(&answer.at("/token"))
    }

    /// Sets a password with a link's token.
    pub async fn redeem(&self, token: &str, password: &str) -> Answer {
        let body = json!({ "token": token, "password": password, "confirm_password": password });
        self.post("/v1/links/redeem", &body).await
    }
}
