//! The tests, by what they are about.

mod abort;
mod callback_failure;
mod close;
mod early_data;
mod handshake;
mod journal;
mod key_update;
mod loss;
mod memory;
mod migration;
mod reentry;
mod retry;
mod timers;
mod transfer;
mod version;
mod wild;
