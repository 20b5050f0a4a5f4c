/*
 * rngtcp2: what this library has beside the interface of ngtcp2.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * ngtcp2's own library does not have it. A program that runs on either declares the function weak
 * before its first use, and asks whether it is there:
 *
 *   #pragma weak rngtcp2_version
 *   if (rngtcp2_version != NULL) {
 *     printf("rngtcp2 %s\n", rngtcp2_version(0)->version_str);
 *   }
 */
#ifndef RNGTCP2_H
#define RNGTCP2_H

#include <ngtcp2/ngtcp2.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of rngtcp2 as text.
 */
#define RNGTCP2_VERSION "@OWN_VERSION@"

/**
 * The version of rngtcp2 as a number: 8 bits each for major, minor and patch.
 */
#define RNGTCP2_VERSION_NUM @OWN_VERSION_NUM@

@BINDINGS@

#ifdef __cplusplus
}
#endif

#endif /* RNGTCP2_H */
