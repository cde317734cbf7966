//! From a request to an execution in state QUEUED.

use std::sync::Arc;

use aws::ApiError;
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, StoreError};

use super::{
    location::{Output, output_location},
    model::{Execution, State, Statistics, kind},
    run::spawn,
    transition::add,
};
use crate::{
    catalog::Scope,
    ddl::{self, Statement},
    service::{Athena, invalid, invalid_input, new_id},
    workgroup::{PRIMARY, ResultConfiguration},
};

/// Idempotency tokens and what they started.
const TOKENS: &str = "athena/tokens";

#[derive(Clone, Debug, Default)]
pub(crate) struct StartRequest {
    pub(crate) query: String,
    pub(crate) token: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) catalog: Option<String>,
    pub(crate) configuration: Option<ResultConfiguration>,
    pub(crate) work_group: Option<String>,
    pub(crate) parameters: Vec<String>,
}

/// A token's execution, and what it was asked for: another request under the same token is refused.
#[derive(Serialize, Deserialize)]
struct Token {
    id: String,
    query: String,
    work_group: String,
}

/// Starts a query; the same token and query give the same execution.
pub(crate) async fn start(
    athena: &Arc<Athena>,
    scope: &Scope,
    request: StartRequest,
) -> Result<String, ApiError> {
    let name = request.work_group.clone().unwrap_or_else(|| PRIMARY.into());
    if let Some(id) = known(athena, scope, &request, &name).await? {
        return Ok(id);
    }
    let group = athena
        .work_group(scope, &name)
        .await
        .map_err(ApiError::internal)?;
    let group = group.ok_or_else(|| invalid_input(format!("WorkGroup {name} is not found.")))?;
    if group.state != "ENABLED" {
        return Err(invalid_input(format!("WorkGroup {name} is disabled.")));
    }
    let statement = check(&request)?;
    let folder = output_location(&group, request.configuration.as_ref())?;
    if let Err(error) = athena.objects.head_bucket(&folder.bucket).await {
        return Err(match error {
            objects::Error::NoSuchBucket { bucket }
            | objects::Error::InvalidBucketName { bucket } => {
                invalid_input(format!("Unable to verify/create output bucket {bucket}"))
            }
            other => ApiError::internal(other),
        });
    }
    let id = new_id();
    let (statement_type, substatement_type, ending) = kind(&statement);
    let key = match &statement {
        Statement::Ctas(_) => format!("{}tables/{id}", folder.prefix),
        _ if ending.is_empty() => format!("{}{id}", folder.prefix),
        _ => format!("{}{id}.{ending}", folder.prefix),
    };
    let output = Output {
        bucket: folder.bucket,
        key,
    };
    let enforced = group.configuration.enforced();
    let given = if enforced {
        Some(&group.configuration.result_configuration)
    } else {
        request.configuration.as_ref()
    };
    let execution = Execution {
        v: 1,
        id: id.clone(),
        account: scope.account.to_string(),
        region: scope.region.to_string(),
        query: request.query.clone(),
        statement_type: statement_type.into(),
        substatement_type: substatement_type.into(),
        output: output.url(),
        configuration: given.cloned().unwrap_or_default(),
        database: request.database.map(|d| d.to_lowercase()),
        catalog: request.catalog.map(|c| c.to_lowercase()),
        work_group: name.clone(),
        parameters: request.parameters,
        state: State::Queued,
        reason: None,
        error: None,
        submitted_ms: athena.clock.now_ms(),
        started_ms: None,
        completed_ms: None,
        statistics: Statistics::default(),
        update_count: None,
        output_rows: None,
        sequence: 1,
        cutoff_bytes: group.configuration.bytes_scanned_cutoff_per_query,
    };
    let mut batch = Batch::new();
    add(&mut batch, &execution).map_err(ApiError::internal)?;
    if let Some(token) = &request.token {
        let value = Token {
            id: id.clone(),
            query: request.query.clone(),
            work_group: name.clone(),
        };
        batch
            .put_json(TOKENS, token_key(scope, token), &value, Expect::Absent)
            .map_err(ApiError::internal)?;
    }
    match athena.store.commit(batch).await {
        Ok(()) => {}
        // The same request came twice at once.
        Err(StoreError::Conflict { .. }) => {
            let request = StartRequest {
                query: request.query,
                token: request.token,
                ..StartRequest::default()
            };
            let found = known(athena, scope, &request, &name).await?;
            return found.ok_or_else(|| ApiError::internal("an execution's record is in the way"));
        }
        Err(error) => return Err(ApiError::internal(error)),
    }
    spawn(athena, execution, false);
    Ok(id)
}

fn token_key(scope: &Scope, token: &str) -> Key {
    Key::of(&[&scope.account, &scope.region, token])
}

async fn known(
    athena: &Athena,
    scope: &Scope,
    request: &StartRequest,
    work_group: &str,
) -> Result<Option<String>, ApiError> {
    let Some(token) = &request.token else {
        return Ok(None);
    };
    let found: Option<Token> = athena
        .store
        .get_json(TOKENS, &token_key(scope, token))
        .await
        .map_err(ApiError::internal)?;
    match found {
        Some(found) if found.query == request.query && found.work_group == work_group => {
            Ok(Some(found.id))
        }
        Some(_) => Err(invalid_input("Idempotent parameters do not match")),
        None => Ok(None),
    }
}

/// Reads the statement, so that what is none is refused before it becomes an execution.
fn check(request: &StartRequest) -> Result<Statement, ApiError> {
    let malformed = |message: String| invalid("MALFORMED_QUERY", message);
    let text = match request.parameters.as_slice() {
        [] => request.query.clone(),
        parameters => substitute(&request.query, parameters).map_err(invalid_input)?,
    };
    let statement = ddl::parse(&text).map_err(|e| malformed(e.to_string()))?;
    let query = match &statement {
        Statement::Query(query) | Statement::Explain { query, .. } => query,
        Statement::Insert(insert) => &insert.query,
        Statement::Ctas(ctas) => &ctas.query,
        Statement::Unload(unload) => &unload.query,
        Statement::Unsupported { what } => {
            return Err(invalid(
                "NOT_SUPPORTED",
                format!("Queries of this type are not supported: {what} needs an Iceberg table"),
            ));
        }
        _ => return Ok(statement),
    };
    // Parameters may come later, by EXECUTE.
    if request.parameters.is_empty() && query.contains('?') {
        return Ok(statement);
    }
    query::Engine::check_syntax(query).map_err(|e| malformed(e.to_string()))?;
    Ok(statement)
}

/// Puts values, as SQL source, in the places of `?`.
///
/// **Errors**: more or fewer places than values.
pub(crate) fn substitute(query: &str, values: &[String]) -> Result<String, String> {
    let mut out = String::with_capacity(query.len());
    let mut left = values.iter();
    let mut chars = query.chars().peekable();
    let mut places = 0;
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' | '`' => {
                out.push(c);
                for inner in chars.by_ref() {
                    out.push(inner);
                    if inner == c {
                        break;
                    }
                }
            }
            '-' if chars.peek() == Some(&'-') => {
                out.push(c);
                for inner in chars.by_ref() {
                    out.push(inner);
                    if inner == '\n' {
                        break;
                    }
                }
            }
            '?' => {
                places += 1;
                if let Some(value) = left.next() {
                    out.push_str(value);
                }
            }
            _ => out.push(c),
        }
    }
    if places != values.len() {
        return Err(format!(
            "Incorrect number of parameters: expected {places} but found {}",
            values.len()
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_where_the_question_marks_are() {
        let values = |v: &[&str]| v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let made = substitute(
            "select '?' from t where a = ? and \"b?\" = ?",
            &values(&["1", "'x'"]),
        );
        assert_eq!(
            made.unwrap(),
            "select '?' from t where a = 1 and \"b?\" = 'x'"
        );
        assert!(substitute("select ?", &[]).is_err());
        assert!(substitute("select 1", &values(&["1"])).is_err());
    }
}
