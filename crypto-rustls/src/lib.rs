//! libngtcp2_crypto_rustls: ngtcp2's crypto helper over rustls and ring.
//!
//! It gives the generic `ngtcp2_crypto_*` functions that every helper of ngtcp2 has, and a C API of its
//! own for certificates and sessions. It works with any `libngtcp2.so.16` from 1.11 on and calls nothing
//! but its C functions.
//!
//! From the primitives up: `suite`, `version`, `hkdf`, `aead`, `header_protection`, `packet_keys`; tokens in
//! `token` and `reset`; the TLS side in `client`, `server`, `session`; resumption on a client in `client_sessions`, on
//! a server in `resumption` over `ticket` or `session_cache`; and `handshake` and `install`, which carry what TLS says
//! to the connection and back. C sees `ffi` only.

#![deny(unsafe_code)]
#![allow(non_camel_case_types)]

mod aead;
mod certificates;
mod client;
mod client_hello;
mod client_sessions;
mod early_parameters;
mod error;
mod facts;
pub mod ffi;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod handshake;
mod header_protection;
mod hkdf;
mod install;
mod keylog;
mod packet_keys;
mod pem;
mod random;
mod reset;
mod resumption;
mod server;
mod server_setup;
mod session;
mod session_cache;
mod session_record;
mod settings;
mod suite;
#[cfg(test)]
mod testing;
mod ticket;
mod token;
mod verify;
mod version;
