/* Plays seeds with a client on one library and a server on another. */
#include "play.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SECONDS 600

typedef struct options {
  const char *client, *server, *title;
  uint64_t first, count;
  care care;
} options;

static void usage(void) {
  fprintf(stderr, "usage: differential [-c CLIENT.so] [-s SERVER.so] [-f FIRST_SEED] [-n SEEDS] [-u c|s|b] [-t TITLE] [-v] [-l]\n"
                  "  -u  the client, the server or both are ngtcp2's C library: spares it what it fails at\n"
                  "  -v  tells what happens; -l the library's log as well\n");
  exit(2);
}

static options parse(int argc, char **argv) {
  options o = {"libngtcp2.so.16", "libngtcp2.so.16", "client to server", 1, 100, {0, 0}};
  int letter;
  while ((letter = getopt(argc, argv, "c:s:f:n:u:t:vl")) != -1) {
    switch (letter) {
    case 'c': o.client = optarg; break;
    case 's': o.server = optarg; break;
    case 'f': o.first = strtoull(optarg, NULL, 10); break;
    case 'n': o.count = strtoull(optarg, NULL, 10); break;
    case 'u':
      o.care.client = *optarg != 's';
      o.care.server = *optarg != 'c';
      break;
    case 't': o.title = optarg; break;
    case 'v': is_verbose = 1; break;
    case 'l': is_verbose = 2; break;
    default: usage();
    }
  }
  return o;
}

static void play_all(const options *o, volatile uint64_t *seed) {
  static library client, server;
  library_load(&client, o->client);
  if (strcmp(o->client, o->server) != 0) {
    library_load(&server, o->server);
  } else {
    server = client;
  }
  for (; *seed < o->first + o->count; ++*seed) {
    note_case("seed %llu", (unsigned long long)*seed);
    play_seed(*seed, &client, &server, o->care);
  }
}

/* In a process of its own, which goes on behind a seed that failed. */
int main(int argc, char **argv) {
  options o = parse(argc, argv);
  uint64_t failed = 0;
  volatile uint64_t *seed = mmap(NULL, sizeof(*seed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (seed == MAP_FAILED) {
    perror("mmap");
    return 2;
  }
  for (*seed = o.first; *seed < o.first + o.count; ++*seed) {
    int status;
    pid_t child;
    fflush(NULL);
    child = fork();
    if (child == 0) {
      alarm(MAX_SECONDS);
      play_all(&o, seed);
      exit(0);
    }
    if (child == -1 || waitpid(child, &status, 0) != child || (WIFEXITED(status) && WEXITSTATUS(status) == 2)) {
      return 2;
    }
    if (status == 0) {
      break;
    }
    if (WIFSIGNALED(status)) {
      fprintf(stderr, "    seed %llu: %s\n", (unsigned long long)*seed, strsignal(WTERMSIG(status)));
    }
    failed++;
  }
  printf("%s differential, %s: %llu of %llu seeds from %llu on failed\n", failed ? "FAIL" : "PASS", o.title,
         (unsigned long long)failed, (unsigned long long)o.count, (unsigned long long)o.first);
  return failed != 0;
}
