"""QuickSight's asset bundles and permissions through boto3: out by a URL, in by a body or from a bucket, over a kill."""
import io
import json
import urllib.error
import urllib.request
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, make_client
from test_quicksight import Desk, definition, desk, refused  # noqa: F401 (a fixture)
from waiting import until

ENDED = {"SUCCESSFUL", "FAILED", "FAILED_ROLLBACK_COMPLETED", "FAILED_ROLLBACK_ERROR"}


def ended(desk, way, id):
    members = {f"AssetBundle{way.title()}JobId": id}
    get = lambda: desk(f"describe_asset_bundle_{way}_job", **members)
    return until(lambda: (lambda job: job if job["JobStatus"] in ENDED else None)(get()), seconds=60)


def fetched(url):
    with urllib.request.urlopen(url) as response:
        return response.read()


def exported(desk, *arns, **more):
    desk("start_asset_bundle_export_job", AssetBundleExportJobId=f"out-{desk.tag}", ResourceArns=list(arns),
         **{"ExportFormat": "QUICKSIGHT_JSON", "IncludeAllDependencies": True, **more})
    job = ended(desk, "export", f"out-{desk.tag}")
    assert job["JobStatus"] == "SUCCESSFUL", job
    return fetched(job["DownloadUrl"])


def imported(desk, source, **more):
    desk("start_asset_bundle_import_job", AssetBundleImportJobId=f"in-{desk.tag}", AssetBundleImportSource=source, **more)
    return ended(desk, "import", f"in-{desk.tag}")


def furnished(desk):
    data_set = desk.data_set("trips", "DIRECT_QUERY")
    return desk("create_dashboard", DashboardId=f"d-{desk.tag}", Name="Trips", Definition=definition(data_set))["Arn"]


def test_a_bundle_is_files_that_others_read_and_write(desk):
    arn = furnished(desk)
    bundle = zipfile.ZipFile(io.BytesIO(exported(desk, arn)))
    assert bundle.testzip() is None
    names = {name.split("/")[0]: name for name in bundle.namelist()}
    assert set(names) == {"datasource", "dataset", "dashboard"}
    files = {kind: json.loads(bundle.read(name)) for kind, name in names.items()}
    assert files["dashboard"]["resourceType"] == "dashboard" and files["dashboard"]["definition"]["sheets"][0]["sheetId"] == "s"
    assert files["dataset"]["physicalTableMap"]["t"]["relationalTable"]["dataSourceArn"] == desk.source
    # As it would come from another account, changed, and packed by another program.
    text = json.dumps(files["dashboard"]).replace(ACCOUNT, "111111111111").replace(REGION, "eu-central-1").replace("Miles", "Kilometres")
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(names["dashboard"], text)
    desk.s3.put_object(Bucket=desk.bucket, Key="bundles/changed.qs", Body=changed.getvalue())
    job = imported(desk, {"S3Uri": f"s3://{desk.bucket}/bundles/changed.qs"},
                   OverrideParameters={"Dashboards": [{"DashboardId": f"d-{desk.tag}", "Name": "Changed"}]})
    assert job["JobStatus"] == "SUCCESSFUL", job
    shown = desk("describe_dashboard_definition", DashboardId=f"d-{desk.tag}")
    assert shown["Name"] == "Changed" and shown["ResourceStatus"] == "CREATION_SUCCESSFUL"
    assert shown["Definition"]["Sheets"][0]["Visuals"][0]["TableVisual"]["Title"]["FormatText"]["PlainText"] == "Kilometres"
    assert shown["Definition"]["DataSetIdentifierDeclarations"][0]["DataSetArn"].endswith(f"{REGION}:{ACCOUNT}:dataset/trips-{desk.tag}")
    assert f"out-{desk.tag}" in [j["AssetBundleExportJobId"] for j in desk("list_asset_bundle_export_jobs")["AssetBundleExportJobSummaryList"]]


def test_a_body_goes_in_and_a_failure_goes_back(desk):
    arn = furnished(desk)
    bundle = exported(desk, arn)
    job = imported(desk, {"Body": bundle}, OverrideParameters={"ResourceIdOverrideConfiguration": {"PrefixForAllResources": "copy-"}})
    assert job["JobStatus"] == "SUCCESSFUL", job
    assert fetched(job["AssetBundleImportSource"]["Body"]) == bundle
    copy = desk("describe_dashboard_definition", DashboardId=f"copy-d-{desk.tag}")["Definition"]
    assert copy == definition(desk.source.replace(f"datasource/src-{desk.tag}", f"dataset/copy-trips-{desk.tag}"))
    source = [{"DataSourceId": f"src-{desk.tag}", "DataSourceParameters": {"AthenaParameters": {"WorkGroup": "nowhere"}}}]
    job = imported(desk, {"Body": bundle}, FailureAction="ROLLBACK", OverrideParameters={
        "ResourceIdOverrideConfiguration": {"PrefixForAllResources": "never-"}, "DataSources": source})
    assert job["JobStatus"] == "FAILED_ROLLBACK_COMPLETED" and "nowhere" in job["Errors"][0]["Message"], job
    refused("ResourceNotFoundException", lambda: desk("describe_data_source", DataSourceId=f"never-src-{desk.tag}"))
    refused("InvalidParameterValueException", lambda: imported(desk, {"Body": b"x", "S3Uri": "s3://a/b"}))
    refused("InvalidParameterValueException", lambda: exported(desk, arn.replace("dashboard/", "template/")))
    refused("ResourceNotFoundException", lambda: desk("describe_asset_bundle_import_job", AssetBundleImportJobId="nothing"))


def test_an_import_survives_a_kill(own_server):
    server = own_server()
    desk = Desk(server.client)
    bundle = exported(desk, furnished(desk))
    for kills in range(1, 6):
        desk("start_asset_bundle_import_job", AssetBundleImportJobId=f"in-{desk.tag}", AssetBundleImportSource={"Body": bundle})
        server.kill()
        server.start()
        job = ended(desk, "import", f"in-{desk.tag}")
        assert job["JobStatus"] == "SUCCESSFUL", job
        versions = desk("list_dashboard_versions", DashboardId=f"d-{desk.tag}")["DashboardVersionSummaryList"]
        assert [v["VersionNumber"] for v in versions] == list(range(1, kills + 2)), "each import makes one version"
        assert desk("describe_dashboard", DashboardId=f"d-{desk.tag}")["Dashboard"]["Version"]["VersionNumber"] == kills + 1
    desk("start_asset_bundle_export_job", AssetBundleExportJobId="kept", ResourceArns=[desk.source], ExportFormat="QUICKSIGHT_JSON")
    server.kill()
    server.start()
    job = ended(desk, "export", "kept")
    assert job["JobStatus"] == "SUCCESSFUL" and zipfile.ZipFile(io.BytesIO(fetched(job["DownloadUrl"]))).testzip() is None


def test_where_signatures_are_checked_a_session_is_its_user_and_a_url_needs_none(own_server):
    keys = {"TAXIWAY_ACCESS_KEY_ID": "AKIAKEY", "TAXIWAY_SECRET_ACCESS_KEY": "hush-hush-hush"}
    server = own_server(env=keys)
    root = lambda name: make_client(server.url, name, key="AKIAKEY", secret="hush-hush-hush")
    desk = Desk(root)
    arn = furnished(desk)
    desk("start_asset_bundle_export_job", AssetBundleExportJobId="out", ResourceArns=[arn], ExportFormat="QUICKSIGHT_JSON")
    url = ended(desk, "export", "out")["DownloadUrl"]
    assert zipfile.ZipFile(io.BytesIO(fetched(url))).testzip() is None
    for wrong in (url.replace("/out.qs", "/in.qs"), url[:-3], url.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetched(wrong)
        assert caught.value.code == 403

    role = f"arn:aws:iam::{ACCOUNT}:role/Desk"
    user = desk("register_user", IdentityType="IAM", IamArn=role, SessionName="ann", Email="a@example.com", UserRole="READER", Namespace="default")["User"]
    given = root("sts").assume_role(RoleArn=role, RoleSessionName="ann")["Credentials"]
    ann = boto3.client("quicksight", endpoint_url=server.url, region_name=REGION, aws_access_key_id=given["AccessKeyId"],
                       aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"])
    see = lambda: ann.describe_dashboard(AwsAccountId=ACCOUNT, DashboardId=f"d-{desk.tag}")
    message = refused("AccessDeniedException", see)
    assert message == (f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Desk/ann is not authorized to perform: quicksight:DescribeDashboard on resource: "
                       f"{arn} because no resource-based policy allows the quicksight:DescribeDashboard action")
    desk("update_dashboard_permissions", DashboardId=f"d-{desk.tag}",
         GrantPermissions=[{"Principal": user["Arn"], "Actions": ["quicksight:DescribeDashboard"]}])
    assert see()["Dashboard"]["Name"] == "Trips"
    with pytest.raises(ClientError):
        ann.delete_dashboard(AwsAccountId=ACCOUNT, DashboardId=f"d-{desk.tag}")
