/* Included before every file of the driver and of support/: each function of the library is taken from the library that is
 * in use, so that one program drives two at once. The files named here are made from the list
 * of symbols (run.sh). */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <ngtcp2/ngtcp2.h>

typedef struct library {
#define X(function) __typeof__(&function) function;
#include "functions.h"
#undef X
  const char *path;
} library;

/* The library of the endpoint whose turn it is. It stays in use in its callbacks. */
extern const library *library_in_use;

/* Opens the shared object at a path. Functions that it does not have fail when they are called. */
void library_load(library *l, const char *path);

#include "redirections.h"

#endif
