//! Settings as values.

use core::ffi::c_int;

use crate::ngtcp2_settings;

unsafe extern "C" {
    /// Fills in default settings. Call it as `ngtcp2_settings_default`, and then set `initial_ts` at
    /// least.
    pub fn ngtcp2_settings_default_versioned(settings_version: c_int, settings: *mut ngtcp2_settings);
}
