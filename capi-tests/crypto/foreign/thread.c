#include "thread.h"

#include <pthread.h>

static const foreign_api *api;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* One call, with room for what any of them takes and gives. */
typedef struct call {
  void (*run)(struct call *call);
  const void *a;
  void *b;
  size_t len;
  uint64_t now, result;
  void *made;
} call;

static call *current;

static void *serve(void *arg) {
  pthread_mutex_lock(&lock);
  for (;;) {
    while (current == NULL) {
      pthread_cond_wait(&changed, &lock);
    }
    current->run(current);
    current = NULL;
    pthread_cond_broadcast(&changed);
  }
  return arg;
}

static call *have_run(call *c) {
  pthread_mutex_lock(&lock);
  current = c;
  pthread_cond_broadcast(&changed);
  while (current != NULL) {
    pthread_cond_wait(&changed, &lock);
  }
  pthread_mutex_unlock(&lock);
  return c;
}

static void run_context_new(call *c) { c->made = api->context_new(c->a); }
static void run_context_del(call *c) { api->context_del(c->b); }
static void run_conn_new(call *c) { c->made = api->conn_new(c->b, c->a, c->now); }
static void run_conn_del(call *c) { api->conn_del(c->b); }
static void run_read(call *c) { api->read(c->b, c->a, c->len, c->now); }
static void run_write(call *c) { c->result = api->write(c->b, c->made, c->len, c->now); }
static void run_expiry(call *c) { c->result = api->expiry(c->b); }
static void run_handle_expiry(call *c) { api->handle_expiry(c->b, c->now); }
static void run_result(call *c) { api->result(c->b, c->made); }

static void *context_new(const foreign_options *options) {
  return have_run(&(call){.run = run_context_new, .a = options})->made;
}
static void context_del(void *context) { have_run(&(call){.run = run_context_del, .b = context}); }
static void *conn_new(void *context, const foreign_wish *wish, uint64_t now) {
  return have_run(&(call){.run = run_conn_new, .a = wish, .b = context, .now = now})->made;
}
static void conn_del(void *conn) { have_run(&(call){.run = run_conn_del, .b = conn}); }
static void read_packet(void *conn, const uint8_t *data, size_t len, uint64_t now) {
  have_run(&(call){.run = run_read, .a = data, .b = conn, .len = len, .now = now});
}
static size_t write_packet(void *conn, uint8_t *dest, size_t destlen, uint64_t now) {
  return (size_t)have_run(&(call){.run = run_write, .b = conn, .made = dest, .len = destlen, .now = now})->result;
}
static uint64_t expiry(void *conn) { return have_run(&(call){.run = run_expiry, .b = conn})->result; }
static void handle_expiry(void *conn, uint64_t now) {
  have_run(&(call){.run = run_handle_expiry, .b = conn, .now = now});
}
static void result(void *conn, foreign_result *r) { have_run(&(call){.run = run_result, .b = conn, .made = r}); }

const foreign_api *foreign_on_a_thread(const foreign_api *real) {
  static foreign_api forwarding = {0,           0,            context_new, context_del,   conn_new, conn_del,
                                   read_packet, write_packet, expiry,      handle_expiry, result};
  pthread_t thread;
  api = real;
  forwarding.name = real->name;
  forwarding.own_size = real->own_size;
  return pthread_create(&thread, NULL, serve, NULL) == 0 ? &forwarding : NULL;
}
