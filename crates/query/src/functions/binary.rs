//! Varbinary: text to bytes, hexadecimal, digests.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, BinaryArray, StringArray},
        compute::cast,
        datatypes::DataType,
    },
    common::Result,
};

use super::scalar::{Columns, Function, invalid, text_at, varbinary, varchar};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("to_utf8", (1, 1), varbinary, to_utf8),
        Function::new("from_utf8", (1, 1), varchar, from_utf8),
        Function::new("to_hex", (1, 1), varchar, to_hex),
        Function::new("from_hex", (1, 1), varbinary, from_hex),
        Function::new("md5", (1, 1), varbinary, md5),
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
