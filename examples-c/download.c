#include "download.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BUFFER_SIZE 65536

static uint64_t peek(struct outgoing *stream, ngtcp2_vec *data, bool *fin)
{
  struct download *d = (struct download *)stream;
  data->base = (uint8_t *)d->request + d->request_sent;
  data->len = d->request_len - d->request_sent;
  *fin = true;
  return HQ_NO_ERROR;
}

static void advance(struct outgoing *stream, size_t len)
{
  ((struct download *)stream)->request_sent += len;
}

static const struct outgoing_source source = {.peek = peek, .advance = advance};

const char *download_file_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  bool usable = *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
  return usable ? name : "unnamed";
}

static char *join(const char *folder, const char *name, const char *ending)
{
  size_t size = strlen(folder) + 1 + strlen(name) + strlen(ending) + 1;
  char *text = allocate(size);
  snprintf(text, size, "%s/%s%s", folder, name, ending);
  return text;
}

bool download_init(struct download *d, const char *path, const char *folder)
{
  memset(d, 0, sizeof(*d));
  const char *slash = *path == '/' ? "" : "/";
  int len = snprintf(d->request, sizeof(d->request), "GET %s%s\r\n", slash, path);
  d->outgoing.source = &source;
  d->path = path;
  d->folder = folder;
  d->request_len = (size_t)len;
  return d->request_len < sizeof(d->request);
}

void download_free(struct download *d)
{
  if (d->state == DOWNLOAD_RUNNING) {
    download_fail(d);
  }
  free(d->name);
  free(d->partial_name);
}

bool download_begin(struct download *d, int64_t stream_id)
{
  d->outgoing.stream_id = stream_id;
  d->state = DOWNLOAD_RUNNING;
  if (d->folder == NULL) {
    return true;
  }
  d->name = join(d->folder, download_file_name(d->path), "");
  d->partial_name = join(d->folder, download_file_name(d->path), ".part");
  d->file = fopen(d->partial_name, "wbe");
  return d->file != NULL && setvbuf(d->file, NULL, _IOFBF, FILE_BUFFER_SIZE) == 0;
}

bool download_receive(struct download *d, const uint8_t *data, size_t len)
{
  d->received += len;
  return d->folder == NULL || len == 0 || fwrite(data, 1, len, d->file) == len;
}

bool download_complete(struct download *d)
{
  if (d->folder != NULL) {
    FILE *file = d->file;
    d->file = NULL;
    if (fclose(file) != 0 || rename(d->partial_name, d->name) != 0) {
      return false;
    }
  }
  d->state = DOWNLOAD_COMPLETE;
  return true;
}

void download_fail(struct download *d)
{
  int error = errno;
  if (d->file != NULL) {
    fclose(d->file);
    d->file = NULL;
  }
  if (d->partial_name != NULL) {
    unlink(d->partial_name);
  }
  d->state = DOWNLOAD_FAILED;
  errno = error;
}
