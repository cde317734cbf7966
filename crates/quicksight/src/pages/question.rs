//! A question of the console: which report, which visual, filtered how, seen by whom.

use std::collections::HashSet;

use aws::{ApiError, Context};
use serde::Deserialize;
use serde_json::Value;
use visual::{DataSets, Definition, Direction, Filter, Scope as FilterScope, Selection};

use super::{
    Grant,
    filter::{ReaderChoice, ReaderFilter},
    signed::denied,
    visible::{self, Named},
};
use crate::{
    QuickSight,
    asset::{ANALYSIS, Asset, DASHBOARD, DATA_SET, Document, Scope, Version},
    dataset,
    error::{invalid, missing},
    principal::{Caller, USERS, User, viewer_of},
    report::{Ask, Figures, ReportError, access::Viewer, run},
};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question {
    dashboard_id: Option<String>,
    version_number: Option<u64>,
    analysis_id: Option<String>,
    /// One that is not saved.
    definition: Option<Value>,
    pub(super) sheet_id: Option<String>,
    pub(super) visual_id: Option<String>,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    filters: Vec<ReaderFilter>,
    /// What was chosen in the controls of filters.
    #[serde(default)]
    controls: Vec<ReaderChoice>,
    #[serde(default)]
    selections: Vec<Selection>,
    #[serde(default)]
    level: usize,
    /// What its reader has the visual sorted by.
    sort: Option<ReaderSort>,
    /// A file says its filters and its data's time, also where AWS's has rows alone.
    #[serde(default)]
    pub(super) annotated: bool,
    pub(super) limit: Option<u64>,
    /// `light` or `dark`.
    pub(super) theme: Option<String>,
    /// A user's ARN: what that user would see.
    user: Option<String>,
    pub(super) format: Option<String>,
    pub(super) data_set_identifier: Option<String>,
    pub(super) column_name: Option<String>,
}

/// A field of the visual, and how it goes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReaderSort {
    field_id: String,
    direction: SortDirection,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum SortDirection {
    Asc,
    Desc,
}

/// A question whose report was found.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) scope: Scope,
    pub(super) name: String,
    pub(super) definition: Definition,
    pub(super) viewer: Viewer,
    /// The columns that a visitor of an embedded dashboard may ask about; whoever else may about all.
    pub(super) visible: Option<HashSet<Named>>,
    filters: Vec<Filter>,
    pub(super) parameters: Value,
}

impl Asked {
    /// **Errors**: a report that is not there, a filter that cannot be read.
    pub(super) async fn new(
        service: &QuickSight,
        context: &Context,
        question: Question,
    ) -> Result<Self, ApiError> {
        let scope = Scope::of(context);
        let caller = Caller::of(service, &scope, &context.principal).await?;
        let (name, definition) = found(service, &scope, &question, &caller).await?;
        let viewer = match &question.user {
            Some(arn) if caller.is_administrator() => {
                let user = user(service, &scope, arn).await?;
                user.viewer(service, &scope).await?
            }
            Some(arn) => return Err(caller.refusal("quicksight:DescribeUser", arn)),
            None => viewer_of(service, &scope, &context.principal).await?,
        };
        Self::of(service, scope, question, name, &definition, viewer, None).await
    }

    /// Returns the question of a visitor of an embedded dashboard.
    ///
    /// **Errors**: as [`Self::new`], and anything but what the visitor's session is for: of the dashboard only what
    /// is published, of its data only the columns that it shows.
    pub(super) async fn of_visitor(
        service: &QuickSight,
        question: Question,
        grant: &Grant,
    ) -> Result<Self, ApiError> {
        let other = question.definition.is_some()
            || question.analysis_id.is_some()
            || question.version_number.is_some();
        let dashboard = question.dashboard_id.as_deref().filter(|_| !other);
        let (sheet, visual) = (question.sheet_id.as_deref(), question.visual_id.as_deref());
        grant.allows(dashboard, sheet, visual)?;
        let mut shown = Shown::find(service, grant, dashboard.unwrap_or_default()).await?;
        if question.is_of_data() && !visible::is_available(&shown.options, "ExportToCSVOption") {
            return Err(denied("The dashboard's data cannot be exported"));
        }
        visible::narrow(&mut shown.definition, grant.visual.as_ref());
        let visible = visible::named(&shown.definition);
        if let Some((_, column)) = question.columns().find(|column| !visible.contains(column)) {
            return Err(denied(format!("The dashboard does not show {column}")));
        }
        let scope = grant.scope();
        let viewer = grant.viewer(service, &scope).await?;
        let Shown {
            name, definition, ..
        } = shown;
        Self::of(
            service,
            scope,
            question,
            name,
            &definition,
            viewer,
            Some(visible),
        )
        .await
    }

    async fn of(
        service: &QuickSight,
        scope: Scope,
        question: Question,
        name: String,
        definition: &Value,
        viewer: Viewer,
        visible: Option<HashSet<Named>>,
    ) -> Result<Self, ApiError> {
        let mut definition = Definition::read(definition);
        for choice in &question.controls {
            let (filter, chosen) = choice.chosen();
            definition.choose(filter, &chosen).map_err(invalid)?;
        }
        if let (Some(sort), Some(visual)) = (&question.sort, &question.visual_id) {
            let direction = match sort.direction {
                SortDirection::Asc => Direction::Ascending,
                SortDirection::Desc => Direction::Descending,
            };
            definition.sort(visual, &sort.field_id, direction);
        }
        let mut data_sets = DataSets::new();
        for (identifier, arn) in &definition.data_sets {
            // A visual of another data set can still be drawn.
            if let Ok(asset) = Asset::by_arn(&service.store, &DATA_SET, &scope, arn).await {
                let columns = dataset::columns(service, &scope, &asset).await?;
                data_sets.insert(
                    identifier.clone(),
                    columns.iter().map(dataset::seen).collect(),
                );
            }
        }
        let given = question
            .filters
            .iter()
            .map(|f| f.filters(&definition, &data_sets));
        let given: Result<Vec<Vec<Filter>>, String> = given.collect();
        let filters = given.map_err(invalid)?.into_iter().flatten().collect();
        let parameters = question.parameters.clone();
        Ok(Self {
            question,
            scope,
            name,
            definition,
            viewer,
            visible,
            filters,
            parameters,
        })
    }

    /// Asks for the figures of one visual.
    pub(super) async fn figures(
        &self,
        service: &QuickSight,
        sheet: &str,
        visual: &str,
        detail: bool,
        limit: Option<u64>,
    ) -> Result<Figures, ReportError> {
        run(
            service,
            &self.scope,
            &self.ask(sheet, visual, detail, limit),
        )
        .await
    }

    pub(super) fn ask<'a>(
        &'a self,
        sheet: &'a str,
        visual: &'a str,
        detail: bool,
        limit: Option<u64>,
    ) -> Ask<'a> {
        Ask {
            definition: &self.definition,
            sheet,
            visual,
            parameters: &self.parameters,
            filters: &self.filters,
            selections: &self.question.selections,
            level: self.question.level,
            detail,
            limit,
            viewer: &self.viewer,
        }
    }

    /// Returns the filters that its reader set, in words.
    pub(super) fn reader_words(&self) -> Vec<String> {
        let filters = self.question.filters.iter();
        filters.map(ReaderFilter::words).collect()
    }

    /// Returns the filters that hold for the values of a control: a reader's, and for a visitor of an embedded
    /// dashboard those of the report that no control can change.
    pub(super) fn held(&self) -> Vec<Filter> {
        let mut held = self.filters.clone();
        if self.visible.is_none() {
            return held;
        }
        let controls = self.definition.sheets.iter().flat_map(|s| &s.controls);
        let open: HashSet<&str> = controls.filter_map(|c| c.filter.as_deref()).collect();
        let groups = self.definition.filter_groups.iter();
        let whole = groups.filter(|group| group.enabled && group.scope == FilterScope::AllSheets);
        let locked = whole
            .flat_map(|group| &group.filters)
            .filter(|filter| !open.contains(filter.id.as_str()) && filter.test.is_of_rows());
        held.extend(locked.cloned());
        held
    }

    /// Returns the sheet and visual that are asked for.
    pub(super) fn visual(&self) -> Result<(&str, &str), ApiError> {
        let visual = self.question.visual_id.as_deref();
        let visual = visual.ok_or_else(|| invalid("visualId is missing"))?;
        let sheet = match self.question.sheet_id.as_deref() {
            Some(sheet) => Some(sheet),
            None => {
                let mut sheets = self.definition.sheets.iter();
                sheets
                    .find(|s| s.visuals.iter().any(|v| v.id == visual))
                    .map(|s| s.id.as_str())
            }
        };
        let sheet = sheet.ok_or_else(|| missing(None, format!("Visual {visual} is not found")))?;
        Ok((sheet, visual))
    }
}

async fn found(
    service: &QuickSight,
    scope: &Scope,
    question: &Question,
    caller: &Caller,
) -> Result<(String, Value), ApiError> {
    let may = |what: &str| vec![format!("quicksight:{what}")];
    if let Some(definition) = &question.definition {
        // Whoever draws it could as well read the data.
        for (_, arn) in &Definition::read(definition).data_sets {
            if let Ok(asset) = Asset::by_arn(&service.store, &DATA_SET, scope, arn).await {
                let actions = may("PassDataSet");
                caller
                    .check(service, scope, &DATA_SET, &asset, &actions)
                    .await?;
            }
        }
        return Ok(("Report".into(), definition.clone()));
    }
    if let Some(id) = &question.analysis_id {
        let (mut asset, _) = Asset::get(&service.store, &ANALYSIS, scope, id).await?;
        let actions = may("QueryAnalysis");
        caller
            .check(service, scope, &ANALYSIS, &asset, &actions)
            .await?;
        let definition = asset.body.shift_remove("Definition").unwrap_or_default();
        return Ok((asset.name, definition));
    }
    let id = question.dashboard_id.as_ref();
    let id = id.ok_or_else(|| invalid("dashboardId, analysisId or definition is missing"))?;
    let (name, mut version) =
        of_dashboard(service, scope, id, question.version_number, caller).await?;
    let definition = version.body.shift_remove("Definition").unwrap_or_default();
    Ok((name, definition))
}

/// Returns a dashboard's name and a version of it: the published one, unless another is asked for.
async fn of_dashboard(
    service: &QuickSight,
    scope: &Scope,
    id: &str,
    number: Option<u64>,
    caller: &Caller,
) -> Result<(String, Version), ApiError> {
    let (asset, _) = Asset::get(&service.store, &DASHBOARD, scope, id).await?;
    let actions = vec!["quicksight:QueryDashboard".to_owned()];
    caller
        .check(service, scope, &DASHBOARD, &asset, &actions)
        .await?;
    let number = number.unwrap_or(asset.published);
    let version = Version::get(&service.store, &DASHBOARD, scope, &asset, number).await?;
    Ok((asset.name, version))
}

/// A dashboard as a visitor may see it.
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) definition: Value,
    /// `DashboardPublishOptions`.
    pub(super) options: Value,
    pub(super) version: u64,
}

impl Shown {
    /// **Errors**: a dashboard that is not there (any more), or that the visitor's user may not see (any more).
    pub(super) async fn find(
        service: &QuickSight,
        grant: &Grant,
        dashboard: &str,
    ) -> Result<Self, ApiError> {
        let scope = grant.scope();
        let caller = grant.caller(service, &scope).await?;
        let (name, version) = of_dashboard(service, &scope, dashboard, None, &caller).await?;
        let mut body: Document = version.body;
        let mut take = |name: &str| body.shift_remove(name).unwrap_or_default();
        Ok(Self {
            name,
            definition: take("Definition"),
            options: take("DashboardPublishOptions"),
            version: version.number,
        })
    }
}

impl Question {
    /// Returns whether it wants a file of data.
    fn is_of_data(&self) -> bool {
        matches!(self.format.as_deref(), Some("csv" | "xlsx"))
    }

    /// Returns the columns that it names.
    fn columns(&self) -> impl Iterator<Item = Named> {
        let filters = self.filters.iter().map(ReaderFilter::column);
        let selections = self
            .selections
            .iter()
            .map(|s| (s.data_set.clone(), s.column.clone()));
        let values = self.column_name.as_ref().map(|column| {
            let set = self.data_set_identifier.clone();
            (set.unwrap_or_default(), column.clone())
        });
        filters.chain(selections).chain(values)
    }
}

/// Returns a registered user.
pub(super) async fn user(service: &QuickSight, scope: &Scope, arn: &str) -> Result<User, ApiError> {
    let users = service
        .store
        .scan_json::<User>(USERS, &scope.scan(&[]))
        .await;
    let users = users.map_err(ApiError::internal)?;
    let found = users.into_iter().map(|(_, u)| u).find(|u| u.arn == arn);
    found.ok_or_else(|| missing(Some("USER"), format!("User {arn} is not found")))
}
