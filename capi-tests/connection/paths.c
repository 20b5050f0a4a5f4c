/* Paths: migration, a NAT that changes the client's port, a server's preferred address, and the MTU. */
#include "callbacks.h"
#include "writer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define NEW_PORT (CLIENT_PORT + 1)
#define PREFERRED_PORT 5544
#define SERVER_IP 0x0a000002
/* The flag of both callbacks for the preferred address. */
#define PREFERRED NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR

static network n;

static void connect_now(void) {
  network_start(&n, 500 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
}

static int migrate(uint16_t port, int immediately) {
  ngtcp2_path_storage path;
  path_between(&path, 0, port, SERVER_PORT);
  return immediately ? ngtcp2_conn_initiate_immediate_migration(n.client.conn, &path.path, n.now)
                     : ngtcp2_conn_initiate_migration(n.client.conn, &path.path, n.now);
}

static int is_on(const endpoint *e, uint16_t local_port, uint16_t remote_port) {
  ngtcp2_path_storage path;
  path_between(&path, e->is_server, local_port, remote_port);
  return ngtcp2_path_eq(&path.path, ngtcp2_conn_get_path(e->conn));
}

static void check_refused(void) {
  CHECK_EQ(migrate(NEW_PORT, 0), NGTCP2_ERR_INVALID_STATE);
  CHECK_EQ(migrate(NEW_PORT, 1), NGTCP2_ERR_INVALID_STATE);
}

static void migration_that_is_refused(void) {
  network_init(&n, 50);
  CHECK_EQ(client_new(&n.client, NGTCP2_PROTO_VER_V1), 0);
  CHECK_EQ(flush(&n.client), 1);
  check_refused();
  network_run(&n, 25 * MS);
  CHECK(ngtcp2_conn_get_handshake_completed(n.client.conn));
  check_refused();
  network_free(&n);

  network_init(&n, 50);
  n.server.params.disable_active_migration = 1;
  connect_now();
  check_refused();
  network_free(&n);
}

static void no_spare_connection_id(void) {
  network_init(&n, 51);
  n.client.params.active_connection_id_limit = n.server.params.active_connection_id_limit = 2;
  connect_now();
  CHECK_EQ(migrate(CLIENT_PORT, 0), NGTCP2_ERR_INVALID_ARGUMENT);
  CHECK_EQ(migrate(NEW_PORT, 0), 0);
  CHECK_EQ(migrate(NEW_PORT + 1, 0), NGTCP2_ERR_CONN_ID_BLOCKED);
  CHECK_EQ(migrate(NEW_PORT + 2, 1), NGTCP2_ERR_CONN_ID_BLOCKED);
  network_free(&n);
}

static void validated_migration(void) {
  int64_t id;
  network_init(&n, 52);
  connect_now();
  n.client.count[CALLED_dcid_status] = 0;
  CHECK_EQ(migrate(NEW_PORT, 0), 0);
  CHECK_EQ(n.client.count[CALLED_dcid_status], 1);
  CHECK_EQ(n.client.last[CALLED_dcid_status].flags, NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE);
  CHECK_EQ(n.client.count[CALLED_begin_path_validation], 1);
  CHECK(is_on(&n.client, CLIENT_PORT, SERVER_PORT));
  id = open_uni(&n.client);
  CHECK_EQ(write_stream(&n.client, id, FIN, 10).accepted, -1);
  network_run(&n, 15 * MS);
  CHECK(is_on(&n.client, CLIENT_PORT, SERVER_PORT));
  network_run(&n, 10 * MS);
  CHECK_EQ(n.client.count[CALLED_path_validation], 1);
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  CHECK(is_on(&n.client, NEW_PORT, SERVER_PORT));
  CHECK(write_stream(&n.client, id, FIN, 10).len > 0);
  network_run(&n, 500 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 10);
  CHECK(is_on(&n.server, SERVER_PORT, NEW_PORT));
  CHECK_EQ(n.client.last[CALLED_dcid_status].flags, NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), 1444);
  network_free(&n);
}

static void immediate_migration(void) {
  int64_t id;
  network_init(&n, 53);
  connect_now();
  CHECK_EQ(migrate(NEW_PORT, 1), 0);
  CHECK(is_on(&n.client, NEW_PORT, SERVER_PORT));
  CHECK_EQ(n.client.count[CALLED_begin_path_validation], 1);
  id = open_uni(&n.client);
  while (write_stream(&n.client, id, FIN, 10).accepted < 0) {
  }
  network_run(&n, 15 * MS);
  CHECK_EQ(n.server.last[CALLED_recv_stream_data].len, 10);
  CHECK(is_on(&n.server, SERVER_PORT, NEW_PORT));
  network_run(&n, 300 * MS);
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  CHECK_EQ(n.server.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  network_free(&n);
}

/* One migration after another: the first is given up. */
static void migration_that_is_overtaken(void) {
  network_init(&n, 54);
  connect_now();
  CHECK_EQ(migrate(NEW_PORT, 0), 0);
  flush(&n.client);
  CHECK_EQ(migrate(NEW_PORT + 1, 0), 0);
  CHECK_EQ(n.client.count[CALLED_path_validation], 1);
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_ABORTED);
  network_run(&n, 300 * MS);
  CHECK(is_on(&n.client, NEW_PORT + 1, SERVER_PORT));
  network_free(&n);
}

static int everything_is_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)number;
  (void)len;
  return 1;
}

static void validation_that_fails(void) {
  ngtcp2_tstamp start;
  network_init(&n, 55);
  connect_now();
  n.is_lost = everything_is_lost;
  CHECK_EQ(migrate(NEW_PORT, 0), 0);
  start = n.now;
  while (!n.client.count[CALLED_path_validation] && n.now < start + 10 * SECOND) {
    network_run(&n, 1 * MS);
  }
  CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_FAILURE);
  CHECK_WITHIN(n.now - start, 3000 * MS, 3200 * MS);
  CHECK(is_on(&n.client, CLIENT_PORT, SERVER_PORT));
  network_free(&n);
}

/* The server finds its client at another port: small challenges while it has little credit there, then full ones, and at
 * last a look at whether the former path was left by the client itself. */
static void rebinding(void) {
  network_init(&n, 56);
  connect_now();
  n.client_port_shift = 100;
  CHECK(write_stream(&n.client, open_uni(&n.client), 0, 10).len > 0);
  network_run(&n, 15 * MS);
  CHECK_EQ(n.server.count[CALLED_begin_path_validation], 1);
  CHECK(is_on(&n.server, SERVER_PORT, CLIENT_PORT + 100));
  network_run(&n, 20 * MS);
  CHECK_EQ(n.server.count[CALLED_begin_path_validation], 2);
  network_run(&n, 20 * MS);
  CHECK_EQ(n.server.count[CALLED_path_validation], 1);
  CHECK_EQ(n.server.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
  CHECK_EQ(n.server.count[CALLED_begin_path_validation], 3);
  network_run(&n, 5 * SECOND);
  CHECK(is_on(&n.server, SERVER_PORT, CLIENT_PORT + 100));
  CHECK_EQ(n.client.error + n.server.error, 0);
  network_free(&n);
}

static int takes_preferred;

static int select_preferred_addr(ngtcp2_conn *conn, ngtcp2_path *dest, const ngtcp2_preferred_addr *address, void *user_data) {
  ngtcp2_path_storage path;
  (void)user_data;
  CHECK_EQ(dest->remote.addrlen, 0);
  CHECK(address->ipv4_present && !address->ipv6_present);
  CHECK_EQ(ntohs(address->ipv4.sin_port), PREFERRED_PORT);
  if (takes_preferred) {
    path_between(&path, 0, CLIENT_PORT, PREFERRED_PORT);
    ngtcp2_path_copy(dest, &path.path);
    dest->user_data = ngtcp2_conn_get_path(conn)->user_data;
  }
  return 0;
}

static void preferred_address(void) {
  for (takes_preferred = 0; takes_preferred < 2; takes_preferred++) {
    ngtcp2_transport_params *params = &n.server.params;
    network_init(&n, 57);
    n.client.callbacks.select_preferred_addr = select_preferred_addr;
    params->preferred_addr_present = 1;
    params->preferred_addr.ipv4_present = 1;
    params->preferred_addr.ipv4.sin_family = AF_INET;
    params->preferred_addr.ipv4.sin_port = htons(PREFERRED_PORT);
    params->preferred_addr.ipv4.sin_addr.s_addr = htonl(SERVER_IP);
    params->preferred_addr.cid = (ngtcp2_cid){10, {0x70, 0x72}};
    token_for(&params->preferred_addr.cid, params->preferred_addr.stateless_reset_token);
    connect_now();
    CHECK_EQ(n.client.count[CALLED_begin_path_validation], takes_preferred);
    CHECK(is_on(&n.client, CLIENT_PORT, takes_preferred ? PREFERRED_PORT : SERVER_PORT));
    CHECK(is_on(&n.server, takes_preferred ? PREFERRED_PORT : SERVER_PORT, CLIENT_PORT));
    if (takes_preferred) {
      CHECK(n.client.last[CALLED_begin_path_validation].flags & PREFERRED);
      CHECK(n.client.last[CALLED_path_validation].flags & PREFERRED);
      CHECK_EQ(n.client.last[CALLED_path_validation].len, NGTCP2_PATH_VALIDATION_RESULT_SUCCESS);
    }
    network_free(&n);
  }
}

static size_t mtu;

static int larger_ones_are_lost(network *net, int to_server, uint64_t number, size_t len) {
  (void)net;
  (void)to_server;
  (void)number;
  return len > mtu;
}

static void prepare_mtu(size_t line) {
  network_init(&n, 58);
  n.server.settings.no_pmtud = 1;
  mtu = line;
  n.is_lost = larger_ones_are_lost;
}

static void check_mtu(size_t largest, size_t found) {
  network_start(&n, 20 * SECOND);
  CHECK_EQ(ngtcp2_conn_get_max_tx_udp_payload_size(n.client.conn), largest);
  CHECK_EQ(ngtcp2_conn_get_path_max_tx_udp_payload_size(n.client.conn), found);
  network_free(&n);
}

static void path_mtu(void) {
  static const uint16_t probes[] = {1300, 1350, 9000};
  prepare_mtu(SIZE_MAX);
  check_mtu(1452, 1444);
  prepare_mtu(SIZE_MAX);
  n.client.settings.no_pmtud = 1;
  check_mtu(1452, 1200);
  prepare_mtu(SIZE_MAX);
  n.client.settings.max_tx_udp_payload_size = 65527;
  check_mtu(65527, 1444);
  prepare_mtu(1420);
  check_mtu(1452, 1406);
  prepare_mtu(1300);
  check_mtu(1452, 1232);
  prepare_mtu(1200);
  check_mtu(1452, 1200);
  prepare_mtu(SIZE_MAX);
  n.client.settings.pmtud_probes = probes;
  n.client.settings.pmtud_probeslen = 3;
  n.client.settings.max_tx_udp_payload_size = 1500;
  check_mtu(1500, 1350);
  prepare_mtu(SIZE_MAX);
  n.server.params.max_udp_payload_size = 1410;
  check_mtu(1452, 1406);
}

static const test tests[] = {
    TEST(migration_that_is_refused),
    TEST(no_spare_connection_id),
    TEST(validated_migration),
    TEST(immediate_migration),
    TEST(migration_that_is_overtaken),
    TEST(validation_that_fails),
    TEST(rebinding),
    TEST(preferred_address),
    TEST(path_mtu),
};
MAIN("paths", tests)
