//! Variable-length integers (RFC 9000 §16): how long one is. `Reader` and `Writer` do the coding.
//!
//! Owns: the limits of the encoding. Must not know: cursors.

/// The largest value the encoding holds.
pub(crate) const MAX: u64 = (1 << 62) - 1;

/// How many bytes the shortest encoding of `value` takes: 1, 2, 4 or 8. A value above `MAX` has none; 8 is reported.
#[inline]
pub(crate) const fn len(value: u64) -> usize {
    if value < 1 << 6 {
        1
    } else if value < 1 << 14 {
        2
    } else if value < 1 << 30 {
        4
    } else {
        8
    }
}

/// How many bytes an encoding takes whose first byte is `first`.
#[inline]
pub(crate) const fn len_from_first(first: u8) -> usize {
    1 << (first >> 6)
}
