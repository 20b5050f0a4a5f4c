/* What one run does. A mode sets its own defaults before the command line is read. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <ngtcp2/ngtcp2.h>
#include <stdbool.h>

/* What callgrind counts: all of the measured section, or what one side does in one direction. */
enum phase {
  PHASE_ALL,
  PHASE_SENDER_WRITES,
  PHASE_SENDER_READS,
  PHASE_RECEIVER_WRITES,
  PHASE_RECEIVER_READS,
};

struct options {
  double mib;              /* application data of one pass */
  uint64_t payload;        /* bytes of a full packet */
  uint64_t burst;          /* packets written in one round, at most */
  uint64_t inflight_kib;   /* what the application has unacknowledged, at most */
  uint64_t stream_kib;     /* flow control window of a stream */
  uint64_t connection_kib; /* and of the connection */
  uint64_t chunk;          /* bytes that a stream writes before the next one's turn; 0: all it can */
  uint64_t count;          /* handshakes, connections, streams or datagrams */
  uint64_t requests;
  uint64_t concurrency; /* streams open at a time; 0: `count` */
  uint64_t request_len;
  uint64_t response_len;
  uint64_t certificate_len;
  uint64_t delay_us;
  uint64_t jitter_us;
  uint64_t rate_mbps;
  uint64_t queue_kib;
  double loss; /* per cent */
  uint64_t seed;
  uint64_t repetitions; /* timed passes */
  uint64_t cc;          /* an ngtcp2_cc_algo */
  uint64_t phase;       /* an enum phase */
  uint64_t upload;      /* 1: the client sends the bulk of the data */
  uint64_t aggregate;   /* 1: ngtcp2_conn_write_aggregate_pkt2 */
  uint64_t more;        /* 1: NGTCP2_WRITE_STREAM_FLAG_MORE */
};

extern const struct options default_options;

/* Reads `--name value` pairs. False if one is unknown. */
bool options_read(struct options *options, char **args);

void options_print_names(void);

#endif
