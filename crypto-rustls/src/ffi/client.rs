//! The configuration of clients as a C object.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT};

use super::certificate::{self, ngtcp2_crypto_rustls_cert};
use super::configuration::{Configuration, change, ngtcp2_crypto_rustls_keylog, required};
use super::error_text::Kind;
use super::judge::{VerifyCallback, ngtcp2_crypto_rustls_verify};
use super::{bytes, guard, settings, text};
use crate::client::Client;

/// The configuration of clients, and what they remember of servers. Any number of connections may use it, on any thread.
/// What is changed applies to sessions made later.
pub struct ngtcp2_crypto_rustls_client(Configuration<Client>);

// `client` is NULL or came from `ngtcp2_crypto_rustls_client_new` and has not been deleted.
pub(super) unsafe fn configuration<'a>(
    client: *const ngtcp2_crypto_rustls_client,
) -> Option<&'a Configuration<Client>> {
    // SAFETY: by the contract of this function. The object is only ever shared; it has a lock inside.
    unsafe { client.as_ref() }.map(|client| &client.0)
}

/// Makes a configuration that trusts nobody: add CA certificates before making sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_new(
    pclient: *mut *mut ngtcp2_crypto_rustls_client,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        if pclient.is_null() {
            return NGTCP2_ERR_INVALID_ARGUMENT;
        }
        let client = Box::new(ngtcp2_crypto_rustls_client(Configuration::new(Kind::Client, Client::new())));
        // SAFETY: not NULL, so the caller's output.
        unsafe { pclient.write(Box::into_raw(client)) };
        0
    })
}

/// Deletes a configuration. Its sessions live on. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_del(client: *mut ngtcp2_crypto_rustls_client) {
    guard((), || {
        if !client.is_null() {
            // SAFETY: from `ngtcp2_crypto_rustls_client_new`, and the caller does not use it again.
            drop(unsafe { Box::from_raw(client) });
        }
    });
}

/// The text of the last failure of a function on this client, or "": the last on the calling thread, if there was one
/// there. It belongs to the calling thread, and is valid until that thread has another failure with a client, asks
/// another client for its text, or ends. What other threads do, and deleting the client, does not touch it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_error(
    client: *const ngtcp2_crypto_rustls_client,
) -> *const c_char {
    // SAFETY: the caller's client, or NULL.
    guard(c"".as_ptr(), || unsafe { configuration(client) }.map_or(c"".as_ptr(), Configuration::error))
}

/// Trusts the CA certificates of the system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_add_system_roots(
    client: *mut ngtcp2_crypto_rustls_client,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, Client::add_system_trust_anchors)
}

/// Trusts the CA certificates of a PEM file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_add_ca_file(
    client: *mut ngtcp2_crypto_rustls_client,
    path: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let path = unsafe { text(path) }.and_then(super::path);
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| client.add_trust_anchor_file(required(path)?))
}

/// Trusts the CA certificates of PEM in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_add_ca_pem(
    client: *mut ngtcp2_crypto_rustls_client,
    pem: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let pem = unsafe { bytes(pem, len) };
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| client.add_trust_anchors(required(pem)?))
}

/// Trusts one CA certificate, given as DER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_add_ca_der(
    client: *mut ngtcp2_crypto_rustls_client,
    der: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let der = unsafe { bytes(der, len) };
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| client.add_trust_anchor_der(required(der)?))
}

/// Has `verify` judge each server, after the verification with the CA certificates. NULL ends that. `user_data` must live
/// as long as the client and its sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_verify_callback(
    client: *mut ngtcp2_crypto_rustls_client,
    verify: ngtcp2_crypto_rustls_verify,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| {
        client.set_judge(VerifyCallback::new(verify, user_data).map(|judge| Arc::new(judge) as _));
        Ok(())
    })
}

/// Remembers the sessions of up to `max_servers` servers, 32 if nothing is set and never more than 4096, for resumption
/// and early data. 0 turns that off. Any change of the client, this one too, forgets what was remembered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_session_cache(
    client: *mut ngtcp2_crypto_rustls_client,
    max_servers: usize,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| {
        client.set_session_cache(max_servers);
        Ok(())
    })
}

/// Sets the certificate to be shown to servers that ask for one. `cert` stays the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_cert(
    client: *mut ngtcp2_crypto_rustls_client,
    cert: *const ngtcp2_crypto_rustls_cert,
) -> c_int {
    // SAFETY: the caller's object, or NULL.
    let identity = unsafe { certificate::identity(cert) };
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| {
        client.set_certificate(identity?);
        Ok(())
    })
}

/// Sets the certificate chain and its private key, from PEM files. The files are read now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_cert_files(
    client: *mut ngtcp2_crypto_rustls_client,
    cert: *const c_char,
    key: *const c_char,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cert_files(configuration, cert, key) }
}

/// Sets the certificate chain and its private key, from PEM in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_cert_pem(
    client: *mut ngtcp2_crypto_rustls_client,
    cert: *const u8,
    certlen: usize,
    key: *const u8,
    keylen: usize,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cert_pem(configuration, (cert, certlen), (key, keylen)) }
}

/// Adds an application protocol, such as the two bytes "h3". The first one added is preferred.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_add_alpn(
    client: *mut ngtcp2_crypto_rustls_client,
    proto: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::add_alpn(configuration, proto, len) }
}

/// Sets the cipher suites, in order of preference and separated by colons. There are
/// TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_cipher_suites(
    client: *mut ngtcp2_crypto_rustls_client,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cipher_suites(configuration, names) }
}

/// Sets the key exchange groups, in order of preference and separated by colons. There are X25519, P-256 and P-384,
/// which is also the order without this call. X25519MLKEM768, which withstands quantum computers, is there only if the
/// helper was built with its feature `post-quantum`, and then comes first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_groups(
    client: *mut ngtcp2_crypto_rustls_client,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_groups(configuration, names) }
}

/// Appends the secrets of all sessions to a file, in the format of NSS. Whoever reads it can decrypt
/// the connections.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_keylog_file(
    client: *mut ngtcp2_crypto_rustls_client,
    path: *const c_char,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_keylog_file(configuration, path) }
}

/// Appends the secrets of all sessions to the file that the environment variable SSLKEYLOGFILE names, as
/// `ngtcp2_crypto_rustls_client_set_keylog_file` does. Without the variable, nothing changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_keylog_env(
    client: *mut ngtcp2_crypto_rustls_client,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    settings::set_keylog_env(configuration)
}

/// Has `keylog` called with each secret of each session, on the thread that drives the session. NULL
/// ends that for later sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_set_keylog_callback(
    client: *mut ngtcp2_crypto_rustls_client,
    keylog: ngtcp2_crypto_rustls_keylog,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    let configuration = unsafe { configuration(client) };
    settings::set_keylog_callback(configuration, keylog, user_data)
}

/// Accepts any certificate from any server. Whoever is on the path can then read and change
/// everything: for tests only. A verify callback is still asked, and has the last word.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_client_dangerous_disable_verification(
    client: *mut ngtcp2_crypto_rustls_client,
) -> c_int {
    // SAFETY: the caller's client, or NULL.
    change(unsafe { configuration(client) }, |client| {
        client.disable_verification();
        Ok(())
    })
}
