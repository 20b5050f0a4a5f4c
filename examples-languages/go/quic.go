package main

// Declarations only stand here: a file that exports functions to C may not define any in its preamble.

/*
#include <netinet/in.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

struct quic;
*/
import "C"

import (
	"crypto/rand"
	"runtime/cgo"
	"unsafe"
)

// The functions below are called by C from within a call of ours into the library, on the same goroutine. `userData` is a
// cgo.Handle: C may not keep pointers to Go's memory.

func clientOf(userData unsafe.Pointer) *client {
	return cgo.Handle(userData).Value().(*client)
}

//export goRandom
func goRandom(dest *C.uint8_t, length C.size_t) C.int {
	if _, err := rand.Read(unsafe.Slice((*byte)(dest), length)); err != nil {
		return -1
	}
	return 0
}

//export goHandshakeCompleted
func goHandshakeCompleted(conn *C.ngtcp2_conn, userData unsafe.Pointer) C.int {
	return C.ngtcp2_conn_open_bidi_stream(conn, &clientOf(userData).stream, nil)
}

//export goStreamData
func goStreamData(conn *C.ngtcp2_conn, flags C.uint32_t, id C.int64_t, offset C.uint64_t, data *C.uint8_t, length C.size_t,
	userData, streamUserData unsafe.Pointer) C.int {
	c := clientOf(userData)
	if _, err := c.output.Write(unsafe.Slice((*byte)(data), length)); err != nil {
		c.err = err
		return C.NGTCP2_ERR_CALLBACK_FAILURE
	}
	c.progress.add(int(length))
	C.ngtcp2_conn_extend_max_stream_offset(conn, id, C.uint64_t(length))
	C.ngtcp2_conn_extend_max_offset(conn, C.uint64_t(length))
	c.finished = flags&C.NGTCP2_STREAM_DATA_FLAG_FIN != 0
	return 0
}

//export goStreamClosed
func goStreamClosed(conn *C.ngtcp2_conn, flags C.uint32_t, id C.int64_t, code C.uint64_t, userData,
	streamUserData unsafe.Pointer) C.int {
	c := clientOf(userData)
	if !c.finished {
		c.refused = uint64(code)
	}
	return 0
}
