//! Addresses behind the `#`: parsing is total, and what it cannot read leads to a page that says so.

use std::fmt::Write;

/// Where the person is.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// The dashboard.
    Dashboard,
    /// The list of calculators.
    Calculators,
    /// One calculator with its inputs as written in the address.
    Calculator(String, Vec<(String, String)>),
    /// The survey builder, with the survey as written in the address.
    Survey(Vec<(String, String)>),
    /// The glossary.
    Glossary,
    /// A shared report: version and payload, undecoded.
    Report(String),
    /// An address that means nothing here.
    Unknown(String),
}

impl Route {
    /// Reads what stands behind `#`, with or without a leading slash.
    pub fn parse(hash: &str) -> Route {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match path.split_once('/').unwrap_or((path, "")) {
            ("", "") => Route::Dashboard,
            ("calc", "") => Route::Calculators,
            ("calc", name) => Route::Calculator(name.to_owned(), parse_query(query)),
            ("survey", "") => Route::Survey(parse_query(query)),
            ("glossary", "") => Route::Glossary,
            ("r", payload) => Route::Report(payload.to_owned()),
            _ => Route::Unknown(path.to_owned()),
        }
    }

    /// The address behind the `#`; [`Route::parse`] reads it back.
    pub fn format(&self) -> String {
        match self {
            Route::Dashboard => "/".to_owned(),
            Route::Calculators => "/calc".to_owned(),
            Route::Calculator(name, inputs) => ["/calc/", name, &format_query(inputs)].concat(),
            Route::Survey(inputs) => ["/survey", &format_query(inputs)].concat(),
            Route::Glossary => "/glossary".to_owned(),
            Route::Report(payload) => ["/r/", payload].concat(),
            Route::Unknown(path) => ["/", path].concat(),
        }
    }

    /// The address as a link's `href`.
    pub fn href(&self) -> String {
        ["#", &self.format()].concat()
    }
}

fn parse_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Names and values as the query of an address, with its question mark.
pub fn format_query(inputs: &[(String, String)]) -> String {
    let mut query = String::new();
    for (place, (name, value)) in inputs.iter().enumerate() {
        query.push(if place == 0 { '?' } else { '&' });
        query.push_str(&encode(name));
        query.push('=');
        query.push_str(&encode(value));
    }
    query
}

/// Percent-encodes everything but unreserved characters (RFC 3986).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Reads percent-encoding; what is not valid stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(if *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_lead_where_they_should() {
        let calculator = |name: &str, inputs: &[(&str, &str)]| {
            let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Route::Calculator(name.to_owned(), inputs)
        };
        for (hash, route) in [
            ("", Route::Dashboard),
            ("#", Route::Dashboard),
            ("#/", Route::Dashboard),
            ("#/calc", Route::Calculators),
            ("#/calc/nrr?start=1000&churn=100", calculator("nrr", &[("start", "1000"), ("churn", "100")])),
            ("#calc/nrr", calculator("nrr", &[])),
            ("#/calc/nrr?start=1%2C5&=&x", calculator("nrr", &[("start", "1,5"), ("", ""), ("x", "")])),
            ("#/survey?kind=ces", Route::Survey(vec![("kind".to_owned(), "ces".to_owned())])),
            ("#/glossary", Route::Glossary),
            ("#/r/1abc", Route::Report("1abc".to_owned())),
            ("#/nowhere", Route::Unknown("nowhere".to_owned())),
            ("#/%zz", Route::Unknown("%zz".to_owned())),
        ] {
            assert_eq!(Route::parse(hash), route, "{hash}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_fails_and_formats_read_back(hash in ".{0,60}") {
            let route = Route::parse(&hash);
            prop_assert_eq!(Route::parse(&route.format()), route);
        }

        #[test]
        fn inputs_read_back(name in "[a-z]{1,8}", inputs in prop::collection::vec((".{0,8}", ".{0,8}"), 0..4)) {
            let route = Route::Calculator(name, inputs);
            prop_assert_eq!(Route::parse(&route.href()), route);
        }
    }
}
