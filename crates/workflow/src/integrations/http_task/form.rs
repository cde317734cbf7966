//! `application/x-www-form-urlencoded` of a JSON object. Pure.

use asl::Value;

use super::parameters::scalar;

/// How an array's items are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArrayFormat {
    /// `a[0]=x&a[1]=y`
    Indices,
    /// `a=x&a=y`
    Repeat,
    /// `a=x,y`
    Commas,
    /// `a[]=x&a[]=y`
    Brackets,
}

impl ArrayFormat {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "INDICES" => Self::Indices,
            "REPEAT" => Self::Repeat,
            "COMMAS" => Self::Commas,
            "BRACKETS" => Self::Brackets,
            _ => return None,
        })
    }
}

/// Returns the form; names and values are percent-encoded, nested members are in brackets.
pub(super) fn encode(object: &Value, format: ArrayFormat) -> String {
    let mut pairs = Vec::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        add(name, value, format, &mut pairs);
    }
    pairs.join("&")
}

fn add(name: &str, value: &Value, format: ArrayFormat, pairs: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (inner, value) in members.iter() {
                add(&format!("{name}[{inner}]"), value, format, pairs);
            }
        }
        Value::Array(items) if format == ArrayFormat::Commas => {
            let items: Vec<String> = items.iter().map(scalar).collect();
            push(name, &items.join(","), pairs);
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let name = match format {
                    ArrayFormat::Indices => format!("{name}[{at}]"),
                    ArrayFormat::Brackets => format!("{name}[]"),
                    ArrayFormat::Repeat | ArrayFormat::Commas => name.to_owned(),
                };
                add(&name, item, format, pairs);
            }
        }
        other => push(name, &scalar(other), pairs),
    }
}

fn push(name: &str, value: &str, pairs: &mut Vec<String>) {
    pairs.push(format!(
        "{}={}",
        aws::uri::encode(name),
        aws::uri::encode(value)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_named_in_four_ways() {
        let array = Value::parse(r#"{"array":["a","b"]}"#).unwrap();
        for (format, wanted) in [
            ("INDICES", "array%5B0%5D=a&array%5B1%5D=b"),
            ("REPEAT", "array=a&array=b"),
            ("COMMAS", "array=a%2Cb"),
            ("BRACKETS", "array%5B%5D=a&array%5B%5D=b"),
        ] {
            assert_eq!(encode(&array, ArrayFormat::named(format).unwrap()), wanted);
        }
        assert_eq!(ArrayFormat::named("indices"), None);
    }

    #[test]
    fn nested_members_are_in_brackets_and_blanks_are_percent_encoded() {
        let invoice = r#"{"description":"Monthly subscription","metadata":{"order_details":"monthly report data"},"customer":1234567890,"none":null}"#;
        assert_eq!(
            encode(&Value::parse(invoice).unwrap(), ArrayFormat::Indices),
            "description=Monthly%20subscription&metadata%5Border_details%5D=monthly%20report%20data\
             &customer=1234567890&none="
        );
    }
}
