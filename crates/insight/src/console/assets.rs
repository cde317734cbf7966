//! The console's files.

use std::{borrow::Cow, io::Read};

/// One file of the console.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asset {
    /// Below `/_console/`.
    pub(crate) path: &'static str,
    pub(crate) bytes: &'static [u8],
    /// `bytes` are brotli.
    pub(crate) packed: bool,
    /// Of the content, in quotes as ETags are.
    pub(crate) tag: &'static str,
}

/// Sorted by path.
pub(crate) static EMBEDDED: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// How much is unpacked at once.
const BUFFER_BYTES: usize = 16 * 1024;

impl Asset {
    /// Returns the file as it was before it was packed; nothing where it is damaged.
    pub(crate) fn unpacked(&self) -> Option<Cow<'static, [u8]>> {
        if !self.packed {
            return Some(Cow::Borrowed(self.bytes));
        }
        let mut whole = Vec::new();
        let mut reader = brotli_decompressor::Decompressor::new(self.bytes, BUFFER_BYTES);
        reader.read_to_end(&mut whole).ok()?;
        Some(Cow::Owned(whole))
    }

    /// Vite names these by their content.
    pub(crate) fn is_immutable(&self) -> bool {
        self.path.starts_with("assets/")
    }

    pub(crate) fn content_type(&self) -> &'static str {
        let ending = self.path.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "html" => "text/html; charset=utf-8",
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "json" | "webmanifest" => "application/json",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "webp" => "image/webp",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "wasm" => "application/wasm",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}
