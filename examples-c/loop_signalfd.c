#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "loop.h"

int signalfd_open(void)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) {
    die("cannot watch signals: %s", strerror(errno));
  }
  return fd;
}

void signalfd_read(int fd, struct loop *loop)
{
  struct signalfd_siginfo info;
  if (read(fd, &info, sizeof(info)) == sizeof(info)) {
    loop->on_signal(loop->user_data);
  }
}
