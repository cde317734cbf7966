//! What a statement says, once parsed.

/// A table's name as written: catalog dropped, everything in lower case, as Hive keeps names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    pub database: Option<String>,
    pub name: String,
}

/// One statement, by who carries it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    Ddl(Ddl),
    /// `SELECT`, `WITH`, `VALUES`, `TABLE`: the text as given.
    Query(String),
    /// `EXPLAIN [ANALYZE] query`.
    Explain {
        analyze: bool,
        query: String,
    },
    Insert(Insert),
    Ctas(Ctas),
    Unload(Unload),
    /// `PREPARE name FROM query`.
    Prepare {
        name: String,
        query: String,
    },
    /// `EXECUTE name [USING values]`: the values' source text.
    Execute {
        name: String,
        values: Vec<String>,
    },
    Deallocate {
        name: String,
    },
    /// A statement that Athena has and that is not built here.
    Unsupported {
        what: &'static str,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    pub table: TableName,
    pub columns: Vec<String>,
    pub query: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Ctas {
    pub table: TableName,
    pub if_not_exists: bool,
    /// `WITH (…)`, keys in lower case; arrays keep their elements.
    pub properties: Vec<(String, Vec<String>)>,
    pub query: String,
    pub with_data: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Unload {
    pub query: String,
    pub location: String,
    pub properties: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Ddl {
    CreateDatabase {
        name: String,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Vec<(String, String)>,
    },
    DropDatabase {
        name: String,
        if_exists: bool,
        cascade: bool,
    },
    SetDatabaseProperties {
        name: String,
        properties: Vec<(String, String)>,
    },
    CreateTable(Box<CreateTable>),
    DropTable {
        table: TableName,
        if_exists: bool,
    },
    AddPartitions {
        table: TableName,
        if_not_exists: bool,
        partitions: Vec<PartitionClause>,
    },
    DropPartitions {
        table: TableName,
        if_exists: bool,
        partitions: Vec<Vec<PartitionFilter>>,
    },
    RenamePartition {
        table: TableName,
        from: PartitionSpec,
        to: PartitionSpec,
    },
    SetPartitionLocation {
        table: TableName,
        partition: PartitionSpec,
        location: String,
    },
    RenameTable {
        table: TableName,
        to: TableName,
    },
    AddColumns {
        table: TableName,
        columns: Vec<ColumnDef>,
    },
    ReplaceColumns {
        table: TableName,
        columns: Vec<ColumnDef>,
    },
    ChangeColumn {
        table: TableName,
        from: String,
        to: ColumnDef,
    },
    SetTableProperties {
        table: TableName,
        properties: Vec<(String, String)>,
    },
    SetLocation {
        table: TableName,
        location: String,
    },
    Repair {
        table: TableName,
    },
    ShowDatabases {
        like: Option<String>,
    },
    ShowTables {
        database: Option<String>,
        like: Option<String>,
    },
    ShowViews {
        database: Option<String>,
        like: Option<String>,
    },
    ShowPartitions {
        table: TableName,
    },
    ShowColumns {
        table: TableName,
    },
    ShowCreateTable {
        table: TableName,
    },
    ShowCreateView {
        view: TableName,
    },
    ShowTableProperties {
        table: TableName,
        key: Option<String>,
    },
    Describe {
        table: TableName,
        detail: bool,
        column: Option<String>,
    },
    CreateView {
        view: TableName,
        or_replace: bool,
        query: String,
    },
    DropView {
        view: TableName,
        if_exists: bool,
    },
}

/// `col=value, …` of one partition.
pub type PartitionSpec = Vec<(String, String)>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionClause {
    pub spec: PartitionSpec,
    pub location: Option<String>,
}

/// One comparison of `DROP PARTITION (col op value, …)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionFilter {
    pub column: String,
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    pub operator: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDef {
    /// Lower case.
    pub name: String,
    /// Hive's type, lower case and without spaces: `array<struct<a:int>>`, `decimal(10,2)`.
    pub data_type: String,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CreateTable {
    pub table: TableName,
    pub external: bool,
    pub if_not_exists: bool,
    pub columns: Vec<ColumnDef>,
    pub comment: Option<String>,
    pub partitions: Vec<ColumnDef>,
    /// `CLUSTERED BY (…) [SORTED BY (…)] INTO n BUCKETS`.
    pub bucket_columns: Vec<String>,
    pub sort_columns: Vec<(String, bool)>,
    pub buckets: Option<i64>,
    pub row_format: Option<RowFormat>,
    pub stored_as: Option<StorageFormat>,
    pub location: Option<String>,
    pub properties: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFormat {
    Serde {
        library: String,
        properties: Vec<(String, String)>,
    },
    /// Hive's serde parameters: `field.delim`, `escape.delim`, `colelction.delim`, `mapkey.delim`,
    /// `line.delim`, `serialization.null.format`.
    Delimited(Vec<(String, String)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageFormat {
    /// `PARQUET`, `TEXTFILE`, `ORC`, `JSONFILE`, `AVRO`, `SEQUENCEFILE`, `RCFILE`, upper case.
    Named(String),
    Classes {
        input: String,
        output: String,
    },
}
