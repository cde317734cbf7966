"""Runs once, while the JVM writes its class archive: reads CSV from S3, aggregates with SQL, writes Parquet.

The S3 it talks to is in here: a few requests over a dictionary, enough for S3A, gone when this ends.
"""
import hashlib
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OBJECTS = {}
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def etag(key):
    return hashlib.md5(OBJECTS[key]).hexdigest()


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def target(self):
        path, _, query = self.path.partition("?")
        parts = urllib.parse.unquote(path).lstrip("/").split("/", 1)
        return (parts[1] if len(parts) > 1 else ""), dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    def body(self):
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "STREAMING" not in self.headers.get("x-amz-content-sha256", ""):
            return data
        out = b""
        while data:
            head, _, data = data.partition(b"\r\n")
            size = int(head.split(b";")[0], 16)
            out, data = out + data[:size], data[size + 2:]
        return out

    def do_GET(self):
        key, query = self.target()
        if not key:
            return self.listing(query)
        if key not in OBJECTS:
            return self.answer(404, b"" if self.command == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>")
        data, headers = OBJECTS[key], {"ETag": '"%s"' % etag(key), "Last_Modified": DATE}
        span = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span and self.command == "GET":
            first, last = int(span.group(1)), min(int(span.group(2) or len(data) - 1), len(data) - 1)
            headers["Content_Range"] = "bytes %d-%d/%d" % (first, last, len(data))
            return self.answer(206, data[first:last + 1], **headers)
        self.answer(200, data, **headers)

    do_HEAD = do_GET

    def listing(self, query):
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        keys, prefixes = [], []
        for key in sorted(k for k in OBJECTS if k.startswith(prefix)):
            rest = key[len(prefix):]
            if delimiter and delimiter in rest:
                common = prefix + rest.split(delimiter)[0] + delimiter
                if common not in prefixes:
                    prefixes.append(common)
            else:
                keys.append(key)
        xml = "".join("<Contents><Key>%s</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;%s&quot;</ETag>"
                      "<Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>" % (k, etag(k), len(OBJECTS[k])) for k in keys)
        xml += "".join("<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>" % p for p in prefixes)
        xml = ("<ListBucketResult><Name>training</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount><MaxKeys>5000</MaxKeys>"
               "<IsTruncated>false</IsTruncated>%s</ListBucketResult>" % (prefix, len(keys) + len(prefixes), xml))
        self.answer(200, xml.encode(), Content_Type="application/xml")

    def do_PUT(self):
        key, _ = self.target()
        source, body = self.headers.get("x-amz-copy-source"), self.body()
        if source:
            OBJECTS[key] = OBJECTS[urllib.parse.unquote(source).lstrip("/").split("/", 1)[1]]
            xml = "<CopyObjectResult><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;%s&quot;</ETag></CopyObjectResult>" % etag(key)
            return self.answer(200, xml.encode(), Content_Type="application/xml")
        OBJECTS[key] = body
        self.answer(200, ETag='"%s"' % etag(key))

    def do_POST(self):
        for key in re.findall(r"<Key>(.*?)</Key>", self.body().decode()):
            OBJECTS.pop(key, None)
        self.answer(200, b"<DeleteResult></DeleteResult>", Content_Type="application/xml")

    def do_DELETE(self):
        OBJECTS.pop(self.target()[0], None)
        self.answer(204)


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
rows = "\n".join("%d,%s,%.2f,%.2f" % (i, "ab"[i % 2], i % 17, i % 31) for i in range(500))
OBJECTS["in/year=2020/a.csv"] = OBJECTS["in/year=2021/b.csv"] = ("id,kind,distance,amount\n" + rows).encode()

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

s3 = {"endpoint": "http://127.0.0.1:%d" % server.server_port, "path.style.access": "true",
      "connection.ssl.enabled": "false", "access.key": "training", "secret.key": "training"}
builder = SparkSession.builder.appName("training").config("spark.eventLog.enabled", "true") \
    .config("spark.eventLog.dir", "file:" + __import__("os").getcwd()) \
    .config("spark.hadoop.fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem")
for name, value in s3.items():
    builder = builder.config("spark.hadoop.fs.s3a." + name, value)
spark = builder.getOrCreate()
trips = spark.read.option("header", True).csv("s3://training/in/")
trips.createOrReplaceTempView("trips")
summary = spark.sql(
    "SELECT 'a' AS type, round(avg(distance), 2) AS d, round(avg(amount / distance), 2) AS c FROM trips "
    "WHERE distance > 0 AND kind = 'a' UNION SELECT 'b', round(avg(distance), 2), round(avg(amount / distance), 2) "
    "FROM trips WHERE distance > 0 AND kind = 'b'")
summary.write.mode("overwrite").parquet("s3://training/out/summary/")
back = spark.read.parquet("s3://training/out/summary/")
joined = trips.withColumn("n", F.col("id").cast("int")).join(back, trips.kind == back.type)
joined.groupBy("kind").agg(F.count("*"), F.sum("n"), F.max("c")).orderBy("kind").show()
spark.createDataFrame([(1, "x")], ["a", "b"]).filter("a = 1").collect()
spark.stop()
server.shutdown()
