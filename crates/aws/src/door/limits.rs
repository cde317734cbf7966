//! How large a body may be.

/// The front of most services takes a megabyte and a little for the rest.
const USUAL_BYTES: usize = 1_049_600;

/// Returns the greatest body of a service whose requests are read whole.
///
/// PutLogEvents takes 1 MiB of messages, and Athena and Glue texts of 256 KiB and more; as JSON escapes, these
/// grow to several times that. QuickSight takes asset bundles of 20 MiB, as Base64.
pub fn body_limit_bytes(service: &str) -> usize {
    match service {
        "logs" | "glue" | "athena" => 8 * USUAL_BYTES,
        "quicksight" => 28 * USUAL_BYTES,
        _ => USUAL_BYTES,
    }
}
