/* qserver: serves the files of one folder over QUIC (hq-interop). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

/* -- Reading ------------------------------------------------------------------------------------------ */

static void touch(struct server *server, struct server_connection *c)
{
  if (!c->touched) {
    c->touched = true;
    c->next_touched = server->touched;
    server->touched = c;
  }
}

static void write_touched(struct server *server)
{
  while (server->touched != NULL) {
    struct server_connection *c = server->touched;
    server->touched = c->next_touched;
    c->touched = false;
    connection_write(&c->connection);
    if (c->connection.state == CONNECTION_OVER) {
      server_connection_free(c);
    }
  }
}

static void read_packet(struct server *server, const struct udp_batch *batch, const uint8_t *packet, size_t len)
{
  ngtcp2_version_cid ids;
  ngtcp2_pkt_hd header;

  if (len == 0) {
    return;
  }
  switch (ngtcp2_pkt_decode_version_cid(&ids, packet, len, SERVER_CID_LEN)) {
  case 0:
    break;
  case NGTCP2_ERR_VERSION_NEGOTIATION:
    server_send_version_negotiation(batch, &ids);
    return;
  default:
    return; /* no QUIC packet, or one that deserves no answer */
  }
  struct server_connection *c = cid_table_find(&server->connection_ids, ids.dcid, ids.dcidlen);
  if (c == NULL) {
    c = server_accept(server, batch, packet, len, &ids);
    if (c == NULL) {
      return;
    }
  }
  int error = connection_read(&c->connection, batch, packet, len);
  if (error == NGTCP2_ERR_RETRY && ngtcp2_accept(&header, packet, len) == 0) {
    server_send_retry(server, batch, &header);
  }
  touch(server, c);
}

static void on_batch(void *owner, const struct udp_batch *batch)
{
  struct listener *listener = owner;
  for (size_t offset = 0; offset < batch->len; offset += batch->segment) {
    size_t left = batch->len - offset;
    read_packet(listener->server, batch, batch->data + offset, left < batch->segment ? left : batch->segment);
  }
}

static void on_read(void *owner)
{
  write_touched(((struct listener *)owner)->server);
}

static void on_writable(void *owner)
{
  struct listener *listener = owner;
  struct server_connection *c = listener->blocked;

  listener->blocked = NULL; /* those that are blocked again begin a new list */
  while (c != NULL) {
    struct server_connection *next = c->next_blocked;
    c->blocked_on = NULL;
    connection_resume(&c->connection);
    touch(listener->server, c); /* it may be over now */
    c = next;
  }
  write_touched(listener->server);
}

/* -- Starting and stopping ---------------------------------------------------------------------------- */

void server_ask_to_stop(struct server *server)
{
  if (server->stopping || server->connection_count == 0) {
    loop_stop(server->loop);
    return;
  }
  say("saying goodbye to %zu clients; once more to stop at once", server->connection_count);
  server->stopping = true;
  for (struct server_connection *c = server->connections; c != NULL; c = c->next) {
    if (c->connection.state == CONNECTION_DRAINING) {
      c->connection.state = CONNECTION_OVER; /* it has said goodbye itself: nothing to wait for */
    }
    connection_close(&c->connection, HQ_NO_ERROR);
    touch(server, c);
  }
  write_touched(server);
}

static void add_listener(struct server *server, struct udp_socket *socket)
{
  struct listener *listener = &server->listeners[server->listener_count++];
  char text[ADDRESS_TEXT_MAX];
  ngtcp2_addr address = {.addr = &socket->local.sa, .addrlen = socket->locallen};

  listener->server = server;
  listener->socket = socket;
  listener->watch = (struct watch){
    .socket = socket, .on_batch = on_batch, .on_read = on_read, .on_writable = on_writable, .owner = listener};
  watch_begin(server->loop, &listener->watch);
  if (server->thread == 0) {
    say("listening on %s", address_text(text, &address));
  }
}

/* One socket for each address that the options stand for, all on the same port. */
static void listen_on_all(struct server *server, const struct server *first)
{
  const struct server_options *options = server->options;
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE}, *addresses;
  uint16_t port = first->listener_count > 0 ? first->listeners[0].socket->local.in.sin_port : 0;
  int error = getaddrinfo(options->address, options->port, &hints, &addresses);
  if (error != 0) {
    die("cannot listen on %s port %s: %s", options->address != NULL ? options->address : "any address",
        options->port, gai_strerror(error));
  }
  error = 0;
  for (struct addrinfo *a = addresses; a != NULL && server->listener_count < SERVER_LISTENERS_MAX; a = a->ai_next) {
    struct udp_socket *socket = allocate(sizeof(*socket));
    ngtcp2_sockaddr_in *in = (ngtcp2_sockaddr_in *)a->ai_addr; /* the port is at the same place in IPv6 */
    if (port != 0) {
      in->sin_port = port;
    }
    if (udp_listen(socket, a, options->gso, server->threads > 1) == 0) {
      port = socket->local.in.sin_port;
      add_listener(server, socket);
      continue;
    }
    error = errno;
    free(socket);
    if (error != EAFNOSUPPORT && error != EADDRNOTAVAIL) { /* a machine without IPv6 is no reason to stop */
      char text[ADDRESS_TEXT_MAX];
      ngtcp2_addr address = {.addr = (ngtcp2_sockaddr *)a->ai_addr, .addrlen = a->ai_addrlen};
      die("cannot listen on %s: %s", address_text(text, &address), strerror(error));
    }
  }
  freeaddrinfo(addresses);
  if (server->listener_count == 0) {
    die("cannot listen on port %s: %s", options->port, strerror(error));
  }
}

/* How clients that come again are known: by tickets that all servers with the same keys read, or by sessions of this
 * server, with which they may send requests before the handshake. */
static void set_up_resumption(struct server *server)
{
  uint8_t keys[8 * NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN];
  const char *name = server->options->ticket_keys;
  int error = 0;

  if (name != NULL) {
    FILE *file = fopen(name, "re");
    size_t count = file != NULL ? fread(keys, NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN, 8, file) : 0;
    if (count == 0) {
      die("cannot read a key of %d bytes from %s", NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN, name);
    }
    fclose(file);
    error = ngtcp2_crypto_rustls_server_set_ticket_keys(server->tls, keys, count, 24 * 3600 * NGTCP2_SECONDS);
  } else {
    error = ngtcp2_crypto_rustls_server_set_session_cache(server->tls, server->options->sessions,
                                                          server->options->early_data);
  }
  if (error != 0) {
    die("cannot resume sessions: %s", ngtcp2_crypto_rustls_server_error(server->tls));
  }
}

static void set_up_tls(struct server *server)
{
  const struct server_options *options = server->options;
  if (ngtcp2_crypto_rustls_server_new(&server->tls) != 0) {
    die("cannot set up TLS");
  }
  if (ngtcp2_crypto_rustls_server_set_cert_files(server->tls, options->certificate, options->key) != 0) {
    die("cannot use %s with %s: %s", options->certificate, options->key,
        ngtcp2_crypto_rustls_server_error(server->tls));
  }
  if (ngtcp2_crypto_rustls_server_add_alpn(server->tls, (const uint8_t *)options->alpn, strlen(options->alpn)) != 0) {
    die("cannot speak %s: %s", options->alpn, ngtcp2_crypto_rustls_server_error(server->tls));
  }
  if (options->ciphers != NULL && ngtcp2_crypto_rustls_server_set_cipher_suites(server->tls, options->ciphers) != 0) {
    die("cannot use %s: %s", options->ciphers, ngtcp2_crypto_rustls_server_error(server->tls));
  }
  if (options->keylog != NULL && ngtcp2_crypto_rustls_server_set_keylog_file(server->tls, options->keylog) != 0) {
    die("cannot log keys to %s: %s", options->keylog, ngtcp2_crypto_rustls_server_error(server->tls));
  }
  set_up_resumption(server);
}

void server_start(struct server *server, struct server *first)
{
  server->loop = loop_new();
  server->folder = open(server->options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (server->folder < 0) {
    die("cannot serve %s: %s", server->options->folder, strerror(errno));
  }
  cid_table_init(&server->connection_ids);
  if (server == first) {
    random_bytes(server->token_secret, sizeof(server->token_secret));
    random_bytes(server->reset_secret, sizeof(server->reset_secret));
    set_up_tls(server);
  } else {
    memcpy(server->token_secret, first->token_secret, sizeof(server->token_secret));
    memcpy(server->reset_secret, first->reset_secret, sizeof(server->reset_secret));
    server->tls = first->tls;
  }
  listen_on_all(server, first);
}

void server_stop(struct server *server)
{
  server->stopping = false; /* the loop has ended already */
  while (server->connections != NULL) {
    server_connection_free(server->connections);
  }
  for (size_t i = 0; i < server->listener_count; i++) {
    watch_end(&server->listeners[i].watch);
    udp_close(server->listeners[i].socket);
    free(server->listeners[i].socket);
  }
  cid_table_free(&server->connection_ids);
  if (server->thread == 0) {
    ngtcp2_crypto_rustls_server_del(server->tls);
  }
  close(server->folder);
  loop_free(server->loop);
}

/* -- Options ------------------------------------------------------------------------------------------ */

static const char usage[] =
  "usage: qserver --cert FILE --key FILE [options] PORT FOLDER\n"
  "Serves the files of FOLDER over QUIC (ALPN hq-interop). PORT 0 takes any free port.\n"
  "\n"
  "  --cert FILE          certificate chain, PEM\n"
  "  --key FILE           its private key, PEM\n"
  "  --listen ADDRESS     only there; default: every address of this machine, IPv4 and IPv6\n"
  "  --threads NUMBER     serve with so many threads, 1 to 64; default 1\n"
  "  --connections NUMBER hold at most so many in each thread; default 10000\n"
  "  --retry              let each client prove its address first\n"
  "  --cc NAME            congestion control: reno, cubic (default), bbr\n"
  "  --idle-timeout SECS  forget a silent client after this time; default 30\n"
  "  --no-gso             send datagrams one by one\n"
  "  --alpn NAME          another protocol name than hq-interop\n"
  "  --ciphers NAMES      cipher suites in order of preference, such as\n"
  "                       TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256\n"
  "  --sessions NUMBER    remember so many, for clients that come again; default 1000\n"
  "  --early-data         let clients that come again send requests before the handshake (0-RTT)\n"
  "  --ticket-keys FILE   32 random bytes, shared with other servers to resume each other's sessions; older\n"
  "                       keys may follow. Without --early-data\n"
  "  --keylog FILE        append TLS secrets, for Wireshark\n"
  "  --qlog DIR           write a qlog trace of each connection there\n"
  "  --verbose            a line for each request\n"
  "  --stats              a table of figures of each connection at its end\n"
  "  --help, --version\n";

static void parse_options(struct server_options *options, int argc, char **argv)
{
  static const struct option names[] = {
    {"cert", required_argument, NULL, 'c'},   {"key", required_argument, NULL, 'k'},
    {"listen", required_argument, NULL, 'l'}, {"retry", no_argument, NULL, 'r'},
    {"cc", required_argument, NULL, 'C'},     {"idle-timeout", required_argument, NULL, 'i'},
    {"no-gso", no_argument, NULL, 'g'},       {"alpn", required_argument, NULL, 'a'},
    {"early-data", no_argument, NULL, 'e'},   {"ticket-keys", required_argument, NULL, 'S'},
    {"sessions", required_argument, NULL, 'R'},
    {"keylog", required_argument, NULL, 'K'}, {"verbose", no_argument, NULL, 'v'},
    {"qlog", required_argument, NULL, 'q'},   {"ciphers", required_argument, NULL, 'x'},
    {"version", no_argument, NULL, 'V'},
    {"threads", required_argument, NULL, 'n'}, {"connections", required_argument, NULL, 'N'},
    {"stats", no_argument, NULL, 's'},        {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
  };
  int name;
  while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
    switch (name) {
    case 'c': options->certificate = optarg; break;
    case 'k': options->key = optarg; break;
    case 'l': options->address = optarg; break;
    case 'r': options->retry = true; break;
    case 'C': options->congestion_control = parse_congestion_control(optarg); break;
    case 'i': options->idle_timeout = parse_number("--idle-timeout", optarg, 1, 86400) * NGTCP2_SECONDS; break;
    case 'g': options->gso = false; break;
    case 'a': options->alpn = optarg; break;
    case 'x': options->ciphers = optarg; break;
    case 'e': options->early_data = true; break;
    case 'R': options->sessions = parse_number("--sessions", optarg, 0, 1000000); break;
    case 'S': options->ticket_keys = optarg; break;
    case 'K': options->keylog = optarg; break;
    case 'q': options->qlog = optarg; break;
    case 'v': options->verbose = true; break;
    case 's': options->stats = true; break;
    case 'N': options->connections_max = parse_number("--connections", optarg, 1, 10000000); break;
    case 'n': options->threads = parse_number("--threads", optarg, 1, 64); break;
    case 'V': print_version(); exit(EXIT_SUCCESS);
    case 'h': fputs(usage, stdout); exit(EXIT_SUCCESS);
    default: fputs(usage, stderr); exit(EXIT_FAILURE);
    }
  }
  if (argc - optind != 2 || options->certificate == NULL || options->key == NULL) {
    fputs(usage, stderr);
    exit(EXIT_FAILURE);
  }
  options->port = argv[optind];
  options->folder = argv[optind + 1];
}

int main(int argc, char **argv)
{
  struct server_options options = {
    .alpn = HQ_ALPN,
    .threads = 1,
    .connections_max = 10000,
    .sessions = 1000,
    .congestion_control = NGTCP2_CC_ALGO_CUBIC,
    .idle_timeout = 30 * NGTCP2_SECONDS,
    .gso = true,
  };

  program_name = "qserver";
  signal(SIGPIPE, SIG_IGN); /* nobody reading the log is no reason to stop serving */
  parse_options(&options, argc, argv);
  server_run_threads(&options);
  return EXIT_SUCCESS;
}
