#include "check.h"

#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

/* No test runs longer, sanitizers included. */
#define MAX_SECONDS 240

static char current_case[256];

void note_case(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(current_case, sizeof(current_case), format, arguments);
  va_end(arguments);
}

static void print_case(void) {
  if (current_case[0] != '\0') {
    fprintf(stderr, "    case: %s\n", current_case);
  }
}

void fail(const char *file, int line, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "    %s:%d: ", file, line);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  print_case();
  /* Without the exit handlers: what a failed test leaves behind is no leak. */
  fflush(NULL);
  _exit(1);
}

/* Says which case it was, and dies of the signal after all. */
static void on_signal(int number) {
  print_case();
  signal(number, SIG_DFL);
  raise(number);
}

static int run_apart(const test *t) {
  int status;
  pid_t child;
  fflush(NULL);
  child = fork();
  if (child == -1) {
    perror("fork");
    return 1;
  }
  if (child == 0) {
    signal(SIGABRT, on_signal);
    signal(SIGALRM, on_signal);
#ifndef __SANITIZE_ADDRESS__
    signal(SIGSEGV, on_signal);
#endif
    alarm(MAX_SECONDS);
    t->run();
    /* Through the exit handlers, where leaks are reported. */
    exit(0);
  }
  if (waitpid(child, &status, 0) != child) {
    return 1;
  }
  if (WIFSIGNALED(status)) {
    fprintf(stderr, "    %s: %s\n", t->name, strsignal(WTERMSIG(status)));
  }
  return status != 0;
}

static int is_wanted(const char *name, int argc, char **argv) {
  if (argc < 2) {
    return 1;
  }
  for (int i = 1; i < argc; i++) {
    if (strstr(name, argv[i])) {
      return 1;
    }
  }
  return 0;
}

int run_tests(const char *program, const test *tests, size_t count, int argc, char **argv) {
  int failures = 0;
  for (size_t i = 0; i < count; i++) {
    int failed;
    if (!is_wanted(tests[i].name, argc, argv)) {
      continue;
    }
    failed = run_apart(&tests[i]);
    failures += failed;
    printf("%s %s: %s\n", failed ? "FAIL" : "PASS", program, tests[i].name);
  }
  return failures != 0;
}
