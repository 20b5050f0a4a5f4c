//! What a sent packet carried: index-linked records in one pool for all spaces.
//!
//! Owns: the records and the links between them. Must not know: packets, what an acknowledgement or a loss means. A
//! record has one holder at a time: the list of its packet, or the list of an outcome. Retransmission (RFC 9000 §13.3)
//! relinks whole lists, and a list is given back as a whole; nothing is copied.

use crate::mem::{Array, Key, Mem, NIL, NoMem};
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

#[derive(Clone, Copy, Debug)]
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

    /// For a walk along the list, which stays as it is meanwhile.
    #[inline]
    pub(crate) const fn cursor(&self) -> RecordCursor {
        RecordCursor { next: self.head }
    }
}

/// How far a walk along a list has come.
#[derive(Debug)]
pub(crate) struct RecordCursor {
    next: u32,
}

/// The pool of all records. Those that no list holds are a list too.
pub(crate) struct Records {
    records: Array<Record>,
    first_vacant: u32,
}

impl Records {
    pub(super) const fn new(mem: Mem) -> Self {
        Self { records: Array::new(mem), first_vacant: NIL }
    }

    /// Makes room for one more record: the next `push_reserved` succeeds.
    #[inline]
    pub(crate) fn try_reserve(&mut self) -> Result<(), NoMem> {
        if self.has_room() { Ok(()) } else { self.records.try_reserve(1) }
    }

    /// Whether there is room for one more record without taking memory.
    #[inline]
    pub(super) const fn has_room(&self) -> bool {
        self.first_vacant != NIL || self.records.has_room()
    }

    /// Appends a record to the list of a packet that is being built, in room that `try_reserve` made. Without room the record
    /// is dropped, which is a bug of the caller.
    #[inline]
    pub(crate) fn push_reserved(&mut self, list: &mut RecordList, carried: Carried) {
        let record = Record { carried, next: NIL };
        let mut index = self.first_vacant;
        if let Some(vacant) = self.records.get_mut(index as usize) {
            self.first_vacant = vacant.next;
            *vacant = record;
        } else {
            index = self.records.len() as u32;
            if !self.records.push_reserved(record) {
                return;
            }
        }
        self.append(list, RecordList { head: index, tail: index });
    }

    /// Takes the first record of `list` and frees it.
    #[inline]
    pub(crate) fn pop(&mut self, list: &mut RecordList) -> Option<Carried> {
        let head = list.head;
        let Some(record) = self.records.get_mut(head as usize) else {
            *list = RecordList::EMPTY;
            return None;
        };
        let carried = record.carried;
        let next = core::mem::replace(&mut record.next, self.first_vacant);
        self.first_vacant = head;
        *list = if next == NIL { RecordList::EMPTY } else { RecordList { head: next, tail: list.tail } };
        Some(carried)
    }

    /// The next record of a walk.
    #[inline]
    pub(crate) fn next(&self, cursor: &mut RecordCursor) -> Option<Carried> {
        let record = self.records.get(cursor.next as usize)?;
        cursor.next = record.next;
        Some(record.carried)
    }

    /// The next record of a walk if it is the data of `stream` from `offset` on: its length and FIN.
    #[inline]
    pub(crate) fn next_data_at(
        &self,
        cursor: &mut RecordCursor,
        stream: Key,
        offset: u64,
    ) -> Option<(u32, bool)> {
        let record = self.records.get(cursor.next as usize)?;
        match record.carried {
            Carried::Stream { stream: other, offset: at, len, fin } if (other, at) == (stream, offset) => {
                cursor.next = record.next;
                Some((len, fin))
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
        match self.records.get_mut(list.tail as usize) {
            Some(tail) => {
                tail.next = more.head;
                list.tail = more.tail;
            }
            None => *list = more,
        }
    }

    #[inline]
    pub(crate) fn free(&mut self, list: RecordList) {
        if let Some(tail) = self.records.get_mut(list.tail as usize) {
            tail.next = self.first_vacant;
            self.first_vacant = list.head;
        }
    }

    /// The list's records as values; the records stay.
    pub(crate) fn iter(&self, list: &RecordList) -> impl Iterator<Item = Carried> + use<'_> {
        let mut cursor = list.cursor();
        core::iter::from_fn(move || self.next(&mut cursor))
    }

    /// A list of the DATAGRAM records of `list`, as far as memory allows.
    pub(super) fn copy_datagrams(&mut self, list: &RecordList) -> RecordList {
        let mut copies = RecordList::EMPTY;
        let mut cursor = list.cursor();
        while let Some(carried) = self.next(&mut cursor) {
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
    /// How many records are in lists.
    pub(super) fn len(&self) -> usize {
        let mut vacant = RecordCursor { next: self.first_vacant };
        let vacant = core::iter::from_fn(|| self.next(&mut vacant)).count();
        self.records.len() - vacant
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::collections::VecDeque;
    use std::vec::Vec;

    use proptest::prelude::*;

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
        let mut cursor = list.cursor();
        assert_eq!(records.next_data_at(&mut cursor, stream, 1), None);
        assert_eq!(records.next_data_at(&mut cursor, stream, 0), Some((10, false)));
        assert_eq!(records.next_data_at(&mut cursor, stream, 10), Some((5, false)));
        assert_eq!(records.next_data_at(&mut cursor, stream, 15), None, "a gap");
        assert_eq!(records.next_data_at(&mut cursor, stream, 20), Some((5, true)));
        assert_eq!(records.next_data_at(&mut cursor, stream, 25), None);
        assert_eq!(records.len(), 3);
        records.free(list);
        assert_eq!(records.len(), 0);
    }

    #[derive(Clone, Debug)]
    enum Operation {
        Push(usize),
        Pop(usize),
        Append(usize, usize),
        Free(usize),
    }

    fn operations() -> impl Strategy<Value = Vec<Operation>> {
        let list = 0..4_usize;
        let operation = prop_oneof![
            4 => list.clone().prop_map(Operation::Push),
            2 => list.clone().prop_map(Operation::Pop),
            1 => (list.clone(), list.clone()).prop_map(|(to, from)| Operation::Append(to, from)),
            1 => list.prop_map(Operation::Free),
        ];
        prop::collection::vec(operation, 0..200)
    }

    proptest! {
        /// Lists in one pool against queues: no record is in two lists, and what is given back is used again.
        #[test]
        fn lists_are_queues(operations in operations()) {
            let heap = TestHeap::new();
            let mut records = Records::new(heap.mem());
            let mut lists = [const { RecordList::EMPTY }; 4];
            let mut model: [VecDeque<u64>; 4] = Default::default();
            let mut most = 0;
            for (id, operation) in operations.into_iter().enumerate() {
                let id = id as u64;
                match operation {
                    Operation::Push(list) => {
                        records.try_reserve().expect("memory");
                        records.push_reserved(&mut lists[list], Carried::Datagram { id });
                        model[list].push_back(id);
                    }
                    Operation::Pop(list) => {
                        let expected = model[list].pop_front().map(|id| Carried::Datagram { id });
                        prop_assert_eq!(records.pop(&mut lists[list]), expected);
                    }
                    Operation::Append(to, from) if to != from => {
                        let more = lists[from].take();
                        records.append(&mut lists[to], more);
                        let more = core::mem::take(&mut model[from]);
                        model[to].extend(more);
                    }
                    Operation::Append(..) => {}
                    Operation::Free(list) => {
                        records.free(lists[list].take());
                        model[list].clear();
                    }
                }
                for (list, model) in lists.iter().zip(&model) {
                    prop_assert_eq!(list.is_empty(), model.is_empty());
                    let expected = model.iter().map(|&id| Carried::Datagram { id });
                    prop_assert!(records.iter(list).eq(expected));
                }
                let held = model.iter().map(VecDeque::len).sum::<usize>();
                most = most.max(held);
                prop_assert_eq!(records.len(), held);
                prop_assert_eq!(records.records.len(), most);
            }
        }
    }
}
