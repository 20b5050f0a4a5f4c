//! Getting packets from a connection.

use core::ffi::c_int;

use crate::{
    ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp, ngtcp2_vec, ngtcp2_write_pkt,
};

unsafe extern "C" {
    /// Writes a packet without stream data of the application: `ngtcp2_conn_writev_stream` with
    /// stream -1. Call it as `ngtcp2_conn_write_pkt`.
    pub fn ngtcp2_conn_write_pkt_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_conn_writev_stream`, for data in one piece. Call it as
    /// `ngtcp2_conn_write_stream`.
    pub fn ngtcp2_conn_write_stream_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        pdatalen: *mut ngtcp2_ssize,
        flags: u32,
        stream_id: i64,
        data: *const u8,
        datalen: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Writes the next UDP datagram to send, of one or more QUIC packets, into the `destlen` bytes at
    /// `dest`. It carries data of the stream `stream_id`, if there is room and flow control allows
    /// it, beside all that the connection itself has to send. Call it as `ngtcp2_conn_writev_stream`.
    ///
    /// `stream_id` -1 means that there is no stream data. The data is in the `datavcnt` pieces at
    /// `datav`; `NGTCP2_WRITE_STREAM_FLAG_FIN` makes it the end of the stream. `*pdatalen` becomes
    /// the number of bytes taken, or -1 if the datagram has no data of the stream; `pdatalen` may be
    /// NULL. The end of the stream is taken when all bytes are. Data without bytes is sent only with
    /// the end of the stream, or to open the stream at the peer.
    ///
    /// The library does not copy the data: it must stay unchanged until it is acknowledged
    /// (`acked_stream_data_offset`), or the stream is closed, or sending on it was given up by us, by
    /// the peer or by a rejection of 0-RTT, or the connection is deleted.
    ///
    /// `destlen` is at least 1200, and best `ngtcp2_conn_get_max_tx_udp_payload_size2`. `path` and
    /// `pi` may be NULL; otherwise they receive the path to send on, whose addresses need room for
    /// `ngtcp2_sockaddr_union`, and the ECN mark. `ts` is the current time. Call again until it
    /// returns 0, and then `ngtcp2_conn_update_pkt_tx_time`.
    ///
    /// With `NGTCP2_WRITE_STREAM_FLAG_MORE` the datagram stays open while it has room, and the
    /// function returns `NGTCP2_ERR_WRITE_MORE`. Call it again, or `ngtcp2_conn_writev_datagram`,
    /// with the same `path`, `dest`, `destlen` and `ts` and other data, and at last with stream -1,
    /// until it returns something else. The three stream errors below leave the datagram open too.
    /// Reading a packet, handling expiry or closing meanwhile takes back what was written.
    ///
    /// Returns the length of the datagram, 0 if nothing can be sent now, because nothing is to be
    /// sent or because of congestion control, pacing or the anti-amplification limit, or:
    ///
    /// - `NGTCP2_ERR_WRITE_MORE`: see above. Bytes of the stream were taken.
    /// - `NGTCP2_ERR_STREAM_DATA_BLOCKED`: flow control of the stream lets no data through.
    /// - `NGTCP2_ERR_STREAM_NOT_FOUND`: there is no such stream.
    /// - `NGTCP2_ERR_STREAM_SHUT_WR`: nothing more can be sent on the stream.
    /// - `NGTCP2_ERR_INVALID_ARGUMENT`: the pieces are longer than a stream can be, or in an open
    ///   datagram `path`, `dest` or `destlen` changed.
    /// - `NGTCP2_ERR_NOBUF`: a client's first datagram needs 1200 bytes.
    /// - `NGTCP2_ERR_CLOSING`, `NGTCP2_ERR_DRAINING`: nothing may be sent any more.
    /// - `NGTCP2_ERR_PKT_NUM_EXHAUSTED`, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_CALLBACK_FAILURE`, and any
    ///   other error: close the connection.
    ///
    /// Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_writev_stream_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        pdatalen: *mut ngtcp2_ssize,
        flags: u32,
        stream_id: i64,
        datav: *const ngtcp2_vec,
        datavcnt: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_conn_writev_datagram`, for data in one piece. Call it as
    /// `ngtcp2_conn_write_datagram`.
    ///
    /// Since 1.1.
    pub fn ngtcp2_conn_write_datagram_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        paccepted: *mut c_int,
        flags: u32,
        dgram_id: u64,
        data: *const u8,
        datalen: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Writes the next UDP datagram to send, like `ngtcp2_conn_writev_stream`, with the data in the
    /// `datavcnt` pieces at `datav` as a DATAGRAM frame (RFC 9221). Call it as
    /// `ngtcp2_conn_writev_datagram`.
    ///
    /// `*paccepted` becomes nonzero if the frame is in the datagram; otherwise offer it again.
    /// `paccepted` may be NULL. `dgram_id` is anything of the application's, for `ack_datagram` and
    /// `lost_datagram`. The data is copied. `flags` is zero or more of
    /// `NGTCP2_WRITE_DATAGRAM_FLAG_*`.
    ///
    /// A frame that is too large for the path is never accepted, and the application has to drop it.
    /// Returns what `ngtcp2_conn_writev_stream` returns except for the stream errors, and:
    ///
    /// - `NGTCP2_ERR_INVALID_STATE`: the peer takes no DATAGRAM frames, or its limit is not known
    ///   yet.
    /// - `NGTCP2_ERR_INVALID_ARGUMENT`: the frame is larger than the peer allows.
    pub fn ngtcp2_conn_writev_datagram_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        paccepted: *mut c_int,
        flags: u32,
        dgram_id: u64,
        datav: *const ngtcp2_vec,
        datavcnt: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Writes several UDP datagrams of the same size one after the other into the `buflen` bytes at
    /// `buf`, for one system call with generic segmentation offload (GSO). Call it as
    /// `ngtcp2_conn_write_aggregate_pkt`.
    ///
    /// `write_pkt` writes each of them; all belong to the same `path` and `pi`. At most
    /// `ngtcp2_conn_get_send_quantum2` bytes are written. `*pgsolen` becomes the size of each
    /// datagram; the last one may be shorter. `buflen` is at least
    /// `ngtcp2_conn_get_path_max_tx_udp_payload_size2`, and best a multiple of
    /// `ngtcp2_conn_get_max_tx_udp_payload_size2`. `ngtcp2_conn_update_pkt_tx_time` is called at the
    /// end.
    ///
    /// Returns the number of bytes written, 0 if there is nothing to send now, or the error that
    /// `write_pkt` returned.
    ///
    /// Since 1.15.
    pub fn ngtcp2_conn_write_aggregate_pkt_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        buf: *mut u8,
        buflen: usize,
        pgsolen: *mut usize,
        write_pkt: ngtcp2_write_pkt,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Like `ngtcp2_conn_write_aggregate_pkt`, for at most `num_pkts` datagrams, or any number if
    /// that is 0. Call it as `ngtcp2_conn_write_aggregate_pkt2`.
    ///
    /// The send quantum is not observed, and `ngtcp2_conn_update_pkt_tx_time` is left to the
    /// application.
    ///
    /// Since 1.17.
    pub fn ngtcp2_conn_write_aggregate_pkt2_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        buf: *mut u8,
        buflen: usize,
        pgsolen: *mut usize,
        write_pkt: ngtcp2_write_pkt,
        num_pkts: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

    /// Sets the time of the next packet for pacing (RFC 9002, section 7.7), from what was written
    /// since the last call. Call it after a round of writing. Until then writes of data return 0;
    /// `ngtcp2_conn_get_expiry2` tells the time.
    pub fn ngtcp2_conn_update_pkt_tx_time(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp);

    /// Returns the number of bytes that may be sent in one go without pacing.
    ///
    /// Since 1.23.
    pub fn ngtcp2_conn_get_send_quantum2(conn: *const ngtcp2_conn) -> usize;

    /// Like `ngtcp2_conn_get_send_quantum2`, with a connection that is not `const`.
    ///
    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_send_quantum2`.
    pub fn ngtcp2_conn_get_send_quantum(conn: *mut ngtcp2_conn) -> usize;
}
