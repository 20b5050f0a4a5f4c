//! Getting packets from a connection.

use core::ffi::c_int;

use crate::{
    ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp, ngtcp2_vec, ngtcp2_write_pkt,
};

unsafe extern "C" {
    pub fn ngtcp2_conn_write_pkt_versioned(
        conn: *mut ngtcp2_conn,
        path: *mut ngtcp2_path,
        pkt_info_version: c_int,
        pi: *mut ngtcp2_pkt_info,
        dest: *mut u8,
        destlen: usize,
        ts: ngtcp2_tstamp,
    ) -> ngtcp2_ssize;

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

    pub fn ngtcp2_conn_update_pkt_tx_time(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp);

    /// Since 1.23.
    pub fn ngtcp2_conn_get_send_quantum2(conn: *const ngtcp2_conn) -> usize;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_get_send_quantum2`.
    pub fn ngtcp2_conn_get_send_quantum(conn: *mut ngtcp2_conn) -> usize;
}
