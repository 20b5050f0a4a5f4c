//! The library under test: its defaults, and which generation of each struct it knows.
//!
//! Owns: nothing. The simulator also runs on the C library of an earlier release, for comparison: that one gets the
//! struct generations of its own time.

use std::ffi::{CStr, c_int};

use ngtcp2_abi::api::{
    ngtcp2_settings_default_versioned, ngtcp2_strerror, ngtcp2_transport_params_default_versioned,
    ngtcp2_version,
};
use ngtcp2_abi::{
    NGTCP2_CALLBACKS_VERSION, NGTCP2_SETTINGS_VERSION, NGTCP2_TRANSPORT_PARAMS_VERSION, ngtcp2_settings,
    ngtcp2_transport_params,
};

/// The minor version from which a library knows each generation of `ngtcp2_callbacks`, from the second on.
const CALLBACKS_SINCE: [c_int; 4] = [14, 22, 24, 25];
/// The same of `ngtcp2_settings`.
const SETTINGS_SINCE: [c_int; 3] = [4, 15, 23];

fn minor_version() -> c_int {
    // SAFETY: the function takes any number.
    let info = unsafe { ngtcp2_version(0) };
    // SAFETY: it returns a static struct for 0.
    let info = unsafe { &*info };
    info.version_num >> 8 & 0xff
}

fn generation(since: &[c_int]) -> c_int {
    let minor = minor_version();
    1 + since.iter().filter(|&&first| minor >= first).count() as c_int
}

pub(crate) fn callbacks_version() -> c_int {
    generation(&CALLBACKS_SINCE).min(NGTCP2_CALLBACKS_VERSION)
}

pub(crate) fn settings_version() -> c_int {
    generation(&SETTINGS_SINCE).min(NGTCP2_SETTINGS_VERSION)
}

pub(crate) fn default_settings() -> ngtcp2_settings {
    let mut settings = ngtcp2_settings::ZERO;
    // SAFETY: the struct is the newest generation and the function writes one that is not newer.
    unsafe { ngtcp2_settings_default_versioned(settings_version(), &raw mut settings) };
    settings
}

pub(crate) fn default_params() -> ngtcp2_transport_params {
    let mut params = ngtcp2_transport_params::ZERO;
    // SAFETY: as above.
    unsafe {
        ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_VERSION, &raw mut params);
    }
    params
}

/// The name of an error code.
pub(crate) fn error_name(code: c_int) -> String {
    // SAFETY: the function takes any number.
    let name = unsafe { ngtcp2_strerror(code) };
    // SAFETY: it returns a static string.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_string_lossy().into_owned()
}
