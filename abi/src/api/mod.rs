//! The functions of libngtcp2, declared for those who call them.
//!
//! The core defines them in its `ffi` rooms. The declarations are the source of the prototypes in
//! `ngtcp2.h` and of what the crypto helper calls; using none of them links nothing. One file per
//! noun; within a file a function stands before the deprecated one that it replaces.

mod ccerr;
mod cid;
mod conn;
mod error;
mod mem;
mod own_version;
mod params;
mod path;
mod pkt;
mod settings;
mod version;

pub use ccerr::*;
pub use cid::*;
pub use conn::*;
pub use error::*;
pub use mem::*;
pub use own_version::*;
pub use params::*;
pub use path::*;
pub use pkt::*;
pub use settings::*;
pub use version::*;
