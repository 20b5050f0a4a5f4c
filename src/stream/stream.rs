//! One stream.
//!
//! Owns: its parts and what the application attached to it. Fields are ordered by how often they are touched. Must
//! not know: other streams, the connection. Implements RFC 9000 §2.1 and §3.4.

use core::ffi::c_void;

use crate::mem::{Links, Mem};
use crate::units::{Direction, Side, StreamId};

use super::receive::ReceivePart;
use super::schedule::Pending;
use super::send::SendPart;

/// In place of an application error code: none was exchanged.
const NO_CODE: u64 = u64::MAX;

/// The largest application error code a frame can carry (RFC 9000 §20.2).
pub(crate) const MAX_ERROR_CODE: u64 = (1 << 62) - 1;

pub(crate) struct Stream {
    pub(super) id: StreamId,
    pub(super) pending: Pending,
    pub(super) links: Links,
    /// `None` on a unidirectional stream of ours.
    pub(super) receive: Option<ReceivePart>,
    /// `None` on a unidirectional stream of the peer.
    pub(super) send: Option<SendPart>,
    pub(super) user_data: *mut c_void,
    pub(super) errors: ErrorCodes,
    /// Lost packets' STREAM frames of this stream.
    pub(super) loss_count: u64,
    pub(super) stop_sending_sent: bool,
    pub(super) stop_sending_received: bool,
    /// The application is or was told that the stream is closed.
    pub(super) is_finished: bool,
}

impl Stream {
    /// A stream as seen by `side`, with the peer's limit and our window.
    #[inline(always)]
    pub(super) fn new(mem: Mem, side: Side, id: StreamId, send_limit: u64, window: u64) -> Self {
        let is_local = id.initiator() == side;
        let is_bidi = id.direction() == Direction::Bidi;
        Self {
            id,
            pending: Pending::NONE,
            links: Links::new(),
            receive: (is_bidi || !is_local).then(|| ReceivePart::new(window)),
            send: (is_bidi || is_local).then(|| SendPart::new(mem, send_limit)),
            user_data: core::ptr::null_mut(),
            errors: ErrorCodes::new(),
            loss_count: 0,
            stop_sending_sent: false,
            stop_sending_received: false,
            is_finished: false,
        }
    }

    #[inline]
    pub(crate) const fn id(&self) -> StreamId {
        self.id
    }

    #[inline]
    pub(crate) const fn user_data(&self) -> *mut c_void {
        self.user_data
    }

    pub(crate) fn set_user_data(&mut self, user_data: *mut c_void) {
        self.user_data = user_data;
    }

    pub(crate) const fn loss_count(&self) -> u64 {
        self.loss_count
    }

    /// Whether both parts are done: all received data was delivered, all sent data acknowledged.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.receive.as_ref().is_none_or(ReceivePart::is_closed)
            && self.send.as_ref().is_none_or(SendPart::is_closed)
    }
}

#[cfg(test)]
impl Stream {
    pub(crate) const fn send(&self) -> Option<&SendPart> {
        self.send.as_ref()
    }

    pub(crate) const fn receive(&self) -> Option<&ReceivePart> {
        self.receive.as_ref()
    }

    pub(crate) const fn pending(&self) -> Pending {
        self.pending
    }
}

/// The first application error code of each part, whoever named it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorCodes {
    receive: u64,
    send: u64,
    send_was_first: bool,
}

impl ErrorCodes {
    const fn new() -> Self {
        Self { receive: NO_CODE, send: NO_CODE, send_was_first: false }
    }

    /// STOP_SENDING was requested or RESET_STREAM received.
    pub(super) fn note_receive(&mut self, code: u64) {
        if self.receive == NO_CODE {
            self.receive = code;
        }
    }

    /// RESET_STREAM was requested or STOP_SENDING received.
    pub(super) fn note_send(&mut self, code: u64) {
        if self.send == NO_CODE {
            self.send = code;
            self.send_was_first = self.receive == NO_CODE;
        }
    }

    pub(crate) fn receive(&self) -> Option<u64> {
        (self.receive != NO_CODE).then_some(self.receive)
    }

    pub(crate) fn send(&self) -> Option<u64> {
        (self.send != NO_CODE).then_some(self.send)
    }

    /// The first code of both parts.
    pub(crate) fn first(&self) -> Option<u64> {
        if self.send_was_first { self.send() } else { self.receive().or(self.send()) }
    }
}
