//! Records as earlier versions wrote them, kept for ever: they are read, and written again as they are.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Bucket, Upload, body::BodyRecord, multipart::PartRecord, objects::Entry};

fn stays<T: DeserializeOwned + Serialize>(text: &str) {
    let expected: Value = serde_json::from_str(text).unwrap();
    let read: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), expected);
}

#[test]
fn of_the_first_version() {
    stays::<Bucket>(include_str!("../testdata/bucket/v1.json"));
    stays::<Vec<Entry>>(include_str!("../testdata/entry/v1.json"));
    stays::<BodyRecord>(include_str!("../testdata/body/v1.json"));
    stays::<Upload>(include_str!("../testdata/upload/v1.json"));
    stays::<Vec<PartRecord>>(include_str!("../testdata/part/v1.json"));
}
