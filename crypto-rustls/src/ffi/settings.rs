//! The setters that client and server configurations share.
//!
//! Owns: decoding of their arguments, each of which may be NULL. Must not know: whose settings they are; the exported
//! functions of both sides, from which the header is made, stand in `client` and `server`.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use super::configuration::{
    Configuration, KeyLogCallback, change, names as name_list, ngtcp2_crypto_rustls_keylog, required,
};
use super::{bytes, path, text};
use crate::settings::HasSettings;

// Here and below: each pointer is NULL, or what the header says of it.
pub(super) unsafe fn set_cert_files<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    cert: *const c_char,
    key: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let certificates = unsafe { text(cert) }.and_then(path);
    // SAFETY: the caller's text, or NULL.
    let key = unsafe { text(key) }.and_then(path);
    change(configuration, |side| {
        side.settings_mut().set_identity_files(required(certificates)?, required(key)?)
    })
}

pub(super) unsafe fn set_cert_pem<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    (cert, certlen): (*const u8, usize),
    (key, keylen): (*const u8, usize),
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let certificates = unsafe { bytes(cert, certlen) };
    // SAFETY: the caller's bytes and their length.
    let key = unsafe { bytes(key, keylen) };
    change(configuration, |side| side.settings_mut().set_identity(required(certificates)?, required(key)?))
}

pub(super) unsafe fn add_alpn<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    proto: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let protocol = unsafe { bytes(proto, len) };
    change(configuration, |side| side.settings_mut().add_protocol(required(protocol)?))
}

pub(super) unsafe fn set_cipher_suites<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let list = unsafe { text(names) };
    change(configuration, |side| side.settings_mut().set_cipher_suites(name_list(list)?))
}

pub(super) unsafe fn set_groups<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let list = unsafe { text(names) };
    change(configuration, |side| side.settings_mut().set_groups(name_list(list)?))
}

pub(super) unsafe fn set_keylog_file<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    file: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let file = unsafe { text(file) }.and_then(path);
    change(configuration, |side| side.settings_mut().set_key_log_file(required(file)?))
}

pub(super) fn set_keylog_env<T: HasSettings>(configuration: Option<&Configuration<T>>) -> c_int {
    change(configuration, |side| side.settings_mut().set_key_log_from_environment())
}

pub(super) fn set_keylog_callback<T: HasSettings>(
    configuration: Option<&Configuration<T>>,
    keylog: ngtcp2_crypto_rustls_keylog,
    user_data: *mut c_void,
) -> c_int {
    change(configuration, |side| {
        let callback = KeyLogCallback::new(keylog, user_data);
        side.settings_mut().key_log.callback = callback.map(|callback| Arc::new(callback) as _);
        Ok(())
    })
}
