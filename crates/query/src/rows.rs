//! The rows of one Parquet file as they are, without a catalog.

use bytes::Bytes;
use datafusion::{
    arrow::json::{WriterBuilder, writer::LineDelimited},
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};

/// Returns up to `limit` rows of a Parquet file as lines of JSON: an object a row, nulls written out, dates and
/// timestamps as ISO 8601. Blocks.
///
/// **Errors**: what is wrong with the file.
pub fn parquet_as_json_lines(file: Bytes, limit: usize) -> Result<String, String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string())?;
    let reader = reader.with_limit(limit).build();
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(Vec::new());
    for batch in reader.map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        writer.write(&batch).map_err(|e| e.to_string())?;
    }
    writer.finish().map_err(|e| e.to_string())?;
    String::from_utf8(writer.into_inner()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::{
        arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray},
        parquet::arrow::ArrowWriter,
    };

    use super::*;

    #[test]
    fn rows_become_objects_and_no_more_than_asked_for() {
        let columns: [(&str, ArrayRef); 3] = [
            ("n", Arc::new(Int64Array::from(vec![1, 2, 3]))),
            (
                "s",
                Arc::new(StringArray::from(vec![Some("a"), None, Some("\"")])),
            ),
            ("d", Arc::new(Date32Array::from(vec![0, 1, 2]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let file = Bytes::from(file);
        let lines = parquet_as_json_lines(file.clone(), usize::MAX).unwrap();
        assert_eq!(
            lines,
            "{\"n\":1,\"s\":\"a\",\"d\":\"1970-01-01\"}\n{\"n\":2,\"s\":null,\"d\":\"1970-01-02\"}\n\
             {\"n\":3,\"s\":\"\\\"\",\"d\":\"1970-01-03\"}\n"
        );
        assert_eq!(parquet_as_json_lines(file, 2).unwrap().lines().count(), 2);
        assert!(parquet_as_json_lines(Bytes::from_static(b"no parquet"), 1).is_err());
    }
}
