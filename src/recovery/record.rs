//! What a sent packet carried: index-linked records in one pool for all spaces.
//!
//! Owns: the records and the links between them. Must not know: packets, what an acknowledgement or a loss means. A
//! record has one holder at a time: the list of its packet, or the list of an outcome. Retransmission (RFC 9000 §13.3)
//! relinks whole lists; nothing is copied.

use crate::mem::{Key, Mem, NIL, NoMem, Slots};
use crate::units::Direction;

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
    /// A named bound is reached: the too many packets are unacknowledged.
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

    /// Makes room for one more record: the next `push_reserved` succeeds.
    #[inline]
    pub(crate) fn try_reserve(&mut self) -> Result<(), NoMem> {
        self.slots.try_reserve(1)
    }

    /// Appends a record to the list of a packet that is being built, in room that `try_reserve` made.
    #[inline]
    pub(crate) fn push_reserved(&mut self, list: &mut RecordList, carried: Carried) {
        let index = self.slots.insert_reserved(Record { carried, next: NIL });
        self.append(list, RecordList { head: index, tail: index });
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

    /// Takes the first record of `list` if it is the data of `stream` from `offset` on; returns its length and FIN.
    #[inline]
    pub(crate) fn pop_data_at(
        &mut self,
        list: &mut RecordList,
        stream: Key,
        offset: u64,
    ) -> Option<(u32, bool)> {
        match self.slots.get(list.head)?.carried {
            Carried::Stream { stream: other, offset: at, len, fin } if (other, at) == (stream, offset) => {
                self.pop(list).map(|_| (len, fin))
            }
            _ => None,
        }
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
            if matches!(carried, Carried::Datagram { .. }) {
                if self.try_reserve().is_err() {
                    break;
                }
                self.push_reserved(&mut copies, carried);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mem::testing::TestHeap;

    /// Only what carries on exactly where the stream's data ended is taken with it.
    #[test]
    fn data_in_a_row_is_taken_in_a_row() {
        let heap = TestHeap::new();
        let mut records = Records::new(heap.mem());
        let mut list = RecordList::EMPTY;
        let stream = Key::NONE;
        for (offset, len, fin) in [(0, 10, false), (10, 5, false), (20, 5, true)] {
            records.try_reserve().expect("memory");
            records.push_reserved(&mut list, Carried::Stream { stream, offset, len, fin });
        }
        assert_eq!(records.pop_data_at(&mut list, stream, 1), None);
        assert_eq!(records.pop_data_at(&mut list, stream, 0), Some((10, false)));
        assert_eq!(records.pop_data_at(&mut list, stream, 10), Some((5, false)));
        assert_eq!(records.pop_data_at(&mut list, stream, 15), None, "a gap");
        assert_eq!(records.pop_data_at(&mut list, stream, 20), Some((5, true)));
        assert_eq!(records.pop_data_at(&mut list, stream, 25), None);
        assert_eq!(records.len(), 0);
    }
}
