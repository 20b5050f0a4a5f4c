/* A client, a server and the link between them, on a virtual clock. */
#ifndef NETWORK_H
#define NETWORK_H

#include "endpoint.h"

#define START (1000 * SECOND)
#define DELAY (10 * MS)
#define CLIENT_PORT 20000
#define SERVER_PORT 4433
#define MAX_PACKET 65536

typedef struct datagram {
  struct datagram *next;
  ngtcp2_tstamp arrival;
  int to_server;
  uint8_t ecn;
  uint16_t local_port, remote_port; /* as the receiver sees them */
  size_t len;
  uint8_t data[];
} datagram;

typedef struct network network;

/* Nonzero: the datagram is lost. */
typedef int (*loss)(network *n, int to_server, uint64_t number, size_t len);

/* What becomes of a datagram on the way: as many copies arrive, each after its delay. */
#define MAX_COPIES 2
typedef struct fate {
  int copies;
  ngtcp2_duration delay[MAX_COPIES];
  uint8_t ecn;
} fate;

/* Changes the fate of a datagram, which else arrives once, after DELAY. */
typedef void (*journey)(network *n, int to_server, uint64_t number, size_t len, fate *f);

struct network {
  ngtcp2_tstamp now;
  uint64_t seed;
  endpoint client, server;
  datagram *queue;
  uint64_t sent[2]; /* datagrams towards the client, towards the server */
  loss is_lost;
  journey travel;
  generator link_random;
  uint16_t client_port_shift; /* of a NAT between the two */
  int server_is_refused;      /* the listener answers nothing */
};

/* Two endpoints that have not been created. The network must not move afterwards. */
void network_init(network *n, uint64_t seed);
/* Creates the client, and lets both run for the time. */
void network_start(network *n, ngtcp2_duration duration);
/* Runs until the time has passed and says whether both are without error. */
int network_run(network *n, ngtcp2_duration duration);
/* Deletes both ends and checks that nothing is left. */
void network_free(network *n);

/* Whether the end can still be called: created, without error and not deleted from inside a callback. */
int is_alive(const endpoint *e);

/* The path as one side sees it. */
void path_between(ngtcp2_path_storage *path, int is_server, uint16_t local_port, uint16_t remote_port);

/* Puts a packet on the link. */
void send_packet(endpoint *e, const ngtcp2_path *path, uint8_t ecn, const uint8_t *data, size_t len);
/* Takes the first datagram for a side from the link; NULL: there is none. To be freed with test_free. */
datagram *take_datagram(network *n, int to_server);
/* Reads a datagram; what ngtcp2_conn_read_pkt returns. */
int read_datagram(endpoint *e, const datagram *d);
/* Lets the server accept the datagram and read it; what reading returns. */
int accept_datagram(network *n, const datagram *d);
/* Writes until there is nothing to write. The number of packets, or the error. */
int flush(endpoint *e);

#endif
