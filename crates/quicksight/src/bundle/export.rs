//! Export: parts, and what they stand on, as a bundle.

use std::collections::HashSet;

use aws::{ApiError, Arn};
use serde_json::Value;
use store::StoreError;

use super::{
    Direction, Failure, Job, document,
    part::{Part, PartRef, SCHEDULE},
    portable::{self, Portable, Wanted},
    template,
};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, FOLDER, Scope, members_of},
    principal::Caller,
    schedule::{SCHEDULES, Schedule},
};

pub(super) async fn run(
    service: &QuickSight,
    scope: &Scope,
    job: &mut Job,
) -> Result<(), StoreError> {
    (job.errors, job.warnings) = (Vec::new(), Vec::new());
    match exported(service, scope, job).await {
        Ok(()) => job.status = "SUCCESSFUL".into(),
        Err(failures) => {
            job.errors = failures;
            job.status = "FAILED".into();
        }
    }
    Ok(())
}

async fn exported(service: &QuickSight, scope: &Scope, job: &mut Job) -> Result<(), Vec<Failure>> {
    let parts = Collecting::new(service, scope, job).collected().await?;
    let mut problems = Vec::new();
    for part in &parts {
        let arn = part.at.arn(scope);
        problems.extend(part.problems.iter().map(|p| {
            let text = |name: &str| p.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
            Failure::new(&arn, text("Type"), text("Message"))
        }));
    }
    let strict = job.given.get("ValidationStrategy");
    let strict = strict.and_then(|s| s.get("StrictModeForAllResources"));
    if strict.and_then(Value::as_bool) == Some(true) && !problems.is_empty() {
        return Err(problems);
    }
    job.warnings = problems;
    let whole = |message: String| vec![Failure::new("", "InternalFailureException", message)];
    let parts = portable::sorted(scope, parts).map_err(whole)?;
    let made = if job.text("ExportFormat") == "CLOUDFORMATION_JSON" {
        template::template(scope, &parts, &job.given)
    } else {
        document::packed(&parts)
    };
    let made = made.map_err(|e| whole(e.to_string()))?;
    let put = service.bundles.put(scope, Direction::Export, &job.id, made);
    put.await.map_err(|error| {
        tracing::error!(%error, "a bundle could not be kept");
        whole("An internal error occurred.".into())
    })
}

/// What is still to be looked at, and what was found.
struct Collecting<'a> {
    service: &'a QuickSight,
    scope: &'a Scope,
    job: &'a Job,
    seen: HashSet<String>,
    todo: Vec<PartRef>,
    failures: Vec<Failure>,
}

impl<'a> Collecting<'a> {
    fn new(service: &'a QuickSight, scope: &'a Scope, job: &'a Job) -> Self {
        Self {
            service,
            scope,
            job,
            seen: HashSet::new(),
            todo: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Returns all parts.
    ///
    /// **Errors**: all those that are not there.
    async fn collected(mut self) -> Result<Vec<Portable>, Vec<Failure>> {
        let arns = self.job.given.get("ResourceArns").and_then(Value::as_array);
        let arns: Vec<&str> = arns
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for arn in arns {
            match super::part::of_arn(self.scope, arn) {
                Ok(at) => self.add(at),
                Err(error) => self.failures.push(Failure::of(arn, &error)),
            }
        }
        if let Err(error) = self.add_members().await {
            self.failures.push(Failure::of("", &error));
        }
        let wanted = Wanted {
            permissions: self.job.is_on("IncludePermissions"),
            tags: self.job.is_on("IncludeTags"),
            memberships: self.job.is_on("IncludeFolderMemberships")
                || self.folder_members() != "NONE",
        };
        let mut parts = Vec::new();
        while let Some(at) = self.todo.pop() {
            let arn = at.arn(self.scope);
            match self.one(&at, wanted).await {
                Ok(part) => parts.push(part),
                Err(error) => self.failures.push(Failure::of(arn, &error)),
            }
        }
        if !self.job.is_on("IncludeFolderMemberships") {
            self.only_folders_taken_along(&mut parts);
        }
        match self.failures.is_empty() {
            true => Ok(parts),
            false => Err(self.failures),
        }
    }

    fn folder_members(&self) -> &str {
        match self.job.text("IncludeFolderMembers") {
            "" => "NONE",
            given => given,
        }
    }

    fn add(&mut self, at: PartRef) {
        if self.seen.insert(at.resource()) {
            self.todo.push(at);
        }
    }

    async fn one(&mut self, at: &PartRef, wanted: Wanted) -> Result<Portable, ApiError> {
        let part = portable::read(self.service, self.scope, at, wanted).await?;
        self.check(at, wanted).await?;
        if self.job.is_on("IncludeAllDependencies") {
            for needed in part.dependencies(self.scope) {
                self.add(needed);
            }
            if at.part.noun == DATA_SET.noun {
                self.add_schedules(&at.id).await?;
            }
        }
        Ok(part)
    }

    /// **Errors**: `AccessDeniedException` for what who started the job may not see.
    async fn check(&self, at: &PartRef, wanted: Wanted) -> Result<(), ApiError> {
        let (service, scope, kind) = (self.service, self.scope, at.part.kind);
        let caller = Caller::of(service, scope, &self.job.principal(scope)).await?;
        let (asset, _) = Asset::get(&service.store, kind, scope, &at.id).await?;
        let mut actions = vec![format!("quicksight:Describe{}", kind.noun)];
        caller.check(service, scope, kind, &asset, &actions).await?;
        if wanted.permissions {
            actions = vec![format!("quicksight:Describe{}Permissions", kind.noun)];
            caller.check(service, scope, kind, &asset, &actions).await?;
        }
        Ok(())
    }

    /// A data set brings its refresh schedules.
    async fn add_schedules(&mut self, data_set: &str) -> Result<(), ApiError> {
        let scan = self.scope.scan(&[data_set]);
        let rows = self
            .service
            .store
            .scan_json::<Schedule>(SCHEDULES, &scan)
            .await;
        for (_, schedule) in rows.map_err(ApiError::internal)? {
            self.add(PartRef {
                part: &SCHEDULE,
                id: data_set.to_owned(),
                schedule: Some(schedule.id),
            });
        }
        Ok(())
    }

    /// The folders that were asked for bring what is in them, as far down as was asked for.
    async fn add_members(&mut self) -> Result<(), ApiError> {
        if self.folder_members() == "NONE" {
            return Ok(());
        }
        let recurse = self.folder_members() == "RECURSE";
        let all = match recurse {
            true => Asset::all(&self.service.store, &FOLDER, self.scope).await?,
            false => Vec::new(),
        };
        let is_folder = |at: &PartRef| at.part.noun == FOLDER.noun;
        let mut folders: Vec<PartRef> = self
            .todo
            .iter()
            .filter(|at| is_folder(at))
            .cloned()
            .collect();
        while let Some(folder) = folders.pop() {
            let arn = folder.arn(self.scope);
            for found in &all {
                let parent = found.body.get("ParentFolderArn").and_then(Value::as_str);
                if parent == Some(arn.as_str())
                    && !self.seen.contains(&format!("folder/{}", found.id))
                {
                    let inner = PartRef::of(folder.part, &found.id);
                    self.add(inner.clone());
                    folders.push(inner);
                }
            }
            for (kind, id) in members_of(&self.service.store, self.scope, &folder.id).await? {
                if let Some(part) = Part::of_kind(&kind) {
                    self.add(PartRef::of(part, &id));
                }
            }
        }
        Ok(())
    }

    /// Members that came with their folders keep to these; what other folders they are in was not asked for.
    fn only_folders_taken_along(&self, parts: &mut [Portable]) {
        for part in parts {
            let Some(Value::Array(arns)) = part.document.get_mut("FolderArns") else {
                continue;
            };
            arns.retain(|arn| {
                let parsed: Option<Arn> = arn.as_str().and_then(|a| a.parse().ok());
                parsed.is_some_and(|a| self.seen.contains(&a.resource))
            });
            if arns.is_empty() {
                part.document.shift_remove("FolderArns");
            }
        }
    }
}
