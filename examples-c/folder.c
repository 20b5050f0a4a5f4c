#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum hq_error refusal(int error)
{
  switch (error) {
  case ENOENT:
  case ENOTDIR:
  case ENAMETOOLONG:
    return HQ_NOT_FOUND;
  case ELOOP: /* what O_NOFOLLOW says of a symbolic link */
  case EACCES:
  case EPERM:
    return HQ_FORBIDDEN;
  default:
    return HQ_INTERNAL_ERROR;
  }
}

/* Copies the name before the next slash and moves past it. False if there is no such name. */
static bool next_name(const char **path, char name[256])
{
  size_t len = strcspn(*path, "/");
  if (len == 0 || len > 255) {
    return false;
  }
  memcpy(name, *path, len);
  name[len] = '\0';
  *path += len;
  return true;
}

/* Walks down one name at a time and follows no symbolic link: no check of a path that someone could
 * change before it is used, so no way out. */
static int open_beneath(int folder, const char *path, enum hq_error *error)
{
  int at = fcntl(folder, F_DUPFD_CLOEXEC, 0);
  *error = HQ_INTERNAL_ERROR;
  while (at >= 0) {
    char name[256];
    path += strspn(path, "/");
    if (!next_name(&path, name)) {
      *error = HQ_NOT_FOUND;
      break;
    }
    if (strcmp(name, "..") == 0) {
      *error = HQ_FORBIDDEN;
      break;
    }
    bool last = *path == '\0';
    /* O_NONBLOCK: opening a named pipe must not stop the server. */
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (last ? O_NONBLOCK : O_DIRECTORY);
    int below = openat(at, name, flags);
    if (below < 0) {
      *error = refusal(errno);
      break;
    }
    close(at);
    at = below;
    if (last) {
      return at;
    }
  }
  if (at >= 0) {
    close(at);
  }
  return -1;
}

enum hq_error folder_open(int folder, const char *path, int *file, uint64_t *size)
{
  enum hq_error error;
  struct stat status;

  *file = open_beneath(folder, path, &error);
  if (*file < 0) {
    return error;
  }
  if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode)) {
    *size = (uint64_t)status.st_size;
    return HQ_NO_ERROR;
  }
  close(*file);
  *file = -1;
  return HQ_NOT_FOUND;
}
