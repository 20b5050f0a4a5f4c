//! Packets declared lost a short time ago, so that a late acknowledgement of them is understood.
//!
//! Owns: number, size and DATAGRAM records of those packets until they are stale. Must not know: why they were lost.
//! The fact alone is kept; what the packet carried went to the outcome at the time of the loss. Losses happen in the
//! order of the numbers, so the ring is sorted by number and by time at once.

use super::record::RecordList;
use super::sent::SentPacket;
use crate::mem::{Mem, Ring};
use crate::units::{Duration, PacketNumber, Timestamp};

/// How many lost packets of one space are remembered. Past it the oldest are forgotten, and an acknowledgement of them
/// goes unnoticed, as it would after their time.
const MAX_REMEMBERED: usize = 2048;

#[derive(Debug)]
pub(super) struct LostPacket {
    pub(super) number: PacketNumber,
    pub(super) time_lost: Timestamp,
    /// DATAGRAM records, to be reported as acknowledged after all.
    pub(super) datagrams: RecordList,
    /// The congestion event that this loss was part of; 0 for none.
    pub(super) congestion_event: u32,
    pub(super) size: u16,
    /// The path that it was sent on, if it was a probe of path MTU discovery.
    mtu_probe_on: Option<u16>,
    acknowledged: bool,
}

impl LostPacket {
    pub(super) fn new(
        packet: &SentPacket,
        datagrams: RecordList,
        mtu_probe: bool,
        congestion_event: u32,
        now: Timestamp,
    ) -> Self {
        Self {
            number: packet.number,
            time_lost: now,
            datagrams,
            congestion_event,
            size: packet.size,
            mtu_probe_on: mtu_probe.then_some(packet.path_epoch),
            acknowledged: false,
        }
    }
}

impl LostPacket {
    /// The size that the path with that epoch is now known to carry.
    pub(super) fn proven_size(&self, path_epoch: u16) -> Option<u16> {
        (self.mtu_probe_on == Some(path_epoch)).then_some(self.size)
    }
}

pub(super) struct LostPackets {
    packets: Ring<LostPacket>,
}

/// A place in the ring that moves towards smaller numbers while the ranges of one ACK frame are read.
pub(super) struct Cursor(usize);

impl LostPackets {
    pub(super) const fn new(mem: Mem) -> Self {
        Self { packets: Ring::new(mem) }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Whether a packet at or below `largest` is remembered.
    #[inline]
    pub(super) fn concerns(&self, largest: PacketNumber) -> bool {
        self.packets.front().is_some_and(|oldest| oldest.number <= largest)
    }

    /// Remembers a loss. Without memory, or when it pushes out the oldest, gives back the packet that is forgotten.
    pub(super) fn remember(&mut self, packet: LostPacket) -> Option<LostPacket> {
        let forgotten = if self.packets.len() >= MAX_REMEMBERED { self.packets.pop_front() } else { None };
        if self.packets.try_reserve(1).is_err() {
            return Some(packet);
        }
        self.packets.push_back_reserved(packet);
        forgotten
    }

    #[inline]
    pub(super) fn cursor(&self) -> Cursor {
        Cursor(self.packets.len())
    }

    /// The next lost packet, by falling numbers, within a range of acknowledged numbers. Ranges must come in falling
    /// order too.
    #[inline]
    pub(super) fn next_acknowledged(
        &mut self,
        cursor: &mut Cursor,
        smallest: PacketNumber,
        largest: PacketNumber,
    ) -> Option<&mut LostPacket> {
        while let Some(place) = cursor.0.checked_sub(1) {
            let packet = self.packets.get(place)?;
            if packet.number < smallest {
                return None;
            }
            cursor.0 = place;
            if packet.number <= largest && !packet.acknowledged {
                let packet = self.packets.get_mut(place)?;
                packet.acknowledged = true;
                return Some(packet);
            }
        }
        None
    }

    /// Takes the oldest packet if a late acknowledgement of it was seen or its time is over.
    #[inline]
    pub(super) fn pop_settled(&mut self, now: Timestamp, keep: Duration) -> Option<LostPacket> {
        let oldest = self.packets.front()?;
        if !oldest.acknowledged && oldest.time_lost + keep > now {
            return None;
        }
        self.packets.pop_front()
    }

    pub(super) fn pop(&mut self) -> Option<LostPacket> {
        self.packets.pop_front()
    }

    pub(super) fn release_if_empty(&mut self) {
        self.packets.release_if_empty();
    }

    /// When the oldest packet is to be forgotten.
    #[inline]
    pub(super) fn expiry(&self, keep: Duration) -> Timestamp {
        self.packets.front().map_or(Timestamp::NEVER, |packet| packet.time_lost + keep)
    }
}
