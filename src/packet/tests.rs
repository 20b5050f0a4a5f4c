//! Headers against the RFCs' own bytes, round trips, and everything a peer may send instead.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod helpers;
mod published;
mod round_trips;
