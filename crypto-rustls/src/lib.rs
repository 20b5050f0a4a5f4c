//! libngtcp2_crypto_rustls: ngtcp2's crypto helper over rustls and ring.
//!
//! It gives the generic `ngtcp2_crypto_*` functions that every helper of ngtcp2 has, and a C API of its
//! own for certificates and sessions. It works with any `libngtcp2.so.16` from 1.11 on and calls nothing
//! but its C functions.
//!
//! From the primitives up: `suite`, `version`, `hkdf`, `aead`, `header_protection`, `packet_keys`; tokens in
//! `token` and `reset`; the TLS side in `client`, `server`, `session`; and `handshake` and `install`, which
//! carry what TLS says to the connection and back. C sees `ffi` only.

#![deny(unsafe_code)]
#![allow(non_camel_case_types)]

mod aead;
mod client;
mod client_hello;
mod error;
pub mod ffi;
mod handshake;
mod header_protection;
mod hkdf;
mod install;
mod keylog;
mod packet_keys;
mod pem;
mod random;
mod reset;
mod server;
mod session;
mod settings;
mod suite;
#[cfg(test)]
mod testing;
mod token;
mod verify;
mod version;
