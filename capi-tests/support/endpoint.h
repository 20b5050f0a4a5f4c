/* One end of a connection under test: its settings, its callbacks, and what they saw. */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "allocator.h"
#include "check.h"
#include "numbers.h"

#define MS NGTCP2_MILLISECONDS
#define SECOND NGTCP2_SECONDS

/* Every callback that the library can call, in the order of ngtcp2_callbacks, and the other call-outs. */
#define CALLOUTS(X)                                                                                \
  X(client_initial)                                                                                \
  X(recv_client_initial)                                                                           \
  X(recv_crypto_data)                                                                              \
  X(handshake_completed)                                                                           \
  X(recv_version_negotiation)                                                                      \
  X(encrypt)                                                                                       \
  X(decrypt)                                                                                       \
  X(hp_mask)                                                                                       \
  X(recv_stream_data)                                                                              \
  X(acked_stream_data_offset)                                                                      \
  X(stream_open)                                                                                   \
  X(stream_close)                                                                                  \
  X(recv_stateless_reset)                                                                          \
  X(recv_retry)                                                                                    \
  X(extend_max_local_streams_bidi)                                                                 \
  X(extend_max_local_streams_uni)                                                                  \
  X(rand)                                                                                          \
  X(get_new_connection_id)                                                                         \
  X(remove_connection_id)                                                                          \
  X(update_key)                                                                                    \
  X(path_validation)                                                                               \
  X(stream_reset)                                                                                  \
  X(extend_max_remote_streams_bidi)                                                                \
  X(extend_max_remote_streams_uni)                                                                 \
  X(extend_max_data)                                                                               \
  X(extend_max_stream_data)                                                                        \
  X(dcid_status)                                                                                   \
  X(handshake_confirmed)                                                                           \
  X(recv_new_token)                                                                                \
  X(delete_crypto_aead_ctx)                                                                        \
  X(delete_crypto_cipher_ctx)                                                                      \
  X(recv_datagram)                                                                                 \
  X(ack_datagram)                                                                                  \
  X(lost_datagram)                                                                                 \
  X(get_path_challenge_data)                                                                       \
  X(stream_stop_sending)                                                                           \
  X(version_negotiation)                                                                           \
  X(recv_rx_key)                                                                                   \
  X(recv_tx_key)                                                                                   \
  X(tls_early_data_rejected)                                                                       \
  X(begin_path_validation)                                                                         \
  X(recv_stop_sending)                                                                             \
  X(allocation)                                                                                    \
  X(log_line)                                                                                      \
  X(qlog_record)

typedef enum callout {
#define X(name) CALLED_##name,
  CALLOUTS(X)
#undef X
    CALLOUT_COUNT
} callout;

const char *callout_name(callout which);

/* One call of a callback. Fields that it does not have are 0. */
typedef struct event {
  callout which;
  int64_t stream_id;
  uint64_t offset;
  uint64_t len; /* of data; the limit of extend_max_*; the result of path_validation */
  uint32_t flags;
  uint64_t error_code;
  const uint8_t *data;
  void *stream_user_data;
} event;

/* More than any scripted life has. */
#define MAX_JOURNAL 8192
/* What a TLS level of the bench can carry. */
#define MAX_CRYPTO_DATA 65536
#define MAX_CIDS 64
#define LEVELS 4

typedef struct crypto_input {
  uint8_t data[MAX_CRYPTO_DATA];
  size_t len, parsed;
} crypto_input;

/* The state of the bench's TLS (tls.c). */
typedef struct tls {
  crypto_input input[LEVELS];
  uint8_t client_random[8], server_random[8];
  uint64_t handshake_secret;
  size_t client_hello_padding, certificate_len;
  int offer_early_data, accept_early_data, early_data_accepted;
  /* A rejection is not reported while TLS runs: the test does that. */
  int tells_rejection_late;
  int completes_late; /* a client's: that it is complete is not reported while TLS runs: the test does that */
  uint8_t alert; /* the server refuses the ClientHello with it; 0: it does not */
} tls;

typedef struct endpoint endpoint;

/* Looks at an event after the bench has done its part; what it returns, the callback returns. */
typedef int (*observer)(endpoint *e, const event *seen);

struct endpoint {
  struct network *net;
  const char *name;
  int is_server;

  ngtcp2_conn *conn;
  ngtcp2_callbacks callbacks;
  /* What version 6 adds to the struct; it stands right behind the others. */
  int (*extend_max_data)(ngtcp2_conn *conn, uint64_t max_data, void *user_data);
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  int callbacks_version, settings_version;
  ngtcp2_path_storage path; /* that the connection began on */
  ngtcp2_cid client_dcid;   /* of the client's first Initial packet */
  allocator heap;
  tls tls;
  uint64_t max_encryption;
  generator library_random, bench_random;
  ngtcp2_cid cids[MAX_CIDS]; /* ours that the library knows */
  size_t cid_count;

  int live_keys; /* contexts that the library has not given back */
  int error;     /* the first error of the library, after which the network leaves the end alone */

  observer observe;
  void *context; /* of the observer */
  /* An application on the endpoint (transfer.h): sees events first, and writes in the place of flush. */
  observer application;
  int (*write)(endpoint *e);
  struct transfer *transfer;
  int nesting;   /* callbacks that are running */
  int is_being_deleted; /* by endpoint_delete */
  int is_deleted; /* conn_del was called: no callback may follow but those that give keys back */
  uint32_t forged; /* packets that read_forged made for it */
  uint32_t count[CALLOUT_COUNT];
  event last[CALLOUT_COUNT];
  uint8_t journal[MAX_JOURNAL];
  size_t journal_len;
};

/* An endpoint with the settings that most tests use. */
void endpoint_init(endpoint *e, struct network *net, int is_server);

/* ngtcp2_conn_client_new and ngtcp2_conn_server_new. */
int client_new(endpoint *e, uint32_t version);
int server_new(endpoint *e, const ngtcp2_pkt_hd *header, const ngtcp2_cid *original_dcid, uint16_t client_port);

/* ngtcp2_conn_del, and checks that everything was given back. */
void endpoint_delete(endpoint *e);

/* Counts the event, shows it to the observer. What each callback of the bench ends in. */
int endpoint_saw(endpoint *e, const event *seen);

/* The callbacks in the newest version of the struct, as one block of memory. */
const ngtcp2_callbacks *callbacks_of(const endpoint *e);

#ifdef REFERENCE
#define CALLBACKS_LEN sizeof(ngtcp2_callbacks)
#else
#define CALLBACKS_LEN (sizeof(ngtcp2_callbacks) + sizeof(((endpoint *)0)->extend_max_data))
#endif

/* The generations that both the tests and the library know. */
int newest_callbacks_version(void);
int newest_settings_version(void);
int newest_conn_info_version(void);

#endif
