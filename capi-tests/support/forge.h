/* Packets made by hand: what a peer could send that has all the keys and keeps none of the rules. */
#ifndef FORGE_H
#define FORGE_H

#include "network.h"

typedef struct frames {
  uint8_t data[1200];
  size_t len;
} frames;

/* Appends a byte, a number in QUIC's encoding, and bytes. */
void put_byte(frames *f, uint8_t byte);
void put_varint(frames *f, uint64_t value);
void put_bytes(frames *f, const void *data, size_t len);

/* Hands the endpoint a 1-RTT packet with these frames, as if the peer had sent it; what ngtcp2_conn_read_pkt returns.
 * The numbers of such packets are far above those that are sent, and rise. */
int read_forged(endpoint *to, const frames *f);

#endif
