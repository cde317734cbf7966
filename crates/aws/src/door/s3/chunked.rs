//! The `aws-chunked` framing, taken off as the bytes come.
//!
//! `hex-size[;chunk-signature=…]CRLF data CRLF` … `0[;chunk-signature=…]CRLF` `name:value CRLF` … `CRLF`

use std::collections::VecDeque;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use super::payload::PayloadError;
use crate::{door::TrailingChecksums, sigv4::ChunkSigner};

/// No size line or trailer is longer: the longest signature has 64 digits, the longest checksum 88.
const LINE_MAX_BYTES: usize = 4096;
const TRAILERS_MAX: usize = 32;

/// Takes the framing off.
pub(super) struct Decoder {
    state: State,
    /// The line that is being read.
    line: Vec<u8>,
    /// Bytes of data that must still come.
    remaining: u64,
    /// The trailers that were announced.
    announced: Vec<HeaderName>,
    trailers: HeaderMap,
    trailer_lines: String,
    checksums: TrailingChecksums,
    signing: Option<Signing>,
}

struct Signing {
    signer: ChunkSigner,
    hasher: Sha256,
    /// What the current chunk's size line gave.
    signature: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    Data {
        left: u64,
    },
    /// The CRLF after a chunk's data.
    AfterData,
    Trailers,
    Done,
}

impl Decoder {
    /// Returns a decoder of a body with `length` bytes of data. With a signer, every chunk is checked.
    pub(super) fn new(
        length: u64,
        announced: Vec<HeaderName>,
        checksums: TrailingChecksums,
        signer: Option<ChunkSigner>,
    ) -> Self {
        Self {
            state: State::Size,
            line: Vec::new(),
            remaining: length,
            announced,
            trailers: HeaderMap::new(),
            trailer_lines: String::new(),
            checksums,
            signing: signer.map(|signer| Signing {
                signer,
                hasher: Sha256::new(),
                signature: String::new(),
            }),
        }
    }

    /// Takes the next bytes; puts the data among them into `out`.
    pub(super) fn push(
        &mut self,
        mut input: Bytes,
        out: &mut VecDeque<Bytes>,
    ) -> Result<(), PayloadError> {
        while !input.is_empty() {
            match self.state {
                State::Data { left } => {
                    let taken = input
                        .split_to(usize::try_from(left).unwrap_or(usize::MAX).min(input.len()));
                    let left = left - taken.len() as u64;
                    if let Some(signing) = &mut self.signing {
                        signing.hasher.update(&taken);
                    }
                    out.push_back(taken);
                    self.state = if left == 0 {
                        State::AfterData
                    } else {
                        State::Data { left }
                    };
                }
                State::Done => return Err(PayloadError::Framing("there is data after its end")),
                _ => {
                    if let Some(line) = self.take_line(&mut input)? {
                        self.line_read(&line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Says that no more bytes come; fills the checksums' handle.
    pub(super) fn finish(&mut self) -> Result<(), PayloadError> {
        // A body may end at its last line, without the empty one that closes the trailers.
        if self.state == State::Trailers && self.line.is_empty() {
            self.trailers_end()?;
        }
        if self.state != State::Done {
            return Err(PayloadError::Incomplete);
        }
        Ok(())
    }

    /// Returns the next line without its CRLF, once it is there whole.
    fn take_line(&mut self, input: &mut Bytes) -> Result<Option<Vec<u8>>, PayloadError> {
        let end = input.iter().position(|&b| b == b'\n');
        let part = end.map_or(input.len(), |at| at + 1);
        if self.line.len() + part > LINE_MAX_BYTES {
            return Err(PayloadError::Framing("a line is too long"));
        }
        self.line.extend_from_slice(&input[..part]);
        input.advance(part);
        if end.is_none() {
            return Ok(None);
        }
        let mut line = std::mem::take(&mut self.line);
        line.pop();
        match line.pop() {
            Some(b'\r') => Ok(Some(line)),
            // boto's trailers and others end lines with CRLF; the documentation's own example of trailers has bare LF.
            Some(other) if self.state == State::Trailers => {
                line.push(other);
                Ok(Some(line))
            }
            None if self.state == State::Trailers => Ok(Some(line)),
            _ => Err(PayloadError::Framing("a line does not end with CRLF")),
        }
    }

    fn line_read(&mut self, line: &[u8]) -> Result<(), PayloadError> {
        match self.state {
            State::Size => self.size_line(line),
            State::AfterData if line.is_empty() => {
                self.chunk_end()?;
                self.state = State::Size;
                Ok(())
            }
            State::AfterData => Err(PayloadError::Framing("a chunk is longer than its size")),
            State::Trailers if line.is_empty() => self.trailers_end(),
            _ => self.trailer(line),
        }
    }

    fn size_line(&mut self, line: &[u8]) -> Result<(), PayloadError> {
        let text = std::str::from_utf8(line)
            .map_err(|_| PayloadError::Framing("a chunk's size is not text"))?;
        let (size, extension) = text.split_once(';').unwrap_or((text, ""));
        let is_hex =
            !size.is_empty() && size.len() <= 16 && size.bytes().all(|b| b.is_ascii_hexdigit());
        let size = u64::from_str_radix(size, 16).ok().filter(|_| is_hex);
        let size = size.ok_or(PayloadError::Framing("a chunk's size is not a number"))?;
        if let Some(signing) = &mut self.signing {
            let signature = extension
                .strip_prefix("chunk-signature=")
                .ok_or(PayloadError::Signature)?;
            signing.signature = signature.trim().to_owned();
        }
        if size > self.remaining {
            return Err(PayloadError::Length);
        }
        self.remaining -= size;
        if size > 0 {
            self.state = State::Data { left: size };
            return Ok(());
        }
        if self.remaining > 0 {
            return Err(PayloadError::Length);
        }
        self.chunk_end()?;
        self.state = State::Trailers;
        Ok(())
    }

    fn chunk_end(&mut self) -> Result<(), PayloadError> {
        let Some(signing) = &mut self.signing else {
            return Ok(());
        };
        let hash = hex::encode(signing.hasher.finalize_reset());
        if signing.signer.chunk(&hash, &signing.signature) {
            Ok(())
        } else {
            Err(PayloadError::Signature)
        }
    }

    fn trailer(&mut self, line: &[u8]) -> Result<(), PayloadError> {
        let text = std::str::from_utf8(line).map_err(|_| PayloadError::Trailer)?;
        let (name, value) = text.split_once(':').ok_or(PayloadError::Trailer)?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if self.trailers.len() >= TRAILERS_MAX {
            return Err(PayloadError::Trailer);
        }
        if name != "x-amz-trailer-signature" {
            self.trailer_lines.push_str(&format!("{name}:{value}\n"));
        }
        let name: HeaderName = name.parse().map_err(|_| PayloadError::Trailer)?;
        let value: HeaderValue = value.parse().map_err(|_| PayloadError::Trailer)?;
        self.trailers.append(name, value);
        Ok(())
    }

    fn trailers_end(&mut self) -> Result<(), PayloadError> {
        let signature = self.trailers.remove("x-amz-trailer-signature");
        if let Some(signing) = &mut self.signing
            && !self.announced.is_empty()
        {
            let signature = signature
                .as_ref()
                .and_then(|s| s.to_str().ok())
                .unwrap_or_default();
            if !signing.signer.trailer(&self.trailer_lines, signature) {
                return Err(PayloadError::Signature);
            }
        }
        if self
            .announced
            .iter()
            .any(|name| !self.trailers.contains_key(name))
        {
            return Err(PayloadError::Trailer);
        }
        self.checksums.set(std::mem::take(&mut self.trailers));
        self.state = State::Done;
        Ok(())
    }
}

#[cfg(test)]
#[path = "chunked_tests.rs"]
mod tests;
