/* libngtcp2_crypto_rustls: ngtcp2 over rustls. */
#ifndef NGTCP2_CRYPTO_RUSTLS_H
#define NGTCP2_CRYPTO_RUSTLS_H

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ngtcp2_crypto_rustls.h, final form of the first version (only additions to the draft; nothing renamed).
 *
 * Results: 0, or a negative ngtcp2 error code:
 *   NGTCP2_ERR_INVALID_ARGUMENT  NULL or empty argument
 *   NGTCP2_ERR_CRYPTO            what was given is no good (PEM garbage, key and certificate do not match, unreadable file,
 *                                no certificate set, no trust anchors, bad server name, ...): read the _error() text
 *   NGTCP2_ERR_INTERNAL          a bug of the library, caught at the ABI
 * The text of the last failure is kept in the object; the pointer is valid until the next failing call on that object.
 * A configuration may be changed at any time: sessions made later see the change, older ones keep what they had.
 * Configurations may be deleted before their sessions. */
typedef struct ngtcp2_crypto_rustls_client ngtcp2_crypto_rustls_client;   /* configuration, shared by connections */
typedef struct ngtcp2_crypto_rustls_server ngtcp2_crypto_rustls_server;
typedef struct ngtcp2_crypto_rustls_session ngtcp2_crypto_rustls_session; /* one per connection: the TLS native handle */

/* One line of the NSS key log format, without newline, NUL terminated. Called after the TLS engine has returned. */
typedef void (*ngtcp2_crypto_rustls_keylog)(const char *line, void *user_data);

/* what ngtcp2_crypto_md_init takes as |md_native_handle|, cast to void * */
#define NGTCP2_CRYPTO_RUSTLS_MD_SHA256 1
#define NGTCP2_CRYPTO_RUSTLS_MD_SHA384 2

NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_new(ngtcp2_crypto_rustls_client **pclient);
NGTCP2_EXTERN void ngtcp2_crypto_rustls_client_del(ngtcp2_crypto_rustls_client *client);                       /* NULL is fine */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_client_error(const ngtcp2_crypto_rustls_client *client);       /* "" when none */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_add_system_roots(ngtcp2_crypto_rustls_client *client);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_add_ca_file(ngtcp2_crypto_rustls_client *client, const char *path);          /* PEM */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_add_ca_pem(ngtcp2_crypto_rustls_client *client, const uint8_t *pem, size_t len);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_cert_files(ngtcp2_crypto_rustls_client *client, const char *cert, const char *key);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_cert_pem(ngtcp2_crypto_rustls_client *client, const uint8_t *cert, size_t certlen, const uint8_t *key, size_t keylen);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_add_alpn(ngtcp2_crypto_rustls_client *client, const uint8_t *proto, size_t len); /* "h3", 2 */
/* colon separated, in order of preference: TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_cipher_suites(ngtcp2_crypto_rustls_client *client, const char *names);
/* colon separated, in order of preference: X25519 P-256 P-384 */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_groups(ngtcp2_crypto_rustls_client *client, const char *names);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_keylog_file(ngtcp2_crypto_rustls_client *client, const char *path);      /* appended */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_keylog_env(ngtcp2_crypto_rustls_client *client);           /* $SSLKEYLOGFILE; 0 and nothing done when unset */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_set_keylog_callback(ngtcp2_crypto_rustls_client *client, ngtcp2_crypto_rustls_keylog keylog, void *user_data); /* NULL clears */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_client_dangerous_disable_verification(ngtcp2_crypto_rustls_client *client);

NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_new(ngtcp2_crypto_rustls_server **pserver);
NGTCP2_EXTERN void ngtcp2_crypto_rustls_server_del(ngtcp2_crypto_rustls_server *server);
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_server_error(const ngtcp2_crypto_rustls_server *server);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_cert_files(ngtcp2_crypto_rustls_server *server, const char *cert, const char *key);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_cert_pem(ngtcp2_crypto_rustls_server *server, const uint8_t *cert, size_t certlen, const uint8_t *key, size_t keylen);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_add_alpn(ngtcp2_crypto_rustls_server *server, const uint8_t *proto, size_t len);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_cipher_suites(ngtcp2_crypto_rustls_server *server, const char *names);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_groups(ngtcp2_crypto_rustls_server *server, const char *names);
/* client certificates: asked for once a CA is given; refused when absent if |required| is nonzero */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_client_ca_file(ngtcp2_crypto_rustls_server *server, const char *path, int required);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_client_ca_pem(ngtcp2_crypto_rustls_server *server, const uint8_t *pem, size_t len, int required);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_keylog_file(ngtcp2_crypto_rustls_server *server, const char *path);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_keylog_env(ngtcp2_crypto_rustls_server *server);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_server_set_keylog_callback(ngtcp2_crypto_rustls_server *server, ngtcp2_crypto_rustls_keylog keylog, void *user_data);

/* |server_name| is a DNS name or an IP address. |conn_ref| may be NULL (the connection given to the generic callbacks is used);
 * otherwise it must live as long as the session. On failure *psession is NULL and the text is in the configuration's _error(). */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_session_client_new(ngtcp2_crypto_rustls_session **psession, ngtcp2_crypto_rustls_client *client,
                                             const char *server_name, ngtcp2_crypto_conn_ref *conn_ref);
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_session_server_new(ngtcp2_crypto_rustls_session **psession, ngtcp2_crypto_rustls_server *server,
                                             ngtcp2_crypto_conn_ref *conn_ref);
NGTCP2_EXTERN void ngtcp2_crypto_rustls_session_del(ngtcp2_crypto_rustls_session *session);                    /* NULL is fine; after ngtcp2_conn_del */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_error(const ngtcp2_crypto_rustls_session *session);    /* text of the TLS failure, "" when none */
NGTCP2_EXTERN size_t ngtcp2_crypto_rustls_session_alpn(const ngtcp2_crypto_rustls_session *session, const uint8_t **proto); /* 0 before it is known */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_cipher(const ngtcp2_crypto_rustls_session *session);   /* "TLS_AES_128_GCM_SHA256", "" before */
NGTCP2_EXTERN const char *ngtcp2_crypto_rustls_session_server_name(const ngtcp2_crypto_rustls_session *session); /* SNI asked for / received, "" when none */
NGTCP2_EXTERN int  ngtcp2_crypto_rustls_session_resumed(const ngtcp2_crypto_rustls_session *session);         /* 1 after a resumed handshake */
/* use: ngtcp2_conn_set_tls_native_handle(conn, session) and the generic ngtcp2_crypto_* callbacks of ngtcp2_crypto.h */

#ifdef __cplusplus
}
#endif

#endif
