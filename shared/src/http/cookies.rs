//! Cookies: the session's, the one behind a preview, and the device's (`security.md` SE-03, SE-04). The first of a name counts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::domain::id::{Id, UserKey};
use crate::domain::random;
use crate::keys::Keys;

/// How long a browser is known, in days: the most that browsers keep.
pub const DEVICE_DAYS: u32 = 400;
const DEVICE_SECONDS: u32 = DEVICE_DAYS * 24 * 3600;

fn session_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

fn behind_name(secure: bool) -> &'static str {
    if secure { "__Host-behind" } else { "behind" }
}

fn device_name(secure: bool) -> &'static str {
    if secure { "__Host-device" } else { "device" }
}

/// The value of a cookie.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The session cookie's value.
pub fn session(headers: &HeaderMap, secure: bool) -> Option<&str> {
    value(headers, session_name(secure))
}

/// Sets the session cookie; it goes with the browser's own session.
pub fn set_session(token: &str, secure: bool) -> HeaderValue {
    cookie(session_name(secure), token, None, secure)
}

/// Takes the session cookie away. It is emptied for a second, not struck out: Chromium shows a page again to the back
/// button, `no-store` or not, unless a cookie was set since, and one that is struck out at once does not count as that.
pub fn clear_session(secure: bool) -> HeaderValue {
    cookie(session_name(secure), "", Some(1), secure)
}

/// The session that a preview hides: of whoever looks on.
pub fn behind(headers: &HeaderMap, secure: bool) -> Option<&str> {
    value(headers, behind_name(secure)).filter(|token| !token.is_empty())
}

/// Keeps one's own session behind that of a preview, to go on with it afterwards.
pub fn set_behind(token: &str, secure: bool) -> HeaderValue {
    cookie(behind_name(secure), token, None, secure)
}

/// Takes away what was kept behind a preview.
pub fn clear_behind(secure: bool) -> HeaderValue {
    cookie(behind_name(secure), "", Some(0), secure)
}

fn cookie(name: &str, value: &str, max_age: Option<u32>, secure: bool) -> HeaderValue {
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The browser, where it has shown to be this user's: it redeemed a link of theirs or signed in as them before.
/// Its failures are counted apart (OWASP, device cookies; requirement P8).
pub fn device(headers: &HeaderMap, secure: bool, keys: &Keys) -> Option<(UserKey, [u8; 16])> {
    let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(value(headers, device_name(secure))?).ok()?.try_into().ok()?;
    let (signed, mac) = bytes.split_at(32);
    if !keys.device_mac_holds(signed, mac) {
        return None;
    }
    Some((Id::from_bytes(signed[..16].try_into().ok()?), signed[16..].try_into().ok()?))
}

/// Makes the browser known as this user's.
pub fn set_device(user: UserKey, secure: bool, keys: &Keys) -> HeaderValue {
    let signed = [user.to_bytes(), random()].concat();
    let value = URL_SAFE_NO_PAD.encode([signed.as_slice(), &keys.device_mac(&signed)].concat());
    cookie(device_name(secure), &value, Some(DEVICE_SECONDS), secure)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_device_is_known_by_the_cookie_it_was_given_and_by_no_other() {
        let (keys, user) = (Keys::generate(), UserKey::new(Timestamp::UNIX_EPOCH));
        let set = set_device(user, true, &keys).to_str().expect("text").to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, set.split(';').next().expect("a pair").parse().expect("a header"));
        assert_eq!(device(&headers, true, &keys).map(|(user, _)| user), Some(user));
        assert_eq!(device(&headers, true, &Keys::generate()), None);
        assert_eq!(device(&headers, false, &keys), None);
    }

    #[test]
    fn a_session_cookie_is_for_its_host_alone_and_for_no_script() {
        let set = set_session("token", true);
        assert_eq!(set.to_str().expect("text"), "__Host-session=token; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
