//! Writes archives whose files are deflated.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::{DEFLATED, STORED};

/// The first of January 1980, the format's first day: the same content gives the same bytes.
const DATE: u16 = 0x21;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const VERSION: u16 = 20;

#[derive(Default)]
pub(crate) struct Archive {
    body: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

impl Archive {
    /// Adds a file; the same content gives the same bytes.
    pub(crate) fn add(&mut self, name: &str, content: impl AsRef<[u8]>) {
        let (name, content) = (name.as_bytes(), content.as_ref());
        let offset = size(&self.body);
        let mut crc = Crc::new();
        crc.update(content);
        let packed = deflated(content);
        // What cannot be packed is kept as it is.
        let (method, kept) = match &packed {
            Some(packed) => (DEFLATED, packed.as_slice()),
            None => (STORED, content),
        };
        let mut common = Vec::new();
        for number in [VERSION, FLAGS, method, 0, DATE] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), size(kept), size(content)] {
            common.extend(number.to_le_bytes());
        }
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        common.extend(length.to_le_bytes());
        common.extend(0u16.to_le_bytes());

        self.body.extend(b"PK\x03\x04");
        self.body.extend(&common);
        self.body.extend(name);
        self.body.extend(kept);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, one disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name);
        self.files += 1;
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let offset = size(&self.body);
        let length = size(&self.directory);
        self.body.append(&mut self.directory);
        self.body.extend(b"PK\x05\x06");
        self.body.extend([0; 4]);
        for number in [self.files, self.files] {
            self.body.extend(number.to_le_bytes());
        }
        for number in [length, offset] {
            self.body.extend(number.to_le_bytes());
        }
        self.body.extend([0; 2]);
        self.body
    }
}

/// Returns the content packed; nothing where that makes it no smaller.
fn deflated(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).ok()?;
    encoder.finish().ok().filter(|p| p.len() < content.len())
}

/// Figures and definitions are far below what 32 bits count.
fn size(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    #[test]
    fn what_is_written_is_read() {
        let long = "a line that comes again and again\n".repeat(100);
        let mut archive = Archive::default();
        archive.add("a", b"b");
        archive.add("folder/name-\u{e9}.json", long.as_bytes());
        let bytes = archive.finish();
        assert!(bytes.len() < 500, "{}", bytes.len());
        let files = read(&bytes, 1 << 20).unwrap();
        let found: Vec<(&str, &[u8])> = files
            .iter()
            .map(|f| (f.name.as_str(), f.content.as_slice()))
            .collect();
        assert_eq!(
            found,
            [
                ("a", &b"b"[..]),
                ("folder/name-\u{e9}.json", long.as_bytes())
            ]
        );
    }
}
