//! From a data set's tables and transforms to one query over its inputs.

use chrono::NaiveDateTime;
use indexmap::IndexMap;

use super::{
    Column, ColumnType, DataSet, cast, expression, filter,
    model::{Join, Logical, Physical, Transform},
    quoted,
    resolve::Parents,
};

/// Logical tables may stand on one another this deep.
const DEPTH_MAX: usize = 64;

/// A data set as a query.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    /// Over relations with the inputs' names.
    pub(crate) sql: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) inputs: Vec<Input>,
    /// Whether rows may fall out because a cast fails.
    pub(crate) drops: bool,
}

/// What a data set reads.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// The relation's name: `in0`, `in1`, ….
    pub(crate) name: String,
    pub(crate) what: What,
    pub(crate) columns: Vec<Column>,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Physical(Physical),
    /// Another data set, by ARN.
    Parent(String),
}

/// Compiles a data set. Where `keep` is set, values that a cast cannot read are NULL; otherwise their rows are
/// left out, as SPICE does. `now` is when it is read.
///
/// **Errors**: what is wrong, in words.
pub(crate) fn compile(
    data_set: &DataSet,
    parents: &Parents,
    keep: bool,
    now: NaiveDateTime,
) -> Result<Compiled, String> {
    let physical = data_set
        .physical()
        .map_err(|e| format!("PhysicalTableMap: {e}"))?;
    let logical = data_set
        .logical()
        .map_err(|e| format!("LogicalTableMap: {e}"))?;
    let mut compiling = Compiling {
        physical: &physical,
        logical: &logical,
        parents,
        inputs: Vec::new(),
        open: Vec::new(),
        keep,
        now,
        drops: false,
    };
    let (sql, columns) = compiling.root()?;
    let (inputs, drops) = (compiling.inputs, compiling.drops);
    let mut names: Vec<String> = columns.iter().map(|c| c.name.to_lowercase()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("Duplicate column name: {}", pair[0]));
    }
    Ok(Compiled {
        sql,
        columns,
        inputs,
        drops,
    })
}

type Relation = (String, Vec<Column>);

struct Compiling<'a> {
    physical: &'a IndexMap<String, Physical>,
    logical: &'a IndexMap<String, Logical>,
    parents: &'a Parents,
    inputs: Vec<Input>,
    /// The logical tables being compiled, to find circles.
    open: Vec<String>,
    keep: bool,
    now: NaiveDateTime,
    drops: bool,
}

impl Compiling<'_> {
    /// Returns the query of the table that no other uses.
    fn root(&mut self) -> Result<Relation, String> {
        if self.logical.is_empty() {
            let mut ids = self.physical.keys();
            return match (ids.next(), ids.next()) {
                (Some(id), None) => self.physical(id),
                (None, _) => Err("PhysicalTableMap has no table".into()),
                _ => Err("LogicalTableMap has to join several physical tables".into()),
            };
        }
        let used: Vec<&str> = self
            .logical
            .values()
            .filter_map(|t| t.source.join_instruction.as_ref())
            .flat_map(|j| [j.left_operand.as_str(), j.right_operand.as_str()])
            .collect();
        let roots: Vec<&String> = self
            .logical
            .keys()
            .filter(|id| !used.contains(&id.as_str()))
            .collect();
        match roots.as_slice() {
            [root] => self.logical(root),
            [] => Err("LogicalTableMap refers to itself in a circle".into()),
            _ => Err("LogicalTableMap has more than one root table".into()),
        }
    }

    fn physical(&mut self, id: &str) -> Result<Relation, String> {
        let found = self.physical.get(id);
        let found = found.ok_or_else(|| format!("Physical table {id} is not found"))?;
        let columns: Vec<Column> = found.columns().iter().map(|c| c.column()).collect();
        Ok(self.input(What::Physical(found.clone()), columns))
    }

    fn input(&mut self, what: What, columns: Vec<Column>) -> Relation {
        let name = format!("in{}", self.inputs.len());
        let sql = format!("SELECT {} FROM {name}", names(&columns));
        self.inputs.push(Input {
            name,
            what,
            columns: columns.clone(),
        });
        (sql, columns)
    }

    fn logical(&mut self, id: &str) -> Result<Relation, String> {
        let table = self.logical.get(id);
        let table = table.ok_or_else(|| format!("Logical table {id} is not found"))?;
        if self.open.iter().any(|o| o == id) || self.open.len() > DEPTH_MAX {
            return Err("LogicalTableMap refers to itself in a circle".into());
        }
        self.open.push(id.to_owned());
        let source = &table.source;
        let mut relation = match (
            &source.join_instruction,
            &source.physical_table_id,
            &source.data_set_arn,
        ) {
            (Some(join), None, None) => self.join(join)?,
            (None, Some(id), None) => self.physical(id)?,
            (None, None, Some(arn)) => {
                let columns = self.parents.get(arn);
                let columns = columns.ok_or_else(|| format!("DataSet {arn} is not found"))?;
                self.input(What::Parent(arn.clone()), columns.clone())
            }
            _ => {
                return Err(
                    "Exactly one of PhysicalTableId, JoinInstruction or DataSetArn must be set for LogicalTable"
                        .into(),
                );
            }
        };
        for transform in &table.data_transforms {
            relation = self.step(relation, transform)?;
        }
        self.open.pop();
        Ok(relation)
    }

    fn join(&mut self, join: &Join) -> Result<Relation, String> {
        let (left, left_columns) = self.logical(&join.left_operand)?;
        let (right, right_columns) = self.logical(&join.right_operand)?;
        let mut columns = left_columns.clone();
        for column in right_columns {
            // A key of the same name stands once, as the left side has it.
            if !columns
                .iter()
                .any(|c| c.name.eq_ignore_ascii_case(&column.name))
            {
                columns.push(column);
            } else {
                return Err(format!(
                    "Column {} is on both sides of a join: rename one",
                    column.name
                ));
            }
        }
        let kind = match join.kind.as_str() {
            "OUTER" => "FULL OUTER",
            other => other,
        };
        let on = expression::condition(&join.on_clause, &columns, self.now)?;
        let sql = format!(
            "SELECT {} FROM ({left}) AS l {kind} JOIN ({right}) AS r ON {on}",
            names(&columns)
        );
        Ok((sql, columns))
    }

    fn step(
        &mut self,
        (sql, mut columns): Relation,
        transform: &Transform,
    ) -> Result<Relation, String> {
        let from = format!("FROM ({sql}) AS t");
        match transform {
            Transform::ProjectOperation(project) => {
                let kept: Vec<Column> = project
                    .projected_columns
                    .iter()
                    .map(|name| find(&columns, name).cloned())
                    .collect::<Result<_, _>>()?;
                Ok((format!("SELECT {} {from}", names(&kept)), kept))
            }
            Transform::FilterOperation(operation) => {
                let condition = filter::condition(operation, &columns, self.now)?;
                Ok((
                    format!("SELECT {} {from} WHERE {condition}", names(&columns)),
                    columns,
                ))
            }
            Transform::CreateColumnsOperation(operation) => {
                let mut made = Vec::new();
                let all = names(&columns);
                for calculated in &operation.columns {
                    let (value, kind) =
                        expression::typed(&calculated.expression, &columns, self.now)
                            .map_err(|e| expression::wrong(&calculated.column_name, &e))?;
                    made.push((
                        format!("{value} AS {}", quoted(&calculated.column_name)),
                        calculated,
                        kind,
                    ));
                }
                let list: String = made.iter().map(|(sql, ..)| format!(", {sql}")).collect();
                columns.extend(
                    made.into_iter()
                        .map(|(_, c, kind)| Column::new(c.column_name.clone(), kind)),
                );
                Ok((format!("SELECT {all}{list} {from}"), columns))
            }
            Transform::RenameColumnOperation(rename) => {
                let at = place(&columns, &rename.column_name)?;
                let list = list_with(
                    &columns,
                    at,
                    &quoted(&columns[at].name),
                    &rename.new_column_name,
                );
                columns[at].name.clone_from(&rename.new_column_name);
                Ok((format!("SELECT {list} {from}"), columns))
            }
            Transform::CastColumnTypeOperation(operation) => {
                let at = place(&columns, &operation.column_name)?;
                let to = ColumnType::parse(&operation.new_column_type);
                let name = quoted(&columns[at].name);
                let value = cast::sql(&name, columns[at].kind, to, operation.format.as_deref());
                let mut made = format!(
                    "SELECT {} {from}",
                    list_with(&columns, at, &value, &columns[at].name)
                );
                if cast::may_fail(columns[at].kind, to) {
                    self.drops = true;
                    if !self.keep {
                        made.push_str(&format!(
                            " WHERE NOT ({name} IS NOT NULL AND trim(CAST({name} AS varchar)) <> '' AND {value} IS NULL)"
                        ));
                    }
                }
                columns[at].kind = to;
                columns[at].sub_type.clone_from(&operation.sub_type);
                Ok((made, columns))
            }
            Transform::TagColumnOperation(operation) => {
                let at = place(&columns, &operation.column_name)?;
                for tag in &operation.tags {
                    if let Some(role) = &tag.column_geographic_role {
                        columns[at].geographic_role = Some(role.clone());
                    }
                    if let Some(text) = tag.column_description.as_ref().and_then(|d| d.text.clone())
                    {
                        columns[at].description = Some(text);
                    }
                }
                Ok((sql, columns))
            }
            Transform::UntagColumnOperation(operation) => {
                let at = place(&columns, &operation.column_name)?;
                for name in &operation.tag_names {
                    match name.as_str() {
                        "COLUMN_GEOGRAPHIC_ROLE" => columns[at].geographic_role = None,
                        _ => columns[at].description = None,
                    }
                }
                Ok((sql, columns))
            }
            Transform::OverrideDatasetParameterOperation {} => {
                Err("OverrideDatasetParameterOperation is not supported here".into())
            }
        }
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|c| quoted(&c.name)).collect();
    names.join(", ")
}

/// Returns the columns as a list in which one is another value under another name.
fn list_with(columns: &[Column], at: usize, value: &str, name: &str) -> String {
    let items: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(i, c)| match i == at {
            true => format!("{value} AS {}", quoted(name)),
            false => quoted(&c.name),
        })
        .collect();
    items.join(", ")
}

fn place(columns: &[Column], name: &str) -> Result<usize, String> {
    columns
        .iter()
        .position(|c| c.name == name)
        .ok_or_else(|| format!("Column {name} is not found"))
}

pub(super) fn find<'a>(columns: &'a [Column], name: &str) -> Result<&'a Column, String> {
    place(columns, name).map(|at| &columns[at])
}
