//! Which addresses requests may go to.

use ureq::http::Uri;

/// Reads an endpoint. AWS takes https alone; here http is taken too where it stays on this computer
/// (`localhost`, 127.0.0.0/8, `[::1]`), so that a local server can stand for the endpoint.
pub(crate) fn check(endpoint: &str) -> Result<Uri, String> {
    let uri: Uri = endpoint
        .parse()
        .map_err(|_| "Provided endpoint is not a valid URL.".to_owned())?;
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else {
        return Err("Provided endpoint is not a valid URL.".to_owned());
    };
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_loopback(host) => Ok(uri),
        _ => Err(
            "Provided endpoint must be an HTTPS endpoint (HTTP is taken for loopback addresses alone)."
                .to_owned(),
        ),
    }
}

/// Tells whether a URI's host is this computer.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn http_stays_on_this_computer() {
        for good in [
            "https://example.com/a/*?b=c",
            "http://127.0.0.1:8080/x",
            "http://localhost/x",
            "http://[::1]:1/",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "ftp://localhost/",
            "example.com",
            "/path",
            "https://",
            "http://localhost@example.com/",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
