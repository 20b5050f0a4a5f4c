/* Structs of older generations are shorter: the library touches no byte behind the prefix that the
 * caller's header had. Each stands at the end of a page behind which nothing may be touched. */
#include "transfer.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static network n;
static transfer t;

#define PREFIX(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))

static const size_t settings_sizes[] = {
    0,
    PREFIX(ngtcp2_settings, initial_pkt_num),
    PREFIX(ngtcp2_settings, pmtud_probeslen),
    PREFIX(ngtcp2_settings, glitch_ratelim_rate),
    PREFIX(ngtcp2_settings, log_write),
};
static const size_t callbacks_sizes[] = {
    0,
    PREFIX(ngtcp2_callbacks, tls_early_data_rejected),
    PREFIX(ngtcp2_callbacks, begin_path_validation),
    PREFIX(ngtcp2_callbacks, get_path_challenge_data2),
    PREFIX(ngtcp2_callbacks, recv_stop_sending),
    PREFIX(ngtcp2_callbacks, stream_close2),
    CALLBACKS_LEN,
};
static const size_t conn_info_sizes[] = {
    0,
    PREFIX(ngtcp2_conn_info, bytes_in_flight),
    PREFIX(ngtcp2_conn_info, pkt_discarded),
};

/* Memory of the size, which ends where the readable world ends, and no alignment is lost. */
static void *at_the_end(size_t len) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  CHECK_EQ(mprotect(pages + page, page, PROT_NONE), 0);
  CHECK_EQ(len % 4, 0);
  return memset(pages + page - len, 0xab, len);
}

static void default_settings(void) {
  for (int version = 1; version <= newest_settings_version(); version++) {
    size_t len = settings_sizes[version];
    ngtcp2_settings *prefix = at_the_end(len), settings;
    note_case("settings version %d", version);
    ngtcp2_settings_default_versioned(version, prefix);
    memcpy(&settings, prefix, len);
    CHECK_EQ(settings.cc_algo, NGTCP2_CC_ALGO_CUBIC);
    CHECK_EQ(settings.initial_pkt_num, 0);
    CHECK_EQ(settings.max_tx_udp_payload_size, 1452);
  }
}

#ifndef REFERENCE
/* From the future: the newest known; from nowhere: the first. The C library aborts. */
static void default_settings_of_unknown_generations(void) {
  ngtcp2_settings newest, settings;
  ngtcp2_settings_default_versioned(NGTCP2_SETTINGS_VERSION, &newest);
  memset(&settings, 0xab, sizeof(settings));
  ngtcp2_settings_default_versioned(99, &settings);
  CHECK(memcmp(&settings, &newest, settings_sizes[NGTCP2_SETTINGS_V4]) == 0);
  ngtcp2_settings_default_versioned(0, at_the_end(settings_sizes[1]));
  ngtcp2_settings_default_versioned(-1, at_the_end(settings_sizes[1]));
}
#endif

/* A caller of each age connects and transfers. */
static void connections(void) {
  for (int callbacks_version = 1; callbacks_version <= newest_callbacks_version(); callbacks_version++) {
    for (int settings_version = 1; settings_version <= newest_settings_version(); settings_version++) {
      size_t callbacks_len = callbacks_sizes[callbacks_version], settings_len = settings_sizes[settings_version];
      ngtcp2_callbacks *callbacks = at_the_end(callbacks_len);
      ngtcp2_settings *settings = at_the_end(settings_len);
      ngtcp2_cid dcid = {18, {1}}, scid = {8, {2}};
      ngtcp2_path_storage path;
      note_case("callbacks version %d, settings version %d", callbacks_version, settings_version);
      network_init(&n, 9);
      transfer_init(&t, &n, 2, 5000);
      memcpy(callbacks, callbacks_of(&n.client), callbacks_len);
      memcpy(settings, &n.client.settings, settings_len);
      path_between(&path, 0, CLIENT_PORT, SERVER_PORT);
      CHECK_EQ(ngtcp2_conn_client_new_versioned(&n.client.conn, &dcid, &scid, &path.path, NGTCP2_PROTO_VER_V1,
                                                callbacks_version, callbacks, settings_version, settings,
                                                NGTCP2_TRANSPORT_PARAMS_VERSION, &n.client.params, &n.client.heap.mem,
                                                &n.client),
               0);
      /* Nothing refers to them any more. */
      memset(callbacks, 0xcd, callbacks_len);
      memset(settings, 0xcd, settings_len);
      n.server.callbacks_version = callbacks_version;
      n.server.settings_version = settings_version;
      CHECK(network_run(&n, 2 * SECOND));
      CHECK(transfer_is_complete(&t));
      CHECK_EQ(n.client.count[CALLED_begin_path_validation], 0);
      network_free(&n);
    }
  }
}

/* What a generation does not have is not called. */
static void callbacks_behind_the_prefix(void) {
  for (int version = 1; version <= newest_callbacks_version(); version++) {
    int64_t id;
    note_case("callbacks version %d", version);
    network_init(&n, 10);
    n.client.callbacks_version = version;
    network_start(&n, 300 * MS);
    id = open_bidi(&n.client);
    CHECK(write_stream(&n.client, id, 0, 10).len > 0);
    network_run(&n, 100 * MS);
    CHECK_EQ(ngtcp2_conn_shutdown_stream_read(n.server.conn, 0, id, 5), 0);
    network_run(&n, 100 * MS);
    CHECK_EQ(n.client.count[CALLED_recv_stop_sending], version >= 4);
    CHECK_EQ(n.client.count[CALLED_extend_max_data], version >= 6);
    network_free(&n);
  }
}

static void connection_information(void) {
  ngtcp2_conn_info *old, *current;
  network_init(&n, 11);
  network_start(&n, 300 * MS);
  old = at_the_end(conn_info_sizes[1]);
  current = at_the_end(conn_info_sizes[2]);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, 1, old);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, newest_conn_info_version(), current);
  CHECK_EQ(old->smoothed_rtt, current->smoothed_rtt);
  CHECK_EQ(old->bytes_in_flight, current->bytes_in_flight);
  CHECK_WITHIN(current->smoothed_rtt, 20 * (int64_t)MS, 25 * (int64_t)MS);
  CHECK_EQ(current->min_rtt, 20 * MS);
  CHECK_EQ(current->bytes_in_flight, 0);
  CHECK_EQ(current->pkt_lost, 0);
  CHECK_EQ(current->pkt_discarded, 0);
  CHECK(current->pkt_sent > 4 && current->bytes_sent > 3000);
  CHECK(current->pkt_recv > 4 && current->bytes_recv > 3000);
  network_free(&n);
}

static void information_of_a_new_connection(void) {
  ngtcp2_conn_info info;
  network_init(&n, 12);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, newest_conn_info_version(), &info);
  CHECK_EQ(info.latest_rtt, 0);
  CHECK(info.min_rtt == UINT64_MAX);
  CHECK_EQ(info.smoothed_rtt, 333 * MS);
  CHECK_EQ(info.rttvar, 333 * MS / 2);
  CHECK_EQ(info.cwnd, 12000);
  CHECK(info.ssthresh == UINT64_MAX);
  CHECK_EQ(info.pkt_sent, 0);
  CHECK_EQ(flush(&n.client), 1);
  ngtcp2_conn_get_conn_info_versioned(n.client.conn, newest_conn_info_version(), &info);
  CHECK_EQ(info.bytes_in_flight, 1200);
  CHECK_EQ(info.pkt_sent, 1);
  CHECK_EQ(info.bytes_sent, 1200);
  network_free(&n);
}

#ifndef REFERENCE
static void connections_of_unknown_generations(void) {
  static const int bad[] = {-1, 0, 7, 99};
  ngtcp2_cid dcid = {18, {1}}, scid = {8, {2}};
  network_init(&n, 13);
  path_between(&n.client.path, 0, CLIENT_PORT, SERVER_PORT);
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    for (int which = 0; which < 3; which++) {
      n.client.conn = (ngtcp2_conn *)&n;
      note_case("struct %d, version %d", which, bad[i]);
      CHECK_EQ(ngtcp2_conn_client_new_versioned(
                   &n.client.conn, &dcid, &scid, &n.client.path.path, NGTCP2_PROTO_VER_V1,
                   which == 0 ? bad[i] : NGTCP2_CALLBACKS_VERSION, &n.client.callbacks,
                   which == 1 ? bad[i] : NGTCP2_SETTINGS_VERSION, &n.client.settings,
                   which == 2 ? bad[i] : NGTCP2_TRANSPORT_PARAMS_VERSION, &n.client.params, &n.client.heap.mem, &n.client),
               NGTCP2_ERR_INVALID_ARGUMENT);
      CHECK(n.client.conn == NULL);
      CHECK_EQ(n.client.heap.live, 0);
    }
  }
}
#endif

static const test tests[] = {
    TEST(default_settings),
    TEST(connections),
    TEST(callbacks_behind_the_prefix),
    TEST(connection_information),
    TEST(information_of_a_new_connection),
#ifndef REFERENCE
    TEST(default_settings_of_unknown_generations),
    TEST(connections_of_unknown_generations),
#endif
};
MAIN("generations", tests)
