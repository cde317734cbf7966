//! Orders that Java's collections have, since AWS shows them.

/// Returns how large a Java `HashMap` has grown with so many members.
pub(super) fn capacity(members: usize) -> usize {
    let mut capacity = 16;
    while members * 4 > capacity * 3 {
        capacity *= 2;
    }
    capacity
}

/// Returns the bucket of a name in a Java `HashMap` of that capacity, by which it iterates.
pub(super) fn bucket(name: &str, capacity: usize) -> usize {
    let hash = name.encode_utf16().fold(0u32, |h, unit| {
        h.wrapping_mul(31).wrapping_add(u32::from(unit))
    });
    (hash ^ (hash >> 16)) as usize & (capacity - 1)
}
