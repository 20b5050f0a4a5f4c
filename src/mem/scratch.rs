//! A buffer that nobody clears: it can be read as far as it was filled.
//!
//! Owns: how much of it is filled. It stands on the stack or in a block. Must not know: what it is filled with.

use core::mem::MaybeUninit;
use core::slice;

/// A buffer that is filled from its front.
pub(crate) struct Scratch<'a> {
    room: &'a mut [MaybeUninit<u8>],
    /// So many bytes are initialised: never more than there are.
    filled: usize,
}

impl<'a> Scratch<'a> {
    #[inline]
    pub(crate) const fn new(room: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { room, filled: 0 }
    }

    /// What it was filled with.
    #[inline]
    pub(crate) fn filled(&self) -> &[u8] {
        // SAFETY: the first `filled` bytes are there and initialised.
        unsafe { slice::from_raw_parts(self.room.as_ptr().cast(), self.filled) }
    }

    #[inline]
    pub(crate) fn filled_mut(&mut self) -> &mut [u8] {
        // SAFETY: the first `filled` bytes are there and initialised; `&mut self` makes the slice exclusive.
        unsafe { slice::from_raw_parts_mut(self.room.as_mut_ptr().cast(), self.filled) }
    }

    /// Appends `bytes`; `None`, and nothing done, when they do not fit.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.filled.checked_add(bytes.len())?;
        self.room.get_mut(self.filled..end)?.write_copy_of_slice(bytes);
        self.filled = end;
        Some(())
    }

    /// Appends a block of bytes and returns it, to be changed; `None`, and nothing done, when it does not fit.
    #[inline]
    pub(crate) fn push_block<const N: usize>(&mut self, block: &[u8; N]) -> Option<&mut [u8; N]> {
        let place = self.room.get_mut(self.filled..)?.first_chunk_mut::<N>()?;
        self.filled += N;
        place.write_copy_of_slice(block).first_chunk_mut()
    }

    /// Counts no more than the first `len` bytes as filled.
    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.filled = self.filled.min(len);
    }

    /// What it was filled with, and what is not filled yet.
    #[inline]
    pub(crate) fn split(&mut self) -> (&[u8], &mut [MaybeUninit<u8>]) {
        let (filled, rest) = self.room.split_at_mut_checked(self.filled).unwrap_or_default();
        // SAFETY: the first `filled` bytes are initialised.
        (unsafe { slice::from_raw_parts(filled.as_ptr().cast(), filled.len()) }, rest)
    }

    /// The first `len` bytes of the rest are filled.
    ///
    /// # Safety
    /// They were written.
    #[inline]
    pub(crate) unsafe fn assume_filled(&mut self, len: usize) {
        self.filled = self.filled.saturating_add(len).min(self.room.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_far_as_it_was_filled() {
        let mut room = [const { MaybeUninit::uninit() }; 10];
        let mut scratch = Scratch::new(&mut room);
        assert_eq!(scratch.filled(), []);
        assert_eq!((scratch.push(b"head"), scratch.push(b"too long")), (Some(()), None));
        scratch.filled_mut()[0] = b'H';
        assert_eq!((scratch.push(b"er"), scratch.filled().len()), (Some(()), 6));
        scratch.truncate(4);
        scratch.truncate(9);
        let (filled, rest) = scratch.split();
        rest[..3].write_copy_of_slice(b"ing");
        assert_eq!((filled, rest.len()), (&b"Head"[..], 6));
        // SAFETY: three bytes were written.
        unsafe { scratch.assume_filled(3) };
        assert_eq!(scratch.filled(), b"Heading");
        assert_eq!((scratch.push(b"!!!"), scratch.push(b".")), (Some(()), None));
    }
}
