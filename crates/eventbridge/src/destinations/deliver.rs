//! One delivery to an API destination: one request.

use std::time::Duration;

use store::StoreError;

use super::{API_DESTINATIONS, ApiDestination, DestinationRef, HttpParameters};
use crate::{
    EventBridge,
    connections::{InvokeError, InvokeRequest, Outgoing, encode_part},
};

/// AWS's limit for an answer.
const WITHIN: Duration = Duration::from_secs(5);

/// What came of a request.
pub(crate) enum Delivered {
    Done(String),
    /// The rate is used up until then; nothing was sent.
    Later {
        due_ms: i64,
    },
    /// May do better later, but not before `after_ms` from now.
    Again {
        why: String,
        after_ms: i64,
    },
    Refused(String),
}

impl EventBridge {
    /// Sends a delivery's input to an API destination.
    pub(crate) async fn request_of(
        &self,
        arn: &str,
        delivery: &str,
        input: &str,
        parameters: &HttpParameters,
    ) -> Delivered {
        let destination = match self.destination_of(arn).await {
            Ok(Some(destination)) => destination,
            Ok(None) => return Delivered::Refused(format!("API destination {arn} does not exist")),
            Err(error) => return again(error.to_string()),
        };
        let now = self.clock.now_ms();
        let due_ms = self
            .rates
            .take(arn, destination.rate_per_second, delivery, now);
        if due_ms > now {
            return Delivered::Later { due_ms };
        }
        let outgoing = Outgoing {
            request: request(destination, input, parameters),
            within: WITHIN,
        };
        match self.send(outgoing).await {
            Ok(exchange) => {
                let answer = exchange.response;
                judge(answer.status, answer.header("retry-after"))
            }
            // What the endpoint says besides is not read anyway.
            Err(InvokeError::TooLarge { status, .. }) => judge(status, None),
            Err(error) if passes(&error) => again(error.to_string()),
            Err(error) => Delivered::Refused(error.to_string()),
        }
    }

    async fn destination_of(&self, arn: &str) -> Result<Option<ApiDestination>, StoreError> {
        let Some((at, id)) = DestinationRef::of_arn(arn) else {
            return Ok(None);
        };
        let found = self.store.get_json(API_DESTINATIONS, &at.key()).await?;
        Ok(found.filter(|found: &ApiDestination| found.id == id))
    }
}

fn again(why: String) -> Delivered {
    Delivered::Again { why, after_ms: 0 }
}

/// A connection that is not authorized may be so again before the event is too old.
fn passes(error: &InvokeError) -> bool {
    !matches!(
        error,
        InvokeError::NoConnection(_) | InvokeError::Request(_)
    )
}

/// AWS tries again on 401, 407, 409, 429 and 5xx; other statuses that are no success end the delivery.
fn judge(status: u16, retry_after: Option<&str>) -> Delivered {
    let why = format!("the endpoint answered with the status {status}");
    match status {
        200..300 => Delivered::Done(status.to_string()),
        401 | 407 | 409 | 429 | 500.. => {
            // In seconds; a date is not read.
            let after = retry_after.and_then(|s| s.trim().parse().ok());
            let after_ms = after.map_or(0, |s: u32| i64::from(s) * 1_000);
            Delivered::Again { why, after_ms }
        }
        _ => Delivered::Refused(why),
    }
}

fn request(destination: ApiDestination, input: &str, parameters: &HttpParameters) -> InvokeRequest {
    let has_body = !matches!(destination.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let pairs = |map: &std::collections::BTreeMap<String, String>| {
        map.iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Vec<_>>()
    };
    let mut headers = pairs(&parameters.header_parameters);
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("user-agent"));
    headers.push((
        "User-Agent".into(),
        "Amazon/EventBridge/ApiDestinations".into(),
    ));
    InvokeRequest {
        connection_arn: destination.connection_arn,
        endpoint: filled(&destination.endpoint, &parameters.path_parameter_values),
        method: destination.method,
        headers,
        query: pairs(&parameters.query_string_parameters),
        body: has_body.then(|| input.to_owned().into()),
    }
}

/// Puts the values in the places of the endpoint's `*`, in their order.
fn filled(endpoint: &str, values: &[String]) -> String {
    let mut values = values.iter();
    let mut out = String::with_capacity(endpoint.len());
    for part in endpoint.split_inclusive('*') {
        match (part.strip_suffix('*'), values.as_slice().first()) {
            (Some(before), Some(value)) => {
                values.next();
                out.push_str(before);
                out.push_str(&encode_part(value));
            }
            _ => out.push_str(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_parameters_fill_the_places_in_their_order() {
        let values = ["a/b".to_owned(), "c".to_owned()];
        assert_eq!(
            filled("https://x/*/y/*/z/*", &values),
            "https://x/a%2Fb/y/c/z/*"
        );
        assert_eq!(filled("https://x/y", &values), "https://x/y");
    }

    #[test]
    fn statuses_are_judged_as_aws_does() {
        for status in [200, 202, 204] {
            assert!(
                matches!(judge(status, None), Delivered::Done(_)),
                "{status}"
            );
        }
        for status in [301, 400, 403, 404, 408] {
            assert!(
                matches!(judge(status, None), Delivered::Refused(_)),
                "{status}"
            );
        }
        for status in [401, 407, 409, 429, 500, 503] {
            assert!(
                matches!(
                    judge(status, Some("7")),
                    Delivered::Again {
                        after_ms: 7_000,
                        ..
                    }
                ),
                "{status}"
            );
        }
    }
}
