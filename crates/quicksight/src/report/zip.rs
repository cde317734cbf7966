//! Zip archives of files that are stored as they are.
//!
//! **Source**: APPNOTE.TXT, PKWARE's description of the format.

/// The first of January 1980, the format's first day: the same content gives the same bytes.
const DATE: u16 = 0x21;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const VERSION: u16 = 20;

#[derive(Default)]
pub(super) struct Archive {
    body: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

impl Archive {
    pub(super) fn add(&mut self, name: &str, content: &str) {
        let (name, content) = (name.as_bytes(), content.as_bytes());
        let offset = size(&self.body);
        let mut common = Vec::new();
        for number in [VERSION, FLAGS, 0, 0, DATE] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc32(content), size(content), size(content)] {
            common.extend(number.to_le_bytes());
        }
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        common.extend(length.to_le_bytes());
        common.extend(0u16.to_le_bytes());

        self.body.extend(b"PK\x03\x04");
        self.body.extend(&common);
        self.body.extend(name);
        self.body.extend(content);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, one disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name);
        self.files += 1;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
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

/// A visual's answer is far below what 32 bits count.
fn size(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_is_the_one_that_is_published() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn the_directory_is_where_the_end_says() {
        let mut archive = Archive::default();
        archive.add("a", "b");
        let bytes = archive.finish();
        let end = bytes.len() - 22;
        assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
        let at = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap());
        let at = usize::try_from(at).unwrap();
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
    }
}
