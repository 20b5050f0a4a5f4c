//! The caller's packet buffers as pointer and length.
//!
//! Owns: the conversion to a slice, made anew for each use, so that no slice is live across a call-out. Must not know:
//! what is in the buffers.

use core::slice;

/// The datagram that the caller gave to read: constant memory, valid until the call returns.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    data: *const u8,
    len: usize,
}

impl Input {
    /// # Safety
    /// `data` is valid for reads of `len` bytes until the API call that makes this value returns.
    pub(crate) const unsafe fn new(data: *const u8, len: usize) -> Self {
        Self { data, len }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the maker of this value promised `len` readable bytes for the length of the API call.
        unsafe { slice::from_raw_parts(self.data, self.len) }
    }
}

/// The buffer that the caller gave to write.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    data: *mut u8,
    len: usize,
}

impl Output {
    /// # Safety
    /// `data` is valid for reads and writes of `len` bytes until the API call that makes this value returns.
    pub(crate) const unsafe fn new(data: *mut u8, len: usize) -> Self {
        Self { data, len }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn address(&self) -> usize {
        self.data.addr()
    }

    /// The first `len` bytes only.
    #[inline]
    pub(crate) fn truncated(self, len: usize) -> Self {
        Self { data: self.data, len: self.len.min(len) }
    }

    /// The buffer from `start` on; empty past its end.
    #[inline]
    pub(crate) fn from(self, start: usize) -> Self {
        let start = start.min(self.len);
        Self { data: self.data.wrapping_add(start), len: self.len - start }
    }

    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: the maker of this value promised `len` writable bytes for the length of the API call, and `&mut self` keeps
        // two slices of it apart.
        unsafe { slice::from_raw_parts_mut(self.data, self.len) }
    }

    #[inline]
    pub(super) const fn pointer(&self) -> *mut u8 {
        self.data
    }
}
