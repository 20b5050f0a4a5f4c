/* Single calls of the functions that write: into a buffer of the packet's usual size, and on the link. */
#ifndef WRITER_H
#define WRITER_H

#include "network.h"

#define PACKET_LEN 1200
#define FIN NGTCP2_WRITE_STREAM_FLAG_FIN
#define MORE NGTCP2_WRITE_STREAM_FLAG_MORE
#define PADDING NGTCP2_WRITE_STREAM_FLAG_PADDING

/* What the tests send: the byte at each offset is the same in all streams. */
#define MAX_DATA (1 << 20)
const uint8_t *test_data(void);

typedef struct written {
  ngtcp2_ssize len;      /* the packet's, 0 or an error */
  ngtcp2_ssize accepted; /* *pdatalen */
} written;

written write_stream(endpoint *e, int64_t id, uint32_t flags, size_t len);
/* Into a buffer of another length. */
written write_stream_into(endpoint *e, int64_t id, uint32_t flags, size_t len, size_t destlen);
/* From an offset of the test data. */
written write_stream_at(endpoint *e, int64_t id, uint32_t flags, size_t offset, size_t len);

/* accepted is *paccepted. */
written write_datagram(endpoint *e, uint32_t flags, uint64_t id, size_t len, size_t destlen);

/* CONNECTION_CLOSE; a NULL error is a transport error without code. Not sent. */
ngtcp2_ssize write_close(endpoint *e, const ngtcp2_ccerr *error);
/* The same, and sent. */
ngtcp2_ssize send_close(endpoint *e, const ngtcp2_ccerr *error);

/* Opens a stream, which must succeed. */
int64_t open_bidi(endpoint *e);
int64_t open_uni(endpoint *e);

/* The time until ngtcp2_conn_get_expiry. */
int64_t until_expiry(endpoint *e);

#endif
