/* Full TLS handshakes, both sides in one process and without a network: CPU time of each, and what a connection keeps when
 * it is idle afterwards. The library under test is a shared object of capi-tests/crypto/foreign, named by FOREIGN. */
#define _GNU_SOURCE
#include "foreign.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PACKET_LEN 1452
#define IDLE_CONNECTIONS 100

/* Every allocation of the process, TLS library included, passes here. */
static long long live;
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static void *counted(void *block) {
  live += block ? (long long)malloc_usable_size(block) : 0;
  return block;
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **block, size_t alignment, size_t size) { return (*block = memalign(alignment, size)) ? 0 : 12; }

void free(void *block) {
  live -= block ? (long long)malloc_usable_size(block) : 0;
  __libc_free(block);
}

void *realloc(void *block, size_t size) {
  live -= block ? (long long)malloc_usable_size(block) : 0;
  return counted(__libc_realloc(block, size));
}

static const foreign_api *api;
static uint64_t now = 1000000000;

/* Moves all packets that |from| has to |to|. */
static int move(void *from, void *to) {
  uint8_t packet[PACKET_LEN];
  size_t len;
  int moved = 0;
  while ((len = api->write(from, packet, sizeof(packet), now)) != 0) {
    api->read(to, packet, len, now);
    moved = 1;
  }
  return moved;
}

static void connect_both(void *client, void *server) {
  foreign_result results[2];
  for (int idle = 0; idle < 2;) {
    int moved = move(client, server);
    moved |= move(server, client);
    /* Acknowledgments that wait a little. */
    idle = moved ? 0 : idle + 1;
    now += 30000000;
    for (int i = 0; i < 2; i++) {
      void *side = i ? server : client;
      if (api->expiry(side) <= now) {
        api->handle_expiry(side, now);
      }
    }
  }
  api->result(client, &results[0]);
  api->result(server, &results[1]);
  if (!results[0].completed || !results[1].completed || results[0].resumed) {
    fprintf(stderr, "no full handshake: errors %d and %d\n", results[0].error, results[1].error);
    exit(1);
  }
}

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char *file(const char *name) {
  char *path;
  return asprintf(&path, "%s/%s", getenv("CERTS"), name) < 0 ? NULL : path;
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 1000;
  const char *groups = argc > 2 ? argv[2] : "X25519";
  foreign_options options = {.suite = "TLS_AES_128_GCM_SHA256", .groups = groups, .no_resumption = 1};
  foreign_wish wish = {.version = 1};
  void *handle = dlopen(getenv("FOREIGN"), RTLD_NOW), *contexts[2], *conns[2][IDLE_CONNECTIONS];
  long long before, kept[2];
  double start;

  if (handle == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  api = ((const foreign_api *(*)(void))dlsym(handle, "foreign_get_api"))();
  options.ca = file("ca.pem");
  contexts[0] = api->context_new(&options);
  options.is_server = 1;
  options.cert = file("server.pem");
  options.key = file("server.key");
  contexts[1] = api->context_new(&options);
  if (contexts[0] == NULL || contexts[1] == NULL) {
    return 1;
  }
  start = cpu();
  for (int i = 0; i < count; i++) {
    void *client = api->conn_new(contexts[0], &wish, now), *server = api->conn_new(contexts[1], &wish, now);
    connect_both(client, server);
    api->conn_del(client);
    api->conn_del(server);
  }
  printf("%s %s %.1f us", api->name, groups, (cpu() - start) / count);
  for (int i = 0; i < IDLE_CONNECTIONS; i++) {
    conns[0][i] = api->conn_new(contexts[0], &wish, now);
    conns[1][i] = api->conn_new(contexts[1], &wish, now);
    connect_both(conns[0][i], conns[1][i]);
  }
  for (int side = 0; side < 2; side++) {
    before = live;
    for (int i = 0; i < IDLE_CONNECTIONS; i++) {
      api->conn_del(conns[side][i]);
    }
    kept[side] = (before - live) / IDLE_CONNECTIONS - (long long)api->own_size;
  }
  printf(", idle connection %lld bytes (client), %lld bytes (server)\n", kept[0], kept[1]);
  return 0;
}
