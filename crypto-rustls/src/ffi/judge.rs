//! The application's say about certificates.

use std::ffi::{CString, c_char, c_int, c_void};

use ngtcp2_abi::ngtcp2_vec;

use crate::error::Alert;
use crate::verify::CertificateJudge;

/// Called with the certificates that a peer shows, each as DER and the peer's own first.
///
/// `server_name` is the name or address that a client asked for, "" on a server. `problem` is what the verification
/// with the CA certificates found wrong, or NULL if they are in order; without any CA certificate there is always one.
/// Pointers are valid during the call.
///
/// Returns 0 to accept the peer, also despite a problem: then nobody but the callback vouches for it. Or the number of
/// a TLS alert, 1 to 255, to refuse it, such as 42 (bad_certificate). Anything else refuses it with 46
/// (certificate_unknown). It is not called when a session is resumed. It must not call functions on the session but
/// those that only tell something. Sessions on several threads call it on several threads.
pub type ngtcp2_crypto_rustls_verify = Option<
    unsafe extern "C" fn(
        certs: *const ngtcp2_vec,
        certslen: usize,
        server_name: *const c_char,
        problem: *const c_char,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// An application's function and its argument.
pub(super) struct VerifyCallback {
    function:
        unsafe extern "C" fn(*const ngtcp2_vec, usize, *const c_char, *const c_char, *mut c_void) -> c_int,
    user_data: *mut c_void,
}

// SAFETY: `user_data` is not looked into here, and the header tells the application that sessions on
// several threads call the function on several threads.
unsafe impl Send for VerifyCallback {}

// SAFETY: as above.
unsafe impl Sync for VerifyCallback {}

impl VerifyCallback {
    pub(super) fn new(function: ngtcp2_crypto_rustls_verify, user_data: *mut c_void) -> Option<Self> {
        Some(Self { function: function?, user_data })
    }
}

impl CertificateJudge for VerifyCallback {
    fn judge(&self, certificates: &[&[u8]], name: Option<&str>, problem: Option<&str>) -> Result<(), Alert> {
        let text = |text: &str| CString::new(text.replace('\0', " ")).unwrap_or_default();
        let certificates: Vec<ngtcp2_vec> = certificates
            .iter()
            .map(|der| ngtcp2_vec { base: der.as_ptr().cast_mut(), len: der.len() })
            .collect();
        let name = text(name.unwrap_or_default());
        let problem = problem.map(text);
        let problem = problem.as_ref().map_or(std::ptr::null(), |problem| problem.as_ptr());
        let (first, len) = (certificates.as_ptr(), certificates.len());
        // SAFETY: the application's function with its own pointer, as it asked for.
        match unsafe { (self.function)(first, len, name.as_ptr(), problem, self.user_data) } {
            0 => Ok(()),
            alert => Err(u8::try_from(alert).map_or(Alert::CERTIFICATE_UNKNOWN, Alert)),
        }
    }
}
