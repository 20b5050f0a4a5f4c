/* The log, which people and programs grep, and the qlog, which viewers open. */
#include "writer.h"

#include <stdarg.h>

#define MAX_TEXT (1 << 20)

static network n;

/* All that a client says, a line each. */
static char text[MAX_TEXT];
static size_t text_len;
static int calls_of_printf, calls_of_write;

static void add_line(const char *line, size_t len) {
  CHECK(text_len + len + 2 < MAX_TEXT);
  memcpy(text + text_len, line, len);
  text_len += len;
  text[text_len++] = '\n';
  text[text_len] = '\0';
}

static void by_printf(void *user_data, const char *format, ...) {
  char line[2048];
  va_list arguments;
  CHECK(user_data == &n.client);
  va_start(arguments, format);
  vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  calls_of_printf++;
  add_line(line, strlen(line));
}

static void begin(void) {
  network_init(&n, 60);
  text_len = 0;
  text[0] = '\0';
  calls_of_printf = calls_of_write = 0;
}

static int loses_the_next;

static int one_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)number;
  (void)len;
  return to_server && loses_the_next && loses_the_next--;
}

/* A life with streams and one lost packet. */
static void live(void) {
  int64_t id;
  n.is_lost = one_is_lost;
  network_start(&n, 300 * MS);
  id = open_bidi(&n.client);
  loses_the_next = 1;
  for (int i = 0; i < 6; i++) {
    CHECK(write_stream_at(&n.client, id, 0, (size_t)i * 100, 100).len > 0);
  }
  network_run(&n, 300 * MS);
  CHECK(send_close(&n.client, NULL) > 0);
}

static void check_has(const char *part) {
  if (!strstr(text, part)) {
    FAIL("no line with \"%s\"", part);
  }
}

/* "I" and milliseconds since the start, our connection id, a category, and the text. */
static void check_lines(void) {
  static const char *const categories[] = {"con", "pkt", "frm", "ldc", "cca", "cry"};
  char id[2 + 2 * NGTCP2_MAX_CIDLEN + 1] = "0x";
  int seen[6] = {0};
  for (size_t i = 0; i < n.client.cids[0].datalen; i++) {
    snprintf(id + 2 + 2 * i, 3, "%02x", n.client.cids[0].data[i]);
  }
  for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
    char line_id[64], category[8];
    unsigned long long time;
    size_t kind = 0;
    note_case("%.60s", line);
    CHECK_EQ(sscanf(line, "I%8llu %63s %7s ", &time, line_id, category), 3);
    CHECK_STR(line_id, id);
    CHECK(time <= 1000);
    while (kind < 6 && strcmp(category, categories[kind]) != 0) {
      kind++;
    }
    CHECK(kind < 6);
    seen[kind] = 1;
  }
  CHECK(seen[0] && seen[1] && seen[2] && seen[3] && seen[4] && seen[5]);
}

static void lines(void) {
  begin();
  n.client.settings.log_printf = by_printf;
  live();
  check_lines();
  check_has("I00000000 ");
  check_has(" version=0x00000001 type=Initial len=0\n");
  check_has(" pkt rx pkn=0 dcid=0x");
  check_has(" frm rx 0 Initial ACK(0x3) largest_ack=0 ack_delay=0(0) ack_range_count=0\n");
  check_has(" frm rx 0 Initial ACK(0x3) range=[0..0] len=0\n");
  check_has(" frm rx 0 Initial ACK(0x3) ect0=1 ect1=0 ce=0\n");
  check_has(" frm rx 0 Initial CRYPTO(0x6) offset=0 len=52\n");
  check_has(" 1RTT HANDSHAKE_DONE(0x1e)\n");
  check_has(" 1RTT STREAM(0xa) id=0x0 fin=0 offset=0 len=100 uni=0\n");
  check_has(" 1RTT STREAM(0xe) id=0x0 fin=0 offset=100 len=100 uni=0\n");
  check_has(" type=1RTT k=0\n");
  check_has(" ldc latest_rtt=20 min_rtt=20 smoothed_rtt=20 rttvar=10 ack_delay=0\n");
  check_has(" lost type=1RTT sent_ts=");
  check_has(" con path is ECN capable\n");
  check_has(" con recv packet len=");
  check_has(" cry remote transport_parameters ");
  check_has(" CONNECTION_CLOSE(0x1c) error_code=NO_ERROR(0x0) ");
  network_free(&n);
}

/* log_write appeared in release 1.23; it is called with what log_printf would print, and in its place. */
static void by_write(void *user_data, char *line, size_t len) {
  CHECK(user_data == &n.client);
  CHECK_EQ(line[len], '\0');
  CHECK_EQ(strlen(line), len);
  calls_of_write++;
  add_line(line, len);
}

static void written_lines(void) {
  begin();
  n.client.settings.log_printf = by_printf;
  n.client.settings.log_write = by_write;
  live();
  check_lines();
  CHECK_EQ(calls_of_printf, 0);
  CHECK(calls_of_write > 50);
  network_free(&n);
}

static int records, ends;

static void by_qlog(void *user_data, uint32_t flags, const void *data, size_t len) {
  const char *record = data;
  CHECK(user_data == &n.client);
  CHECK_EQ(ends, 0);
  if (flags & NGTCP2_QLOG_WRITE_FLAG_FIN) {
    CHECK_EQ(len, 0);
    ends++;
    return;
  }
  CHECK_EQ(record[0], 0x1e);
  CHECK_EQ(record[1], '{');
  CHECK_EQ(record[len - 2], '}');
  CHECK_EQ(record[len - 1], '\n');
  records++;
  add_line(record + 1, len - 2);
}

/* JSON text sequences (RFC 7464): a head, then events, and one call at the end. */
static void qlog(void) {
  static const char head[] = "{\"qlog_format\":\"JSON-SEQ\",\"qlog_version\":\"0.3\",\"trace\":{\"vantage_point\":{\"name\":\"ngtcp2\","
                             "\"type\":\"client\"},\"common_fields\":{\"protocol_type\":[\"QUIC\"],\"time_format\":\"relative\","
                             "\"reference_time\":0,\"group_id\":\"";
  begin();
  records = ends = 0;
  n.client.settings.qlog_write = by_qlog;
  live();
  CHECK_EQ(ends, 0);
  network_free(&n);
  CHECK_EQ(ends, 1);
  CHECK(records > 30);
  CHECK(strncmp(text, head, sizeof(head) - 1) == 0);
  check_has("{\"time\":0,\"name\":\"transport:parameters_set\",\"data\":{\"owner\":\"local\",");
  check_has("{\"time\":0,\"name\":\"transport:packet_sent\",\"data\":{\"frames\":[{\"frame_type\":\"");
  check_has("{\"time\":20,\"name\":\"transport:packet_received\",\"data\":{\"frames\":[{\"frame_type\":\"");
  check_has("\"name\":\"recovery:metrics_updated\",\"data\":{");
  check_has("\"congestion_window\":12000,\"bytes_in_flight\":1200");
  check_has("\"name\":\"recovery:packet_lost\",\"data\":{\"header\":{\"packet_type\":\"1RTT\",\"packet_number\":");
  check_has("{\"frame_type\":\"stream\",\"stream_id\":0,\"offset\":100,\"length\":100");
}

static const test tests[] = {TEST(lines), TEST(written_lines), TEST(qlog)};
MAIN("logging", tests)
