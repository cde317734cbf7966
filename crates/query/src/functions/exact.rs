//! `avg` and `sum` of decimals with Trino's types: an average has its input's, rounded; a sum has 38 digits.
//!
//! All else is DataFusion's own.

use std::{hash::Hash, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, BooleanArray},
        compute::cast,
        datatypes::{DataType, Field, FieldRef},
    },
    common::{Result, ScalarValue},
    execution::FunctionRegistry,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF,
        Signature,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::AggregateOrderSensitivity,
    },
};

/// Returns the two, over DataFusion's of the same names.
pub(super) fn functions(known: &dyn FunctionRegistry) -> Result<Vec<AggregateUDF>> {
    let over = |name, kind| -> Result<AggregateUDF> {
        let inner = known.udaf(name)?;
        Ok(AggregateUDF::new_from_impl(Exact { kind, inner }))
    };
    Ok(vec![over("avg", Kind::Average)?, over("sum", Kind::Sum)?])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Average,
    Sum,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Exact {
    kind: Kind,
    inner: Arc<AggregateUDF>,
}

impl Exact {
    /// Returns what DataFusion is to answer: more digits of an average, so that it can be rounded.
    fn wider(&self, inputs: &[FieldRef], own: &FieldRef) -> Result<FieldRef> {
        match (self.kind, own.data_type()) {
            (Kind::Average, DataType::Decimal128(..)) => {
                let types: Vec<_> = inputs.iter().map(|f| f.data_type().clone()).collect();
                let wide = self.inner.return_type(&types)?;
                Ok(Arc::new(Field::new(own.name(), wide, true)))
            }
            _ => Ok(Arc::clone(own)),
        }
    }

    fn args<'a>(
        &self,
        args: AccumulatorArgs<'a>,
    ) -> Result<(AccumulatorArgs<'a>, Option<DataType>)> {
        let wide = self.wider(args.expr_fields, &args.return_field)?;
        let own = args.return_field.data_type().clone();
        let differs = *wide.data_type() != own;
        let args = AccumulatorArgs {
            return_field: wide,
            ..args
        };
        Ok((args, differs.then_some(own)))
    }
}

impl AggregateUDFImpl for Exact {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match (self.kind, types.first()) {
            (Kind::Average, Some(own @ DataType::Decimal128(..))) => own.clone(),
            (Kind::Sum, Some(DataType::Decimal128(_, scale))) => DataType::Decimal128(38, *scale),
            _ => self.inner.return_type(types)?,
        })
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let (args, own) = self.args(args)?;
        let inner = self.inner.accumulator(args)?;
        Ok(match own {
            Some(to) => Box::new(Rounded { inner, to }),
            None => inner,
        })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let (args, own) = self.args(args)?;
        let inner = self.inner.create_sliding_accumulator(args)?;
        Ok(match own {
            Some(to) => Box::new(Rounded { inner, to }),
            None => inner,
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let return_field = self.wider(args.input_fields, &args.return_field)?;
        self.inner.state_fields(StateFieldsArgs {
            return_field,
            ..args
        })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.args(args)
            .is_ok_and(|(args, _)| self.inner.groups_accumulator_supported(args))
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let (args, own) = self.args(args)?;
        let inner = self.inner.create_groups_accumulator(args)?;
        Ok(match own {
            Some(to) => Box::new(RoundedGroups { inner, to }),
            None => inner,
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }
}

/// Rounds what comes out; a cast to fewer digits does so half up.
#[derive(Debug)]
struct Rounded {
    inner: Box<dyn Accumulator>,
    to: DataType,
}

impl Accumulator for Rounded {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.inner.evaluate()?.cast_to(&self.to)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

struct RoundedGroups {
    inner: Box<dyn GroupsAccumulator>,
    to: DataType,
}

impl GroupsAccumulator for RoundedGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        count: usize,
    ) -> Result<()> {
        self.inner.update_batch(values, groups, filter, count)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        Ok(cast(&self.inner.evaluate(emit)?, &self.to)?)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.inner.merge_batch(states, groups, count)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(values, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
