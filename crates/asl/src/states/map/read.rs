//! A Map's fields.

use super::{Batcher, Map, Resource};
use crate::{
    Value,
    model::Setting,
    validate::{Fields, Reader},
};

const DISTRIBUTED_ONLY: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Label",
];

impl Map {
    pub(crate) fn read(reader: &mut Reader, fields: &Fields<'_>) -> Option<Self> {
        reader.one_of(fields, &["ItemProcessor", "Iterator"]);
        reader.one_of(fields, &["ItemSelector", "Parameters"]);
        let name = if fields.has("Iterator") {
            "Iterator"
        } else {
            "ItemProcessor"
        };
        if !reader.required(fields, &[name]) {
            return None;
        }
        let processor = reader.object(fields, name)?;
        let child_kind = reader.processor_config(processor, &fields.place(name));
        let start = reader.nested(processor, &fields.place(name), &["ProcessorConfig"]);
        let selector_name = if fields.has("ItemSelector") {
            "ItemSelector"
        } else {
            "Parameters"
        };
        let map = Self {
            items: items(reader, fields),
            selector: reader.template(fields, selector_name),
            max_concurrency: whole(reader, fields, "MaxConcurrency", "MaxConcurrencyPath"),
            tolerated_count: whole(
                reader,
                fields,
                "ToleratedFailureCount",
                "ToleratedFailureCountPath",
            ),
            tolerated_percentage: percentage(reader, fields),
            label: label(reader, fields),
            reader: resource(reader, fields, "ItemReader", "ReaderConfig"),
            batcher: batcher(reader, fields),
            writer: resource(reader, fields, "ResultWriter", "WriterConfig"),
            start: start?,
            child_kind: child_kind.map(|kind| kind.unwrap_or(crate::MachineKind::Standard)),
        };
        if map.child_kind.is_none() {
            for name in ["ItemReader", "ItemBatcher", "ResultWriter"]
                .iter()
                .filter(|n| fields.has(n))
            {
                debug_assert!(DISTRIBUTED_ONLY.contains(name));
                reader.wrong(format!("Field '{name}' is not supported"), fields.here());
            }
        }
        Some(map)
    }
}

fn items(reader: &mut Reader, fields: &Fields<'_>) -> Option<Setting> {
    if fields.is_jsonata() {
        let value = fields.get("Items")?;
        let expression = value
            .as_str()
            .is_some_and(|t| crate::query::jsonata::inside(t).is_some());
        if !expression && value.as_array().is_none() && value.as_object().is_none() {
            reader.wrong(
                "Expected value of type Array or JSONata expression",
                fields.place("Items"),
            );
        }
        return reader
            .template(fields, "Items")
            .map(|template| Setting::Expression(template, "Items"));
    }
    reader
        .path(fields, "ItemsPath")
        .map(|path| Setting::Path(path, "ItemsPath"))
}

fn whole(
    reader: &mut Reader,
    fields: &Fields<'_>,
    name: &'static str,
    path: &'static str,
) -> Option<Setting> {
    reader.setting(fields, name, path, |reader, fields| {
        reader.integer(fields, name, 0);
    })
}

fn percentage(reader: &mut Reader, fields: &Fields<'_>) -> Option<Setting> {
    const NAME: &str = "ToleratedFailurePercentage";
    reader.setting(
        fields,
        NAME,
        "ToleratedFailurePercentagePath",
        |reader, fields| {
            if reader.number(fields, NAME, 0.0).is_some_and(|n| n > 100.0) {
                reader.wrong("Maximum value is 100.0", fields.place(NAME));
            }
        },
    )
}

fn label(reader: &mut Reader, fields: &Fields<'_>) -> Option<std::sync::Arc<str>> {
    let label = reader.string(fields, "Label")?;
    const REFUSED: &str = " ?*<>{}[]:;,\\|^~$#%&`\"";
    let count = label.chars().count();
    if count == 0 {
        reader.wrong("Label cannot be empty", fields.place("Label"));
    } else if count > 40 {
        reader.wrong("Label cannot exceed 40 characters", fields.place("Label"));
    } else if let Some(c) = label
        .chars()
        .find(|c| REFUSED.contains(*c) || c.is_control())
    {
        reader.wrong(
            format!("Label contains invalid character: '{c}'"),
            fields.place("Label"),
        );
    }
    Some(std::sync::Arc::clone(label))
}

fn resource(
    reader: &mut Reader,
    fields: &Fields<'_>,
    name: &str,
    config: &str,
) -> Option<Resource> {
    let object = reader.object(fields, name)?;
    let inner = Fields::new(object, fields.place(name), fields.language);
    reader.known(&inner, &["Resource", "Parameters", "Arguments", config]);
    reader.only_for(&inner, &["Parameters"], &["Arguments"]);
    let is_reader = name == "ItemReader";
    if is_reader {
        reader.required(&inner, &["Resource"]);
    }
    let arguments = if inner.is_jsonata() {
        "Arguments"
    } else {
        "Parameters"
    };
    let arguments = match inner.get(arguments) {
        Some(value) if inner.is_jsonata() => {
            reader.jsonata_template(value, &format!("{name}/Arguments"), &fields.at)
        }
        Some(value) => Some(reader.jsonpath_template(value, &inner.place(arguments))),
        None => None,
    };
    let config_object = reader.object(&inner, config);
    let (mut read_config, mut max_items) = (None, None);
    if let Some(object) = config_object {
        let within = Fields::new(object, inner.place(config), fields.language);
        max_items = if is_reader {
            most_items(reader, &within)
        } else {
            None
        };
        let value = Value::Object(std::sync::Arc::new(object.clone()));
        read_config = if within.is_jsonata() {
            reader.jsonata_template(&value, &format!("{name}/{config}"), &fields.at)
        } else {
            Some(reader.jsonpath_template(&value, &within.at))
        };
        if is_reader && object.get("InputType").and_then(Value::as_str) == Some("CSV") {
            reader.required(&within, &["CSVHeaderLocation"]);
        }
    }
    let resource = reader.string(&inner, "Resource").cloned();
    Some(Resource {
        resource,
        arguments,
        config: read_config,
        max_items,
    })
}

fn most_items(reader: &mut Reader, fields: &Fields<'_>) -> Option<Setting> {
    reader.setting(fields, "MaxItems", "MaxItemsPath", |reader, fields| {
        if reader
            .integer(fields, "MaxItems", 0)
            .is_some_and(|n| n > 100_000_000)
        {
            reader.wrong("Maximum value is 100000000", fields.place("MaxItems"));
        }
    })
}

fn batcher(reader: &mut Reader, fields: &Fields<'_>) -> Option<Batcher> {
    let object = reader.object(fields, "ItemBatcher")?;
    let inner = Fields::new(object, fields.place("ItemBatcher"), fields.language);
    reader.known(
        &inner,
        &[
            "BatchInput",
            "MaxItemsPerBatch",
            "MaxItemsPerBatchPath",
            "MaxInputBytesPerBatch",
            "MaxInputBytesPerBatchPath",
        ],
    );
    Some(Batcher {
        max_items: whole(reader, &inner, "MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        max_bytes: whole(
            reader,
            &inner,
            "MaxInputBytesPerBatch",
            "MaxInputBytesPerBatchPath",
        ),
        input: reader.template(&inner, "BatchInput"),
    })
}
