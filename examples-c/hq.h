/* hq-interop: HTTP/0.9 over QUIC, what both programs speak.
 *
 * The client opens a bidirectional stream and sends "GET /path\r\n" and the end of the stream; the
 * server answers with the bytes of the file and the end of the stream. HTTP/0.9 has no status line,
 * so a refusal is a reset of the stream. Its error code is the number HTTP would have used.
 */
#ifndef HQ_H
#define HQ_H

#include <stdint.h>

#define HQ_ALPN "hq-interop"
#define HQ_REQUEST_MAX 1024 /* longest request line, its line end included */

enum hq_error {
  HQ_NO_ERROR = 0,
  HQ_BAD_REQUEST = 400,
  HQ_FORBIDDEN = 403,
  HQ_NOT_FOUND = 404,
  HQ_INTERNAL_ERROR = 500,
};

const char *hq_error_text(uint64_t code);

#endif
