//! From a snapshot's files to columns in memory: a task per column and part of a file.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use datafusion::{
    arrow::{
        array::{ArrayRef, new_empty_array},
        datatypes::{DataType, Field, Schema},
    },
    common::{DataFusionError, Result},
    parquet::{
        arrow::{
            ParquetRecordBatchStreamBuilder, ProjectionMask,
            arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
            async_reader::AsyncFileReader,
        },
        errors::ParquetError,
        file::metadata::{ParquetMetaData, ParquetMetaDataReader},
    },
};
use futures::{FutureExt, TryFutureExt, TryStreamExt, future::BoxFuture};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use objects::{ObjectInfo, Objects, bucket_as_object_store};
use tokio::task::JoinSet;

use super::{PIECE, column::Column};
use crate::{Location, listing::data_files};

/// A file's bytes.
#[derive(Clone)]
struct Body {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
}

impl AsyncFileReader for Body {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        let read = self.store.get_range(&self.path, range);
        read.map_err(ParquetError::from).boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        let size = self.size;
        let read = ParquetMetaDataReader::new().load_and_finish(self, size);
        read.map_ok(Arc::new).boxed()
    }
}

/// A file, opened.
struct File {
    body: Body,
    metadata: ArrowReaderMetadata,
}

impl File {
    async fn open(store: Arc<dyn ObjectStore>, info: &ObjectInfo) -> Result<Self> {
        let mut body = Body {
            store,
            path: Path::parse(&info.key)?,
            size: info.size,
        };
        let options = ArrowReaderOptions::new();
        let metadata = ArrowReaderMetadata::load_async(&mut body, options).await?;
        let metadata = texts_as_dictionaries(metadata)?;
        Ok(Self { body, metadata })
    }

    /// Reads one column of one row group.
    async fn read(&self, column: usize, group: usize) -> Result<Vec<ArrayRef>> {
        let metadata = self.metadata.clone();
        let only = ProjectionMask::roots(metadata.parquet_schema(), [column]);
        let body = self.body.clone();
        let stream = ParquetRecordBatchStreamBuilder::new_with_metadata(body, metadata)
            .with_projection(only)
            .with_row_groups(vec![group])
            .with_batch_size(PIECE)
            .build()?;
        let batches: Vec<_> = stream.try_collect().await?;
        Ok(batches.iter().map(|b| Arc::clone(b.column(0))).collect())
    }

    fn groups(&self) -> Range<usize> {
        0..self.metadata.metadata().num_row_groups()
    }
}

/// Has texts that the file keeps as places in a dictionary read as such.
fn texts_as_dictionaries(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata> {
    let file: &Arc<ParquetMetaData> = metadata.metadata();
    let fields = metadata.schema().fields().iter().enumerate();
    let fields: Vec<Field> = fields
        .map(|(i, field)| {
            let coded = *field.data_type() == DataType::Utf8
                && file.row_groups().iter().all(|group| {
                    let chunk = group.columns().get(i);
                    chunk.is_some_and(|c| c.dictionary_page_offset().is_some())
                });
            let field = field.as_ref().clone();
            match coded {
                true => field.with_data_type(DataType::Dictionary(
                    DataType::Int32.into(),
                    DataType::Utf8.into(),
                )),
                false => field,
            }
        })
        .collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    Ok(ArrowReaderMetadata::try_new(Arc::clone(file), options)?)
}

/// Reads columns, by name and type; nothing where the files have one of them otherwise than it is said here.
pub(super) async fn load(
    objects: &Arc<Objects>,
    location: &Location,
    wanted: &[(String, DataType)],
) -> Result<Option<Vec<Arc<Column>>>> {
    let infos = data_files(objects, location).await?;
    let store = bucket_as_object_store(Arc::clone(objects), &location.bucket);
    let mut files: Vec<Arc<File>> = Vec::new();
    for info in &infos {
        files.push(Arc::new(File::open(Arc::clone(&store), info).await?));
    }
    let mut columns: Vec<(DataType, Vec<Vec<ArrayRef>>)> = Vec::new();
    let mut reading: JoinSet<Result<(usize, usize, Vec<ArrayRef>)>> = JoinSet::new();
    for (i, (name, data_type)) in wanted.iter().enumerate() {
        let mut parts = 0;
        for file in &files {
            let fields = file.metadata.schema().fields();
            let Some(at) = fields.iter().position(|f| f.name() == name) else {
                return Ok(None);
            };
            let kept = match fields[at].data_type() {
                DataType::Dictionary(_, values) => values,
                other => other,
            };
            if kept != data_type {
                return Ok(None);
            }
            for group in file.groups() {
                let (file, part) = (Arc::clone(file), parts);
                reading.spawn(async move { Ok((i, part, file.read(at, group).await?)) });
                parts += 1;
            }
        }
        columns.push((data_type.clone(), vec![Vec::new(); parts]));
    }
    while let Some(read) = reading.join_next().await {
        let (i, part, pieces) = read.map_err(ended)??;
        if let Some(place) = columns
            .get_mut(i)
            .and_then(|(_, parts)| parts.get_mut(part))
        {
            *place = pieces;
        }
    }
    let mut making: JoinSet<Result<(usize, Column)>> = JoinSet::new();
    let count = columns.len();
    for (i, (data_type, parts)) in columns.into_iter().enumerate() {
        let mut pieces: Vec<ArrayRef> = parts.into_iter().flatten().collect();
        if pieces.is_empty() {
            pieces.push(new_empty_array(&data_type));
        }
        making.spawn_blocking(move || Ok((i, Column::new(pieces, &data_type)?)));
    }
    let mut made: Vec<Option<Arc<Column>>> = vec![None; count];
    while let Some(one) = making.join_next().await {
        let (i, column) = one.map_err(ended)??;
        if let Some(place) = made.get_mut(i) {
            *place = Some(Arc::new(column));
        }
    }
    Ok(made.into_iter().collect())
}

fn ended(error: tokio::task::JoinError) -> DataFusionError {
    DataFusionError::External(error.into())
}
