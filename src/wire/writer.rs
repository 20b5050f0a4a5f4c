//! A cursor over the caller's buffer.
//!
//! Owns: the position. Must not know: frames, packets. Every failed write leaves the position where it was; bytes at
//! and after the position are scratch.

use super::varint;
use crate::error::Error;

/// The buffer is too small, or a value is too large for its encoding. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSpace;

impl NoSpace {
    /// As `Error::cold`.
    #[cold]
    #[inline(never)]
    fn cold(self) -> Self {
        core::hint::black_box(self)
    }
}

impl From<NoSpace> for Error {
    fn from(_: NoSpace) -> Self {
        Self::NoBuf
    }
}

/// Writes values into a buffer from its front.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buffer: &'a mut [u8],
    position: usize,
}

impl<'a> Writer<'a> {
    #[inline]
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, position: 0 }
    }

    /// Continues a packet of which `position` bytes are written (`WRITE_MORE`).
    #[inline]
    pub(crate) fn resume(buffer: &'a mut [u8], position: usize) -> Result<Self, NoSpace> {
        if position > buffer.len() {
            return Err(NoSpace.cold());
        }
        Ok(Self { buffer, position })
    }

    /// How many bytes were written.
    #[inline]
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// How many bytes still fit.
    #[inline]
    pub(crate) const fn remaining(&self) -> usize {
        self.buffer.len().wrapping_sub(self.position)
    }

    /// What was written.
    #[inline]
    pub(crate) fn written(&self) -> &[u8] {
        self.buffer.get(..self.position).unwrap_or_default()
    }

    /// What was written, for header protection and the like.
    #[inline]
    pub(crate) fn written_mut(&mut self) -> &mut [u8] {
        self.buffer.get_mut(..self.position).unwrap_or_default()
    }

    /// The buffer after the position, to be filled in place and then taken in with `advance`.
    #[inline]
    pub(crate) fn rest_mut(&mut self) -> &mut [u8] {
        self.buffer.get_mut(self.position..).unwrap_or_default()
    }

    /// Takes in `len` bytes that were written through `rest_mut`.
    #[inline]
    pub(crate) fn advance(&mut self, len: usize) -> Result<(), NoSpace> {
        if len > self.remaining() {
            return Err(NoSpace.cold());
        }
        self.position = self.position.wrapping_add(len);
        Ok(())
    }

    /// Forgets everything written after `position`.
    #[inline]
    pub(crate) fn roll_back(&mut self, position: usize) {
        self.position = self.position.min(position);
    }

    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), NoSpace> {
        let end = self.position.wrapping_add(bytes.len());
        self.buffer.get_mut(self.position..end).ok_or_else(|| NoSpace.cold())?.copy_from_slice(bytes);
        self.position = end;
        Ok(())
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self, bytes: [u8; N]) -> Result<(), NoSpace> {
        let end = self.position.wrapping_add(N);
        self.buffer.get_mut(self.position..end).ok_or_else(|| NoSpace.cold())?.copy_from_slice(&bytes);
        self.position = end;
        Ok(())
    }

    #[inline]
    pub(crate) fn u8(&mut self, value: u8) -> Result<(), NoSpace> {
        self.array([value])
    }

    #[inline]
    pub(crate) fn u16(&mut self, value: u16) -> Result<(), NoSpace> {
        self.array(value.to_be_bytes())
    }

    #[inline]
    pub(crate) fn u32(&mut self, value: u32) -> Result<(), NoSpace> {
        self.array(value.to_be_bytes())
    }

    #[inline]
    pub(crate) fn u64(&mut self, value: u64) -> Result<(), NoSpace> {
        self.array(value.to_be_bytes())
    }

    /// Writes a variable-length integer (RFC 9000 §16) in its shortest form.
    #[inline(always)]
    pub(crate) fn varint(&mut self, value: u64) -> Result<(), NoSpace> {
        if value < 1 << 6 {
            self.u8(value as u8)
        } else if value < 1 << 14 {
            self.u16(value as u16 | 0x4000)
        } else if value < 1 << 30 {
            self.u32(value as u32 | 0x8000_0000)
        } else if value <= varint::MAX {
            self.u64(value | 0xc000_0000_0000_0000)
        } else {
            Err(NoSpace.cold())
        }
    }

    /// Writes a variable-length integer in 2 or 4 bytes, so that a length can be corrected in place later.
    #[inline]
    pub(crate) fn varint_with_len(&mut self, value: u64, len: usize) -> Result<(), NoSpace> {
        match len {
            2 if value < 1 << 14 => self.u16(value as u16 | 0x4000),
            4 if value < 1 << 30 => self.u32(value as u32 | 0x8000_0000),
            _ => Err(NoSpace.cold()),
        }
    }

    /// Overwrites the two-byte variable-length integer that was written at `position`.
    #[inline]
    pub(crate) fn patch_varint2(&mut self, position: usize, value: u64) -> Result<(), NoSpace> {
        if value >= 1 << 14 {
            return Err(NoSpace.cold());
        }
        let field = self.written_mut().get_mut(position..).and_then(<[u8]>::first_chunk_mut::<2>);
        *field.ok_or_else(|| NoSpace.cold())? = (value as u16 | 0x4000).to_be_bytes();
        Ok(())
    }

    /// Overwrites the byte that was written at `position`.
    #[inline]
    pub(crate) fn patch_u8(&mut self, position: usize, value: u8) -> Result<(), NoSpace> {
        *self.written_mut().get_mut(position).ok_or_else(|| NoSpace.cold())? = value;
        Ok(())
    }

    /// Writes `len` zero bytes: PADDING frames (RFC 9000 §19.1).
    #[inline]
    pub(crate) fn zeros(&mut self, len: usize) -> Result<(), NoSpace> {
        self.rest_mut().get_mut(..len).ok_or_else(|| NoSpace.cold())?.fill(0);
        self.position = self.position.wrapping_add(len);
        Ok(())
    }

    /// Forgets what was written since `begin` if it failed half-way: as `all_or_nothing`, where a closure would cost a call.
    #[inline]
    pub(crate) fn keep_if_ok<T>(&mut self, begin: usize, written: Result<T, NoSpace>) -> Result<T, NoSpace> {
        if written.is_err() {
            self.roll_back(begin);
        }
        written
    }

    /// Runs `write` and, if it fails half-way, forgets what it wrote.
    #[inline]
    pub(crate) fn all_or_nothing<T>(
        &mut self,
        write: impl FnOnce(&mut Writer<'_>) -> Result<T, NoSpace>,
    ) -> Result<T, NoSpace> {
        // A writer of its own, so that the compiler can keep the position in a register until all is written.
        let mut attempt = Writer { buffer: &mut *self.buffer, position: self.position };
        let result = write(&mut attempt)?;
        self.position = attempt.position;
        Ok(result)
    }
}

/// Enough for four variable-length integers: each is written as eight bytes, of which it keeps as many as it needs.
pub(crate) const AMPLE_ROOM: usize = 40;

/// Writes up to four variable-length integers, as most frames begin with, into room that is enough whatever they are: nothing
/// but the values is checked.
pub(crate) struct AmpleWriter<'a> {
    room: &'a mut [u8; AMPLE_ROOM],
    position: usize,
}

impl<'a> AmpleWriter<'a> {
    /// The last place where eight bytes can begin; a mask, so that the compiler sees that there is no end to run over.
    const LAST: usize = 31;

    #[inline(always)]
    pub(crate) const fn new(room: &'a mut [u8; AMPLE_ROOM]) -> Self {
        Self { room, position: 0 }
    }

    /// How many bytes were written.
    #[inline(always)]
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// As [`Writer::varint`].
    #[inline(always)]
    pub(crate) fn varint(&mut self, value: u64) -> Result<(), NoSpace> {
        let (encoded, len) = if value < 1 << 6 {
            (value << 56, 1)
        } else if value < 1 << 14 {
            ((value | 0x4000) << 48, 2)
        } else if value < 1 << 30 {
            ((value | 0x8000_0000) << 32, 4)
        } else if value <= varint::MAX {
            (value | 0xc000_0000_0000_0000, 8)
        } else {
            return Err(NoSpace.cold());
        };
        let start = self.position & Self::LAST;
        let place = self.room.get_mut(start..start.wrapping_add(8)).ok_or_else(|| NoSpace.cold())?;
        place.copy_from_slice(&encoded.to_be_bytes());
        self.position = start.wrapping_add(len);
        Ok(())
    }
}
