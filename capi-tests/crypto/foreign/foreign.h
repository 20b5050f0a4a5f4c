/* An endpoint of the C library with one of its own helpers, behind functions. It is loaded into a namespace of its own,
 * because all helpers have the same function names. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>
#include <stdint.h>

typedef struct foreign_options {
  int is_server;
  const char *ca, *cert, *key; /* PEM files; no certificate for a client if NULL */
  int wants_client_cert;
  const char *suite;  /* "TLS_AES_128_GCM_SHA256", or NULL for any */
  const char *groups; /* "X25519", "P-256", or NULL for any; colon separated */
  int early_data;     /* offered or accepted */
  int no_resumption;  /* a client forgets its tickets */
} foreign_options;

typedef struct foreign_wish {
  uint32_t version, preferred_version; /* 0: none */
  int retry, update_key;
  size_t echo_len; /* what a client sends and wants to have back */
} foreign_wish;

typedef struct foreign_result {
  int completed, error, alert; /* the library's error of this side, and the alert that goes with it or -1 */
  int peer_alert;              /* -1 if the peer has not closed with one */
  int resumed, early_rejected, echoed, keys_updated;
  size_t early_received;
  uint32_t version;
} foreign_result;

typedef struct foreign_api {
  const char *name;
  size_t own_size; /* what a connection takes here, beside the library and TLS */
  /* What lives longer than a connection: configuration, tickets. NULL on failure, which is on stderr. */
  void *(*context_new)(const foreign_options *options);
  void (*context_del)(void *context);
  void *(*conn_new)(void *context, const foreign_wish *wish, uint64_t now);
  void (*conn_del)(void *conn);
  void (*read)(void *conn, const uint8_t *data, size_t len, uint64_t now);
  size_t (*write)(void *conn, uint8_t *dest, size_t destlen, uint64_t now);
  uint64_t (*expiry)(void *conn);
  void (*handle_expiry)(void *conn, uint64_t now);
  void (*result)(void *conn, foreign_result *result);
} foreign_api;

const foreign_api *foreign_get_api(void);

#endif
