/* The loop on io_uring, by liburing: one multishot receive for each socket, which fills buffers registered once and for all,
 * so that receiving takes no system call of its own; and one system call a round, which submits, waits and keeps the deadline.
 * Linux 6.0 or later.
 *
 * The deadline is an argument of that call, not a request: it is another one in each round, and as an argument it costs
 * nothing. IORING_OP_TIMEOUT takes a request and a completion each time, 1.5 us a round, and a linked timeout ends a multishot
 * receive, however many datagrams come (tools/bench/uring-deadline.c).
 *
 * Sending stays with sendmsg: with GSO one call carries 64 datagrams already, and its answer tells at once how many went. */
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
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

struct uring_loop {
  struct loop loop;
  struct io_uring ring;
  struct io_uring_buf_ring *buffers;
  uint8_t *memory;
  struct ring_socket *touched; /* have had datagrams in this round */
  int signals; /* -1: signals are not caught */
};

static struct uring_loop *of(struct loop *loop) { return (struct uring_loop *)loop; }

static void give_back(struct uring_loop *l, unsigned id)
{
  io_uring_buf_ring_add(l->buffers, l->memory + id * BUFFER_SIZE, BUFFER_SIZE, (unsigned short)id,
                        io_uring_buf_ring_mask(BUFFER_COUNT), 0);
  io_uring_buf_ring_advance(l->buffers, 1);
}

static void register_buffers(struct uring_loop *l)
{
  const size_t ring_size = BUFFER_COUNT * sizeof(struct io_uring_buf);
  void *ring;
  l->memory = allocate(BUFFER_COUNT * BUFFER_SIZE);
  if (posix_memalign(&ring, (size_t)sysconf(_SC_PAGESIZE), ring_size) != 0) {
    die("out of memory");
  }
  l->buffers = ring;
  struct io_uring_buf_reg registration = {
    .ring_addr = (uint64_t)(uintptr_t)ring, .ring_entries = BUFFER_COUNT, .bgid = BUFFER_GROUP};
  int error = io_uring_register_buf_ring(&l->ring, &registration, 0);
  if (error != 0) {
    die("this kernel's io_uring takes no buffers: %s", strerror(-error));
  }
  io_uring_buf_ring_init(l->buffers);
  for (unsigned id = 0; id < BUFFER_COUNT; id++) {
    give_back(l, id);
  }
}

struct loop *loop_new(void)
{
  struct uring_loop *l = allocate(sizeof(*l));
  /* COOP_TASKRUN: what has come is put into the ring at our next system call, not by interrupting us. */
  int error = io_uring_queue_init(QUEUE_LEN, &l->ring, IORING_SETUP_COOP_TASKRUN);
  if (error != 0) {
    die("this system has no io_uring for us: %s", strerror(-error));
  }
  l->signals = -1;
  register_buffers(l);
  return &l->loop;
}

void loop_free(struct loop *loop)
{
  struct uring_loop *l = of(loop);
  io_uring_queue_exit(&l->ring);
  free(l->buffers);
  free(l->memory);
  timers_free(&loop->timers);
  if (l->signals >= 0) {
    close(l->signals);
  }
  free(loop);
}

static struct io_uring_sqe *next_request(struct uring_loop *l)
{
  struct io_uring_sqe *request = io_uring_get_sqe(&l->ring);
  if (request == NULL) { /* the queue is full: make room */
    io_uring_submit(&l->ring);
    request = io_uring_get_sqe(&l->ring);
  }
  if (request == NULL) {
    die("io_uring takes no more requests");
  }
  return request;
}

static void request_receive(struct uring_loop *l, struct ring_socket *s)
{
  struct io_uring_sqe *request = next_request(l);
  io_uring_prep_recvmsg_multishot(request, s->watch->socket->fd, &s->shape, 0);
  request->flags |= IOSQE_BUFFER_SELECT;
  request->buf_group = BUFFER_GROUP;
  io_uring_sqe_set_data(request, s);
}

static void request_signal(struct uring_loop *l)
{
  struct io_uring_sqe *request = next_request(l);
  io_uring_prep_poll_add(request, l->signals, POLLIN);
  io_uring_sqe_set_data(request, l);
}

void loop_watch_signals(struct loop *loop)
{
  of(loop)->signals = signalfd_open();
  request_signal(of(loop));
}

void watch_begin(struct loop *loop, struct watch *watch)
{
  struct ring_socket *s = allocate(sizeof(*s));
  s->watch = watch;
  s->shape.msg_namelen = NAME_LEN;
  s->shape.msg_controllen = CONTROL_LEN;
  watch->loop = loop;
  watch->native = s;
  request_receive(of(loop), s);
}

/* A pointer to a ring_socket is even: the odd one next to it stands for its other request. */
static void *writable_tag(struct ring_socket *s) { return (char *)s + 1; }

void watch_writable(struct watch *watch)
{
  struct ring_socket *s = watch->native;
  if (!s->wants_write) {
    struct io_uring_sqe *request = next_request(of(watch->loop));
    io_uring_prep_poll_add(request, watch->socket->fd, POLLOUT);
    io_uring_sqe_set_data(request, writable_tag(s));
    s->wants_write = true;
  }
}

void watch_end(struct watch *watch)
{
  free(watch->native); /* the loop does not run any more, so nobody looks at the request */
}

static void deliver(struct uring_loop *l, struct ring_socket *s, unsigned id, size_t len)
{
  uint8_t *memory = l->memory + id * BUFFER_SIZE;
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

static void on_received(struct uring_loop *l, struct ring_socket *s, const struct io_uring_cqe *done)
{
  if ((done->flags & IORING_CQE_F_BUFFER) != 0) {
    unsigned id = done->flags >> IORING_CQE_BUFFER_SHIFT;
    if (done->res >= 0) {
      deliver(l, s, id, (size_t)done->res);
    }
    give_back(l, id);
  }
  if (done->res == -ECONNREFUSED) {
    s->watch->socket->refused = true;
  }
  if ((done->flags & IORING_CQE_F_MORE) == 0) { /* an error, or no buffer was left: ask again */
    request_receive(l, s);
  }
  if (!s->touched) {
    s->touched = true;
    s->next_touched = l->touched;
    l->touched = s;
  }
}

static void dispatch(struct uring_loop *l, const struct io_uring_cqe *done)
{
  void *tag = io_uring_cqe_get_data(done);
  if (tag == l) {
    signalfd_read(l->signals, &l->loop);
    request_signal(l);
  } else if (((uintptr_t)tag & 1) != 0) {
    struct ring_socket *s = (struct ring_socket *)((char *)tag - 1);
    s->wants_write = false;
    s->watch->on_writable(s->watch->owner);
  } else {
    on_received(l, tag, done);
  }
}

static void tell_read(struct uring_loop *l)
{
  while (l->touched != NULL) {
    struct ring_socket *s = l->touched;
    l->touched = s->next_touched;
    s->touched = false;
    s->watch->on_read(s->watch->owner);
  }
}

void loop_wait(struct loop *loop, uint64_t longest)
{
  struct uring_loop *l = of(loop);
  struct io_uring_cqe *done;
  struct timespec t = timespec_of(longest);
  struct __kernel_timespec timeout = {.tv_sec = t.tv_sec, .tv_nsec = t.tv_nsec};
  io_uring_submit_and_wait_timeout(&l->ring, &done, 1, &timeout, NULL);
  for (int i = 0; i < RECEIVES_AT_ONCE && io_uring_peek_cqe(&l->ring, &done) == 0; i++) {
    struct io_uring_cqe copy = *done;
    io_uring_cqe_seen(&l->ring, done);
    dispatch(l, &copy);
  }
  tell_read(l);
}
