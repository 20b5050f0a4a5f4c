//! What getters point to when there is no connection to ask: constants in the library.
//!
//! Owns: the sharing of C structs between threads. Must not know: which getter answers with which.

use core::ptr;

use ngtcp2_abi::{ngtcp2_ccerr, ngtcp2_cid, ngtcp2_path, ngtcp2_transport_params};

/// A C struct that never changes.
#[repr(transparent)]
pub(super) struct Constant<T>(T);

// SAFETY: it is never written, and whoever makes one puts in pointers to constants or NULL only.
unsafe impl<T> Sync for Constant<T> {}

impl<T> Constant<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value)
    }

    pub(super) const fn address(&'static self) -> *const T {
        ptr::from_ref(&self.0)
    }
}

pub(super) static CID: Constant<ngtcp2_cid> = Constant::new(ngtcp2_cid::ZERO);
pub(super) static PATH: Constant<ngtcp2_path> = Constant::new(ngtcp2_path::ZERO);
pub(super) static CCERR: Constant<ngtcp2_ccerr> = Constant::new(ngtcp2_ccerr::ZERO);
pub(super) static PARAMS: Constant<ngtcp2_transport_params> = Constant::new(crate::params::DEFAULT);
