//! Giving packets to a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_tstamp};

unsafe extern "C" {
    pub fn ngtcp2_conn_read_pkt_versioned(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        pkt_info_version: c_int,
        pi: *const ngtcp2_pkt_info,
        pkt: *const u8,
        pktlen: usize,
        ts: ngtcp2_tstamp,
    ) -> c_int;
}
