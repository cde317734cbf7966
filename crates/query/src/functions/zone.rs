//! A moment in a zone: `at_timezone` and `with_timezone`.
//!
//! The zone is part of the type here, so it must be known when the query is planned.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::timezone::Tz,
        compute::cast,
        datatypes::{DataType, Field, FieldRef, TimeUnit},
    },
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{
        ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// The same moment, as it is in the zone.
    At,
    /// The moment at which clocks in the zone show this time.
    With,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct InZone {
    kind: Kind,
    signature: Signature,
}

impl InZone {
    pub(super) fn both() -> [Self; 2] {
        [Kind::At, Kind::With].map(|kind| Self {
            kind,
            signature: Signature::any(2, Volatility::Immutable),
        })
    }
}

impl ScalarUDFImpl for InZone {
    fn name(&self) -> &str {
        match self.kind {
            Kind::At => "at_timezone",
            Kind::With => "with_timezone",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(
            TimeUnit::Millisecond,
            Some("UTC".into()),
        ))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let zone = match args.scalar_arguments.get(1).copied().flatten() {
            Some(ScalarValue::Utf8(Some(zone))) => zone.as_str(),
            _ => {
                let message = format!("{} takes a zone by its name", self.name());
                return Err(DataFusionError::Plan(message));
            }
        };
        zone.parse::<Tz>()
            .map_err(|_| DataFusionError::Plan(format!("'{zone}' is not a valid time zone")))?;
        let kind = DataType::Timestamp(TimeUnit::Millisecond, Some(zone.into()));
        Ok(Arc::new(Field::new(self.name(), kind, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let moment = args.args.first().map(|a| a.to_array(rows)).transpose()?;
        let moment = moment.ok_or_else(|| DataFusionError::Plan("no moment".into()))?;
        let moment = match (self.kind, moment.data_type()) {
            // A time without a zone is UTC's.
            (Kind::At, DataType::Timestamp(_, Some(_))) => moment,
            (Kind::At, _) => {
                let utc = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
                cast(&moment, &utc)?
            }
            (Kind::With, _) => cast(&moment, &DataType::Timestamp(TimeUnit::Millisecond, None))?,
        };
        Ok(ColumnarValue::Array(cast(&moment, args.return_type())?))
    }
}
