#include "library.h"

#include "check.h"

#include <dlfcn.h>

const library *library_in_use;

static void missing_function(void) { FAIL("%s: a function that it does not have was called", library_in_use->path); }

void library_load(library *l, const char *path) {
  static const char *const names[] = {
#define X(function) #function,
#include "functions.h"
#undef X
  };
  /* Local: the two libraries have the same symbols. A path, as by its name one that is open already would be found. */
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fprintf(stderr, "%s\n", dlerror());
    exit(2);
  }
  l->path = path;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    void *function = dlsym(handle, names[i]);
    if (!function) {
      function = (void *)missing_function;
    }
    memcpy((char *)l + i * sizeof(function), &function, sizeof(function));
  }
}
