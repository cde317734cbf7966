//! Embedded dashboards: what a URL is good for, and the session that it is given for, once.
//!
//! Both are signed and say all there is to know; kept are only the codes that were used, until they expire.

use aws::{ApiError, ids, uri};
use http::Uri;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, Scan, StoreError};

use super::{
    question,
    signed::{self, Signed, denied},
};
use crate::{QuickSight, asset::Scope, principal::Caller, report::access::Viewer};

/// As AWS has it: "valid for 5 minutes after it is generated. Once redeemed within this period, it cannot be re-used".
const CODE_LIFETIME_MS: i64 = 300_000;
/// Codes that were used, by when they expire.
const USED: &str = "quicksight/embed-used";
/// Where the pages are. S3 has a bucket `embed` all the same, but for keys below `_taxiway/`.
pub const EMBED_ROOT: &str = "/embed/_taxiway";
/// Whose frames a page may be in whose URL names no domains: those of pages on this machine.
const LOCAL: &str =
    "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

/// What a visitor may look at, and as whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) dashboards: Vec<String>,
    /// Only this visual of it: the ids of its sheet and its own.
    pub(crate) visual: Option<(String, String)>,
    /// A registered user's ARN; a visitor without a name has none.
    pub(crate) user: Option<String>,
    /// A visitor's tags, which choose the rows.
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) undo_redo: bool,
    pub(crate) reset: bool,
}

/// What a URL's code says.
#[derive(Serialize, Deserialize)]
pub(crate) struct EmbedCode {
    id: String,
    grant: Grant,
    session_ms: i64,
    /// Whose frames the page may be in; none are those of this machine.
    domains: Vec<String>,
    expires_ms: i64,
}

/// What a session's token says.
#[derive(Serialize, Deserialize)]
pub(super) struct EmbedSession {
    pub(super) grant: Grant,
    pub(super) expires_ms: i64,
}

impl Signed for EmbedCode {
    const NAME: &'static str = "embed code";

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }
}

impl Signed for EmbedSession {
    const NAME: &'static str = "embed session";

    fn expires_ms(&self) -> i64 {
        self.expires_ms
    }
}

impl EmbedCode {
    /// Returns a code for a session of `minutes`.
    pub(crate) fn new(grant: Grant, minutes: u64, domains: Vec<String>, now_ms: i64) -> Self {
        let minutes = i64::try_from(minutes).unwrap_or(i64::MAX);
        Self {
            id: ids::uuid(),
            grant,
            session_ms: minutes.saturating_mul(60_000),
            domains,
            expires_ms: now_ms.saturating_add(CODE_LIFETIME_MS),
        }
    }

    /// Returns the URL that the code is opened with: of the form that AWS's embedding SDK takes.
    pub(crate) async fn url(
        &self,
        service: &QuickSight,
        dashboard: &str,
    ) -> Result<String, ApiError> {
        let endpoint = service.endpoint.get().map_or("", String::as_str);
        let code = signed::sign(service, self).await?;
        let visual = match &self.grant.visual {
            Some((sheet, visual)) => format!("/sheets/{sheet}/visuals/{visual}"),
            None => String::new(),
        };
        Ok(format!(
            "{endpoint}{EMBED_ROOT}/dashboards/{dashboard}{visual}?code={code}&identityprovider=quicksight&isauthcode=true"
        ))
    }
}

impl QuickSight {
    /// Returns whose frames a page below [`EMBED_ROOT`] may be in, as a Content-Security-Policy names them. A code
    /// that has expired or was used still says it, so that the page can tell.
    ///
    /// The frame through which AWS's SDK sends its messages has no code in its address. It shows nothing and hands
    /// messages on to the dashboards' frames alone, which say themselves whose frames they are in.
    pub async fn frame_ancestors(&self, page: &Uri) -> String {
        if page.path().strip_prefix(EMBED_ROOT) == Some("/embedControl") {
            return "*".to_owned();
        }
        let pairs = uri::query_pairs(page.query().unwrap_or_default());
        let code = pairs.iter().find(|(name, _)| name == "code");
        let found = match code {
            Some((_, code)) => signed::read::<EmbedCode>(self, code).await.ok(),
            None => None,
        };
        match found {
            Some(code) if !code.domains.is_empty() => code.domains.join(" "),
            _ => LOCAL.to_owned(),
        }
    }
}

/// Gives the token of the session that a code is for, and how many milliseconds it lasts.
///
/// **Errors**: a code that was not made here, has expired, or was used.
///
/// A crash before the commit leaves the code unused; one after it has used it up without a session.
pub(super) async fn redeem(service: &QuickSight, code: &str) -> Result<(String, i64), ApiError> {
    let code: EmbedCode = signed::open(service, code).await?;
    let now_ms = service.clock.now_ms();
    let mut batch = Batch::new();
    let key = |expires_ms: i64, id: &str| Key::of(&[&format!("{expires_ms:020}"), id]);
    let used = service.store.scan(USED, &Scan::prefix(&[])).await;
    for (at, record) in used.map_err(ApiError::internal)? {
        let expires = std::str::from_utf8(&record.value).ok();
        let expires = expires.and_then(|text| text.parse::<i64>().ok());
        if expires.is_none_or(|expires| expires <= now_ms) {
            batch.delete(USED, at);
        }
    }
    let at = key(code.expires_ms, &code.id);
    batch.put_if(USED, at, code.expires_ms.to_string(), Expect::Absent);
    match service.store.commit(batch).await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => {
            return Err(denied("The embed code has been used already"));
        }
        Err(error) => return Err(ApiError::internal(error)),
    }
    let session = EmbedSession {
        grant: code.grant,
        expires_ms: now_ms.saturating_add(code.session_ms),
    };
    Ok((signed::sign(service, &session).await?, code.session_ms))
}

impl EmbedSession {
    /// Reads a token.
    ///
    /// **Errors**: one that was not made here, or that has expired.
    pub(super) async fn open(service: &QuickSight, token: &str) -> Result<Self, ApiError> {
        signed::open(service, token).await
    }
}

impl Grant {
    /// Returns whose dashboards they are.
    pub(super) fn scope(&self) -> Scope {
        Scope {
            account: self.account.clone(),
            region: self.region.clone(),
        }
    }

    /// **Errors**: anything but what the session is for.
    pub(super) fn allows(
        &self,
        dashboard: Option<&str>,
        sheet: Option<&str>,
        visual: Option<&str>,
    ) -> Result<(), ApiError> {
        let own = dashboard.is_some_and(|d| self.dashboards.iter().any(|own| own == d));
        let shown = self.visual.as_ref().is_none_or(|(own_sheet, own)| {
            visual == Some(own) && sheet.is_none_or(|sheet| sheet == own_sheet)
        });
        if own && shown {
            return Ok(());
        }
        Err(denied("The embed session is for another dashboard"))
    }

    /// Returns what its visitor may do: a user what that user may, one without a name what the session is for.
    pub(super) async fn caller(
        &self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Caller, ApiError> {
        match &self.user {
            Some(arn) => {
                let user = question::user(service, scope, arn).await?;
                Caller::user(service, scope, user, arn).await
            }
            None => Ok(Caller::Administrator),
        }
    }

    pub(super) async fn viewer(
        &self,
        service: &QuickSight,
        scope: &Scope,
    ) -> Result<Viewer, ApiError> {
        match &self.user {
            Some(arn) => {
                let user = question::user(service, scope, arn).await?;
                user.viewer(service, scope).await
            }
            None => Ok(Viewer::Anonymous {
                tags: self.tags.clone(),
            }),
        }
    }
}
