//! Pairs of connections over a simulated network on a virtual clock, through the C ABI only.
//!
//! `SIM_SEED=n` repeats the run of one seed, `SIM_RUNS=n` sets how many seeds are tried, `SIM_LOG=1` prints each step
//! and the library's log.
//!
//! The endpoints use null packet protection (`protection`, `keys`) and a stand-in for TLS (`tls`), so that what is
//! tested is the transport alone. `pair` is where a run happens; `scenario` holds the tests.

#[allow(unused_extern_crates, reason = "has the functions behind the declarations of `ngtcp2_abi`")]
extern crate ngtcp2;

mod address;
mod application;
mod attack;
mod callbacks;
mod connection;
mod endpoint;
mod forge;
mod intruder;
mod journal;
mod keys;
mod library;
mod listener;
mod memory;
mod network;
mod pair;
mod program;
mod protection;
mod random;
mod scenario;
mod script;
mod setup;
mod tls;
