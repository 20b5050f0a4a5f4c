#include "stats.h"

#include <stdio.h>

static void row(const char *name, uint64_t value, const char *unit)
{
  printf("  %-24s %14llu %s\n", name, (unsigned long long)value, unit);
}

static void time_row(const char *name, ngtcp2_duration value)
{
  printf("  %-24s %14.3f ms\n", name, (double)value / (double)NGTCP2_MILLISECONDS);
}

void stats_print(const char *name, ngtcp2_conn *quic)
{
  ngtcp2_conn_info info;
  ngtcp2_conn_get_conn_info2(quic, &info);
  printf("%s\n", name);
  row("packets sent", info.pkt_sent, "");
  row("packets received", info.pkt_recv, "");
  row("packets lost", info.pkt_lost, "");
  row("packets discarded", info.pkt_discarded, "");
  row("PINGs received", info.ping_recv, "");
  row("bytes sent", info.bytes_sent, "");
  row("bytes received", info.bytes_recv, "");
  row("bytes lost", info.bytes_lost, "");
  time_row("latest RTT", info.latest_rtt);
  time_row("smallest RTT", info.min_rtt);
  time_row("smoothed RTT", info.smoothed_rtt);
  time_row("RTT variation", info.rttvar);
  row("congestion window", info.cwnd, "bytes");
  if (info.ssthresh != UINT64_MAX) {
    row("slow start threshold", info.ssthresh, "bytes");
  }
  row("bytes in flight", info.bytes_in_flight, "");
  row("largest datagram", ngtcp2_conn_get_path_max_tx_udp_payload_size2(quic), "bytes");
  fflush(stdout);
}
