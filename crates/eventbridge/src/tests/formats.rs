//! What earlier versions stored is read as it was meant. The files stay for ever; a new version adds its own.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Reads a file of `testdata` and finds the same again in what is read.
pub(crate) fn is_read<T: Serialize + DeserializeOwned>(text: &str) {
    let kept: Value = serde_json::from_str(text).unwrap();
    let read: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), kept);
}

macro_rules! reads {
    ($($test:ident: $type:ty, $file:literal;)*) => {$(
        #[test]
        fn $test() {
            is_read::<$type>(include_str!(concat!("../../testdata/", $file)));
        }
    )*};
}

reads! {
    rules: crate::rules::Rule, "rule/v1.json";
    buses: crate::rules::Bus, "bus/v1.json";
    archives: crate::archive::Archive, "archive/v1.json";
    replays: crate::archive::Replay, "replay/v1.json";
    connections: Vec<crate::connections::Connection>, "connection/v1.json";
    api_destinations: crate::destinations::ApiDestination, "destination/v1.json";
    firings: Vec<crate::firing::Firing>, "firing/v1.json";
    backfilled_firings: Vec<crate::firing::Firing>, "firing/v1-backfill.json";
    backfill_tokens: crate::backfill::token::Kept, "backfill/v1.json";
}
