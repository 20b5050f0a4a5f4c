/* One file that the client fetches: its request, and where the answer goes. Knows files, not connections. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <stdio.h>

#include "hq.h"
#include "outgoing.h"

enum download_state {
  DOWNLOAD_WAITING, /* for a stream */
  DOWNLOAD_RUNNING,
  DOWNLOAD_COMPLETE,
  DOWNLOAD_FAILED,
};

struct download {
  struct outgoing outgoing; /* first: a stream's user data is used as either */
  enum download_state state;
  const char *path;
  char request[HQ_REQUEST_MAX];
  size_t request_len;
  size_t request_sent;
  const char *folder; /* NULL: the bytes are counted and thrown away */
  FILE *file;         /* named `partial_name` until it is complete */
  char *name, *partial_name;
  uint64_t received;
};

/* `path` and `folder` must outlive the download. False if the path is too long to be asked for. */
bool download_init(struct download *download, const char *path, const char *folder);
void download_free(struct download *download);

/* Begin, go on and end. False: the file could not be written, and errno tells why. */
bool download_begin(struct download *download, int64_t stream_id);
bool download_receive(struct download *download, const uint8_t *data, size_t len);
bool download_complete(struct download *download);
/* Leaves no half file behind. */
void download_fail(struct download *download);

/* The last part of the path, which becomes the name in the folder: never something that leads out of it. */
const char *download_file_name(const char *path);

#endif
