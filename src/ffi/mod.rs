//! The exported functions of `libngtcp2.so.16`: one file per C noun.
//!
//! Owns: decoding of C arguments and encoding of results. Must not know: QUIC; what a function means stands in the
//! rooms below. Each definition is checked against its declaration in `ngtcp2_abi::api`, from which the header is made.
//!
//! Where the C library aborts, a function here returns an error, or a neutral value where it has none to return. NULL
//! for any pointer is survived.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

/// Defines the older twin of a getter: it takes a connection that is not `const` and answers the same.
macro_rules! older_twin {
    ($older:ident = $newer:ident ( $($argument:ident: $type:ty),* ) $(-> $answer:ty)?) => {
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $older(conn: *mut ngtcp2_abi::ngtcp2_conn $(, $argument: $type)*) $(-> $answer)? {
            // SAFETY: what the caller vouches for here is what the newer function asks for.
            unsafe { $newer(conn $(, $argument)*) }
        }
    };
}

mod caller;
mod neutral;

pub mod aggregate;
pub mod ccerr;
pub mod cid;
pub mod connection;
pub mod connection_ids;
pub mod connection_params;
pub mod connection_path;
pub mod error;
#[cfg(feature = "fault-injection")]
pub mod fault;
pub mod flow_control;
pub mod handshake;
pub mod information;
pub mod keys;
pub mod mem;
pub mod migration;
pub mod packet;
pub mod params;
pub mod path;
pub mod read;
pub mod settings;
pub mod stream;
pub mod timers;
pub mod version;
pub mod write;

#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
#[allow(clippy::arithmetic_side_effects, reason = "a failed assertion is the result")]
pub mod fuzzing;
#[cfg(test)]
mod tests;

use core::ffi::c_int;

use ngtcp2_abi::ngtcp2_ssize;

use crate::error::Result;

/// 0, or the error's code.
fn status(result: Result<()>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(error) => error.code(),
    }
}

/// A length, or the error's code.
fn length(result: Result<usize>) -> ngtcp2_ssize {
    match result {
        // No buffer is longer than `isize::MAX`.
        Ok(len) => len as ngtcp2_ssize,
        Err(error) => error.code() as ngtcp2_ssize,
    }
}
