// The simulator of tests/sim without its scenarios, at the root of a target: its files name each other by `crate`.
#[allow(unused_extern_crates, reason = "has the functions behind the declarations of `ngtcp2_abi`")]
extern crate ngtcp2;

#[path = "../../tests/sim/address.rs"]
mod address;
#[path = "../../tests/sim/application.rs"]
mod application;
#[path = "../../tests/sim/callbacks.rs"]
mod callbacks;
#[path = "../../tests/sim/connection.rs"]
mod connection;
#[path = "../../tests/sim/endpoint.rs"]
mod endpoint;
#[path = "../../tests/sim/forge.rs"]
mod forge;
#[path = "../../tests/sim/intruder.rs"]
mod intruder;
#[path = "../../tests/sim/journal.rs"]
mod journal;
#[path = "../../tests/sim/keys.rs"]
mod keys;
#[path = "../../tests/sim/library.rs"]
mod library;
#[path = "../../tests/sim/listener.rs"]
mod listener;
#[path = "../../tests/sim/memory.rs"]
mod memory;
#[allow(unused_imports, reason = "the scenarios use more of it")]
#[path = "../../tests/sim/network/mod.rs"]
mod network;
#[path = "../../tests/sim/pair.rs"]
mod pair;
#[path = "../../tests/sim/program.rs"]
mod program;
#[path = "../../tests/sim/protection.rs"]
mod protection;
#[path = "../../tests/sim/random.rs"]
mod random;
#[path = "../../tests/sim/script/mod.rs"]
mod script;
#[path = "../../tests/sim/setup.rs"]
mod setup;
#[path = "../../tests/sim/tls.rs"]
mod tls;
