//! Application data in flight, not copied: where in the application's memory the bytes of a stream stand.
//!
//! Owns: the addresses, as segments in stream order, and the only reads of that memory. The application keeps the
//! memory readable until the bytes are released; nothing is read after `release_to` passed it or `clear`. Must not
//! know: streams, packets.

use ngtcp2_abi::ngtcp2_vec;

use super::{Mem, NoMem, Ring};

/// A piece of the application's memory: the promise of [`AppSlice::of_vectors`] and the only way to read it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct AppSlice {
    start: *const u8,
    len: usize,
}

impl AppSlice {
    pub(crate) const EMPTY: Self = Self { start: core::ptr::null(), len: 0 };

    /// The application's vectors as they stand.
    ///
    /// # Safety
    /// `vectors` points to `count` vectors, or `count` is 0. The bytes of each stay readable and unchanged until the
    /// running call of the API returns; if the slice is appended to an [`AppBytes`], until that releases them or is dropped.
    #[inline]
    pub(crate) const unsafe fn of_vectors<'a>(vectors: *const ngtcp2_vec, count: usize) -> &'a [Self] {
        if count == 0 {
            return &[];
        }
        // SAFETY: by this function's contract; the layouts are the same, as is asserted below.
        unsafe { core::slice::from_raw_parts(vectors.cast::<Self>(), count) }
    }

    /// Whether bytes are promised at no address.
    #[inline]
    pub(crate) const fn is_dangling(self) -> bool {
        self.start.is_null() && self.len > 0
    }

    #[inline]
    pub(crate) const fn len(self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The first `count` bytes, or all if there are fewer.
    #[inline]
    pub(crate) fn first(self, count: usize) -> Self {
        Self { start: self.start, len: self.len.min(count) }
    }

    /// What is behind the first `count` bytes.
    #[inline]
    pub(crate) fn behind(self, count: usize) -> Self {
        let count = count.min(self.len);
        Self { start: self.start.wrapping_add(count), len: self.len - count }
    }

    /// Copies as many bytes as both have into the front of `target`; returns how many.
    #[inline]
    pub(crate) fn copy_to(self, target: &mut [u8]) -> usize {
        let count = self.len.min(target.len());
        // SAFETY: the bytes are readable (`new`), and `target` is not part of them: it is borrowed mutably, they are
        // the application's and only read.
        unsafe { self.start.copy_to_nonoverlapping(target.as_mut_ptr(), count) };
        count
    }

    fn precedes(self, next: Self) -> bool {
        self.start.wrapping_add(self.len) == next.start
    }
}

#[cfg(test)]
impl AppSlice {
    /// # Safety
    /// As for one vector of `of_vectors`.
    pub(crate) const unsafe fn new(start: *const u8, len: usize) -> Self {
        Self { start, len }
    }
}

const _: () = {
    assert!(size_of::<AppSlice>() == size_of::<ngtcp2_vec>());
    assert!(core::mem::offset_of!(AppSlice, start) == core::mem::offset_of!(ngtcp2_vec, base));
    assert!(core::mem::offset_of!(AppSlice, len) == core::mem::offset_of!(ngtcp2_vec, len));
};

struct Segment {
    /// Where in the stream the segment starts.
    offset: u64,
    piece: AppSlice,
}

impl Segment {
    const NONE: Self = Self { offset: 0, piece: AppSlice::EMPTY };

    const fn end(&self) -> u64 {
        self.offset + self.piece.len as u64
    }

    /// Lets go of the bytes before `offset`, which is not behind the end; they may be none or all.
    #[inline]
    fn release_to(&mut self, offset: u64) {
        let kept = self.end() - offset;
        if kept <= self.piece.len as u64 {
            self.offset = offset;
            self.piece = self.piece.behind(self.piece.len - kept as usize);
        }
    }
}

/// The bytes `start_offset..end` of a stream, in the application's memory. Most streams hold one segment at a
/// time: it stands here, and only further ones take memory.
pub(crate) struct AppBytes {
    /// The oldest segment; empty when nothing is held.
    first: Segment,
    more: Ring<Segment>,
    end: u64,
}

impl AppBytes {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { first: Segment::NONE, more: Ring::new(mem), end: 0 }
    }

    /// Where the bytes that are held start; `end` when none are.
    #[inline]
    pub(crate) fn start_offset(&self) -> u64 {
        if self.first.piece.is_empty() { self.end } else { self.first.offset }
    }

    /// Appends a piece of the application's memory.
    #[inline]
    pub(crate) fn try_append(&mut self, piece: AppSlice) -> Result<(), NoMem> {
        let Some(end) = self.end.checked_add(piece.len as u64) else { return Err(NoMem) };
        if piece.is_empty() {
            return Ok(());
        }
        let last = self.more.back_mut().unwrap_or(&mut self.first);
        if last.piece.precedes(piece) && !last.piece.is_empty() {
            last.piece.len += piece.len;
            self.end = end;
            return Ok(());
        }
        self.try_reserve_for(&[piece])?;
        self.append_reserved(piece);
        Ok(())
    }

    /// Whether `append_next` would take `piece`.
    #[inline(always)]
    pub(crate) fn carries_on(&self, piece: AppSlice) -> bool {
        let last = self.more.back().unwrap_or(&self.first).piece;
        last.is_empty() || last.precedes(piece)
    }

    /// Appends a piece that carries the last one on, or is the only one: the rule. `false`, and nothing is changed, where it
    /// is anything else.
    #[inline(always)]
    pub(crate) fn append_next(&mut self, piece: AppSlice) -> bool {
        let Some(end) = self.end.checked_add(piece.len as u64) else { return false };
        if self.first.piece.is_empty() {
            self.first = Segment { offset: self.end, piece };
        } else {
            let last = self.more.back_mut().unwrap_or(&mut self.first);
            if !last.piece.precedes(piece) {
                return false;
            }
            last.piece.len += piece.len;
        }
        self.end = end;
        true
    }

    /// Makes room to append `pieces`, or any part of them.
    #[inline]
    pub(crate) fn try_reserve_for(&mut self, pieces: &[AppSlice]) -> Result<(), NoMem> {
        let last = self.more.back().unwrap_or(&self.first).piece;
        let joins = |piece: &AppSlice| last.is_empty() || last.precedes(*piece);
        let count = pieces.len() - usize::from(pieces.first().is_some_and(joins));
        if count == 0 { Ok(()) } else { self.more.try_reserve(count) }
    }

    /// Appends a piece of the application's memory into room that `try_reserve_for` made; an empty one leaves nothing to
    /// hold. Without room, or past the last offset there is, it returns `false`, which is a bug of the caller.
    #[inline]
    pub(crate) fn append_reserved(&mut self, piece: AppSlice) -> bool {
        let Some(end) = self.end.checked_add(piece.len as u64) else { return false };
        if piece.is_empty() {
            return true;
        }
        let fresh = Segment { offset: self.end, piece };
        let last = self.more.back_mut().unwrap_or(&mut self.first);
        if last.piece.is_empty() {
            *last = fresh;
        } else if last.piece.precedes(piece) {
            // One buffer sent in many small writes stays one segment.
            last.piece.len += piece.len;
        } else if !self.more.push_back_reserved(fresh) {
            return false;
        }
        self.end = end;
        true
    }

    /// Lets go of all bytes before `offset`.
    #[inline(always)]
    pub(crate) fn release_to(&mut self, offset: u64) {
        let end = self.first.end();
        if offset < end {
            self.first.release_to(offset);
        } else if offset == end && self.more.is_empty() {
            self.first = Segment::NONE;
        } else {
            self.release_some(offset);
        }
    }

    fn release_some(&mut self, offset: u64) {
        while !self.first.piece.is_empty() && self.first.end() <= offset {
            self.first = self.more.pop_front().unwrap_or(Segment::NONE);
        }
        if !self.first.piece.is_empty() {
            self.first.release_to(offset);
        }
    }

    /// Lets go of all bytes; the next ones go where they would have gone.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.first = Segment::NONE;
        if self.more.capacity() > 0 {
            self.more.clear();
            self.more.release_if_empty();
        }
    }

    /// Copies the bytes from `offset` on into all of `target`; `false`, with nothing copied, unless all are held.
    pub(crate) fn copy_to(&self, offset: u64, mut target: &mut [u8]) -> bool {
        let Some(end) = offset.checked_add(target.len() as u64) else { return false };
        if offset < self.start_offset() || end > self.end {
            return false;
        }
        let mut position = offset;
        let mut index = self.segment_at(offset);
        while !target.is_empty() {
            let Some(segment) = self.segment(index) else { return false };
            let count = segment.piece.behind((position - segment.offset) as usize).copy_to(target);
            target = target.split_at_mut(count).1;
            position += count as u64;
            index += 1;
        }
        true
    }

    fn segment(&self, index: usize) -> Option<&Segment> {
        match index.checked_sub(1) {
            None => Some(&self.first),
            Some(index) => self.more.get(index),
        }
    }

    /// The index of the segment that has the byte at `offset`, which is held.
    fn segment_at(&self, offset: u64) -> usize {
        let starts_before = |segment: &Segment| segment.offset <= offset;
        // New data is written right after it was appended.
        if self.more.back().is_some_and(starts_before) {
            return self.more.len();
        }
        let (front, back) = self.more.as_slices();
        let in_front = front.partition_point(starts_before);
        if in_front < front.len() { in_front } else { in_front + back.partition_point(starts_before) }
    }
}

#[cfg(test)]
impl AppBytes {
    /// Where the next byte goes.
    pub(crate) const fn end_offset(&self) -> u64 {
        self.end
    }

    /// How many pieces of memory are held.
    pub(crate) const fn segments(&self) -> usize {
        if self.first.piece.is_empty() { 0 } else { 1 + self.more.len() }
    }
}
