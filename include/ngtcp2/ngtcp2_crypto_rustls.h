/*
 * rngtcp2: the crypto helper over rustls.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * A client or server object holds a configuration: certificates, protocols, cipher suites. From it a
 * session is made for each connection and given to ngtcp2_conn_set_tls_native_handle; the functions
 * of ngtcp2_crypto.h do the rest when named in the connection's ngtcp2_callbacks.
 *
 * Functions that return int give 0 or a negative error code:
 *   NGTCP2_ERR_INVALID_ARGUMENT  an argument is NULL or empty
 *   NGTCP2_ERR_CRYPTO            what was given is no good: broken PEM, a key that does not belong to
 *                                the certificate, an unreadable file, no certificate, no CA, ...
 *   NGTCP2_ERR_INTERNAL          a bug of this library, caught
 * What is wrong stands in the text of ngtcp2_crypto_rustls_client_error or its kin.
 *
 * A configuration may be used on several threads at once, and deleted before its sessions. The
 * transport parameters of a server are fixed when the ClientHello has been read: they cannot depend
 * on the application protocol that TLS chooses.
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
 * The configuration of clients. Any number of connections may use it, on any thread. What is changed
 * applies to sessions made later.
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
 * Called with each line of the key log, in the format of NSS: NUL terminated, without a line end.
 */
typedef void (*ngtcp2_crypto_rustls_keylog)(const char *line, void *user_data);

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
 * The text of the last failure, or "". Valid until the next failure of a function on this object.
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
 * Sets the key exchange groups, in order of preference and separated by colons. There are X25519,
 * P-256 and P-384.
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
 * The same with the file that the environment variable SSLKEYLOGFILE names. Without the variable,
 * nothing changes.
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
 * everything: for tests only.
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
 * The text of the last failure, or "". Valid until the next failure of a function on this object.
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
 * Sets the key exchange groups, in order of preference and separated by colons. There are X25519,
 * P-256 and P-384.
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
 * The same with PEM in memory.
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
 * The same with the file that the environment variable SSLKEYLOGFILE names. Without the variable,
 * nothing changes.
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
 * Why TLS failed, for people, or "" if it did not. Valid as long as the session.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_error(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The application protocol that was agreed on. Returns its length and sets `*proto` to its bytes, which
 * are valid as long as the session. 0 if none is known.
 */
NGTCP2_EXTERN size_t ngtcp2_crypto_rustls_session_alpn(
  const struct ngtcp2_crypto_rustls_session *session, const uint8_t **proto);

/**
 * The name of the cipher suite that was agreed on, such as "TLS_AES_128_GCM_SHA256", or "".
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_cipher(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * The server name that the client asks for, or "". Valid as long as the session.
 */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_server_name(
  const struct ngtcp2_crypto_rustls_session *session);

/**
 * 1 after a handshake that resumed an earlier session, otherwise 0.
 */
NGTCP2_EXTERN int ngtcp2_crypto_rustls_session_resumed(
  const struct ngtcp2_crypto_rustls_session *session);
#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_RUSTLS_H */
