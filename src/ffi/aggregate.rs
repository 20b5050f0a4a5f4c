//! `ngtcp2_conn_write_aggregate_pkt*`: datagrams for one system call with segmentation offload.
//!
//! Owns: when a train of datagrams ends. All of them have the size of the first, but for the last, and go the same way
//! with the same ECN mark: the driver sees to that from the second on.

use core::ffi::c_int;

use ngtcp2_abi::{
    self as abi, ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp, ngtcp2_write_pkt,
};

use super::{caller, length};
use crate::error::Error;
use crate::session::{Output, Session, drive};
use crate::units::Timestamp;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_write_aggregate_pkt_versioned,
    ngtcp2_conn_write_aggregate_pkt2_versioned,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_aggregate_pkt_versioned(
    conn: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    _pkt_info_version: c_int,
    pi: *mut ngtcp2_pkt_info,
    buf: *mut u8,
    buflen: usize,
    pgsolen: *mut usize,
    write_pkt: ngtcp2_write_pkt,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    drive(conn, |session| {
        let state = session.state();
        let quantum = usize::try_from(state.recovery.send_quantum()).unwrap_or(usize::MAX);
        let least = state.paths.max_datagram_len(&state.config);
        let buflen = buflen.min(quantum.max(least));
        let train = Train { path, pi, buf, buflen, pgsolen, write_pkt, limit: usize::MAX, ts };
        // SAFETY: the caller vouches for its pointers.
        let written = unsafe { train.write(session) };
        if written >= 0 {
            let state = session.state();
            let now = state.advance_clock(Timestamp(ts));
            state.recovery.update_pacing(now);
        }
        written
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_aggregate_pkt2_versioned(
    conn: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    _pkt_info_version: c_int,
    pi: *mut ngtcp2_pkt_info,
    buf: *mut u8,
    buflen: usize,
    pgsolen: *mut usize,
    write_pkt: ngtcp2_write_pkt,
    num_pkts: usize,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    drive(conn, |session| {
        let limit = if num_pkts == 0 { usize::MAX } else { num_pkts };
        let train = Train { path, pi, buf, buflen, pgsolen, write_pkt, limit, ts };
        // SAFETY: the caller vouches for its pointers.
        unsafe { train.write(session) }
    })
}

/// The arguments of both functions.
struct Train {
    path: *mut ngtcp2_path,
    pi: *mut ngtcp2_pkt_info,
    buf: *mut u8,
    buflen: usize,
    pgsolen: *mut usize,
    write_pkt: ngtcp2_write_pkt,
    /// The most datagrams to write.
    limit: usize,
    ts: ngtcp2_tstamp,
}

impl Train {
    /// # Safety
    /// Each pointer is NULL or good for what its type says, `buf` for `buflen` bytes, until the API call returns.
    unsafe fn write(&self, session: &mut Session) -> ngtcp2_ssize {
        // SAFETY: by this function's contract.
        unsafe { caller::store(self.pgsolen, 0) };
        let state = session.state();
        let segment = state.paths.max_datagram_len(&state.config);
        let largest = state.config.max_tx_udp_payload_size;
        if self.buf.is_null() || self.buflen < segment || self.buflen > isize::MAX as usize {
            return length(Err(Error::InvalidArgument));
        }
        // SAFETY: by this function's contract.
        let out = unsafe { Output::new(self.buf, self.buflen) };
        // The first datagram may be longer than the others: a probe of path MTU discovery. Then it stays alone.
        // SAFETY: by this function's contract.
        let first = unsafe { self.write_one(session, out.truncated(largest)) };
        let Ok(len) = usize::try_from(first) else { return first };
        // SAFETY: by this function's contract.
        unsafe { caller::store(self.pgsolen, len) };
        let elsewhere = session.state().paths.written.elsewhere.is_some();
        if len != segment || elsewhere {
            return first;
        }
        let outer = core::mem::replace(&mut session.state().paths.in_train, true);
        // SAFETY: by this function's contract.
        let followers = unsafe { self.write_followers(session, out.from(len), segment) };
        session.state().paths.in_train = outer;
        match usize::try_from(followers) {
            Ok(more) => length(Ok(len.saturating_add(more))),
            Err(_) => followers,
        }
    }

    /// Writes datagrams of `segment` bytes until a shorter one, or none, ends the train.
    ///
    /// # Safety
    /// As `write`.
    unsafe fn write_followers(&self, session: &mut Session, out: Output, segment: usize) -> ngtcp2_ssize {
        let mut total: usize = 0;
        for _ in 1..self.limit {
            let rest = out.from(total);
            if rest.len() < segment {
                break;
            }
            // SAFETY: by this function's contract.
            let written = unsafe { self.write_one(session, rest.truncated(segment)) };
            let Ok(len) = usize::try_from(written) else { return written };
            total = total.saturating_add(len);
            if len < segment {
                break;
            }
        }
        length(Ok(total))
    }

    /// # Safety
    /// As `write`.
    unsafe fn write_one(&self, session: &mut Session, out: Output) -> ngtcp2_ssize {
        // SAFETY: by this function's contract.
        let written =
            unsafe { session.write_packet(self.write_pkt, self.path, self.pi, out, Timestamp(self.ts)) };
        written.unwrap_or_else(|error| length(Err(error)))
    }
}
