//! What a request tells of its reader before anybody is known: the site whose host is called, and the languages that the
//! browser asks for.

use http::header::{ACCEPT_LANGUAGE, HOST};
use http::uri::Authority;
use http::{HeaderMap, Uri};

use crate::domain::settings::{Settings, Site};
use crate::domain::wording::MailLanguage;

/// What a request tells of its reader.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    host: Option<String>,
    /// As `Accept-Language` has them.
    languages: String,
}

impl Asked {
    /// What this request tells.
    pub(super) fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let all = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|languages| languages.to_str().ok());
        Self {
            host: host.or_else(|| uri.authority().map(Authority::as_str)).map(str::to_owned),
            languages: all.collect::<Vec<_>>().join(","),
        }
    }

    /// The site whose host is called, where it is one's.
    pub(super) fn site<'a>(&self, settings: &'a Settings) -> Option<&'a Site> {
        settings.site_at(self.host.as_deref()?)
    }

    /// The language asked for most of those that there are; the site's own where none of them is.
    pub(super) fn language(&self, settings: &Settings) -> MailLanguage {
        let own = self.site(settings).or(settings.sites.first()).map(|site| site.language).unwrap_or_default();
        wanted(&self.languages, own)
    }
}

/// Of the languages that there are, the one of the highest quality, the first of several (RFC 9110, 12.5.4). Any language at
/// all is the site's own.
fn wanted(languages: &str, own: MailLanguage) -> MailLanguage {
    let mut best = (0.0, own);
    for entry in languages.split(',') {
        let mut parts = entry.split(';').map(str::trim);
        let range = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality = quality.map_or(Some(1.0), |quality| quality.parse::<f32>().ok());
        let code = range.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = if range == "*" { Some(own) } else { MailLanguage::parse(&code) };
        let quality = quality.filter(|quality| (0.0..=1.0).contains(quality));
        if let Some((quality, language)) = quality.zip(language).filter(|(quality, _)| *quality > best.0) {
            best = (quality, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_the_highest_quality_is_wanted_whatever_the_region() {
        use MailLanguage::{De, En, Es, Fr};
        for (languages, wants) in [
            ("de", De),
            ("de-AT,de;q=0.9,en;q=0.8", De),
            ("DE-de; q=0.5 , fr ;q=0.7", Fr),
            ("en;q=0.5, es", Es),
            ("fr, de", Fr),
            ("it, nl;q=0.9, en;q=0.1", En),
            ("de;q=0, fr;q=0.001", Fr),
            ("es-419", Es),
        ] {
            assert_eq!(wanted(languages, Es), wants, "{languages}");
        }
    }

    #[test]
    fn who_asks_for_none_that_there_is_gets_the_sites_own() {
        for languages in ["", "it", "*", "ja, *;q=0.5", "den", "de;q=0", "de;q=2", "de;q=x", "de;q=NaN", ";;,,=", "-de"]
        {
            assert_eq!(wanted(languages, MailLanguage::Fr), MailLanguage::Fr, "{languages}");
        }
    }
}
