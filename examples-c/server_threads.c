/* A server on several processor cores: a server struct, with a loop and connections of its own, for each thread. They share
 * nothing that changes, so there are no locks.
 *
 * Each thread has its own socket for the same port (SO_REUSEPORT). The kernel would choose among them by the sender's
 * address; but a client may change its address, and its packets must reach the thread that knows it. So a little program
 * in the kernel chooses by the connection id, whose first byte, modulo the number of threads, is the number of the
 * thread: we give out such ids, and for a client's first packet, whose id is the client's choice, any thread will do. */
#include <linux/filter.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define LOOK_EVERY (NGTCP2_SECONDS / 10) /* for a signal that another thread has received */

/* How many times the user has asked to stop. The only thing that is written by one thread and read by others. */
static atomic_uint stops;

void server_connection_id(const struct server *server, ngtcp2_cid *id, size_t len)
{
  random_connection_id(id, len);
  if (server->threads > 1) {
    size_t base = id->data[0] - id->data[0] % server->threads + server->thread;
    id->data[0] = (uint8_t)(base < 256 ? base : base - server->threads);
  }
}

static void route_by_connection_id(const struct udp_socket *socket, size_t threads)
{
  /* RFC 8999: with a long header, which the first bit tells, the id begins at byte 6, otherwise at byte 1. A datagram
   * that is too short for that goes to the first thread: it is no QUIC. */
  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80, 0, 2),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 1),
    BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, (uint32_t)threads),
    BPF_STMT(BPF_RET | BPF_A, 0),
  };
  struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
  if (setsockopt(socket->fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) != 0) {
    die("this kernel cannot route packets to threads by connection id");
  }
}

static void look_for_signal(void *user_data)
{
  struct server *server = user_data;
  unsigned now = atomic_load(&stops);
  timers_set(loop_timers(server->loop), &server->look, timestamp() + LOOK_EVERY);
  while (server->stops_seen < now) {
    server->stops_seen++;
    server_ask_to_stop(server);
  }
}

static void on_signal(void *user_data)
{
  atomic_fetch_add(&stops, 1);
  server_ask_to_stop(user_data);
}

static void *run_thread(void *user_data)
{
  struct server *server = user_data;
  loop_run(server->loop);
  return NULL;
}

void server_run_threads(const struct server_options *options)
{
  struct server *servers = allocate(options->threads * sizeof(*servers));
  pthread_t *threads = allocate(options->threads * sizeof(*threads));

  for (size_t i = 0; i < options->threads; i++) {
    servers[i].options = options;
    servers[i].thread = i;
    servers[i].threads = options->threads;
    server_start(&servers[i], &servers[0]);
  }
  for (size_t i = 0; i < servers[0].listener_count && options->threads > 1; i++) {
    route_by_connection_id(servers[0].listeners[i].socket, options->threads);
  }
  /* Caught before the other threads begin, so that they inherit what that may block. */
  loop_catch_signals(servers[0].loop, on_signal, &servers[0]);
  for (size_t i = 1; i < options->threads; i++) {
    timer_init(&servers[i].look, look_for_signal, &servers[i]);
    look_for_signal(&servers[i]);
    if (pthread_create(&threads[i], NULL, run_thread, &servers[i]) != 0) {
      die("cannot start a thread");
    }
  }
  run_thread(&servers[0]);
  for (size_t i = 1; i < options->threads; i++) {
    pthread_join(threads[i], NULL);
  }
  for (size_t i = options->threads; i-- > 0;) { /* the first one last: the others use its TLS configuration */
    server_stop(&servers[i]);
    if (options->threads > 1) {
      say("thread %zu: %zu connections", i, servers[i].connections_served);
    }
  }
  free(threads);
  free(servers);
}
