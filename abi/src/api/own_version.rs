//! The version of rngtcp2 itself: the one function of libngtcp2 that ngtcp2 does not have.

use core::ffi::c_int;

use crate::ngtcp2_info;

unsafe extern "C" {
    /// Returns the version of rngtcp2 at run time, or NULL if it is older than `least_version`, which has the form of
    /// `RNGTCP2_VERSION_NUM`; 0 accepts any. The memory is static: it is not freed, and any thread may read it.
    ///
    /// May be called at any time, in every callback too. `ngtcp2_version` tells the release of ngtcp2 whose interface
    /// this is.
    pub fn rngtcp2_version(least_version: c_int) -> *const ngtcp2_info;
}
