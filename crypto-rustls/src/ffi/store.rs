//! A server's session store that the application keeps.

use std::ffi::{c_int, c_void};
use std::fmt;

use ngtcp2_abi::ngtcp2_ssize;
use rustls::server::StoresServerSessions;
use zeroize::Zeroizing;

use crate::session_record;

/// The longest value that is put into a session store. Longer ones, by long chains of client certificates, are not
/// kept.
pub const NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN: usize = 32768;

const _: () = assert!(NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN == session_record::MAX_LEN);

/// Where the application keeps a server's sessions, so that several processes share them. All functions are needed.
///
/// Keys and values are bytes without meaning for the application, but secret: whoever has a value can read and forge
/// the connections that resume it. Keys that are asked for come from clients; none has more than 32 bytes, and each
/// client has at most nine looked for. Sessions on several threads call the functions on several threads; the functions
/// must not call back into the helper.
#[repr(C)]
pub struct ngtcp2_crypto_rustls_session_store {
    /// Keeps a value. Returns 0 if it was kept. A value may be forgotten at any time, after a day it is useless.
    pub put: Option<
        unsafe extern "C" fn(
            id: *const u8,
            idlen: usize,
            value: *const u8,
            valuelen: usize,
            user_data: *mut c_void,
        ) -> c_int,
    >,
    /// Copies a value to the `destlen` bytes at `dest`, which are always enough, and returns its length; 0 if there is
    /// none.
    pub get: Option<
        unsafe extern "C" fn(
            id: *const u8,
            idlen: usize,
            dest: *mut u8,
            destlen: usize,
            user_data: *mut c_void,
        ) -> ngtcp2_ssize,
    >,
    /// The same, and forgets the value in one step: of all who ask at the same time, in all processes, at most one gets
    /// it. Early data could be replayed otherwise.
    pub take: Option<
        unsafe extern "C" fn(
            id: *const u8,
            idlen: usize,
            dest: *mut u8,
            destlen: usize,
            user_data: *mut c_void,
        ) -> ngtcp2_ssize,
    >,
}

type Find = unsafe extern "C" fn(*const u8, usize, *mut u8, usize, *mut c_void) -> ngtcp2_ssize;

pub(super) struct ApplicationStore {
    put: unsafe extern "C" fn(*const u8, usize, *const u8, usize, *mut c_void) -> c_int,
    get: Find,
    take: Find,
    user_data: *mut c_void,
}

// SAFETY: `user_data` is not looked into here, and the header tells the application that sessions on
// several threads call the functions on several threads.
unsafe impl Send for ApplicationStore {}

// SAFETY: as above.
unsafe impl Sync for ApplicationStore {}

impl ApplicationStore {
    /// `None` if a function is missing.
    pub(super) fn new(
        functions: &ngtcp2_crypto_rustls_session_store,
        user_data: *mut c_void,
    ) -> Option<Self> {
        Some(Self { put: functions.put?, get: functions.get?, take: functions.take?, user_data })
    }

    fn find(&self, find: Find, id: &[u8]) -> Option<Vec<u8>> {
        let mut value = Zeroizing::new(vec![0; NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN]);
        // SAFETY: the application's function with its own pointer, and with buffers of the given lengths.
        let len = unsafe { find(id.as_ptr(), id.len(), value.as_mut_ptr(), value.len(), self.user_data) };
        let len = usize::try_from(len).ok().filter(|&len| len > 0)?;
        value.get(..len).map(<[u8]>::to_vec)
    }
}

impl StoresServerSessions for ApplicationStore {
    fn put(&self, id: Vec<u8>, value: Vec<u8>) -> bool {
        let value = Zeroizing::new(value);
        // SAFETY: the application's function with its own pointer, and with bytes of the given lengths.
        unsafe { (self.put)(id.as_ptr(), id.len(), value.as_ptr(), value.len(), self.user_data) == 0 }
    }

    fn get(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.find(self.get, id)
    }

    fn take(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.find(self.take, id)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

impl fmt::Debug for ApplicationStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApplicationStore")
    }
}
