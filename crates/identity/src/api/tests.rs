use std::sync::Arc;

use aws::{ApiError, Context, Principal, Service, sigv4::Credentials};
use serde_json::{Value, json};
use store::{Store, testing::SimClock};

use crate::Identity;

async fn call(
    identity: &Arc<Identity>,
    principal: Principal,
    operation: &str,
    input: Value,
) -> Result<Value, ApiError> {
    let context = Context {
        principal,
        request_id: "r".into(),
    };
    let operations = Arc::clone(identity).operations();
    (operations.get(operation).unwrap().run)(context, input).await
}

fn root() -> Principal {
    Principal::root("111122223333", "us-east-1")
}

/// Returns the principal that the door makes of an access key that the service knows.
fn holder(identity: &Identity, access_key: &str) -> Principal {
    let known = identity.find(access_key).unwrap();
    Principal {
        account: known.account,
        region: "us-east-1".into(),
        access_key: access_key.into(),
        arn: known.arn,
    }
}

#[tokio::test]
async fn every_member_of_every_input_is_accounted_for() {
    let identity = Identity::open(Store::in_memory().unwrap(), Arc::new(SimClock::default()))
        .await
        .unwrap();
    let wrong = aws::coverage::check_declared("sts", &identity.operations());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn sessions_say_who_they_are_until_they_expire_also_after_a_restart() {
    let (store, clock) = (Store::in_memory().unwrap(), SimClock::default());
    let identity = Identity::open(store.clone(), Arc::new(clock.clone()))
        .await
        .unwrap();
    let me = call(&identity, root(), "GetCallerIdentity", json!({}))
        .await
        .unwrap();
    let expected = json!({"UserId": "111122223333", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:root"});
    assert_eq!(me, expected);
    let input = json!({"RoleArn": "arn:aws:iam::444455556666:role/Job", "RoleSessionName": "run-1", "DurationSeconds": 900});
    let role = call(&identity, root(), "AssumeRole", input).await.unwrap();
    let user = &role["AssumedRoleUser"];
    assert_eq!(
        user["Arn"],
        "arn:aws:sts::444455556666:assumed-role/Job/run-1"
    );
    let key = role["Credentials"]["AccessKeyId"].as_str().unwrap();
    drop(identity);
    let identity = Identity::open(store, Arc::new(clock.clone()))
        .await
        .unwrap();
    let known = identity.find(key).unwrap();
    assert_eq!(
        known.secret,
        role["Credentials"]["SecretAccessKey"].as_str().unwrap()
    );
    assert_eq!(
        known.session_token.as_deref(),
        role["Credentials"]["SessionToken"].as_str()
    );
    let me = call(
        &identity,
        holder(&identity, key),
        "GetCallerIdentity",
        json!({}),
    )
    .await
    .unwrap();
    assert_eq!(
        me,
        json!({"UserId": user["AssumedRoleId"], "Account": "444455556666", "Arn": user["Arn"]})
    );
    let refused = call(
        &identity,
        holder(&identity, key),
        "GetSessionToken",
        json!({}),
    )
    .await
    .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.status),
        ("AccessDenied", 403)
    );
    clock.advance(900_000);
    assert!(identity.find(key).is_none());
}

#[tokio::test]
async fn session_tokens_stand_for_their_caller() {
    let clock = SimClock::at(0);
    let identity = Identity::open(Store::in_memory().unwrap(), Arc::new(clock.clone()))
        .await
        .unwrap();
    let answer = call(
        &identity,
        root(),
        "GetSessionToken",
        json!({"DurationSeconds": 7200}),
    )
    .await
    .unwrap();
    assert_eq!(
        answer["Credentials"]["Expiration"], 3600,
        "one hour for root users"
    );
    let key = answer["Credentials"]["AccessKeyId"].as_str().unwrap();
    assert_eq!(
        &*holder(&identity, key).arn,
        "arn:aws:iam::111122223333:root"
    );
    clock.advance(3_600_000);
    call(&identity, root(), "GetSessionToken", json!({}))
        .await
        .unwrap();
    clock.set(0);
    assert!(
        identity.find(key).is_none(),
        "what has expired is dropped when others come"
    );
}

#[tokio::test]
async fn what_is_no_role_or_no_policy_is_refused() {
    let identity = Identity::open(Store::in_memory().unwrap(), Arc::new(SimClock::default()))
        .await
        .unwrap();
    let input = json!({"RoleArn": "arn:aws:iam::1:role/Job-of-mine", "RoleSessionName": "s"});
    let error = call(&identity, root(), "AssumeRole", input)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "ValidationError: arn:aws:iam::1:role/Job-of-mine is invalid"
    );
    let input = json!({"RoleArn": "arn:aws:iam::444455556666:role/Job", "RoleSessionName": "s", "Policy": "{"});
    let error = call(&identity, root(), "AssumeRole", input)
        .await
        .unwrap_err();
    assert_eq!(error.code, "MalformedPolicyDocument");
}
