//! Groups and namespaces.

use std::sync::Arc;

use aws::{ApiError, Operations, ids};
use serde_json::{Value, json};
use store::{Batch, Expect, StoreError};

use super::{
    list::Page,
    request::{Answer, Handlers, Request, created},
    users::group as find,
};
use crate::{
    QuickSight,
    asset::{self, Scope},
    error::{conflict, exists, missing},
    principal::{DEFAULT, GROUPS, Group, MEMBERS, NAMESPACES, Namespace, USERS, check_namespace},
};

pub(super) fn operations(service: &Arc<QuickSight>, operations: Operations) -> Operations {
    operations
        .ask(service, "CreateGroup", create)
        .ask(service, "DescribeGroup", describe)
        .ask(service, "UpdateGroup", update)
        .ask(service, "DeleteGroup", delete)
        .ask(service, "ListGroups", list)
        .ask(service, "SearchGroups", search)
        .ask(service, "CreateGroupMembership", join)
        .ask(service, "DescribeGroupMembership", describe_member)
        .ask(service, "DeleteGroupMembership", leave)
        .ask(service, "ListGroupMemberships", members)
        .ask(service, "CreateNamespace", create_namespace)
        .ask(service, "DescribeNamespace", describe_namespace)
        .ask(service, "ListNamespaces", namespaces)
        .ask(service, "DeleteNamespace", delete_namespace)
}

async fn create(service: Arc<QuickSight>, request: Request) -> Result<Answer, ApiError> {
    let (namespace, name) = (request.text("Namespace"), request.text("GroupName"));
    check_namespace(&service, &request.scope, namespace).await?;
    let description = request.text("Description");
    let group = Group {
        v: 1,
        name: name.to_owned(),
        arn: request.scope.arn(format!("group/{namespace}/{name}")),
        description: (!description.is_empty()).then(|| description.to_owned()),
        principal_id: format!("group/d-{}", ids::hex(10)),
    };
    let mut batch = Batch::new();
    let key = request.scope.key(&[namespace, name]);
    batch
        .put_json(GROUPS, key, &group, Expect::Absent)
        .map_err(ApiError::internal)?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => Err(exists(
            Some("GROUP"),
            format!("Group {name} already exists"),
        )),
        other => {
            other.map_err(ApiError::internal)?;
            Ok(created(json!({"Group": group.shown()})))
        }
    }
}

async fn describe(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let group = find(&service, &request).await?;
    Ok(json!({"Group": group.shown()}))
}

async fn update(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let mut group = find(&service, &request).await?;
    group.description = Some(request.text("Description").to_owned()).filter(|d| !d.is_empty());
    let mut batch = Batch::new();
    let key = request.scope.key(&[request.text("Namespace"), &group.name]);
    batch
        .put_json(GROUPS, key, &group, Expect::Present)
        .map_err(ApiError::internal)?;
    asset::commit_change(&service.store, batch).await?;
    Ok(json!({"Group": group.shown()}))
}

async fn delete(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let group = find(&service, &request).await?;
    let (scope, namespace) = (&request.scope, request.text("Namespace"));
    let mut batch = Batch::new();
    batch.delete(GROUPS, scope.key(&[namespace, &group.name]));
    let rows = service
        .store
        .scan(MEMBERS, &scope.scan(&[namespace, &group.name]))
        .await;
    for (key, _) in rows.map_err(ApiError::internal)? {
        batch.delete(MEMBERS, key);
    }
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn all(service: &QuickSight, request: &Request) -> Result<Vec<Group>, ApiError> {
    let namespace = request.text("Namespace");
    check_namespace(service, &request.scope, namespace).await?;
    let rows = service
        .store
        .scan_json(GROUPS, &request.scope.scan(&[namespace]))
        .await;
    Ok(rows
        .map_err(ApiError::internal)?
        .into_iter()
        .map(|(_, g)| g)
        .collect())
}

async fn list(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let all = all(&service, &request).await?;
    let answer = Page::of(&request)?.answer("GroupList", all, |g| g.name.clone(), Group::shown);
    Ok(answer)
}

/// The only operator is `StartsWith`, the only name `GROUP_NAME`.
async fn search(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let mut found = all(&service, &request).await?;
    let filters = request.input.get("Filters").and_then(Value::as_array);
    for filter in filters.into_iter().flatten() {
        let prefix = filter["Value"].as_str().unwrap_or("");
        found.retain(|g| g.name.starts_with(prefix));
    }
    let answer = Page::of(&request)?.answer("GroupList", found, |g| g.name.clone(), Group::shown);
    Ok(answer)
}

fn member(scope: &Scope, namespace: &str, name: &str) -> Value {
    json!({"Arn": scope.arn(format!("user/{namespace}/{name}")), "MemberName": name})
}

async fn join(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let group = find(&service, &request).await?;
    let (scope, namespace) = (&request.scope, request.text("Namespace"));
    let name = request.text("MemberName");
    let user = service
        .store
        .get(USERS, &scope.key(&[namespace, name]))
        .await;
    let user = user.map_err(ApiError::internal)?;
    user.ok_or_else(|| missing(Some("USER"), format!("User {name} is not found")))?;
    let mut batch = Batch::new();
    batch.put(MEMBERS, scope.key(&[namespace, &group.name, name]), "1");
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({"GroupMember": member(scope, namespace, name)}))
}

async fn check_member(service: &QuickSight, request: &Request) -> Result<Group, ApiError> {
    let group = find(service, request).await?;
    let (namespace, name) = (request.text("Namespace"), request.text("MemberName"));
    let key = request.scope.key(&[namespace, &group.name, name]);
    let there = service
        .store
        .get(MEMBERS, &key)
        .await
        .map_err(ApiError::internal)?;
    there.ok_or_else(|| {
        missing(
            Some("USER"),
            format!("{name} is not in group {}", group.name),
        )
    })?;
    Ok(group)
}

async fn describe_member(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    check_member(&service, &request).await?;
    let shown = member(
        &request.scope,
        request.text("Namespace"),
        request.text("MemberName"),
    );
    Ok(json!({"GroupMember": shown}))
}

async fn leave(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let group = check_member(&service, &request).await?;
    let (namespace, name) = (request.text("Namespace"), request.text("MemberName"));
    let mut batch = Batch::new();
    batch.delete(MEMBERS, request.scope.key(&[namespace, &group.name, name]));
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}

async fn members(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let group = find(&service, &request).await?;
    let (scope, namespace) = (&request.scope, request.text("Namespace"));
    let rows = service
        .store
        .scan(MEMBERS, &scope.scan(&[namespace, &group.name]))
        .await;
    let names: Vec<String> = rows
        .map_err(ApiError::internal)?
        .into_iter()
        .filter_map(|(key, _)| key.parts().pop())
        .collect();
    let answer = Page::of(&request)?.answer("GroupMemberList", names, Clone::clone, |name| {
        member(scope, namespace, name)
    });
    Ok(answer)
}

fn shown(scope: &Scope, name: &str) -> Value {
    json!({
        "Name": name, "Arn": scope.arn(format!("namespace/{name}")), "CapacityRegion": scope.region,
        "CreationStatus": "CREATED", "IdentityStore": "QUICKSIGHT",
    })
}

async fn create_namespace(
    service: Arc<QuickSight>,
    mut request: Request,
) -> Result<Answer, ApiError> {
    let tags = request.take("Tags");
    let (scope, name) = (&request.scope, request.text("Namespace"));
    let taken = || {
        exists(
            Some("NAMESPACE"),
            format!("Namespace {name} already exists"),
        )
    };
    if name == DEFAULT {
        return Err(taken());
    }
    let made = Namespace {
        v: 1,
        name: name.to_owned(),
    };
    let mut batch = Batch::new();
    let put = batch.put_json(NAMESPACES, scope.key(&[name]), &made, Expect::Absent);
    put.map_err(ApiError::internal)?;
    asset::put_tags(
        &mut batch,
        scope,
        &scope.arn(format!("namespace/{name}")),
        tags.as_ref(),
    )?;
    match service.store.commit(batch).await {
        Err(StoreError::Conflict { .. }) => Err(taken()),
        other => {
            other.map_err(ApiError::internal)?;
            Ok(created(shown(scope, name)))
        }
    }
}

async fn describe_namespace(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let name = request.text("Namespace");
    check_namespace(&service, &request.scope, name).await?;
    Ok(json!({"Namespace": shown(&request.scope, name)}))
}

async fn namespaces(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let rows = service
        .store
        .scan_json::<Namespace>(NAMESPACES, &request.scope.scan(&[]))
        .await;
    let rows = rows.map_err(ApiError::internal)?;
    let mut names: Vec<String> = rows.into_iter().map(|(_, n)| n.name).collect();
    names.push(DEFAULT.to_owned());
    names.sort_unstable();
    let show = |name: &String| shown(&request.scope, name);
    let answer = Page::of(&request)?.answer("Namespaces", names, Clone::clone, show);
    Ok(answer)
}

async fn delete_namespace(service: Arc<QuickSight>, request: Request) -> Result<Value, ApiError> {
    let (scope, name) = (&request.scope, request.text("Namespace"));
    check_namespace(&service, scope, name).await?;
    if name == DEFAULT {
        return Err(conflict("The default namespace cannot be deleted"));
    }
    let mut batch = Batch::new();
    batch.delete(NAMESPACES, scope.key(&[name]));
    for table in [USERS, GROUPS, MEMBERS] {
        let rows = service.store.scan(table, &scope.scan(&[name])).await;
        for (key, _) in rows.map_err(ApiError::internal)? {
            batch.delete(table, key);
        }
    }
    service
        .store
        .commit(batch)
        .await
        .map_err(ApiError::internal)?;
    Ok(json!({}))
}
