//! What a person's browser asks when it is sent here: by a link on another site's page, or by our bare address.
//!
//! A link only opens a page: the console's files are the same for everybody, tell nothing of what is stored, and what
//! they go on to ask comes from a page of ours. So a navigation to them is let in from wherever it comes, and nothing
//! else is. The page of an embedded dashboard may be in a frame too: its own policy says whose.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};

use super::{Body, Refusal, address::address, builder::Inner};

impl Inner {
    /// Returns whether a page of another site may lead to what is at a path of ours, or show it in a frame.
    pub(super) fn may_link(&self, at: &str, request: &Request<Body>, refusal: &Refusal) -> bool {
        let console = self.console.as_deref().and_then(|c| c.strip_suffix('/'));
        let framed = self.framed.iter().any(|path| path == at);
        (framed && is_navigation(request, refusal, &["document", "iframe"]))
            || (console == Some(at) && is_link(request, refusal))
    }

    /// Returns the way to the console for a browser that asks for the server's bare address, where S3 has its list of
    /// buckets: S3's clients sign, or say what they want in their query, or in headers of AWS's.
    pub(super) fn front(
        &self,
        request: &Request<Body>,
        refusal: Option<&Refusal>,
    ) -> Option<Response<Body>> {
        let console = self.console.as_deref()?;
        let (uri, headers) = (request.uri(), request.headers());
        // Nearly every request ends here.
        if uri.path() != "/" || request.method() != Method::GET || uri.query().is_some() {
            return None;
        }
        if refusal.is_some_and(|refusal| !is_link(request, refusal)) {
            return None;
        }
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
        let host = host.or(uri.authority().map(|a| a.as_str()));
        let named = address(host.unwrap_or_default());
        let aws = headers.contains_key(header::AUTHORIZATION)
            || headers.keys().any(|name| {
                let name = name.as_str();
                name.starts_with("x-amz-") || name.starts_with("amz-sdk-")
            });
        if aws || named.service.is_some() || named.bucket.is_some() || !takes_html(headers) {
            return None;
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FOUND;
        let out = response.headers_mut();
        out.insert(header::LOCATION, HeaderValue::from_str(console).ok()?);
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        out.insert(header::VARY, HeaderValue::from_static("Accept"));
        Some(response)
    }
}

/// A link, not a frame, a script, a form or a fetch: browsers say so, and pages cannot have them say else.
fn is_link(request: &Request<Body>, refusal: &Refusal) -> bool {
    is_navigation(request, refusal, &["document"])
}

fn is_navigation(request: &Request<Body>, refusal: &Refusal, to: &[&str]) -> bool {
    let headers = request.headers();
    *refusal == Refusal::CrossSite
        && request.method() == Method::GET
        && is(headers, "sec-fetch-mode", "navigate")
        && to.iter().any(|dest| is(headers, "sec-fetch-dest", dest))
}

fn is(headers: &HeaderMap, name: &str, value: &str) -> bool {
    headers
        .get(name)
        .is_some_and(|given| given.as_bytes() == value.as_bytes())
}

fn takes_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    accepted.any(|value| {
        value.split(',').any(|range| {
            let kind = range.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("text/html")
        })
    })
}
