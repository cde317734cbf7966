"""Athena and the Glue Data Catalog through the real clients: boto3 and the aws CLI."""
import gzip
import json
import uuid

import pytest
from botocore.exceptions import ClientError

from waiting import until

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
PARQUET = ("ROW FORMAT SERDE   'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' STORED AS INPUTFORMAT   "
           "'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' OUTPUTFORMAT   "
           "'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'")


class Lake:
    """A bucket, a database and the clients for them."""

    def __init__(self, client):
        self.tag = uuid.uuid4().hex[:8]
        self.bucket, self.database = f"lake-{self.tag}", f"lake_{self.tag}"
        self.s3, self.athena, self.glue = client("s3"), client("athena"), client("glue")
        self.s3.create_bucket(Bucket=self.bucket)
        self.glue.create_database(DatabaseInput={"Name": self.database})

    def start(self, sql, **more):
        more.setdefault("ResultConfiguration", {"OutputLocation": f"s3://{self.bucket}/results/"})
        return self.athena.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": self.database},
                                                 **more)["QueryExecutionId"]

    def ended(self, query):
        get = lambda: self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        return until(lambda: (lambda e: e if e["Status"]["State"] in ENDED else None)(get()), seconds=60)

    def run(self, sql, **more):
        execution = self.ended(self.start(sql, **more))
        assert execution["Status"]["State"] == "SUCCEEDED", (sql, execution["Status"])
        return execution

    def fails(self, sql):
        execution = self.ended(self.start(sql))
        assert execution["Status"]["State"] == "FAILED", (sql, execution["Status"])
        return execution["Status"]["StateChangeReason"]

    def rows(self, sql):
        query = self.run(sql)["QueryExecutionId"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
        return [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]

    def put(self, key, body):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)


@pytest.fixture
def lake(client):
    return Lake(client)


def test_the_tutorials_path(lake):
    lake.run(f"UNLOAD (SELECT * FROM (VALUES ('yellow', 2.5e0, 7e0, 15.25e0), ('green', 3e0, 6.5e0, 12e0)) AS t "
             f"(type, avgDist, avgCostPerMile, avgCost)) TO 's3://{lake.bucket}/output/' WITH (format = 'PARQUET')")
    lake.put("output/_SUCCESS", b"")
    columns = ("(`type` string, `avgDist` double, `avgCostPerMile` double, `avgCost` double) "
               f"{PARQUET} LOCATION  's3://{lake.bucket}/output/' "
               "TBLPROPERTIES ('classification'='parquet', 'compressionType'='none', 'typeOfData'='file')")
    lake.run(f"CREATE EXTERNAL TABLE IF NOT EXISTS {lake.database}.summary{columns}")
    assert "Table summary already exists" in lake.fails(f"CREATE EXTERNAL TABLE `summary`{columns}")
    execution = lake.run("SELECT * FROM summary ORDER BY type")
    query = execution["QueryExecutionId"]
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://{lake.bucket}/results/{query}.csv"
    result = lake.athena.get_query_results(QueryExecutionId=query)["ResultSet"]
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in result["Rows"]]
    assert rows == [["type", "avgdist", "avgcostpermile", "avgcost"], ["green", "3.0", "6.5", "12.0"],
                    ["yellow", "2.5", "7.0", "15.25"]]
    assert [c["Type"] for c in result["ResultSetMetadata"]["ColumnInfo"]] == ["varchar", "double", "double", "double"]
    text = lake.s3.get_object(Bucket=lake.bucket, Key=f"results/{query}.csv")["Body"].read().decode()
    assert text.splitlines()[0] == '"type","avgdist","avgcostpermile","avgcost"'
    lake.s3.head_object(Bucket=lake.bucket, Key=f"results/{query}.csv.metadata")
    table = lake.glue.get_table(DatabaseName=lake.database, Name="summary")["Table"]
    assert table["TableType"] == "EXTERNAL_TABLE" and table["Parameters"]["classification"] == "parquet"


def test_csv_with_partitions(lake):
    lake.put("trips/year=2023/a.csv", b"id,fare,note\n1,10.5,ok\n2,bad,\n")
    lake.put("trips/year=2024/a.csv.gz", gzip.compress(b"id,fare,note\n3,7,\\N\n"))
    lake.run(f"CREATE EXTERNAL TABLE trips (id int, fare double, note string) PARTITIONED BY (year int) ROW FORMAT DELIMITED "
             f"FIELDS TERMINATED BY ',' LOCATION 's3://{lake.bucket}/trips/' TBLPROPERTIES ('skip.header.line.count'='1')")
    lake.run("MSCK REPAIR TABLE trips")
    assert lake.rows("SELECT * FROM trips ORDER BY id") == [
        ["id", "fare", "note", "year"], ["1", "10.5", "ok", "2023"], ["2", None, "", "2023"], ["3", "7.0", None, "2024"]]
    whole = lake.run("SELECT count(*) FROM trips")["Statistics"]["DataScannedInBytes"]
    assert lake.run("SELECT count(*) FROM trips WHERE year = 2024")["Statistics"]["DataScannedInBytes"] < whole
    partitions = lake.glue.get_partitions(DatabaseName=lake.database, TableName="trips", Expression="year > 2023")["Partitions"]
    assert [p["Values"] for p in partitions] == [["2024"]]
    lake.run("INSERT INTO trips VALUES (4, 1e0, 'new', 2025)")
    assert lake.rows("SHOW PARTITIONS trips") == [["year=2023"], ["year=2024"], ["year=2025"]]


def test_errors_are_in_athenas_words(lake):
    assert lake.fails("SELECT nothing FROM nowhere") == (
        f"TABLE_NOT_FOUND: line 1:21: Table 'awsdatacatalog.{lake.database}.nowhere' does not exist")
    lake.run("CREATE TABLE here AS SELECT 1 AS a")
    assert lake.fails("SELECT b FROM here") == "COLUMN_NOT_FOUND: line 1:8: Column 'b' cannot be resolved"
    lake.put("fake/a.parquet", b"this is no parquet file")
    lake.run(f"CREATE EXTERNAL TABLE fake (a int) STORED AS PARQUET LOCATION 's3://{lake.bucket}/fake/'")
    assert lake.fails("SELECT * FROM fake").startswith(("HIVE_CANNOT_OPEN_SPLIT", "HIVE_BAD_DATA"))
    assert "NoSuchBucket" in lake.fails(f"CREATE EXTERNAL TABLE gone (a int) LOCATION 's3://gone-{lake.tag}/x/'")
    with pytest.raises(ClientError) as refused:
        lake.start("SELEC 1")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert refused.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"
    with pytest.raises(ClientError) as refused:
        lake.athena.start_query_execution(QueryString="SELECT 1")
    assert "No output location provided" in str(refused.value)
    with pytest.raises(ClientError) as refused:
        lake.glue.get_table(DatabaseName=lake.database, Name="nowhere")
    assert refused.value.response["Error"]["Code"] == "EntityNotFoundException"
    with pytest.raises(ClientError) as refused:
        lake.glue.create_database(DatabaseInput={"Name": lake.database})
    assert refused.value.response["Error"]["Code"] == "AlreadyExistsException"


def test_a_query_is_cancelled(lake):
    query = lake.start("SELECT count(*) FROM UNNEST(sequence(1, 3000000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 3000000)) AS b (y)")
    lake.athena.stop_query_execution(QueryExecutionId=query)
    assert lake.ended(query)["Status"]["State"] == "CANCELLED"


def test_the_command_line(lake, aws):
    def cli(*args):
        out = aws("--output", "json", *args).stdout
        return json.loads(out) if out.strip() else {}

    database = cli("glue", "get-database", "--name", "default")["Database"]
    assert database["Name"] == "default"
    started = cli("athena", "start-query-execution", "--query-string", "SELECT 1 AS one",
                  "--result-configuration", f"OutputLocation=s3://{lake.bucket}/cli/")["QueryExecutionId"]
    lake.ended(started)
    result = cli("athena", "get-query-results", "--query-execution-id", started)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in result] == ["one", "1"]
    assert started in cli("athena", "list-query-executions")["QueryExecutionIds"]
    groups = cli("athena", "list-work-groups")["WorkGroups"]
    assert "primary" in [g["Name"] for g in groups]
    cli("glue", "create-table", "--database-name", lake.database, "--table-input",
        json.dumps({"Name": "cli", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": {
            "Columns": [{"Name": "a", "Type": "int"}], "Location": f"s3://{lake.bucket}/cli-table/",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                          "Parameters": {"field.delim": ","}}}}))
    lake.put("cli-table/a.csv", b"41\n1\n")
    assert lake.rows("SELECT sum(a) FROM cli") == [["_col0"], ["42"]]
    metadata = cli("athena", "list-table-metadata", "--catalog-name", "AwsDataCatalog",
                   "--database-name", lake.database)["TableMetadataList"]
    assert [t["Name"] for t in metadata] == ["cli"]
    cli("glue", "delete-table", "--database-name", lake.database, "--name", "cli")
