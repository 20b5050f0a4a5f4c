//! Data that arrived before its turn.
//!
//! Owns: the bytes, in blocks that stand at multiples of their size in the stream, sorted. Bounded by construction: a
//! block is no larger than twice the span it serves, and knows its holes at a cost that no pattern of arrivals can
//! raise (`filled`), so that what is held stays in proportion to the span that flow control allowed; honest bulk data
//! costs about 2 % beyond its own size. Must not know: flow control, final sizes, callbacks. Implements RFC 9000 §2.2.
//!
//! Where a peer sends different bytes for the same offset, those that arrived last, but before delivery, are
//! delivered; each offset is delivered once.

use core::ops::Deref;

use crate::mem::{Array, Bytes, Mem, NoMem};

use super::filled::{BLOCK_SIZE, Filled};

/// What a new block is filled with, in one copy.
static ZEROES: [u8; BLOCK_SIZE] = [0; BLOCK_SIZE];

/// The smallest block: where little is held, little is allocated.
const SMALLEST_BLOCK: usize = 64;

/// Blocks kept for the next loss while anything is held. More would be a burden on connections that had one bad time.
const MAX_SPARE_BLOCKS: usize = 2;

/// Room for slots kept for the next loss, for the same reason.
const MAX_SPARE_SLOTS: usize = 64;

/// Blocks that may be used again.
pub(crate) struct BlockPool {
    spare: Array<Bytes>,
    mem: Mem,
}

impl BlockPool {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { spare: Array::new(mem), mem }
    }

    pub(crate) const fn mem(&self) -> Mem {
        self.mem
    }

    /// A block of at least `size` bytes. A spare one serves smaller sizes too, within reason: what a peer can make
    /// us hold stays in proportion to what it sends.
    fn take(&mut self, size: usize) -> Result<Bytes, NoMem> {
        if size >= BLOCK_SIZE / 4
            && let Some(bytes) = self.spare.pop()
        {
            return Ok(bytes);
        }
        let mut bytes = Bytes::new(self.mem);
        bytes.try_reserve_exact(size)?;
        bytes.try_extend_from_slice(ZEROES.get(..size).unwrap_or(&ZEROES))?;
        Ok(bytes)
    }

    /// Takes a block back.
    pub(crate) fn give_back(&mut self, bytes: Bytes) {
        if bytes.len() == BLOCK_SIZE && self.spare.len() < MAX_SPARE_BLOCKS {
            // Without memory for the list the block is simply freed.
            let _ = self.spare.try_push(bytes);
        }
    }
}

/// Buffered data handed out: owned, so that whoever reads it may meanwhile end the stream it came from.
pub(crate) struct Block {
    /// Where in the stream the data starts.
    pub(crate) offset: u64,
    /// Whether the stream ends with this data.
    pub(crate) fin: bool,
    bytes: Bytes,
    start: usize,
    end: usize,
}

impl Block {
    /// The memory, for `BlockPool::give_back`.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }
}

struct Slot {
    /// The block's place: it serves the offsets from `number * BLOCK_SIZE`.
    number: u64,
    bytes: Bytes,
    filled: Filled,
}

pub(crate) struct Reassembly {
    /// Ascending by number. Those before `taken` are empty shells, removed in bulk.
    slots: Array<Slot>,
    taken: usize,
    mem: Mem,
}

impl Reassembly {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { slots: Array::new(mem), taken: 0, mem }
    }

    /// Keeps `data` and tells whether a byte of it was missing. `delivered` is where the next delivery starts: nothing
    /// below it is of use.
    pub(crate) fn insert(
        &mut self,
        pool: &mut BlockPool,
        delivered: u64,
        offset: u64,
        data: &[u8],
    ) -> Result<bool, NoMem> {
        if data.is_empty() {
            return Ok(false);
        }
        let first = self.try_make_room(pool, delivered, offset, data.len())?;
        let mut is_new = false;
        let mut rest = data;
        let mut start = (offset % BLOCK_SIZE as u64) as usize;
        for slot in self.slots.iter_mut().skip(first) {
            let (piece, behind) = rest.split_at(rest.len().min(BLOCK_SIZE - start));
            let end = start + piece.len();
            if let Some(target) = slot.bytes.get_mut(start..end) {
                target.copy_from_slice(piece);
                is_new |= slot.filled.run_end(start).is_none_or(|run_end| run_end < end);
                slot.filled.insert(start, end);
            }
            if behind.is_empty() {
                break;
            }
            (rest, start) = (behind, 0);
        }
        Ok(is_new)
    }

    /// Takes out the data that continues at `at`, if it is there; at most one block of it.
    pub(crate) fn take_next(&mut self, pool: &mut BlockPool, at: u64) -> Result<Option<Block>, NoMem> {
        self.drop_passed(pool, at);
        let number = at / BLOCK_SIZE as u64;
        let start = (at % BLOCK_SIZE as u64) as usize;
        let Some(slot) = self.slots.get_mut(self.taken).filter(|slot| slot.number == number) else {
            return Ok(None);
        };
        let Some(end) = slot.filled.run_end(start) else { return Ok(None) };
        if slot.filled.any_from(end) {
            // A hole follows: what is behind it stays, and the run moves out into a block of its own.
            let mut bytes = Bytes::new(self.mem);
            bytes.try_extend_from_slice(slot.bytes.get(start..end).unwrap_or_default())?;
            return Ok(Some(Block { offset: at, fin: false, bytes, start: 0, end: end - start }));
        }
        let bytes = core::mem::replace(&mut slot.bytes, Bytes::new(self.mem));
        self.pop_front();
        Ok(Some(Block { offset: at, fin: false, bytes, start, end }))
    }

    /// Whether nothing is missing from `from` to `to`.
    pub(crate) fn covers(&self, from: u64, to: u64) -> bool {
        let mut reached = from;
        for slot in self.slots.iter().skip(self.taken) {
            let number = reached / BLOCK_SIZE as u64;
            if reached >= to || slot.number > number {
                break;
            }
            if slot.number == number {
                let Some(end) = slot.filled.run_end((reached % BLOCK_SIZE as u64) as usize) else { break };
                reached = number * BLOCK_SIZE as u64 + end as u64;
            }
        }
        reached >= to
    }

    /// Gives all blocks back.
    pub(crate) fn clear(&mut self, pool: &mut BlockPool) {
        self.drop_passed(pool, u64::MAX);
    }

    /// Makes the slots for `len` bytes at `offset` and returns the index of the first. A failure may leave slots
    /// without data, which mean nothing.
    fn try_make_room(
        &mut self,
        pool: &mut BlockPool,
        delivered: u64,
        offset: u64,
        len: usize,
    ) -> Result<usize, NoMem> {
        let block_size = BLOCK_SIZE as u64;
        let end = offset.saturating_add(len as u64);
        let first_number = offset / block_size;
        let first = match self.slots.last() {
            Some(last) if last.number < first_number => self.slots.len(),
            _ => {
                let left = self.slots.get(self.taken..).unwrap_or_default();
                self.taken + left.partition_point(|slot| slot.number < first_number)
            }
        };
        for (index, number) in (first..).zip(first_number..end.div_ceil(block_size)) {
            if self.slots.get(index).is_none_or(|slot| slot.number != number) {
                let slot = Slot { number, bytes: Bytes::new(self.mem), filled: Filled::new() };
                self.slots.try_insert(index, slot)?;
            }
            let Some(slot) = self.slots.get_mut(index) else { return Err(NoMem) };
            slot.filled.try_reserve(self.mem)?;
            let end_in_block = (end - number * block_size).min(block_size) as usize;
            if slot.bytes.len() < end_in_block {
                let span = end - delivered.min(end);
                let size = if span >= block_size { BLOCK_SIZE } else { size_class(end_in_block) };
                let mut bytes = pool.take(size)?;
                let kept = slot.bytes.len();
                if let Some(target) = bytes.get_mut(..kept) {
                    target.copy_from_slice(&slot.bytes);
                }
                slot.bytes = bytes;
            }
        }
        Ok(first)
    }

    /// Drops the slots whose offsets are all below `at`.
    fn drop_passed(&mut self, pool: &mut BlockPool, at: u64) {
        while let Some(slot) = self.slots.get_mut(self.taken)
            && (slot.number + 1).saturating_mul(BLOCK_SIZE as u64) <= at
        {
            pool.give_back(core::mem::replace(&mut slot.bytes, Bytes::new(self.mem)));
            self.pop_front();
        }
    }

    /// Passes the first slot, whose block was taken. The shells are removed when they are the greater part, which
    /// makes it O(1) on average.
    fn pop_front(&mut self) {
        self.taken += 1;
        if self.taken == self.slots.len() {
            self.slots.clear();
            self.taken = 0;
            if self.slots.capacity() > MAX_SPARE_SLOTS {
                self.slots.shrink_to(0);
            }
        } else if self.taken >= 32 && self.taken * 2 > self.slots.len() {
            self.slots.remove_front(self.taken);
            self.taken = 0;
        }
    }
}

#[cfg(test)]
impl Reassembly {
    pub(crate) fn is_empty(&self) -> bool {
        self.taken == self.slots.len()
    }
}

/// The size of a block that has to serve `len` bytes: a power of two, so that filling it step by step costs O(1) a
/// byte on average.
fn size_class(len: usize) -> usize {
    len.next_power_of_two().clamp(SMALLEST_BLOCK, BLOCK_SIZE)
}
