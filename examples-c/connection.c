#include "connection.h"

#include <stdlib.h>
#include <string.h>

static void on_timer(void *user_data);

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref)
{
  return ((struct connection *)ref->user_data)->quic;
}

void connection_init(struct connection *c, const struct connection_owner *owner, struct timers *timers)
{
  memset(c, 0, sizeof(*c));
  c->owner = owner;
  c->conn_ref = (ngtcp2_crypto_conn_ref){.get_conn = get_conn, .user_data = c};
  c->timers = timers;
  timer_init(&c->timer, on_timer, c);
}

void connection_start(struct connection *c)
{
  ngtcp2_conn_set_tls_native_handle(c->quic, c->tls);
}

void connection_destroy(struct connection *c)
{
  timers_set(c->timers, &c->timer, TIMER_OFF);
  ngtcp2_conn_del(c->quic);
  ngtcp2_crypto_rustls_session_del(c->tls);
  free(c->unsent.data);
  free(c->goodbye.data);
}

void connection_set_callbacks(ngtcp2_callbacks *callbacks)
{
  /* The handshake and packet protection are the crypto helper's business. */
  callbacks->recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  callbacks->encrypt = ngtcp2_crypto_encrypt_cb;
  callbacks->decrypt = ngtcp2_crypto_decrypt_cb;
  callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
  callbacks->update_key = ngtcp2_crypto_update_key_cb;
  callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  callbacks->delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
  callbacks->version_negotiation = ngtcp2_crypto_version_negotiation_cb;
  callbacks->get_path_challenge_data2 = ngtcp2_crypto_get_path_challenge_data2_cb;
  callbacks->rand = random_callback;
  callbacks->extend_max_stream_data = outgoing_extend_callback;
}

void connection_set_options(ngtcp2_settings *settings, ngtcp2_cc_algo congestion_control, bool log)
{
  settings->initial_ts = timestamp();
  settings->handshake_timeout = 10 * NGTCP2_SECONDS;
  settings->cc_algo = congestion_control;
  settings->log_write = log ? log_callback : NULL;
}

/* RFC 9000 section 10.2: both ends forget a closed connection after three probe timeouts. The library has
 * no timer for this, because it does not have to exist any longer by then. */
static void enter_final_state(struct connection *c, enum connection_state state)
{
  c->state = state;
  timers_set(c->timers, &c->timer, state == CONNECTION_OVER ? TIMER_OFF : timestamp() + 3 * ngtcp2_conn_get_pto2(c->quic));
}

static void send_goodbye(struct connection *c)
{
  struct udp_socket *socket = c->goodbye.path.path.user_data;
  /* If the socket is blocked this is one more lost packet: the peer asks again or times out. */
  (void)udp_send(socket, &c->goodbye);
}

static void say_goodbye(struct connection *c)
{
  struct udp_batch *batch = &c->goodbye;
  size_t room = ngtcp2_conn_get_max_tx_udp_payload_size2(c->quic);

  batch->data = allocate(room);
  ngtcp2_path_storage_zero(&batch->path);
  ngtcp2_ssize len = ngtcp2_conn_write_connection_close(c->quic, &batch->path.path, &batch->info, batch->data,
                                                        room, &c->close_reason, timestamp());
  if (len <= 0) {
    enter_final_state(c, CONNECTION_OVER); /* nothing may be sent, as before the first packet */
    return;
  }
  batch->len = batch->segment = (size_t)len;
  send_goodbye(c);
  enter_final_state(c, CONNECTION_CLOSING);
}

void connection_close(struct connection *c, uint64_t application_error)
{
  if (c->state != CONNECTION_OPEN) {
    return;
  }
  ngtcp2_ccerr_set_application_error(&c->close_reason, application_error, NULL, 0);
  say_goodbye(c);
}

/* The library has returned an error: this connection is at its end, one way or another. */
static void fail(struct connection *c, int error)
{
  c->failure = error;
  switch (error) {
  case NGTCP2_ERR_DRAINING:
    c->close_reason = *ngtcp2_conn_get_ccerr2(c->quic);
    enter_final_state(c, CONNECTION_DRAINING);
    return;
  case NGTCP2_ERR_IDLE_CLOSE:
  case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
  case NGTCP2_ERR_DROP_CONN:
  case NGTCP2_ERR_RETRY:
  case NGTCP2_ERR_RECV_VERSION_NEGOTIATION:
    enter_final_state(c, CONNECTION_OVER); /* there is nobody to tell */
    return;
  case NGTCP2_ERR_CRYPTO:
    ngtcp2_ccerr_set_tls_alert(&c->close_reason, ngtcp2_conn_get_tls_alert2(c->quic), NULL, 0);
    break;
  default:
    ngtcp2_ccerr_set_liberr(&c->close_reason, error, NULL, 0);
  }
  say_goodbye(c);
}

/* The peer still sends after we closed: it has not heard our goodbye. Repeat it, ever more rarely
 * (RFC 9000 section 10.2.1), so that two such ends do not keep each other busy. */
static void read_while_closing(struct connection *c)
{
  c->packets_while_closing++;
  bool power_of_two = (c->packets_while_closing & (c->packets_while_closing - 1)) == 0;
  if (power_of_two) {
    send_goodbye(c);
  }
}

int connection_read(struct connection *c, const struct udp_batch *batch, const uint8_t *packet, size_t len)
{
  if (c->state == CONNECTION_CLOSING) {
    read_while_closing(c);
  }
  if (c->state != CONNECTION_OPEN) {
    return 0;
  }
  int error = ngtcp2_conn_read_pkt(c->quic, &batch->path.path, &batch->info, packet, len, batch->received);
  if (error != 0) {
    fail(c, error);
  }
  return error;
}

/* The socket is shared, so what it did not take moves to memory of our own. */
static void keep_unsent(struct connection *c, const struct udp_batch *batch, size_t sent)
{
  c->unsent.len = batch->len - sent;
  c->unsent.segment = batch->segment;
  c->unsent.info = batch->info;
  c->unsent.data = allocate(c->unsent.len);
  memcpy(c->unsent.data, batch->data + sent, c->unsent.len);
  ngtcp2_path_storage_zero(&c->unsent.path);
  ngtcp2_path_copy(&c->unsent.path.path, &batch->path.path);
  c->owner->on_blocked(c, batch->path.path.user_data);
}

/* Writes and sends one batch. Returns its length: 0 when there is nothing to send, or no way to. */
static size_t write_batch(struct connection *c, size_t room)
{
  struct udp_batch batch;
  struct udp_socket *socket = ngtcp2_conn_get_path2(c->quic)->user_data;

  ngtcp2_path_storage_zero(&batch.path);
  ngtcp2_ssize len = ngtcp2_conn_write_aggregate_pkt2(c->quic, &batch.path.path, &batch.info,
                                                      socket->send_buffer, room, &batch.segment,
                                                      outgoing_write_packet, UDP_SEGMENTS_MAX, timestamp());
  if (len < 0) {
    fail(c, (int)len);
    return 0;
  }
  if (len == 0) {
    return 0;
  }
  batch.data = socket->send_buffer;
  batch.len = (size_t)len;
  socket = batch.path.path.user_data; /* not the current path's, if this probes another one */
  size_t sent = udp_send(socket, &batch);
  if (sent < batch.len) {
    keep_unsent(c, &batch, sent);
    return 0;
  }
  return batch.len;
}

void connection_write(struct connection *c)
{
  if (c->state != CONNECTION_OPEN || c->unsent.len > 0) {
    return;
  }
  /* As much as the congestion controller wants to see in one go; then the pacing timer has its say. */
  size_t one_packet = ngtcp2_conn_get_max_tx_udp_payload_size2(c->quic);
  size_t room = ngtcp2_conn_get_send_quantum2(c->quic);
  if (room < one_packet) {
    room = one_packet;
  }
  while (room >= one_packet) {
    size_t len = write_batch(c, room < UDP_BATCH_MAX ? room : UDP_BATCH_MAX);
    if (len == 0) {
      break;
    }
    room -= len;
  }
  if (c->state != CONNECTION_OPEN) {
    return;
  }
  ngtcp2_conn_update_pkt_tx_time(c->quic, timestamp());
  timers_set(c->timers, &c->timer, ngtcp2_conn_get_expiry2(c->quic));
}

void connection_resume(struct connection *c)
{
  if (c->unsent.len > 0) {
    struct udp_socket *socket = c->unsent.path.path.user_data;
    size_t sent = udp_send(socket, &c->unsent);
    c->unsent.len -= sent;
    memmove(c->unsent.data, c->unsent.data + sent, c->unsent.len);
    if (c->unsent.len > 0) {
      c->owner->on_blocked(c, socket);
      return;
    }
    free(c->unsent.data);
    c->unsent.data = NULL;
  }
  connection_write(c);
}

static void on_timer(void *user_data)
{
  struct connection *c = user_data;
  if (c->state != CONNECTION_OPEN) {
    c->state = CONNECTION_OVER;
  } else {
    int error = ngtcp2_conn_handle_expiry(c->quic, timestamp());
    if (error != 0) {
      fail(c, error);
    }
    connection_write(c);
  }
  c->owner->on_timer(c);
}
