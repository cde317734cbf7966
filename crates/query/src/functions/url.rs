//! URLs.

use std::sync::Arc;

use datafusion::{
    arrow::array::{ArrayRef, Int64Array, StringArray},
    common::Result,
};
use url::Url;

use super::scalar::{Columns, Function, bigint, text_at, varchar};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("url_extract_protocol", (1, 1), varchar, |a| {
            part(a, |u| Some(u.scheme().to_owned()))
        }),
        Function::new("url_extract_host", (1, 1), varchar, |a| {
            part(a, |u| u.host_str().map(str::to_owned))
        }),
        Function::new("url_extract_path", (1, 1), varchar, |a| {
            part(a, |u| Some(u.path().to_owned()))
        }),
        Function::new("url_extract_query", (1, 1), varchar, |a| {
            part(a, |u| u.query().map(str::to_owned))
        }),
        Function::new("url_extract_fragment", (1, 1), varchar, |a| {
            part(a, |u| u.fragment().map(str::to_owned))
        }),
        Function::new("url_extract_port", (1, 1), bigint, port),
        Function::new("url_extract_parameter", (2, 2), varchar, parameter),
        Function::new("url_encode", (1, 1), varchar, encode),
        Function::new("url_decode", (1, 1), varchar, decode),
    ]
}

fn part(args: &Columns, part: impl Fn(&Url) -> Option<String>) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found =
        (0..args.rows).map(|i| Url::parse(text_at(&text, i)?).ok().as_ref().and_then(&part));
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn port(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = (0..args.rows).map(|i| Url::parse(text_at(&text, i)?).ok()?.port().map(i64::from));
    Ok(Arc::new(found.collect::<Int64Array>()))
}

fn parameter(args: &Columns) -> Result<ArrayRef> {
    let (text, name) = (args.text(0)?, args.text(1)?);
    let found = (0..args.rows).map(|i| {
        let (url, name) = (Url::parse(text_at(&text, i)?).ok()?, text_at(&name, i)?);
        url.query_pairs()
            .find(|(k, _)| k == name)
            .map(|(_, v)| v.into_owned())
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn encode(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = text
        .iter()
        .map(|t| t.map(|t| url::form_urlencoded::byte_serialize(t.as_bytes()).collect::<String>()));
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn decode(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = text.iter().map(|t| {
        t.map(|t| {
            // `&` and `=` would split pairs: they are kept by being encoded first.
            let whole = t.replace('&', "%26").replace('=', "%3D");
            url::form_urlencoded::parse(whole.as_bytes())
                .map(|(k, _)| k.into_owned())
                .next()
                .unwrap_or_default()
        })
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}
