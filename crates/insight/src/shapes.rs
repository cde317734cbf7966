//! `/_taxiway/shapes/{service}/{Operation}`: an operation's input and output as trees, for forms and completion.

use aws::{
    ApiError, Body,
    table::{self, Kind, Shape, ShapeId, Table},
};
use http::Response;
use serde_json::{Map, Value, json};

use crate::web::{self, Ask};

/// Shapes that one answer holds at most; some of QuickSight's would unfold into hundreds of thousands. What is left out
/// can be asked for by `?shape=`.
const MOST_SHAPES: usize = 4_000;

/// Answers `GET /_taxiway/shapes/{service}/{Operation}`, and with `?shape=NAME` one shape of the service.
pub(crate) fn answer(
    ask: &Ask,
    service: &str,
    operation: &str,
) -> Result<Response<Body>, ApiError> {
    let table = table::table(service).ok_or_else(|| {
        let message = format!("Taxiway has no service '{service}'.");
        ApiError::new("NotFound", message).with_status(404)
    })?;
    let missing = |what: &str| {
        let message = format!("{} has no {what}.", table.service.service_id);
        ApiError::new("NotFound", message).with_status(404)
    };
    if let Some(name) = ask.given("shape") {
        let id = table
            .shape_id(name)
            .ok_or_else(|| missing(&format!("shape '{name}'")))?;
        return web::json(&Unfolding::new(table).shape(id));
    }
    let found = table
        .operation(operation)
        .filter(|found| found.full)
        .ok_or_else(|| missing(&format!("shapes of an operation '{operation}'")))?;
    let tree = |id: Option<ShapeId>| match id {
        Some(id) => Unfolding::new(table).shape(id),
        None => json!({"type": "structure", "members": {}}),
    };
    let mut answer = tree(found.input);
    answer["output"] = tree(found.output);
    web::json(&answer)
}

struct Unfolding {
    table: &'static Table,
    /// From the root to here: a shape within itself is not unfolded again.
    path: Vec<ShapeId>,
    count: usize,
}

impl Unfolding {
    fn new(table: &'static Table) -> Self {
        Self {
            table,
            path: Vec::new(),
            count: 0,
        }
    }

    fn shape(&mut self, id: ShapeId) -> Value {
        let shape = self.table.shape(id);
        let mut node = Map::new();
        node.insert("type".into(), name_of(&shape.kind).into());
        node.insert("shape".into(), (*shape.name).into());
        describe(shape, &mut node);
        let folds = matches!(
            shape.kind,
            Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. }
        );
        self.count += 1;
        if folds {
            let left_out = match self.path.contains(&id) {
                true => Some("recursive"),
                false => (self.count > MOST_SHAPES).then_some("more"),
            };
            if let Some(why) = left_out {
                node.insert(why.into(), true.into());
                return Value::Object(node);
            }
        }
        self.path.push(id);
        match &shape.kind {
            Kind::Structure(structure) => {
                if structure.union {
                    node.insert("union".into(), true.into());
                }
                let mut members = Map::new();
                for member in &structure.members {
                    let mut tree = self.shape(member.reference.shape);
                    if member.required {
                        tree["required"] = true.into();
                    }
                    if member.idempotency_token {
                        tree["token"] = true.into();
                    }
                    members.insert((*member.name).into(), tree);
                }
                node.insert("members".into(), Value::Object(members));
            }
            Kind::List { member, .. } => {
                let tree = self.shape(member.shape);
                node.insert("member".into(), tree);
            }
            Kind::Map { key, value, .. } => {
                let (key, value) = (self.shape(key.shape), self.shape(value.shape));
                node.insert("key".into(), key);
                node.insert("value".into(), value);
            }
            _ => {}
        }
        self.path.pop();
        Value::Object(node)
    }
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "structure",
        Kind::List { .. } => "list",
        Kind::Map { .. } => "map",
        Kind::String => "string",
        Kind::Blob => "blob",
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Long => "long",
        Kind::Float => "float",
        Kind::Double => "double",
        Kind::Timestamp => "timestamp",
        Kind::Document => "document",
    }
}

fn describe(shape: &Shape, node: &mut Map<String, Value>) {
    let demands = &shape.constraints;
    for (name, bound) in [("min", demands.min), ("max", demands.max)] {
        if let Some(bound) = bound {
            node.insert(name.into(), number(bound));
        }
    }
    if let Some(pattern) = &demands.pattern {
        node.insert("pattern".into(), pattern.text().into());
    }
    if !demands.values.is_empty() {
        let values = demands.values.iter().map(|v| Value::from(&**v));
        node.insert("enum".into(), values.collect());
    }
    if shape.sensitive {
        node.insert("sensitive".into(), true.into());
    }
}

/// Bounds are whole nearly always, and look so.
fn number(bound: f64) -> Value {
    if bound.fract() == 0.0 && bound.abs() < 9e15 {
        Value::from(bound as i64)
    } else {
        Value::from(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(service: &str, operation: &str) -> Value {
        let table = table::table(service).unwrap();
        let input = table.operation(operation).unwrap().input.unwrap();
        Unfolding::new(table).shape(input)
    }

    #[test]
    fn a_form_has_what_the_api_demands() {
        let input = tree("emr-containers", "CreateVirtualCluster");
        assert_eq!(input["type"], "structure");
        let name = &input["members"]["name"];
        assert_eq!(
            (&name["type"], &name["required"]),
            (&json!("string"), &json!(true))
        );
        assert_eq!((&name["min"], &name["max"]), (&json!(1), &json!(64)));
        assert_eq!(input["members"]["clientToken"]["token"], true);
        let provider = &input["members"]["containerProvider"]["members"];
        assert_eq!(provider["type"]["enum"][0], "EKS");
        assert_eq!(provider["info"]["union"], true);
    }

    #[test]
    fn a_shape_within_itself_is_named_and_not_unfolded() {
        let input = tree("emr-containers", "StartJobRun");
        let configuration = &input["members"]["configurationOverrides"]["members"]["applicationConfiguration"]
            ["member"];
        let inner = &configuration["members"]["configurations"];
        assert_eq!(inner["recursive"], true, "{inner}");
        assert_eq!(inner["shape"], "ConfigurationList");
    }

    #[test]
    fn the_largest_stay_within_bounds() {
        for metadata in table::tables_available() {
            let table = table::table(&metadata.signing_name).unwrap();
            for operation in table.operations() {
                for id in operation.input.into_iter().chain(operation.output) {
                    let length = Unfolding::new(table).shape(id).to_string().len();
                    assert!(length < 2_000_000, "{} {length}", operation.name);
                }
            }
        }
    }
}
