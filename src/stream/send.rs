//! The sending part of a stream.
//!
//! Owns: its state, the application's bytes until they are acknowledged, what of them has to be sent again, and the
//! peer's stream limit. Must not know: packets, the connection's limit, callbacks. Implements RFC 9000 §3.1, §3.5
//! (the sender's half) and §4.5.

use crate::error::{Error, Result};
use crate::machine::state_machine;
use crate::mem::{AppBytes, AppSlice, Mem, NoMem};

use super::flow_control::SendCredit;
use super::sent_ranges::SentRanges;

state_machine! {
    /// The sending part of a stream (RFC 9000 §3.1, figure 2).
    pub(crate) machine Sending / SendingState, begins Ready, states {
        /// Opened; nothing was sent.
        Ready,
        Send,
        /// The FIN was sent.
        DataSent,
        /// RESET_STREAM is to be sent or in flight.
        ResetSent,
        /// All data and the FIN were acknowledged.
        DataReceived,
        /// RESET_STREAM was acknowledged.
        ResetReceived,
    } {
        send: Ready | Send => Send;
        finish: Ready | Send => DataSent;
        reset: Ready | Send | DataSent => ResetSent;
        data_acked: DataSent => DataReceived;
        reset_acked: ResetSent => ResetReceived;
    }
}

/// Contiguous data that became acknowledged: what acked_stream_data_offset reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AckedData {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

/// A piece to send again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LostData {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) fin: bool,
}

pub(crate) struct SendPart {
    machine: Sending,
    fin_acked: bool,
    fin_lost: bool,
    /// The empty frame that opened the stream was lost, and nothing was sent since.
    opening_lost: bool,
    /// The peer's stream limit; `used` is the offset of the next new byte.
    credit: SendCredit,
    ranges: SentRanges,
    data: AppBytes,
}

impl SendPart {
    #[inline(always)]
    pub(super) const fn new(mem: Mem, limit: u64) -> Self {
        Self {
            machine: Sending::new(),
            fin_acked: false,
            fin_lost: false,
            opening_lost: false,
            credit: SendCredit::new(limit),
            ranges: SentRanges::new(mem),
            data: AppBytes::new(mem),
        }
    }

    #[inline]
    pub(crate) const fn state(&self) -> SendingState {
        self.machine.state()
    }

    /// The offset of the next new byte: the final size once the FIN or RESET_STREAM is sent.
    #[inline]
    pub(crate) const fn sent_to(&self) -> u64 {
        self.credit.used()
    }

    #[inline]
    pub(crate) const fn credit(&self) -> &SendCredit {
        &self.credit
    }

    #[inline]
    pub(super) const fn credit_mut(&mut self) -> &mut SendCredit {
        &mut self.credit
    }

    /// Whether more data, or a FIN, may follow.
    #[inline]
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.state(), SendingState::Ready | SendingState::Send)
    }

    /// Whether the peer has acknowledged all there was to say.
    #[inline]
    pub(crate) const fn is_closed(&self) -> bool {
        matches!(self.state(), SendingState::DataReceived | SendingState::ResetReceived)
    }

    /// Takes `len` bytes from the front of `slices`, and the FIN: they were written into a packet at the offset
    /// returned.
    pub(super) fn try_append(&mut self, slices: &[AppSlice], len: u64, fin: bool) -> Result<u64> {
        if !self.is_open() {
            return Err(Error::StreamShutWr.cold());
        }
        if len > self.credit.left() {
            return Err(Error::StreamDataBlocked.cold());
        }
        let offset = self.sent_to();
        match slices {
            [slice] if len <= slice.len() as u64 => self.data.try_append(slice.first(len as usize))?,
            _ => self.try_append_all(slices, len)?,
        }
        self.credit.consume(len);
        if fin {
            self.machine.finish();
        } else {
            self.machine.send();
        }
        self.opening_lost = false;
        Ok(offset)
    }

    /// Whether `append_next` would take `piece`.
    #[inline(always)]
    pub(super) fn takes_next(&self, piece: AppSlice) -> bool {
        self.credit.after(piece.len() as u64).is_some() && self.is_open() && self.data.carries_on(piece)
    }

    /// The rule, and what `try_append` would come to: a piece within the peer's limit carries the data on. `false`, and nothing
    /// is changed, where one of that is not so.
    #[inline(always)]
    pub(super) fn append_next(&mut self, piece: AppSlice, fin: bool) -> bool {
        let Some(sent_to) = self.credit.after(piece.len() as u64) else { return false };
        if !self.is_open() || !self.data.append_next(piece) {
            return false;
        }
        self.credit.consume_to(sent_to);
        if fin {
            self.machine.finish();
        } else {
            self.machine.send();
        }
        self.opening_lost = false;
        true
    }

    fn try_append_all(&mut self, slices: &[AppSlice], len: u64) -> Result<()> {
        let given = slices.iter().fold(0_u64, |sum, slice| sum.saturating_add(slice.len() as u64));
        if len > given {
            return Err(Error::InvalidArgument.cold());
        }
        self.data.try_reserve_for(slices)?;
        let mut left = len;
        for slice in slices {
            let taken = left.min(slice.len() as u64);
            self.data.append_reserved(slice.first(taken as usize));
            left -= taken;
        }
        Ok(())
    }

    /// Copies bytes that are not acknowledged; `false` when one of them no longer stands here.
    #[inline]
    pub(crate) fn copy_to(&self, offset: u64, target: &mut [u8]) -> bool {
        self.data.copy_to(offset, target)
    }

    /// A STREAM frame was acknowledged. Tells what became contiguous by it, to be reported once; a FIN is reported
    /// even if nothing did. What arrived in spite of a reset is reported as well.
    #[inline(always)]
    pub(super) fn on_acked(&mut self, offset: u64, len: u64, fin: bool) -> Result<Option<AckedData>, NoMem> {
        if matches!(self.state(), SendingState::DataReceived | SendingState::ResetReceived) {
            return Ok(None);
        }
        let start = self.ranges.acked_to();
        let advanced = self.ranges.on_acked(offset, len)?;
        self.opening_lost = false;
        if advanced != 0 {
            self.data.release_to(self.ranges.acked_to());
        }
        let fin_is_news = fin && !self.fin_acked;
        if fin_is_news {
            self.fin_acked = true;
            self.fin_lost = false;
        }
        let complete = self.fin_acked && self.ranges.acked_to() == self.sent_to();
        if complete && self.machine.data_acked() {
            self.data.clear();
            self.ranges.abandon();
        }
        if advanced == 0 && !fin_is_news {
            return Ok(None);
        }
        Ok(Some(AckedData { offset: start, len: advanced }))
    }

    /// A STREAM frame was lost. Tells whether something has to be sent again.
    pub(super) fn on_lost(&mut self, offset: u64, len: u64, fin: bool) -> Result<bool, NoMem> {
        if !matches!(self.state(), SendingState::Send | SendingState::DataSent) {
            return Ok(false);
        }
        self.ranges.on_lost(offset, len)?;
        self.fin_lost |= fin && !self.fin_acked;
        self.opening_lost |= len == 0 && !fin && self.sent_to() == 0 && self.state() == SendingState::Send;
        Ok(self.has_lost())
    }

    pub(super) fn has_lost(&self) -> bool {
        self.fin_lost || self.opening_lost || self.ranges.has_lost()
    }

    /// The first piece to send again, of at most `max_len` bytes.
    pub(super) fn first_lost(&self, max_len: u64) -> Option<LostData> {
        let Some((start, end)) = self.ranges.first_lost() else {
            let len = 0;
            return match (self.fin_lost, self.opening_lost) {
                (true, _) => Some(LostData { offset: self.sent_to(), len, fin: true }),
                (false, true) => Some(LostData { offset: 0, len, fin: false }),
                (false, false) => None,
            };
        };
        let len = max_len.min(end - start);
        let is_last = start + len == self.sent_to();
        Some(LostData {
            offset: start,
            len,
            fin: is_last && self.state() == SendingState::DataSent && !self.fin_acked,
        })
    }

    /// A piece that `first_lost` gave was written. Tells whether more is left.
    pub(super) fn on_resent(&mut self, piece: LostData) -> Result<bool, NoMem> {
        self.ranges.on_resent(piece.offset, piece.len)?;
        if piece.fin {
            self.fin_lost = false;
        }
        self.opening_lost = false;
        Ok(self.has_lost())
    }

    /// Abandons all data (RFC 9000 §3.1): `false` when all of it is acknowledged or it was reset before.
    pub(super) fn reset(&mut self) -> bool {
        if !self.machine.reset() {
            return false;
        }
        self.data.clear();
        self.ranges.forget_lost();
        self.fin_lost = false;
        self.opening_lost = false;
        true
    }

    pub(super) fn on_reset_acked(&mut self) {
        self.machine.reset_acked();
        self.ranges.abandon();
    }
}
