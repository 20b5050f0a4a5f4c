#include "endpoint.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../stats.h"

#define CID_LEN 8
#define PACKET_MAX 1452

/* -- What the library asks of its surroundings ---------------------------------------------------------- */

_Noreturn void endpoint_die(const char *what, const char *why)
{
  fprintf(stderr, "%s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

ngtcp2_tstamp endpoint_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (ngtcp2_tstamp)t.tv_sec * NGTCP2_SECONDS + (ngtcp2_tstamp)t.tv_nsec;
}

static void fill_random(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *context)
{
  (void)context;
  if (getentropy(dest, len) != 0) { /* never asked for more than 256 bytes */
    endpoint_die("no random bytes", strerror(errno));
  }
}

static void random_cid(ngtcp2_cid *cid, size_t len)
{
  cid->datalen = len;
  fill_random(cid->data, len, NULL);
}

static int give_cid(ngtcp2_conn *conn, ngtcp2_cid *cid, ngtcp2_stateless_reset_token *token, size_t len, void *user_data)
{
  (void)conn;
  (void)user_data;
  random_cid(cid, len);
  fill_random(token->data, sizeof(token->data), NULL); /* we send no stateless resets, so any token will do */
  return 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref)
{
  return ((struct peer *)ref->user_data)->conn;
}

static void set_callbacks(ngtcp2_callbacks *callbacks, const struct application *a)
{
  memset(callbacks, 0, sizeof(*callbacks));
  callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
  callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
  callbacks->recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
  callbacks->encrypt = ngtcp2_crypto_encrypt_cb;
  callbacks->decrypt = ngtcp2_crypto_decrypt_cb;
  callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
  callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
  callbacks->update_key = ngtcp2_crypto_update_key_cb;
  callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
  callbacks->delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
  callbacks->version_negotiation = ngtcp2_crypto_version_negotiation_cb;
  callbacks->get_path_challenge_data2 = ngtcp2_crypto_get_path_challenge_data2_cb;
  callbacks->rand = fill_random;
  callbacks->get_new_connection_id2 = give_cid;
  a->set_callbacks(callbacks);
}

static void set_options(struct endpoint *e, ngtcp2_settings *settings, ngtcp2_transport_params *params)
{
  ngtcp2_settings_default(settings);
  settings->initial_ts = endpoint_now();
  ngtcp2_transport_params_default(params);
  params->max_idle_timeout = 30 * NGTCP2_SECONDS;
  e->application->set_params(params);
}

/* -- Connections begin and end -------------------------------------------------------------------------- */

static struct peer *peer_new(struct endpoint *e)
{
  struct peer *p = calloc(1, sizeof(*p));
  if (p == NULL) {
    endpoint_die("cannot make a connection", "out of memory");
  }
  p->endpoint = e;
  p->ref = (ngtcp2_crypto_conn_ref){.get_conn = get_conn, .user_data = p};
  p->next = e->peers;
  e->peers = p;
  return p;
}

/* The connection is complete: the library's part has TLS now. */
static void peer_begin(struct peer *p)
{
  ngtcp2_conn_set_tls_native_handle(p->conn, p->tls);
  p->endpoint->application->begin(p);
}

static bool wants_stats;

void endpoint_take_stats(int *argc, char **argv)
{
  wants_stats = *argc > 1 && strcmp(argv[*argc - 1], "--stats") == 0;
  *argc -= wants_stats;
}

static void peer_free(struct peer *p)
{
  if (wants_stats && p->conn != NULL) {
    stats_print(stderr, p->endpoint->application->alpn, p->conn);
  }
  if (p->application != NULL) {
    p->endpoint->application->end(p);
  }
  ngtcp2_conn_del(p->conn);
  ngtcp2_crypto_rustls_session_del(p->tls);
  free(p);
}

static void free_peers_that_are_over(struct endpoint *e)
{
  for (struct peer **link = &e->peers; *link != NULL;) {
    struct peer *p = *link;
    if (p->over) {
      *link = p->next;
      peer_free(p);
    } else {
      link = &p->next;
    }
  }
}

static void open_socket(struct endpoint *e, const char *host, const char *port, bool server, struct addrinfo **address)
{
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = server ? AI_PASSIVE : 0};
  int error = getaddrinfo(host, port, &hints, address);
  if (error != 0) {
    endpoint_die(host, gai_strerror(error));
  }
  e->fd = socket((*address)->ai_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  e->local_len = sizeof(e->local);
  if (e->fd < 0 || (server ? bind : connect)(e->fd, (*address)->ai_addr, (*address)->ai_addrlen) != 0 ||
      getsockname(e->fd, &e->local.sa, &e->local_len) != 0) {
    endpoint_die(host, strerror(errno));
  }
}

struct peer *endpoint_connect(struct endpoint *e, const struct application *a, const char *host, const char *port,
                              const char *ca)
{
  struct addrinfo *address;
  *e = (struct endpoint){.application = a};
  open_socket(e, host, port, false, &address);
  ngtcp2_crypto_rustls_client_new(&e->client);
  if (ngtcp2_crypto_rustls_client_add_ca_file(e->client, ca) != 0 ||
      ngtcp2_crypto_rustls_client_add_alpn(e->client, (const uint8_t *)a->alpn, strlen(a->alpn)) != 0) {
    endpoint_die("TLS", ngtcp2_crypto_rustls_client_error(e->client));
  }

  struct peer *p = peer_new(e);
  ngtcp2_path path = {
    .local = {.addr = &e->local.sa, .addrlen = e->local_len},
    .remote = {.addr = address->ai_addr, .addrlen = address->ai_addrlen},
  };
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid, scid;
  set_callbacks(&callbacks, a);
  set_options(e, &settings, &params);
  random_cid(&dcid, NGTCP2_MAX_CIDLEN);
  random_cid(&scid, CID_LEN);
  int error = ngtcp2_conn_client_new(&p->conn, &dcid, &scid, &path, NGTCP2_PROTO_VER_V1, &callbacks, &settings, &params,
                                     NULL, p);
  if (error != 0) {
    endpoint_die("cannot make a connection", ngtcp2_strerror(error));
  }
  if (ngtcp2_crypto_rustls_session_client_new(&p->tls, e->client, host, &p->ref) != 0) {
    endpoint_die("TLS", ngtcp2_crypto_rustls_client_error(e->client));
  }
  freeaddrinfo(address);
  peer_begin(p);
  peer_write(p);
  return p;
}

void endpoint_listen(struct endpoint *e, const struct application *a, const char *host, const char *port,
                     const char *certificate, const char *key)
{
  struct addrinfo *address;
  *e = (struct endpoint){.application = a};
  open_socket(e, host, port, true, &address);
  freeaddrinfo(address);
  ngtcp2_crypto_rustls_server_new(&e->server);
  if (ngtcp2_crypto_rustls_server_set_cert_files(e->server, certificate, key) != 0 ||
      ngtcp2_crypto_rustls_server_add_alpn(e->server, (const uint8_t *)a->alpn, strlen(a->alpn)) != 0) {
    endpoint_die("TLS", ngtcp2_crypto_rustls_server_error(e->server));
  }
  /* The port is at the same place for IPv6. */
  printf("listening on port %d\n", ntohs(e->local.in.sin_port));
  fflush(stdout);
}

/* The connection that a client's first packet asks for; NULL if it does not. */
static struct peer *accept_peer(struct endpoint *e, const ngtcp2_path *path, const uint8_t *packet, size_t len)
{
  ngtcp2_pkt_hd header;
  ngtcp2_callbacks callbacks;
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid scid;
  if (e->server == NULL || ngtcp2_accept(&header, packet, len) != 0) {
    return NULL;
  }
  struct peer *p = peer_new(e);
  set_callbacks(&callbacks, e->application);
  set_options(e, &settings, &params);
  params.original_dcid = header.dcid;
  params.original_dcid_present = 1;
  random_cid(&scid, CID_LEN);
  if (ngtcp2_conn_server_new(&p->conn, &header.scid, &scid, path, header.version, &callbacks, &settings, &params, NULL,
                             p) != 0 ||
      ngtcp2_crypto_rustls_session_server_new(&p->tls, e->server, &p->ref) != 0) {
    p->over = true;
    return NULL;
  }
  peer_begin(p);
  return p;
}

/* -- Sending and saying goodbye ------------------------------------------------------------------------- */

/* A failure is a lost packet, which QUIC repairs. */
static void send_packet(struct peer *p, const ngtcp2_path *path, const uint8_t *packet, size_t len)
{
  bool connected = p->endpoint->client != NULL; /* then the socket knows where to */
  sendto(p->endpoint->fd, packet, len, 0, connected ? NULL : path->remote.addr, connected ? 0 : path->remote.addrlen);
}

/* Says goodbye once, and forgets the connection: packets that are still on their way to it are for nobody. */
static void write_close(struct peer *p, const ngtcp2_ccerr *reason)
{
  uint8_t packet[PACKET_MAX];
  ngtcp2_path_storage path;
  ngtcp2_path_storage_zero(&path);
  ngtcp2_ssize len =
    ngtcp2_conn_write_connection_close(p->conn, &path.path, NULL, packet, sizeof(packet), reason, endpoint_now());
  if (len > 0) {
    send_packet(p, &path.path, packet, (size_t)len);
  }
  p->over = true;
}

void peer_close(struct peer *p, uint64_t application_error)
{
  ngtcp2_ccerr reason;
  ngtcp2_ccerr_set_application_error(&reason, application_error, NULL, 0);
  write_close(p, &reason);
}

/* -- Reading -------------------------------------------------------------------------------------------- */

static bool same_cid(const ngtcp2_cid *cid, const uint8_t *data, size_t len)
{
  return cid->datalen == len && memcmp(cid->data, data, len) == 0;
}

/* Whether packets to this connection id are for this connection. A server of size keeps a hash table instead. */
static bool is_for(const struct peer *p, const uint8_t *dcid, size_t len)
{
  ngtcp2_cid ids[32];
  size_t count = ngtcp2_conn_get_scid2(p->conn, NULL);
  if (count > sizeof(ids) / sizeof(ids[0])) {
    return false;
  }
  ngtcp2_conn_get_scid2(p->conn, ids);
  for (size_t i = 0; i < count; i++) {
    if (same_cid(&ids[i], dcid, len)) {
      return true;
    }
  }
  return same_cid(ngtcp2_conn_get_client_initial_dcid2(p->conn), dcid, len);
}

static struct peer *find_peer(struct endpoint *e, const ngtcp2_path *path, const uint8_t *packet, size_t len)
{
  ngtcp2_version_cid ids;
  if (ngtcp2_pkt_decode_version_cid(&ids, packet, len, CID_LEN) != 0) {
    return NULL;
  }
  for (struct peer *p = e->peers; p != NULL; p = p->next) {
    if (!p->over && is_for(p, ids.dcid, ids.dcidlen)) {
      return p;
    }
  }
  return accept_peer(e, path, packet, len);
}

/* Tells the peer why the library cannot go on, if there is anybody to tell. */
static void peer_fail(struct peer *p, int error)
{
  ngtcp2_ccerr reason;
  if (p->over) {
    return;
  }
  p->over = true;
  switch (error) {
  case NGTCP2_ERR_DRAINING: /* the peer has said goodbye */
  case NGTCP2_ERR_IDLE_CLOSE:
  case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
  case NGTCP2_ERR_DROP_CONN:
    return;
  case NGTCP2_ERR_CRYPTO:
    fprintf(stderr, "TLS: %s\n", ngtcp2_crypto_rustls_session_error(p->tls));
    ngtcp2_ccerr_set_tls_alert(&reason, ngtcp2_conn_get_tls_alert2(p->conn), NULL, 0);
    break;
  default:
    fprintf(stderr, "connection: %s\n", ngtcp2_strerror(error));
    ngtcp2_ccerr_set_liberr(&reason, error, NULL, 0);
  }
  write_close(p, &reason);
}

static void read_datagrams(struct endpoint *e)
{
  uint8_t packet[65536];
  ngtcp2_sockaddr_union remote;
  for (;;) {
    socklen_t remote_len = sizeof(remote);
    ssize_t len = recvfrom(e->fd, packet, sizeof(packet), 0, &remote.sa, &remote_len);
    if (len < 0) {
      if (errno == ECONNREFUSED && e->client != NULL) {
        endpoint_die("no server there", strerror(errno));
      }
      return;
    }
    ngtcp2_path path = {
      .local = {.addr = &e->local.sa, .addrlen = e->local_len},
      .remote = {.addr = &remote.sa, .addrlen = remote_len},
    };
    struct peer *p = find_peer(e, &path, packet, (size_t)len);
    if (p != NULL) {
      int error = ngtcp2_conn_read_pkt(p->conn, &path, NULL, packet, (size_t)len, endpoint_now());
      if (error != 0) {
        peer_fail(p, error);
      }
    }
  }
}

/* -- Writing -------------------------------------------------------------------------------------------- */

void peer_write(struct peer *p)
{
  uint8_t packet[PACKET_MAX];
  ngtcp2_path_storage path;
  while (!p->over) {
    ngtcp2_path_storage_zero(&path);
    ngtcp2_ssize len = p->endpoint->application->write(p, &path.path, packet, sizeof(packet), endpoint_now());
    if (len < 0) {
      peer_fail(p, (int)len);
      return;
    }
    if (len == 0) {
      break; /* nothing to send now, or congestion control or pacing say: later */
    }
    send_packet(p, &path.path, packet, (size_t)len);
  }
  ngtcp2_conn_update_pkt_tx_time(p->conn, endpoint_now());
}

/* -- The event loop ------------------------------------------------------------------------------------- */

/* Milliseconds until the first timer, as poll wants them; -1: none. Rounded up: too early would be for nothing. */
static int time_to_wait(const struct endpoint *e, ngtcp2_tstamp first)
{
  ngtcp2_tstamp now = endpoint_now();
  for (const struct peer *p = e->peers; p != NULL; p = p->next) {
    ngtcp2_tstamp at = ngtcp2_conn_get_expiry2(p->conn);
    first = at < first ? at : first;
  }
  if (first == UINT64_MAX) {
    return -1;
  }
  return first > now ? (int)((first - now + NGTCP2_MILLISECONDS - 1) / NGTCP2_MILLISECONDS) : 0;
}

bool endpoint_step(struct endpoint *e, int input, ngtcp2_tstamp until)
{
  struct pollfd fds[2] = {{.fd = e->fd, .events = POLLIN}, {.fd = input, .events = POLLIN}};
  poll(fds, 2, time_to_wait(e, until));
  read_datagrams(e);
  for (struct peer *p = e->peers; p != NULL; p = p->next) {
    ngtcp2_tstamp now = endpoint_now();
    if (p->over) {
      continue;
    }
    if (ngtcp2_conn_get_expiry2(p->conn) <= now) {
      int error = ngtcp2_conn_handle_expiry(p->conn, now);
      if (error != 0) {
        peer_fail(p, error);
      }
    }
    peer_write(p);
  }
  if (e->server != NULL) { /* a client wants to see how its connection ended */
    free_peers_that_are_over(e);
  }
  return (fds[1].revents & (POLLIN | POLLHUP)) != 0;
}

void endpoint_end(struct endpoint *e)
{
  for (struct peer *p = e->peers; p != NULL; p = p->next) {
    p->over = true;
  }
  free_peers_that_are_over(e);
  ngtcp2_crypto_rustls_client_del(e->client);
  ngtcp2_crypto_rustls_server_del(e->server);
  close(e->fd);
}
