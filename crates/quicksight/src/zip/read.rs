//! Reads archives: those that are written here, and everybody's.

use std::io::Read;

use flate2::{Crc, read::DeflateDecoder};

use super::{DEFLATED, STORED};

/// A file of an archive.
#[derive(Debug)]
pub(crate) struct File {
    /// With the folders it is in.
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;
/// The longest comment that an archive can end with.
const COMMENT_MAX: usize = 65_535;
const ENCRYPTED: u16 = 1;

/// Returns the files of an archive, in its order; folders are no files.
///
/// **Errors**: why it cannot be read. `limit` is how much there may be unpacked: a small archive can hold a large
/// one.
pub(crate) fn read(archive: &[u8], limit: usize) -> Result<Vec<File>, String> {
    let end = end(archive).ok_or("The file is not a zip archive")?;
    let (count, mut at) = (number16(archive, end + 10)?, number32(archive, end + 16)?);
    if count == u16::MAX || at == u32::MAX as usize {
        return Err("Zip archives in the format Zip64 are not supported".into());
    }
    let mut files = Vec::new();
    let mut left = limit;
    for _ in 0..count {
        let entry = bytes(archive, at, ENTRY_BYTES)?;
        if !entry.starts_with(ENTRY) {
            return Err(damaged());
        }
        let length = usize::from(number16(entry, 28)?);
        let name = bytes(archive, at + ENTRY_BYTES, length)?;
        let name = std::str::from_utf8(name);
        let name = name.map_err(|_| "A name in the archive is not UTF-8")?;
        if !name.ends_with('/') {
            let content = content(archive, entry, name, left)?;
            left -= content.len();
            files.push(File {
                name: name.to_owned(),
                content,
            });
        }
        let more = usize::from(number16(entry, 30)?) + usize::from(number16(entry, 32)?);
        at += ENTRY_BYTES + length + more;
    }
    Ok(files)
}

/// Returns where the end of the directory is: last, but for a comment.
fn end(archive: &[u8]) -> Option<usize> {
    let last = archive.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(COMMENT_MAX);
    (first..=last).rev().find(|&at| {
        archive[at..].starts_with(END)
            && number16(archive, at + 20)
                .is_ok_and(|n| at + END_BYTES + usize::from(n) == archive.len())
    })
}

fn content(archive: &[u8], entry: &[u8], name: &str, left: usize) -> Result<Vec<u8>, String> {
    let [flags, method] = [number16(entry, 8)?, number16(entry, 10)?];
    let [crc, packed, size, at] =
        [16, 20, 24, 42].map(|at| number32(entry, at).unwrap_or(usize::MAX));
    if flags & ENCRYPTED != 0 {
        return Err(format!("{name} is encrypted"));
    }
    if size > left {
        return Err(format!(
            "{name} makes the archive too large when it is unpacked"
        ));
    }
    let local = bytes(archive, at, LOCAL_BYTES)?;
    if !local.starts_with(LOCAL) {
        return Err(damaged());
    }
    let before = usize::from(number16(local, 26)?) + usize::from(number16(local, 28)?);
    let packed = bytes(archive, at + LOCAL_BYTES + before, packed)?;
    let mut content = Vec::new();
    match method {
        STORED => content.extend(packed),
        DEFLATED => {
            // A byte more than there should be tells that there is more.
            let most = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
            let read = DeflateDecoder::new(packed)
                .take(most)
                .read_to_end(&mut content);
            read.map_err(|e| format!("{name} cannot be unpacked: {e}"))?;
        }
        other => {
            return Err(format!(
                "{name} is packed by method {other}, which is not supported"
            ));
        }
    }
    let mut sum = Crc::new();
    sum.update(&content);
    if content.len() != size || usize::try_from(sum.sum()) != Ok(crc) {
        return Err(format!("{name} is damaged"));
    }
    Ok(content)
}

fn damaged() -> String {
    "The zip archive is damaged".into()
}

fn bytes(all: &[u8], at: usize, length: usize) -> Result<&[u8], String> {
    let end = at.checked_add(length).ok_or_else(damaged)?;
    all.get(at..end).ok_or_else(damaged)
}

fn number16(all: &[u8], at: usize) -> Result<u16, String> {
    let two = bytes(all, at, 2)?;
    Ok(two
        .iter()
        .rev()
        .fold(0, |sum, byte| (sum << 8) | u16::from(*byte)))
}

fn number32(all: &[u8], at: usize) -> Result<usize, String> {
    let four = bytes(all, at, 4)?;
    Ok(four
        .iter()
        .rev()
        .fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python's zipfile makes of the file `d/a.txt` with 40 times `ab`, deflated, in a folder `d/`, with a comment.
    fn python() -> Vec<u8> {
        hex(PYTHON)
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pairs = digits
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap());
        pairs
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect()
    }

    const PYTHON: &str = "504b03041400000000000000210000000000000000000000000002000000642f504b030414000000080000002100600c0150\
        070000005000000007000000642f612e7478744b4c4aa42a0400504b01021403140000000000000021000000000000000000\
        00000000020000000000000000000000800100000000642f504b0102140314000000080000002100600c0150070000005000\
        0000070000000000000000000000800120000000642f612e747874504b05060000000002000200650000004c000000050068\
        656c6c6f";

    #[test]
    fn an_archive_of_another_program() {
        let files = read(&python(), 100).unwrap();
        assert_eq!(files.len(), 1, "a folder is no file");
        assert_eq!(
            (files[0].name.as_str(), files[0].content.as_slice()),
            ("d/a.txt", "ab".repeat(40).as_bytes())
        );
    }

    #[test]
    fn archives_that_cannot_be_read_say_why() {
        let because = |bytes: &[u8], limit| read(bytes, limit).unwrap_err();
        assert_eq!(because(b"{}", 9), "The file is not a zip archive");
        assert!(because(&python(), 79).contains("too large"));
        let whole = python();
        assert_eq!(
            because(&whole[..whole.len() - 1], 100),
            "The file is not a zip archive"
        );
        // No byte can be changed so that it panics, or gives other content under the same name.
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 0x5a;
            for file in read(&other, 100).into_iter().flatten() {
                assert!(
                    file.content == "ab".repeat(40).as_bytes() || file.content.is_empty(),
                    "byte {at}"
                );
            }
        }
    }
}
