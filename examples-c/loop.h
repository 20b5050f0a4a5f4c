/* What the programs want of an event loop, and no more. What all loops have in common stands in loop.c; every loop_NAME.c is
 * the rest for one of them: libevent, libuv, epoll, io_uring, kqueue. To carry the programs over to yet another loop, write
 * one more such file.
 *
 * QUIC asks for little: tell me when datagrams have come, when a socket that was full takes some again, when the one
 * deadline is reached, and when the user wants to stop.
 */
#ifndef LOOP_H
#define LOOP_H

#include <time.h>

#include "timers.h"
#include "udp.h"

#define RECEIVES_AT_ONCE 64 /* then the writing, the timers and the other sockets have their turn */

/* The first member of the struct that a loop_NAME.c makes in loop_new. */
struct loop {
  struct timers timers;
  void (*on_signal)(void *user_data);
  void *user_data;
  bool stopped;
};

/* A socket, and whom to tell. The owner fills in the first part and keeps the struct where it is. */
struct watch {
  struct udp_socket *socket;
  void (*on_batch)(void *owner, const struct udp_batch *batch); /* datagrams of one path have come */
  void (*on_read)(void *owner);     /* those that were there have been handed over: the time to write */
  void (*on_writable)(void *owner); /* the socket takes datagrams again; once for each watch_writable */
  void *owner;

  struct loop *loop;
  void *native; /* what the loop keeps for this socket */
};

/* -- loop.c ------------------------------------------------------------------------------------------- */

void loop_run(struct loop *loop);  /* until loop_stop is called from within */
void loop_stop(struct loop *loop);
/* Where connections set their timers. The loop looks at it when a round of events is over. */
struct timers *loop_timers(struct loop *loop);
/* SIGINT and SIGTERM call this instead of ending the process. */
void loop_catch_signals(struct loop *loop, void (*on_signal)(void *user_data), void *user_data);

/* For loops that tell that a socket is readable, and leave the reading to us. In udp.c's terms: read all that is there. */
void watch_read(struct watch *watch);
struct timespec timespec_of(uint64_t nanoseconds);

/* -- loop_NAME.c -------------------------------------------------------------------------------------- */

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* after all watches have ended */
/* One round: waits for events, so many nanoseconds at most, and hands them on. */
void loop_wait(struct loop *loop, uint64_t longest);
/* From now on SIGINT and SIGTERM call loop->on_signal. */
void loop_watch_signals(struct loop *loop);

void watch_begin(struct loop *loop, struct watch *watch);
void watch_writable(struct watch *watch);
void watch_end(struct watch *watch); /* when the loop does not run any more */

/* -- loop_signalfd.c: signals as a file descriptor, for loops that watch those; Linux ------------------ */

int signalfd_open(void);
void signalfd_read(int fd, struct loop *loop);

#endif
