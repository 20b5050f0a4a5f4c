//! What releases after 1.25 add to structs: known to the library, not in its headers yet.
//!
//! A program that was built with newer headers says so in the version that it passes.

use core::ffi::{c_int, c_void};
use core::ops::Deref;

use crate::{ngtcp2_callbacks, ngtcp2_conn};

/// The peer raised the flow control limit of the connection. `max_data` is the new limit, counted from the start of the
/// connection. All stream data counts towards it: whatever it held back may be written now.
pub type ngtcp2_extend_max_data =
    Option<unsafe extern "C" fn(conn: *mut ngtcp2_conn, max_data: u64, user_data: *mut c_void) -> c_int>;

/// `ngtcp2_callbacks` in version 6, of release 1.26.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CallbacksV6 {
    /// The fields up to version 5.
    pub released: ngtcp2_callbacks,
    /// The peer allows us more data. Optional.
    pub extend_max_data: ngtcp2_extend_max_data,
}

impl CallbacksV6 {
    /// No callback at all.
    pub const ZERO: Self = Self { released: ngtcp2_callbacks::ZERO, extend_max_data: None };
}

impl From<ngtcp2_callbacks> for CallbacksV6 {
    fn from(released: ngtcp2_callbacks) -> Self {
        Self { released, extend_max_data: None }
    }
}

impl Deref for CallbacksV6 {
    type Target = ngtcp2_callbacks;
    fn deref(&self) -> &ngtcp2_callbacks {
        &self.released
    }
}
