/* Settings that no other program is about: probe sizes, a version that came before, and who gets the log. */
#include "callbacks.h"
#include "transfer.h"

#include <stdarg.h>

static network n;
static transfer t;

static void probe_sizes(void) {
  static const uint16_t sizes[] = {1300, 1350, 9000};
  network_init(&n, 70);
  n.client.settings.pmtud_probes = sizes;
  n.client.settings.pmtud_probeslen = 3;
  n.client.settings.max_tx_udp_payload_size = 1500;
  network_start(&n, 1 * SECOND);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1350);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.server.conn), 1444);
  network_free(&n);
}

/* A client that comes back after a Version Negotiation packet: the server's own list shows whether that packet told the
 * truth (RFC 9368 section 4). */
static void a_version_that_came_before(void) {
  static const uint32_t both[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  for (int is_forged = 0; is_forged < 2; is_forged++) {
    network_init(&n, 71);
    n.client.settings.original_version = NGTCP2_PROTO_VER_V2;
    n.client.settings.preferred_versions = both;
    n.client.settings.preferred_versionslen = 2;
    n.server.settings.available_versions = is_forged ? both : both + 1;
    n.server.settings.available_versionslen = is_forged ? 2 : 1;
    network_start(&n, 500 * MS);
    CHECK_EQ(ngtcp2_conn_get_tls_error(n.client.conn), is_forged ? NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE : 0);
    CHECK_EQ(ngtcp2_conn_get_handshake_completed(n.client.conn), !is_forged);
    network_free(&n);
  }
}

/* Lines as they came, one below the other. */
typedef struct lines {
  char text[1 << 18];
  size_t len;
  uint32_t count;
} lines;

static lines from_printf, from_write;

static void take(lines *l, const char *line, size_t len) {
  CHECK(l->len + len + 1 < sizeof(l->text));
  CHECK(memchr(line, '\n', len) == NULL && memchr(line, 0, len) == NULL);
  memcpy(l->text + l->len, line, len);
  l->text[l->len + len] = '\n';
  l->len += len + 1;
  l->count++;
}

static void print_line(void *user_data, const char *format, ...) {
  char line[4096];
  va_list arguments;
  int len;
  CHECK(user_data == &n.client);
  va_start(arguments, format);
  len = vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  CHECK(len > 0 && (size_t)len < sizeof(line));
  take(&from_printf, line, (size_t)len);
}

static void write_line(void *user_data, char *msg, size_t len) {
  CHECK(user_data == &n.client);
  CHECK_EQ(msg[len], 0);
  take(&from_write, msg, len);
}

static void run_logged(ngtcp2_printf printer, ngtcp2_log_write writer) {
  memset(&from_printf, 0, sizeof(from_printf));
  memset(&from_write, 0, sizeof(from_write));
  network_init(&n, 72);
  transfer_init(&t, &n, 2, 5000);
  n.client.settings.log_printf = printer;
  n.client.settings.log_write = writer;
  network_start(&n, 500 * MS);
  CHECK(transfer_is_complete(&t));
  network_free(&n);
}

static int begins_as_a_line(const char *line) {
  unsigned time;
  char cid[64], category[8];
  return sscanf(line, "I%8u 0x%63[0-9a-f] %3[a-z]", &time, cid, category) == 3 && line[9] == ' ' &&
         strstr("con pkt frm ldc cca cry ptv", category) != NULL;
}

/* Both hear the same, and one of them is enough. */
static void the_log(void) {
  static lines first;
  run_logged(print_line, NULL);
  CHECK(from_printf.count > 100 && from_write.count == 0);
  first = from_printf;
  for (char *line = first.text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = 0;
    note_case("%s", line);
    CHECK(begins_as_a_line(line));
    *end = '\n';
  }
  run_logged(print_line, write_line);
  CHECK_EQ(from_printf.count, 0);
  CHECK_EQ(from_write.count, first.count);
  CHECK_STR(from_write.text, first.text);
  run_logged(NULL, NULL);
  CHECK_EQ(from_printf.count + from_write.count, 0);
}

static const test tests[] = {TEST(probe_sizes), TEST(a_version_that_came_before), TEST(the_log)};
MAIN("settings", tests)
