#include "tls.h"

#include "null_crypto.h"

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, SERVER_PARAMETERS = 3, FINISHED = 4 };

#define HEADER_LEN 4
#define RANDOM_LEN 8
#define MAX_BODY 2048
#define PADDING_BYTE 0x5a

static uint64_t initial_secret(uint32_t version, const ngtcp2_cid *dcid, int from_server) {
  return hash_pair(hash_bytes(version, dcid->data, dcid->datalen), (uint64_t)from_server);
}

static uint64_t traffic_secret(const endpoint *e, ngtcp2_encryption_level level, int from_server) {
  return hash_pair(hash_pair(e->tls.handshake_secret, (uint64_t)level), (uint64_t)from_server);
}

int tls_install_initial(endpoint *e, uint32_t version, const ngtcp2_cid *dcid) {
  key_set rx = key_set_new(e, initial_secret(version, dcid, !e->is_server));
  key_set tx = key_set_new(e, initial_secret(version, dcid, e->is_server));
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  int status;
  ngtcp2_conn_set_initial_crypto_ctx(e->conn, &ctx);
  status = ngtcp2_conn_install_initial_key(e->conn, &rx.aead, rx.iv, &rx.header, &tx.aead, tx.iv, &tx.header, IV_LEN);
  if (status) {
    key_set_delete(e, &rx);
    key_set_delete(e, &tx);
  }
  return status;
}

int tls_install_negotiated_initial(endpoint *e, uint32_t version, const ngtcp2_cid *dcid) {
  key_set rx = key_set_new(e, initial_secret(version, dcid, !e->is_server));
  key_set tx = key_set_new(e, initial_secret(version, dcid, e->is_server));
  int status = ngtcp2_conn_install_vneg_initial_key(e->conn, version, &rx.aead, rx.iv, &rx.header, &tx.aead, tx.iv,
                                                    &tx.header, IV_LEN);
  if (status) {
    key_set_delete(e, &rx);
    key_set_delete(e, &tx);
  }
  return status;
}

static int install_handshake(endpoint *e, int receiving) {
  int from_server = receiving ? !e->is_server : e->is_server;
  key_set keys = key_set_new(e, traffic_secret(e, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, from_server));
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  int status;
  ngtcp2_conn_set_crypto_ctx(e->conn, &ctx);
  status = receiving
               ? ngtcp2_conn_install_rx_handshake_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header)
               : ngtcp2_conn_install_tx_handshake_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header);
  if (status) {
    key_set_delete(e, &keys);
  }
  return status;
}

uint64_t tls_application_key(const endpoint *e, int from_server) {
  uint8_t secret[SECRET_LEN];
  secret_from(secret, traffic_secret(e, NGTCP2_ENCRYPTION_LEVEL_1RTT, from_server));
  return key_of_secret(secret, SECRET_LEN);
}

static int install_application(endpoint *e, int receiving) {
  int from_server = receiving ? !e->is_server : e->is_server;
  uint8_t secret[SECRET_LEN];
  key_set keys;
  int status;
  secret_from(secret, traffic_secret(e, NGTCP2_ENCRYPTION_LEVEL_1RTT, from_server));
  keys = key_set_new(e, key_of_secret(secret, SECRET_LEN));
  status = receiving ? ngtcp2_conn_install_rx_key(e->conn, secret, SECRET_LEN, &keys.aead, keys.iv, IV_LEN, &keys.header)
                     : ngtcp2_conn_install_tx_key(e->conn, secret, SECRET_LEN, &keys.aead, keys.iv, IV_LEN, &keys.header);
  if (status) {
    key_set_delete(e, &keys);
  }
  return status;
}

/* Both ends use the client's key. */
static int install_early(endpoint *e) {
  key_set keys = key_set_new(e, hash_bytes(0x0177, e->tls.client_random, RANDOM_LEN));
  ngtcp2_crypto_ctx ctx = null_crypto_ctx(e);
  int status;
  ngtcp2_conn_set_0rtt_crypto_ctx(e->conn, &ctx);
  status = ngtcp2_conn_install_0rtt_key(e->conn, &keys.aead, keys.iv, IV_LEN, &keys.header);
  if (status) {
    key_set_delete(e, &keys);
  }
  return status;
}

/* Sends a message whose body is followed by padding. */
static int submit(endpoint *e, ngtcp2_encryption_level level, int type, const uint8_t *body, size_t len, size_t padding) {
  size_t total = len + padding;
  uint8_t *message = test_alloc(HEADER_LEN + total);
  int status;
  message[0] = (uint8_t)type;
  message[1] = (uint8_t)(total >> 16);
  message[2] = (uint8_t)(total >> 8);
  message[3] = (uint8_t)total;
  memcpy(message + HEADER_LEN, body, len);
  memset(message + HEADER_LEN + len, PADDING_BYTE, padding);
  status = ngtcp2_conn_submit_crypto_data(e->conn, level, message, HEADER_LEN + total);
  test_free(message);
  return status;
}

/* Appends our transport parameters with their length; returns the new length or an error. */
static ngtcp2_ssize append_parameters(endpoint *e, uint8_t *body, size_t len) {
  ngtcp2_ssize written = ngtcp2_conn_encode_local_transport_params(e->conn, body + len + 2, MAX_BODY - len - 2);
  if (written < 0) {
    return written;
  }
  body[len] = (uint8_t)(written >> 8);
  body[len + 1] = (uint8_t)written;
  return (ngtcp2_ssize)len + 2 + written;
}

static int take_parameters(endpoint *e, const uint8_t *body) {
  size_t len = (size_t)body[0] << 8 | body[1];
  int status = ngtcp2_conn_decode_and_set_remote_transport_params(e->conn, body + 2, len);
  if (status) {
    ngtcp2_conn_set_tls_error(e->conn, status);
  }
  return status;
}

int tls_start(endpoint *client) {
  uint8_t body[MAX_BODY];
  ngtcp2_ssize len;
  int status;
  random_bytes(&client->bench_random, client->tls.client_random, RANDOM_LEN);
  memcpy(body, client->tls.client_random, RANDOM_LEN);
  body[RANDOM_LEN] = (uint8_t)client->tls.offer_early_data;
  len = append_parameters(client, body, RANDOM_LEN + 1);
  if (len < 0) {
    return (int)len;
  }
  status = submit(client, NGTCP2_ENCRYPTION_LEVEL_INITIAL, CLIENT_HELLO, body, (size_t)len,
                  client->tls.client_hello_padding);
  if (status || !client->tls.offer_early_data) {
    return status;
  }
  return install_early(client);
}

static void derive_handshake_secret(endpoint *e) {
  e->tls.handshake_secret = hash_bytes(hash_bytes(1, e->tls.client_random, RANDOM_LEN), e->tls.server_random, RANDOM_LEN);
}

static int on_client_hello(endpoint *server, const uint8_t *body) {
  uint8_t answer[MAX_BODY];
  ngtcp2_ssize len;
  int status;
  if (server->tls.alert) {
    ngtcp2_conn_set_tls_alert(server->conn, server->tls.alert);
    return NGTCP2_ERR_CRYPTO;
  }
  memcpy(server->tls.client_random, body, RANDOM_LEN);
  status = take_parameters(server, body + RANDOM_LEN + 1);
  if (status) {
    return status;
  }
  random_bytes(&server->bench_random, server->tls.server_random, RANDOM_LEN);
  derive_handshake_secret(server);
  server->tls.early_data_accepted = body[RANDOM_LEN] && server->tls.accept_early_data;
  if (server->tls.early_data_accepted && (status = install_early(server)) != 0) {
    return status;
  }
  if ((status = install_handshake(server, 0)) != 0 || (status = install_handshake(server, 1)) != 0) {
    return status;
  }
  status = submit(server, NGTCP2_ENCRYPTION_LEVEL_INITIAL, SERVER_HELLO, server->tls.server_random, RANDOM_LEN, 40);
  if (status) {
    return status;
  }
  answer[0] = (uint8_t)server->tls.early_data_accepted;
  len = append_parameters(server, answer, 1);
  if (len < 0) {
    return (int)len;
  }
  status = submit(server, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, SERVER_PARAMETERS, answer, (size_t)len,
                  server->tls.certificate_len);
  return status ? status : install_application(server, 0);
}

static int on_server_hello(endpoint *client, const uint8_t *body) {
  int status;
  memcpy(client->tls.server_random, body, RANDOM_LEN);
  derive_handshake_secret(client);
  status = install_handshake(client, 1);
  return status ? status : install_handshake(client, 0);
}

static int on_server_parameters(endpoint *client, const uint8_t *body) {
  static const uint8_t verify_data[32];
  int status;
  client->tls.early_data_accepted = body[0];
  if (client->tls.offer_early_data && !body[0] && !client->tls.tells_rejection_late &&
      (status = ngtcp2_conn_tls_early_data_rejected(client->conn)) != 0) {
    return status;
  }
  if ((status = take_parameters(client, body + 1)) != 0 ||
      (status = submit(client, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, FINISHED, verify_data, sizeof(verify_data), 0)) != 0 ||
      (status = install_application(client, 0)) != 0 || (status = install_application(client, 1)) != 0) {
    return status;
  }
  if (!client->tls.completes_late) {
    ngtcp2_conn_tls_handshake_completed(client->conn);
  }
  return 0;
}

static int on_finished(endpoint *server) {
  int status = install_application(server, 1);
  if (status) {
    return status;
  }
  ngtcp2_conn_tls_handshake_completed(server->conn);
  return 0;
}

static int on_message(endpoint *e, ngtcp2_encryption_level level, int type, const uint8_t *body) {
  if (e->is_server && level == NGTCP2_ENCRYPTION_LEVEL_INITIAL && type == CLIENT_HELLO) {
    return on_client_hello(e, body);
  }
  if (e->is_server && level == NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE && type == FINISHED) {
    return on_finished(e);
  }
  if (!e->is_server && level == NGTCP2_ENCRYPTION_LEVEL_INITIAL && type == SERVER_HELLO) {
    return on_server_hello(e, body);
  }
  if (!e->is_server && level == NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE && type == SERVER_PARAMETERS) {
    return on_server_parameters(e, body);
  }
  return NGTCP2_ERR_CRYPTO;
}

int tls_receive(endpoint *e, ngtcp2_encryption_level level, uint64_t offset, const uint8_t *data, size_t len) {
  crypto_input *in = &e->tls.input[level];
  CHECK_EQ(offset, in->len);
  CHECK(in->len + len <= sizeof(in->data));
  memcpy(in->data + in->len, data, len);
  in->len += len;
  while (in->len - in->parsed >= HEADER_LEN) {
    const uint8_t *message = in->data + in->parsed;
    size_t body_len = (size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3];
    int status;
    if (in->len - in->parsed < HEADER_LEN + body_len) {
      break;
    }
    in->parsed += HEADER_LEN + body_len;
    status = on_message(e, level, message[0], message + HEADER_LEN);
    if (status) {
      return status == NGTCP2_ERR_CRYPTO ? status : NGTCP2_ERR_CALLBACK_FAILURE;
    }
  }
  return 0;
}
