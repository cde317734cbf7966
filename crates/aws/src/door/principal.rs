//! Who asks.

use std::sync::Arc;

use super::builder::Inner;
use crate::{
    ApiError, Principal,
    sigv4::{self, Credential, Signatures, Signed},
};

const DEFAULT_ACCOUNT: &str = "000000000000";

impl Inner {
    /// Returns the principal that a request claims to be. A key of twelve digits is its account.
    pub(super) fn principal(&self, signed: Option<&Signed>) -> Principal {
        let region = match signed {
            Some(signed) if !signed.region.is_empty() => Arc::from(signed.region.as_str()),
            _ => Arc::clone(&self.region),
        };
        let access_key = signed.map_or("", |s| s.access_key.as_str());
        if let Some(known) = self.credential(access_key) {
            return Principal {
                account: known.account,
                region,
                access_key: access_key.into(),
                arn: known.arn,
            };
        }
        let is_account = access_key.len() == 12 && access_key.bytes().all(|b| b.is_ascii_digit());
        let mut principal = Principal::root(
            if is_account {
                access_key
            } else {
                DEFAULT_ACCOUNT
            },
            "",
        );
        principal.region = region;
        if !access_key.is_empty() {
            principal.access_key = access_key.into();
        }
        principal
    }

    fn credential(&self, access_key: &str) -> Option<Credential> {
        self.credentials
            .as_ref()
            .filter(|_| !access_key.is_empty())?
            .find(access_key)
    }

    /// Checks a signature where signatures are checked; returns the credential that it was checked with.
    pub(super) fn authenticate(
        &self,
        request: sigv4::Request<'_>,
        signed: Option<&Signed>,
        payload_hash: &str,
    ) -> Result<Option<Credential>, ApiError> {
        if self.signatures == Signatures::Accepted {
            return Ok(None);
        }
        let s3 = signed.is_none_or(|s| s.service == "s3" || s.other.is_some());
        let forbidden = |code: &str, message: &str| ApiError::new(code, message).with_status(403);
        let Some(signed) = signed else {
            return Err(if s3 && request.headers.get("x-amz-target").is_none() {
                forbidden("AccessDenied", "Access Denied")
            } else {
                forbidden(
                    "MissingAuthenticationTokenException",
                    "Missing Authentication Token",
                )
            });
        };
        let Some(credential) = self.credential(&signed.access_key) else {
            return Err(if s3 {
                forbidden(
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.",
                )
            } else {
                forbidden(
                    "UnrecognizedClientException",
                    "The security token included in the request is invalid.",
                )
            });
        };
        sigv4::verify(request, signed, payload_hash, &credential).map_err(|mismatch| {
            let code = match (&mismatch, s3) {
                (sigv4::Mismatch::Token, true) => "InvalidToken",
                (sigv4::Mismatch::Token, false) => "UnrecognizedClientException",
                (sigv4::Mismatch::Algorithm(_), _) => "InvalidRequest",
                (_, true) => "SignatureDoesNotMatch",
                (_, false) => "InvalidSignatureException",
            };
            forbidden(code, &mismatch.to_string())
        })?;
        self.check_age(signed)?;
        Ok(Some(credential))
    }

    /// A signature in a header holds for fifteen minutes either way.
    fn check_age(&self, signed: &Signed) -> Result<(), ApiError> {
        const WINDOW_MS: i64 = 15 * 60 * 1000;
        if signed.presigned {
            return Ok(());
        }
        match signed_at_ms(signed) {
            Some(at) if ((self.now)() - at).abs() <= WINDOW_MS => Ok(()),
            _ if signed.service == "s3" => Err(ApiError::new(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with_status(403)),
            _ => Err(ApiError::new(
                "InvalidSignatureException",
                format!(
                    "Signature expired: {} is not within 15 minutes of the server's time.",
                    signed.timestamp
                ),
            )
            .with_status(403)),
        }
    }

    /// Refuses a presigned request whose time is over. Whatever else is accepted, this is not.
    pub(super) fn check_expiry(&self, signed: &Signed) -> Result<(), ApiError> {
        let (true, Some(seconds)) = (signed.presigned, signed.expires) else {
            return Ok(());
        };
        let now = (self.now)();
        let Some(ends) =
            signed_at_ms(signed).and_then(|at| at.checked_add(seconds.checked_mul(1000)?))
        else {
            return Err(ApiError::new(
                "AuthorizationQueryParametersError",
                "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
            ));
        };
        if now <= ends {
            return Ok(());
        }
        let text = |ms: i64| {
            crate::time::encode(
                &(ms as f64 / 1000.0).trunc().into(),
                crate::table::TimestampFormat::Iso8601,
            )
        };
        Err(ApiError::new("AccessDenied", "Request has expired")
            .with_status(403)
            .with_field("X-Amz-Expires", seconds.to_string())
            .with_field("Expires", text(ends))
            .with_field("ServerTime", text(now)))
    }
}

fn signed_at_ms(signed: &Signed) -> Option<i64> {
    let at = chrono::NaiveDateTime::parse_from_str(&signed.timestamp, "%Y%m%dT%H%M%SZ").ok()?;
    Some(at.and_utc().timestamp_millis())
}
