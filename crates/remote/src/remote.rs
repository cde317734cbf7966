//! Calls to services elsewhere.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws::{
    ApiError, Call, Invoke, client,
    sigv4::{self, Keys, Scope},
    table,
};
use futures::{FutureExt, future::BoxFuture};
use http::Uri;
use serde_json::Value;

use crate::{Endpoint, SERVICES, http_client::HttpClient};

/// How long a service may take to answer: longer than SQS's longest poll.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// A function may run for 15 minutes.
const INVOKE_WITHIN: Duration = Duration::from_secs(15 * 60 + 30);

/// Tells the time: epoch milliseconds.
type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A door in front of the door: Calls of services that answer elsewhere go out, all others on.
#[derive(Clone)]
pub struct Remote {
    door: Arc<dyn Invoke>,
    endpoints: Arc<HashMap<&'static str, String>>,
    keys: Option<Keys>,
    client: HttpClient,
    now: Now,
}

impl Remote {
    /// Puts the endpoints in front of a door; the last one of a service counts. Without keys, requests are signed
    /// with the account as the key, which the emulators that take any signature tell accounts by.
    pub fn new(
        door: Arc<dyn Invoke>,
        endpoints: &[Endpoint],
        keys: Option<Keys>,
        now: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        let endpoints = endpoints.iter().map(|e| (e.service, e.base.clone()));
        Self {
            door,
            endpoints: Arc::new(endpoints.collect()),
            keys,
            client: HttpClient::new(),
            now: Arc::new(now),
        }
    }

    async fn send(self, base: String, call: Call) -> Result<Value, ApiError> {
        let unknown = || {
            let what = format!(
                "Taxiway knows no operation {}:{}.",
                call.service, call.operation
            );
            ApiError::new("NotImplemented", what).with_status(501)
        };
        let table = table::table(&call.service).ok_or_else(unknown)?;
        let operation = table.operation(&call.operation).filter(|o| o.full);
        let operation = operation.ok_or_else(unknown)?;
        let mut request = client::request(table, operation, call.input)?;
        let uri = format!("{base}{}", request.uri());
        *request.uri_mut() = uri.parse::<Uri>().map_err(ApiError::internal)?;
        let keys = self.keys.clone().unwrap_or_else(|| Keys {
            access_key_id: call.principal.account.to_string(),
            secret_access_key: "taxiway".to_owned(),
            session_token: None,
        });
        let scope = Scope {
            region: &call.principal.region,
            service: &call.service,
            now_ms: (self.now)(),
        };
        sigv4::sign(&mut request, &keys, scope).map_err(ApiError::internal)?;
        let within = match &*call.operation {
            "Invoke" => INVOKE_WITHIN,
            _ => ANSWER_WITHIN,
        };
        let (parts, body) = self
            .client
            .send(request, within)
            .await
            .map_err(|why| unreachable(&base, &why))?;
        client::outcome(table, operation, &parts, &body).map_err(told)
    }
}

/// No answer: what AWS's SDKs call a client exception.
fn unreachable(base: &str, why: &str) -> ApiError {
    let message = format!("Unable to execute HTTP request: {why} ({base})");
    ApiError::new("SdkClientException", message).with_status(503)
}

/// The door's own `ServiceUnavailable` says that nothing was asked for; a service's must not be taken for it.
fn told(mut error: ApiError) -> ApiError {
    if error.code == "ServiceUnavailable" {
        error.code = "ServiceUnavailableException".to_owned();
    }
    error
}

fn not_configured(service: &str, operation: &str) -> ApiError {
    let message = format!(
        "{service}:{operation} has no endpoint: Taxiway has no {service} of its own. Start the server with --endpoint \
         {service}=http://HOST:PORT, or set {}, to name one that answers.",
        Endpoint::variable(service)
    );
    ApiError::new("EndpointNotConfigured", message).with_status(501)
}

impl Invoke for Remote {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        if !SERVICES.contains(&&*call.service) {
            return self.door.call(call);
        }
        match self.endpoints.get(&*call.service).cloned() {
            Some(base) => self.clone().send(base, call).boxed(),
            None => {
                let error = not_configured(&call.service, &call.operation);
                async move { Err(error) }.boxed()
            }
        }
    }

    fn forward(
        &self,
        service: &str,
        request: http::Request<aws::Body>,
        context: aws::Context,
    ) -> BoxFuture<'static, Result<http::Response<aws::Body>, ApiError>> {
        self.door.forward(service, request, context)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpListener,
        sync::mpsc,
    };

    use aws::{DoorHandle, Principal};
    use serde_json::json;

    use super::*;

    /// Answers one request after the other and tells what was asked.
    fn answering(answers: Vec<&'static str>) -> (String, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                tell.send(head + &String::from_utf8(body).unwrap()).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        (base, told)
    }

    fn call(service: &str, operation: &str, input: Value) -> Call {
        Call {
            service: service.into(),
            operation: operation.into(),
            input,
            principal: Principal::root("123456789012", "eu-west-1"),
            request_id: "r".into(),
        }
    }

    fn remote(endpoints: &[Endpoint]) -> Remote {
        Remote::new(Arc::new(DoorHandle::new()), endpoints, None, || 0)
    }

    #[tokio::test]
    async fn a_call_goes_out_signed_and_its_answer_comes_back() {
        let (base, asked) = answering(vec![
            "HTTP/1.1 200 OK\r\ncontent-length: 17\r\nconnection: close\r\n\r\n{\"MessageId\":\"m\"}",
            "HTTP/1.1 503 X\r\ncontent-length: 31\r\nconnection: close\r\n\r\n{\"__type\":\"ServiceUnavailable\"}\n",
        ]);
        let remote = remote(&[Endpoint::new("sqs", &base).unwrap()]);
        let send = || {
            call(
                "sqs",
                "SendMessage",
                json!({"QueueUrl": "q", "MessageBody": "b"}),
            )
        };
        let sent = remote.call(send()).await.unwrap();
        assert_eq!(sent, json!({"MessageId": "m"}));
        let request = asked.recv().unwrap();
        for part in [
            "POST / HTTP/1.1",
            "AmazonSQS.SendMessage",
            "AWS4-HMAC-SHA256 Credential=123456789012/19700101/eu-west-1/sqs/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=",
            r#"{"QueueUrl":"q","MessageBody":"b"}"#,
        ] {
            assert!(request.contains(part), "{part}\n{request}");
        }
        let failed = remote.call(send()).await.unwrap_err();
        assert_eq!(
            (failed.code.as_str(), failed.status),
            ("ServiceUnavailableException", 503)
        );
    }

    #[tokio::test]
    async fn without_an_endpoint_the_error_says_what_to_do() {
        let remote = remote(&[]);
        let refused = remote
            .call(call("lambda", "Invoke", json!({})))
            .await
            .unwrap_err();
        assert_eq!(refused.code, "EndpointNotConfigured");
        for word in ["--endpoint lambda=", "AWS_ENDPOINT_URL_LAMBDA"] {
            assert!(refused.message.contains(word), "{}", refused.message);
        }
        let door = remote
            .call(call("states", "ListActivities", json!({})))
            .await
            .unwrap_err();
        assert_eq!(
            door.code, "ServiceUnavailable",
            "an unbound door answers so"
        );
    }

    #[tokio::test]
    async fn nobody_there_is_a_client_exception() {
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let remote = remote(&[Endpoint::new("lambda", &format!("http://{closed}")).unwrap()]);
        let input = json!({"FunctionName": "f", "Payload": "e30="});
        let lost = remote
            .call(call("lambda", "Invoke", input))
            .await
            .unwrap_err();
        assert_eq!(lost.code, "SdkClientException");
        let unknown = remote
            .call(call("lambda", "Nonsense", json!({})))
            .await
            .unwrap_err();
        assert_eq!(unknown.code, "NotImplemented");
    }
}
