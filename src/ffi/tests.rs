//! The C ABI, called as C calls it.
#![allow(
    clippy::multiple_unsafe_ops_per_block,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "these are tests"
)]

mod client;
mod exports;
mod null;
mod null_crypto;
mod packets;
mod params;
mod values;
