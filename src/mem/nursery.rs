//! Memory for what does not outlive the handshake: one block of the connection's heap, handed out piece by piece.
//!
//! Owns: the block, from its first piece until the last one has come back. Each piece is cut behind the one before; what has no
//! room comes from the connection's heap. A [`super::Heap`] may stand on it, so that any container may live here. Must not
//! know: what the pieces are for.

use core::cell::Cell;
use core::ptr::{self, NonNull};

use super::heap::ALIGN;
use super::{Mem, NoMem};

/// Both early packet number spaces with their keys, the packets they sent, and handshake messages as long as a ClientHello:
/// certificates are longer, and go to the heap.
pub(super) const BLOCK: usize = 4096;

/// The block of a connection's handshake.
pub(super) struct Nursery {
    heap: Mem,
    /// Null while there are no pieces.
    block: Cell<*mut u8>,
    /// Where the next piece begins.
    end: Cell<usize>,
    /// Pieces of the block that have not come back.
    pieces: Cell<usize>,
}

impl Nursery {
    pub(super) const fn new(heap: Mem) -> Self {
        Self { heap, block: Cell::new(ptr::null_mut()), end: Cell::new(0), pieces: Cell::new(0) }
    }

    pub(super) fn allocate(&self, size: usize) -> Result<NonNull<u8>, NoMem> {
        match self.cut(size)? {
            Some(piece) => Ok(piece),
            None => self.heap.heap().allocate(size),
        }
    }

    /// The next `size` bytes of the block, which is made with the first piece; `None` when it has no room for them.
    fn cut(&self, size: usize) -> Result<Option<NonNull<u8>>, NoMem> {
        let start = self.end.get();
        if size > BLOCK - start {
            return Ok(None);
        }
        if self.block.get().is_null() {
            self.block.set(self.heap.heap().allocate(BLOCK)?.as_ptr());
        }
        self.end.set(start + size.next_multiple_of(ALIGN));
        self.pieces.set(self.pieces.get() + 1);
        Ok(NonNull::new(self.block.get().wrapping_add(start)))
    }

    /// # Safety
    /// `piece` came from `allocate` of this nursery for this size and is not used afterwards.
    pub(super) unsafe fn give_back(&self, piece: NonNull<u8>, size: usize) {
        let Some(start) = self.position_of(piece) else {
            // SAFETY: what is not in the block came from the heap.
            return unsafe { self.heap.heap().deallocate(piece) };
        };
        self.pieces.set(self.pieces.get() - 1);
        if self.pieces.get() > 0 {
            if start + size.next_multiple_of(ALIGN) == self.end.get() {
                self.end.set(start);
            }
            return;
        }
        self.end.set(0);
        if let Some(block) = NonNull::new(self.block.replace(ptr::null_mut())) {
            // SAFETY: the block came from this heap, and no piece of it is used any more.
            unsafe { self.heap.heap().deallocate(block) };
        }
    }

    /// # Safety
    /// `piece` came from `allocate` of this nursery for `old_size`; on success it is not used afterwards.
    pub(super) unsafe fn resize(
        &self,
        piece: NonNull<u8>,
        old_size: usize,
        size: usize,
    ) -> Result<NonNull<u8>, NoMem> {
        let moved = self.allocate(size)?;
        // SAFETY: both pieces are that long, and they are two.
        unsafe { piece.copy_to_nonoverlapping(moved, old_size.min(size)) };
        // SAFETY: by this function's contract.
        unsafe { self.give_back(piece, old_size) };
        Ok(moved)
    }

    /// Where a piece begins in the block; `None` when it is not in it.
    fn position_of(&self, piece: NonNull<u8>) -> Option<usize> {
        let block = self.block.get();
        let position = piece.addr().get().checked_sub(block.addr())?;
        (!block.is_null() && position < BLOCK).then_some(position)
    }
}
