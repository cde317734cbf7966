//! A question of the console: which report, which visual, filtered how, seen by whom.

use aws::{ApiError, Context};
use serde::Deserialize;
use serde_json::{Value, json};
use visual::{DataSets, Definition, Filter, Selection};

use super::{
    Embedded,
    filter::{ReaderChoice, ReaderFilter},
};
use crate::{
    QuickSight,
    asset::{ANALYSIS, Asset, DASHBOARD, DATA_SET, Scope, Version},
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
    pub(super) limit: Option<u64>,
    /// `light` or `dark`.
    pub(super) theme: Option<String>,
    /// A user's ARN: what that user would see.
    user: Option<String>,
    pub(super) format: Option<String>,
    pub(super) data_set_identifier: Option<String>,
    pub(super) column_name: Option<String>,
}

impl Question {
    /// Returns the question for all of a dashboard, or for one visual of it, as a picture, with the values of
    /// parameters that an address has as `p.NAME=value`.
    pub(super) fn picture(
        dashboard: &str,
        visual: Option<String>,
        query: &[(String, String)],
    ) -> Self {
        let mut parameters = serde_json::Map::new();
        for (name, value) in query {
            let Some(name) = name.strip_prefix("p.") else {
                continue;
            };
            let values = parameters.entry(name).or_insert_with(|| json!([]));
            if let Value::Array(values) = values {
                values.push(value.as_str().into());
            }
        }
        Self {
            parameters: Value::Object(parameters),
            dashboard_id: Some(dashboard.to_owned()),
            visual_id: visual,
            format: Some("svg".into()),
            ..Self::default()
        }
    }
}

/// A question whose report was found.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) scope: Scope,
    pub(super) name: String,
    pub(super) definition: Definition,
    pub(super) viewer: Viewer,
    filters: Vec<Filter>,
    parameters: Value,
}

impl Asked {
    /// **Errors**: a report that is not there, a filter that cannot be read; for a visitor of an embedded
    /// dashboard, anything but that dashboard.
    pub(super) async fn new(
        service: &QuickSight,
        context: &Context,
        question: Question,
        embedded: Option<&Embedded>,
    ) -> Result<Self, ApiError> {
        let scope = match embedded {
            Some(embedded) => embedded.scope(),
            None => Scope::of(context),
        };
        if let Some(embedded) = embedded {
            // Only what is published: no other version, and no definition of the visitor's own.
            let other = question.definition.is_some()
                || question.analysis_id.is_some()
                || question.version_number.is_some();
            let dashboard = question.dashboard_id.as_deref().filter(|_| !other);
            embedded.allows(dashboard, question.visual_id.as_deref())?;
        }
        let caller = match embedded {
            Some(embedded) => embedded.caller(service, &scope).await?,
            None => Caller::of(service, &scope, &context.principal).await?,
        };
        let (name, definition) = found(service, &scope, &question, &caller).await?;
        let viewer = match (embedded, &question.user) {
            (Some(embedded), _) => embedded.viewer(service, &scope).await?,
            (None, Some(arn)) if caller.is_administrator() => {
                let user = user(service, &scope, arn).await?;
                user.viewer(service, &scope).await?
            }
            (None, Some(arn)) => return Err(caller.refusal("quicksight:DescribeUser", arn)),
            (None, None) => viewer_of(service, &scope, &context.principal).await?,
        };
        let mut definition = Definition::read(&definition);
        for choice in &question.controls {
            let (filter, chosen) = choice.chosen();
            definition.choose(filter, &chosen).map_err(invalid)?;
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

    /// Returns what is printed of the filters and parameters in force.
    pub(super) fn notes(&self) -> Vec<String> {
        let question = &self.question;
        let mut notes: Vec<String> = question.filters.iter().map(ReaderFilter::words).collect();
        let choices = question.controls.iter();
        notes.extend(choices.map(|c| c.words(&self.definition)));
        for (name, value) in self.parameters.as_object().into_iter().flatten() {
            let values = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            let shown = values
                .iter()
                .map(|v| v.as_str().map_or(v.to_string(), str::to_owned));
            notes.push(format!("{name}: {}", shown.collect::<Vec<_>>().join(", ")));
        }
        notes
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
    let (asset, _) = Asset::get(&service.store, &DASHBOARD, scope, id).await?;
    let actions = may("QueryDashboard");
    caller
        .check(service, scope, &DASHBOARD, &asset, &actions)
        .await?;
    let number = question.version_number.unwrap_or(asset.published);
    let mut version = Version::get(&service.store, &DASHBOARD, scope, &asset, number).await?;
    let definition = version.body.shift_remove("Definition").unwrap_or_default();
    Ok((asset.name, definition))
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
