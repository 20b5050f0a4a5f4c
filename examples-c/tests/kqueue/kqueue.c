/* As much of kqueue as loop_kqueue.c asks for, on poll, so that the loop runs in the checks of systems that have none: sockets
 * to be read, sockets to be written once, signals. What BSD's own does beyond that it does not show. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define QUEUES_MAX 1024
#define ENTRIES_MAX 1024

struct queue {
  struct kevent entries[ENTRIES_MAX];
  int fds[ENTRIES_MAX];
  size_t count;
};

static struct queue *queues[QUEUES_MAX]; /* by file descriptor, and as long-lived as the program */

int kqueue(void)
{
  int fd = eventfd(0, EFD_CLOEXEC);
  if (fd < 0 || fd >= QUEUES_MAX) {
    return -1;
  }
  if (queues[fd] == NULL) {
    queues[fd] = calloc(1, sizeof(struct queue));
  }
  if (queues[fd] != NULL) {
    queues[fd]->count = 0;
  }
  return queues[fd] != NULL ? fd : -1;
}

/* The file descriptor that tells of a signal. It is pending even if it is ignored, as long as it is blocked. */
static int signal_descriptor(int number)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void take_out(struct queue *q, size_t place)
{
  if (q->entries[place].filter == EVFILT_SIGNAL) {
    close(q->fds[place]);
  }
  q->count--;
  q->entries[place] = q->entries[q->count];
  q->fds[place] = q->fds[q->count];
}

static int apply(struct queue *q, const struct kevent *change)
{
  size_t place = 0;
  while (place < q->count && (q->entries[place].ident != change->ident || q->entries[place].filter != change->filter)) {
    place++;
  }
  if ((change->flags & EV_DELETE) != 0) {
    if (place == q->count) {
      errno = ENOENT;
      return -1;
    }
    take_out(q, place);
    return 0;
  }
  if (place == q->count) {
    if (q->count == ENTRIES_MAX) {
      errno = ENOMEM;
      return -1;
    }
    q->fds[place] = change->filter == EVFILT_SIGNAL ? signal_descriptor((int)change->ident) : (int)change->ident;
    q->count++;
  }
  q->entries[place] = *change;
  return 0;
}

static int wait_for(struct queue *q, struct kevent *events, int room, const struct timespec *timeout)
{
  struct pollfd fds[ENTRIES_MAX];
  struct signalfd_siginfo info;
  int count = 0;
  for (size_t i = 0; i < q->count; i++) {
    fds[i] = (struct pollfd){.fd = q->fds[i], .events = q->entries[i].filter == EVFILT_WRITE ? POLLOUT : POLLIN};
  }
  if (ppoll(fds, q->count, timeout, NULL) < 0) {
    return -1;
  }
  for (size_t i = q->count; i-- > 0 && count < room;) { /* from the end: taking out moves only what has been looked at */
    if (fds[i].revents == 0) {
      continue;
    }
    if (q->entries[i].filter == EVFILT_SIGNAL && read(q->fds[i], &info, sizeof(info)) != sizeof(info)) {
      continue;
    }
    events[count++] = q->entries[i];
    if ((q->entries[i].flags & EV_ONESHOT) != 0) {
      take_out(q, i);
    }
  }
  return count;
}

int kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events, int event_count,
           const struct timespec *timeout)
{
  for (int i = 0; i < change_count; i++) {
    if (apply(queues[queue], &changes[i]) != 0) {
      return -1;
    }
  }
  return event_count > 0 ? wait_for(queues[queue], events, event_count, timeout) : 0;
}
