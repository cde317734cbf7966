//! What a bucket's CORS rules let a page of another origin do.
//!
//! Source: Amazon S3 User Guide, "Elements of a CORS configuration".

use aws::door::{CorsAsk, CorsGrant};
use objects::Objects;
use s3s::dto::{CORSConfiguration, CORSRule};

use crate::api::{CORS, document};

/// Returns what the first rule that fits grants.
pub(crate) async fn grant(objects: &Objects, ask: &CorsAsk) -> Option<CorsGrant> {
    let bucket = ask.path.trim_start_matches('/').split('/').next()?;
    let bucket = objects.head_bucket(bucket).await.ok()?;
    let rules: CORSConfiguration = document(&bucket, CORS).ok()??;
    rules.cors_rules.iter().find_map(|rule| granted(rule, ask))
}

fn granted(rule: &CORSRule, ask: &CorsAsk) -> Option<CorsGrant> {
    let origin = rule
        .allowed_origins
        .iter()
        .find(|pattern| fits(pattern, &ask.origin))?;
    rule.allowed_methods
        .iter()
        .find(|method| *method == ask.method.as_str())?;
    let headers = rule.allowed_headers.as_deref().unwrap_or_default();
    let allowed = |header: &String| {
        headers
            .iter()
            .any(|pattern| fits(&pattern.to_lowercase(), header))
    };
    if !ask.headers.iter().all(allowed) {
        return None;
    }
    Some(CorsGrant {
        origin: if origin == "*" {
            "*".into()
        } else {
            ask.origin.clone()
        },
        methods: rule.allowed_methods.clone(),
        headers: ask.headers.clone(),
        expose: rule.expose_headers.clone().unwrap_or_default(),
        max_age_seconds: rule.max_age_seconds.and_then(|age| u32::try_from(age).ok()),
    })
}

/// A pattern has at most one `*`.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        assert!(fits("*", "https://a.example") && fits("https://*.example", "https://a.example"));
        assert!(fits("https://a.example", "https://a.example") && fits("x-amz-*", "x-amz-date"));
        assert!(!fits("https://*.example", "http://a.example") && !fits("ab*ba", "aba"));
    }
}
