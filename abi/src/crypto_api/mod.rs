//! The functions that every crypto helper library of ngtcp2 has, declared.
//!
//! A helper defines them; the declarations are the source of the prototypes in `ngtcp2_crypto.h`.

mod algorithm;
mod handshake;
mod keys;
mod packet;
mod protection;
mod token;

pub use algorithm::*;
pub use handshake::*;
pub use keys::*;
pub use packet::*;
pub use protection::*;
pub use token::*;
