//! Varbinary: text to bytes, hexadecimal, digests.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, BinaryArray, Int64Array, StringArray},
        compute::cast,
        datatypes::DataType,
    },
    common::Result,
};

use super::scalar::{Columns, Function, bigint, invalid, text_at, varbinary, varchar};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("to_utf8", (1, 1), varbinary, to_utf8),
        Function::new("from_utf8", (1, 1), varchar, from_utf8),
        Function::new("to_hex", (1, 1), varchar, to_hex),
        Function::new("from_hex", (1, 1), varbinary, from_hex),
        Function::new("md5", (1, 1), varbinary, md5),
        Function::new("crc32", (1, 1), bigint, crc32),
        Function::new("to_base64", (1, 1), varchar, |a| to_base64(a, &STANDARD)),
        Function::new("from_base64", (1, 1), varbinary, |a| {
            from_base64(a, &STANDARD)
        }),
        Function::new("to_base64url", (1, 1), varchar, |a| to_base64(a, &FOR_URLS)),
        Function::new("from_base64url", (1, 1), varbinary, |a| {
            from_base64(a, &FOR_URLS)
        }),
    ]
}

fn bytes(args: &Columns) -> Result<BinaryArray> {
    Ok(cast(args.any(0)?, &DataType::Binary)?
        .as_binary::<i32>()
        .clone())
}

fn to_utf8(args: &Columns) -> Result<ArrayRef> {
    Ok(Arc::new(bytes(args)?))
}

fn from_utf8(args: &Columns) -> Result<ArrayRef> {
    let text = bytes(args)?;
    let text = text
        .iter()
        .map(|b| b.map(|b| String::from_utf8_lossy(b).into_owned()));
    Ok(Arc::new(text.collect::<StringArray>()))
}

fn to_hex(args: &Columns) -> Result<ArrayRef> {
    let found = bytes(args)?;
    let text = found
        .iter()
        .map(|b| b.map(|b| b.iter().map(|x| format!("{x:02X}")).collect::<String>()));
    Ok(Arc::new(text.collect::<StringArray>()))
}

fn from_hex(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = (0..args.rows)
        .map(|i| {
            let Some(text) = text_at(&text, i) else {
                return Ok(None);
            };
            let bad = || invalid(format!("Invalid hex string: {text}"));
            if text.len() % 2 == 1 {
                return Err(bad());
            }
            let digits: Vec<u8> = text
                .chars()
                .map(|c| {
                    c.to_digit(16)
                        .and_then(|d| u8::try_from(d).ok())
                        .ok_or_else(bad)
                })
                .collect::<Result<_>>()?;
            Ok(Some(
                digits
                    .chunks(2)
                    .map(|pair| pair.iter().fold(0, |b, d| b << 4 | d))
                    .collect::<Vec<u8>>(),
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(
        found.iter().map(|b| b.as_deref()).collect::<BinaryArray>(),
    ))
}

fn md5(args: &Columns) -> Result<ArrayRef> {
    use md5::{Digest, Md5};
    let found = bytes(args)?;
    let digests: Vec<Option<Vec<u8>>> = found
        .iter()
        .map(|b| b.map(|b| Md5::digest(b).to_vec()))
        .collect();
    Ok(Arc::new(
        digests
            .iter()
            .map(|b| b.as_deref())
            .collect::<BinaryArray>(),
    ))
}

fn crc32(args: &Columns) -> Result<ArrayRef> {
    let found = bytes(args)?;
    let sums = found.iter().map(|b| {
        let mut sum = flate2::Crc::new();
        sum.update(b?);
        Some(i64::from(sum.sum()))
    });
    Ok(Arc::new(sums.collect::<Int64Array>()))
}

const STANDARD: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Three bytes are four letters; what is missing of the last three is `=`.
fn to_base64(args: &Columns, letters: &[u8; 64]) -> Result<ArrayRef> {
    let encode = |bytes: &[u8]| {
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for three in bytes.chunks(3) {
            let whole = (0..3).fold(0_usize, |whole, i| {
                whole << 8 | usize::from(three.get(i).copied().unwrap_or(0))
            });
            for i in 0..4 {
                let letter = letters[whole >> (18 - 6 * i) & 63];
                text.push(if i > three.len() {
                    '='
                } else {
                    char::from(letter)
                });
            }
        }
        text
    };
    let found = bytes(args)?;
    let text = found.iter().map(|b| b.map(encode));
    Ok(Arc::new(text.collect::<StringArray>()))
}

fn from_base64(args: &Columns, letters: &[u8; 64]) -> Result<ArrayRef> {
    let decode = |text: &str| -> Option<Vec<u8>> {
        let plain = text.trim_end_matches('=');
        let mut bytes = Vec::with_capacity(plain.len() * 3 / 4);
        for four in plain.as_bytes().chunks(4) {
            let mut whole = 0_u32;
            for i in 0..4 {
                let place = match four.get(i) {
                    Some(letter) => letters.iter().position(|l| l == letter)?,
                    None => 0,
                };
                whole = whole << 6 | u32::try_from(place).ok()?;
            }
            let [_, first, second, third] = whole.to_be_bytes();
            let count = four.len().checked_sub(1).filter(|count| *count > 0)?;
            bytes.extend([first, second, third].into_iter().take(count));
        }
        Some(bytes)
    };
    let text = args.text(0)?;
    let found = (0..args.rows)
        .map(|i| match text_at(&text, i) {
            Some(text) => decode(text)
                .map(Some)
                .ok_or_else(|| invalid(format!("Invalid base64 string: {text}"))),
            None => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(
        found.iter().map(|b| b.as_deref()).collect::<BinaryArray>(),
    ))
}
