/* The load as a whole: the socket, whose turn it is, beginning and end, and the figures.
 *
 *   load HOST PORT CA_FILE FOLDER [--callers N] [--seconds S] [--pause S] [--idle-timeout S] [--junk PERCENT]
 *        [--seed N]
 *
 * HOST is this machine, by a name that the server's certificate has; FOLDER what the server serves, with the files `small`
 * and `large`. All callers connect, and ask now and then; when all are there, at once, they begin to come and go. Exit status
 * 0 if nothing happened that must not. The seed, which is printed, brings the same decisions again.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../hq.h"
#include "load.h"

#define CONNECTING_MAX 16 /* at once: more would wait for each other, and take that for the RTT of the path */
#define CID_LEN 8
#define COMPLETE_WITHIN (300 * NGTCP2_SECONDS)

/* -- Whose turn it is --------------------------------------------------------------------------------- */

void load_wait(struct load *load, struct caller *c)
{
  c->due = timestamp();
  c->next = NULL;
  if (load->last_waiting != NULL) {
    load->last_waiting->next = c;
  } else {
    load->first_waiting = c;
  }
  load->last_waiting = c;
}

static void connect_waiting(struct load *load)
{
  while (load->first_waiting != NULL && load->connecting < CONNECTING_MAX) {
    struct caller *c = load->first_waiting;
    load->first_waiting = c->next;
    if (load->first_waiting == NULL) {
      load->last_waiting = NULL;
    }
    caller_connect(c);
  }
}

static void on_end(void *user_data) { loop_stop(((struct load *)user_data)->loop); }

/* All are there: from now on the clock runs, and they may leave. */
static void become_complete(struct load *load)
{
  ngtcp2_tstamp now = timestamp();
  say("%zu connections open at once after %.1f s", load->open, (double)(now - load->started) / (double)NGTCP2_SECONDS);
  load->complete = true;
  load->open_least = load->open_most = load->open;
  load->handshakes.count = 0; /* those of the rush do not count */
  for (size_t i = 0; i < LOAD_FILES; i++) {
    load->requests[i].count = 0;
  }
  timers_set(loop_timers(load->loop), &load->end, now + load->options->duration);
}

void load_look_around(struct load *load)
{
  connect_waiting(load);
  if (!load->complete && load->open == load->options->callers) {
    become_complete(load);
  }
  if (load->complete) {
    load->open_least = load->open < load->open_least ? load->open : load->open_least;
    load->open_most = load->open > load->open_most ? load->open : load->open_most;
  }
}

/* -- The socket --------------------------------------------------------------------------------------- */

static void read_packet(struct load *load, const struct udp_batch *batch, const uint8_t *packet, size_t len)
{
  ngtcp2_version_cid ids;
  if (len == 0 || ngtcp2_pkt_decode_version_cid(&ids, packet, len, CID_LEN) != 0) {
    return;
  }
  struct caller *c = cid_table_find(&load->ids, ids.dcid, ids.dcidlen);
  if (c == NULL) {
    return; /* for one that has left, or an answer to junk */
  }
  connection_read(&c->connection, batch, packet, len);
  if (!c->touched) {
    c->touched = true;
    c->next = load->touched;
    load->touched = c;
  }
}

static void on_batch(void *owner, const struct udp_batch *batch)
{
  for (size_t offset = 0; offset < batch->len; offset += batch->segment) {
    size_t left = batch->len - offset;
    read_packet(owner, batch, batch->data + offset, left < batch->segment ? left : batch->segment);
  }
}

static void on_read(void *owner)
{
  struct load *load = owner;
  while (load->touched != NULL) {
    struct caller *c = load->touched;
    load->touched = c->next;
    c->touched = false;
    caller_continue(c);
  }
  load_look_around(load);
}

static void on_writable(void *owner)
{
  struct load *load = owner;
  for (size_t i = 0; i < load->options->callers; i++) {
    struct caller *c = &load->callers[i];
    if (c->blocked) {
      c->blocked = false;
      connection_resume(&c->connection);
      caller_continue(c);
    }
  }
  load_look_around(load);
}

/* -- Beginning ---------------------------------------------------------------------------------------- */

static void open_socket(struct load *load)
{
  const struct load_options *options = load->options;
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *server, *here;
  int error = getaddrinfo(options->host, options->port, &hints, &server);
  if (error != 0) {
    die("%s: %s", options->host, gai_strerror(error));
  }
  memcpy(&load->server, server->ai_addr, server->ai_addrlen);
  load->server_len = server->ai_addrlen;
  /* Any port of the same address. */
  hints.ai_family = server->ai_family;
  if (getaddrinfo(options->host, "0", &hints, &here) != 0 || udp_listen(&load->socket, here, true, false) != 0) {
    die("cannot open a socket: %s", strerror(errno));
  }
  freeaddrinfo(server);
  freeaddrinfo(here);
  load->watch = (struct watch){
    .socket = &load->socket, .on_batch = on_batch, .on_read = on_read, .on_writable = on_writable, .owner = load};
  watch_begin(load->loop, &load->watch);
}

static ngtcp2_crypto_rustls_client *make_tls(const struct load_options *options, size_t sessions)
{
  ngtcp2_crypto_rustls_client *tls;
  if (ngtcp2_crypto_rustls_client_new(&tls) != 0 || ngtcp2_crypto_rustls_client_add_ca_file(tls, options->ca) != 0 ||
      ngtcp2_crypto_rustls_client_add_alpn(tls, (const uint8_t *)HQ_ALPN, strlen(HQ_ALPN)) != 0 ||
      ngtcp2_crypto_rustls_client_set_session_cache(tls, sessions) != 0) {
    die("cannot set up TLS: %s", ngtcp2_crypto_rustls_client_error(tls));
  }
  return tls;
}

static void map_file(struct load_file *file, const char *folder, const char *name)
{
  char path[4096];
  struct stat status;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) != 0) {
    die("%s: %s", path, strerror(errno));
  }
  file->name = name;
  file->size = (size_t)status.st_size;
  file->bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (file->bytes == MAP_FAILED) {
    die("%s: %s", path, strerror(errno));
  }
  close(fd);
}

static void set_up(struct load *load)
{
  const struct load_options *options = load->options;
  load->loop = loop_new();
  open_socket(load);
  load->tls[0] = make_tls(options, 0);
  load->tls[1] = make_tls(options, 1);
  map_file(&load->files[0], options->folder, "small");
  map_file(&load->files[1], options->folder, "large");
  cid_table_init(&load->ids);
  load->callers = allocate(options->callers * sizeof(*load->callers));
  for (size_t i = 0; i < options->callers; i++) {
    caller_init(&load->callers[i], load, i);
    load_wait(load, &load->callers[i]);
  }
  timer_init(&load->end, on_end, load);
}

/* -- End ---------------------------------------------------------------------------------------------- */

/* Most say goodbye, and some do not even now. */
static void tear_down(struct load *load)
{
  for (size_t i = 0; i < load->options->callers; i++) {
    struct caller *c = &load->callers[i];
    if (c->stage != CALLER_AWAY) {
      caller_end(c, dice_below(&c->dice, 4) > 0);
    }
  }
  watch_end(&load->watch);
  udp_close(&load->socket);
  ngtcp2_crypto_rustls_client_del(load->tls[0]);
  ngtcp2_crypto_rustls_client_del(load->tls[1]);
  cid_table_free(&load->ids);
  loop_free(load->loop);
}

static void print_figures(struct load *load)
{
  const struct load_counts *counts = &load->counts;
  const struct junk_counts *junk = &junk_counts;
  uint64_t all_junk = junk->random + junk->truncated + junk->corrupted;
  say("open at once: %zu to %zu", load->open_least, load->open_most);
  samples_print("handshakes, from due to completed", &load->handshakes);
  for (size_t i = 0; i < LOAD_FILES; i++) {
    char name[80];
    snprintf(name, sizeof(name), "requests for %zu bytes, from due to the last byte", load->files[i].size);
    samples_print(name, &load->requests[i]);
  }
  say("closed %llu; vanished %llu: %llu connecting, %llu in a transfer, %llu idle",
      (unsigned long long)counts->closed,
      (unsigned long long)(counts->vanished_connecting + counts->vanished_asking + counts->vanished_idle),
      (unsigned long long)counts->vanished_connecting, (unsigned long long)counts->vanished_asking,
      (unsigned long long)counts->vanished_idle);
  say("datagrams %llu, junk %llu (%.2f %%): %llu random, %llu cut short, %llu changed",
      (unsigned long long)junk->datagrams, (unsigned long long)all_junk,
      100.0 * (double)all_junk / (double)junk->datagrams, (unsigned long long)junk->random,
      (unsigned long long)junk->truncated, (unsigned long long)junk->corrupted);
  say("failures %llu", (unsigned long long)counts->failed);
}

static const char usage[] =
  "usage: load HOST PORT CA_FILE FOLDER [--callers N] [--seconds S] [--pause S] [--idle-timeout S] [--junk PERCENT]\n"
  "            [--seed N]\n";

static void parse_options(struct load_options *options, int argc, char **argv)
{
  static const struct option names[] = {
    {"callers", required_argument, NULL, 'c'}, {"seconds", required_argument, NULL, 's'},
    {"pause", required_argument, NULL, 'p'},   {"idle-timeout", required_argument, NULL, 'i'},
    {"junk", required_argument, NULL, 'j'},    {"seed", required_argument, NULL, 'S'},
    {NULL, 0, NULL, 0},
  };
  int name;
  while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
    switch (name) {
    case 'c': options->callers = parse_number("--callers", optarg, 1, 1000000); break;
    case 's': options->duration = parse_number("--seconds", optarg, 1, 86400) * NGTCP2_SECONDS; break;
    case 'p': options->pause = parse_number("--pause", optarg, 1, 3600) * NGTCP2_SECONDS; break;
    case 'i': options->idle_timeout = parse_number("--idle-timeout", optarg, 1, 86400) * NGTCP2_SECONDS; break;
    case 'j': options->junk = parse_number("--junk", optarg, 0, 99); break;
    case 'S': options->seed = parse_number("--seed", optarg, 0, UINT64_MAX); break;
    default: fputs(usage, stderr); exit(EXIT_FAILURE);
    }
  }
  if (argc - optind != 4) {
    fputs(usage, stderr);
    exit(EXIT_FAILURE);
  }
  options->host = argv[optind];
  options->port = argv[optind + 1];
  options->ca = argv[optind + 2];
  options->folder = argv[optind + 3];
}

int main(int argc, char **argv)
{
  struct load_options options = {
    .callers = 100,
    .duration = 10 * NGTCP2_SECONDS,
    .pause = 2 * NGTCP2_SECONDS,
    .idle_timeout = 30 * NGTCP2_SECONDS,
    .junk = 1,
  };
  struct load load = {.options = &options, .started = timestamp()};

  program_name = "load";
  random_bytes(&options.seed, 4);
  parse_options(&options, argc, argv);
  say("seed %llu", (unsigned long long)options.seed);
  junk_init(options.junk, options.seed);
  set_up(&load);
  timers_set(loop_timers(load.loop), &load.end, load.started + COMPLETE_WITHIN);
  load_look_around(&load);
  loop_run(load.loop);
  bool good = load.complete && load.counts.failed == 0;
  if (!load.complete) {
    complain("only %zu connections came to be open at once", load.open);
  }
  print_figures(&load);
  tear_down(&load);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
