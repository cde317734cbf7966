//! The edge where chance comes in, and the ids that are made without it.

/// Returns 64 random bits: a seed of the interpreter's.
pub(crate) fn seed() -> u64 {
    aws::ids::bits()
}

/// Returns a name in the form of a UUID that depends on `parts` alone: what is asked for again after a crash
/// bears the same token.
pub(crate) fn derived(parts: &[&str]) -> String {
    let half = |seed: u64| {
        // FNV-1a: stable for ever, which a standard library's hasher is not.
        let bytes = parts.iter().flat_map(|p| p.bytes().chain([0]));
        bytes.fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    uuid::Uuid::from_u64_pair(half(0xcbf2_9ce4_8422_2325), half(0x9ae1_6a3b_2f90_404f))
        .hyphenated()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_depend_on_their_parts_alone() {
        assert_eq!(derived(&["a", "1"]), derived(&["a", "1"]));
        assert_ne!(derived(&["a", "1"]), derived(&["a1", ""]));
        assert_ne!(derived(&["a", "1"]), derived(&["a", "2"]));
        assert_eq!(derived(&["a", "1"]).len(), 36);
    }
}
