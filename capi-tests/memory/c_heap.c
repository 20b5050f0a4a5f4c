/* The library calls the C heap not once for a connection that has an allocator of its own. The functions
 * of the C heap are defined here, in the place of libc's, and count the calls that no test made. */
#include "callbacks.h"
#include "lives.h"

#include <errno.h>

/* Sanitizers have a heap of their own. */
#ifndef __SANITIZE_ADDRESS__

static network n;
static transfer t;
static uint64_t calls;
static int is_watching;

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t count, size_t len);
void *__libc_realloc(void *block, size_t len);
void *__libc_memalign(size_t alignment, size_t len);

static void note_call(void) { calls += is_watching && !test_is_allocating; }

void *malloc(size_t len) {
  note_call();
  return __libc_malloc(len);
}

void *calloc(size_t count, size_t len) {
  note_call();
  return __libc_calloc(count, len);
}

void *realloc(void *block, size_t len) {
  note_call();
  return __libc_realloc(block, len);
}

void *memalign(size_t alignment, size_t len) {
  note_call();
  return __libc_memalign(alignment, len);
}

void *aligned_alloc(size_t alignment, size_t len) {
  note_call();
  return __libc_memalign(alignment, len);
}

int posix_memalign(void **block, size_t alignment, size_t len) {
  note_call();
  *block = __libc_memalign(alignment, len);
  return *block ? 0 : ENOMEM;
}

static void is_seen(void) {
  const ngtcp2_mem *mem = ngtcp2_mem_default();
  void *block;
  is_watching = 1;
  block = mem->malloc(10, mem->user_data);
  is_watching = 0;
  CHECK_EQ(calls, 1);
  mem->free(block, mem->user_data);
}

static void is_not_called(void) {
  network_init(&n, 1);
  transfer_init(&t, &n, 4, 100000);
  t.datagrams = 10;
  set_log(&n.client);
  set_log(&n.server);
  test_data();
  is_watching = 1;
  network_start(&n, 2 * SECOND);
  CHECK_EQ(ngtcp2_conn_initiate_key_update(n.client.conn, n.now), 0);
  network_run(&n, 1 * SECOND);
  write_close(&n.client, NULL);
  ngtcp2_conn_del(n.client.conn);
  n.client.conn = NULL;
  is_watching = 0;
  CHECK(transfer_is_complete(&t));
  CHECK_EQ(calls, 0);
  network_free(&n);
}

/* The same in the scripted lives: Retry, early data, another version, migration, what is logged. */
static void is_not_called_in_any_life(void) {
  test_data();
  for (size_t i = 0; i < life_count; i++) {
    note_case("%s", lives[i].name);
    network_init(&n, 1);
    is_watching = 1;
    lives[i].run(&n, &t);
    ngtcp2_conn_del(n.client.conn);
    ngtcp2_conn_del(n.server.conn);
    is_watching = 0;
    n.client.conn = n.server.conn = NULL;
    CHECK_EQ(calls, 0);
    network_free(&n);
  }
}

static const test tests[] = {
    TEST(is_seen),
    TEST(is_not_called),
    TEST(is_not_called_in_any_life),
};
MAIN("c_heap", tests)

#else
int main(void) { return 0; }
#endif
