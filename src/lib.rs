//! ngtcp2's QUIC transport behind its C ABI, in Rust. This file is the map.
//!
//! Dependencies point one way, and a test fails on an upward `use`:
//! `wire` → `packet`, `frame`, `params` → `cc` → `stream`, `recovery`, `path` → `conn` → `ffi`.
//! `mem`, `units`, `error`, `machine`, `fault` and the `ngtcp2-abi` crate are open to all; `session` is for `conn` and `ffi`.
#![no_std]
#![deny(unsafe_code)]

/// The panic runtime and nothing else: a stray `Vec` in this crate is a compile error.
pub(crate) mod rt {
    pub(crate) extern crate std;
}

mod error;
mod fault;
mod machine;
mod units;

#[allow(unsafe_code, reason = "containers over the caller's allocator")]
mod mem;

mod wire;

mod frame;
mod packet;
mod params;

mod cc;
mod path;
mod recovery;
mod stream;
mod trace;

mod conn;

#[doc(hidden)]
pub use session::report_panics;

#[cfg(test)]
mod architecture;
#[allow(unsafe_code, reason = "the boundary with C")]
mod session;

/// The C ABI: the functions that `ngtcp2.h` declares.
#[allow(unsafe_code, reason = "C pointers")]
pub mod ffi;

#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
