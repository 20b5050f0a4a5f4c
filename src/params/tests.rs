//! Transport parameters: the bytes that ngtcp2 sends, what it takes, and what an endpoint must reject.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod coding;
mod judging;
