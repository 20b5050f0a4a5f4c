#include "stats.h"

static void row(FILE *to, const char *name, uint64_t value, const char *unit)
{
  fprintf(to, "  %-24s %14llu %s\n", name, (unsigned long long)value, unit);
}

static void time_row(FILE *to, const char *name, ngtcp2_duration value)
{
  fprintf(to, "  %-24s %14.3f ms\n", name, (double)value / (double)NGTCP2_MILLISECONDS);
}

void stats_print(FILE *to, const char *name, ngtcp2_conn *quic)
{
  ngtcp2_conn_info info;
  ngtcp2_conn_get_conn_info2(quic, &info);
  fprintf(to, "%s\n", name);
  row(to, "packets sent", info.pkt_sent, "");
  row(to, "packets received", info.pkt_recv, "");
  row(to, "packets lost", info.pkt_lost, "");
  row(to, "packets discarded", info.pkt_discarded, "");
  row(to, "PINGs received", info.ping_recv, "");
  row(to, "bytes sent", info.bytes_sent, "");
  row(to, "bytes received", info.bytes_recv, "");
  row(to, "bytes lost", info.bytes_lost, "");
  time_row(to, "latest RTT", info.latest_rtt);
  time_row(to, "smallest RTT", info.min_rtt);
  time_row(to, "smoothed RTT", info.smoothed_rtt);
  time_row(to, "RTT variation", info.rttvar);
  row(to, "congestion window", info.cwnd, "bytes");
  if (info.ssthresh != UINT64_MAX) {
    row(to, "slow start threshold", info.ssthresh, "bytes");
  }
  row(to, "bytes in flight", info.bytes_in_flight, "");
  row(to, "largest datagram", ngtcp2_conn_get_path_max_tx_udp_payload_size2(quic), "bytes");
  fflush(to);
}
