//! The version of rngtcp2 itself, beside that of the interface which it has in common with ngtcp2 (`version`).

use core::ffi::{CStr, c_int};

/// The version of rngtcp2 as text.
pub const RNGTCP2_VERSION: &CStr = c"0.1.0";
/// The version of rngtcp2 as a number: 8 bits each for major, minor and patch.
pub const RNGTCP2_VERSION_NUM: c_int = 0x00_0100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_the_text_and_heads_the_changelog() {
        let text = RNGTCP2_VERSION.to_str().expect("ASCII");
        let numbers = text.split('.').map(|number| number.parse::<c_int>());
        assert_eq!(numbers.fold(0, |sum, number| sum << 8 | number.expect("a number")), RNGTCP2_VERSION_NUM);

        let changelog = include_str!("../../CHANGELOG.md");
        let newest = changelog.lines().find_map(|line| line.strip_prefix("## ")).expect("a release");
        let (own, interface) = (newest.split(' ').next(), env!("CARGO_PKG_VERSION"));
        assert!(own == Some(text) && newest.contains(interface), "{newest}");
    }
}
