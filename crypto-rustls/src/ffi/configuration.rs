//! What the client's and the server's configuration have in common as C objects: a lock and the text of
//! the last failure.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ngtcp2_abi::{NGTCP2_ERR_CRYPTO, NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT};

use super::error_text::{self, Kind, Owner};
use super::guard;
use crate::error::ConfigError;
use crate::keylog::KeyLogSink;

/// Called with each line of the key log, in the format of NSS: NUL terminated, without a line end.
pub type ngtcp2_crypto_rustls_keylog =
    Option<unsafe extern "C" fn(line: *const c_char, user_data: *mut c_void)>;

/// A configuration and the text of its last failure.
pub(super) struct Configuration<T> {
    inner: Mutex<Inner<T>>,
    owner: Owner,
}

struct Inner<T> {
    value: T,
    /// Of any thread. What is handed out is a copy for the thread that asks.
    error: String,
}

impl<T> Configuration<T> {
    pub(super) fn new(kind: Kind, value: T) -> Self {
        Self { inner: Mutex::new(Inner { value, error: String::new() }), owner: Owner::new(kind) }
    }

    /// Runs a setter. Its failure becomes a code, and a text that stays.
    pub(super) fn change(&self, change: impl FnOnce(&mut T) -> Result<(), ConfigError>) -> c_int {
        let mut inner = self.lock();
        let Err(error) = change(&mut inner.value) else { return 0 };
        inner.error = error.to_string();
        error_text::note(self.owner, &inner.error);
        match error {
            ConfigError::Argument(_) => NGTCP2_ERR_INVALID_ARGUMENT,
            ConfigError::Unusable(_) => NGTCP2_ERR_CRYPTO,
        }
    }

    /// Looks at the value.
    pub(super) fn get<R>(&self, get: impl FnOnce(&T) -> R) -> R {
        get(&self.lock().value)
    }

    /// The text of this thread's last failure, or else of the last one there was. It is the calling thread's, until that
    /// has another failure with an object of this kind, or asks another one.
    pub(super) fn error(&self) -> *const c_char {
        error_text::told(self.owner, || self.lock().error.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        // A setter that panicked left a configuration that is whole, if not changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a setter on a configuration that may be NULL.
pub(super) fn change<T>(
    configuration: Option<&Configuration<T>>,
    change: impl FnOnce(&mut T) -> Result<(), ConfigError>,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || match configuration {
        Some(configuration) => configuration.change(change),
        None => NGTCP2_ERR_INVALID_ARGUMENT,
    })
}

/// An argument that must not be NULL.
pub(super) fn required<T>(argument: Option<T>) -> Result<T, ConfigError> {
    argument.ok_or(ConfigError::Argument("an argument is NULL or empty"))
}

pub(super) fn names(text: Option<&CStr>) -> Result<&str, ConfigError> {
    required(text)?.to_str().map_err(|_| ConfigError::Argument("a name is not valid UTF-8"))
}

/// A key log function of the application.
pub(super) struct KeyLogCallback {
    function: unsafe extern "C" fn(line: *const c_char, user_data: *mut c_void),
    user_data: *mut c_void,
}

impl KeyLogCallback {
    pub(super) fn new(function: ngtcp2_crypto_rustls_keylog, user_data: *mut c_void) -> Option<Self> {
        Some(Self { function: function?, user_data })
    }
}

// SAFETY: `user_data` is not looked into here, and the header tells the application that sessions on
// several threads call the function on several threads.
unsafe impl Send for KeyLogCallback {}

// SAFETY: as above.
unsafe impl Sync for KeyLogCallback {}

impl KeyLogSink for KeyLogCallback {
    fn write_line(&self, line: &CStr) {
        // SAFETY: the application's function with its own pointer, as it asked for.
        unsafe { (self.function)(line.as_ptr(), self.user_data) }
    }
}
