/* QUIC for Node.js: the library has no I/O of its own, so JavaScript keeps the socket and the timer, and this addon passes
 * packets in and out. Node-API, so that one build serves every version of Node.
 *
 *   const connection = connect({host, ca, path, local: {family, address, port}, remote: {...}})
 *   connection.read(packet)     a datagram has come; returns what the server has sent of the file
 *   connection.write()          the datagrams to send now
 *   connection.wait()           milliseconds until the timer, Infinity for none
 *   connection.expire()         the timer has run
 *   connection.state()          "open", "finished" or "refused"
 *   connection.close()          the last datagram
 */
#include <arpa/inet.h>
#include <math.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

#define PACKET_MAX 1452
#define WINDOW (4 << 20)
#define TEXT_MAX 512

struct connection {
  ngtcp2_conn *conn;
  ngtcp2_crypto_rustls_client *config;
  ngtcp2_crypto_rustls_session *tls;
  ngtcp2_crypto_conn_ref ref;
  ngtcp2_path_storage path;
  int64_t stream;
  char request[TEXT_MAX + 8];
  size_t request_len, request_sent;
  bool fin_sent, finished, refused;
  uint8_t *received; /* of the datagram being read */
  size_t received_len, received_room;
};

static ngtcp2_tstamp now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (ngtcp2_tstamp)t.tv_sec * NGTCP2_SECONDS + (ngtcp2_tstamp)t.tv_nsec;
}

/* -- The library's callbacks ---------------------------------------------------------------------------- */

static void fill_random(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *context)
{
  (void)context;
  if (getentropy(dest, len) != 0) {
    abort();
  }
}

static int give_cid(ngtcp2_conn *conn, ngtcp2_cid *cid, ngtcp2_stateless_reset_token *token, size_t len, void *user_data)
{
  (void)conn, (void)user_data;
  cid->datalen = len;
  fill_random(cid->data, len, NULL);
  fill_random(token->data, sizeof(token->data), NULL);
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) { return ((struct connection *)ref->user_data)->conn; }

static int on_handshake(ngtcp2_conn *conn, void *user_data)
{
  return ngtcp2_conn_open_bidi_stream(conn, &((struct connection *)user_data)->stream, NULL);
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, const uint8_t *data, size_t len,
                          void *user_data, void *stream_user_data)
{
  struct connection *c = user_data;
  (void)offset, (void)stream_user_data;
  if (c->received_len + len > c->received_room) {
    size_t room = 2 * (c->received_len + len);
    uint8_t *larger = realloc(c->received, room);
    if (larger == NULL) {
      return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    c->received = larger;
    c->received_room = room;
  }
  if (len > 0) {
    memcpy(c->received + c->received_len, data, len);
    c->received_len += len;
  }
  ngtcp2_conn_extend_max_stream_offset(conn, id, len);
  ngtcp2_conn_extend_max_offset(conn, len);
  c->finished = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
  return 0;
}

static int on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t error, void *user_data,
                           void *stream_user_data)
{
  struct connection *c = user_data;
  (void)conn, (void)flags, (void)id, (void)error, (void)stream_user_data;
  c->refused = !c->finished;
  return 0;
}

/* -- Values from and for JavaScript --------------------------------------------------------------------- */

static napi_value fail(napi_env env, const char *text)
{
  napi_throw_error(env, NULL, text);
  return NULL;
}

static bool get_text(napi_env env, napi_value object, const char *name, char text[TEXT_MAX])
{
  napi_value value;
  size_t len;
  return napi_get_named_property(env, object, name, &value) == napi_ok &&
         napi_get_value_string_utf8(env, value, text, TEXT_MAX, &len) == napi_ok;
}

/* {family: "IPv4", address: "127.0.0.1", port: 4433} */
static bool get_address(napi_env env, napi_value options, const char *name, ngtcp2_sockaddr_union *address,
                        ngtcp2_socklen *len)
{
  napi_value object, value;
  char family[TEXT_MAX], text[TEXT_MAX];
  uint32_t port;
  memset(address, 0, sizeof(*address));
  if (napi_get_named_property(env, options, name, &object) != napi_ok || !get_text(env, object, "family", family) ||
      !get_text(env, object, "address", text) || napi_get_named_property(env, object, "port", &value) != napi_ok ||
      napi_get_value_uint32(env, value, &port) != napi_ok) {
    return false;
  }
  address->in.sin_port = htons((uint16_t)port); /* at the same place for IPv6 */
  if (strcmp(family, "IPv6") == 0) {
    address->sa.sa_family = AF_INET6;
    *len = sizeof(address->in6);
    return inet_pton(AF_INET6, text, &address->in6.sin6_addr) == 1;
  }
  address->sa.sa_family = AF_INET;
  *len = sizeof(address->in);
  return inet_pton(AF_INET, text, &address->in.sin_addr) == 1;
}

static struct connection *of(napi_env env, napi_callback_info info, napi_value *argument)
{
  napi_value self;
  struct connection *c = NULL;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, argument, &self, NULL) != napi_ok ||
      napi_unwrap(env, self, (void **)&c) != napi_ok) {
    napi_throw_error(env, NULL, "not a connection");
    return NULL;
  }
  return c;
}

static napi_value throw_result(napi_env env, struct connection *c, int result)
{
  const char *text = ngtcp2_crypto_rustls_session_error(c->tls);
  return fail(env, *text != '\0' ? text : ngtcp2_strerror(result));
}

/* -- Methods -------------------------------------------------------------------------------------------- */

static napi_value read_packet(napi_env env, napi_callback_info info)
{
  napi_value packet, data;
  void *bytes;
  size_t len;
  struct connection *c = of(env, info, &packet);
  if (c == NULL || napi_get_buffer_info(env, packet, &bytes, &len) != napi_ok) {
    return NULL;
  }
  c->received_len = 0;
  int result = ngtcp2_conn_read_pkt(c->conn, &c->path.path, NULL, bytes, len, now());
  if (result != 0) {
    return throw_result(env, c, result);
  }
  napi_create_buffer_copy(env, c->received_len, c->received, NULL, &data);
  return data;
}

static napi_value write_packets(napi_env env, napi_callback_info info)
{
  napi_value packets, ignored;
  struct connection *c = of(env, info, &ignored);
  uint32_t count = 0;
  if (c == NULL || napi_create_array(env, &packets) != napi_ok) {
    return NULL;
  }
  for (;;) {
    uint8_t packet[PACKET_MAX];
    int64_t id = c->fin_sent ? -1 : c->stream;
    ngtcp2_vec data = {.base = (uint8_t *)c->request + c->request_sent, .len = c->request_len - c->request_sent};
    ngtcp2_ssize taken = -1;
    ngtcp2_ssize len = ngtcp2_conn_writev_stream(c->conn, NULL, NULL, packet, sizeof(packet), &taken,
                                                 id >= 0 ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0, id, &data, 1, now());
    if (id >= 0 && taken >= 0) {
      c->request_sent += (size_t)taken;
      c->fin_sent = c->request_sent == c->request_len;
    }
    if (len < 0) {
      return throw_result(env, c, (int)len);
    }
    if (len == 0) {
      break;
    }
    napi_value buffer;
    napi_create_buffer_copy(env, (size_t)len, packet, NULL, &buffer);
    napi_set_element(env, packets, count++, buffer);
  }
  ngtcp2_conn_update_pkt_tx_time(c->conn, now());
  return packets;
}

static napi_value get_wait(napi_env env, napi_callback_info info)
{
  napi_value value, ignored;
  struct connection *c = of(env, info, &ignored);
  if (c == NULL) {
    return NULL;
  }
  ngtcp2_tstamp at = ngtcp2_conn_get_expiry2(c->conn), t = now();
  double wait = at == UINT64_MAX ? INFINITY : at <= t ? 0 : ceil((double)(at - t) / NGTCP2_MILLISECONDS);
  napi_create_double(env, wait, &value);
  return value;
}

static napi_value expire(napi_env env, napi_callback_info info)
{
  napi_value ignored;
  struct connection *c = of(env, info, &ignored);
  int result = c != NULL ? ngtcp2_conn_handle_expiry(c->conn, now()) : 0;
  return result != 0 ? throw_result(env, c, result) : NULL;
}

static napi_value get_state(napi_env env, napi_callback_info info)
{
  napi_value value, ignored;
  struct connection *c = of(env, info, &ignored);
  if (c == NULL) {
    return NULL;
  }
  napi_create_string_utf8(env, c->finished ? "finished" : c->refused ? "refused" : "open", NAPI_AUTO_LENGTH, &value);
  return value;
}

/* Figures of the connection, by their names in ngtcp2_conn_info. */
static napi_value get_info(napi_env env, napi_callback_info info)
{
  napi_value object, value;
  struct connection *c = of(env, info, &value);
  ngtcp2_conn_info figures;
  if (c == NULL) {
    return NULL;
  }
  ngtcp2_conn_get_conn_info2(c->conn, &figures);
  const struct {
    const char *name;
    uint64_t value;
  } rows[] = {
    {"pkt_sent", figures.pkt_sent},     {"pkt_recv", figures.pkt_recv},         {"pkt_lost", figures.pkt_lost},
    {"bytes_recv", figures.bytes_recv}, {"smoothed_rtt", figures.smoothed_rtt},
  };
  napi_create_object(env, &object);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    napi_create_double(env, (double)rows[i].value, &value);
    napi_set_named_property(env, object, rows[i].name, value);
  }
  return object;
}

static napi_value close_connection(napi_env env, napi_callback_info info)
{
  napi_value buffer, ignored;
  struct connection *c = of(env, info, &ignored);
  uint8_t packet[PACKET_MAX];
  ngtcp2_ccerr reason;
  if (c == NULL) {
    return NULL;
  }
  ngtcp2_ccerr_set_application_error(&reason, 0, NULL, 0);
  ngtcp2_ssize len =
    ngtcp2_conn_write_connection_close(c->conn, NULL, NULL, packet, sizeof(packet), &reason, now());
  napi_create_buffer_copy(env, len > 0 ? (size_t)len : 0, packet, NULL, &buffer);
  return buffer;
}

/* -- Making and freeing --------------------------------------------------------------------------------- */

static void free_connection(napi_env env, void *data, void *hint)
{
  struct connection *c = data;
  (void)env, (void)hint;
  ngtcp2_conn_del(c->conn);
  ngtcp2_crypto_rustls_session_del(c->tls);
  ngtcp2_crypto_rustls_client_del(c->config);
  free(c->received);
  free(c);
}

static int make_quic(struct connection *c)
{
  const ngtcp2_callbacks callbacks = {
    .client_initial = ngtcp2_crypto_client_initial_cb,
    .recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
    .encrypt = ngtcp2_crypto_encrypt_cb,
    .decrypt = ngtcp2_crypto_decrypt_cb,
    .hp_mask = ngtcp2_crypto_hp_mask_cb,
    .recv_retry = ngtcp2_crypto_recv_retry_cb,
    .update_key = ngtcp2_crypto_update_key_cb,
    .delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    .delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    .version_negotiation = ngtcp2_crypto_version_negotiation_cb,
    .get_path_challenge_data2 = ngtcp2_crypto_get_path_challenge_data2_cb,
    .rand = fill_random,
    .get_new_connection_id2 = give_cid,
    .handshake_completed = on_handshake,
    .recv_stream_data = on_stream_data,
    .stream_close = on_stream_close,
  };
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid = {.datalen = NGTCP2_MAX_CIDLEN}, scid = {.datalen = 8};
  ngtcp2_settings_default(&settings);
  settings.initial_ts = now();
  ngtcp2_transport_params_default(&params);
  params.initial_max_data = params.initial_max_stream_data_bidi_local = WINDOW;
  params.max_idle_timeout = 30 * NGTCP2_SECONDS;
  fill_random(dcid.data, dcid.datalen, NULL);
  fill_random(scid.data, scid.datalen, NULL);
  return ngtcp2_conn_client_new(&c->conn, &dcid, &scid, &c->path.path, NGTCP2_PROTO_VER_V1, &callbacks, &settings, &params,
                                NULL, c);
}

/* NULL, with an exception under way, if there is no connection to be had. */
static struct connection *make_connection(napi_env env, napi_value options)
{
  static const char alpn[] = "hq-interop";
  char host[TEXT_MAX], ca[TEXT_MAX], path[TEXT_MAX];
  ngtcp2_sockaddr_union local, remote;
  ngtcp2_socklen local_len, remote_len;
  if (!get_text(env, options, "host", host) || !get_text(env, options, "ca", ca) || !get_text(env, options, "path", path) ||
      !get_address(env, options, "local", &local, &local_len) ||
      !get_address(env, options, "remote", &remote, &remote_len)) {
    fail(env, "connect needs {host, ca, path, local, remote}");
    return NULL;
  }
  struct connection *c = calloc(1, sizeof(*c));
  if (c == NULL || ngtcp2_crypto_rustls_client_new(&c->config) != 0) {
    free(c);
    fail(env, "out of memory");
    return NULL;
  }
  c->stream = -1;
  c->request_len = (size_t)snprintf(c->request, sizeof(c->request), "GET %s\r\n", path);
  c->ref = (ngtcp2_crypto_conn_ref){.get_conn = get_conn, .user_data = c};
  ngtcp2_path_storage_init(&c->path, &local.sa, local_len, &remote.sa, remote_len, NULL);
  if (ngtcp2_crypto_rustls_client_add_ca_file(c->config, ca) != 0 ||
      ngtcp2_crypto_rustls_client_add_alpn(c->config, (const uint8_t *)alpn, sizeof(alpn) - 1) != 0 ||
      ngtcp2_crypto_rustls_session_client_new(&c->tls, c->config, host, &c->ref) != 0) {
    fail(env, ngtcp2_crypto_rustls_client_error(c->config));
    free_connection(env, c, NULL);
    return NULL;
  }
  int result = make_quic(c);
  if (result != 0) {
    fail(env, ngtcp2_strerror(result));
    free_connection(env, c, NULL);
    return NULL;
  }
  ngtcp2_conn_set_tls_native_handle(c->conn, c->tls);
  return c;
}

static napi_value connect_to(napi_env env, napi_callback_info info)
{
  static const napi_property_descriptor methods[] = {
    {"read", NULL, read_packet, NULL, NULL, NULL, napi_default, NULL},
    {"write", NULL, write_packets, NULL, NULL, NULL, napi_default, NULL},
    {"wait", NULL, get_wait, NULL, NULL, NULL, napi_default, NULL},
    {"expire", NULL, expire, NULL, NULL, NULL, napi_default, NULL},
    {"state", NULL, get_state, NULL, NULL, NULL, napi_default, NULL},
    {"info", NULL, get_info, NULL, NULL, NULL, napi_default, NULL},
    {"close", NULL, close_connection, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_value options, object;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &options, NULL, NULL);
  struct connection *c = make_connection(env, options);
  if (c == NULL) {
    return NULL;
  }
  napi_create_object(env, &object);
  napi_define_properties(env, object, sizeof(methods) / sizeof(methods[0]), methods);
  if (napi_wrap(env, object, c, free_connection, NULL, NULL) != napi_ok) {
    free_connection(env, c, NULL);
    return fail(env, "out of memory");
  }
  return object;
}

NAPI_MODULE_INIT()
{
  napi_value function;
  napi_create_function(env, "connect", NAPI_AUTO_LENGTH, connect_to, NULL, &function);
  napi_set_named_property(env, exports, "connect", function);
  return exports;
}
