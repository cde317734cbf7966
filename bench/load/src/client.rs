//! A client of Step Functions over one kept connection.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// Any signature will do on loopback; the account is the access key.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/states/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=00";
const ROLE: &str = "arn:aws:iam::000000000000:role/load";

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // A server that is killed cuts its connections; whoever waits for an answer is told so.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            host: address.to_string(),
        })
    }

    /// Sends a request body that is JSON already and returns the answer's.
    ///
    /// **Errors**: any status but 200, with what the server said.
    pub async fn send(&mut self, operation: &str, body: String) -> Result<Bytes> {
        let request = Request::post("/")
            .header("host", &self.host)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AWSStepFunctions.{operation}"))
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", AUTHORIZATION)
            .body(Full::new(Bytes::from(body)))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != 200 {
            bail!("{operation}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    pub async fn call(&mut self, operation: &str, input: &Value) -> Result<Value> {
        let answer = self.send(operation, input.to_string()).await?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Creates a Standard machine and returns its ARN.
    pub async fn machine(&mut self, name: &str, definition: &Value) -> Result<String> {
        let input = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE});
        let made = self.call("CreateStateMachine", &input).await?;
        let arn = made["stateMachineArn"].as_str();
        Ok(arn.context("no stateMachineArn")?.to_owned())
    }

    /// Starts an execution with a JSON text as input; the answer is not taken apart.
    pub async fn start(&mut self, machine: &str, name: &str, input: &str) -> Result<Bytes> {
        let input = Value::from(input);
        let body = format!(r#"{{"stateMachineArn":"{machine}","name":"{name}","input":{input}}}"#);
        self.send("StartExecution", body).await
    }

    /// Returns all executions of a machine with this status.
    pub async fn list(&mut self, machine: &str, status: &str) -> Result<Vec<Value>> {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let mut input =
                json!({"stateMachineArn": machine, "statusFilter": status, "maxResults": 1000});
            if token.is_string() {
                input["nextToken"] = token;
            }
            let mut page = self.call("ListExecutions", &input).await?;
            if let Some(executions) = page["executions"].as_array_mut() {
                found.append(executions);
            }
            token = page["nextToken"].take();
            if token.is_null() {
                return Ok(found);
            }
        }
    }

    /// Waits until no execution of the machine runs.
    pub async fn all_ended(&mut self, machine: &str) -> Result<()> {
        let input = json!({"stateMachineArn": machine, "statusFilter": "RUNNING", "maxResults": 1});
        loop {
            let page = self.call("ListExecutions", &input).await?;
            let running = page["executions"].as_array().map_or(0, Vec::len);
            // A page may be empty although more follow.
            if running == 0 && page["nextToken"].is_null() {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    /// Returns a page of the server's own, as text; nothing where there is no such page.
    pub async fn page(&mut self, path: &str) -> Result<Option<String>> {
        let request = Request::get(path)
            .header("host", &self.host)
            .body(Full::default())?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let found = response.status() == 200;
        let body = response.into_body().collect().await?.to_bytes();
        Ok(found.then(|| String::from_utf8_lossy(&body).into_owned()))
    }
}

/// A machine of so many Pass states.
pub fn chain(states: usize) -> Value {
    let mut all = serde_json::Map::new();
    for n in 1..=states {
        let state = if n == states {
            json!({"Type": "Pass", "End": true})
        } else {
            json!({"Type": "Pass", "Next": format!("S{}", n + 1)})
        };
        all.insert(format!("S{n}"), state);
    }
    json!({"StartAt": "S1", "States": all})
}
