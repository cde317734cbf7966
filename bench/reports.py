"""A dashboard of ten visuals over SPICE: first paint, a filter, the PDF; beside the same queries in DuckDB from PyPI.

An ingestion ends when its rows are in memory, as DuckDB's are before it is asked; nothing of an answer is computed before
it is asked for. First paint is the first time that the ten questions are asked after an ingestion; after a restart nothing
is in memory, and the columns are read from their files then.
"""
import concurrent.futures
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.request

import servers

ROWS, ACCOUNT, RUNS, PAINTS = 6_400_000, "000000000000", 5, 3
AIMS = "aims: first paint 1 s, a filter 300 ms, a PDF 2 s"
NUMBERS = ["fare", "tip", "miles"]


def make_rows(python, folder, rows):
    """Trips as Parquet, by DuckDB: the same file for both sides."""
    path = pathlib.Path(folder) / "trips.parquet"
    sql = (f"COPY (SELECT ['green','yellow','fhv','black'][1 + (i % 4)] AS kind, ('zone ' || (hash(i) % 260)) AS zone, "
           f"timestamp '2023-01-01' + to_seconds(CAST(i * 31536000 / {rows} AS BIGINT)) AS at, "
           f"2.5 + (hash(i + 1) % 10000) / 100.0 AS fare, (hash(i + 2) % 1000) / 100.0 AS tip, (hash(i + 3) % 3000) / 100.0 AS miles, "
           f"CAST(1 + hash(i + 4) % 6 AS BIGINT) AS riders FROM range({rows}) r(i)) TO '{path}' (FORMAT PARQUET)")
    subprocess.run([python, "-c", f"import duckdb; duckdb.sql('SET enable_progress_bar = false'); duckdb.sql({sql!r})"], check=True)
    return path


def call(port, operation, service="quicksight", **members):
    if service == "quicksight":
        members["AwsAccountId"] = ACCOUNT
    return post(port, f"/_taxiway/call/{service}/{operation}", members)


def post(port, path, body, raw=False):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        data = answer.read()
    return data if raw else json.loads(data)


def put_object(port, bucket, key, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{bucket}/{key}", body, method="PUT")
    urllib.request.urlopen(request, timeout=600).read()


def field(column, kind="CategoricalDimensionField", **more):
    return {kind: {"FieldId": column, "Column": {"DataSetIdentifier": "trips", "ColumnName": column}, **more}}


def measure(column, aggregation="SUM"):
    return field(column, "NumericalMeasureField", AggregationFunction={"SimpleNumericalAggregation": aggregation})


def definition(arn):
    day = lambda unit: field("at", "DateDimensionField", DateGranularity=unit)
    bar = lambda category, value: {"BarChartAggregatedFieldWells": {"Category": [category], "Values": [value]}}
    wells = [
        ("KPIVisual", {"Values": [measure("fare")]}),
        ("BarChartVisual", bar(field("kind"), measure("fare"))),
        ("BarChartVisual", bar(field("zone"), measure("tip", "AVERAGE"))),
        ("LineChartVisual", {"LineChartAggregatedFieldWells": {"Category": [day("DAY")], "Values": [measure("fare")]}}),
        ("LineChartVisual", {"LineChartAggregatedFieldWells": {"Category": [day("MONTH")], "Values": [measure("miles")], "Colors": [field("kind")]}}),
        ("PieChartVisual", {"PieChartAggregatedFieldWells": {"Category": [field("kind")], "Values": [measure("riders")]}}),
        ("TableVisual", {"TableAggregatedFieldWells": {"GroupBy": [field("zone")], "Values": [measure(n, "AVERAGE") for n in NUMBERS]}}),
        ("PivotTableVisual", {"PivotTableAggregatedFieldWells": {"Rows": [field("kind")], "Columns": [day("QUARTER")], "Values": [measure("fare")]}}),
        ("HeatMapVisual", {"HeatMapAggregatedFieldWells": {"Rows": [field("kind")], "Columns": [day("MONTH")], "Values": [measure("tip")]}}),
        ("BarChartVisual", bar(field("kind"), measure("miles", "MAX"))),
    ]
    visuals = [{kind: {"VisualId": f"v{i}", "ChartConfiguration": {"FieldWells": w}}} for i, (kind, w) in enumerate(wells)]
    return {"DataSetIdentifierDeclarations": [{"Identifier": "trips", "DataSetArn": arn}], "Sheets": [{"SheetId": "s", "Name": "Trips", "Visuals": visuals}]}



def ingest(port, rows_file):
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/lake", method="PUT")).read()
    put_object(port, "lake", "trips/trips.parquet", rows_file.read_bytes())
    ddl = ("CREATE EXTERNAL TABLE trips (kind string, zone string, at timestamp, fare double, tip double, miles double, riders bigint) "
           "STORED AS PARQUET LOCATION 's3://lake/trips/'")
    call(port, "StartQueryExecution", "athena", QueryString=ddl, ResultConfiguration={"OutputLocation": "s3://lake/out/"})
    time.sleep(1)
    source = call(port, "CreateDataSource", DataSourceId="a", Name="a", Type="ATHENA", DataSourceParameters={"AthenaParameters": {"WorkGroup": "primary"}})
    kinds = {"kind": "STRING", "zone": "STRING", "at": "DATETIME", "riders": "INTEGER"}
    columns = [{"Name": n, "Type": kinds.get(n, "DECIMAL")} for n in ("kind", "zone", "at", *NUMBERS, "riders")]
    made = call(port, "CreateDataSet", DataSetId="trips", Name="trips", ImportMode="SPICE", PhysicalTableMap={
        "t": {"RelationalTable": {"DataSourceArn": source["Arn"], "Schema": "default", "Name": "trips", "InputColumns": columns}}})
    return made["Arn"], ended(port, made["IngestionId"])


def ended(port, ingestion):
    while True:
        found = call(port, "DescribeIngestion", DataSetId="trips", IngestionId=ingestion)["Ingestion"]
        if found["IngestionStatus"] in ("COMPLETED", "FAILED"):
            break
        time.sleep(0.2)
    assert found["IngestionStatus"] == "COMPLETED", found
    return found


def paint(port, arn, filters=()):
    """All ten visuals, asked for at once as a browser does; returns seconds and the statements."""
    report = {"definition": definition(arn), "sheetId": "s", "filters": list(filters)}
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda i: post(port, "/_taxiway/reports/visual", {**report, "visualId": f"v{i}"}), range(10)))
    return time.perf_counter() - began, [a["sql"] for a in answers]


PEER = """
import duckdb, json, sys, time
path, kinds = sys.argv[1], json.loads(sys.argv[2])
db = duckdb.connect()
db.sql(f"CREATE TABLE trips AS SELECT * FROM '{path}'")
db.sql("SET threads = 2")
q = ["SELECT sum(fare) FROM trips {w}", "SELECT kind, sum(fare) FROM trips {w} GROUP BY 1", "SELECT zone, avg(tip) FROM trips {w} GROUP BY 1",
     "SELECT date_trunc('day', trips.at), sum(fare) FROM trips {w} GROUP BY 1", "SELECT date_trunc('month', trips.at), kind, sum(miles) FROM trips {w} GROUP BY 1, 2",
     "SELECT kind, sum(riders) FROM trips {w} GROUP BY 1", "SELECT zone, avg(fare), avg(tip), avg(miles) FROM trips {w} GROUP BY 1",
     "SELECT kind, date_trunc('quarter', trips.at), sum(fare) FROM trips {w} GROUP BY 1, 2", "SELECT kind, date_trunc('month', trips.at), sum(tip) FROM trips {w} GROUP BY 1, 2",
     "SELECT kind, max(miles) FROM trips {w} GROUP BY 1"]
def run(where):
    began, cpu = time.perf_counter(), time.process_time()
    for one in q: db.sql(one.format(w=where)).fetchall()
    return time.perf_counter() - began, time.process_time() - cpu
print(json.dumps([run(""), [run(f"WHERE zone = '{z}'") for z in kinds]]))
"""


def measured(pid, work):
    """Seconds, and seconds of the server's CPU."""
    cpu, began = servers.cpu_ms(pid), time.perf_counter()
    work()
    return time.perf_counter() - began, (servers.cpu_ms(pid) - cpu) / 1e3


def both(measures):
    """The medians of seconds and of CPU seconds."""
    return " ms (CPU ".join(f"{statistics.median(m) * 1e3:.0f}" for m in zip(*measures)) + ")"


def report(binary, python, rows=ROWS):
    print(f"\nA dashboard of ten visuals over {rows:,} rows ({AIMS})", flush=True)
    with tempfile.TemporaryDirectory(prefix="taxiway-bench-") as folder:
        rows_file, data = make_rows(python, folder, rows), str(pathlib.Path(folder) / "data")
        zones = [f"zone {i}" for i in range(RUNS)]
        with servers.taxiway(binary, data) as (port, pid, _):
            arn, ingestion = ingest(port, rows_file)
            print(f"  ingestion {ingestion['IngestionTimeInSeconds']} s, {ingestion['IngestionSizeInBytes'] / 1e6:.0f} MB", flush=True)
            first = [measured(pid, lambda: paint(port, arn))]
            for i in range(1, PAINTS):
                call(port, "CreateIngestion", DataSetId="trips", IngestionId=f"again-{i}")
                ended(port, f"again-{i}")
                first.append(measured(pid, lambda: paint(port, arn)))
            chosen = lambda zone: [{"dataSetIdentifier": "trips", "columnName": "zone", "values": [zone]}]
            filters = [measured(pid, lambda: paint(port, arn, chosen(z))) for z in zones]
            print(f"  {'taxiway':12}first paint {both(first)}, the worst of {PAINTS} {max(first)[0] * 1e3:.0f} ms   "
                  f"a filter, all ten {both(filters)}, median of {RUNS}", flush=True)
            began = time.perf_counter()
            pdf = post(port, "/_taxiway/reports/export", {"definition": definition(arn), "format": "pdf"}, raw=True)
            print(f"  {'':12}PDF {(time.perf_counter() - began) * 1e3:.0f} ms, {len(pdf) / 1e3:.0f} kB   memory {servers.rss_mb(pid):.0f} MB", flush=True)
        with servers.taxiway(binary, data) as (port, pid, _):
            print(f"  {'':12}first paint after a restart {both([measured(pid, lambda: paint(port, arn))])}", flush=True)
        if python:
            out = subprocess.run([python, "-c", PEER, rows_file, json.dumps(zones)], check=True, capture_output=True, text=True).stdout
            first, filters = json.loads(out)
            print(f"  {'DuckDB':12}ten queries {both([first])}   with a filter {both(filters)} (in process, rows in memory)")
