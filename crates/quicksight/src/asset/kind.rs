//! The kinds of assets.

/// A kind of asset, and what its names are made of.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What members begin with: `DataSet` of `DataSetId` and `DataSetArn`.
    pub(crate) noun: &'static str,
    /// The ARN's kind: `dataset`.
    pub(crate) arn: &'static str,
    pub(crate) table: &'static str,
    /// `ResourceType` of an error, where the API's enum has one.
    pub(crate) resource_type: Option<&'static str>,
    /// The member of an event's detail.
    pub(crate) event_id: &'static str,
}

pub(crate) const DATA_SOURCE: Kind = Kind {
    noun: "DataSource",
    arn: "datasource",
    table: "quicksight/data-sources",
    resource_type: Some("DATA_SOURCE"),
    event_id: "datasourceId",
};

pub(crate) const DATA_SET: Kind = Kind {
    noun: "DataSet",
    arn: "dataset",
    table: "quicksight/data-sets",
    resource_type: Some("DATA_SET"),
    event_id: "datasetId",
};

pub(crate) const ANALYSIS: Kind = Kind {
    noun: "Analysis",
    arn: "analysis",
    table: "quicksight/analyses",
    resource_type: None,
    event_id: "analysisId",
};

pub(crate) const DASHBOARD: Kind = Kind {
    noun: "Dashboard",
    arn: "dashboard",
    table: "quicksight/dashboards",
    resource_type: None,
    event_id: "dashboardId",
};

pub(crate) const TEMPLATE: Kind = Kind {
    noun: "Template",
    arn: "template",
    table: "quicksight/templates",
    resource_type: None,
    event_id: "templateId",
};

pub(crate) const THEME: Kind = Kind {
    noun: "Theme",
    arn: "theme",
    table: "quicksight/themes",
    resource_type: None,
    event_id: "themeId",
};

pub(crate) const FOLDER: Kind = Kind {
    noun: "Folder",
    arn: "folder",
    table: "quicksight/folders",
    resource_type: None,
    event_id: "folderId",
};

pub(crate) const KINDS: [&Kind; 7] = [
    &DATA_SOURCE,
    &DATA_SET,
    &ANALYSIS,
    &DASHBOARD,
    &TEMPLATE,
    &THEME,
    &FOLDER,
];
