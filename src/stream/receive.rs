//! The receiving part of a stream.
//!
//! Owns: its state, the offset of the next delivery, the final size, what arrived before its turn, and our stream
//! limit. In-order data is not touched: the outcome says which of it to deliver. Must not know: packets, callbacks.
//! Implements RFC 9000 §3.2, §3.5 (the receiver's half), §4.1 and §4.5.

use crate::error::{Error, Result};
use crate::machine::state_machine;
use crate::mem::{Boxed, NoMem};

use super::flow_control::{MAX_OFFSET, ReceiveCredit};
use super::reassembly::{Block, BlockPool, Reassembly};

state_machine! {
    /// The receiving part of a stream (RFC 9000 §3.2, figure 3).
    pub(crate) machine Receiving / ReceivingState, begins Receive, states {
        Receive,
        /// The FIN arrived.
        SizeKnown,
        /// So did everything before it.
        DataReceived,
        /// All of it was delivered, or is of no interest any more.
        DataRead,
        /// RESET_STREAM arrived.
        ResetReceived,
        /// The application knows.
        ResetRead,
    } {
        fin: Receive => SizeKnown;
        data_complete: SizeKnown => DataReceived;
        data_read: DataReceived => DataRead;
        reset: Receive | SizeKnown => ResetReceived;
        reset_read: ResetReceived => ResetRead;
    }
}

/// What to do with the data of a STREAM frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Deliver the data behind its first `skip` bytes; it is the last if `fin`. Buffered data may follow.
    InOrder { skip: usize, fin: bool },
    /// Nothing to deliver yet: the data was kept.
    OutOfOrder,
    /// Nothing to deliver: the application stopped reading.
    Discarded,
    /// Nothing in the frame is new.
    Repeated,
}

/// What to do about a RESET_STREAM frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResetArrival {
    /// Tell the application.
    Reset,
    /// The stream was reset or complete before.
    Ignored,
}

/// No final size is known yet.
const UNKNOWN: u64 = u64::MAX;

pub(crate) struct ReceivePart {
    machine: Receiving,
    /// The application reads no more (shutdown_stream_read): what arrives counts as consumed at once.
    stopped: bool,
    delivered: u64,
    final_size: u64,
    credit: ReceiveCredit,
    reassembly: Option<Boxed<Reassembly>>,
}

impl ReceivePart {
    #[inline(always)]
    pub(super) fn new(window: u64) -> Self {
        Self {
            machine: Receiving::new(),
            stopped: false,
            delivered: 0,
            final_size: UNKNOWN,
            credit: ReceiveCredit::new(window),
            reassembly: None,
        }
    }

    #[inline]
    pub(crate) const fn state(&self) -> ReceivingState {
        self.machine.state()
    }

    #[inline]
    pub(crate) const fn credit(&self) -> &ReceiveCredit {
        &self.credit
    }

    #[inline]
    pub(super) const fn credit_mut(&mut self) -> &mut ReceiveCredit {
        &mut self.credit
    }

    /// Whether the application has all there is to have.
    #[inline]
    pub(crate) const fn is_closed(&self) -> bool {
        matches!(self.state(), ReceivingState::DataRead | ReceivingState::ResetRead)
    }

    /// Whether more credit means something to the peer: it may have more to send, and we would take it.
    #[inline]
    pub(crate) const fn needs_credit(&self) -> bool {
        matches!(self.state(), ReceivingState::Receive) && !self.stopped
    }

    /// The rule, and what `receive` would come to: `len` bytes arrived exactly where the delivery stands, with nothing kept
    /// behind it and within all limits. `false`, and nothing is changed, where one of that is not so.
    #[inline(always)]
    pub(super) fn receive_next(
        &mut self,
        connection: &mut ReceiveCredit,
        offset: u64,
        len: u64,
        fin: bool,
    ) -> bool {
        let is_next = offset == self.delivered && offset == self.credit.received() && (len > 0 || fin);
        if !is_next || !self.needs_credit() {
            return false;
        }
        let Some(delivered) = self.credit.after(len) else { return false };
        let Some(received) = connection.after(len) else { return false };
        self.credit.receive_to(delivered);
        connection.receive_to(received);
        self.delivered = delivered;
        if fin {
            self.final_size = self.delivered;
            self.machine.fin();
            self.machine.data_complete();
            self.machine.data_read();
        }
        true
    }

    /// A STREAM frame arrived. In-order data counts as delivered from here on, so that what a callback reads
    /// meanwhile continues behind it.
    pub(super) fn receive(
        &mut self,
        connection: &mut ReceiveCredit,
        pool: &mut BlockPool,
        offset: u64,
        data: &[u8],
        fin: bool,
    ) -> Result<Arrival> {
        let end = offset.saturating_add(data.len() as u64);
        self.check_final_size(end, fin)?;
        let new = end.saturating_sub(self.credit.received());
        self.credit.check(new)?;
        connection.check(new)?;

        let is_early = offset > self.delivered && !self.stopped && self.is_unfinished();
        let fills_hole = is_early && self.keep(pool, offset, data)?;
        self.credit.receive(new);
        connection.receive(new);
        let fin_is_news = fin && self.machine.fin();
        if fin_is_news {
            self.final_size = end;
        }
        let is_news = new > 0 || fin_is_news;
        if is_early {
            return Ok(if is_news || fills_hole { Arrival::OutOfOrder } else { Arrival::Repeated });
        }
        if self.stopped {
            self.discard(connection);
            return Ok(if is_news { Arrival::Discarded } else { Arrival::Repeated });
        }
        if end > self.delivered || (fin_is_news && end == self.delivered) {
            let skip = (self.delivered - offset) as usize;
            let fin = self.deliver_to(end);
            return Ok(Arrival::InOrder { skip, fin });
        }
        Ok(Arrival::Repeated)
    }

    #[inline]
    pub(super) const fn keeps_data(&self) -> bool {
        self.reassembly.is_some()
    }

    /// Hands out kept data whose turn it is, counted as delivered; at most one block of it.
    pub(super) fn next_buffered(&mut self, pool: &mut BlockPool) -> Result<Option<Block>, NoMem> {
        let Some(reassembly) = self.reassembly.as_mut() else { return Ok(None) };
        let Some(mut block) = reassembly.take_next(pool, self.delivered)? else {
            // Kept otherwise: where data came too early once it will do so again.
            if self.is_closed() {
                self.reassembly = None;
            }
            return Ok(None);
        };
        block.fin = self.deliver_to(self.delivered + block.len() as u64);
        Ok(Some(block))
    }

    /// RESET_STREAM arrived. What was not delivered is returned to the connection's credit: the application will
    /// not consume it.
    pub(super) fn on_reset(
        &mut self,
        connection: &mut ReceiveCredit,
        pool: &mut BlockPool,
        final_size: u64,
    ) -> Result<ResetArrival> {
        self.check_final_size(final_size, true)?;
        let new = final_size.saturating_sub(self.credit.received());
        self.credit.check(new)?;
        connection.check(new)?;
        if !self.machine.reset() {
            return Ok(ResetArrival::Ignored);
        }
        self.final_size = final_size;
        self.credit.receive(new);
        connection.receive(new);
        connection.give_back(final_size - self.delivered);
        self.delivered = final_size;
        self.machine.reset_read();
        self.drop_kept(pool);
        Ok(ResetArrival::Reset)
    }

    /// The application reads no more. Tells whether the peer has to be told: not when all it sends is there.
    pub(super) fn stop(&mut self, connection: &mut ReceiveCredit, pool: &mut BlockPool) -> bool {
        if self.stopped || !self.is_unfinished() {
            return false;
        }
        let is_complete = self.holds_the_rest();
        self.stopped = true;
        self.drop_kept(pool);
        if is_complete {
            self.discard(connection);
            return false;
        }
        connection.give_back(self.credit.received() - self.delivered);
        self.delivered = self.credit.received();
        true
    }

    /// Whether all that is missing to the end was kept: so it is while a callback runs that delivers what is before.
    fn holds_the_rest(&self) -> bool {
        let kept = self.reassembly.as_ref();
        kept.is_some_and(|kept| self.final_size != UNKNOWN && kept.covers(self.delivered, self.final_size))
    }

    /// Takes the received bytes as consumed. With the final size known nothing else can come that counts.
    fn discard(&mut self, connection: &mut ReceiveCredit) {
        connection.give_back(self.credit.received() - self.delivered);
        self.delivered = self.credit.received();
        if self.machine.data_complete() {
            self.machine.data_read();
        }
    }

    /// Whether data may still be missing.
    #[inline]
    pub(super) const fn is_unfinished(&self) -> bool {
        matches!(self.state(), ReceivingState::Receive | ReceivingState::SizeKnown)
    }

    #[inline]
    const fn check_final_size(&self, end: u64, fin: bool) -> Result<()> {
        if end > MAX_OFFSET {
            return Err(Error::FlowControl);
        }
        if self.final_size == UNKNOWN {
            // A final size below what was received is as wrong as one that changes (RFC 9000 §4.5).
            if fin && end < self.credit.received() {
                return Err(Error::FinalSize);
            }
        } else if end > self.final_size || (fin && end != self.final_size) {
            return Err(Error::FinalSize);
        }
        Ok(())
    }

    /// Moves the delivery on; `true` when the stream ends there.
    #[inline]
    fn deliver_to(&mut self, end: u64) -> bool {
        self.delivered = end;
        if end != self.final_size {
            return false;
        }
        self.machine.data_complete();
        self.machine.data_read();
        true
    }

    /// Tells whether a byte was missing before.
    fn keep(&mut self, pool: &mut BlockPool, offset: u64, data: &[u8]) -> Result<bool, NoMem> {
        let reassembly = match self.reassembly.as_mut() {
            Some(reassembly) => reassembly,
            None if data.is_empty() => return Ok(false),
            None => {
                let mem = pool.mem();
                self.reassembly.insert(Boxed::try_new(mem, Reassembly::new(mem))?)
            }
        };
        reassembly.insert(pool, self.delivered, offset, data)
    }

    #[inline(always)]
    pub(super) fn drop_kept(&mut self, pool: &mut BlockPool) {
        if let Some(mut reassembly) = self.reassembly.take() {
            reassembly.clear(pool);
        }
    }
}

#[cfg(test)]
impl ReceivePart {
    /// Where the next delivery starts.
    pub(crate) const fn delivered(&self) -> u64 {
        self.delivered
    }
}
