//! Decompression by pushing: bytes in, bytes out.

use std::io::{self, Write};

use bzip2::write::BzDecoder;
use flate2::write::MultiGzDecoder;

pub(super) enum Decoder {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Bzip2(Box<BzDecoder<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Vec<u8>>>),
}

impl Decoder {
    /// Returns the decoder for a file's name, as Hadoop chooses its codec.
    pub(super) fn for_key(key: &str) -> io::Result<Self> {
        Ok(
            match key
                .rsplit('.')
                .next()
                .unwrap_or("")
                .to_ascii_lowercase()
                .as_str()
            {
                "gz" | "gzip" => Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
                "bz2" => Self::Bzip2(Box::new(BzDecoder::new(Vec::new()))),
                "zst" | "zstd" => {
                    Self::Zstd(Box::new(zstd::stream::write::Decoder::new(Vec::new())?))
                }
                "snappy" | "lz4" | "deflate" | "lzo" => {
                    return Err(io::Error::new(
                        io::ErrorKind::Unsupported,
                        "unsupported compression of text",
                    ));
                }
                _ => Self::Plain,
            },
        )
    }

    /// Takes a chunk and appends what it gives.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Plain => out.extend_from_slice(chunk),
            Self::Gzip(decoder) => {
                decoder.write_all(chunk)?;
                out.append(decoder.get_mut());
            }
            Self::Bzip2(decoder) => {
                let mut rest = chunk;
                while !rest.is_empty() {
                    let taken = decoder.write(rest)?;
                    out.append(decoder.get_mut());
                    if taken == 0 {
                        // One stream has ended, another follows.
                        decoder.finish()?;
                        **decoder = BzDecoder::new(Vec::new());
                    }
                    rest = &rest[taken..];
                }
            }
            Self::Zstd(decoder) => {
                decoder.write_all(chunk)?;
                out.append(decoder.get_mut());
            }
        }
        Ok(())
    }

    /// Ends the file and appends what was held back.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Plain => {}
            Self::Gzip(decoder) => {
                decoder.try_finish()?;
                out.append(decoder.get_mut());
            }
            Self::Bzip2(decoder) => {
                if decoder.total_in() > 0 {
                    decoder.try_finish()?;
                }
                out.append(decoder.get_mut());
            }
            Self::Zstd(decoder) => {
                decoder.flush()?;
                out.append(decoder.get_mut());
            }
        }
        Ok(())
    }
}
