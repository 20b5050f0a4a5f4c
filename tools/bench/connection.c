#include <netinet/in.h>
#include <string.h>

#include "common.h"
#include "crypto.h"
#include "pair.h"

#define CLIENT_PORT 1111
#define SERVER_PORT 4433
#define ORIGINAL_DCID_LEN 18
#define SCID_LEN 8
#define STREAMS_ALLOWED_MIN 100

/* -- Struct generations: the newest that the loaded library knows, which may be older than our headers ------------- */

struct generations {
  int callbacks, settings, conn_info;
};

static const struct generations *generations(void)
{
  static const struct generations first = {NGTCP2_CALLBACKS_V1, NGTCP2_SETTINGS_V1, NGTCP2_CONN_INFO_V1};
  static const struct generations of_1_24 = {NGTCP2_CALLBACKS_V4, NGTCP2_SETTINGS_V4, NGTCP2_CONN_INFO_V2};
  static const struct generations of_1_25 = {NGTCP2_CALLBACKS_V5, NGTCP2_SETTINGS_V4, NGTCP2_CONN_INFO_V2};
  int version = ngtcp2_version(0)->version_num;
  return version >= 0x011900 ? &of_1_25 : version >= 0x011800 ? &of_1_24 : &first;
}

/* -- What the library asks for ------------------------------------------------------------------------------------- */

static void on_rand(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *ctx)
{
  struct pair *pair = ctx->native_handle;
  fill_random(&pair->random, dest, len);
}

static int on_new_connection_id(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token, size_t cid_len, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn;
  fill_random(&endpoint->pair->random, cid->data, cid_len);
  cid->datalen = cid_len;
  fill_random(&endpoint->pair->random, token, NGTCP2_STATELESS_RESET_TOKENLEN);
  return 0;
}

static int on_path_challenge(ngtcp2_conn *conn, uint8_t *data, void *user_data)
{
  struct endpoint *endpoint = user_data;
  (void)conn;
  fill_random(&endpoint->pair->random, data, NGTCP2_PATH_CHALLENGE_DATALEN);
  return 0;
}

/* -- Setup --------------------------------------------------------------------------------------------------------- */

struct setup {
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
};

static void set_callbacks(ngtcp2_callbacks *callbacks)
{
  memset(callbacks, 0, sizeof(*callbacks));
  crypto_callbacks(callbacks);
  application_callbacks(callbacks);
  callbacks->rand = on_rand;
  callbacks->get_new_connection_id = on_new_connection_id;
  callbacks->get_path_challenge_data = on_path_challenge;
}

static void set_settings(ngtcp2_settings *settings, struct pair *pair)
{
  memset(settings, 0, sizeof(*settings));
  ngtcp2_settings_default_versioned(generations()->settings, settings);
  settings->initial_ts = pair->now;
  settings->rand_ctx.native_handle = pair;
  settings->cc_algo = (ngtcp2_cc_algo)pair->options->cc;
  settings->max_tx_udp_payload_size = pair->options->payload;
  settings->no_tx_udp_payload_size_shaping = 1;
  settings->no_pmtud = 1;
}

static void set_params(ngtcp2_transport_params *params, const struct options *options)
{
  uint64_t streams = options->concurrency > 0 ? options->concurrency : options->count;
  ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_V1, params);
  params->initial_max_stream_data_bidi_local = options->stream_kib * 1024;
  params->initial_max_stream_data_bidi_remote = options->stream_kib * 1024;
  params->initial_max_stream_data_uni = options->stream_kib * 1024;
  params->initial_max_data = options->connection_kib * 1024;
  params->initial_max_streams_bidi = streams < STREAMS_ALLOWED_MIN ? STREAMS_ALLOWED_MIN : streams;
  params->initial_max_streams_uni = 3;
  params->max_idle_timeout = 0;
  params->active_connection_id_limit = 7;
  params->max_datagram_frame_size = 65535;
}

static void set_up(struct setup *setup, struct pair *pair)
{
  set_callbacks(&setup->callbacks);
  set_settings(&setup->settings, pair);
  set_params(&setup->params, pair->options);
}

static struct sockaddr_in loopback(uint16_t port)
{
  return (struct sockaddr_in){
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

void endpoint_reset(struct endpoint *endpoint, struct pair *pair, bool is_server)
{
  struct sockaddr_in local = loopback(is_server ? SERVER_PORT : CLIENT_PORT);
  struct sockaddr_in remote = loopback(is_server ? CLIENT_PORT : SERVER_PORT);
  struct stream *streams = endpoint->streams;
  struct message *messages = endpoint->messages;
  memset(endpoint, 0, sizeof(*endpoint));
  endpoint->streams = streams;
  endpoint->messages = messages != NULL ? messages : map_memory(ENCRYPTION_LEVELS * sizeof(*messages));
  for (int level = 0; level < ENCRYPTION_LEVELS; level++) {
    endpoint->messages[level].len = 0;
  }
  endpoint->pair = pair;
  endpoint->is_server = is_server;
  endpoint->sends_bulk = is_server != (pair->options->upload != 0);
  endpoint->out = is_server ? &pair->to_client : &pair->to_server;
  endpoint->in = is_server ? &pair->to_server : &pair->to_client;
  endpoint->expiry = UINT64_MAX;
  ngtcp2_path_storage_init(&endpoint->path, (ngtcp2_sockaddr *)&local, sizeof(local), (ngtcp2_sockaddr *)&remote,
                           sizeof(remote), NULL);
}

static ngtcp2_cid random_cid(struct pair *pair, size_t len)
{
  ngtcp2_cid cid = {.datalen = len};
  fill_random(&pair->random, cid.data, len);
  return cid;
}

static const ngtcp2_mem *memory_of(struct endpoint *endpoint)
{
  return endpoint->pair->counts_memory ? counted_heap_mem(&endpoint->heap) : NULL;
}

void client_connect(struct endpoint *client)
{
  struct setup setup;
  ngtcp2_cid dcid = random_cid(client->pair, ORIGINAL_DCID_LEN);
  ngtcp2_cid scid = random_cid(client->pair, SCID_LEN);
  int error;

  set_up(&setup, client->pair);
  error = ngtcp2_conn_client_new_versioned(&client->conn, &dcid, &scid, &client->path.path, NGTCP2_PROTO_VER_V1,
                                           generations()->callbacks, &setup.callbacks, generations()->settings,
                                           &setup.settings, NGTCP2_TRANSPORT_PARAMS_V1, &setup.params,
                                           memory_of(client), client);
  if (error != 0) {
    die("a client connection: %s", ngtcp2_strerror(error));
  }
  crypto_begin(client);
  client->wake = true;
}

void server_accept(struct endpoint *server, const uint8_t *packet, size_t len)
{
  struct setup setup;
  ngtcp2_version_cid version_cid;
  ngtcp2_pkt_hd header;
  ngtcp2_cid scid;
  int error;

  if (ngtcp2_pkt_decode_version_cid(&version_cid, packet, len, SCID_LEN) != 0 ||
      ngtcp2_accept(&header, packet, len) != 0) {
    die("the first packet is no Initial packet");
  }
  set_up(&setup, server->pair);
  setup.params.original_dcid = header.dcid;
  setup.params.original_dcid_present = 1;
  setup.params.stateless_reset_token_present = 1;
  fill_random(&server->pair->random, setup.params.stateless_reset_token, NGTCP2_STATELESS_RESET_TOKENLEN);
  scid = random_cid(server->pair, SCID_LEN);
  error = ngtcp2_conn_server_new_versioned(&server->conn, &header.scid, &scid, &server->path.path, header.version,
                                           generations()->callbacks, &setup.callbacks, generations()->settings,
                                           &setup.settings, NGTCP2_TRANSPORT_PARAMS_V1, &setup.params,
                                           memory_of(server), server);
  if (error != 0) {
    die("a server connection: %s", ngtcp2_strerror(error));
  }
  crypto_begin(server);
}

void endpoint_close(struct endpoint *endpoint)
{
  ngtcp2_conn_del(endpoint->conn);
  endpoint->conn = NULL;
  crypto_end(endpoint);
}

void endpoint_info(const struct endpoint *endpoint, ngtcp2_conn_info *info)
{
  memset(info, 0, sizeof(*info));
  ngtcp2_conn_get_conn_info_versioned(endpoint->conn, generations()->conn_info, info);
}
