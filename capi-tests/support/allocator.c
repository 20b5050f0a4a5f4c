#include "allocator.h"
#include "check.h"

/* Right before each payload, which stands at the allocator's skew behind a 16-byte boundary. */
typedef struct header {
  size_t len;
  uint64_t mark;
} header;

#define MARK 0x616c6c6f63617465u
#define UNUSED_BYTE 0xb7
#define FREED_BYTE 0xdf

volatile int test_is_allocating;

void *test_alloc(size_t len) {
  void *block;
  test_is_allocating++;
  block = malloc(len ? len : 1);
  test_is_allocating--;
  CHECK(block != NULL);
  return block;
}

void test_free(void *block) {
  test_is_allocating++;
  free(block);
  test_is_allocating--;
}

static int is_refused(const allocator *a) {
  if (a->fail_at == 0) {
    return 0;
  }
  return a->calls == a->fail_at || (a->fail_from_then_on && a->calls > a->fail_at);
}

static void visit(allocator *a) {
  if (a->visit) {
    a->visit(a->visit_context);
  }
}

static header *header_of(void *payload) { return (header *)((uint8_t *)payload - sizeof(header)); }

static void *take(allocator *a, size_t len) {
  uint8_t *payload;
  size_t lead = sizeof(header) + a->skew;
  visit(a);
  a->calls++;
  if (is_refused(a)) {
    a->failed++;
    return NULL;
  }
  payload = (uint8_t *)test_alloc(lead + len) + lead;
  header_of(payload)->len = len;
  header_of(payload)->mark = MARK;
  memset(payload, UNUSED_BYTE, len);
  a->live++;
  a->live_bytes += len;
  if (a->live_bytes > a->peak_bytes) {
    a->peak_bytes = a->live_bytes;
  }
  return payload;
}

static void give(allocator *a, void *payload) {
  header *h;
  if (!payload) {
    return;
  }
  visit(a);
  h = header_of(payload);
  if (h->mark != MARK) {
    a->foreign++;
    return;
  }
  a->live--;
  a->live_bytes -= h->len;
  h->mark = 0;
  memset(payload, FREED_BYTE, h->len);
  test_free((uint8_t *)h - a->skew);
}

static void *malloc_of(size_t len, void *user_data) { return take(user_data, len); }

static void free_of(void *payload, void *user_data) { give(user_data, payload); }

static void *calloc_of(size_t count, size_t len, void *user_data) {
  void *payload;
  if (len != 0 && count > SIZE_MAX / 2 / len) {
    return NULL;
  }
  payload = take(user_data, count * len);
  return payload ? memset(payload, 0, count * len) : NULL;
}

static void *realloc_of(void *payload, size_t len, void *user_data) {
  void *moved = take(user_data, len);
  if (moved && payload) {
    size_t kept = header_of(payload)->len;
    memcpy(moved, payload, kept < len ? kept : len);
    give(user_data, payload);
  }
  return moved;
}

void allocator_init(allocator *a) {
  memset(a, 0, sizeof(*a));
  a->mem.user_data = a;
  a->mem.malloc = malloc_of;
  a->mem.free = free_of;
  a->mem.calloc = calloc_of;
  a->mem.realloc = realloc_of;
}
