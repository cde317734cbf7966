//! Import: each part of a bundle is made, or changed where it is there already.

use aws::{ApiError, Call, ids};
use serde_json::{Value, json};
use store::StoreError;

use super::{
    Direction, Failure, Job, document, names, overrides,
    portable::{self, Portable, REFRESH},
    undo::{self, Undo},
};
use crate::{
    QuickSight,
    asset::{ANALYSIS, Asset, DASHBOARD, Document, Scope, Version},
    lasting::keep,
    source::check_bucket,
    zip,
};

/// A bundle may have so many bytes, packed and unpacked.
const PACKED_MAX: usize = 128 << 20;
const UNPACKED_MAX: usize = 512 << 20;

pub(super) async fn run(
    service: &QuickSight,
    scope: &Scope,
    job: &mut Job,
) -> Result<(), StoreError> {
    if job.status != "FAILED_ROLLBACK_IN_PROGRESS" {
        (job.errors, job.warnings) = (Vec::new(), Vec::new());
        let goes_back = job.text("FailureAction") == "ROLLBACK";
        match prepared(service, scope, job).await {
            Ok(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    let step = Step {
                        service,
                        scope,
                        job,
                        part,
                        place,
                    };
                    if let Err(error) = step.run().await {
                        job.errors.push(Failure::of(part.at.arn(scope), &error));
                        if goes_back {
                            break;
                        }
                    }
                }
            }
            Err(failure) => job.errors.push(failure),
        }
        job.status = match (job.errors.is_empty(), goes_back) {
            (true, _) => "SUCCESSFUL",
            (false, true) => "FAILED_ROLLBACK_IN_PROGRESS",
            (false, false) => "FAILED",
        }
        .into();
    }
    if job.status == "FAILED_ROLLBACK_IN_PROGRESS" {
        keep(service, scope, job).await?;
        job.rollback_errors = undo::all(service, scope, &job.id).await?;
        job.status = match job.rollback_errors.is_empty() {
            true => "FAILED_ROLLBACK_COMPLETED",
            false => "FAILED_ROLLBACK_ERROR",
        }
        .into();
    }
    Ok(())
}

/// Reads the bundle, and returns its parts as they are to be, in the order in which they can be made.
async fn prepared(
    service: &QuickSight,
    scope: &Scope,
    job: &mut Job,
) -> Result<Vec<Portable>, Failure> {
    let wrong = |message: String| Failure::new("", "InvalidParameterValueException", message);
    let bundle = bundle(service, scope, job)
        .await
        .map_err(|e| Failure::of("", &e))?;
    let files = zip::read(&bundle, UNPACKED_MAX).map_err(wrong)?;
    let parts = files.iter().map(document::read);
    let mut parts: Vec<Portable> = parts.collect::<Result<_, _>>().map_err(wrong)?;
    if parts.is_empty() {
        return Err(wrong("The bundle is empty".into()));
    }
    job.warnings = overrides::apply(scope, &job.given, &mut parts);
    portable::sorted(scope, parts).map_err(wrong)
}

/// Returns the bundle's bytes. What came from a bucket is kept, so that a restart goes on with the same.
async fn bundle(service: &QuickSight, scope: &Scope, job: &Job) -> Result<Vec<u8>, ApiError> {
    let shelf = &service.bundles;
    let kept = shelf.get(scope, Direction::Import, &job.id).await;
    if let Some(bytes) = kept.map_err(ApiError::internal)? {
        return Ok(bytes);
    }
    let uri = job
        .given
        .get("AssetBundleImportSource")
        .and_then(|s| s.get("S3Uri"));
    let uri = uri.and_then(Value::as_str).unwrap_or("");
    let wrong = |message: String| ApiError::new("InvalidParameterValueException", message);
    let place = uri
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'));
    let (bucket, key) =
        place.ok_or_else(|| wrong(format!("{uri} is not the URI of an S3 object")))?;
    let unreadable = |e: &dyn std::fmt::Display| wrong(format!("{uri} cannot be read: {e}"));
    check_bucket(service, &scope.account, bucket)
        .await
        .map_err(|e| unreadable(&e))?;
    let info = service
        .objects
        .head(bucket, key)
        .await
        .map_err(|e| unreadable(&e))?;
    if usize::try_from(info.size).map_or(true, |size| size > PACKED_MAX) {
        return Err(wrong(format!("{uri} is larger than {PACKED_MAX} bytes")));
    }
    let bytes = service
        .objects
        .get_bytes(bucket, key)
        .await
        .map_err(|e| unreadable(&e))?;
    let put = shelf.put(scope, Direction::Import, &job.id, bytes.to_vec());
    put.await.map_err(ApiError::internal)?;
    Ok(bytes.to_vec())
}

/// One part's import.
struct Step<'a> {
    service: &'a QuickSight,
    scope: &'a Scope,
    job: &'a Job,
    part: &'a Portable,
    place: usize,
}

impl Step<'_> {
    async fn run(&self) -> Result<(), ApiError> {
        let at = &self.part.at;
        let held = Undo::find(self.service, self.scope, &self.job.id, self.place).await?;
        // An earlier life of the process was at it.
        let again = held.is_some();
        let mut undo = match held {
            Some(held) if held.is_done => return Ok(()),
            Some(held) => held,
            None => {
                let undo = Undo::of(self.service, self.scope, at).await?;
                undo.put(self.service, self.scope, &self.job.id, self.place)
                    .await?;
                undo
            }
        };
        match &at.schedule {
            Some(_) => {
                let verb = if undo.was_there() || (again && self.is_there().await?) {
                    "Update"
                } else {
                    "Create"
                };
                self.call(
                    &format!("{verb}{}", at.part.noun),
                    self.part.document.clone(),
                )
                .await?;
            }
            None => self.asset(&undo, again).await?,
        }
        undo.is_done = true;
        undo.put(self.service, self.scope, &self.job.id, self.place)
            .await
    }

    async fn is_there(&self) -> Result<bool, ApiError> {
        let now = Undo::of(self.service, self.scope, &self.part.at).await?;
        Ok(now.was_there())
    }

    async fn find(&self) -> Result<Option<Asset>, ApiError> {
        let at = &self.part.at;
        Asset::find(&self.service.store, at.part.kind, self.scope, &at.id).await
    }

    async fn asset(&self, undo: &Undo, again: bool) -> Result<(), ApiError> {
        let noun = self.part.at.part.noun;
        match self.find().await? {
            None => {
                let mut input = self.part.document.clone();
                input.shift_remove(REFRESH);
                self.call(&format!("Create{noun}"), input).await?;
            }
            Some(now) => {
                // Each update makes a version: not once more for the same.
                let is_made = again && now.version > undo.version();
                if !is_made {
                    self.update(&now).await?;
                }
                self.grant().await?;
                self.tag(&now.arn).await?;
                self.join().await?;
            }
        }
        if let Some(properties) = self.part.document.get(REFRESH) {
            self.with("PutDataSetRefreshProperties", &json!({REFRESH: properties}))
                .await?;
        }
        self.check().await
    }

    async fn update(&self, now: &Asset) -> Result<(), ApiError> {
        let noun = self.part.at.part.noun;
        if now.deleted_until_ms.is_some() && noun == ANALYSIS.noun {
            self.with("RestoreAnalysis", &json!({})).await?;
        }
        let operation = format!("Update{noun}");
        let mut input = self.part.document.clone();
        input.retain(|name, _| names::takes(&operation, name));
        self.call(&operation, input).await?;
        Ok(())
    }

    /// Gives the permissions of the bundle; those that are given already stay.
    async fn grant(&self) -> Result<(), ApiError> {
        let document = &self.part.document;
        let mut input = json!({});
        if let Some(permissions) = document.get("Permissions") {
            input["GrantPermissions"] = permissions.clone();
        }
        let link = document.get("LinkSharingConfiguration");
        if let Some(permissions) = link.and_then(|l| l.get("Permissions")) {
            input["GrantLinkPermissions"] = permissions.clone();
        }
        if input == json!({}) {
            return Ok(());
        }
        let operation = format!("Update{}Permissions", self.part.at.part.noun);
        self.with(&operation, &input).await
    }

    async fn tag(&self, arn: &str) -> Result<(), ApiError> {
        let Some(tags) = self.part.document.get("Tags") else {
            return Ok(());
        };
        let Value::Object(input) = json!({"ResourceArn": arn, "Tags": tags}) else {
            return Ok(());
        };
        self.send("TagResource", input).await.map(|_| ())
    }

    async fn join(&self) -> Result<(), ApiError> {
        let at = &self.part.at;
        let arns = self
            .part
            .document
            .get("FolderArns")
            .and_then(Value::as_array);
        for arn in arns.into_iter().flatten().filter_map(Value::as_str) {
            let folder = arn.rsplit('/').next().unwrap_or(arn);
            let input = json!({
                "FolderId": folder, "MemberId": at.id, "MemberType": at.part.kind.arn.to_uppercase(),
            });
            if let Value::Object(input) = input {
                self.call("CreateFolderMembership", input).await?;
            }
        }
        Ok(())
    }

    /// A dashboard shows what was imported; what cannot be drawn or reached has failed.
    async fn check(&self) -> Result<(), ApiError> {
        let at = &self.part.at;
        let Some(now) = self.find().await? else {
            return Err(crate::error::not_found(at.part.kind, &at.id));
        };
        let (mut status, mut errors) = (now.status.clone(), now.errors.clone());
        if now.version > 0 {
            let version = Version::get(
                &self.service.store,
                at.part.kind,
                self.scope,
                &now,
                now.version,
            )
            .await?;
            (status, errors) = (version.status, version.errors);
        }
        errors.extend(now.body.get("ErrorInfo").cloned());
        if status.ends_with("FAILED") {
            let words: Vec<&str> = errors
                .iter()
                .filter_map(|e| e.get("Message")?.as_str())
                .collect();
            return Err(ApiError::new(status, words.join("; ")));
        }
        if at.part.noun == DASHBOARD.noun && now.published != now.version {
            self.with(
                "UpdateDashboardPublishedVersion",
                &json!({"VersionNumber": now.version}),
            )
            .await?;
            if let Some(links) = self.part.document.get("LinkEntities") {
                self.with("UpdateDashboardLinks", &json!({"LinkEntities": links}))
                    .await?;
            }
        }
        Ok(())
    }

    /// Calls an operation about the part.
    async fn with(&self, operation: &str, more: &Value) -> Result<(), ApiError> {
        let at = &self.part.at;
        let mut input = Document::new();
        input.insert(at.part.id_member(), at.id.clone().into());
        input.extend(more.as_object().cloned().unwrap_or_default());
        self.call(operation, input).await
    }

    async fn call(&self, operation: &str, mut input: Document) -> Result<(), ApiError> {
        input.insert("AwsAccountId".into(), self.scope.account.clone().into());
        self.send(operation, input).await
    }

    /// Goes through the door, which holds the input against the API, in the name of who started the job.
    async fn send(&self, operation: &str, input: Document) -> Result<(), ApiError> {
        let call = Call {
            service: "quicksight".into(),
            operation: operation.into(),
            input: Value::Object(input),
            principal: self.job.principal(self.scope),
            request_id: ids::request_id(),
        };
        self.service.invoke.call(call).await.map(|_| ())
    }
}
