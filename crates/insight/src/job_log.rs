//! `/_taxiway/stream/joblog`: what a job run's driver prints, as it prints it; after its end from the job's folder, or
//! from S3 where the folder is gone.

use std::{
    collections::VecDeque,
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use aws::{ApiError, Body, Context, uri};
use flate2::write::GzDecoder;
use futures::{StreamExt, stream::BoxStream};
use http::{Request, Response};
use serde_json::json;

use crate::{
    Insight,
    services::DriverLog,
    web::{self, Ask, Message},
};

/// How often a file that does not grow is looked at; only while somebody reads along.
const LOOK: Duration = Duration::from_millis(250);
/// How much one message holds.
const CHUNK_BYTES: usize = 64 * 1024;

/// Somebody who reads along.
struct Reader {
    insight: Arc<Insight>,
    context: Context,
    cluster: String,
    id: String,
    output: String,
    log: DriverLog,
    offset: u64,
    packed: Option<Packed>,
    done: bool,
}

/// What was delivered to S3, on its way.
struct Packed {
    body: BoxStream<'static, Result<bytes::Bytes, aws::door::BodyError>>,
    unpacked: GzDecoder<Vec<u8>>,
    /// Bytes that come before the offset that was asked for.
    skip: u64,
    ready: VecDeque<u8>,
}

/// Answers `GET /_taxiway/stream/joblog?virtualClusterId=…&id=…&file=stdout|stderr&offset=N`.
pub(crate) async fn answer(insight: &Arc<Insight>, ask: Ask) -> Result<Response<Body>, ApiError> {
    let cluster = ask.needed("virtualClusterId")?.to_owned();
    let id = ask.needed("id")?.to_owned();
    let output = ask.given("file").unwrap_or("stdout").to_owned();
    let input = json!({"virtualClusterId": cluster, "id": id});
    ask.call(&*insight.door, "emr-containers", "DescribeJobRun", input)
        .await?;
    let log = insight
        .services
        .driver_log(ask.context.clone(), &cluster, &id, &output)
        .await?;
    // "2.4096": the attempt, and where in its output.
    let last = ask.parts.headers.get("last-event-id");
    let last = last.and_then(|last| last.to_str().ok()?.split_once('.'));
    let last = last
        .and_then(|(attempt, offset)| Some((attempt.parse::<i64>().ok()?, offset.parse().ok()?)));
    let offset = match last {
        Some((attempt, offset)) if attempt == log.attempt => offset,
        Some(_) => 0,
        None => ask.number("offset", 0, u64::MAX / 2)?,
    };
    let reader = Reader {
        insight: Arc::clone(insight),
        context: ask.context,
        cluster,
        id,
        output,
        log,
        offset,
        packed: None,
        done: false,
    };
    let messages = futures::stream::unfold(reader, |mut reader| async move {
        if reader.done {
            return None;
        }
        match reader.next().await {
            Ok(message) => Some((vec![message], reader)),
            Err(error) => {
                tracing::warn!(%error, "a stream of a job run's output ended");
                None
            }
        }
    });
    insight.streams.answer(messages.boxed())
}

/// Answers `POST /_taxiway/spark-ui/{virtualClusterId}/{id}`: a job run in the Spark History Server, which is started when
/// it is first wanted.
pub(crate) async fn spark_ui(
    insight: &Insight,
    ask: Ask,
    cluster: &str,
    id: &str,
) -> Result<Response<Body>, ApiError> {
    let input = json!({"virtualClusterId": cluster, "id": id});
    ask.call(&*insight.door, "emr-containers", "DescribeJobRun", input)
        .await?;
    let url = insight.services.spark_ui(ask.context, cluster, id).await?;
    web::json(&json!({"url": url}))
}

impl Reader {
    /// Waits for what comes next.
    async fn next(&mut self) -> Result<Message, ApiError> {
        loop {
            if self.packed.is_some() {
                return self.unpack().await;
            }
            let (text, there) = self.read().await?;
            if !text.is_empty() {
                return Ok(self.said(&text));
            }
            if self.log.ended {
                match self.log.delivered.clone().filter(|_| !there) {
                    Some(delivered) if self.fetch(&delivered).await => continue,
                    _ => return Ok(self.end()),
                }
            }
            // What the job run is now comes after its output has been read up to here: once it has ended, one more look
            // finds all there is.
            let log = self.insight.services.driver_log(
                self.context.clone(),
                &self.cluster,
                &self.id,
                &self.output,
            );
            let log = log.await?;
            let (retried, ended) = (log.attempt != self.log.attempt, log.ended);
            self.log = log;
            if retried {
                self.offset = 0;
                return Ok(Message {
                    id: Some(self.place()),
                    event: Some("attempt"),
                    data: json!({"attempt": self.log.attempt}).to_string(),
                });
            }
            if !ended {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Reads what the file has more, up to a chunk; and whether there is a file.
    async fn read(&mut self) -> Result<(Vec<u8>, bool), ApiError> {
        let (file, offset, ended) = (self.log.file.clone(), self.offset, self.log.ended);
        let read = tokio::task::spawn_blocking(move || read(&file, offset, ended)).await;
        read.map_err(ApiError::internal)?
            .map_err(ApiError::internal)
    }

    /// Begins to read what was delivered to S3; whether there is anything.
    async fn fetch(&mut self, (bucket, key): &(String, String)) -> bool {
        let key: Vec<String> = key.split('/').map(uri::encode).collect();
        let address = format!("/{}/{}", uri::encode(bucket), key.join("/"));
        let Ok(request) = Request::get(address).body(Body::empty()) else {
            return false;
        };
        let door = &self.insight.door;
        let answered = door.forward("s3", request, self.context.clone()).await;
        let Ok(response) = answered else { return false };
        if !response.status().is_success() {
            return false;
        }
        self.packed = Some(Packed {
            body: response.into_body().into_stream().boxed(),
            unpacked: GzDecoder::new(Vec::new()),
            skip: self.offset,
            ready: VecDeque::new(),
        });
        true
    }

    async fn unpack(&mut self) -> Result<Message, ApiError> {
        let Some(packed) = &mut self.packed else {
            return Ok(self.end());
        };
        let mut over = false;
        while packed.ready.len() < CHUNK_BYTES && !over {
            match packed.body.next().await {
                Some(chunk) => {
                    let chunk = chunk.map_err(ApiError::internal)?;
                    packed
                        .unpacked
                        .write_all(&chunk)
                        .map_err(ApiError::internal)?;
                }
                None => {
                    packed.unpacked.try_finish().map_err(ApiError::internal)?;
                    over = true;
                }
            }
            let bytes = std::mem::take(packed.unpacked.get_mut());
            let skipped = usize::try_from(packed.skip)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            packed.skip -= skipped as u64;
            packed.ready.extend(&bytes[skipped..]);
        }
        let bytes = packed.ready.make_contiguous();
        let length = whole(&bytes[..bytes.len().min(CHUNK_BYTES)], over);
        let text: Vec<u8> = packed.ready.drain(..length).collect();
        if text.is_empty() {
            return Ok(self.end());
        }
        Ok(self.said(&text))
    }

    fn place(&self) -> String {
        format!("{}.{}", self.log.attempt, self.offset)
    }

    fn said(&mut self, text: &[u8]) -> Message {
        let data = json!({
            "offset": self.offset, "text": String::from_utf8_lossy(text), "attempt": self.log.attempt,
        });
        self.offset += text.len() as u64;
        Message {
            id: Some(self.place()),
            event: None,
            data: data.to_string(),
        }
    }

    fn end(&mut self) -> Message {
        self.done = true;
        Message {
            id: Some(self.place()),
            event: Some("end"),
            data: json!({"state": self.log.state, "offset": self.offset}).to_string(),
        }
    }
}

fn read(file: &PathBuf, offset: u64, ended: bool) -> io::Result<(Vec<u8>, bool)> {
    let mut file = match std::fs::File::open(file) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), false)),
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(CHUNK_BYTES as u64).read_to_end(&mut bytes)?;
    let over = ended && bytes.len() < CHUNK_BYTES;
    bytes.truncate(whole(&bytes, over));
    Ok((bytes, true))
}

/// Returns how many bytes end with a whole character. At the very end, or where this is no UTF-8, all of them.
fn whole(bytes: &[u8], over: bool) -> usize {
    let Err(error) = std::str::from_utf8(bytes) else {
        return bytes.len();
    };
    match error.error_len() {
        None if !over => {
            // Only a character that is still to be completed; what is before it counts.
            error.valid_up_to()
        }
        _ if over => bytes.len(),
        // Something else than UTF-8 further up: hold back at most what may be the beginning of a character.
        _ => (bytes.len().saturating_sub(3)..bytes.len())
            .find(|at| bytes[*at] >= 0xc0)
            .unwrap_or(bytes.len()),
    }
}

#[cfg(test)]
mod tests;
