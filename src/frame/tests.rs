//! Frames: round trips, sizes told beforehand, and everything a peer may send instead.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod acks;
mod limits;
mod round_trips;
mod sizes;
