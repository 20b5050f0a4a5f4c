/*
 * rngtcp2: the version of ngtcp2 whose interface this is. That of rngtcp2 itself is in rngtcp2.h.
 * Made by `make header`; do not edit.
 */
#ifndef NGTCP2_VERSION_H
#define NGTCP2_VERSION_H

/**
 * The version of the library as text.
 */
#define NGTCP2_VERSION "@VERSION@"

/**
 * The version of the library as a number: 8 bits each for major, minor and patch.
 */
#define NGTCP2_VERSION_NUM @VERSION_NUM@

#endif /* NGTCP2_VERSION_H */
