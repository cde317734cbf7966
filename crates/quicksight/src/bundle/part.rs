//! What a bundle can hold.

use aws::{ApiError, Arn};

use crate::{
    asset::{ANALYSIS, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, Kind, Scope, THEME},
    error::invalid,
};

/// A kind of part: an asset, or a data set's refresh schedule.
#[derive(Debug)]
pub(crate) struct Part {
    /// The asset that it is, or that it is of.
    pub(crate) kind: &'static Kind,
    /// What follows `Create` and `Update` in the names of operations.
    pub(super) noun: &'static str,
    /// Its folder in the archive, and its `resourceType` there.
    pub(super) folder: &'static str,
    /// The member of override parameters.
    pub(super) overrides: &'static str,
}

pub(super) const SCHEDULE: Part = Part {
    kind: &DATA_SET,
    noun: "RefreshSchedule",
    folder: "refreshschedule",
    overrides: "RefreshSchedules",
};

const fn asset(kind: &'static Kind, overrides: &'static str) -> Part {
    Part {
        kind,
        noun: kind.noun,
        folder: kind.arn,
        overrides,
    }
}

/// In the order in which they are imported: each stands on those before it.
pub(super) const PARTS: [&Part; 7] = [
    &asset(&FOLDER, "Folders"),
    &asset(&DATA_SOURCE, "DataSources"),
    &asset(&THEME, "Themes"),
    &asset(&DATA_SET, "DataSets"),
    &SCHEDULE,
    &asset(&ANALYSIS, "Analyses"),
    &asset(&DASHBOARD, "Dashboards"),
];

impl Part {
    pub(super) fn is_schedule(&self) -> bool {
        self.folder == SCHEDULE.folder
    }

    /// The member that its id is in; a schedule's is inside of `Schedule`.
    pub(super) fn id_member(&self) -> String {
        format!("{}Id", self.kind.noun)
    }

    /// Returns its place in the order of an import.
    pub(super) fn rank(&self) -> usize {
        let place = PARTS.iter().position(|p| p.folder == self.folder);
        place.unwrap_or(PARTS.len())
    }

    pub(super) fn of_kind(kind: &str) -> Option<&'static Part> {
        let mut parts = PARTS.into_iter();
        parts.find(|p| !p.is_schedule() && p.kind.arn == kind)
    }
}

/// One part by its kind and id.
#[derive(Clone, Debug)]
pub(crate) struct PartRef {
    pub(crate) part: &'static Part,
    /// The asset's; for a schedule its data set's.
    pub(crate) id: String,
    pub(crate) schedule: Option<String>,
}

impl PartRef {
    pub(super) fn of(part: &'static Part, id: &str) -> Self {
        Self {
            part,
            id: id.to_owned(),
            schedule: None,
        }
    }

    /// Returns the ARN's resource, by which parts are told apart.
    pub(crate) fn resource(&self) -> String {
        let asset = format!("{}/{}", self.part.kind.arn, self.id);
        match &self.schedule {
            Some(schedule) => format!("{asset}/refresh-schedule/{schedule}"),
            None => asset,
        }
    }

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        scope.arn(self.resource())
    }

    /// Reads the resource of an ARN; nothing for what a bundle cannot hold.
    pub(super) fn of_resource(resource: &str) -> Option<Self> {
        let parts: Vec<&str> = resource.split('/').collect();
        match parts.as_slice() {
            ["dataset", set, "refresh-schedule", id] => Some(Self {
                part: &SCHEDULE,
                id: (*set).to_owned(),
                schedule: Some((*id).to_owned()),
            }),
            [kind, id] if !id.is_empty() => Some(Self::of(Part::of_kind(kind)?, id)),
            _ => None,
        }
    }
}

/// Returns the part that an ARN of this account and region names.
///
/// **Errors**: `InvalidParameterValueException` for any other.
pub(crate) fn of_arn(scope: &Scope, arn: &str) -> Result<PartRef, ApiError> {
    let parsed: Option<Arn> = arn.parse().ok();
    let own = parsed.filter(|a| {
        a.service == "quicksight" && a.account == scope.account && a.region == scope.region
    });
    let part = own.and_then(|a| PartRef::of_resource(&a.resource));
    part.ok_or_else(|| {
        invalid(format!(
            "{arn} is not the ARN of a resource of account {} in {} that can be exported",
            scope.account, scope.region
        ))
    })
}
