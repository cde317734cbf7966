//! Where a service answers.

use std::str::FromStr;

use http::{Uri, uri::Scheme};

/// The services that may answer elsewhere, by their signing names.
pub const SERVICES: [&str; 4] = ["lambda", "sqs", "sns", "dynamodb"];

/// A service and the base of its URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub service: &'static str,
    /// Without a slash at the end.
    pub base: String,
}

/// An endpoint that cannot be used, in words for the person who gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("{0:?} is not SERVICE=URL, for example lambda=http://127.0.0.1:9001")]
    Form(String),
    #[error("{service:?} is not one of the services that may answer elsewhere: {}", SERVICES.join(", "))]
    Service { service: String },
    #[error(
        "{url:?} is not an http or https URL without a query, for example http://127.0.0.1:9001"
    )]
    Url { url: String },
}

impl Endpoint {
    /// Checks an endpoint.
    pub fn new(service: &str, url: &str) -> Result<Self, EndpointError> {
        let known = SERVICES.into_iter().find(|known| *known == service);
        let service = known.ok_or_else(|| EndpointError::Service {
            service: service.to_owned(),
        })?;
        let wrong = || EndpointError::Url {
            url: url.to_owned(),
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let web = [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&uri.scheme());
        let named = uri.host().is_some_and(|host| !host.is_empty());
        let user = uri.authority().is_some_and(|a| a.as_str().contains('@'));
        if !web || !named || user || uri.query().is_some() {
            return Err(wrong());
        }
        Ok(Self {
            service,
            base: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the environment variable that names a service's endpoint, as AWS's SDKs have it.
    pub fn variable(service: &str) -> String {
        format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase())
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (service, url) = text
            .split_once('=')
            .ok_or_else(|| EndpointError::Form(text.to_owned()))?;
        Self::new(service, url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_service_and_a_url() {
        let endpoint: Endpoint = "lambda=http://127.0.0.1:9001/base/".parse().unwrap();
        assert_eq!(
            (endpoint.service, endpoint.base.as_str()),
            ("lambda", "http://127.0.0.1:9001/base")
        );
        assert_eq!(Endpoint::variable("lambda"), "AWS_ENDPOINT_URL_LAMBDA");
        for (wrong, word) in [
            ("lambda", "SERVICE=URL"),
            ("s3=http://127.0.0.1", "dynamodb"),
            ("sqs=127.0.0.1:1", "http or https"),
            ("sqs=ftp://host/", "http or https"),
            ("sqs=http://host/?a", "http or https"),
            ("sqs=http://me:secret@host/", "http or https"),
        ] {
            let refused = wrong.parse::<Endpoint>().unwrap_err().to_string();
            assert!(refused.contains(word), "{wrong}: {refused}");
        }
    }
}
