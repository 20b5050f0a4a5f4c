#include "api_calls.h"

#include "null_crypto.h"
#include "writer.h"

/* Packets that calls write, apart from those of the call that is running. */
static uint8_t packet[MAX_PACKET];

static int64_t a_stream(endpoint *e) {
  const event *opened = &e->last[CALLED_recv_stream_data];
  return opened->stream_id;
}

static long long of_pointer(const void *p) { return p != NULL; }

/* Junk on the path in use. */
static long long read_pkt(endpoint *e) {
  uint8_t junk[60];
  ngtcp2_pkt_info info = {0};
  memset(junk, 0x40, sizeof(junk));
  return ngtcp2_conn_read_pkt(e->conn, &e->path.path, &info, junk, sizeof(junk), e->net->now);
}

static long long write_pkt(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  ngtcp2_ssize len;
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_pkt(e->conn, &path.path, &info, packet, PACKET_LEN, e->net->now);
  if (len > 0) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)len);
  }
  return len;
}

static long long send_or_status(endpoint *e, const ngtcp2_path_storage *path, ngtcp2_ssize len) {
  if (len > 0) {
    send_packet(e, &path->path, 0, packet, (size_t)len);
  }
  return len;
}

static long long write_a_stream(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_path_storage_zero(&path);
  return send_or_status(e, &path,
                        ngtcp2_conn_write_stream(e->conn, &path.path, NULL, packet, PACKET_LEN, NULL, 0, -1, NULL, 0,
                                                 e->net->now));
}

static long long writev_a_stream(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_path_storage_zero(&path);
  return send_or_status(e, &path,
                        ngtcp2_conn_writev_stream(e->conn, &path.path, NULL, packet, PACKET_LEN, NULL, 0, -1, NULL, 0,
                                                  e->net->now));
}

static long long write_a_datagram(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_path_storage_zero(&path);
  return send_or_status(e, &path,
                        ngtcp2_conn_write_datagram(e->conn, &path.path, NULL, packet, PACKET_LEN, NULL, 0, 77,
                                                   test_data(), 20, e->net->now));
}

static long long writev_a_datagram(endpoint *e) {
  ngtcp2_vec piece = {(uint8_t *)test_data(), 20};
  ngtcp2_path_storage path;
  ngtcp2_path_storage_zero(&path);
  return send_or_status(e, &path,
                        ngtcp2_conn_writev_datagram(e->conn, &path.path, NULL, packet, PACKET_LEN, NULL, 0, 77, &piece, 1,
                                                    e->net->now));
}

static ngtcp2_ssize write_for_aggregate(ngtcp2_conn *conn, ngtcp2_path *path, ngtcp2_pkt_info *info, uint8_t *dest,
                                        size_t destlen, ngtcp2_tstamp now, void *user_data) {
  (void)user_data;
  return ngtcp2_conn_write_pkt(conn, path, info, dest, destlen, now);
}

static long long write_aggregate_pkt(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  size_t segment = 0;
  ngtcp2_ssize len;
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_aggregate_pkt(e->conn, &path.path, &info, packet, sizeof(packet), &segment,
                                        write_for_aggregate, e->net->now);
  for (ngtcp2_ssize at = 0; at < len; at += (ngtcp2_ssize)segment) {
    size_t left = (size_t)(len - at);
    send_packet(e, &path.path, info.ecn, packet + at, left < segment ? left : segment);
  }
  return len;
}

static long long write_aggregate_pkt2(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  size_t segment = 0;
  ngtcp2_ssize len;
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_aggregate_pkt2(e->conn, &path.path, &info, packet, sizeof(packet), &segment,
                                         write_for_aggregate, 1, e->net->now);
  return send_or_status(e, &path, len);
}

static long long write_connection_close(endpoint *e) {
  ngtcp2_path_storage path;
  ngtcp2_ccerr error;
  ngtcp2_ccerr_default(&error);
  ngtcp2_path_storage_zero(&path);
  return send_or_status(
      e, &path,
      ngtcp2_conn_write_connection_close(e->conn, &path.path, NULL, packet, sizeof(packet), &error, e->net->now));
}

static long long handle_expiry(endpoint *e) { return ngtcp2_conn_handle_expiry(e->conn, e->net->now); }
static long long continue_handshake(endpoint *e) { return ngtcp2_conn_continue_handshake(e->conn, e->net->now); }

static long long initiate_key_update(endpoint *e) { return ngtcp2_conn_initiate_key_update(e->conn, e->net->now); }

/* Filled in where it stands: it points into itself. */
static void another_path(const endpoint *e, ngtcp2_path_storage *path) {
  path_between(path, e->is_server, e->is_server ? SERVER_PORT : CLIENT_PORT + 50, e->is_server ? CLIENT_PORT : SERVER_PORT);
}
static long long initiate_migration(endpoint *e) {
  ngtcp2_path_storage path;
  another_path(e, &path);
  return ngtcp2_conn_initiate_migration(e->conn, &path.path, e->net->now);
}
static long long initiate_immediate_migration(endpoint *e) {
  ngtcp2_path_storage path;
  another_path(e, &path);
  return ngtcp2_conn_initiate_immediate_migration(e->conn, &path.path, e->net->now);
}

static long long open_bidi_stream(endpoint *e) {
  int64_t id;
  return ngtcp2_conn_open_bidi_stream(e->conn, &id, NULL);
}
static long long open_uni_stream(endpoint *e) {
  int64_t id;
  return ngtcp2_conn_open_uni_stream(e->conn, &id, NULL);
}
static long long shutdown_stream(endpoint *e) { return ngtcp2_conn_shutdown_stream(e->conn, 0, a_stream(e), 7); }
static long long shutdown_stream_read(endpoint *e) {
  return ngtcp2_conn_shutdown_stream_read(e->conn, 0, a_stream(e), 7);
}
static long long shutdown_stream_write(endpoint *e) {
  return ngtcp2_conn_shutdown_stream_write(e->conn, 0, a_stream(e), 7);
}
static long long set_stream_user_data(endpoint *e) {
  return ngtcp2_conn_set_stream_user_data(e->conn, a_stream(e), e);
}
static long long extend_max_stream_offset(endpoint *e) {
  return ngtcp2_conn_extend_max_stream_offset(e->conn, a_stream(e), 10);
}
static long long extend_max_offset(endpoint *e) { return ngtcp2_conn_extend_max_offset(e->conn, 10), VOID; }
static long long extend_max_streams_bidi(endpoint *e) { return ngtcp2_conn_extend_max_streams_bidi(e->conn, 1), VOID; }
static long long extend_max_streams_uni(endpoint *e) { return ngtcp2_conn_extend_max_streams_uni(e->conn, 1), VOID; }

static long long submit_new_token(endpoint *e) { return ngtcp2_conn_submit_new_token(e->conn, test_data(), 20); }
static long long submit_crypto_data(endpoint *e) {
  return ngtcp2_conn_submit_crypto_data(e->conn, NGTCP2_ENCRYPTION_LEVEL_1RTT, test_data(), 0);
}
static long long set_local_transport_params(endpoint *e) {
  return ngtcp2_conn_set_local_transport_params(e->conn, &e->params);
}
static long long decode_and_set_0rtt_transport_params(endpoint *e) {
  return ngtcp2_conn_decode_and_set_0rtt_transport_params(e->conn, test_data(), 0);
}
static long long tls_early_data_rejected(endpoint *e) { return ngtcp2_conn_tls_early_data_rejected(e->conn); }
static long long set_keep_alive_timeout(endpoint *e) {
  return ngtcp2_conn_set_keep_alive_timeout(e->conn, 10 * SECOND), VOID;
}
static long long update_pkt_tx_time(endpoint *e) { return ngtcp2_conn_update_pkt_tx_time(e->conn, e->net->now), VOID; }
static long long set_tls_alert(endpoint *e) { return ngtcp2_conn_set_tls_alert(e->conn, 0), VOID; }
static long long set_tls_error(endpoint *e) { return ngtcp2_conn_set_tls_error(e->conn, 0), VOID; }
static long long set_tls_native_handle(endpoint *e) { return ngtcp2_conn_set_tls_native_handle(e->conn, e), VOID; }
static long long set_path_user_data(endpoint *e) { return ngtcp2_conn_set_path_user_data(e->conn, e), VOID; }
static long long set_local_addr(endpoint *e) {
  return ngtcp2_conn_set_local_addr(e->conn, &e->path.path.local), VOID;
}

/* Keys that are not wanted any more, or not yet: given back if they were not taken. */
static long long kept(endpoint *e, key_set *keys, int status) {
  if (status) {
    key_set_delete(e, keys);
  }
  return status;
}
static long long install_rx_key(endpoint *e) {
  static const uint8_t secret[SECRET_LEN];
  key_set keys = key_set_new(e, 1);
  return kept(e, &keys, ngtcp2_conn_install_rx_key(e->conn, secret, 0, &keys.aead, keys.iv, IV_LEN, &keys.header));
}

static long long install_tx_key(endpoint *e) {
  static const uint8_t secret[SECRET_LEN];
  key_set keys = key_set_new(e, 1);
  return kept(e, &keys, ngtcp2_conn_install_tx_key(e->conn, secret, 0, &keys.aead, keys.iv, IV_LEN, &keys.header));
}
static long long install_rx_handshake_key(endpoint *e) {
  key_set keys = key_set_new(e, 1);
  return kept(e, &keys, ngtcp2_conn_install_rx_handshake_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header));
}
static long long install_tx_handshake_key(endpoint *e) {
  key_set keys = key_set_new(e, 1);
  return kept(e, &keys, ngtcp2_conn_install_tx_handshake_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header));
}
static long long install_0rtt_key(endpoint *e) {
  key_set keys = key_set_new(e, 1);
  return kept(e, &keys, ngtcp2_conn_install_0rtt_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header));
}
static long long install_initial_key(endpoint *e) {
  key_set rx = key_set_new(e, 1), tx = key_set_new(e, 2);
  int status = ngtcp2_conn_install_initial_key(e->conn, &rx.aead, rx.iv, &rx.header, &tx.aead, tx.iv, &tx.header, IV_LEN);
  return kept(e, &tx, (int)kept(e, &rx, status));
}
static long long install_vneg_initial_key(endpoint *e) {
  key_set rx = key_set_new(e, 1), tx = key_set_new(e, 2);
  int status = ngtcp2_conn_install_vneg_initial_key(e->conn, NGTCP2_PROTO_VER_V2, &rx.aead, rx.iv, &rx.header, &tx.aead,
                                                    tx.iv, &tx.header, IV_LEN);
  return kept(e, &tx, (int)kept(e, &rx, status));
}

/* The same ones that the connection has. */
static long long set_crypto_ctx(endpoint *e) {
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  return ngtcp2_conn_set_crypto_ctx(e->conn, &ctx), VOID;
}
static long long set_initial_crypto_ctx(endpoint *e) {
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  return ngtcp2_conn_set_initial_crypto_ctx(e->conn, &ctx), VOID;
}
static long long set_0rtt_crypto_ctx(endpoint *e) {
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  return ngtcp2_conn_set_0rtt_crypto_ctx(e->conn, &ctx), VOID;
}
/* Without a context: whether one was taken nobody would tell. */
static long long set_retry_aead(endpoint *e) {
  ngtcp2_crypto_aead aead = null_aead();
  return ngtcp2_conn_set_retry_aead(e->conn, &aead, NULL), VOID;
}
static long long tls_handshake_completed(endpoint *e) { return ngtcp2_conn_tls_handshake_completed(e->conn), VOID; }
static long long decode_and_set_remote_transport_params(endpoint *e) {
  return ngtcp2_conn_decode_and_set_remote_transport_params(e->conn, test_data(), 0);
}

/* Getters have an older name as well, which answers the same. */
static long long both(long long older, long long newer) {
  CHECK_EQ(older, newer);
  return newer;
}

static long long get_conn_info(endpoint *e) {
  ngtcp2_conn_info older, newer;
  ngtcp2_conn_get_conn_info(e->conn, &older);
  ngtcp2_conn_get_conn_info2(e->conn, &newer);
  return both((long long)older.cwnd, (long long)newer.cwnd);
}
static long long get_scid(endpoint *e) {
  return both((long long)ngtcp2_conn_get_scid(e->conn, NULL), (long long)ngtcp2_conn_get_scid2(e->conn, NULL));
}
static long long get_active_dcid(endpoint *e) {
  long long oldest = (long long)ngtcp2_conn_get_active_dcid(e->conn, NULL);
  return both(both(oldest, (long long)ngtcp2_conn_get_active_dcid2(e->conn, NULL)),
              (long long)ngtcp2_conn_get_active_dcid3(e->conn, NULL));
}
static long long get_stream_user_data(endpoint *e) {
  return both(of_pointer(ngtcp2_conn_get_stream_user_data(e->conn, a_stream(e))),
              of_pointer(ngtcp2_conn_get_stream_user_data2(e->conn, a_stream(e))));
}
static long long get_stream_loss_count(endpoint *e) {
  return both((long long)ngtcp2_conn_get_stream_loss_count(e->conn, a_stream(e)),
              (long long)ngtcp2_conn_get_stream_loss_count2(e->conn, a_stream(e)));
}
static long long get_max_stream_data_left(endpoint *e) {
  return both((long long)ngtcp2_conn_get_max_stream_data_left(e->conn, a_stream(e)),
              (long long)ngtcp2_conn_get_max_stream_data_left2(e->conn, a_stream(e)));
}
static long long is_local_stream(endpoint *e) {
  return both(ngtcp2_conn_is_local_stream(e->conn, a_stream(e)), ngtcp2_conn_is_local_stream2(e->conn, a_stream(e)));
}
static long long encode_local_transport_params(endpoint *e) {
  uint8_t bytes[512];
  return both(ngtcp2_conn_encode_local_transport_params(e->conn, bytes, sizeof(bytes)),
              ngtcp2_conn_encode_local_transport_params2(e->conn, bytes, sizeof(bytes)));
}
static long long encode_0rtt_transport_params(endpoint *e) {
  uint8_t bytes[512];
  return both(ngtcp2_conn_encode_0rtt_transport_params(e->conn, bytes, sizeof(bytes)),
              ngtcp2_conn_encode_0rtt_transport_params2(e->conn, bytes, sizeof(bytes)));
}
static long long get_timestamp(endpoint *e) { return (long long)ngtcp2_conn_get_timestamp(e->conn); }

#define NUMBER(function)                                                                           \
  static long long function(endpoint *e) {                                                         \
    return both((long long)ngtcp2_conn_##function(e->conn), (long long)ngtcp2_conn_##function##2(e->conn)); \
  }
#define POINTER(function)                                                                          \
  static long long function(endpoint *e) {                                                         \
    return both(of_pointer(ngtcp2_conn_##function(e->conn)), of_pointer(ngtcp2_conn_##function##2(e->conn))); \
  }
NUMBER(get_expiry)
NUMBER(get_pto)
NUMBER(get_cwnd_left)
NUMBER(get_send_quantum)
NUMBER(get_max_data_left)
NUMBER(get_streams_bidi_left)
NUMBER(get_streams_uni_left)
NUMBER(get_handshake_completed)
NUMBER(get_tls_early_data_rejected)
NUMBER(get_tls_error)
NUMBER(get_tls_alert)
NUMBER(get_client_chosen_version)
NUMBER(get_negotiated_version)
NUMBER(get_max_tx_udp_payload_size)
NUMBER(get_path_max_tx_udp_payload_size)
NUMBER(in_closing_period)
NUMBER(in_draining_period)
NUMBER(is_server)
NUMBER(after_retry)
POINTER(get_dcid)
POINTER(get_client_initial_dcid)
POINTER(get_path)
POINTER(get_ccerr)
POINTER(get_local_transport_params)
POINTER(get_remote_transport_params)
POINTER(get_crypto_ctx)
POINTER(get_initial_crypto_ctx)
POINTER(get_0rtt_crypto_ctx)
POINTER(get_tls_native_handle)

#define REFUSED NGTCP2_ERR_INVALID_STATE
#define DRIVE(name, tells, ends)                                                                   \
  { #name, DRIVES, REFUSED, tells, ends, name }
#define CHANGE(name, tells)                                                                        \
  { #name, CHANGES, REFUSED, tells, 0, name }
#define END(name)                                                                                  \
  { #name, CHANGES, REFUSED, 0, 1, name }
#define SET(name)                                                                                  \
  { #name, CHANGES, VOID, 0, 0, name }
#define GET(name, neutral, tells)                                                                  \
  { #name, OBSERVES, neutral, tells, 0, name }

const api_call api_calls[] = {
    DRIVE(read_pkt, 1, 0),
    DRIVE(write_pkt, 1, 0),
    DRIVE(write_a_stream, 1, 0),
    DRIVE(writev_a_stream, 1, 0),
    DRIVE(write_a_datagram, 0, 0),
    DRIVE(writev_a_datagram, 0, 0),
    DRIVE(write_aggregate_pkt, 1, 0),
    DRIVE(write_aggregate_pkt2, 1, 0),
    DRIVE(write_connection_close, 0, 1),
    DRIVE(handle_expiry, 1, 0),
    DRIVE(continue_handshake, 0, 0),
    DRIVE(initiate_key_update, 0, 0),
    DRIVE(initiate_migration, 0, 1),
    DRIVE(initiate_immediate_migration, 0, 1),
    CHANGE(open_bidi_stream, 1),
    CHANGE(open_uni_stream, 1),
    {"shutdown_stream", CHANGES, REFUSED, 1, 1, shutdown_stream},
    {"shutdown_stream_read", CHANGES, REFUSED, 1, 1, shutdown_stream_read},
    {"shutdown_stream_write", CHANGES, REFUSED, 1, 1, shutdown_stream_write},
    CHANGE(set_stream_user_data, 1),
    CHANGE(extend_max_stream_offset, 1),
    SET(extend_max_offset),
    SET(extend_max_streams_bidi),
    SET(extend_max_streams_uni),
    CHANGE(submit_new_token, 0),
    CHANGE(submit_crypto_data, 0),
    CHANGE(set_local_transport_params, 0),
    END(decode_and_set_0rtt_transport_params),
    END(decode_and_set_remote_transport_params),
    END(tls_early_data_rejected),
    END(install_initial_key),
    END(install_vneg_initial_key),
    END(install_rx_handshake_key),
    END(install_tx_handshake_key),
    END(install_0rtt_key),
    END(install_rx_key),
    END(install_tx_key),
    {"tls_handshake_completed", CHANGES, VOID, 0, 1, tls_handshake_completed},
    SET(set_keep_alive_timeout),
    SET(update_pkt_tx_time),
    SET(set_tls_alert),
    SET(set_tls_error),
    SET(set_tls_native_handle),
    SET(set_path_user_data),
    SET(set_local_addr),
    SET(set_crypto_ctx),
    SET(set_initial_crypto_ctx),
    SET(set_0rtt_crypto_ctx),
    SET(set_retry_aead),
    GET(get_conn_info, 0, 1),
    GET(get_scid, 0, 1),
    GET(get_active_dcid, 0, 0),
    GET(get_stream_user_data, 0, 0),
    GET(get_stream_loss_count, 0, 0),
    GET(get_max_stream_data_left, 0, 0),
    GET(is_local_stream, 0, 0),
    GET(encode_local_transport_params, REFUSED, 1),
    GET(encode_0rtt_transport_params, REFUSED, 0),
    GET(get_expiry, -1, 0),
    GET(get_pto, 0, 1),
    GET(get_timestamp, 0, 1),
    GET(get_cwnd_left, 0, 0),
    GET(get_send_quantum, 0, 0),
    GET(get_max_data_left, 0, 0),
    GET(get_streams_bidi_left, 0, 0),
    GET(get_streams_uni_left, 0, 0),
    GET(get_handshake_completed, 0, 0),
    GET(get_tls_early_data_rejected, 0, 0),
    GET(get_tls_error, 0, 0),
    GET(get_tls_alert, 0, 0),
    GET(get_client_chosen_version, 0, 1),
    GET(get_negotiated_version, 0, 0),
    GET(get_max_tx_udp_payload_size, PACKET_LEN, 1),
    GET(get_path_max_tx_udp_payload_size, PACKET_LEN, 0),
    GET(in_closing_period, 0, 0),
    GET(in_draining_period, 0, 0),
    GET(is_server, 0, 0),
    GET(after_retry, 0, 0),
    GET(get_dcid, 1, 0),
    GET(get_client_initial_dcid, 1, 0),
    GET(get_path, 1, 0),
    GET(get_ccerr, 1, 0),
    GET(get_local_transport_params, 1, 0),
    GET(get_remote_transport_params, 0, 0),
    GET(get_crypto_ctx, 0, 0),
    GET(get_initial_crypto_ctx, 0, 0),
    GET(get_0rtt_crypto_ctx, 0, 0),
    GET(get_tls_native_handle, 0, 0),
};
const size_t api_call_count = sizeof(api_calls) / sizeof(api_calls[0]);

const api_call *api_call_named(const char *name) {
  for (size_t i = 0; i < api_call_count; i++) {
    if (strcmp(api_calls[i].name, name) == 0) {
      return &api_calls[i];
    }
  }
  FAIL("no call is named %s", name);
}
