//! Cross-site requests: a change made with a cookie comes from a page of this very origin (`api.md`, `security.md` XS-01, XS-02).

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Method};

/// Whether the request says that it comes from this origin. Where it says nothing, `silent` counts.
pub(super) fn is_same_origin(headers: &HeaderMap, silent: bool) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(ORIGIN) else { return silent };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

/// Whether a browser says that it comes from another site.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Whether the method may change something.
pub(super) fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn what_another_site_sends_is_not_of_this_origin() {
        for foreign in [
            headers(&[("sec-fetch-site", "cross-site"), ("host", "a.example")]),
            headers(&[("sec-fetch-site", "same-site"), ("host", "a.example"), ("origin", "https://a.example")]),
            headers(&[("sec-fetch-site", "none"), ("host", "a.example")]),
            headers(&[("origin", "null"), ("host", "a.example")]),
            headers(&[("origin", "https://a.example.evil"), ("host", "a.example")]),
        ] {
            assert!(!is_same_origin(&foreign, true), "{foreign:?}");
        }
        assert!(is_same_origin(&headers(&[("sec-fetch-site", "same-origin")]), false));
        assert!(is_same_origin(&headers(&[("origin", "https://a.example"), ("host", "a.example")]), false));
    }
}
