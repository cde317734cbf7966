//! Request URIs of REST operations.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A request URI with labels: `/virtualclusters/{virtualClusterId}/jobruns`, `/{Bucket}/{Key+}?uploads`.
#[derive(Debug, Clone)]
pub struct Template {
    segments: Vec<Segment>,
    /// Query parameters that must be there, with their value where the template gives one.
    query: Vec<(Box<str>, Option<Box<str>>)>,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(Box<str>),
    Label(Box<str>),
    /// The rest of the path, slashes included.
    Greedy(Box<str>),
}

impl Template {
    pub fn parse(text: &str) -> Self {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments = path
            .split('/')
            .filter(|s| !s.is_empty())
            .map(segment)
            .collect();
        let query = query
            .split('&')
            .filter(|p| !p.is_empty())
            .map(|p| match p.split_once('=') {
                Some((name, value)) => (name.into(), Some(value.into())),
                None => (p.into(), None),
            })
            .collect();
        Self { segments, query }
    }

    /// Returns the labels' values when a raw (still percent-encoded) path and query match.
    pub fn matches<'t>(
        &'t self,
        path: &str,
        query: &[(String, String)],
    ) -> Option<Vec<(&'t str, String)>> {
        let asked = |name: &str, value: Option<&str>| {
            query
                .iter()
                .any(|(n, v)| n == name && value.is_none_or(|wanted| wanted == v))
        };
        if !self
            .query
            .iter()
            .all(|(name, value)| asked(name, value.as_deref()))
        {
            return None;
        }
        let mut rest = path.strip_prefix('/').unwrap_or(path);
        let mut labels = Vec::new();
        for (at, segment) in self.segments.iter().enumerate() {
            if let Segment::Greedy(label) = segment {
                if rest.is_empty() {
                    return None;
                }
                labels.push((&**label, decode(rest)));
                return Some(labels);
            }
            let (first, after) = match rest.split_once('/') {
                Some((first, after)) => (first, Some(after)),
                None => (rest, None),
            };
            match segment {
                Segment::Literal(literal) if **literal == *decode(first) => {}
                Segment::Label(label) if !first.is_empty() => {
                    labels.push((&**label, decode(first)))
                }
                _ => return None,
            }
            match after {
                Some(after) => rest = after,
                None if at + 1 == self.segments.len() => return Some(labels),
                None => return None,
            }
        }
        // A trailing slash is taken as none.
        rest.is_empty().then_some(labels)
    }

    /// Returns the path and query string of a request whose labels have these values, percent-encoded.
    ///
    /// **Errors**: the label that has no value, or an empty one.
    pub fn expand(
        &self,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<(String, Vec<String>), &str> {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            match segment {
                Segment::Literal(literal) => path.push_str(literal),
                Segment::Label(label) | Segment::Greedy(label) => {
                    let text = value(label).filter(|t| !t.is_empty()).ok_or(&**label)?;
                    if matches!(segment, Segment::Label(_)) {
                        path.push_str(&encode(&text));
                    } else {
                        let parts: Vec<String> = text.split('/').map(encode).collect();
                        path.push_str(&parts.join("/"));
                    }
                }
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        let query = self.query.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.to_string(),
        });
        Ok((path, query.collect()))
    }

    /// Returns how particular the template is: of two that match a request, the greater one is meant.
    pub fn rank(&self) -> (usize, usize, usize) {
        let literals = self
            .segments
            .iter()
            .filter(|s| matches!(s, Segment::Literal(_)))
            .count();
        (literals, self.query.len(), self.segments.len())
    }
}

fn segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        Some(label) => match label.strip_suffix('+') {
            Some(label) => Segment::Greedy(label.into()),
            None => Segment::Label(label.into()),
        },
        None => Segment::Literal(text.into()),
    }
}

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Percent-encodes a path segment, or a name or value of a query string.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Decodes percent-encoding; bytes that are not UTF-8 are replaced.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns the parameters of a raw query string, decoded, in their order. A name without a value has an empty one.
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decode(&name.replace('+', " ")),
                decode(&value.replace('+', " ")),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_matched_on_the_raw_path() {
        let jobs = Template::parse("/virtualclusters/{virtualClusterId}/jobruns");
        assert_eq!(
            jobs.matches("/virtualclusters/abc/jobruns", &[]),
            Some(vec![("virtualClusterId", "abc".into())])
        );
        assert_eq!(
            jobs.matches("/virtualclusters/abc/jobruns/", &[])
                .map(|l| l.len()),
            Some(1)
        );
        assert_eq!(jobs.matches("/virtualclusters//jobruns", &[]), None);
        assert_eq!(jobs.matches("/virtualclusters/abc", &[]), None);
        assert_eq!(jobs.matches("/virtualclusters/abc/jobruns/x", &[]), None);
        let tags = Template::parse("/tags/{resourceArn}");
        let arn = "arn:aws:emr-containers:us-east-1:0:/virtualclusters/x";
        assert_eq!(
            tags.matches(
                "/tags/arn%3Aaws%3Aemr-containers%3Aus-east-1%3A0%3A%2Fvirtualclusters%2Fx",
                &[]
            ),
            Some(vec![("resourceArn", arn.into())])
        );
        assert_eq!(Template::parse("/").matches("/", &[]), Some(vec![]));
    }

    #[test]
    fn greedy_labels_and_query_literals() {
        let uploads = Template::parse("/{Bucket}/{Key+}?uploads");
        let asked = query_pairs("uploads");
        assert_eq!(
            uploads.matches("/b/a/c%20d", &asked),
            Some(vec![("Bucket", "b".into()), ("Key", "a/c d".into())])
        );
        assert_eq!(uploads.matches("/b/a", &[]), None);
        assert!(uploads.rank() > Template::parse("/{Bucket}/{Key+}").rank());
    }

    #[test]
    fn labels_are_filled_in_so_that_they_are_found_again() {
        let uploads = Template::parse("/{Bucket}/{Key+}?uploads&list-type=2");
        let value = |label: &str| match label {
            "Bucket" => Some("b".to_owned()),
            _ => Some("a/c d+é//?".to_owned()),
        };
        let (path, query) = uploads.expand(value).unwrap();
        assert_eq!(path, "/b/a/c%20d%2B%C3%A9//%3F");
        assert_eq!(query, ["uploads", "list-type=2"]);
        let found = uploads.matches(&path, &query_pairs(&query.join("&")));
        assert_eq!(found.unwrap()[1], ("Key", "a/c d+é//?".into()));
        assert_eq!(
            uploads.expand(|l| (l == "Bucket").then(|| "b".into())),
            Err("Key")
        );
        assert_eq!(
            Template::parse("/").expand(|_| None),
            Ok(("/".into(), vec![]))
        );
    }

    #[test]
    fn query_strings_decode() {
        assert_eq!(
            query_pairs("a=1+2&b=%2F&c&=x&"),
            [("a", "1 2"), ("b", "/"), ("c", ""), ("", "x")]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
    }
}
