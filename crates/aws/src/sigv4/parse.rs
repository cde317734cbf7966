//! What a request says about its signer.

use http::{HeaderMap, header::AUTHORIZATION};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request's claim to be signed; nothing of it is checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub access_key: String,
    /// The scope's date, `YYYYMMDD`.
    pub date: String,
    pub region: String,
    pub service: String,
    /// In lower case, in the request's order.
    pub signed_headers: Vec<String>,
    pub signature: String,
    /// `YYYYMMDDTHHMMSSZ`.
    pub timestamp: String,
    /// For a presigned request: for how many seconds it holds.
    pub expires: Option<i64>,
    pub presigned: bool,
    pub session_token: Option<String>,
    /// Signed in another way than Signature Version 4 with HMAC: its name. Then only the access key is known.
    pub other: Option<&'static str>,
}

/// Authentication that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("{0}")]
    Header(String),
    #[error("{0}")]
    Query(String),
}

impl Signed {
    /// Returns `YYYYMMDD/region/service/aws4_request`.
    pub fn scope(&self) -> String {
        format!(
            "{}/{}/{}/aws4_request",
            self.date, self.region, self.service
        )
    }

    fn elsewise(access_key: &str, name: &'static str) -> Self {
        Self {
            access_key: access_key.into(),
            date: String::new(),
            region: String::new(),
            service: String::new(),
            signed_headers: Vec::new(),
            signature: String::new(),
            timestamp: String::new(),
            expires: None,
            presigned: false,
            session_token: None,
            other: Some(name),
        }
    }
}

/// Reads the claim from the `Authorization` header or else from the query string; nothing if there is none.
pub fn parse(headers: &HeaderMap, query: &[(String, String)]) -> Result<Option<Signed>, Malformed> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let text = value
            .to_str()
            .map_err(|_| Malformed::Header("The authorization header is malformed.".into()))?;
        return header(text, headers).map(Some);
    }
    let find = |name: &str| {
        query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    };
    if find("X-Amz-Credential").is_some() || find("X-Amz-Signature").is_some() {
        return presigned(&find).map(Some);
    }
    if let (Some(access_key), Some(_)) = (find("AWSAccessKeyId"), find("Signature")) {
        let mut signed = Signed::elsewise(access_key, "Signature Version 2");
        signed.presigned = true;
        // Epoch seconds: a moment, not a duration.
        signed.timestamp = "19700101T000000Z".into();
        signed.expires = find("Expires").and_then(|e| e.parse().ok());
        return Ok(Some(signed));
    }
    Ok(None)
}

fn header(text: &str, headers: &HeaderMap) -> Result<Signed, Malformed> {
    let malformed =
        |what: &str| Malformed::Header(format!("The authorization header is malformed; {what}."));
    let (algorithm, rest) = text
        .split_once(' ')
        .ok_or_else(|| malformed("it has no parts"))?;
    match algorithm {
        ALGORITHM => {}
        "AWS4-ECDSA-P256-SHA256" => {
            let credential = rest
                .split(',')
                .find_map(|p| p.trim().strip_prefix("Credential="));
            let access_key = credential
                .and_then(|c| c.split('/').next())
                .unwrap_or_default();
            return Ok(Signed::elsewise(access_key, "Signature Version 4A"));
        }
        "AWS" => {
            let access_key = rest.split(':').next().unwrap_or_default();
            return Ok(Signed::elsewise(access_key, "Signature Version 2"));
        }
        "Bearer" | "Basic" => return Ok(Signed::elsewise("", "a bearer token")),
        _ => return Err(malformed("its algorithm is unknown")),
    }
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for part in rest.split(',') {
        match part.trim().split_once('=') {
            Some(("Credential", value)) => credential = Some(value),
            Some(("SignedHeaders", value)) => signed_headers = Some(value),
            Some(("Signature", value)) => signature = Some(value),
            _ => {}
        }
    }
    let credential = credential.ok_or_else(|| malformed("the Credential is missing"))?;
    let [access_key, date, region, service] = scope(credential).ok_or_else(|| {
        malformed(
            "the Credential is not of the form <YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request",
        )
    })?;
    let text_of = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    Ok(Signed {
        access_key: access_key.into(),
        date: date.into(),
        region: region.into(),
        service: service.into(),
        signed_headers: names(
            signed_headers.ok_or_else(|| malformed("SignedHeaders are missing"))?,
        ),
        signature: signature
            .ok_or_else(|| malformed("the Signature is missing"))?
            .into(),
        timestamp: text_of("x-amz-date").unwrap_or_default().into(),
        expires: None,
        presigned: false,
        session_token: text_of("x-amz-security-token").map(Into::into),
        other: None,
    })
}

fn presigned<'q>(find: &impl Fn(&str) -> Option<&'q str>) -> Result<Signed, Malformed> {
    let needed = |name: &str| {
        find(name).filter(|v| !v.is_empty()).ok_or_else(|| {
            Malformed::Query(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
                    .into(),
            )
        })
    };
    if needed("X-Amz-Algorithm")? != ALGORITHM {
        return Err(Malformed::Query(format!(
            "X-Amz-Algorithm only supports \"{ALGORITHM}\""
        )));
    }
    let [access_key, date, region, service] =
        scope(needed("X-Amz-Credential")?).ok_or_else(|| {
            Malformed::Query(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                .into(),
        )
        })?;
    let expires = match find("X-Amz-Expires") {
        None if service != "s3" => None,
        _ => Some(needed("X-Amz-Expires")?),
    };
    let expires = match expires.map(str::parse::<i64>) {
        None => None,
        Some(Err(_)) => return Err(Malformed::Query("X-Amz-Expires should be a number".into())),
        Some(Ok(seconds)) if seconds < 0 => {
            return Err(Malformed::Query(
                "X-Amz-Expires must be non-negative".into(),
            ));
        }
        Some(Ok(seconds)) if seconds > 604_800 => {
            return Err(Malformed::Query(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
                 less than 604800 seconds"
                    .into(),
            ));
        }
        Some(Ok(seconds)) => Some(seconds),
    };
    Ok(Signed {
        access_key: access_key.into(),
        date: date.into(),
        region: region.into(),
        service: service.into(),
        signed_headers: names(needed("X-Amz-SignedHeaders")?),
        signature: needed("X-Amz-Signature")?.into(),
        timestamp: needed("X-Amz-Date")?.into(),
        expires,
        presigned: true,
        session_token: find("X-Amz-Security-Token").map(Into::into),
        other: None,
    })
}

/// Splits `AKID/date/region/service/aws4_request`; an access key may itself have slashes.
fn scope(credential: &str) -> Option<[&str; 4]> {
    let rest = credential.strip_suffix("/aws4_request")?;
    let mut parts = rest.rsplitn(4, '/');
    let (service, region, date) = (parts.next()?, parts.next()?, parts.next()?);
    let access_key = parts.next().filter(|k| !k.is_empty())?;
    Some([access_key, date, region, service])
}

fn names(list: &str) -> Vec<String> {
    list.split(';').map(str::to_ascii_lowercase).collect()
}
