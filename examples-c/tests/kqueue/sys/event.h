/* What loop_kqueue.c needs of kqueue, declared by us, so that it is compiled on systems that have none. Values are free:
 * only the kqueue.c beside this goes with it. */
#ifndef TESTS_KQUEUE_H
#define TESTS_KQUEUE_H

#include <stdint.h>
#include <time.h>

struct kevent {
  uintptr_t ident;
  short filter;
  unsigned short flags;
  unsigned int fflags;
  intptr_t data;
  void *udata;
};

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_SIGNAL (-6)
#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ONESHOT 0x0010
#define EV_SET(event, what, f, fl, ff, d, u) \
  (*(event) = (struct kevent){.ident = (what), .filter = (f), .flags = (fl), .fflags = (ff), .data = (d), .udata = (u)})

int kqueue(void);
int kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events, int event_count,
           const struct timespec *timeout);

#endif
