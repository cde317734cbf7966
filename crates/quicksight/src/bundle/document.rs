//! A part's file in a bundle.

use serde_json::Value;

use super::{
    names,
    part::{PARTS, Part, PartRef},
    portable::{Portable, REFRESH},
};
use crate::{
    asset::{DATA_SET, Document},
    zip::{Archive, File},
};

const KIND: &str = "resourceType";
/// The operation that takes a member which creating does not.
const REFRESH_OPERATION: &str = "PutDataSetRefreshProperties";

/// Returns a bundle of parts.
pub(super) fn packed(parts: &[Portable]) -> Result<Vec<u8>, serde_json::Error> {
    let mut archive = Archive::default();
    for part in parts {
        let at = &part.at;
        let name = match &at.schedule {
            Some(schedule) => format!("{}/{}/{schedule}.json", at.part.folder, at.id),
            None => format!("{}/{}.json", at.part.folder, at.id),
        };
        archive.add(&name, serde_json::to_vec_pretty(&written(part))?);
    }
    Ok(archive.finish())
}

fn written(part: &Portable) -> Document {
    let mut given = part.document.clone();
    let refresh = given.shift_remove(REFRESH);
    let mut document = Document::new();
    document.insert(KIND.into(), part.at.part.folder.into());
    document.extend(names::out(&format!("Create{}", part.at.part.noun), given));
    if let Some(refresh) = refresh {
        let mut alone = Document::new();
        alone.insert(REFRESH.into(), refresh);
        document.extend(names::out(REFRESH_OPERATION, alone));
    }
    document
}

/// Reads a bundle's file.
///
/// **Errors**: why it is no part.
pub(super) fn read(file: &File) -> Result<Portable, String> {
    let name = &file.name;
    let document: Value =
        serde_json::from_slice(&file.content).map_err(|e| format!("{name} cannot be read: {e}"))?;
    let Value::Object(mut document) = document else {
        return Err(format!("{name} is not a JSON object"));
    };
    let folder = name.split('/').next().unwrap_or(name);
    let kind = match document.shift_remove(KIND) {
        Some(Value::String(kind)) => kind,
        _ => folder.to_owned(),
    };
    let plain = kind.replace(['-', '_'], "").to_lowercase();
    let part = PARTS.into_iter().find(|p| p.folder == plain);
    let part =
        part.ok_or_else(|| format!("{name} is of the type {kind}, which cannot be imported here"))?;
    let refresh = (part.noun == DATA_SET.noun)
        .then(|| names::back(REFRESH_OPERATION, document.clone()).shift_remove(REFRESH))
        .flatten();
    document = names::back(&format!("Create{}", part.noun), document);
    document.retain(|name, _| !name.eq_ignore_ascii_case(REFRESH));
    if let Some(refresh) = refresh {
        document.insert(REFRESH.into(), refresh);
    }
    let at = named(part, &document).ok_or_else(|| format!("{name} has no id"))?;
    Ok(Portable {
        at,
        document,
        problems: Vec::new(),
    })
}

fn named(part: &'static Part, document: &Document) -> Option<PartRef> {
    let id = document.get(&part.id_member())?.as_str()?;
    let mut at = PartRef::of(part, id);
    if part.is_schedule() {
        let schedule = document.get("Schedule")?.get("ScheduleId")?;
        at.schedule = Some(schedule.as_str()?.to_owned());
    }
    Some(at).filter(|at| !at.id.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(name: &str, content: &Value) -> File {
        File {
            name: name.into(),
            content: content.to_string().into_bytes(),
        }
    }

    #[test]
    fn a_file_is_what_its_type_or_its_folder_says() {
        let set = json!({"dataSetId": "d", "name": "Trips", "dataSetRefreshProperties": {"refreshConfiguration": {
            "incrementalRefresh": {"lookbackWindow": {"columnName": "at", "size": 1, "sizeUnit": "DAY"}}}}});
        let read_set = read(&file("dataset/d.json", &set)).unwrap();
        assert_eq!(read_set.at.resource(), "dataset/d");
        assert_eq!(
            read_set.document["DataSetRefreshProperties"]["RefreshConfiguration"]["IncrementalRefresh"]
                ["LookbackWindow"]["Size"],
            1
        );
        assert_eq!(
            Value::Object(written(&read_set))["dataSetRefreshProperties"],
            set["dataSetRefreshProperties"]
        );
        let schedule = json!({"resourceType": "refreshSchedule", "dataSetId": "d", "schedule": {"scheduleId": "s"}});
        assert_eq!(
            read(&file("x.json", &schedule)).unwrap().at.resource(),
            "dataset/d/refresh-schedule/s"
        );
        for (name, content, word) in [
            ("topic/t.json", json!({"topicId": "t"}), "type topic"),
            ("dataset/d.json", json!({"name": "x"}), "no id"),
            ("dataset/d.json", json!([]), "not a JSON object"),
        ] {
            let message = read(&file(name, &content)).unwrap_err();
            assert!(message.contains(word), "{message}");
        }
    }
}
