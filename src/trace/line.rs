//! Text into a buffer of the caller, cut when it is full.
//!
//! Owns: the write position. Must not know: what is written.

use core::fmt;

/// Writes one line. A line that does not fit is cut; the last byte of the buffer is kept for the NUL behind it.
#[derive(Debug)]
pub(crate) struct LineWriter<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> LineWriter<'a> {
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Ends the line with a NUL and returns its length without that.
    pub(crate) fn finish(self) -> usize {
        if let Some(end) = self.buffer.get_mut(self.len) {
            *end = 0;
        }
        self.len
    }
}

impl fmt::Write for LineWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.buffer.len().saturating_sub(1).saturating_sub(self.len);
        let fits = text.len().min(room);
        if let (Some(place), Some(part)) =
            (self.buffer.get_mut(self.len..self.len + fits), text.as_bytes().get(..fits))
        {
            place.copy_from_slice(part);
            self.len += fits;
        }
        if fits == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Bytes as lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.0.iter().try_for_each(|&byte| {
            let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            f.write_str(core::str::from_utf8(&digits).unwrap_or_default())
        })
    }
}

/// Bytes of the peer as text: what cannot be printed becomes a dot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printable<'a>(pub(super) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.iter().try_for_each(|&byte| {
            f.write_char(if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::fmt::Write;

    #[test]
    fn a_long_line_is_cut() {
        let mut buffer = [0xff; 8];
        let mut line = LineWriter::new(&mut buffer);
        assert!(line.write_str("abc").is_ok());
        assert!(write!(line, "{}", 12345).is_err());
        assert!(line.write_str("x").is_err());
        assert_eq!(line.finish(), 7);
        assert_eq!(&buffer, b"abc1234\0");
        assert_eq!(LineWriter::new(&mut []).finish(), 0);
        assert!(LineWriter::new(&mut []).write_str("x").is_err());
    }

    #[test]
    fn bytes_as_text() {
        let mut buffer = [0; 64];
        let mut line = LineWriter::new(&mut buffer);
        write!(line, "{} {}", Hex(&[0, 0xab, 0x7f]), Printable(b"a \0\x7f\xffz")).unwrap();
        let len = line.finish();
        assert_eq!(&buffer[..len], b"00ab7f a ...z");
    }
}
