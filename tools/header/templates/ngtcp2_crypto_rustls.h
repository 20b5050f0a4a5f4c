/*
 * rngtcp2: the crypto helper over rustls.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * A client or server object holds a configuration: certificates, protocols, cipher suites. From it a
 * session is made for each connection and given to ngtcp2_conn_set_tls_native_handle; the functions
 * of ngtcp2_crypto.h do the rest when named in the connection's ngtcp2_callbacks.
 *
 * Functions that return int give 0 or a negative error code, where nothing else is said:
 *
 * - NGTCP2_ERR_INVALID_ARGUMENT: an argument is NULL or empty.
 * - NGTCP2_ERR_CRYPTO: what was given is no good: broken PEM, a key that does not belong to the
 *   certificate, an unreadable file, no certificate, no CA, ...
 * - NGTCP2_ERR_INTERNAL: a bug of this library, caught.
 *
 * What is wrong stands in the text of ngtcp2_crypto_rustls_client_error or its kin. What is passed in
 * is copied or used during the call alone, where nothing else is said.
 *
 * A configuration may be used on several threads at once, and deleted before its sessions. The
 * transport parameters of a server are fixed when the ClientHello has been read: if they depend on
 * the application protocol, choose both in ngtcp2_crypto_rustls_server_set_hello_callback.
 *
 * Resumption. A client object remembers servers by itself, in the memory of the process. A server is
 * in one of two modes: with ngtcp2_crypto_rustls_server_set_ticket_keys it keeps nothing, and all
 * servers with the same keys resume a client's session, without early data; with
 * ngtcp2_crypto_rustls_server_set_session_cache or _set_session_store it keeps sessions, and may
 * accept early data (0-RTT). rustls allows early data only where a session can be used up, as that is
 * what stops an attacker from sending them again.
 */
#ifndef NGTCP2_CRYPTO_RUSTLS_H
#define NGTCP2_CRYPTO_RUSTLS_H

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#ifdef __cplusplus
extern "C" {
#endif

@BINDINGS@

#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_RUSTLS_H */
