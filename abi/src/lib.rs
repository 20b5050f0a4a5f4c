//! The C ABI of ngtcp2 v1.25: every public type, constant and callback type, under its C name.
//!
//! One noun per file. This crate owns layouts, values and prototypes; it must not know how anything
//! works. The headers in `include/ngtcp2` are made from it (`make header`), the core defines the
//! functions, and the crypto helper calls them. Doc comments are written for C readers, since they
//! become the header's comments.
#![no_std]
#![deny(unsafe_code)]
#![allow(non_camel_case_types)]

#[macro_use]
mod open_enum;
#[macro_use]
mod signature;
#[macro_use]
mod zero;

#[allow(unsafe_code)] // foreign declarations, no calls
pub mod api;
#[allow(unsafe_code)] // foreign declarations, no calls
pub mod crypto_api;

mod addr;
mod callback;
mod callbacks;
mod ccerr;
mod cid;
mod conn;
mod conn_info;
mod crypto;
mod crypto_helper;
mod error;
mod generations;
#[cfg(all(unix, target_pointer_width = "64"))]
mod layout;
mod mem;
mod own_version;
mod params;
mod path;
mod pkt;
mod rand;
mod settings;
mod stateless_reset;
mod transport_error;
mod units;
mod upcoming;
mod vec;
mod version;

pub use addr::*;
pub use callback::*;
pub use callbacks::*;
pub use ccerr::*;
pub use cid::*;
pub use conn::*;
pub use conn_info::*;
pub use crypto::*;
pub use crypto_helper::*;
pub use error::*;
pub use generations::*;
pub use mem::*;
pub use own_version::*;
pub use params::*;
pub use path::*;
pub use pkt::*;
pub use rand::*;
pub use settings::*;
pub use stateless_reset::*;
pub use transport_error::*;
pub use units::*;
pub use upcoming::*;
pub use vec::*;
pub use version::*;
