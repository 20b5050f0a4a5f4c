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

/**
 * `md_native_handle` of `ngtcp2_crypto_md_init` for SHA-256, cast to `void *`.
 */
#define NGTCP2_CRYPTO_RUSTLS_MD_SHA256 1

/**
 * `md_native_handle` of `ngtcp2_crypto_md_init` for SHA-384, cast to `void *`.
 */
#define NGTCP2_CRYPTO_RUSTLS_MD_SHA384 2

/**
 * What `ngtcp2_crypto_rustls_hello` returns to have the handshake wait, and what
 * `ngtcp2_crypto_read_write_crypto_data` then returns; `ngtcp2_crypto_recv_crypto_data_cb` returns 0.
 */
#define NGTCP2_CRYPTO_RUSTLS_WAIT -10001

/**
 * The longest value that is put into a session store. Longer ones, by long chains of client certificates, are not
 * kept.
 */
#define NGTCP2_CRYPTO_RUSTLS_MAX_SESSION_LEN 32768

/**
 * The length of a ticket key.
 */
#define NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN 32

/**
 * A certificate chain and its private key, for any number of clients and servers, on any thread. They keep what they
 * were given: it may be deleted or filled anew at any time.
 */
typedef struct ngtcp2_crypto_rustls_cert ngtcp2_crypto_rustls_cert;

/**
 * The configuration of clients, and what they remember of servers. Any number of connections may use it, on any thread.
 * What is changed applies to sessions made later.
 */
typedef struct ngtcp2_crypto_rustls_client ngtcp2_crypto_rustls_client;

/**
 * The configuration of servers. Any number of connections may use it, on any thread. What is changed
 * applies to sessions made later.
 */
typedef struct ngtcp2_crypto_rustls_server ngtcp2_crypto_rustls_server;

/**
 * The TLS side of one connection. Give it to `ngtcp2_conn_set_tls_native_handle`, and the functions of
 * `ngtcp2_crypto.h` to the connection's callbacks. Used by one thread at a time, as the connection.
 */
typedef struct ngtcp2_crypto_rustls_session ngtcp2_crypto_rustls_session;

/**
 * Called with the certificates that a peer shows, each as DER and the peer's own first.
 *
 * `server_name` is the name or address that a client asked for, "" on a server. `problem` is what the verification
 * with the CA certificates found wrong, or NULL if they are in order; without any CA certificate there is always one.
 * Pointers are valid during the call.
 *
 * Returns 0 to accept the peer, also despite a problem: then nobody but the callback vouches for it. Or the number of
 * a TLS alert, 1 to 255, to refuse it, such as 42 (bad_certificate). Anything else refuses it with 46
 * (certificate_unknown). It is not called when a session is resumed. It must not call functions on the session but
 * those that only tell something. Sessions on several threads call it on several threads.
 */
typedef int (*ngtcp2_crypto_rustls_verify)(
  const ngtcp2_vec *certs, size_t certslen, const char *server_name,
  const char *problem, void *user_data);

/**
 * Called with each line of the key log, in the format of NSS: NUL terminated, without a line end.
 */
typedef void (*ngtcp2_crypto_rustls_keylog)(const char *line, void *user_data);

/**
 * What a client asks for. Later versions may add members at the end. Valid during the call.
 */
typedef struct ngtcp2_crypto_rustls_client_hello {
  /**
   * The name of the server, NUL terminated, or "".
   */
  const char *server_name;
  /**
   * The application protocols, in the client's order of preference.
   */
  const ngtcp2_vec *alpn;
  /**
   * The number of them.
   */
  size_t alpnlen;
} ngtcp2_crypto_rustls_client_hello;

/**
 * Called when a server has the whole ClientHello, before anything of it is processed.
 *
 * The callback may call `ngtcp2_crypto_rustls_session_set_alpn` and `ngtcp2_crypto_rustls_session_set_cert` for this
 * connection, and `ngtcp2_conn_set_local_transport_params`. It returns 0 to go on; `NGTCP2_CRYPTO_RUSTLS_WAIT` to go on
 * later; or the number of a TLS alert, 1 to 255, to refuse the client, such as 112 (unrecognized_name) or 120
 * (no_application_protocol). Anything else refuses it with 80 (internal_error).
 *
 * To go on later: set what is to be set, call `ngtcp2_crypto_read_write_crypto_data` with
 * `NGTCP2_ENCRYPTION_LEVEL_INITIAL` and no data, outside all callbacks, then
 * `ngtcp2_conn_continue_handshake` where the library has it (1.22), and write packets. The callback is not called again.
 */
typedef int (*ngtcp2_crypto_rustls_hello)(
  ngtcp2_conn *conn, struct ngtcp2_crypto_rustls_session *session,
  const struct ngtcp2_crypto_rustls_client_hello *hello, void *user_data);

/**
 * Where the application keeps a server's sessions, so that several processes share them. All functions are needed.
 *
 * Keys and values are bytes without meaning for the application, but secret: whoever has a value can read and forge
 * the connections that resume it. Keys that are asked for come from clients; none has more than 32 bytes, and each
 * client has at most nine looked for. Sessions on several threads call the functions on several threads; the functions
 * must not call back into the helper.
 */
typedef struct ngtcp2_crypto_rustls_session_store {
  /**
   * Keeps a value. Returns 0 if it was kept. A value may be forgotten at any time, after a day it is useless.
   */
  int (*put)(const uint8_t *id, size_t idlen, const uint8_t *value, size_t valuelen, void *user_data);
  /**
   * Copies a value to the `destlen` bytes at `dest`, which are always enough, and returns its length; 0 if there is
   * none.
   */
  ngtcp2_ssize (*get)(const uint8_t *id, size_t idlen, uint8_t *dest, size_t destlen, void *user_data);
  /**
   * The same, and forgets the value in one step: of all who ask at the same time, in all processes, at most one gets
   * it. Early data could be replayed otherwise.
   */
  ngtcp2_ssize (*take)(const uint8_t *id, size_t idlen, uint8_t *dest, size_t destlen, void *user_data);
} ngtcp2_crypto_rustls_session_store;

/**
 * Makes an object without a certificate: load one before it is used.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_cert_new(
  struct ngtcp2_crypto_rustls_cert **pcert);

/**
 * Deletes the object. NULL is fine.
 */
NGTCP2_EXTERN void ngtcp2_crypto_rustls_cert_del(
  struct ngtcp2_crypto_rustls_cert *cert);

/**
 * The text of the last failure of a function on this object, or "": the last on the calling thread, if there was one
 * there. It belongs to the calling thread, and is valid until that thread has another failure with such an object, asks
 * another one for its text, or ends. What other threads do, and deleting the object, does not touch it.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_cert_error(
  const struct ngtcp2_crypto_rustls_cert *cert);

/**
 * Loads a certificate chain and its key from PEM files. A failure leaves what was there.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_cert_load_files(
  struct ngtcp2_crypto_rustls_cert *cert, const char *certfile,
  const char *keyfile);

/**
 * Loads a certificate chain and its key from PEM in memory. A failure leaves what was there.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_cert_load_pem(
  struct ngtcp2_crypto_rustls_cert *cert, const uint8_t *certs, size_t certslen,
  const uint8_t *key, size_t keylen);

/**
 * Loads a certificate chain and its key from DER in memory: `certslen` certificates, the own one first, and a key in
 * PKCS #8, or in the older forms for RSA (PKCS #1) and elliptic curves (SEC 1). A failure leaves what was there.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_cert_load_der(
  struct ngtcp2_crypto_rustls_cert *cert, const ngtcp2_vec *certs,
  size_t certslen, const uint8_t *key, size_t keylen);

/**
 * Makes a configuration that trusts nobody: add CA certificates before making sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_new(
  struct ngtcp2_crypto_rustls_client **pclient);

/**
 * Deletes a configuration. Its sessions live on. NULL is fine.
 */
NGTCP2_EXTERN void ngtcp2_crypto_rustls_client_del(
  struct ngtcp2_crypto_rustls_client *client);

/**
 * The text of the last failure of a function on this client, or "": the last on the calling thread, if there was one
 * there. It belongs to the calling thread, and is valid until that thread has another failure with a client, asks
 * another client for its text, or ends. What other threads do, and deleting the client, does not touch it.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_client_error(
  const struct ngtcp2_crypto_rustls_client *client);

/**
 * Trusts the CA certificates of the system.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_add_system_roots(
  struct ngtcp2_crypto_rustls_client *client);

/**
 * Trusts the CA certificates of a PEM file.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_add_ca_file(
  struct ngtcp2_crypto_rustls_client *client, const char *path);

/**
 * Trusts the CA certificates of PEM in memory.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_add_ca_pem(
  struct ngtcp2_crypto_rustls_client *client, const uint8_t *pem, size_t len);

/**
 * Trusts one CA certificate, given as DER.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_add_ca_der(
  struct ngtcp2_crypto_rustls_client *client, const uint8_t *der, size_t len);

/**
 * Has `verify` judge each server, after the verification with the CA certificates. NULL ends that. `user_data` must live
 * as long as the client and its sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_verify_callback(
  struct ngtcp2_crypto_rustls_client *client,
  ngtcp2_crypto_rustls_verify verify, void *user_data);

/**
 * Remembers the sessions of up to `max_servers` servers, 32 if nothing is set and never more than 4096, for resumption
 * and early data. 0 turns that off. Any change of the client, this one too, forgets what was remembered.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_session_cache(
  struct ngtcp2_crypto_rustls_client *client, size_t max_servers);

/**
 * Sets the certificate to be shown to servers that ask for one. `cert` stays the caller's.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_cert(
  struct ngtcp2_crypto_rustls_client *client,
  const struct ngtcp2_crypto_rustls_cert *cert);

/**
 * Sets the certificate chain and its private key, from PEM files. The files are read now.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_cert_files(
  struct ngtcp2_crypto_rustls_client *client, const char *cert,
  const char *key);

/**
 * Sets the certificate chain and its private key, from PEM in memory.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_cert_pem(
  struct ngtcp2_crypto_rustls_client *client, const uint8_t *cert,
  size_t certlen, const uint8_t *key, size_t keylen);

/**
 * Adds an application protocol, such as the two bytes "h3". The first one added is preferred.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_add_alpn(
  struct ngtcp2_crypto_rustls_client *client, const uint8_t *proto, size_t len);

/**
 * Sets the cipher suites, in order of preference and separated by colons. There are
 * TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_cipher_suites(
  struct ngtcp2_crypto_rustls_client *client, const char *names);

/**
 * Sets the key exchange groups, in order of preference and separated by colons. There are X25519, P-256 and P-384,
 * which is also the order without this call. X25519MLKEM768, which withstands quantum computers, is there only if the
 * helper was built with its feature `post-quantum`, and then comes first.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_groups(
  struct ngtcp2_crypto_rustls_client *client, const char *names);

/**
 * Appends the secrets of all sessions to a file, in the format of NSS. Whoever reads it can decrypt
 * the connections.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_keylog_file(
  struct ngtcp2_crypto_rustls_client *client, const char *path);

/**
 * Appends the secrets of all sessions to the file that the environment variable SSLKEYLOGFILE names, as
 * `ngtcp2_crypto_rustls_client_set_keylog_file` does. Without the variable, nothing changes.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_keylog_env(
  struct ngtcp2_crypto_rustls_client *client);

/**
 * Has `keylog` called with each secret of each session, on the thread that drives the session. NULL
 * ends that for later sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_set_keylog_callback(
  struct ngtcp2_crypto_rustls_client *client,
  ngtcp2_crypto_rustls_keylog keylog, void *user_data);

/**
 * Accepts any certificate from any server. Whoever is on the path can then read and change
 * everything: for tests only. A verify callback is still asked, and has the last word.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_client_dangerous_disable_verification(
  struct ngtcp2_crypto_rustls_client *client);

/**
 * Makes a configuration: set a certificate before making sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_new(
  struct ngtcp2_crypto_rustls_server **pserver);

/**
 * Deletes a configuration. Its sessions live on. NULL is fine.
 */
NGTCP2_EXTERN void ngtcp2_crypto_rustls_server_del(
  struct ngtcp2_crypto_rustls_server *server);

/**
 * The text of the last failure of a function on this server, or "": the last on the calling thread, if there was one
 * there. It belongs to the calling thread, and is valid until that thread has another failure with a server, asks
 * another server for its text, or ends. What other threads do, and deleting the server, does not touch it.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_server_error(
  const struct ngtcp2_crypto_rustls_server *server);

/**
 * Sets the certificate chain and its private key, from PEM files. The files are read now.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_cert_files(
  struct ngtcp2_crypto_rustls_server *server, const char *cert,
  const char *key);

/**
 * Sets the certificate chain and its private key, from PEM in memory.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_cert_pem(
  struct ngtcp2_crypto_rustls_server *server, const uint8_t *cert,
  size_t certlen, const uint8_t *key, size_t keylen);

/**
 * Shows `cert` to clients that ask for `server_name`: a DNS name, or one like "*.example.org" for any one label in the
 * place of "*". An earlier certificate for this name is replaced. The certificate must be made out for the name.
 * With NULL, it is shown when no other one fits, as the one of `ngtcp2_crypto_rustls_server_set_cert_files` is; without
 * such a one, clients that ask for another name, or none, are refused with the alert unrecognized_name.
 *
 * A running server's certificates are renewed by calling this again, on any thread: each connection gets either the
 * old one or the new one. `cert` stays the caller's.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_add_cert(
  struct ngtcp2_crypto_rustls_server *server, const char *server_name,
  const struct ngtcp2_crypto_rustls_cert *cert);

/**
 * Takes back what `ngtcp2_crypto_rustls_server_add_cert` was given for this name, or for NULL.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_remove_cert(
  struct ngtcp2_crypto_rustls_server *server, const char *server_name);

/**
 * Has `hello` called with each ClientHello, on the thread that drives the session: to choose the application protocol,
 * or the certificate, at once or later. NULL ends that. `user_data` must live as long as the server and its sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_hello_callback(
  struct ngtcp2_crypto_rustls_server *server, ngtcp2_crypto_rustls_hello hello,
  void *user_data);

/**
 * Asks clients for a certificate and has `verify` judge it, after the verification with the client CAs, if there are any.
 * If `required` is not 0, clients without one are refused, as they are if the CAs were set so. NULL ends that. `user_data`
 * must live as long as the server and its sessions.
 *
 * Forgets the sessions in the memory of this process. Those in tickets or in a store of the application are resumed
 * without asking a new callback: set other ticket keys, or empty the store, if all clients are to be judged again.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_verify_callback(
  struct ngtcp2_crypto_rustls_server *server,
  ngtcp2_crypto_rustls_verify verify, void *user_data, int required);

/**
 * Adds an application protocol, such as the two bytes "h3". The first one added is preferred.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_add_alpn(
  struct ngtcp2_crypto_rustls_server *server, const uint8_t *proto, size_t len);

/**
 * Sets the cipher suites, in order of preference and separated by colons. There are
 * TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_cipher_suites(
  struct ngtcp2_crypto_rustls_server *server, const char *names);

/**
 * Sets the key exchange groups, in order of preference and separated by colons. There are X25519, P-256 and P-384,
 * which is also the order without this call. X25519MLKEM768, which withstands quantum computers, is there only if the
 * helper was built with its feature `post-quantum`, and then comes first.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_groups(
  struct ngtcp2_crypto_rustls_server *server, const char *names);

/**
 * Asks clients for a certificate that leads to one of the CAs of a PEM file. If `required` is not 0,
 * those without one are refused.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_client_ca_file(
  struct ngtcp2_crypto_rustls_server *server, const char *path, int required);

/**
 * `ngtcp2_crypto_rustls_server_set_client_ca_file` with PEM in memory.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_client_ca_pem(
  struct ngtcp2_crypto_rustls_server *server, const uint8_t *pem, size_t len,
  int required);

/**
 * Appends the secrets of all sessions to a file, in the format of NSS. Whoever reads it can decrypt
 * the connections.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_keylog_file(
  struct ngtcp2_crypto_rustls_server *server, const char *path);

/**
 * Appends the secrets of all sessions to the file that the environment variable SSLKEYLOGFILE names, as
 * `ngtcp2_crypto_rustls_server_set_keylog_file` does. Without the variable, nothing changes.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_keylog_env(
  struct ngtcp2_crypto_rustls_server *server);

/**
 * Has `keylog` called with each secret of each session, on the thread that drives the session. NULL
 * ends that for later sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_keylog_callback(
  struct ngtcp2_crypto_rustls_server *server,
  ngtcp2_crypto_rustls_keylog keylog, void *user_data);

/**
 * Has clients keep their sessions in encrypted tickets, so that the server keeps nothing, and all servers with the same
 * keys resume them.
 *
 * `keys` holds `nkeys` random keys of `NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN` bytes, one after the other. The first one
 * encrypts, each of them decrypts. To rotate them, call it again with a new key before the old ones; a key that is no
 * longer given makes its tickets useless. Whoever learns a key can resume the sessions in its tickets, so do rotate.
 * `lifetime` is how long a ticket is good, 1 second to 7 days. However often a session is resumed, 7 days after the
 * first handshake there is a full one, in which certificates are looked at again.
 *
 * There are no early data with tickets: early data can be replayed, and what guards against that is that each session
 * can be taken out of a store once. A ticket is in nobody's store.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_ticket_keys(
  struct ngtcp2_crypto_rustls_server *server, const uint8_t *keys, size_t nkeys,
  ngtcp2_duration lifetime);

/**
 * Keeps up to `max_sessions` sessions in the memory of this process, the oldest of which goes first. 0 turns resumption
 * off. If `early_data` is not 0, clients may send early data. A new server keeps 8192, without early data.
 *
 * A handshake leaves two sessions. One takes about 0.4 KB, 0.8 KB with a certificate of the client, and more with a chain;
 * all together never take more than `max_sessions` KiB (or 33 KB, if that is more), so 8192 take 8 MiB at most, and
 * usually less than half of that. No memory is taken in advance.
 *
 * Early data are refused, and the client sends them again after the handshake, if the session was made under a higher
 * limit than the connection has: each of the transport parameters `initial_max_data`, `initial_max_stream_data_*`,
 * `initial_max_streams_*`, `active_connection_id_limit` and `max_datagram_frame_size` counts (RFC 9000, section
 * 7.4.1). That is found out before the ClientHello is processed, since the limits stand beside the session.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_session_cache(
  struct ngtcp2_crypto_rustls_server *server, size_t max_sessions,
  int early_data);

/**
 * Keeps sessions as `ngtcp2_crypto_rustls_server_set_session_cache` does, in a store of the application, whose functions are
 * copied. `user_data` must live as long as the server and its sessions.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_session_store(
  struct ngtcp2_crypto_rustls_server *server,
  const struct ngtcp2_crypto_rustls_session_store *store, void *user_data,
  int early_data);

/**
 * Ties early data to `len` bytes at `context`: they are accepted only if the session was made with the same bytes.
 * Meant for what an application protocol remembers beside the transport parameters, such as the settings of HTTP/3.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_server_set_early_data_context(
  struct ngtcp2_crypto_rustls_server *server, const uint8_t *context,
  size_t len);

/**
 * Makes the session of a client's connection to `server_name`, a DNS name or an IP address.
 *
 * `conn_ref` may be NULL; otherwise it must live as long as the session. On failure `*psession` is NULL,
 * and `ngtcp2_crypto_rustls_client_error` tells why.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_client_new(
  struct ngtcp2_crypto_rustls_session **psession,
  struct ngtcp2_crypto_rustls_client *client, const char *server_name,
  ngtcp2_crypto_conn_ref *conn_ref);

/**
 * Makes the session of a connection that a server accepts.
 *
 * `conn_ref` may be NULL; otherwise it must live as long as the session. On failure `*psession` is NULL,
 * and `ngtcp2_crypto_rustls_server_error` tells why.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_server_new(
  struct ngtcp2_crypto_rustls_session **psession,
  struct ngtcp2_crypto_rustls_server *server, ngtcp2_crypto_conn_ref *conn_ref);

/**
 * Deletes a session, after its connection. NULL is fine.
 */
NGTCP2_EXTERN void ngtcp2_crypto_rustls_session_del(
  struct ngtcp2_crypto_rustls_session *session);

/**
 * Has a client offer early data, if it remembers a session with the server that allows them.
 *
 * Call it once, after `ngtcp2_conn_set_tls_native_handle` and before the first packet is written. Returns:
 *
 * - 1 if early data are offered: the connection now works under the transport parameters that the server had then, so
 *   streams can be opened and written at once.
 * - 0 if nothing is remembered that allows them. The handshake goes on without, which is no failure.
 * - `NGTCP2_ERR_INVALID_ARGUMENT` if `conn` is NULL, and `NGTCP2_ERR_INVALID_STATE` if it has no client's session, if it
 *   is too late, or from within a callback of TLS. Nothing has changed: the connection is what it was without the call.
 * - `NGTCP2_ERR_CRYPTO` if TLS cannot begin, or if the connection does not take those parameters, for example as it was
 *   given some by `ngtcp2_conn_decode_and_set_0rtt_transport_params`; or another error of the connection. The session
 *   tells why (`ngtcp2_crypto_rustls_session_error`), no packet can be written, and nothing was sent: delete the
 *   connection and its session and, if you like, make others without early data.
 *
 * The server may refuse: the helper tells the connection, whose callback `tls_early_data_rejected` is called, and all
 * streams are gone. What is sent early can be replayed by an attacker, so send only what does no harm twice.
 *
 * Sessions are remembered in the client object, by server name and QUIC version. They do not survive the process: rustls
 * 0.23 lets nobody read them or make them. Nothing here depends on where they are, so functions that save and load them
 * can be added.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_offer_early_data(ngtcp2_conn *conn);

/**
 * Chooses the application protocol of a server's connection, one of those that the client offers, in place of the
 * server's list. For `ngtcp2_crypto_rustls_hello` and while its answer is awaited; before the ClientHello is whole, after
 * the answer, and for a client's session it returns `NGTCP2_ERR_INVALID_STATE` and changes nothing.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_set_alpn(
  struct ngtcp2_crypto_rustls_session *session, const uint8_t *proto,
  size_t len);

/**
 * Chooses the certificate of a server's connection. When it may be called is said at
 * `ngtcp2_crypto_rustls_session_set_alpn`. `NGTCP2_ERR_CRYPTO` if nothing has been loaded into `cert`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_set_cert(
  struct ngtcp2_crypto_rustls_session *session,
  const struct ngtcp2_crypto_rustls_cert *cert);

/**
 * What was given as `conn_ref` when the session was made.
 */
NGTCP2_EXTERN ngtcp2_crypto_conn_ref *ngtcp2_crypto_rustls_session_conn_ref(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * Why TLS failed, for people, or "" if it did not. Valid as long as the session.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_error(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The TLS alert with which this side gave up, or -1 if it did not. What the peer sent is in `ngtcp2_conn_get_ccerr`:
 * its error code less `NGTCP2_CRYPTO_ERROR`.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_alert(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The name of a TLS alert in the RFCs, such as "bad_certificate", or "unknown alert". The memory is static.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_alert_name(uint8_t alert);

/**
 * The application protocol that was agreed on. Returns its length and sets `*proto` to its bytes, which
 * are valid as long as the session. 0 if none is known.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_rustls_session_alpn(
  const struct ngtcp2_crypto_rustls_session *session, const uint8_t **proto);

/**
 * The name of the cipher suite that was agreed on, such as "TLS_AES_128_GCM_SHA256", or "". The
 * memory is static.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_cipher(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The name of the key exchange group that was agreed on, such as "X25519", or "". The memory is static.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_group(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The server name that the client asks for, or "". Valid as long as the session.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_server_name(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The peer's certificates as DER, its own with `index` 0, also after a resumed handshake. Returns the length and sets
 * `*der` to the bytes, which are valid as long as the session. 0 if there is none, and until the peer has proven that it
 * owns them, which is when the handshake completes.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_rustls_session_peer_cert(
  const struct ngtcp2_crypto_rustls_session *session, size_t index,
  const uint8_t **der);

/**
 * 1 after a handshake that resumed an earlier session, otherwise 0.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_resumed(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * 1 if the server accepted early data, on either side, otherwise 0.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_early_data_accepted(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * Writes `destlen` bytes of keying material that both sides derive for `label` and `context` (RFC 8446, section 7.5).
 * `context` may be NULL with `contextlen` 0. Returns 0, or -1 before the handshake has completed and for lengths that
 * TLS cannot do.
 *
 * It may be called any time until the session is deleted. So the secret that all of it is derived from stays in memory,
 * once, inside rustls, which wipes it as the session is deleted: nothing of the traffic can be decrypted with it.
 * rustls 0.23 has no way to wipe it earlier.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_export(
  const struct ngtcp2_crypto_rustls_session *session, uint8_t *dest,
  size_t destlen, const uint8_t *label, size_t labellen, const uint8_t *context,
  size_t contextlen);

/**
 * Returns the version of this library, or NULL if it is older than `least_version`: 8 bits each for major, minor and
 * patch, 0 for any. The memory is static. It is rngtcp2's version, like that of `rngtcp2_version` in the core library,
 * whatever core this one runs on.
 */
NGTCP2_EXTERN const ngtcp2_info *ngtcp2_crypto_rustls_version(
  int least_version);

#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_RUSTLS_H */
