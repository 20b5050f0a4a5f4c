/* An application on both ends: the client sends data on streams, the server sends them back, and both
 * compare every byte. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "writer.h"

#define MAX_TRANSFER_STREAMS 16

typedef struct transfer_stream {
  int64_t id; /* -1: not opened */
  size_t sent, received;
  int fin_sent, fin_received, closed;
} transfer_stream;

typedef struct transfer {
  network *net;
  size_t streams, len;
  uint32_t datagrams; /* that the client still has to send */
  transfer_stream side[2][MAX_TRANSFER_STREAMS]; /* of the client, of the server */
} transfer;

/* To begin once the client's handshake completes. The transfer must not move afterwards. */
void transfer_init(transfer *t, network *n, size_t streams, size_t len);
int transfer_is_complete(const transfer *t);

#endif
