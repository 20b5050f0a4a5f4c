//! Settings as values.

use core::ffi::c_int;

use crate::ngtcp2_settings;

unsafe extern "C" {
    pub fn ngtcp2_settings_default_versioned(settings_version: c_int, settings: *mut ngtcp2_settings);
}
