//! A certificate with its private key as a C object.

use std::ffi::{c_char, c_int};
use std::sync::Arc;

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT, ngtcp2_vec};
use rustls::sign::CertifiedKey;

use super::configuration::{Configuration, change, required};
use super::error_text::Kind;
use super::{bytes, guard, path, text, vectors};
use crate::error::ConfigError;
use crate::pem;

/// A certificate chain and its private key, for any number of clients and servers, on any thread. They keep what they
/// were given: it may be deleted or filled anew at any time.
pub struct ngtcp2_crypto_rustls_cert(Configuration<Option<Arc<CertifiedKey>>>);

// `cert` is NULL or came from `ngtcp2_crypto_rustls_cert_new` and has not been deleted.
unsafe fn configuration<'a>(
    cert: *const ngtcp2_crypto_rustls_cert,
) -> Option<&'a Configuration<Option<Arc<CertifiedKey>>>> {
    // SAFETY: by the contract of this function. The object is only ever shared; it has a lock inside.
    unsafe { cert.as_ref() }.map(|cert| &cert.0)
}

// `cert` is NULL or came from `ngtcp2_crypto_rustls_cert_new` and has not been deleted.
pub(super) unsafe fn identity(
    cert: *const ngtcp2_crypto_rustls_cert,
) -> Result<Arc<CertifiedKey>, ConfigError> {
    // SAFETY: by the contract of this function.
    let held = required(unsafe { configuration(cert) })?.get(Option::clone);
    held.ok_or_else(|| ConfigError::Unusable("nothing has been loaded into the certificate object".into()))
}

/// Makes an object without a certificate: load one before it is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_new(pcert: *mut *mut ngtcp2_crypto_rustls_cert) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        if pcert.is_null() {
            return NGTCP2_ERR_INVALID_ARGUMENT;
        }
        let cert = Box::new(ngtcp2_crypto_rustls_cert(Configuration::new(Kind::Certificate, None)));
        // SAFETY: not NULL, so the caller's output.
        unsafe { pcert.write(Box::into_raw(cert)) };
        0
    })
}

/// Deletes the object. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_del(cert: *mut ngtcp2_crypto_rustls_cert) {
    guard((), || {
        if !cert.is_null() {
            // SAFETY: from `ngtcp2_crypto_rustls_cert_new`, and the caller does not use it again.
            drop(unsafe { Box::from_raw(cert) });
        }
    });
}

/// The text of the last failure of a function on this object, or "": the last on the calling thread, if there was one
/// there. It belongs to the calling thread, and is valid until that thread has another failure with such an object, asks
/// another one for its text, or ends. What other threads do, and deleting the object, does not touch it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_error(
    cert: *const ngtcp2_crypto_rustls_cert,
) -> *const c_char {
    // SAFETY: the caller's object, or NULL.
    guard(c"".as_ptr(), || unsafe { configuration(cert) }.map_or(c"".as_ptr(), Configuration::error))
}

/// Loads a certificate chain and its key from PEM files. A failure leaves what was there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_load_files(
    cert: *mut ngtcp2_crypto_rustls_cert,
    certfile: *const c_char,
    keyfile: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let certificates = unsafe { text(certfile) }.and_then(path);
    // SAFETY: the caller's text, or NULL.
    let key = unsafe { text(keyfile) }.and_then(path);
    // SAFETY: the caller's object, or NULL.
    change(unsafe { configuration(cert) }, |held| {
        let (certificates, key) = (pem::read_file(required(certificates)?)?, pem::read_file(required(key)?)?);
        *held = Some(pem::certified_key(&certificates, &key)?);
        Ok(())
    })
}

/// Loads a certificate chain and its key from PEM in memory. A failure leaves what was there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_load_pem(
    cert: *mut ngtcp2_crypto_rustls_cert,
    certs: *const u8,
    certslen: usize,
    key: *const u8,
    keylen: usize,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let certificates = unsafe { bytes(certs, certslen) };
    // SAFETY: the caller's bytes and their length.
    let key = unsafe { bytes(key, keylen) };
    // SAFETY: the caller's object, or NULL.
    change(unsafe { configuration(cert) }, |held| {
        *held = Some(pem::certified_key(required(certificates)?, required(key)?)?);
        Ok(())
    })
}

/// Loads a certificate chain and its key from DER in memory: `certslen` certificates, the own one first, and a key in
/// PKCS #8, or in the older forms for RSA (PKCS #1) and elliptic curves (SEC 1). A failure leaves what was there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_cert_load_der(
    cert: *mut ngtcp2_crypto_rustls_cert,
    certs: *const ngtcp2_vec,
    certslen: usize,
    key: *const u8,
    keylen: usize,
) -> c_int {
    // SAFETY: the caller's vectors and their number.
    let certificates = unsafe { vectors(certs, certslen) };
    // SAFETY: the caller's bytes and their length.
    let key = unsafe { bytes(key, keylen) };
    // SAFETY: the caller's object, or NULL.
    change(unsafe { configuration(cert) }, |held| {
        *held = Some(pem::certified_key_der(&required(certificates)?, required(key)?)?);
        Ok(())
    })
}
