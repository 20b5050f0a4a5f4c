//! A cursor over received bytes.
//!
//! Owns: the position. Must not know: frames, packets. Every failed read leaves the position where it was.

use super::varint;

/// The bytes end before the value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncated;

impl Truncated {
    /// As `Error::cold`.
    #[cold]
    #[inline(never)]
    fn cold(self) -> Self {
        core::hint::black_box(self)
    }
}

/// Reads values off the front of a byte string.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, total: bytes.len() }
    }

    /// How many bytes were read.
    #[inline]
    pub(crate) const fn position(&self) -> usize {
        self.total.wrapping_sub(self.rest.len())
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes that are left, without reading them.
    #[inline]
    pub(crate) const fn peek_rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads everything that is left.
    #[inline]
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    #[inline]
    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Truncated> {
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or_else(|| Truncated.cold())?;
        self.rest = rest;
        Ok(bytes)
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Truncated> {
        let (array, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| Truncated.cold())?;
        self.rest = rest;
        Ok(array)
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, Truncated> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(|| Truncated.cold())?;
        self.rest = rest;
        Ok(byte)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Result<u16, Truncated> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Result<u32, Truncated> {
        self.array().map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// Reads a variable-length integer (RFC 9000 §16) in whatever length it was encoded.
    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Result<u64, Truncated> {
        let (&first, rest) = self.rest.split_first().ok_or_else(|| Truncated.cold())?;
        if first < 0x40 {
            self.rest = rest;
            return Ok(u64::from(first));
        }
        if first < 0x80
            && let Some((&second, rest)) = rest.split_first()
        {
            self.rest = rest;
            return Ok(u64::from(u16::from_be_bytes([first & 0x3f, second])));
        }
        self.long_varint(first)
    }

    /// One of more than two bytes, or cut short.
    #[inline]
    fn long_varint(&mut self, first: u8) -> Result<u64, Truncated> {
        // One load for every length: the surplus low bytes are shifted away.
        let Some(chunk) = self.rest.first_chunk::<8>() else {
            let (value, rest) = varint_near_end(self.rest, first)?;
            self.rest = rest;
            return Ok(value);
        };
        let len = varint::len_from_first(first);
        self.rest = self.rest.get(len..).ok_or_else(|| Truncated.cold())?;
        let surplus_bits = 64_u32.wrapping_sub(8 << (first >> 6));
        Ok((u64::from_be_bytes(*chunk) & varint::MAX).wrapping_shr(surplus_bits))
    }

    /// Reads a variable-length integer and as many bytes as it says.
    #[inline]
    pub(crate) fn varint_prefixed(&mut self) -> Result<&'a [u8], Truncated> {
        let before = self.rest;
        let read = match usize::try_from(self.varint()?) {
            Ok(len) => self.bytes(len),
            Err(_) => Err(Truncated.cold()),
        };
        if read.is_err() {
            self.rest = before;
        }
        read
    }

    /// Skips a run of zero bytes and says how long it was. Runs of padding fill whole datagrams, hence 64 at a time.
    #[inline]
    pub(crate) fn skip_zeros(&mut self) -> usize {
        let before = self.rest.len();
        self.rest = behind_zero_chunks(self.rest);
        while let Some((chunk, rest)) = self.rest.split_first_chunk::<8>() {
            let zeros = u64::from_be_bytes(*chunk).leading_zeros() >> 3;
            if zeros < 8 {
                self.rest = self.rest.get(zeros as usize..).unwrap_or_default();
                return before.wrapping_sub(self.rest.len());
            }
            self.rest = rest;
        }
        while let Some((0, rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        before.wrapping_sub(self.rest.len())
    }
}

/// What follows as many whole chunks of zeros as there are. A plain function of values, as the next one.
#[inline]
fn behind_zero_chunks(mut bytes: &[u8]) -> &[u8] {
    while let Some((chunk, rest)) = bytes.split_first_chunk::<64>() {
        let bits = chunk.as_chunks::<8>().0.iter().fold(0, |bits, word| bits | u64::from_ne_bytes(*word));
        if bits != 0 {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// A variable-length integer whose eight-byte window would reach past the end, and what follows it. A plain function
/// of values, so that a reader need not be in memory for its sake.
#[cold]
fn varint_near_end(bytes: &[u8], first: u8) -> Result<(u64, &[u8]), Truncated> {
    let mut reader = Reader::new(bytes);
    let value = match varint::len_from_first(first) {
        2 => u64::from(reader.u16()? & 0x3fff),
        4 => u64::from(reader.u32()? & 0x3fff_ffff),
        _ => return Err(Truncated.cold()),
    };
    Ok((value, reader.rest))
}

/// As many bytes as [`AmpleReader`] wants to see.
const AMPLE_BYTES: usize = 40;

/// Reads up to three variable-length integers, as most frames begin with, where more bytes follow than they can have: nothing
/// is checked.
pub(crate) struct AmpleReader<'a> {
    bytes: &'a [u8; AMPLE_BYTES],
    position: usize,
}

impl<'a> AmpleReader<'a> {
    /// The last place where eight bytes can begin; a mask, so that the compiler sees that there is no end to run over.
    const LAST: usize = 31;

    /// Reads ahead of a reader; `None` where its bytes are too few.
    #[inline(always)]
    pub(crate) fn new(reader: &Reader<'a>) -> Option<Self> {
        Some(Self { bytes: reader.rest.first_chunk()?, position: 0 })
    }

    /// How many bytes were read.
    #[inline(always)]
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// As [`Reader::varint`].
    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Result<u64, Truncated> {
        let start = self.position & Self::LAST;
        let place = self.bytes.get(start..start.wrapping_add(8)).and_then(<[u8]>::first_chunk::<8>);
        let &[first, second, ..] = place.ok_or_else(|| Truncated.cold())?;
        if first < 0x40 {
            self.position = start.wrapping_add(1);
            return Ok(u64::from(first));
        }
        if first < 0x80 {
            self.position = start.wrapping_add(2);
            return Ok(u64::from(u16::from_be_bytes([first & 0x3f, second])));
        }
        let len = varint::len_from_first(first);
        self.position = start.wrapping_add(len);
        let surplus_bits = 64_u32.wrapping_sub(8 << (first >> 6));
        let chunk = place.ok_or_else(|| Truncated.cold())?;
        Ok((u64::from_be_bytes(*chunk) & varint::MAX).wrapping_shr(surplus_bits))
    }
}
