//! Activities.

use std::sync::Arc;

use asl::{TaskId, Trigger};
use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key, StoreError};

use super::{Empty, machines, seconds::Seconds};
use crate::{
    StepFunctions,
    activities::Activity,
    arn::{Resource, StatesArn},
    driver::{Delivered, Extra, row::Offered},
    machine::{Encryption, Tag},
    names,
    paging::{self, Asked},
    refusal, tables,
};

/// How long GetActivityTask waits for a task.
const POLL_MS: i64 = 60_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateInput {
    name: String,
    tags: Option<Vec<Tag>>,
    encryption_configuration: Option<Encryption>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateOutput {
    activity_arn: String,
    creation_date: Seconds,
}

pub(crate) async fn create(
    service: Arc<StepFunctions>,
    context: Context,
    input: CreateInput,
) -> Result<CreateOutput, ApiError> {
    names::check(&input.name)?;
    machines::check_encryption(input.encryption_configuration.as_ref())?;
    let _guard = service.changing(&input.name).await;
    let found = service
        .activities
        .find(context.account(), context.region(), &input.name)
        .await;
    if let Some(is) = found.map_err(refusal::store)? {
        if is.encryption != input.encryption_configuration {
            let message = format!("Activity Already Exists: '{}'", is.arn());
            return Err(ApiError::new("ActivityAlreadyExists", message));
        }
        return Ok(CreateOutput {
            activity_arn: is.arn(),
            creation_date: Seconds(is.created_ms),
        });
    }
    let activity = Activity {
        v: 1,
        account: context.account().into(),
        region: context.region().into(),
        name: input.name,
        id: aws::ids::base36(12),
        created_ms: service.clock.now_ms(),
        encryption: input.encryption_configuration,
        tags: super::tags::merged(Vec::new(), input.tags.unwrap_or_default())?,
    };
    let mut batch = Batch::new();
    batch
        .put_json(
            tables::ACTIVITIES,
            activity.key(),
            &activity,
            Expect::Absent,
        )
        .map_err(refusal::store)?;
    service.store.commit(batch).await.map_err(refusal::store)?;
    Ok(CreateOutput {
        activity_arn: activity.arn(),
        creation_date: Seconds(activity.created_ms),
    })
}

/// Parses an ARN that must name an activity.
fn parse(text: &str) -> Result<StatesArn, ApiError> {
    let arn = StatesArn::parse(text).map_err(refusal::invalid_arn)?;
    match arn.resource {
        Resource::Activity { .. } => Ok(arn),
        _ => Err(refusal::wrong_kind(&arn)),
    }
}

async fn find(service: &StepFunctions, text: &str) -> Result<Activity, ApiError> {
    let arn = parse(text)?;
    let found = service
        .activities
        .find(&arn.account, &arn.region, machines::name_of(&arn))
        .await;
    found
        .map_err(refusal::store)?
        .ok_or_else(|| refusal::activity_does_not_exist(text))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivityInput {
    activity_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeOutput {
    activity_arn: String,
    name: String,
    creation_date: Seconds,
    encryption_configuration: Encryption,
}

pub(crate) async fn describe(
    service: Arc<StepFunctions>,
    _: Context,
    input: ActivityInput,
) -> Result<DescribeOutput, ApiError> {
    let activity = find(&service, &input.activity_arn).await?;
    Ok(DescribeOutput {
        activity_arn: activity.arn(),
        name: activity.name,
        creation_date: Seconds(activity.created_ms),
        encryption_configuration: activity.encryption.unwrap_or_else(Encryption::aws_owned),
    })
}

pub(crate) async fn delete(
    service: Arc<StepFunctions>,
    _: Context,
    input: ActivityInput,
) -> Result<Empty, ApiError> {
    let arn = parse(&input.activity_arn)?;
    let name = machines::name_of(&arn);
    let _guard = service.changing(name).await;
    let activities = &service.activities;
    let found = activities.find(&arn.account, &arn.region, name).await;
    if let Some(activity) = found.map_err(refusal::store)? {
        activities.forget(&activity);
    }
    let mut batch = Batch::new();
    batch.delete(
        tables::ACTIVITIES,
        tables::key(&[&arn.account, &arn.region, name]),
    );
    service.store.commit(batch).await.map_err(refusal::store)?;
    Ok(Empty {})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListInput {
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOutput {
    activities: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    activity_arn: String,
    name: String,
    creation_date: Seconds,
}

pub(crate) async fn list(
    service: Arc<StepFunctions>,
    context: Context,
    input: ListInput,
) -> Result<ListOutput, ApiError> {
    let asked = Asked {
        max_results: input.max_results,
        token: input.next_token.as_deref(),
    };
    let prefix = Key::prefix(&[context.account(), context.region()]);
    let page = paging::page::<Activity>(&service.store, tables::ACTIVITIES, prefix, &asked, false);
    let (page, next_token) = page.await?;
    let items = page.into_iter().map(|(_, a)| Item {
        activity_arn: a.arn(),
        name: a.name,
        creation_date: Seconds(a.created_ms),
    });
    Ok(ListOutput {
        activities: items.collect(),
        next_token,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetTaskInput {
    activity_arn: String,
    worker_name: Option<Arc<str>>,
}

/// Empty when no task came in time.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetTaskOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    task_token: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
}

/// Waits for a task of an activity, up to a minute. A task goes to one worker.
pub(crate) async fn get_task(
    service: Arc<StepFunctions>,
    _: Context,
    input: GetTaskInput,
) -> Result<GetTaskOutput, ApiError> {
    let activity = find(&service, &input.activity_arn).await?;
    let until_ms = service.clock.now_ms() + POLL_MS;
    let offered = service.activities.listen(&activity.arn());
    loop {
        let listening = offered.notified();
        tokio::pin!(listening);
        // From here on no offer is missed.
        listening.as_mut().enable();
        if let Some(task) = take(&service, &activity, input.worker_name.as_ref()).await? {
            return Ok(task);
        }
        tokio::select! {
            biased;
            () = listening => {}
            () = service.clock.sleep_until(until_ms) => return Ok(GetTaskOutput::default()),
        }
    }
}

/// Takes the oldest task that no other worker is taking.
async fn take(
    service: &StepFunctions,
    activity: &Activity,
    worker: Option<&Arc<str>>,
) -> Result<Option<GetTaskOutput>, ApiError> {
    let store = &service.store;
    loop {
        let reserved = service.activities.reserve(activity).await;
        let Some(mut reserved) = reserved.map_err(refusal::store)? else {
            return Ok(None);
        };
        let key = reserved.key.clone();
        let offer = store.get_json::<Offered>(tables::ACTIVITY_TASKS, &key);
        let Some(offer) = offer.await.map_err(refusal::store)? else {
            reserved.taken = true;
            continue;
        };
        let trigger = Trigger::TaskStarted {
            task: TaskId(offer.task),
            worker_name: worker.cloned(),
        };
        let extra = Extra::Take(tables::ACTIVITY_TASKS, key.clone());
        let driver = Arc::clone(&service.driver);
        let taken = aws::whole(async move { driver.deliver(offer.stream, trigger, extra).await });
        match taken.await {
            Ok(Delivered::Changed) => {
                reserved.taken = true;
                return Ok(Some(GetTaskOutput {
                    task_token: Some(offer.token),
                    input: Some(offer.input.to_text()),
                }));
            }
            // The task is over, or the execution: nobody is to have it.
            Ok(_) => {
                let mut batch = Batch::new();
                batch.delete(tables::ACTIVITY_TASKS, key);
                store.commit(batch).await.map_err(refusal::store)?;
                reserved.taken = true;
            }
            // Its row is gone.
            Err(StoreError::Conflict { table, .. }) if table == tables::ACTIVITY_TASKS => {
                reserved.taken = true;
            }
            Err(error) => return Err(refusal::store(error)),
        }
    }
}
