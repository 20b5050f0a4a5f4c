/* A foreign endpoint whose every call runs on one thread that runs nothing else. glibc keeps pthread_setspecific's values in
 * the thread, and the keys to them in each namespace: libraries of two namespaces would overwrite each other's. */
#ifndef FOREIGN_THREAD_H
#define FOREIGN_THREAD_H

#include "foreign.h"

/* Forwards to |api|, as long as the process lives. */
const foreign_api *foreign_on_a_thread(const foreign_api *api);

#endif
