//! Whether a request comes from a page of this very server, or from no page at all.
//!
//! The door lets in what its Host rule allows, which is everything where requests must be signed. A cookie proves less
//! than a signature: a browser sends it for pages of other ports of the host too.

use http::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
};

/// Returns whether no other site's, host's or port's page has sent this.
pub(crate) fn is_same_origin(headers: &HeaderMap, uri: &Uri) -> bool {
    let fetched = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    if !matches!(fetched, None | Some(b"same-origin" | b"none")) {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let given = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(host) = given.or(uri.authority().map(|a| a.as_str())) else {
        return false;
    };
    let authority = origin.to_str().ok().and_then(|origin| {
        let after = |scheme| origin.strip_prefix(scheme);
        after("http://")
            .map(|a| without(a, ":80"))
            .or_else(|| after("https://").map(|a| without(a, ":443")))
    });
    authority.is_some_and(|authority| {
        let host = without(without(host, ":80"), ":443");
        authority.eq_ignore_ascii_case(host)
    })
}

fn without<'a>(authority: &'a str, port: &str) -> &'a str {
    authority.strip_suffix(port).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(lines: &[(&'static str, &'static str)]) -> bool {
        let headers = lines
            .iter()
            .map(|(n, v)| {
                (
                    http::HeaderName::from_static(n),
                    http::HeaderValue::from_static(v),
                )
            })
            .collect();
        is_same_origin(&headers, &Uri::from_static("/_taxiway/session"))
    }

    #[test]
    fn pages_of_ours_and_programs() {
        assert!(judged(&[("host", "a.example:8443")]));
        assert!(judged(&[
            ("host", "a.example:8443"),
            ("origin", "https://A.example:8443")
        ]));
        assert!(judged(&[
            ("host", "a.example"),
            ("origin", "https://a.example")
        ]));
        assert!(judged(&[
            ("host", "a.example:443"),
            ("origin", "https://a.example")
        ]));
        assert!(judged(&[
            ("host", "a.example"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(judged(&[("host", "a.example"), ("sec-fetch-site", "none")]));
    }

    #[test]
    fn pages_of_others() {
        for origin in [
            "http://evil.example",
            "http://a.example:3000",
            "http://a.example:45660",
            "null",
            "",
            "file://",
            "http://evil.example/a.example:4566",
        ] {
            assert!(
                !judged(&[("host", "a.example:4566"), ("origin", origin)]),
                "{origin}"
            );
        }
        for site in ["cross-site", "same-site", "anything"] {
            assert!(
                !judged(&[("host", "a.example"), ("sec-fetch-site", site)]),
                "{site}"
            );
        }
    }
}
