/* qclient: fetches many files at once over one QUIC connection (hq-interop). */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client.h"

static const char usage[] =
  "usage: qclient [options] HOST PORT [PATH...]\n"
  "Fetches every PATH from a server that speaks hq-interop, all at the same time.\n"
  "\n"
  "  -o DIR               save the files there, under the last part of their path;\n"
  "                       default: count the bytes and throw them away\n"
  "  --parallel NUMBER    as many connections at the same time, each of which fetches everything;\n"
  "                       with -o, into a folder of its own each: DIR/1, DIR/2, ...\n"
  "  --paths-from FILE    more paths, one a line\n"
  "  --ca FILE            trust these certificate authorities (PEM); default: the system's\n"
  "  --insecure           trust anybody\n"
  "  --server-name NAME   expect a certificate for NAME; default: HOST\n"
  "  --cc NAME            congestion control: reno, cubic (default), bbr\n"
  "  --idle-timeout SECS  give up on a silent server after this time; default 30\n"
  "  --no-gso             send datagrams one by one\n"
  "  --alpn NAME          another protocol name than hq-interop\n"
  "  --ciphers NAMES      cipher suites in order of preference, such as\n"
  "                       TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256\n"
  "  --keylog FILE        append TLS secrets, for Wireshark\n"
  "  --qlog FILE          write a qlog trace\n"
  "  --verbose            a line for each file, and the library's log on standard error\n"
  "  --stats              a table of figures of each connection at the end\n"
  "  --help, --version\n"
  "\n"
  "Exit status 0 only if every file has arrived complete.\n";

static void add_path(struct client_options *options, const char *path)
{
  char **paths = realloc(options->paths, (options->path_count + 1) * sizeof(*paths));
  char *copy = strdup(path);
  if (paths == NULL || copy == NULL) {
    die("out of memory");
  }
  options->paths = paths;
  options->paths[options->path_count++] = copy;
}

static void free_paths(struct client_options *options)
{
  for (size_t i = 0; i < options->path_count; i++) {
    free(options->paths[i]);
  }
  free(options->paths);
}

static void add_paths_from(struct client_options *options, const char *name)
{
  FILE *list = fopen(name, "re");
  char *line = NULL;
  size_t size = 0;
  ssize_t len;
  if (list == NULL) {
    die("cannot read %s: %s", name, strerror(errno));
  }
  while ((len = getline(&line, &size, list)) > 0) {
    line[strcspn(line, "\r\n")] = '\0';
    if (*line != '\0') {
      add_path(options, line);
    }
  }
  free(line);
  fclose(list);
}

static int compare_file_names(const void *a, const void *b)
{
  return strcmp(download_file_name(*(char *const *)a), download_file_name(*(char *const *)b));
}

/* No file may take the place of another. */
static void check_file_names(const struct client_options *options)
{
  char **sorted = allocate(options->path_count * sizeof(*sorted));
  memcpy(sorted, options->paths, options->path_count * sizeof(*sorted));
  qsort(sorted, options->path_count, sizeof(*sorted), compare_file_names);
  for (size_t i = 1; i < options->path_count; i++) {
    if (compare_file_names(&sorted[i - 1], &sorted[i]) == 0) {
      die("%s and %s would both be saved as %s", sorted[i - 1], sorted[i], download_file_name(sorted[i]));
    }
  }
  free(sorted);
}

static void parse_options(struct client_options *options, int argc, char **argv)
{
  static const struct option names[] = {
    {"paths-from", required_argument, NULL, 'p'},  {"ca", required_argument, NULL, 'c'},
    {"insecure", no_argument, NULL, 'i'},          {"server-name", required_argument, NULL, 's'},
    {"cc", required_argument, NULL, 'C'},          {"idle-timeout", required_argument, NULL, 'I'},
    {"no-gso", no_argument, NULL, 'g'},            {"alpn", required_argument, NULL, 'a'},
    {"keylog", required_argument, NULL, 'K'},      {"qlog", required_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},           {"help", no_argument, NULL, 'h'},
    {"parallel", required_argument, NULL, 'P'},    {"stats", no_argument, NULL, 'S'},
    {"ciphers", required_argument, NULL, 'x'},      {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
  };
  int name;
  while ((name = getopt_long(argc, argv, "o:", names, NULL)) != -1) {
    switch (name) {
    case 'o': options->folder = optarg; break;
    case 'p': add_paths_from(options, optarg); break;
    case 'c': options->ca = optarg; break;
    case 'i': options->insecure = true; break;
    case 's': options->server_name = optarg; break;
    case 'C': options->congestion_control = parse_congestion_control(optarg); break;
    case 'I': options->idle_timeout = parse_number("--idle-timeout", optarg, 1, 86400) * NGTCP2_SECONDS; break;
    case 'g': options->gso = false; break;
    case 'x': options->ciphers = optarg; break;
    case 'a': options->alpn = optarg; break;
    case 'K': options->keylog = optarg; break;
    case 'q': options->qlog = optarg; break;
    case 'v': options->verbose = true; break;
    case 'P': options->parallel = parse_number("--parallel", optarg, 1, 10000); break;
    case 'S': options->stats = true; break;
    case 'V': print_version(); exit(EXIT_SUCCESS);
    case 'h': fputs(usage, stdout); exit(EXIT_SUCCESS);
    default: fputs(usage, stderr); exit(EXIT_FAILURE);
    }
  }
  for (int i = optind + 2; i < argc; i++) {
    add_path(options, argv[i]);
  }
  if (argc - optind < 2 || options->path_count == 0) {
    fputs(usage, stderr);
    exit(EXIT_FAILURE);
  }
  options->host = argv[optind];
  options->port = argv[optind + 1];
  if (options->server_name == NULL) {
    options->server_name = options->host;
  }
}

static void prepare_folder(const struct client_options *options)
{
  if (options->folder == NULL) {
    return;
  }
  check_file_names(options);
  if (mkdir(options->folder, 0777) != 0 && errno != EEXIST) {
    die("cannot make %s: %s", options->folder, strerror(errno));
  }
}

/* A name may stand for several addresses: the first one where somebody listens will do. */
static enum client_outcome run_with_first_that_answers(const struct client_options *options)
{
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *addresses;
  enum client_outcome outcome = CLIENT_NOBODY;
  int error = getaddrinfo(options->host, options->port, &hints, &addresses);
  if (error != 0) {
    die("cannot find %s: %s", options->host, gai_strerror(error));
  }
  for (struct addrinfo *a = addresses; a != NULL && outcome == CLIENT_NOBODY; a = a->ai_next) {
    outcome = client_run(options, a);
  }
  freeaddrinfo(addresses);
  if (outcome == CLIENT_NOBODY) {
    complain("no server at %s port %s", options->host, options->port);
  }
  return outcome;
}

int main(int argc, char **argv)
{
  struct client_options options = {
    .parallel = 1,
    .alpn = HQ_ALPN,
    .congestion_control = NGTCP2_CC_ALGO_CUBIC,
    .idle_timeout = 30 * NGTCP2_SECONDS,
    .gso = true,
  };
  program_name = "qclient";
  parse_options(&options, argc, argv);
  prepare_folder(&options);
  enum client_outcome outcome = run_with_first_that_answers(&options);
  free_paths(&options);
  return outcome == CLIENT_COMPLETE ? EXIT_SUCCESS : EXIT_FAILURE;
}
