//! The C ABI: decoding of arguments, encoding of results, and the only `unsafe` code of this crate.
//!
//! One file per C noun. What each function asks of its pointers stands in the header: valid for the
//! call, or NULL where that is allowed. A NULL that is not allowed gives an error. A panic does not get
//! past `guard`.

#![allow(unsafe_code)]

pub(crate) mod conn;
pub(crate) mod handles;
pub(crate) mod hello;
pub(crate) mod session;

mod algorithm;
mod certificate;
mod client;
mod configuration;
mod error_text;
mod facts;
mod handshake;
mod heap;
mod judge;
mod keys;
mod packet;
mod protection;
mod server;
mod server_resumption;
mod settings;
mod store;
mod token;
mod version;

use std::ffi::{CStr, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::slice;

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_vec};

pub use algorithm::*;
pub use certificate::*;
pub use client::*;
pub use configuration::ngtcp2_crypto_rustls_keylog;
pub use facts::*;
pub use handles::{NGTCP2_CRYPTO_RUSTLS_MD_SHA256, NGTCP2_CRYPTO_RUSTLS_MD_SHA384};
pub use handshake::*;
pub use hello::{NGTCP2_CRYPTO_RUSTLS_WAIT, ngtcp2_crypto_rustls_client_hello, ngtcp2_crypto_rustls_hello};
pub use judge::ngtcp2_crypto_rustls_verify;
pub use keys::*;
pub use packet::*;
pub use protection::*;
pub use server::*;
pub use server_resumption::*;
pub use session::*;
pub use store::{NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN, ngtcp2_crypto_rustls_session_store};
pub use token::*;
pub use version::ngtcp2_crypto_rustls_version;

ngtcp2_abi::assert_same_signature!(ngtcp2_abi::crypto_api, crate::ffi, {
    ngtcp2_crypto_aead_ctx_decrypt_init,
    ngtcp2_crypto_aead_ctx_encrypt_init,
    ngtcp2_crypto_aead_ctx_free,
    ngtcp2_crypto_aead_keylen,
    ngtcp2_crypto_aead_noncelen,
    ngtcp2_crypto_client_initial_cb,
    ngtcp2_crypto_ctx_tls,
    ngtcp2_crypto_ctx_tls_early,
    ngtcp2_crypto_decrypt,
    ngtcp2_crypto_decrypt_cb,
    ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    ngtcp2_crypto_derive_and_install_rx_key,
    ngtcp2_crypto_derive_and_install_tx_key,
    ngtcp2_crypto_encrypt,
    ngtcp2_crypto_encrypt_cb,
    ngtcp2_crypto_generate_regular_token,
    ngtcp2_crypto_generate_regular_token2,
    ngtcp2_crypto_generate_retry_token,
    ngtcp2_crypto_generate_retry_token2,
    ngtcp2_crypto_generate_stateless_reset_token,
    ngtcp2_crypto_get_path_challenge_data2_cb,
    ngtcp2_crypto_get_path_challenge_data_cb,
    ngtcp2_crypto_hkdf,
    ngtcp2_crypto_hkdf_expand,
    ngtcp2_crypto_hkdf_extract,
    ngtcp2_crypto_hp_mask,
    ngtcp2_crypto_hp_mask_cb,
    ngtcp2_crypto_md_hashlen,
    ngtcp2_crypto_md_init,
    ngtcp2_crypto_packet_protection_ivlen,
    ngtcp2_crypto_read_write_crypto_data,
    ngtcp2_crypto_recv_client_initial_cb,
    ngtcp2_crypto_recv_crypto_data_cb,
    ngtcp2_crypto_recv_retry_cb,
    ngtcp2_crypto_update_key,
    ngtcp2_crypto_update_key_cb,
    ngtcp2_crypto_verify_regular_token,
    ngtcp2_crypto_verify_regular_token2,
    ngtcp2_crypto_verify_retry_token,
    ngtcp2_crypto_verify_retry_token2,
    ngtcp2_crypto_version_negotiation_cb,
    ngtcp2_crypto_write_connection_close,
    ngtcp2_crypto_write_retry,
});

#[cfg(not(panic = "unwind"))]
compile_error!("panics are caught at the boundary with C: build with panic = \"unwind\"");

/// What the generic functions return when they fail without a better code.
const FAILURE: c_int = -1;

/// Runs the body of an exported function. A panic is a bug of ours: it becomes `on_panic`.
fn guard<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // What it leaves behind goes, and may panic in its turn; what that leaves stays.
        if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(another);
        }
        on_panic
    })
}

/// For functions that tell success and failure only.
fn guard_status(body: impl FnOnce() -> Option<()>) -> c_int {
    guard(FAILURE, || body().map_or(FAILURE, |()| 0))
}

// `data` is valid for `len` bytes, or NULL. NULL stands for no bytes.
unsafe fn bytes<'a>(data: *const u8, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    if data.is_null() || len > isize::MAX as usize {
        return None;
    }
    // SAFETY: not NULL, valid for `len` bytes by the contract of this function, and not too long.
    Some(unsafe { slice::from_raw_parts(data, len) })
}

// `data` is valid for writing `len` bytes, or NULL, and nothing else refers to it.
unsafe fn bytes_mut<'a>(data: *mut u8, len: usize) -> Option<&'a mut [u8]> {
    if len == 0 {
        return Some(&mut []);
    }
    if data.is_null() || len > isize::MAX as usize {
        return None;
    }
    // SAFETY: not NULL, valid for `len` bytes by the contract of this function, and not too long.
    Some(unsafe { slice::from_raw_parts_mut(data, len) })
}

// `data` is valid for `len` vectors, each of which is valid for its length; or something of it is NULL.
unsafe fn vectors<'a>(data: *const ngtcp2_vec, len: usize) -> Option<Vec<&'a [u8]>> {
    if data.is_null() || len > isize::MAX as usize / size_of::<ngtcp2_vec>() {
        return None;
    }
    // SAFETY: not NULL, valid for `len` vectors by the contract of this function, and not too long.
    let data = unsafe { slice::from_raw_parts(data, len) };
    // SAFETY: by the contract of this function.
    data.iter().map(|vector| unsafe { bytes(vector.base, vector.len) }).collect()
}

// `output` is valid for writing, or NULL; NULL means that the caller does not want the value.
unsafe fn write_bytes(output: *mut u8, value: &[u8]) {
    if !output.is_null() {
        // SAFETY: valid for writing by the contract of this function; `value` is ours, so they do not
        // overlap.
        unsafe { output.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
    }
}

// `text` ends with a NUL byte, or is NULL.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    if text.is_null() {
        return None;
    }
    // SAFETY: NUL terminated by the contract of this function.
    Some(unsafe { CStr::from_ptr(text) })
}

/// The bytes of a connection ID. `None` if its length is more than it can be.
fn cid(id: &ngtcp2_cid) -> Option<&[u8]> {
    id.data.get(..id.datalen)
}

#[cfg(unix)]
fn path(text: &CStr) -> Option<&Path> {
    use std::os::unix::ffi::OsStrExt;
    Some(Path::new(std::ffi::OsStr::from_bytes(text.to_bytes())))
}

#[cfg(not(unix))]
fn path(text: &CStr) -> Option<&Path> {
    text.to_str().ok().map(Path::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a panic left behind, and panics once more when it is dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on the way out");
        }
    }

    #[test]
    fn a_panic_becomes_a_result() {
        assert_eq!(guard(7, || 3), 3);
        assert_eq!(guard(7, || panic!("on purpose")), 7);
        assert_eq!(guard(7, || std::panic::resume_unwind(Box::new(Bomb))), 7);
        assert_eq!(guard_status(|| panic!("on purpose")), FAILURE);
    }
}
