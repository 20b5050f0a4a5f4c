//! The configuration of servers as a C object.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, NGTCP2_ERR_INVALID_ARGUMENT};

use super::certificate::{self, ngtcp2_crypto_rustls_cert};
use super::configuration::{Configuration, change, names, ngtcp2_crypto_rustls_keylog, required as argument};
use super::error_text::Kind;
use super::hello::{HelloCallback, ngtcp2_crypto_rustls_hello};
use super::judge::{VerifyCallback, ngtcp2_crypto_rustls_verify};
use super::{bytes, guard, settings, text};
use crate::server::Server;

/// The configuration of servers. Any number of connections may use it, on any thread. What is changed
/// applies to sessions made later.
pub struct ngtcp2_crypto_rustls_server(Configuration<Server>);

// `server` is NULL or came from `ngtcp2_crypto_rustls_server_new` and has not been deleted.
pub(super) unsafe fn configuration<'a>(
    server: *const ngtcp2_crypto_rustls_server,
) -> Option<&'a Configuration<Server>> {
    // SAFETY: by the contract of this function. The object is only ever shared; it has a lock inside.
    unsafe { server.as_ref() }.map(|server| &server.0)
}

/// Makes a configuration: set a certificate before making sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_new(
    pserver: *mut *mut ngtcp2_crypto_rustls_server,
) -> c_int {
    guard(NGTCP2_ERR_INTERNAL, || {
        if pserver.is_null() {
            return NGTCP2_ERR_INVALID_ARGUMENT;
        }
        let server = Box::new(ngtcp2_crypto_rustls_server(Configuration::new(Kind::Server, Server::new())));
        // SAFETY: not NULL, so the caller's output.
        unsafe { pserver.write(Box::into_raw(server)) };
        0
    })
}

/// Deletes a configuration. Its sessions live on. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_del(server: *mut ngtcp2_crypto_rustls_server) {
    guard((), || {
        if !server.is_null() {
            // SAFETY: from `ngtcp2_crypto_rustls_server_new`, and the caller does not use it again.
            drop(unsafe { Box::from_raw(server) });
        }
    });
}

/// The text of the last failure of a function on this server, or "": the last on the calling thread, if there was one
/// there. It belongs to the calling thread, and is valid until that thread has another failure with a server, asks
/// another server for its text, or ends. What other threads do, and deleting the server, does not touch it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_error(
    server: *const ngtcp2_crypto_rustls_server,
) -> *const c_char {
    // SAFETY: the caller's server, or NULL.
    guard(c"".as_ptr(), || unsafe { configuration(server) }.map_or(c"".as_ptr(), Configuration::error))
}

/// Sets the certificate chain and its private key, from PEM files. The files are read now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_cert_files(
    server: *mut ngtcp2_crypto_rustls_server,
    cert: *const c_char,
    key: *const c_char,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cert_files(configuration, cert, key) }
}

/// Sets the certificate chain and its private key, from PEM in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_cert_pem(
    server: *mut ngtcp2_crypto_rustls_server,
    cert: *const u8,
    certlen: usize,
    key: *const u8,
    keylen: usize,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cert_pem(configuration, (cert, certlen), (key, keylen)) }
}

/// Shows `cert` to clients that ask for `server_name`: a DNS name, or one like "*.example.org" for any one label in the
/// place of "*". An earlier certificate for this name is replaced. The certificate must be made out for the name.
/// With NULL, it is shown when no other one fits, as the one of `ngtcp2_crypto_rustls_server_set_cert_files` is; without
/// such a one, clients that ask for another name, or none, are refused with the alert unrecognized_name.
///
/// A running server's certificates are renewed by calling this again, on any thread: each connection gets either the
/// old one or the new one. `cert` stays the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_add_cert(
    server: *mut ngtcp2_crypto_rustls_server,
    server_name: *const c_char,
    cert: *const ngtcp2_crypto_rustls_cert,
) -> c_int {
    // SAFETY: the caller's object, or NULL.
    let identity = unsafe { certificate::identity(cert) };
    // SAFETY: the caller's text, or NULL.
    let name = unsafe { text(server_name) };
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.add_certificate(name.map(|name| names(Some(name))).transpose()?, identity?)
    })
}

/// Takes back what `ngtcp2_crypto_rustls_server_add_cert` was given for this name, or for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_remove_cert(
    server: *mut ngtcp2_crypto_rustls_server,
    server_name: *const c_char,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let name = unsafe { text(server_name) };
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.remove_certificate(name.map(|name| names(Some(name))).transpose()?)
    })
}

/// Has `hello` called with each ClientHello, on the thread that drives the session: to choose the application protocol,
/// or the certificate, at once or later. NULL ends that. `user_data` must live as long as the server and its sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_hello_callback(
    server: *mut ngtcp2_crypto_rustls_server,
    hello: ngtcp2_crypto_rustls_hello,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.set_hello_callback(HelloCallback::new(hello, user_data));
        Ok(())
    })
}

/// Asks clients for a certificate and has `verify` judge it, after the verification with the client CAs, if there are any.
/// If `required` is not 0, clients without one are refused, as they are if the CAs were set so. NULL ends that. `user_data`
/// must live as long as the server and its sessions.
///
/// Forgets the sessions in the memory of this process. Those in tickets or in a store of the application are resumed
/// without asking a new callback: set other ticket keys, or empty the store, if all clients are to be judged again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_verify_callback(
    server: *mut ngtcp2_crypto_rustls_server,
    verify: ngtcp2_crypto_rustls_verify,
    user_data: *mut c_void,
    required: c_int,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        let judge = VerifyCallback::new(verify, user_data).map(|judge| Arc::new(judge) as _);
        server.set_client_judge(judge, required != 0);
        Ok(())
    })
}

/// Adds an application protocol, such as the two bytes "h3". The first one added is preferred.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_add_alpn(
    server: *mut ngtcp2_crypto_rustls_server,
    proto: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::add_alpn(configuration, proto, len) }
}

/// Sets the cipher suites, in order of preference and separated by colons. There are
/// TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_cipher_suites(
    server: *mut ngtcp2_crypto_rustls_server,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_cipher_suites(configuration, names) }
}

/// Sets the key exchange groups, in order of preference and separated by colons. There are X25519, P-256 and P-384,
/// which is also the order without this call. X25519MLKEM768, which withstands quantum computers, is there only if the
/// helper was built with its feature `post-quantum`, and then comes first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_groups(
    server: *mut ngtcp2_crypto_rustls_server,
    names: *const c_char,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_groups(configuration, names) }
}

/// Asks clients for a certificate that leads to one of the CAs of a PEM file. If `required` is not 0,
/// those without one are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_client_ca_file(
    server: *mut ngtcp2_crypto_rustls_server,
    path: *const c_char,
    required: c_int,
) -> c_int {
    // SAFETY: the caller's text, or NULL.
    let path = unsafe { text(path) }.and_then(super::path);
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.set_client_trust_anchor_file(argument(path)?, required != 0)
    })
}

/// `ngtcp2_crypto_rustls_server_set_client_ca_file` with PEM in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_client_ca_pem(
    server: *mut ngtcp2_crypto_rustls_server,
    pem: *const u8,
    len: usize,
    required: c_int,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let pem = unsafe { bytes(pem, len) };
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.set_client_trust_anchors(argument(pem)?, required != 0)
    })
}

/// Appends the secrets of all sessions to a file, in the format of NSS. Whoever reads it can decrypt
/// the connections.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_keylog_file(
    server: *mut ngtcp2_crypto_rustls_server,
    path: *const c_char,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    // SAFETY: the caller vouches for its arguments.
    unsafe { settings::set_keylog_file(configuration, path) }
}

/// Appends the secrets of all sessions to the file that the environment variable SSLKEYLOGFILE names, as
/// `ngtcp2_crypto_rustls_server_set_keylog_file` does. Without the variable, nothing changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_keylog_env(
    server: *mut ngtcp2_crypto_rustls_server,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    settings::set_keylog_env(configuration)
}

/// Has `keylog` called with each secret of each session, on the thread that drives the session. NULL
/// ends that for later sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_keylog_callback(
    server: *mut ngtcp2_crypto_rustls_server,
    keylog: ngtcp2_crypto_rustls_keylog,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    let configuration = unsafe { configuration(server) };
    settings::set_keylog_callback(configuration, keylog, user_data)
}
