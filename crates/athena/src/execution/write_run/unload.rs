//! UNLOAD.

use query::{FileFormat, LineFormat, Location, WriteTarget};

use super::{
    files::{done, manifest, write},
    settings::{must_be_empty, settings, split},
};
use crate::{
    ddl::Unload,
    execution::{
        location::Output,
        model::{Execution, Failure},
        run::Done,
    },
    service::Athena,
};

pub(in crate::execution) async fn unload(
    athena: &Athena,
    execution: &Execution,
    unload: &Unload,
    output: &Output,
) -> Result<Done, Failure> {
    let settings = settings(&unload.properties, "PARQUET")?;
    let location = Location::parse(&unload.location).ok_or_else(|| {
        Failure::users(
            1003,
            format!("The UNLOAD location is not an S3 path: {}", unload.location),
        )
    })?;
    let location = location.folder();
    must_be_empty(athena, &location).await?;
    let by = settings.partitioned_by.clone();
    let (written, scanned, target) = write(athena, execution, &unload.query, |answer| {
        let (columns, partition_columns) = split(answer, &by)?;
        let format = match settings.format.clone() {
            FileFormat::Lines(LineFormat::Delimited {
                field: '\u{1}',
                escape,
                collection,
                map_key,
                null,
            }) => FileFormat::Lines(LineFormat::Delimited {
                field: ',',
                escape,
                collection,
                map_key,
                null,
            }),
            other => other,
        };
        Ok(WriteTarget {
            location: location.clone(),
            format,
            compression: settings.compression,
            columns,
            partition_columns,
            file_prefix: execution.id.clone(),
        })
    })
    .await?;
    let manifest = manifest(athena, output, &target.location.bucket, &written).await?;
    Ok(done(&written, scanned, manifest))
}
