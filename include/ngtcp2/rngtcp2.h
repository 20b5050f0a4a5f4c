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
#define RNGTCP2_VERSION "0.1.0"

/**
 * The version of rngtcp2 as a number: 8 bits each for major, minor and patch.
 */
#define RNGTCP2_VERSION_NUM 0x000100

/**
 * Returns the version of rngtcp2 at run time, or NULL if it is older than `least_version`, which has the form of
 * `RNGTCP2_VERSION_NUM`; 0 accepts any. The memory is static: it is not freed, and any thread may read it.
 *
 * May be called at any time, in every callback too. `ngtcp2_version` tells the release of ngtcp2 whose interface
 * this is.
 */
NGTCP2_EXTERN const ngtcp2_info *rngtcp2_version(int least_version);

#ifdef __cplusplus
}
#endif

#endif /* RNGTCP2_H */
