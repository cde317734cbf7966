//! The catalog over an empty store.

use std::{collections::HashMap, sync::Arc};

use store::{Store, SystemClock};

use super::*;

fn catalog() -> (Catalog, Scope) {
    let catalog = Catalog::new(Store::in_memory().unwrap(), Arc::new(SystemClock));
    (catalog, Scope::new("000000000000", "us-east-1"))
}

fn input(name: &str) -> TableInput {
    let keys = vec![Column {
        name: "Day".into(),
        data_type: Some("int".into()),
        ..Column::default()
    }];
    TableInput {
        name: name.into(),
        partition_keys: Some(keys),
        ..TableInput::default()
    }
}

#[tokio::test]
async fn default_is_always_there_and_no_name_has_case() {
    let (catalog, scope) = catalog();
    assert_eq!(catalog.databases(&scope).await.unwrap().len(), 1);
    let named = |name: &str| DatabaseInput {
        name: name.into(),
        ..DatabaseInput::default()
    };
    catalog
        .create_database(&scope, named("Taxi"))
        .await
        .unwrap();
    assert!(matches!(
        catalog.create_database(&scope, named("TAXI")).await,
        Err(CatalogError::DatabaseExists { .. })
    ));
    assert!(matches!(
        catalog.create_database(&scope, named("default")).await,
        Err(CatalogError::DatabaseExists { .. })
    ));
    let other = Scope::new("111111111111", "us-east-1");
    assert!(catalog.database(&other, "taxi").await.is_err());
    catalog
        .create_table(&scope, "TAXI", input("Rides"), "me")
        .await
        .unwrap();
    assert_eq!(
        catalog
            .table(&scope, "taxi", "RIDES")
            .await
            .unwrap()
            .partition_keys()[0]
            .name,
        "day"
    );
    catalog.delete_database(&scope, "taxi").await.unwrap();
    assert!(matches!(
        catalog.table(&scope, "taxi", "rides").await,
        Err(CatalogError::DatabaseNotFound { .. })
    ));
}

#[tokio::test]
async fn versions_are_kept_and_partitions_go_with_their_table() {
    let (catalog, scope) = catalog();
    catalog
        .create_table(&scope, "default", input("t"), "me")
        .await
        .unwrap();
    let table = catalog.table(&scope, "default", "t").await.unwrap();
    let partition = PartitionInput {
        values: vec!["1".into()],
        ..PartitionInput::default()
    };
    catalog
        .create_partition(&scope, &table, partition.clone())
        .await
        .unwrap();
    assert!(matches!(
        catalog.create_partition(&scope, &table, partition).await,
        Err(CatalogError::PartitionExists { .. })
    ));
    let wrong = PartitionInput {
        values: Vec::new(),
        ..PartitionInput::default()
    };
    assert!(
        catalog
            .create_partition(&scope, &table, wrong)
            .await
            .is_err()
    );
    let changed = TableInput {
        description: Some("new".into()),
        ..input("t")
    };
    catalog
        .update_table(&scope, "default", "t", changed.clone(), false)
        .await
        .unwrap();
    let versions = catalog
        .table_versions(&scope, "default", "t")
        .await
        .unwrap();
    assert_eq!(
        versions
            .iter()
            .map(|t| t.version_id.as_str())
            .collect::<Vec<_>>(),
        ["1", "0"]
    );
    catalog
        .update_table(
            &scope,
            "default",
            "t",
            TableInput {
                name: "u".into(),
                ..changed
            },
            false,
        )
        .await
        .unwrap();
    assert!(catalog.table(&scope, "default", "t").await.is_err());
    let renamed = catalog.table(&scope, "default", "u").await.unwrap();
    assert_eq!(catalog.partitions(&scope, &renamed).await.unwrap().len(), 1);
    catalog.delete_table(&scope, "default", "u").await.unwrap();
    catalog
        .create_table(&scope, "default", input("u"), "me")
        .await
        .unwrap();
    assert!(
        catalog
            .partitions(&scope, &renamed)
            .await
            .unwrap()
            .is_empty()
    );
}

#[test]
fn filters_compare_by_the_keys_types() {
    let values = HashMap::from([
        ("y", "2024"),
        ("m", "9"),
        ("d", "__HIVE_DEFAULT_PARTITION__"),
    ]);
    let types = HashMap::from([("y", "int"), ("m", "string"), ("d", "string")]);
    for (text, want) in [
        ("y = 2024", true),
        ("y > 999", true),
        ("m > '10'", true),
        ("y BETWEEN 2020 AND 2023 OR m IN ('9', '10')", true),
        ("NOT (y = 2024 AND m = '9')", false),
        ("m LIKE '_' AND y <> 2023", true),
        ("d IS NULL", true),
        ("d = 'x'", false),
        ("y NOT IN (1, 2)", true),
    ] {
        assert_eq!(
            Predicate::parse(text).unwrap().matches(&values, &types),
            want,
            "{text}"
        );
    }
    for text in [
        "",
        "y",
        "y =",
        "y = 1 AND",
        "= 1",
        "(y = 1",
        "y ~ 1",
        "'a' = y",
    ] {
        assert!(Predicate::parse(text).is_err(), "{text}");
    }
    assert!(Predicate::parse(&"(".repeat(100_000)).is_err());
}
