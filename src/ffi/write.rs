//! The functions that write packets.

use core::ffi::c_int;

use ngtcp2_abi::{
    self as abi, PKT_INFO_GENERATIONS, generation_size, ngtcp2_ccerr, ngtcp2_conn, ngtcp2_path,
    ngtcp2_pkt_info, ngtcp2_ssize, ngtcp2_tstamp, ngtcp2_vec,
};

use super::{caller, length};
use crate::conn::stream_frames::{self, Appended};
use crate::conn::{self, CloseReason, Offer, Reply, Request, State};
use crate::error::{Error, Result};
use crate::mem::AppSlice;
use crate::session::{Access, Output, Session, briefly, drive, write_path};
use crate::units::{StreamId, Timestamp};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_write_pkt_versioned,
    ngtcp2_conn_write_stream_versioned,
    ngtcp2_conn_writev_stream_versioned,
    ngtcp2_conn_write_datagram_versioned,
    ngtcp2_conn_writev_datagram_versioned,
    ngtcp2_conn_write_connection_close_versioned,
});

/// Where a written packet and what belongs to it go.
pub(super) struct Target {
    pub(super) path: *mut ngtcp2_path,
    pub(super) pkt_info_version: c_int,
    pub(super) pi: *mut ngtcp2_pkt_info,
    pub(super) dest: *mut u8,
    pub(super) destlen: usize,
}

impl Target {
    /// # Safety
    /// `dest` is NULL or has `destlen` writable bytes until the API call returns.
    pub(super) unsafe fn output(&self) -> Result<Output> {
        if self.dest.is_null() && self.destlen > 0 || self.destlen > isize::MAX as usize {
            return Err(Error::InvalidArgument);
        }
        // SAFETY: by this function's contract.
        Ok(unsafe { Output::new(self.dest, self.destlen) })
    }

    /// Tells the caller on which path, and with which ECN mark, to send what was written.
    ///
    /// # Safety
    /// `path` is NULL or has buffers for any address; `pi` is NULL or of the generation announced.
    pub(super) unsafe fn address(&self, session: &mut Session) {
        let state = session.state();
        if generation_size(&PKT_INFO_GENERATIONS, self.pkt_info_version).is_some() {
            let ecn = if state.paths.written.ecn { abi::NGTCP2_ECN_ECT_0 as u8 } else { 0 };
            // SAFETY: by this function's contract.
            unsafe { caller::store(self.pi, ngtcp2_pkt_info { ecn }) };
        }
        // SAFETY: by this function's contract; only its own pointers are read.
        let Some(mut path) = (unsafe { caller::load(self.path) }) else { return };
        // SAFETY: by this function's contract.
        unsafe { write_path(&mut path, state.written_path()) };
        // SAFETY: by this function's contract.
        unsafe { caller::store(self.path, path) };
    }
}

/// One call of a write function.
///
/// # Safety
/// The target is good for what its fields say.
#[inline(always)]
unsafe fn write(
    session: &mut Session,
    target: &Target,
    offer: Offer<'_>,
    more: bool,
    padding: bool,
    ts: ngtcp2_tstamp,
) -> Reply {
    // SAFETY: by this function's contract.
    let out = match unsafe { target.output() } {
        Ok(out) => out,
        Err(error) => return Reply { result: Err(error), accepted: None },
    };
    let reply = conn::write::write(session, &Request { out, offer, more, padding }, Timestamp(ts));
    if matches!(reply.result, Ok(len) if len > 0) {
        // SAFETY: by this function's contract.
        unsafe { target.address(session) };
    }
    reply
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_pkt_versioned(
    conn: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    pkt_info_version: c_int,
    pi: *mut ngtcp2_pkt_info,
    dest: *mut u8,
    destlen: usize,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    drive(conn, |session| {
        // SAFETY: the caller vouches for path, packet information and buffer.
        let reply = unsafe { write(session, &target, Offer::Nothing, false, false, ts) };
        length(reply.result)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_stream_versioned(
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
) -> ngtcp2_ssize {
    let vector = ngtcp2_vec { base: data.cast_mut(), len: datalen };
    // SAFETY: the caller vouches for the data as `writev_stream` asks for.
    unsafe {
        ngtcp2_conn_writev_stream_versioned(
            conn,
            path,
            pkt_info_version,
            pi,
            dest,
            destlen,
            pdatalen,
            flags,
            stream_id,
            &vector,
            1,
            ts,
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_writev_stream_versioned(
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
) -> ngtcp2_ssize {
    let padding = flags & abi::NGTCP2_WRITE_STREAM_FLAG_PADDING != 0;
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    // SAFETY: the caller vouches for data and buffer.
    match unsafe { goes_on(conn, dest, destlen, flags, stream_id, datav, datavcnt, ts) } {
        // SAFETY: the caller vouches for the target, and passes room for a length, or NULL.
        Some((len, course)) => unsafe {
            follow(conn, &target, pdatalen, len as ngtcp2_ssize, course, padding)
        },
        // SAFETY: the caller vouches for everything.
        None => unsafe {
            begin_writev_stream(
                conn,
                path,
                pkt_info_version,
                pi,
                dest,
                destlen,
                pdatalen,
                flags,
                stream_id,
                datav,
                datavcnt,
                ts,
            )
        },
    }
}

/// What a short way of `writev_stream` came to.
enum Course {
    /// The packet waits for the next call.
    StaysOpen,
    /// The packet is to be sent.
    IsFull,
    /// There is nothing to send.
    IsIdle,
}

/// Does what a short way came to.
///
/// # Safety
/// The target is good for what its fields say; `pdatalen` has room for a length, or is NULL.
#[inline(always)]
unsafe fn follow(
    conn: *mut ngtcp2_conn,
    target: &Target,
    pdatalen: *mut ngtcp2_ssize,
    accepted: ngtcp2_ssize,
    course: Course,
    padding: bool,
) -> ngtcp2_ssize {
    // SAFETY: by this function's contract.
    unsafe { caller::store(pdatalen, accepted) };
    match course {
        Course::StaysOpen => length(Err(Error::WriteMore)),
        // SAFETY: by this function's contract.
        Course::IsFull => unsafe { send_open(conn, target, padding) },
        Course::IsIdle => 0,
    }
}

/// The course of a `WRITE_MORE` sequence: one vector that goes into the open packet. How much of it did, and what follows.
/// `None`, and nothing is changed, where there is more to a call than that.
///
/// # Safety
/// As for `writev_stream`.
#[inline(always)]
unsafe fn goes_on(
    conn: *mut ngtcp2_conn,
    dest: *mut u8,
    destlen: usize,
    flags: u32,
    stream_id: i64,
    datav: *const ngtcp2_vec,
    datavcnt: usize,
    ts: ngtcp2_tstamp,
) -> Option<(usize, Course)> {
    if datavcnt != 1 || datav.is_null() {
        return None;
    }
    let id = StreamId(u64::try_from(stream_id).ok()?);
    let refused = |_| None;
    briefly(conn, Access::Drive, refused, |state| {
        if !stream_frames::goes_on_in(state, dest.addr(), destlen) {
            return None;
        }
        // SAFETY: by this function's contract; it is the buffer that the call before began, and no NULL.
        let mut out = unsafe { Output::new(dest, destlen) };
        // SAFETY: by this function's contract, there is one vector.
        let piece = unsafe { only_piece(datav) }?;
        append(state, &mut out, flags, id, piece, ts)
    })
}

/// The one vector of a call, if it has bytes that memory can hold, as `vectors` has it.
///
/// # Safety
/// There is one vector of bytes that stay readable as long as the callers' functions say.
#[inline(always)]
unsafe fn only_piece(datav: *const ngtcp2_vec) -> Option<AppSlice> {
    // SAFETY: by this function's contract.
    let piece = *unsafe { AppSlice::of_vectors(datav, 1) }.first()?;
    (matches!(isize::try_from(piece.len()), Ok(1..)) && !piece.is_dangling()).then_some(piece)
}

/// Puts what fits of a piece into the open packet.
#[inline(always)]
fn append(
    state: &mut State,
    out: &mut Output,
    flags: u32,
    id: StreamId,
    piece: AppSlice,
    ts: ngtcp2_tstamp,
) -> Option<(usize, Course)> {
    let fin = flags & abi::NGTCP2_WRITE_STREAM_FLAG_FIN != 0;
    let more = flags & abi::NGTCP2_WRITE_STREAM_FLAG_MORE != 0;
    Some(match stream_frames::append(state, out, id, piece, fin, Timestamp(ts))? {
        Appended::Open(len) if more => (len, Course::StaysOpen),
        Appended::Open(len) | Appended::Full(len) => (len, Course::IsFull),
    })
}

/// A call that does not go on with a `WRITE_MORE` sequence: the course of things on an established connection, or else the
/// whole way.
///
/// # Safety
/// As for `writev_stream`.
#[inline(never)]
unsafe extern "C" fn begin_writev_stream(
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
) -> ngtcp2_ssize {
    let padding = flags & abi::NGTCP2_WRITE_STREAM_FLAG_PADDING != 0;
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    // SAFETY: the caller vouches for data and buffer.
    match unsafe { begins(conn, dest, destlen, flags, stream_id, datav, datavcnt, ts) } {
        // SAFETY: the caller vouches for the target, and passes room for a length, or NULL.
        Some((len, course)) => unsafe { follow(conn, &target, pdatalen, len, course, padding) },
        // SAFETY: the caller vouches for everything.
        None => unsafe {
            writev_stream(
                conn,
                path,
                pkt_info_version,
                pi,
                dest,
                destlen,
                pdatalen,
                flags,
                stream_id,
                datav,
                datavcnt,
                ts,
            )
        },
    }
}

/// One vector that begins a packet, or a call without data, which ends a sequence or asks whether there is anything to send:
/// what is stored as accepted, and what follows. `None`, and nothing is changed but the clock, where there is more to it.
///
/// # Safety
/// As for `writev_stream`.
#[inline(always)]
unsafe fn begins(
    conn: *mut ngtcp2_conn,
    dest: *mut u8,
    destlen: usize,
    flags: u32,
    stream_id: i64,
    datav: *const ngtcp2_vec,
    datavcnt: usize,
    ts: ngtcp2_tstamp,
) -> Option<(ngtcp2_ssize, Course)> {
    if dest.is_null() || !matches!(isize::try_from(destlen), Ok(1..)) {
        return None;
    }
    let now = Timestamp(ts);
    let refused = |_| None;
    if stream_id == -1 {
        return briefly(conn, Access::Drive, refused, |state| {
            if stream_frames::goes_on_in(state, dest.addr(), destlen) {
                state.advance_clock(now);
                return Some((-1, Course::IsFull));
            }
            conn::write::has_nothing_to_do(state, now).then_some((-1, Course::IsIdle))
        });
    }
    if datavcnt != 1 || datav.is_null() {
        return None;
    }
    let id = StreamId(u64::try_from(stream_id).ok()?);
    briefly(conn, Access::Drive, refused, |state| {
        // SAFETY: by this function's contract, and `dest` is not NULL.
        let mut out = unsafe { Output::new(dest, destlen) };
        // SAFETY: by this function's contract, there is one vector.
        let piece = unsafe { only_piece(datav) }?;
        if !conn::write::begin_for(state, &mut out, id, piece, now) {
            return None;
        }
        let appended = append(state, &mut out, flags, id, piece, ts);
        if appended.is_none() {
            state.datagram.reopen();
        }
        appended.map(|(len, course)| (len as ngtcp2_ssize, course))
    })
}

/// Sends the packet that a sequence filled.
///
/// # Safety
/// The target is good for what its fields say.
#[inline(never)]
unsafe fn send_open(conn: *mut ngtcp2_conn, target: &Target, padding: bool) -> ngtcp2_ssize {
    drive(conn, |session| {
        // SAFETY: by this function's contract.
        let out = match unsafe { target.output() } {
            Ok(out) => out,
            Err(error) => return length(Err(error)),
        };
        let result = conn::write::send_open(session, out, padding);
        if matches!(result, Ok(len) if len > 0) {
            // SAFETY: by this function's contract.
            unsafe { target.address(session) };
        }
        length(result)
    })
}

/// # Safety
/// The target is good for what its fields say; `datav` has `datavcnt` vectors, whose bytes stay readable until they are
/// acknowledged or their stream is gone.
#[inline(never)]
unsafe extern "C" fn writev_stream(
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
) -> ngtcp2_ssize {
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    // SAFETY: the caller passes room for a length, or NULL.
    unsafe { caller::store(pdatalen, -1) };
    drive(conn, |session| {
        // SAFETY: by this function's contract.
        let offer = match unsafe { stream_offer(flags, stream_id, datav, datavcnt) } {
            Ok(offer) => offer,
            Err(error) => return length(Err(error)),
        };
        let more = flags & abi::NGTCP2_WRITE_STREAM_FLAG_MORE != 0;
        let padding = flags & abi::NGTCP2_WRITE_STREAM_FLAG_PADDING != 0;
        // SAFETY: by this function's contract.
        let reply = unsafe { write(session, &target, offer, more, padding, ts) };
        if let Some(accepted) = reply.accepted {
            // SAFETY: the caller passes room for a length, or NULL.
            unsafe { caller::store(pdatalen, accepted as ngtcp2_ssize) };
        }
        length(reply.result)
    })
}

/// # Safety
/// `datav` has `datavcnt` vectors.
unsafe fn stream_offer<'a>(
    flags: u32,
    stream_id: i64,
    datav: *const ngtcp2_vec,
    datavcnt: usize,
) -> Result<Offer<'a>> {
    if stream_id == -1 {
        return Ok(Offer::Nothing);
    }
    let id = u64::try_from(stream_id).map(StreamId).map_err(|_| Error::StreamNotFound)?;
    // SAFETY: by this function's contract.
    let (data, len) = unsafe { vectors(datav, datavcnt)? };
    let fin = flags & abi::NGTCP2_WRITE_STREAM_FLAG_FIN != 0;
    Ok(Offer::Stream { id, data, len, fin })
}

/// As many as memory can hold.
const MAX_VECTORS: usize = isize::MAX as usize / size_of::<ngtcp2_vec>();

/// The caller's vectors and how many bytes they have together.
///
/// # Safety
/// `datav` has `datavcnt` vectors of bytes that stay readable as long as the callers' functions say.
unsafe fn vectors<'a>(datav: *const ngtcp2_vec, datavcnt: usize) -> Result<(&'a [AppSlice], u64)> {
    if datavcnt > 0 && datav.is_null() || datavcnt > MAX_VECTORS {
        return Err(Error::InvalidArgument);
    }
    // SAFETY: by this function's contract.
    let data = unsafe { AppSlice::of_vectors(datav, datavcnt) };
    let mut total = 0_u64;
    for piece in data {
        total = total.checked_add(piece.len() as u64).ok_or(Error::InvalidArgument)?;
        if piece.is_dangling() {
            return Err(Error::InvalidArgument);
        }
    }
    if total > isize::MAX as u64 { Err(Error::InvalidArgument) } else { Ok((data, total)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_datagram_versioned(
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
) -> ngtcp2_ssize {
    let vector = ngtcp2_vec { base: data.cast_mut(), len: datalen };
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    // SAFETY: the caller vouches for target and data.
    unsafe { writev_datagram(conn, &target, paccepted, flags, dgram_id, &vector, 1, ts) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_writev_datagram_versioned(
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
) -> ngtcp2_ssize {
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    // SAFETY: the caller vouches for target and data.
    unsafe { writev_datagram(conn, &target, paccepted, flags, dgram_id, datav, datavcnt, ts) }
}

/// # Safety
/// The target is good for what its fields say; `datav` has `datavcnt` vectors, readable until this returns.
unsafe fn writev_datagram(
    conn: *mut ngtcp2_conn,
    target: &Target,
    paccepted: *mut c_int,
    flags: u32,
    dgram_id: u64,
    datav: *const ngtcp2_vec,
    datavcnt: usize,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for an int, or NULL.
    unsafe { caller::store(paccepted, 0) };
    drive(conn, |session| {
        // SAFETY: by this function's contract.
        let (data, len) = match unsafe { vectors(datav, datavcnt) } {
            Ok(vectors) => vectors,
            Err(error) => return length(Err(error)),
        };
        let offer = Offer::Datagram { id: dgram_id, data, len };
        let more = flags & abi::NGTCP2_WRITE_DATAGRAM_FLAG_MORE != 0;
        let padding = flags & abi::NGTCP2_WRITE_DATAGRAM_FLAG_PADDING != 0;
        // SAFETY: by this function's contract.
        let reply = unsafe { write(session, target, offer, more, padding, ts) };
        if reply.accepted.is_some() {
            // SAFETY: the caller passes room for an int, or NULL.
            unsafe { caller::store(paccepted, 1) };
        }
        length(reply.result)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_write_connection_close_versioned(
    conn: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    pkt_info_version: c_int,
    pi: *mut ngtcp2_pkt_info,
    dest: *mut u8,
    destlen: usize,
    ccerr: *const ngtcp2_ccerr,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    let target = Target { path, pkt_info_version, pi, dest, destlen };
    drive(conn, |session| {
        // SAFETY: the caller passes an error description, or NULL.
        let Some(ccerr) = (unsafe { caller::load(ccerr) }) else {
            return length(Err(Error::InvalidArgument));
        };
        // SAFETY: the caller passes as many bytes of reason as it says.
        let reason = unsafe { caller::slice(ccerr.reason, ccerr.reasonlen) }.unwrap_or_default();
        let application = match ccerr.r#type {
            abi::NGTCP2_CCERR_TYPE_TRANSPORT => false,
            abi::NGTCP2_CCERR_TYPE_APPLICATION => true,
            // The others say that nothing is to be sent.
            _ => return 0,
        };
        let CloseFields { error_code, frame_type } = CloseFields::of(session, &ccerr, application);
        // SAFETY: the caller vouches for the buffer.
        let out = match unsafe { target.output() } {
            Ok(out) => out,
            Err(error) => return length(Err(error)),
        };
        let reason = CloseReason { application, error_code, frame_type, reason };
        let written = conn::close::write(session, out, &reason, Timestamp(ts));
        if matches!(written, Ok(len) if len > 0) {
            // SAFETY: the caller vouches for path and packet information.
            unsafe { target.address(session) };
        }
        length(written)
    })
}

/// The numbers of a CONNECTION_CLOSE frame; the offending frame's type is ours to know if the caller gives none.
struct CloseFields {
    error_code: u64,
    frame_type: u64,
}

impl CloseFields {
    fn of(session: &mut Session, ccerr: &ngtcp2_ccerr, application: bool) -> Self {
        let frame_type = match (application, ccerr.frame_type) {
            (true, _) => 0,
            (false, 0) => session.state().closure.offending_frame,
            (false, given) => given,
        };
        Self { error_code: ccerr.error_code, frame_type }
    }
}
