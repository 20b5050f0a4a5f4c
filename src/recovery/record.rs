//! What a sent packet carried: index-linked records in one pool for all spaces.
//!
//! Owns: the records and the links between them. Must not know: packets, what an acknowledgement or a loss means. A
//! record has one holder at a time: the list of its packet, or the list of an outcome. Retransmission (RFC 9000 §13.3)
//! relinks whole lists; nothing is copied.

use crate::mem::{Key, Mem, NIL, NoMem, Slots};
use crate::units::Direction;

/// How many records one packet may have. It bounds what a single acknowledgement can set in motion; a packet of
/// 1452 bytes holds as many STREAM frames of 16 bytes of data.
pub(crate) const MAX_RECORDS_PER_PACKET: u16 = 64;

/// A frame that must be known when its packet is acknowledged or lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    Crypto { offset: u64, len: u32 },
    Stream { stream: Key, offset: u64, len: u32, fin: bool },
    ResetStream { stream: Key },
    StopSending { stream: Key },
    MaxStreamData { stream: Key, limit: u64 },
    StreamDataBlocked { stream: Key, limit: u64 },
    MaxData { limit: u64 },
    MaxStreams { direction: Direction, limit: u64 },
    DataBlocked { limit: u64 },
    StreamsBlocked { direction: Direction, limit: u64 },
    NewConnectionId { sequence: u64 },
    RetireConnectionId { sequence: u64 },
    NewToken { token: u32 },
    HandshakeDone,
    Ping,
    Datagram { id: u64 },
}

/// Why something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortage {
    Memory,
    /// A named bound is reached: the packet is full of records, or too many packets are unacknowledged.
    Bound,
}

impl From<NoMem> for Shortage {
    fn from(_: NoMem) -> Self {
        Self::Memory
    }
}

#[derive(Debug)]
struct Record {
    carried: Carried,
    next: u32,
    /// How many records stand before this one in its packet.
    position: u16,
}

/// A list of records, held by one packet or by one outcome. Dropping it leaks its records until the connection ends:
/// give it back with [`Records::free`] or empty it with [`Records::pop`].
#[derive(Debug)]
#[must_use]
pub(crate) struct RecordList {
    head: u32,
    tail: u32,
}

impl RecordList {
    pub(crate) const EMPTY: Self = Self { head: NIL, tail: NIL };

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.head == NIL
    }

    /// Leaves the empty list behind.
    #[inline]
    pub(crate) const fn take(&mut self) -> Self {
        core::mem::replace(self, Self::EMPTY)
    }
}

/// The pool of all records.
pub(crate) struct Records {
    slots: Slots<Record>,
}

impl Records {
    pub(super) const fn new(mem: Mem) -> Self {
        Self { slots: Slots::new(mem) }
    }

    /// Appends a record to the list of a packet that is being built.
    #[inline]
    pub(crate) fn push(&mut self, list: &mut RecordList, carried: Carried) -> Result<(), Shortage> {
        let position = match self.slots.get(list.tail) {
            Some(tail) => tail.position.saturating_add(1),
            None => 0,
        };
        if position >= MAX_RECORDS_PER_PACKET {
            return Err(Shortage::Bound);
        }
        self.slots.try_reserve(1)?;
        let index = self.slots.insert_reserved(Record { carried, next: NIL, position });
        self.append(list, RecordList { head: index, tail: index });
        Ok(())
    }

    /// Makes room for one more record in the list of a packet that is being built: the next `push` succeeds.
    #[inline]
    pub(crate) fn reserve(&mut self, list: &RecordList) -> Result<(), Shortage> {
        let position = self.slots.get(list.tail).map_or(0, |tail| tail.position.saturating_add(1));
        if position >= MAX_RECORDS_PER_PACKET {
            return Err(Shortage::Bound);
        }
        Ok(self.slots.try_reserve(1)?)
    }

    /// Takes the first record of `list` and frees it.
    #[inline]
    pub(crate) fn pop(&mut self, list: &mut RecordList) -> Option<Carried> {
        if list.is_empty() {
            return None;
        }
        let Some(record) = self.slots.take(list.head) else {
            *list = RecordList::EMPTY;
            return None;
        };
        list.head = record.next;
        if list.head == NIL {
            list.tail = NIL;
        }
        Some(record.carried)
    }

    /// Links `more` behind `list`.
    #[inline]
    pub(super) fn append(&mut self, list: &mut RecordList, more: RecordList) {
        if more.is_empty() {
            return;
        }
        match self.slots.get_mut(list.tail) {
            Some(tail) => {
                tail.next = more.head;
                list.tail = more.tail;
            }
            None => *list = more,
        }
    }

    pub(crate) fn free(&mut self, mut list: RecordList) {
        while self.pop(&mut list).is_some() {}
    }

    /// The list's records as values; the records stay.
    pub(crate) fn iter(&self, list: &RecordList) -> impl Iterator<Item = Carried> + use<'_> {
        let mut index = list.head;
        core::iter::from_fn(move || {
            let record = self.slots.get(index)?;
            index = record.next;
            Some(record.carried)
        })
    }

    /// A list of the DATAGRAM records of `list`, as far as memory allows.
    pub(super) fn copy_datagrams(&mut self, list: &RecordList) -> RecordList {
        let mut copies = RecordList::EMPTY;
        let mut index = list.head;
        while let Some(record) = self.slots.get(index) {
            index = record.next;
            let carried = record.carried;
            if matches!(carried, Carried::Datagram { .. }) && self.push(&mut copies, carried).is_err() {
                break;
            }
        }
        copies
    }
}

#[cfg(test)]
impl Records {
    pub(super) const fn len(&self) -> usize {
        self.slots.len()
    }
}
