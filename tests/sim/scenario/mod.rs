//! The tests, by what they are about.

mod abort;
mod attacks;
mod close;
mod corpora;
mod early_data;
mod forged_frames;
mod forged_headers;
mod glitches;
mod handshake;
mod interop;
mod journal;
mod key_update;
mod loss;
mod migration;
mod reentry;
mod retry;
mod secrets;
mod sharing;
mod timers;
mod transfer;
mod version;
mod wild;
