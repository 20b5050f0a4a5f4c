#include "endpoint.h"

#include "callbacks.h"
#include "network.h"
#include "null_crypto.h"

#define CLIENT_DCID_LEN 18
#define CLIENT_SCID_LEN 8
#define SERVER_SCID_LEN 10

const char *callout_name(callout which) {
  static const char *const names[] = {
#define X(name) #name,
      CALLOUTS(X)
#undef X
  };
  return which < CALLOUT_COUNT ? names[which] : "none";
}

static int minor_version(void) { return ngtcp2_version(0)->version_num >> 8 & 0xff; }

_Static_assert(offsetof(endpoint, extend_max_data) == offsetof(endpoint, callbacks) + sizeof(ngtcp2_callbacks),
               "the newest callback follows the others");

const ngtcp2_callbacks *callbacks_of(const endpoint *e) {
  return (const ngtcp2_callbacks *)((const char *)e + offsetof(endpoint, callbacks));
}

int newest_callbacks_version(void) {
  int minor = minor_version();
#ifndef REFERENCE
  /* Of 1.26: ahead of the headers. */
  if (minor >= 25) {
    return 6;
  }
#endif
  return minor >= 25 ? 5 : minor >= 24 ? 4 : minor >= 22 ? 3 : minor >= 14 ? 2 : 1;
}

int newest_settings_version(void) {
  int minor = minor_version();
  return minor >= 23 ? 4 : minor >= 15 ? 3 : minor >= 4 ? 2 : 1;
}

int newest_conn_info_version(void) { return minor_version() >= 16 ? 2 : 1; }

/* What may still be called once conn_del was: nothing may come from the peer or a timer any more. */
static int may_follow_deletion(callout which) {
  return which == CALLED_delete_crypto_aead_ctx || which == CALLED_delete_crypto_cipher_ctx ||
         which == CALLED_qlog_record || which == CALLED_allocation;
}

int endpoint_saw(endpoint *e, const event *seen) {
  int status;
  if (e->is_deleted && !may_follow_deletion(seen->which)) {
    FAIL("%s: %s was called after conn_del", e->name, callout_name(seen->which));
  }
  e->count[seen->which]++;
  e->last[seen->which] = *seen;
  if (e->journal_len < MAX_JOURNAL) {
    e->journal[e->journal_len++] = (uint8_t)seen->which;
  }
  e->nesting++;
  status = e->application ? e->application(e, seen) : 0;
  if (!status && e->observe) {
    status = e->observe(e, seen);
  }
  e->nesting--;
  return status;
}

static void on_allocation(void *context) {
  event seen = {.which = CALLED_allocation};
  endpoint_saw(context, &seen);
}

void endpoint_init(endpoint *e, network *net, int is_server) {
  memset(e, 0, sizeof(*e));
  e->net = net;
  e->name = is_server ? "server" : "client";
  e->is_server = is_server;
  e->library_random.state = hash_pair(net->seed, 10 + (uint64_t)is_server);
  e->bench_random.state = hash_pair(net->seed, 20 + (uint64_t)is_server);
  e->max_encryption = UINT64_C(1) << 40;
  e->tls.client_hello_padding = 200;
  e->tls.certificate_len = 2500;
  e->write = flush;
  allocator_init(&e->heap);
  e->heap.visit = on_allocation;
  e->heap.visit_context = e;
  e->callbacks_version = newest_callbacks_version();
  e->settings_version = newest_settings_version();
  set_callbacks(e);
  ngtcp2_settings_default_versioned(e->settings_version, &e->settings);
  ngtcp2_transport_params_default(&e->params);
  e->settings.initial_ts = net->now;
  e->settings.rand_ctx.native_handle = e;
  e->params.initial_max_stream_data_bidi_local = 256 * 1024;
  e->params.initial_max_stream_data_bidi_remote = 256 * 1024;
  e->params.initial_max_stream_data_uni = 256 * 1024;
  e->params.initial_max_data = 1024 * 1024;
  e->params.initial_max_streams_bidi = 16;
  e->params.initial_max_streams_uni = 16;
  e->params.max_idle_timeout = 30 * SECOND;
  e->params.active_connection_id_limit = 7;
  e->params.max_datagram_frame_size = 65535;
}

static ngtcp2_cid new_cid(endpoint *e, size_t len) {
  ngtcp2_cid cid;
  memset(&cid, 0, sizeof(cid));
  cid.datalen = len;
  random_bytes(&e->bench_random, cid.data, len);
  return cid;
}

int client_new(endpoint *e, uint32_t version) {
  ngtcp2_cid scid;
  ngtcp2_crypto_aead aead = null_aead();
  ngtcp2_crypto_aead_ctx retry_key;
  int status;
  e->client_dcid = new_cid(e, CLIENT_DCID_LEN);
  scid = new_cid(e, CLIENT_SCID_LEN);
  path_between(&e->path, 0, CLIENT_PORT, SERVER_PORT);
  status = ngtcp2_conn_client_new_versioned(&e->conn, &e->client_dcid, &scid, &e->path.path, version,
                                            e->callbacks_version, callbacks_of(e), e->settings_version, &e->settings,
                                            NGTCP2_TRANSPORT_PARAMS_VERSION, &e->params, &e->heap.mem, e);
  if (status) {
    CHECK(e->conn == NULL);
    return status;
  }
  e->cids[e->cid_count++] = scid;
  retry_key.native_handle = key_new(e, retry_secret());
  ngtcp2_conn_set_retry_aead(e->conn, &aead, &retry_key);
  return 0;
}

int server_new(endpoint *e, const ngtcp2_pkt_hd *header, const ngtcp2_cid *original_dcid, uint16_t client_port) {
  ngtcp2_cid scid = new_cid(e, SERVER_SCID_LEN);
  int status;
  path_between(&e->path, 1, SERVER_PORT, client_port);
  e->params.original_dcid = original_dcid ? *original_dcid : header->dcid;
  e->params.original_dcid_present = 1;
  if (original_dcid) {
    e->params.retry_scid = header->dcid;
    e->params.retry_scid_present = 1;
  }
  e->params.stateless_reset_token_present = 1;
  token_for(&scid, e->params.stateless_reset_token);
  e->settings.initial_ts = e->net->now;
  status = ngtcp2_conn_server_new_versioned(&e->conn, &header->scid, &scid, &e->path.path, header->version,
                                            e->callbacks_version, callbacks_of(e), e->settings_version, &e->settings,
                                            NGTCP2_TRANSPORT_PARAMS_VERSION, &e->params, &e->heap.mem, e);
  if (status) {
    CHECK(e->conn == NULL);
    return status;
  }
  e->cids[e->cid_count++] = scid;
  return 0;
}

void endpoint_delete(endpoint *e) {
  if (e->conn && !e->is_deleted) {
    e->is_being_deleted = 1;
    ngtcp2_conn_del(e->conn);
  }
  e->conn = NULL;
  CHECK_EQ(e->heap.live, 0);
  CHECK_EQ(e->heap.live_bytes, 0);
  CHECK_EQ(e->heap.foreign, 0);
  CHECK_EQ(e->live_keys, 0);
}
