"""QuickSight through boto3: data sources, data sets, SPICE, analyses, dashboards, users, and their refusals."""
import io
import json
import uuid
import zipfile

import pytest
from botocore.exceptions import ClientError

from waiting import until

ACCOUNT = "000000000000"
ROWS = [("green", 1.5, 1), ("yellow", 2.5, 2), ("yellow", 4.0, 3)]


class Desk:
    """A bucket, a table of trips and a source for it."""

    def __init__(self, client):
        self.tag = uuid.uuid4().hex[:8]
        self.bucket, self.table = f"desk-{self.tag}", f"trips_{self.tag}"
        self.s3, self.athena, self.quick = client("s3"), client("athena"), client("quicksight")
        self.s3.create_bucket(Bucket=self.bucket)
        self.put(ROWS)
        self.sql(f"CREATE EXTERNAL TABLE {self.table} (kind string, miles double, riders bigint) "
                 f"ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{self.bucket}/trips/'")
        self.source = self("create_data_source", DataSourceId=f"src-{self.tag}", Name="trips", Type="ATHENA",
                           DataSourceParameters={"AthenaParameters": {"WorkGroup": "primary"}})["Arn"]

    def __call__(self, operation, **members):
        return getattr(self.quick, operation)(AwsAccountId=ACCOUNT, **members)

    def put(self, rows):
        body = "".join(f"{kind},{miles},{riders}\n" for kind, miles, riders in rows)
        self.s3.put_object(Bucket=self.bucket, Key="trips/a.csv", Body=body.encode())

    def sql(self, text):
        query = self.athena.start_query_execution(QueryString=text, QueryExecutionContext={"Database": "default"},
                                                  ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"})["QueryExecutionId"]
        state = lambda: self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        end = until(lambda: (lambda s: s if s["State"] in ("SUCCEEDED", "FAILED") else None)(state()), seconds=60)
        assert end["State"] == "SUCCEEDED", end
        rows = self.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows[1:]]

    def physical(self):
        columns = [{"Name": "kind", "Type": "STRING"}, {"Name": "miles", "Type": "DECIMAL"}, {"Name": "riders", "Type": "INTEGER"}]
        return {"t": {"RelationalTable": {"DataSourceArn": self.source, "Schema": "default", "Name": self.table, "InputColumns": columns}}}

    def data_set(self, name, mode="SPICE", **more):
        made = self("create_data_set", DataSetId=f"{name}-{self.tag}", Name=name, ImportMode=mode, PhysicalTableMap=self.physical(), **more)
        if mode == "SPICE":
            self.ingested(name, made["IngestionId"])
        return made["Arn"]

    def ingested(self, name, ingestion):
        get = lambda: self("describe_ingestion", DataSetId=f"{name}-{self.tag}", IngestionId=ingestion)["Ingestion"]
        return until(lambda: (lambda i: i if i["IngestionStatus"] in ("COMPLETED", "FAILED", "CANCELLED") else None)(get()), seconds=60)

    def snapshot(self, dashboard, kind, visuals, **user):
        job = uuid.uuid4().hex
        self("start_dashboard_snapshot_job", DashboardId=dashboard, SnapshotJobId=job, UserConfiguration={"AnonymousUsers": [user]}, SnapshotConfiguration={
            "FileGroups": [{"Files": [{"SheetSelections": [{"SheetId": "s", "SelectionScope": "SELECTED_VISUALS", "VisualIds": visuals}], "FormatType": kind}]}],
            "DestinationConfiguration": {"S3Destinations": [{"BucketConfiguration": {"BucketName": self.bucket, "BucketPrefix": "out", "BucketRegion": "us-east-1"}}]}})
        get = lambda: self("describe_dashboard_snapshot_job", DashboardId=dashboard, SnapshotJobId=job)
        end = until(lambda: (lambda j: j if j["JobStatus"] in ("COMPLETED", "FAILED") else None)(get()), seconds=60)
        result = self("describe_dashboard_snapshot_job_result", DashboardId=dashboard, SnapshotJobId=job)
        assert end["JobStatus"] == "COMPLETED", result
        uri = result["Result"]["AnonymousUsers"][0]["FileGroups"][0]["S3Results"][0]["S3Uri"]
        return self.s3.get_object(Bucket=self.bucket, Key=uri.split("/", 3)[3])["Body"].read()


@pytest.fixture
def desk(client):
    return Desk(client)


def field(kind, column, aggregation=None):
    inner = {"FieldId": column, "Column": {"DataSetIdentifier": "d", "ColumnName": column}}
    if aggregation:
        inner["AggregationFunction"] = {"SimpleNumericalAggregation": aggregation}
    return {kind: inner}


def definition(arn, **more):
    wells = {"GroupBy": [field("CategoricalDimensionField", "kind")], "Values": [field("NumericalMeasureField", "miles", "AVERAGE")]}
    return {"DataSetIdentifierDeclarations": [{"Identifier": "d", "DataSetArn": arn}], "Sheets": [{"SheetId": "s", "Name": "Sheet", "Visuals": [
        {"TableVisual": {"VisualId": "v", "Title": {"Visibility": "VISIBLE", "FormatText": {"PlainText": "Miles"}},
                         "ChartConfiguration": {"FieldWells": {"TableAggregatedFieldWells": wells}}}}]}], **more}


def refused(code, call):
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response["Error"]["Message"]


def test_spice_is_a_snapshot_and_direct_query_is_not(desk):
    spice, direct = desk.data_set("spice"), desk.data_set("direct", "DIRECT_QUERY")
    for name, arn in (("spice", spice), ("direct", direct)):
        desk("create_dashboard", DashboardId=f"{name}-{desk.tag}", Name=name, Definition=definition(arn))
    tables = lambda name: sorted(desk.snapshot(f"{name}-{desk.tag}", "CSV", ["v"]).decode().splitlines()[1:])
    assert tables("spice") == tables("direct") == ["green,1.5", "yellow,3.25"]
    desk.put([("green", 9.0, 1)])
    assert tables("spice") == ["green,1.5", "yellow,3.25"]
    assert tables("direct") == ["green,9.0"]
    desk("create_ingestion", DataSetId=f"spice-{desk.tag}", IngestionId="again")
    assert desk.ingested("spice", "again")["RowInfo"] == {"RowsIngested": 1, "RowsDropped": 0, "TotalRowsInDataset": 1}
    assert tables("spice") == ["green,9.0"]


def test_a_workbook_holds_the_figures(desk):
    desk("create_dashboard", DashboardId=f"d-{desk.tag}", Name="d", Definition=definition(desk.data_set("spice")))
    book = zipfile.ZipFile(io.BytesIO(desk.snapshot(f"d-{desk.tag}", "EXCEL", ["v"])))
    assert book.testzip() is None
    assert "Miles" in book.read("xl/workbook.xml").decode()
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "yellow" in sheet and "<v>3.25</v>" in sheet


def test_a_definition_comes_back_as_it_was_given(desk):
    arn = desk.data_set("direct", "DIRECT_QUERY")
    given = definition(arn, CalculatedFields=[{"DataSetIdentifier": "d", "Name": "per rider", "Expression": "{miles} / {riders}"}],
                       ParameterDeclarations=[{"StringParameterDeclaration": {"ParameterValueType": "SINGLE_VALUED", "Name": "kind", "DefaultValues": {"StaticValues": ["green"]}}}],
                       FilterGroups=[{"FilterGroupId": "g", "CrossDataset": "SINGLE_DATASET", "Status": "ENABLED", "ScopeConfiguration": {"AllSheets": {}}, "Filters": [
                           {"CategoryFilter": {"FilterId": "f", "Column": {"DataSetIdentifier": "d", "ColumnName": "kind"},
                                               "Configuration": {"CustomFilterConfiguration": {"MatchOperator": "EQUALS", "ParameterName": "kind", "NullOption": "NON_NULLS_ONLY"}}}}]}])
    for kind, key in (("analysis", "AnalysisId"), ("dashboard", "DashboardId")):
        desk(f"create_{kind}", **{key: f"x-{desk.tag}"}, Name="x", Definition=given)
        back = desk(f"describe_{kind}_definition", **{key: f"x-{desk.tag}"})
        assert back["ResourceStatus"] == "CREATION_SUCCESSFUL", back.get("Errors")
        assert back["Definition"] == given
    assert desk.snapshot(f"x-{desk.tag}", "CSV", ["v"]).decode().splitlines()[1:] == ["green,1.5"]


def test_versions_permissions_tags_folders_and_search(desk):
    arn = desk.data_set("direct", "DIRECT_QUERY")
    id = f"d-{desk.tag}"
    user = desk("register_user", IdentityType="QUICKSIGHT", Email="ann@example.com", UserRole="READER", Namespace="default", UserName=f"ann-{desk.tag}")["User"]
    desk("create_folder", FolderId=f"f-{desk.tag}", Name="Reports")
    made = desk("create_dashboard", DashboardId=id, Name=f"Taxi {desk.tag}", Definition=definition(arn), Tags=[{"Key": "team", "Value": "fleet"}],
                Permissions=[{"Principal": user["Arn"], "Actions": ["quicksight:DescribeDashboard"]}])
    desk("update_dashboard", DashboardId=id, Name=f"Taxi {desk.tag}", Definition=definition(arn), VersionDescription="second")
    assert desk("describe_dashboard", DashboardId=id)["Dashboard"]["Version"]["VersionNumber"] == 1
    desk("update_dashboard_published_version", DashboardId=id, VersionNumber=2)
    assert desk("describe_dashboard", DashboardId=id)["Dashboard"]["Version"]["Description"] == "second"
    assert [v["VersionNumber"] for v in desk("list_dashboard_versions", DashboardId=id)["DashboardVersionSummaryList"]] == [1, 2]

    desk("update_dashboard_permissions", DashboardId=id, GrantPermissions=[{"Principal": user["Arn"], "Actions": ["quicksight:QueryDashboard"]}])
    held = desk("describe_dashboard_permissions", DashboardId=id)["Permissions"]
    assert held == [{"Principal": user["Arn"], "Actions": ["quicksight:DescribeDashboard", "quicksight:QueryDashboard"]}]
    found = desk("search_dashboards", Filters=[{"Operator": "StringEquals", "Name": "QUICKSIGHT_USER", "Value": user["Arn"]}])
    assert [d["DashboardId"] for d in found["DashboardSummaryList"]] == [id]
    found = desk("search_dashboards", Filters=[{"Operator": "StringLike", "Name": "DASHBOARD_NAME", "Value": desk.tag.upper()}])
    assert [d["DashboardId"] for d in found["DashboardSummaryList"]] == [id]

    desk.quick.tag_resource(ResourceArn=made["Arn"], Tags=[{"Key": "team", "Value": "ops"}, {"Key": "a", "Value": "b"}])
    desk.quick.untag_resource(ResourceArn=made["Arn"], TagKeys=["a"])
    assert desk.quick.list_tags_for_resource(ResourceArn=made["Arn"])["Tags"] == [{"Key": "team", "Value": "ops"}]

    desk("create_folder_membership", FolderId=f"f-{desk.tag}", MemberId=id, MemberType="DASHBOARD")
    assert desk("list_folder_members", FolderId=f"f-{desk.tag}")["FolderMemberList"] == [{"MemberId": id, "MemberArn": made["Arn"]}]
    refused("ConflictException", lambda: desk("delete_folder", FolderId=f"f-{desk.tag}"))
    desk("delete_dashboard", DashboardId=id)
    assert desk("list_folder_members", FolderId=f"f-{desk.tag}")["FolderMemberList"] == []
    refused("ResourceNotFoundException", lambda: desk("describe_dashboard", DashboardId=id))


def test_groups_and_pages(desk):
    for name in ("a", "b", "c"):
        desk("create_group", GroupName=f"{name}-{desk.tag}", Namespace="default")
    first = desk("search_groups", Namespace="default", MaxResults=2, Filters=[{"Operator": "StartsWith", "Name": "GROUP_NAME", "Value": ""}])
    second = desk("search_groups", Namespace="default", MaxResults=100, NextToken=first["NextToken"], Filters=[{"Operator": "StartsWith", "Name": "GROUP_NAME", "Value": ""}])
    names = [g["GroupName"] for g in first["GroupList"] + second["GroupList"]]
    assert len(set(names)) == len(names) and {f"{n}-{desk.tag}" for n in "abc"} <= set(names)
    desk("register_user", IdentityType="QUICKSIGHT", Email="e@example.com", UserRole="READER", Namespace="default", UserName=f"u-{desk.tag}")
    desk("create_group_membership", GroupName=f"a-{desk.tag}", MemberName=f"u-{desk.tag}", Namespace="default")
    assert [g["GroupName"] for g in desk("list_user_groups", UserName=f"u-{desk.tag}", Namespace="default")["GroupList"]] == [f"a-{desk.tag}"]
    desk("delete_user", UserName=f"u-{desk.tag}", Namespace="default")
    assert desk("list_group_memberships", GroupName=f"a-{desk.tag}", Namespace="default")["GroupMemberList"] == []
    refused("InvalidNextTokenException", lambda: desk("list_groups", Namespace="default", NextToken="*"))
    refused("ResourceNotFoundException", lambda: desk("list_groups", Namespace="nowhere"))


def test_refusals(desk):
    arn = desk.data_set("spice")
    id = f"spice-{desk.tag}"
    assert "already exists" in refused("ResourceExistsException", lambda: desk("create_data_set", DataSetId=id, Name="x", ImportMode="SPICE", PhysicalTableMap=desk.physical()))
    refused("ResourceNotFoundException", lambda: desk("describe_data_set", DataSetId="nothing"))
    refused("ResourceNotFoundException", lambda: desk("describe_ingestion", DataSetId=id, IngestionId="nothing"))
    refused("AccessDeniedException", lambda: desk.quick.list_data_sets(AwsAccountId="111111111111"))
    refused("InvalidParameterValueException", lambda: desk("create_data_source", DataSourceId=f"p-{desk.tag}", Name="p", Type="POSTGRESQL",
                                                           DataSourceParameters={"PostgreSqlParameters": {"Host": "h", "Port": 1, "Database": "d"}}))
    refused("InvalidParameterValueException", lambda: desk("create_ingestion", DataSetId=id, IngestionId="i", IngestionType="INCREMENTAL_REFRESH"))
    desk("create_dashboard", DashboardId=f"bad-{desk.tag}", Name="bad", Definition=definition(arn + "x"))
    bad = desk("describe_dashboard_definition", DashboardId=f"bad-{desk.tag}")
    assert bad["ResourceStatus"] == "CREATION_FAILED" and bad["Errors"][0]["Type"] == "DATA_SET_NOT_FOUND"
    broken = json.loads(json.dumps(definition(arn)).replace('"miles"', '"nothing"'))
    desk("create_dashboard", DashboardId=f"worse-{desk.tag}", Name="worse", Definition=broken)
    assert desk("describe_dashboard", DashboardId=f"worse-{desk.tag}")["Dashboard"]["Version"]["Status"] == "CREATION_FAILED"
    source = desk("create_data_source", DataSourceId=f"w-{desk.tag}", Name="w", Type="ATHENA", DataSourceParameters={"AthenaParameters": {"WorkGroup": "nowhere"}})
    assert desk("describe_data_source", DataSourceId=source["DataSourceId"])["DataSource"]["Status"] == "CREATION_FAILED"


def test_schedules(desk):
    desk.data_set("spice")
    id = f"spice-{desk.tag}"
    daily = {"ScheduleId": "daily", "ScheduleFrequency": {"Interval": "DAILY", "TimeOfTheDay": "06:00", "Timezone": "Europe/Berlin"}, "RefreshType": "FULL_REFRESH"}
    desk("create_refresh_schedule", DataSetId=id, Schedule=daily)
    found = desk("describe_refresh_schedule", DataSetId=id, ScheduleId="daily")["RefreshSchedule"]
    assert {k: v for k, v in found.items() if k != "Arn"} == daily
    assert len(desk("list_refresh_schedules", DataSetId=id)["RefreshSchedules"]) == 1
    weekly = {"ScheduleId": "weekly", "ScheduleFrequency": {"Interval": "WEEKLY"}, "RefreshType": "FULL_REFRESH"}
    refused("InvalidParameterValueException", lambda: desk("create_refresh_schedule", DataSetId=id, Schedule=weekly))
    desk("delete_refresh_schedule", DataSetId=id, ScheduleId="daily")
    refused("ResourceNotFoundException", lambda: desk("describe_refresh_schedule", DataSetId=id, ScheduleId="daily"))
