/* Checks, and the running of test functions: each in a process of its own, so that a crash is one
 * failed test and not the end of the program. */
#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the test as failed. */
void fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4), noreturn));

#define FAIL(...) fail(__FILE__, __LINE__, __VA_ARGS__)

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      FAIL("not so: %s", #condition);                                                              \
    }                                                                                              \
  } while (0)

#define CHECK_EQ(actual, expected)                                                                 \
  do {                                                                                             \
    long long actual_ = (long long)(actual), expected_ = (long long)(expected);                    \
    if (actual_ != expected_) {                                                                    \
      FAIL("%s is %lld, not %lld (%s)", #actual, actual_, expected_, #expected);                   \
    }                                                                                              \
  } while (0)

#define CHECK_WITHIN(actual, low, high)                                                            \
  do {                                                                                             \
    long long actual_ = (long long)(actual), low_ = (long long)(low), high_ = (long long)(high);   \
    if (actual_ < low_ || actual_ > high_) {                                                       \
      FAIL("%s is %lld, not within %lld and %lld", #actual, actual_, low_, high_);                 \
    }                                                                                              \
  } while (0)

#define CHECK_STR(actual, expected)                                                                \
  do {                                                                                             \
    const char *actual_ = (actual), *expected_ = (expected);                                       \
    if (strcmp(actual_, expected_) != 0) {                                                         \
      FAIL("%s is \"%s\", not \"%s\"", #actual, actual_, expected_);                               \
    }                                                                                              \
  } while (0)

typedef struct test {
  const char *name;
  void (*run)(void);
} test;

#define TEST(function)                                                                             \
  { #function, function }

/* Runs the tests that the command line names, or all, and prints PASS or FAIL for each. Returns the
 * exit status of the program. */
int run_tests(const char *program, const test *tests, size_t count, int argc, char **argv);

#define MAIN(program, tests)                                                                       \
  int main(int argc, char **argv) {                                                                \
    return run_tests(program, tests, sizeof(tests) / sizeof(tests[0]), argc, argv);                \
  }

/* What the test is busy with: printed when it fails. For tests that run through many cases. */
void note_case(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
