//! The demo's client: the AWS APIs, by Calls through the door and, for objects, over HTTP as a user's.

use std::{path::Path, sync::Arc};

use anyhow::{Context, anyhow, bail};
use aws::{Call, Invoke, Principal, door::Door};
use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper_util::{client::legacy, rt::TokioExecutor};
use serde_json::Value;
use tokio::{fs::File, io::AsyncReadExt};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;

/// How much of a file is read at once.
const CHUNK_BYTES: usize = 1 << 18;

pub(crate) struct Client {
    door: Arc<Door>,
    endpoint: String,
    http: legacy::Client<legacy::connect::HttpConnector, Body>,
}

impl Client {
    pub(crate) fn new(door: Arc<Door>, endpoint: String) -> Self {
        Self {
            door,
            endpoint,
            http: legacy::Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Calls an operation; the error names it.
    pub(crate) async fn call(
        &self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> anyhow::Result<Value> {
        let call = Call {
            service: service.into(),
            operation: operation.into(),
            input,
            principal: Principal::root("000000000000", "us-east-1"),
            request_id: "demo".into(),
        };
        self.door
            .call(call)
            .await
            .map_err(|e| anyhow!("{service} {operation}: {e}"))
    }

    /// Makes a bucket.
    pub(crate) async fn make_bucket(&self, bucket: &str) -> anyhow::Result<()> {
        self.put(&format!("/{bucket}"), 0, empty()).await
    }

    /// Uploads bytes.
    pub(crate) async fn upload(
        &self,
        bucket: &str,
        key: &str,
        bytes: &'static [u8],
    ) -> anyhow::Result<()> {
        let body =
            http_body_util::Full::new(Bytes::from_static(bytes)).map_err(|never| match never {});
        self.put(
            &format!("/{bucket}/{key}"),
            bytes.len() as u64,
            body.boxed_unsync(),
        )
        .await
    }

    /// Uploads a file as a stream; `progress` hears how many bytes have been read.
    pub(crate) async fn upload_file(
        &self,
        bucket: &str,
        key: &str,
        path: &Path,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> anyhow::Result<u64> {
        let file = File::open(path)
            .await
            .with_context(|| format!("cannot read {}", path.display()))?;
        let length = file.metadata().await?.len();
        let chunks = futures_chunks(file, progress);
        self.put(
            &format!("/{bucket}/{key}"),
            length,
            StreamBody::new(chunks).boxed_unsync(),
        )
        .await?;
        Ok(length)
    }

    async fn put(&self, path: &str, length: u64, body: Body) -> anyhow::Result<()> {
        let request = http::Request::put(format!("{}{path}", self.endpoint))
            .header("host", self.endpoint.trim_start_matches("http://"))
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
            // a signature's form is what says that this is for S3; on loopback any will do
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=demo/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=demo",
            )
            .header("content-length", length)
            .body(body)?;
        let response = self
            .http
            .request(request)
            .await
            .with_context(|| format!("PUT {path}"))?;
        let status = response.status();
        let answer = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("PUT {path}: {status}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(())
    }
}

fn empty() -> Body {
    http_body_util::Empty::new()
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn futures_chunks(
    file: File,
    progress: impl FnMut(u64) + Send + 'static,
) -> impl futures::Stream<Item = Result<Frame<Bytes>, BoxError>> + Send {
    futures::stream::try_unfold(
        (file, 0_u64, progress),
        |(mut file, done, mut progress)| async move {
            let mut chunk = vec![0; CHUNK_BYTES];
            let read = file.read(&mut chunk).await?;
            if read == 0 {
                return Ok(None);
            }
            chunk.truncate(read);
            let done = done + read as u64;
            progress(done);
            Ok(Some((
                Frame::data(Bytes::from(chunk)),
                (file, done, progress),
            )))
        },
    )
}
