//! The stream of handshake bytes of one packet number space.
//!
//! Owns: a copy of the TLS messages until they are acknowledged, what of them has to be sent again, and what arrived
//! before its turn. There is no flow control; named bounds take its place. Must not know: TLS, packets, callbacks.
//! Implements RFC 9000 §7.5 and §19.6.

use crate::error::{Error, Result};
use crate::mem::{Bytes, Mem, NoMem};
use crate::units::Space;

use super::reassembly::{Block, BlockPool, Reassembly};
use super::sent_ranges::SentRanges;

/// The most that data may be ahead of its turn: sixteen times what RFC 9000 §7.5 demands.
pub(crate) const MAX_REORDERED: u64 = 64 << 10;

/// The most handshake bytes of a peer in the Initial or Handshake space: certificate chains stay far below it.
pub(crate) const MAX_HANDSHAKE_BYTES: u64 = 64 << 10;

/// The most after the handshake: session tickets, which a server may send now and then on a long connection.
pub(crate) const MAX_POST_HANDSHAKE_BYTES: u64 = 256 << 10;

/// A piece of handshake bytes to write into a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CryptoData {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

/// What to do with the data of a CRYPTO frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CryptoArrival {
    /// Deliver the data behind its first `skip` bytes. Buffered data may follow.
    InOrder { skip: usize },
    /// Nothing to deliver yet: the data was kept.
    OutOfOrder,
    /// All of it was there before.
    Duplicate,
}

pub(crate) struct CryptoStream {
    /// Everything from `ranges.acked_to()` on.
    unacked: Bytes,
    sent_to: u64,
    ranges: SentRanges,
    delivered: u64,
    max_received: u64,
    reassembly: Reassembly,
    blocks: BlockPool,
}

impl CryptoStream {
    pub(crate) fn new(mem: Mem, space: Space) -> Self {
        let max_received = match space {
            Space::Initial | Space::Handshake => MAX_HANDSHAKE_BYTES,
            Space::Application => MAX_POST_HANDSHAKE_BYTES,
        };
        Self {
            unacked: Bytes::new(mem),
            sent_to: 0,
            ranges: SentRanges::new(mem),
            delivered: 0,
            max_received,
            reassembly: Reassembly::new(mem),
            blocks: BlockPool::new(mem),
        }
    }

    /// Appends a copy of the TLS stack's bytes.
    pub(crate) fn try_push(&mut self, data: &[u8]) -> Result<(), NoMem> {
        self.unacked.try_extend_from_slice(data)
    }

    /// The offset behind the last byte pushed.
    pub(crate) fn end(&self) -> u64 {
        self.ranges.acked_to() + self.unacked.len() as u64
    }

    pub(crate) fn has_pending(&self) -> bool {
        self.ranges.has_lost() || self.sent_to < self.end()
    }

    /// The next piece to write, of at most `max_len` bytes: lost ones first. What is written is reported with `on_sent`.
    pub(crate) fn next_piece(&self, max_len: u64) -> Option<CryptoData> {
        let (offset, end) = self.ranges.first_lost().unwrap_or((self.sent_to, self.end()));
        (offset < end).then(|| CryptoData { offset, len: max_len.min(end - offset) })
    }

    pub(crate) fn on_sent(&mut self, piece: CryptoData) -> Result<(), NoMem> {
        self.ranges.on_resent(piece.offset, piece.len)?;
        self.sent_to = self.sent_to.max(piece.offset.saturating_add(piece.len).min(self.end()));
        Ok(())
    }

    /// Copies bytes that are not acknowledged; `false` when one of them no longer stands here.
    pub(crate) fn copy_data(&self, offset: u64, target: &mut [u8]) -> bool {
        let Some(start) = offset.checked_sub(self.ranges.acked_to()) else { return false };
        let start = start as usize;
        let Some(source) = self.unacked.get(start..start.saturating_add(target.len())) else { return false };
        target.copy_from_slice(source);
        true
    }

    pub(crate) fn on_acked(&mut self, offset: u64, len: u64) -> Result<(), NoMem> {
        let advanced = self.ranges.on_acked(offset, len)? as usize;
        if advanced == 0 {
            return Ok(());
        }
        self.unacked.remove_front(advanced);
        if self.unacked.is_empty() {
            self.unacked.shrink_to(0);
            self.ranges.abandon();
        }
        Ok(())
    }

    pub(crate) fn on_lost(&mut self, offset: u64, len: u64) -> Result<(), NoMem> {
        self.ranges.on_lost(offset, len)
    }

    /// Everything that is not acknowledged has to be sent again: after Retry, or with other keys.
    pub(crate) fn resend_all(&mut self) -> Result<(), NoMem> {
        let acked_to = self.ranges.acked_to();
        self.ranges.on_lost(acked_to, self.sent_to - acked_to)
    }

    /// Takes the data of a CRYPTO frame. In-order data counts as delivered from here on. With an error nothing is
    /// changed.
    pub(crate) fn receive(&mut self, offset: u64, data: &[u8]) -> Result<CryptoArrival> {
        let end = offset.saturating_add(data.len() as u64);
        if end > self.max_received {
            return Err(Error::CryptoBufferExceeded);
        }
        if offset > self.delivered {
            if end - self.delivered > MAX_REORDERED {
                return Err(Error::CryptoBufferExceeded);
            }
            let is_new = self.reassembly.insert(&mut self.blocks, self.delivered, offset, data)?;
            return Ok(if is_new { CryptoArrival::OutOfOrder } else { CryptoArrival::Duplicate });
        }
        if end <= self.delivered {
            return Ok(CryptoArrival::Duplicate);
        }
        let skip = (self.delivered - offset) as usize;
        self.delivered = end;
        Ok(CryptoArrival::InOrder { skip })
    }

    /// Hands out kept data whose turn it is, counted as delivered; at most one block of it.
    pub(crate) fn next_buffered(&mut self) -> Result<Option<Block>, NoMem> {
        let Some(block) = self.reassembly.take_next(&mut self.blocks, self.delivered)? else {
            return Ok(None);
        };
        self.delivered += block.len() as u64;
        Ok(Some(block))
    }

    /// The offset of the next delivery.
    pub(crate) const fn delivered(&self) -> u64 {
        self.delivered
    }
}

#[cfg(test)]
impl CryptoStream {
    /// Whether the peer has all of it.
    pub(crate) fn is_acked(&self) -> bool {
        self.unacked.is_empty()
    }

    /// How many bytes wait to be written.
    pub(crate) fn pending_len(&self) -> u64 {
        self.end() - self.sent_to + self.ranges.lost_len()
    }

    /// Whether data waits for bytes before it.
    pub(crate) fn has_gap(&self) -> bool {
        !self.reassembly.is_empty()
    }
}
