//! The bytes themselves: integers of RFC 9000 §16, cursors over a packet, sets of ranges.
//!
//! Owns: bounds checks. A cursor never moves past its buffer and leaves its position alone when it fails. Must not
//! know: what the bytes mean.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod range_set;
mod reader;
pub(crate) mod varint;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use range_set::RangeSet;
pub(crate) use reader::{AmpleReader, Reader, Truncated};
pub(crate) use writer::{AMPLE_ROOM, AmpleWriter, NoSpace, Writer};
