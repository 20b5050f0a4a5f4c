//! What the application asks of streams.
//!
//! Owns: the answers of the stream functions of the API for ids that are unknown, of the wrong side, or too early. Must not
//! know: flow control (`stream`).

use core::ffi::c_void;

use crate::error::{Error, Result};
use crate::units::{Direction, StreamId};

use super::State;

/// Opens a stream of ours; blocked until the peer's limits are known.
pub(crate) fn open(state: &mut State, direction: Direction, user_data: *mut c_void) -> Result<StreamId> {
    let (id, _) = state.streams.open_local(direction, user_data)?;
    Ok(id)
}

/// Whether the peer's part of `id` is one that we read.
fn is_readable(state: &State, id: StreamId) -> bool {
    id.direction() == Direction::Bidi || id.initiator() != state.side
}

/// Whether our part of `id` is one that we write.
fn is_writable(state: &State, id: StreamId) -> bool {
    id.direction() == Direction::Bidi || id.initiator() == state.side
}

pub(crate) fn shutdown_read(state: &mut State, id: StreamId, error_code: u64) -> Result<()> {
    if !is_readable(state, id) {
        return Err(Error::InvalidArgument);
    }
    match state.streams.find(id) {
        Some(key) => state.streams.shutdown_read(key, error_code),
        None => check_code(error_code),
    }
}

pub(crate) fn shutdown_write(state: &mut State, id: StreamId, error_code: u64) -> Result<()> {
    if !is_writable(state, id) {
        return Err(Error::InvalidArgument);
    }
    match state.streams.find(id) {
        Some(key) => state.streams.shutdown_write(key, error_code),
        None => check_code(error_code),
    }
}

/// Both parts, as far as the stream has them.
pub(crate) fn shutdown(state: &mut State, id: StreamId, error_code: u64) -> Result<()> {
    check_code(error_code)?;
    if is_readable(state, id) {
        shutdown_read(state, id, error_code)?;
    }
    if is_writable(state, id) {
        shutdown_write(state, id, error_code)?;
    }
    Ok(())
}

fn check_code(error_code: u64) -> Result<()> {
    if error_code > crate::wire::varint::MAX { Err(Error::InvalidArgument) } else { Ok(()) }
}

pub(crate) fn extend_offset(state: &mut State, id: StreamId, len: u64) -> Result<()> {
    if !is_readable(state, id) {
        return Err(Error::InvalidArgument);
    }
    match state.streams.find(id) {
        Some(key) => state.streams.extend_stream_credit(key, len),
        None => Ok(()),
    }
}

pub(crate) fn set_user_data(state: &mut State, id: StreamId, user_data: *mut c_void) -> Result<()> {
    let key = state.streams.find(id).ok_or(Error::StreamNotFound)?;
    if let Some(stream) = state.streams.get_mut(key) {
        stream.set_user_data(user_data);
    }
    Ok(())
}
