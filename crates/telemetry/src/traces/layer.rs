//! Collects spans as they open, change and close.

use std::sync::Arc;

use tracing::{
    Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{
    export::Exporter,
    span::{Fields, Open},
};

/// The layer. Spans of other targets do not come here.
pub(super) struct Collect(pub(super) Arc<Exporter>);

impl<S> Layer<S> for Collect
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let around = span
            .scope()
            .skip(1)
            .find_map(|outer| outer.extensions().get::<Open>().map(|open| open.place));
        let parent = around.or(fields.parent);
        let open = Open::new(parent, attributes.metadata().name(), fields);
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(open.fields());
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let open = context
            .span(&id)
            .and_then(|span| span.extensions_mut().remove::<Open>());
        if let Some(open) = open.filter(|open| open.place.sampled) {
            self.0.add(open.close());
        }
    }
}
