/* Opens files of one folder and of nothing outside it. */
#ifndef FOLDER_H
#define FOLDER_H

#include "hq.h"

/* `path` begins with a slash that stands for `folder`, an open directory. On HQ_NO_ERROR the regular file
 * is open in `*file` and has `*size` bytes; otherwise `*file` is -1. */
enum hq_error folder_open(int folder, const char *path, int *file, uint64_t *size);

#endif
