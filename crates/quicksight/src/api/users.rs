//! Users.

use std::sync::Arc;

use aws::{ApiError, Operations, ids};
use serde_json::{Value, json};
use store::{Batch, Expect, StoreError};

use super::{
    list::Page,
    request::{Answer, Handlers, Request, created},
};
use crate::{
    QuickSight,
    asset::{self, Document},
    error::{exists, invalid, missing},
    principal::{GROUPS, Group, MEMBERS, USERS, User, check_namespace, groups_of},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "RegisterUser", register)
        .ask(service, "DescribeUser", describe)
        .ask(service, "UpdateUser", update)
        .ask(service, "DeleteUser", delete)
        .ask(service, "ListUsers", list)
        .ask(service, "ListUserGroups", groups)
}

async fn register(service: Arc<QuickSight>, mut request: Request) -> Result<Answer, ApiError> {
    let scope = request.scope.clone();
    let namespace = request.take_text("Namespace");
    check_namespace(&service, &scope, &namespace).await?;
    let identity_type = request.take_text("IdentityType");
    let iam_arn = Some(request.take_text("IamArn")).filter(|a| !a.is_empty());
    let (given, session) = (
        request.take_text("UserName"),
        request.take_text("SessionName"),
    );
    let name = match (&iam_arn, identity_type.as_str()) {
        (None, "IAM") => return Err(invalid("IamArn is needed for identity type IAM")),
        // A role's user is named by the role and the session.
        (Some(arn), "IAM") => {
            let tail = arn.rsplit('/').next().unwrap_or(arn);
            if session.is_empty() {
                tail.to_owned()
            } else {
                format!("{tail}/{session}")
            }
        }
        _ if given.is_empty() => return Err(invalid("UserName is needed")),
        _ => given,
    };
    let user = User {
        v: 1,
        arn: scope.arn(format!("user/{namespace}/{name}")),
        namespace: namespace.clone(),
        name: name.clone(),
        email: request.take_text("Email"),
        role: request.take_text("UserRole"),
        principal_id: format!("federated/iam/{}", ids::uuid()),
        identity_type,
        iam_arn,
        extra: Document::new(),
    };
    let tags = request.take("Tags");
    let user = User {
        extra: request.rest(),
        ..user
    };
    let mut batch = Batch::new();
    let put = batch.put_json(
        USERS,
        scope.key(&[&namespace, &name]),
        &user,
        Expect::Absent,
    );
    put.map_err(ApiError::internal)?;
    asset::put_tags(&mut batch, &scope, &user.arn, tags.as_ref())?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => {
            Err(exists(Some("USER"), format!("User {name} already exists")))
        }
        other => {
            other.map_err(ApiError::internal)?;
            Ok(created(json!({"User": user.shown()})))
        }
    }
}

async fn find(service: &QuickSight, request: &Request) -> Result<User, ApiError> {
    let (namespace, name) = (request.text("Namespace"), request.text("UserName"));
    check_namespace(service, &request.scope, namespace).await?;
    let key = request.scope.key(&[namespace, name]);
    let found = service
        .store
        .get_json(USERS, &key)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| missing(Some("USER"), format!("User {name} is not found")))
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let user = find(&service, &request).await?;
    Ok(json!({"User": user.shown()}))
}

async fn update(service: Arc<QuickSight>, mut request: Request) -> Result<Value, ApiError> {
    let mut user = find(&service, &request).await?;
    for name in ["Namespace", "UserName"] {
        request.take(name);
    }
    user.email = request.take_text("Email");
    user.role = request.take_text("Role");
    if request.take("UnapplyCustomPermissions") == Some(true.into()) {
        user.extra.shift_remove("CustomPermissionsName");
    }
    user.extra.extend(request.rest());
    let scope = request.scope;
    let mut batch = Batch::new();
    let key = scope.key(&[&user.namespace, &user.name]);
    batch
        .put_json(USERS, key, &user, Expect::Present)
        .map_err(ApiError::internal)?;
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({"User": user.shown()}))
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let user = find(&service, &request).await?;
    let scope = &request.scope;
    let mut batch = Batch::new();
    batch.delete(USERS, scope.key(&[&user.namespace, &user.name]));
    batch.delete(asset::TAGS, scope.key(&[&user.arn]));
    for group in groups_of(&service, scope, &user.namespace, &user.name).await? {
        batch.delete(
            MEMBERS,
            scope.key(&[&user.namespace, &group.name, &user.name]),
        );
    }
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn list(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let namespace = request.text("Namespace");
    check_namespace(&service, &request.scope, namespace).await?;
    let all = service
        .store
        .scan_json::<User>(USERS, &request.scope.scan(&[namespace]))
        .await;
    let all: Vec<User> = all
        .map_err(ApiError::internal)?
        .into_iter()
        .map(|(_, u)| u)
        .collect();
    let answer = Page::of(&request)?.answer("UserList", all, |u| u.name.clone(), User::shown);
    Ok(answer)
}

async fn groups(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let user = find(&service, &request).await?;
    let all = groups_of(&service, &request.scope, &user.namespace, &user.name).await?;
    let answer = Page::of(&request)?.answer("GroupList", all, |g| g.name.clone(), Group::shown);
    Ok(answer)
}

/// Returns a group.
///
/// **Errors**: `ResourceNotFoundException`.
pub(super) async fn group(service: &QuickSight, request: &Request) -> Result<Group, ApiError> {
    let (namespace, name) = (request.text("Namespace"), request.text("GroupName"));
    check_namespace(service, &request.scope, namespace).await?;
    let key = request.scope.key(&[namespace, name]);
    let found = service
        .store
        .get_json(GROUPS, &key)
        .await
        .map_err(ApiError::internal)?;
    found.ok_or_else(|| missing(Some("GROUP"), format!("Group {name} is not found")))
}
