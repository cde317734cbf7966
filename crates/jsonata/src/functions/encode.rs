//! Base64 and URLs.

use base64::{
    Engine,
    engine::general_purpose::GeneralPurposeConfig,
    engine::{DecodePaddingMode, GeneralPurpose},
};

use super::argument;
use crate::{Error, Value, eval::Evaluator, json};

type Outcome = Result<Value, Error>;

/// What `encodeURIComponent` leaves as it is, besides letters and digits.
const COMPONENT: &str = "-_.!~*'()";
/// What `encodeURI` leaves too.
const WHOLE: &str = "-_.!~*'();/?:@&=+$,#";

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Encodes each character as one byte, as Node's `binary` encoding does.
#[expect(
    clippy::cast_possible_truncation,
    reason = "that is what the encoding does"
)]
pub(super) fn base64_encode(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(text) = argument(arguments, 0).as_str() else {
        return Ok(Value::Undefined);
    };
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| unit as u8).collect();
    Ok(Value::string(ENGINE.encode(bytes)))
}

/// Decodes; what is not of the alphabet is passed over, as Node does.
pub(super) fn base64_decode(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(text) = argument(arguments, 0).as_str() else {
        return Ok(Value::Undefined);
    };
    let kept: String = text
        .chars()
        .filter_map(|c| match c {
            '-' => Some('+'),
            '_' => Some('/'),
            c if c.is_ascii_alphanumeric() || c == '+' || c == '/' => Some(c),
            _ => None,
        })
        .collect();
    let whole = kept.len() - usize::from(kept.len() % 4 == 1);
    let bytes = ENGINE.decode(&kept[..whole]).unwrap_or_default();
    Ok(Value::string(
        bytes.into_iter().map(char::from).collect::<String>(),
    ))
}

fn encode(arguments: &[Value], kept: &str, name: &'static str) -> Outcome {
    let Some(text) = argument(arguments, 0).as_str() else {
        return Ok(Value::Undefined);
    };
    // half of a surrogate pair cannot be encoded; it has become a replacement character
    if text.contains('\u{fffd}') {
        return Err(malformed(arguments, name));
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(Value::string(out))
}

fn decode(arguments: &[Value], reserved: &str, name: &'static str) -> Outcome {
    let Some(text) = argument(arguments, 0).as_str() else {
        return Ok(Value::Undefined);
    };
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let code = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let code = code.ok_or_else(|| malformed(arguments, name))?;
        if reserved.as_bytes().contains(&code) {
            out.extend_from_slice(&bytes[at..at + 3]);
        } else {
            out.push(code);
        }
        at += 3;
    }
    String::from_utf8(out)
        .map(Value::string)
        .map_err(|_| malformed(arguments, name))
}

fn malformed(arguments: &[Value], name: &'static str) -> Error {
    Error::new("D3140")
        .value(argument(arguments, 0))
        .field("functionName", json::quote(name))
}

pub(super) fn encode_url_component(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    encode(arguments, COMPONENT, "encodeUrlComponent")
}

pub(super) fn encode_url(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    encode(arguments, WHOLE, "encodeUrl")
}

pub(super) fn decode_url_component(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    decode(arguments, "", "decodeUrlComponent")
}

pub(super) fn decode_url(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    decode(arguments, ";/?:@&=+$,#", "decodeUrl")
}
