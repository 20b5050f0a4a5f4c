#include "network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define CLIENT_IP 0x0a000001
#define SERVER_IP 0x0a000002
/* Wake-ups at one point in time, beyond which the two are taken to run in circles. */
#define MAX_WAKEUPS 20000
/* Packets of one flush, beyond which writing is taken not to end. */
#define MAX_FLUSH 10000

void network_init(network *n, uint64_t seed) {
  memset(n, 0, sizeof(*n));
  n->now = START;
  n->seed = seed;
  n->link_random.state = hash_pair(seed, 30);
  endpoint_init(&n->client, n, 0);
  endpoint_init(&n->server, n, 1);
}

static struct sockaddr_in address(uint32_t ip, uint16_t port) {
  struct sockaddr_in a;
  memset(&a, 0, sizeof(a));
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(ip);
  a.sin_port = htons(port);
  return a;
}

static uint16_t port_of(const ngtcp2_addr *a) {
  struct sockaddr_in in;
  CHECK_EQ(a->addrlen, sizeof(in));
  memcpy(&in, a->addr, sizeof(in));
  return ntohs(in.sin_port);
}

void path_between(ngtcp2_path_storage *path, int is_server, uint16_t local_port, uint16_t remote_port) {
  struct sockaddr_in local = address(is_server ? SERVER_IP : CLIENT_IP, local_port);
  struct sockaddr_in remote = address(is_server ? CLIENT_IP : SERVER_IP, remote_port);
  ngtcp2_path_storage_init(path, (ngtcp2_sockaddr *)&local, sizeof(local), (ngtcp2_sockaddr *)&remote, sizeof(remote),
                           NULL);
}

/* Queues one copy. */
static void enqueue(endpoint *e, const ngtcp2_path *path, const fate *f, int copy, const uint8_t *data, size_t len) {
  network *n = e->net;
  datagram *d = test_alloc(sizeof(*d) + len), **place;
  d->arrival = n->now + f->delay[copy];
  d->to_server = !e->is_server;
  d->ecn = f->ecn;
  d->local_port = port_of(&path->remote);
  d->remote_port = port_of(&path->local);
  if (d->to_server) {
    d->remote_port = (uint16_t)(d->remote_port + n->client_port_shift);
  } else {
    d->local_port = (uint16_t)(d->local_port - n->client_port_shift);
  }
  d->len = len;
  memcpy(d->data, data, len);
  for (place = &n->queue; *place && (*place)->arrival <= d->arrival; place = &(*place)->next) {
  }
  d->next = *place;
  *place = d;
}

void send_packet(endpoint *e, const ngtcp2_path *path, uint8_t ecn, const uint8_t *data, size_t len) {
  network *n = e->net;
  int to_server = !e->is_server;
  uint64_t number = n->sent[to_server]++;
  fate f = {1, {DELAY, DELAY}, ecn};
  if (n->is_lost && n->is_lost(n, to_server, number, len)) {
    return;
  }
  if (n->travel) {
    n->travel(n, to_server, number, len, &f);
  }
  for (int copy = 0; copy < f.copies; copy++) {
    enqueue(e, path, &f, copy, data, len);
  }
}

datagram *take_datagram(network *n, int to_server) {
  for (datagram **place = &n->queue; *place; place = &(*place)->next) {
    if ((*place)->to_server == to_server) {
      datagram *d = *place;
      *place = d->next;
      return d;
    }
  }
  return NULL;
}

int read_datagram(endpoint *e, const datagram *d) {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {.ecn = d->ecn};
  /* A block of the exact length, so that a byte read beyond it is seen. */
  uint8_t *exact = test_alloc(d->len);
  int status;
  memcpy(exact, d->data, d->len);
  path_between(&path, e->is_server, d->local_port, d->remote_port);
  status = ngtcp2_conn_read_pkt(e->conn, &path.path, &info, exact, d->len, e->net->now);
  test_free(exact);
  return status;
}

int accept_datagram(network *n, const datagram *d) {
  ngtcp2_pkt_hd header;
  int status = ngtcp2_accept(&header, d->data, d->len);
  if (status) {
    return 0;
  }
  status = server_new(&n->server, &header, NULL, d->remote_port);
  return status ? status : read_datagram(&n->server, d);
}

int flush(endpoint *e) {
  uint8_t packet[MAX_PACKET];
  for (int packets = 0; packets < MAX_FLUSH; packets++) {
    ngtcp2_path_storage path;
    ngtcp2_pkt_info info = {0};
    ngtcp2_ssize len;
    ngtcp2_path_storage_zero(&path);
    len = ngtcp2_conn_write_pkt(e->conn, &path.path, &info, packet, sizeof(packet), e->net->now);
    if (len <= 0) {
      if (len == 0 && packets) {
        ngtcp2_conn_update_pkt_tx_time(e->conn, e->net->now);
      }
      return len < 0 ? (int)len : packets;
    }
    send_packet(e, &path.path, info.ecn, packet, (size_t)len);
  }
  FAIL("%s: writing does not end", e->name);
}

int is_alive(const endpoint *e) { return e->conn && !e->error && !e->is_deleted; }

static void note_error(endpoint *e, int status) {
  if (status < 0 && !e->error) {
    e->error = status;
  }
}

static void write_all(endpoint *e) {
  if (is_alive(e)) {
    note_error(e, e->write(e));
  }
}

static void deliver_due(network *n) {
  while (n->queue && n->queue->arrival <= n->now) {
    datagram *d = n->queue;
    endpoint *to = d->to_server ? &n->server : &n->client;
    n->queue = d->next;
    if (is_alive(to)) {
      note_error(to, read_datagram(to, d));
    } else if (d->to_server && !to->conn && !to->error && !n->server_is_refused) {
      note_error(to, accept_datagram(n, d));
    }
    test_free(d);
  }
}

static ngtcp2_tstamp earlier(ngtcp2_tstamp a, ngtcp2_tstamp b) { return a < b ? a : b; }

static void expire(endpoint *e) {
  if (is_alive(e) && ngtcp2_conn_get_expiry(e->conn) <= e->net->now) {
    note_error(e, ngtcp2_conn_handle_expiry(e->conn, e->net->now));
  }
}

static ngtcp2_tstamp next_event(network *n) {
  ngtcp2_tstamp next = n->queue ? n->queue->arrival : UINT64_MAX;
  if (is_alive(&n->client)) {
    next = earlier(next, ngtcp2_conn_get_expiry(n->client.conn));
  }
  if (is_alive(&n->server)) {
    next = earlier(next, ngtcp2_conn_get_expiry(n->server.conn));
  }
  return next;
}

int network_run(network *n, ngtcp2_duration duration) {
  ngtcp2_tstamp end = n->now + duration, last = 0, next;
  int wakeups = 0;
  for (;;) {
    write_all(&n->client);
    write_all(&n->server);
    next = next_event(n);
    if (next > end) {
      n->now = end;
      return !n->client.error && !n->server.error;
    }
    n->now = next > n->now ? next : n->now;
    wakeups = n->now == last ? wakeups + 1 : 0;
    last = n->now;
    CHECK(wakeups < MAX_WAKEUPS);
    deliver_due(n);
    expire(&n->client);
    expire(&n->server);
  }
}

void network_start(network *n, ngtcp2_duration duration) {
  CHECK_EQ(client_new(&n->client, NGTCP2_PROTO_VER_V1), 0);
  network_run(n, duration);
}

void network_free(network *n) {
  endpoint_delete(&n->client);
  endpoint_delete(&n->server);
  while (n->queue) {
    datagram *d = n->queue;
    n->queue = d->next;
    test_free(d);
  }
}
