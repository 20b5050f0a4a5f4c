//! Server settings for resumption and early data.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use ngtcp2_abi::{NGTCP2_SECONDS, ngtcp2_duration};
use zeroize::Zeroizing;

use super::bytes;
use super::configuration::{change, required};
use super::server::{configuration, ngtcp2_crypto_rustls_server};
use super::store::{ApplicationStore, ngtcp2_crypto_rustls_session_store};
use crate::error::ConfigError;
use crate::resumption::Resumption;
use crate::ticket::KEY_LEN;

/// The length of a ticket key.
pub const NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN: usize = 32;

const _: () = assert!(NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN == KEY_LEN);

/// Has clients keep their sessions in encrypted tickets, so that the server keeps nothing, and all servers with the same
/// keys resume them.
///
/// `keys` holds `nkeys` random keys of `NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN` bytes, one after the other. The first one
/// encrypts, each of them decrypts. To rotate them, call it again with a new key before the old ones; a key that is no
/// longer given makes its tickets useless. Whoever learns a key can resume the sessions in its tickets, so do rotate.
/// `lifetime` is how long a ticket is good, 1 second to 7 days. However often a session is resumed, 7 days after the
/// first handshake there is a full one, in which certificates are looked at again.
///
/// There are no early data with tickets: early data can be replayed, and what guards against that is that each session
/// can be taken out of a store once. A ticket is in nobody's store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_ticket_keys(
    server: *mut ngtcp2_crypto_rustls_server,
    keys: *const u8,
    nkeys: usize,
    lifetime: ngtcp2_duration,
) -> c_int {
    // SAFETY: the caller's keys and their number; a product that does not fit is longer than any memory.
    let keys = nkeys.checked_mul(KEY_LEN).and_then(|len| unsafe { bytes(keys, len) });
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        let keys = Zeroizing::new(required(keys)?.as_chunks::<KEY_LEN>().0.to_vec());
        server.use_tickets(&keys, lifetime / NGTCP2_SECONDS)
    })
}

/// Keeps up to `max_sessions` sessions in the memory of this process, the oldest of which goes first. 0 turns resumption
/// off. If `early_data` is not 0, clients may send early data. A new server keeps 8192, without early data.
///
/// A handshake leaves two sessions. One takes about 0.4 KB, 0.8 KB with a certificate of the client, and more with a chain;
/// all together never take more than `max_sessions` KiB (or 33 KB, if that is more), so 8192 take 8 MiB at most, and
/// usually less than half of that. No memory is taken in advance.
///
/// Early data are refused, and the client sends them again after the handshake, if the session was made under a higher
/// limit than the connection has: each of the transport parameters `initial_max_data`, `initial_max_stream_data_*`,
/// `initial_max_streams_*`, `active_connection_id_limit` and `max_datagram_frame_size` counts (RFC 9000, section
/// 7.4.1). That is found out before the ClientHello is processed, since the limits stand beside the session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_session_cache(
    server: *mut ngtcp2_crypto_rustls_server,
    max_sessions: usize,
    early_data: c_int,
) -> c_int {
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.use_memory(max_sessions, early_data != 0);
        Ok(())
    })
}

/// Keeps sessions as `ngtcp2_crypto_rustls_server_set_session_cache` does, in a store of the application, whose functions are
/// copied. `user_data` must live as long as the server and its sessions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_session_store(
    server: *mut ngtcp2_crypto_rustls_server,
    store: *const ngtcp2_crypto_rustls_session_store,
    user_data: *mut c_void,
    early_data: c_int,
) -> c_int {
    // SAFETY: the caller's functions, or NULL.
    let functions = unsafe { store.as_ref() };
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        let store = ApplicationStore::new(required(functions)?, user_data)
            .ok_or(ConfigError::Argument("a function of the session store is NULL"))?;
        let store = Arc::new(store);
        server.use_resumption(Resumption::Store { store, early_data: early_data != 0 });
        Ok(())
    })
}

/// Ties early data to `len` bytes at `context`: they are accepted only if the session was made with the same bytes.
/// Meant for what an application protocol remembers beside the transport parameters, such as the settings of HTTP/3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_rustls_server_set_early_data_context(
    server: *mut ngtcp2_crypto_rustls_server,
    context: *const u8,
    len: usize,
) -> c_int {
    // SAFETY: the caller's bytes and their length.
    let context = unsafe { bytes(context, len) };
    // SAFETY: the caller's server, or NULL.
    change(unsafe { configuration(server) }, |server| {
        server.set_early_data_context(required(context)?);
        Ok(())
    })
}
