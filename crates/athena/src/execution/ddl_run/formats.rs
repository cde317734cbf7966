//! What `STORED AS` means in Hive's classes.

use crate::ddl::StorageFormat;

/// Returns input format, output format and serde of `STORED AS`.
pub(in crate::execution) fn formats(
    stored: Option<&StorageFormat>,
) -> (String, String, &'static str) {
    const LAZY: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
    const TEXT: (&str, &str) = (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    );
    let own = |pair: (&str, &str), serde| (pair.0.to_owned(), pair.1.to_owned(), serde);
    match stored {
        Some(StorageFormat::Classes { input, output }) => {
            let serde = if input.contains("parquet") {
                PARQUET_SERDE
            } else {
                LAZY
            };
            (input.clone(), output.clone(), serde)
        }
        Some(StorageFormat::Named(name)) => match name.as_str() {
            "PARQUET" => own(
                (
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                ),
                PARQUET_SERDE,
            ),
            "ORC" => own(
                (
                    "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
                    "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
                ),
                "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
            ),
            "AVRO" => own(
                (
                    "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
                    "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
                ),
                "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
            ),
            "RCFILE" => own(
                (
                    "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
                    "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
                ),
                "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
            ),
            "SEQUENCEFILE" => own(
                (
                    "org.apache.hadoop.mapred.SequenceFileInputFormat",
                    "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
                ),
                LAZY,
            ),
            "JSON" | "JSONFILE" => own(TEXT, "org.apache.hive.hcatalog.data.JsonSerDe"),
            "ION" => own(TEXT, "com.amazon.ionhiveserde.IonHiveSerDe"),
            _ => own(TEXT, LAZY),
        },
        None => own(TEXT, LAZY),
    }
}

pub(in crate::execution) const PARQUET_SERDE: &str =
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
