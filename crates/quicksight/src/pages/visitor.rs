//! What the page of an embedded dashboard asks, below `/_taxiway/reports/embed/`. No session of the console's counts
//! here: the URL's code is given once for a session, whose token comes with every question as a bearer's.

use ::visual::Definition;
use aws::{ApiError, Body};
use http::{HeaderMap, Method, Response, header::AUTHORIZATION};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    embed::{self, EmbedSession},
    export,
    question::{Asked, Question, Shown},
    route::{attached, no_page, of_json, read},
    signed::denied,
    visible, visual,
};
use crate::{QuickSight, error::invalid, report::ReportError};

#[derive(Deserialize)]
struct Redeem {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    dashboard_id: String,
}

/// Answers a request; `path` is what is below `embed/`.
pub(super) async fn answer(
    service: &QuickSight,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response<Body>, ReportError> {
    if method != Method::POST {
        return Err(no_page(method, path).into());
    }
    if path == "session" {
        let Redeem { code } = read(body).await?;
        let (token, lasts_ms) = embed::redeem(service, &code).await?;
        return Ok(of_json(
            &json!({"token": token, "secondsLeft": lasts_ms / 1000}),
        ));
    }
    let session = EmbedSession::open(service, bearer(headers)?).await?;
    let answer = match path {
        "dashboard" => described(service, &session, read(body).await?).await?,
        "visual" | "rows" | "values" | "export" => {
            let question: Question = read(body).await?;
            let asked = Asked::of_visitor(service, question, &session.grant).await?;
            let mut answer = match path {
                "visual" => visual::visual(service, &asked).await?,
                "rows" => visual::rows(service, &asked).await?,
                "values" => visual::values(service, &asked).await?,
                _ => return Ok(attached(export::export(service, &asked).await?)),
            };
            // Where data are, and by which conditions rows were chosen, is not a visitor's business.
            if let Value::Object(members) = &mut answer {
                members
                    .retain(|name, _| !["sql", "dataSetId", "dataSetArn"].contains(&name.as_str()));
            }
            answer
        }
        _ => return Err(no_page(method, path).into()),
    };
    Ok(of_json(&answer))
}

fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = given.and_then(|v| v.strip_prefix("Bearer "));
    token.ok_or_else(|| denied("The embed session is missing"))
}

/// Says what there is to show, and what the page offers.
async fn described(
    service: &QuickSight,
    session: &EmbedSession,
    About { dashboard_id }: About,
) -> Result<Value, ApiError> {
    let grant = &session.grant;
    let visual = grant.visual.as_ref();
    let names = visual.map(|(sheet, visual)| (sheet.as_str(), visual.as_str()));
    grant.allows(
        Some(&dashboard_id),
        names.map(|(sheet, _)| sheet),
        names.map(|(_, visual)| visual),
    )?;
    let mut shown = Shown::find(service, grant, &dashboard_id).await?;
    visible::narrow(&mut shown.definition, visual);
    if let Some((sheet, visual)) = names {
        let found = Definition::read(&shown.definition);
        if found.visual(sheet, visual).is_none() {
            return Err(invalid(format!("Visual {visual} is not found")));
        }
    }
    visible::veil(&mut shown.definition);
    Ok(json!({
        "dashboardId": dashboard_id,
        "name": shown.name,
        "version": shown.version,
        "definition": shown.definition,
        "visual": names.map(|(sheet, visual)| json!({"sheetId": sheet, "visualId": visual})),
        "offered": visible::offered(&shown.options),
        "undoRedo": grant.undo_redo,
        "reset": grant.reset,
    }))
}
