//! Where traces go, from the variables that OpenTelemetry's specification names.

use std::time::Duration;

use percent_encoding::percent_decode_str;

/// What the specification says where nothing is set.
const TIMEOUT: Duration = Duration::from_secs(10);
const DELAY: Duration = Duration::from_secs(5);

/// Where to send, as whom, how often.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The whole URL.
    pub url: String,
    /// Often a key: never printed.
    pub headers: Vec<(String, String)>,
    pub timeout: Duration,
    /// Between two requests while there is not enough for one.
    pub delay: Duration,
    /// `service.name` among them.
    pub resource: Vec<(String, String)>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the variables; nothing where there is no endpoint.
    ///
    /// **Source**: "OpenTelemetry Protocol Exporter" and "Environment Variable Specification" of OpenTelemetry.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        // The variable of this signal comes before the one of all.
        let either = |name: &str| {
            set(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"))
                .or_else(|| set(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        let off = |name, value: &str| set(name).is_some_and(|v| v.eq_ignore_ascii_case(value));
        if off("OTEL_SDK_DISABLED", "true") || off("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        let url = match (
            set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            set("OTEL_EXPORTER_OTLP_ENDPOINT"),
        ) {
            (Some(whole), _) => whole,
            (None, Some(base)) => format!("{}/v1/traces", base.trim_end_matches('/')),
            (None, None) => return Ok(None),
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(format!(
                "traces are sent over HTTP, and OTEL_EXPORTER_OTLP_ENDPOINT is no such URL: {url}"
            ));
        }
        if let Some(protocol) = either("PROTOCOL").filter(|p| p == "grpc") {
            return Err(format!(
                "OTEL_EXPORTER_OTLP_PROTOCOL is {protocol}; Taxiway sends traces as http/json, which collectors take on port 4318"
            ));
        }
        let millis = |name: String, otherwise: Duration| match set(&name) {
            None => Ok(otherwise),
            Some(text) => match text.trim().parse() {
                Ok(ms) => Ok(Duration::from_millis(ms)),
                Err(_) => Err(format!("{name} is a number of milliseconds, not {text}")),
            },
        };
        let timeout = [
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "OTEL_EXPORTER_OTLP_TIMEOUT",
        ];
        let timeout = timeout
            .iter()
            .find(|name| set(name).is_some())
            .unwrap_or(&timeout[1]);
        let headers = either("HEADERS").unwrap_or_default();
        let mut resource = pairs(&set("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default())
            .ok_or("OTEL_RESOURCE_ATTRIBUTES is a list of key=value")?;
        if let Some(name) = set("OTEL_SERVICE_NAME") {
            resource.retain(|(key, _)| key != "service.name");
            resource.push(("service.name".to_owned(), name));
        } else if !resource.iter().any(|(key, _)| key == "service.name") {
            resource.push(("service.name".to_owned(), "taxiway".to_owned()));
        }
        resource.push((
            "service.version".to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ));
        Ok(Some(Self {
            url,
            headers: pairs(&headers).ok_or("OTEL_EXPORTER_OTLP_HEADERS is a list of key=value")?,
            timeout: millis((*timeout).to_owned(), TIMEOUT)?,
            delay: millis("OTEL_BSP_SCHEDULE_DELAY".to_owned(), DELAY)?,
            resource,
        }))
    }
}

/// Reads `key=value,key=value`, as W3C's Baggage has it: values percent-encoded.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split(',').filter(|part| !part.trim().is_empty());
    let pair = |part: &str| {
        let (key, value) = part.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        Some((key.trim().to_owned(), value.into_owned()))
    };
    parts.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Option<Settings>, String> {
        Settings::read(|name| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_an_endpoint_nothing_is_exported() {
        assert_eq!(read(&[("OTEL_SERVICE_NAME", "x")]), Ok(None));
        assert_eq!(read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]), Ok(None));
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318");
        assert_eq!(read(&[endpoint, ("OTEL_SDK_DISABLED", "TRUE")]), Ok(None));
    }

    #[test]
    fn the_variables_mean_what_the_specification_says() {
        let settings = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b, other=c"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "250"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=old,deployment.environment=dev",
            ),
            ("OTEL_SERVICE_NAME", "mine"),
        ]);
        let settings = settings.unwrap().unwrap();
        assert_eq!(settings.url, "http://c:4318/v1/traces");
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(
            settings.headers,
            [pair("api-key", "a b"), pair("other", "c")]
        );
        assert_eq!(settings.timeout, Duration::from_millis(250));
        assert!(settings.resource.contains(&pair("service.name", "mine")));
        assert!(
            settings
                .resource
                .contains(&pair("deployment.environment", "dev"))
        );
        assert!(!settings.resource.contains(&pair("service.name", "old")));
        assert!(
            !format!("{settings:?}").contains("a b"),
            "keys are not printed"
        );
        let whole = read(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/x")])
            .unwrap()
            .unwrap();
        assert_eq!(whole.url, "http://c/x", "used as it is");
    }

    #[test]
    fn nonsense_is_said() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317");
        for wrong in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "key"),
        ] {
            let said = read(&[endpoint, wrong]).unwrap_err();
            assert!(said.contains(wrong.0), "{said}");
        }
        assert!(read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4317")]).is_err());
    }
}
