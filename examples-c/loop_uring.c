/* The loop on io_uring, by liburing: one multishot receive for each socket, which fills buffers registered once and for all, so
 * that receiving takes no system call of its own; and one system call a round, which submits, waits and keeps the deadline.
 * Linux 6.0 or later.
 *
 * Sending stays with sendmsg: with GSO one call carries 64 datagrams already, and its answer tells at once how many went. */
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "loop.h"

#define QUEUE_LEN 256
#define BUFFER_COUNT 64 /* a power of two */
#define BUFFER_GROUP 1
/* The kernel puts its own header, the sender's address and the control messages before the datagrams. */
#define CONTROL_LEN 128
/* The kernel puts control messages right behind the name: where their struct is aligned. */
#define ALIGNED(len) (((len) + 7) / 8 * 8)
#define NAME_LEN ALIGNED(sizeof(ngtcp2_sockaddr_union))
#define BUFFER_SIZE ALIGNED(sizeof(struct io_uring_recvmsg_out) + NAME_LEN + CONTROL_LEN + UDP_BATCH_MAX)

struct ring_socket {
  struct watch *watch;
  struct msghdr shape; /* how much room of each buffer is for address and control messages */
  struct ring_socket *next_touched;
  bool touched;
  bool wants_write;
};

struct loop {
  struct timers timers;
  struct io_uring ring;
  struct io_uring_buf_ring *buffers;
  uint8_t *memory;
  struct ring_socket *touched; /* have had datagrams in this round */
  int signals;
  void (*on_signal)(void *user_data);
  void *user_data;
  bool stopped;
};

static void give_back(struct loop *loop, unsigned id)
{
  io_uring_buf_ring_add(loop->buffers, loop->memory + id * BUFFER_SIZE, BUFFER_SIZE, (unsigned short)id,
                        io_uring_buf_ring_mask(BUFFER_COUNT), 0);
  io_uring_buf_ring_advance(loop->buffers, 1);
}

static void register_buffers(struct loop *loop)
{
  const size_t ring_size = BUFFER_COUNT * sizeof(struct io_uring_buf);
  void *ring;
  loop->memory = allocate(BUFFER_COUNT * BUFFER_SIZE);
  if (posix_memalign(&ring, (size_t)sysconf(_SC_PAGESIZE), ring_size) != 0) {
    die("out of memory");
  }
  loop->buffers = ring;
  struct io_uring_buf_reg registration = {
    .ring_addr = (uint64_t)(uintptr_t)ring, .ring_entries = BUFFER_COUNT, .bgid = BUFFER_GROUP};
  int error = io_uring_register_buf_ring(&loop->ring, &registration, 0);
  if (error != 0) {
    die("this kernel's io_uring takes no buffers: %s", strerror(-error));
  }
  io_uring_buf_ring_init(loop->buffers);
  for (unsigned id = 0; id < BUFFER_COUNT; id++) {
    give_back(loop, id);
  }
}

struct loop *loop_new(void)
{
  struct loop *loop = allocate(sizeof(*loop));
  int error = io_uring_queue_init(QUEUE_LEN, &loop->ring, 0);
  if (error != 0) {
    die("this system has no io_uring for us: %s", strerror(-error));
  }
  loop->signals = -1;
  register_buffers(loop);
  return loop;
}

void loop_free(struct loop *loop)
{
  io_uring_queue_exit(&loop->ring);
  free(loop->buffers);
  free(loop->memory);
  timers_free(&loop->timers);
  if (loop->signals >= 0) {
    close(loop->signals);
  }
  free(loop);
}

void loop_stop(struct loop *loop) { loop->stopped = true; }
struct timers *loop_timers(struct loop *loop) { return &loop->timers; }

static struct io_uring_sqe *next_request(struct loop *loop)
{
  struct io_uring_sqe *request = io_uring_get_sqe(&loop->ring);
  if (request == NULL) { /* the queue is full: make room */
    io_uring_submit(&loop->ring);
    request = io_uring_get_sqe(&loop->ring);
  }
  if (request == NULL) {
    die("io_uring takes no more requests");
  }
  return request;
}

static void request_receive(struct loop *loop, struct ring_socket *s)
{
  struct io_uring_sqe *request = next_request(loop);
  io_uring_prep_recvmsg_multishot(request, s->watch->socket->fd, &s->shape, 0);
  request->flags |= IOSQE_BUFFER_SELECT;
  request->buf_group = BUFFER_GROUP;
  io_uring_sqe_set_data(request, s);
}

static void request_signal(struct loop *loop)
{
  struct io_uring_sqe *request = next_request(loop);
  io_uring_prep_poll_add(request, loop->signals, POLLIN);
  io_uring_sqe_set_data(request, loop);
}

void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  loop->on_signal = on_signal;
  loop->user_data = user_data;
  request_signal(loop);
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  struct ring_socket *s = allocate(sizeof(*s));
  s->watch = watch;
  s->shape.msg_namelen = NAME_LEN;
  s->shape.msg_controllen = CONTROL_LEN;
  watch->loop = loop;
  watch->native = s;
  request_receive(loop, s);
}

/* A pointer to a ring_socket is even: the odd one next to it stands for its other request. */
static void *writable_tag(struct ring_socket *s) { return (char *)s + 1; }

void watch_writable(struct watch *watch)
{
  struct ring_socket *s = watch->native;
  if (!s->wants_write) {
    struct io_uring_sqe *request = next_request(watch->loop);
    io_uring_prep_poll_add(request, watch->socket->fd, POLLOUT);
    io_uring_sqe_set_data(request, writable_tag(s));
    s->wants_write = true;
  }
}

void watch_end(struct watch *watch)
{
  free(watch->native); /* the loop does not run any more, so nobody looks at the request */
}

static void deliver(struct loop *loop, struct ring_socket *s, unsigned id, size_t len)
{
  uint8_t *memory = loop->memory + id * BUFFER_SIZE;
  struct io_uring_recvmsg_out *out = io_uring_recvmsg_validate(memory, (int)len, &s->shape);
  struct udp_batch batch;
  if (out == NULL || (out->flags & MSG_TRUNC) != 0) {
    return;
  }
  struct msghdr message = {
    .msg_name = io_uring_recvmsg_name(out),
    .msg_namelen = out->namelen,
    .msg_control = (uint8_t *)io_uring_recvmsg_name(out) + s->shape.msg_namelen,
    .msg_controllen = out->controllen,
  };
  udp_interpret(s->watch->socket, &message, io_uring_recvmsg_payload(out, &s->shape),
                io_uring_recvmsg_payload_length(out, (int)len, &s->shape), &batch);
  s->watch->on_batch(s->watch->owner, &batch);
}

static void on_received(struct loop *loop, struct ring_socket *s, const struct io_uring_cqe *done)
{
  if ((done->flags & IORING_CQE_F_BUFFER) != 0) {
    unsigned id = done->flags >> IORING_CQE_BUFFER_SHIFT;
    if (done->res >= 0) {
      deliver(loop, s, id, (size_t)done->res);
    }
    give_back(loop, id);
  }
  if (done->res == -ECONNREFUSED) {
    s->watch->socket->refused = true;
  }
  if ((done->flags & IORING_CQE_F_MORE) == 0) { /* an error, or no buffer was left: ask again */
    request_receive(loop, s);
  }
  if (!s->touched) {
    s->touched = true;
    s->next_touched = loop->touched;
    loop->touched = s;
  }
}

static void dispatch(struct loop *loop, const struct io_uring_cqe *done)
{
  struct signalfd_siginfo info;
  void *tag = io_uring_cqe_get_data(done);
  if (tag == loop) {
    if (read(loop->signals, &info, sizeof(info)) == sizeof(info)) {
      loop->on_signal(loop->user_data);
    }
    request_signal(loop);
  } else if (((uintptr_t)tag & 1) != 0) {
    struct ring_socket *s = (struct ring_socket *)((char *)tag - 1);
    s->wants_write = false;
    s->watch->on_writable(s->watch->owner);
  } else {
    on_received(loop, tag, done);
  }
}

static void finish_round(struct loop *loop)
{
  while (loop->touched != NULL) {
    struct ring_socket *s = loop->touched;
    loop->touched = s->next_touched;
    s->touched = false;
    s->watch->on_read(s->watch->owner);
  }
  if (!loop->stopped) {
    timers_run(&loop->timers);
  }
}

void loop_run(struct loop *loop)
{
  struct io_uring_cqe *done;
  loop->stopped = false;
  while (!loop->stopped) {
    uint64_t wait = timers_wait(timers_next(&loop->timers));
    struct __kernel_timespec timeout = {.tv_sec = (int64_t)(wait / NGTCP2_SECONDS),
                                        .tv_nsec = (long long)(wait % NGTCP2_SECONDS)};
    io_uring_submit_and_wait_timeout(&loop->ring, &done, 1, &timeout, NULL);
    for (int i = 0; i < RECEIVES_AT_ONCE && io_uring_peek_cqe(&loop->ring, &done) == 0; i++) {
      struct io_uring_cqe copy = *done;
      io_uring_cqe_seen(&loop->ring, done);
      dispatch(loop, &copy);
    }
    finish_round(loop);
  }
}
