//! The bytes of an input as numbers and frames of the kind that rules are about.
//!
//! Owns: the reading of an input from its front. Must not know: what a frame does.

use crate::forge::varint;

/// An input, of which bytes are taken from the front; zeros when there are none left.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(super) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A number of the kind that rules are about.
    pub(super) fn number(&mut self) -> u64 {
        let byte = self.byte();
        match byte >> 5 {
            0 => u64::from(byte & 31),
            1 => u64::from(byte & 31) << 8 | u64::from(self.byte()),
            2 => 1 << (byte & 31),
            3 => (1 << (byte & 31)) - 1,
            4 => (1 << 62) - 1 - u64::from(byte & 31),
            5 => (1 << 60) + u64::from(byte & 31) - 2,
            6 => 1 << (31 + (byte & 31).min(30)),
            _ => 5_000 + u64::from(byte & 31),
        }
    }

    /// A frame that may well be valid, or several.
    pub(super) fn frame(&mut self) -> Vec<u8> {
        let kind = u64::from(self.byte() % 0x34);
        let fields = match kind {
            0x00 | 0x01 | 0x1e | 0x20..=0x2f => 0,
            0x05 | 0x11 | 0x15 => 2,
            0x04 => 3,
            0x10 | 0x12..=0x14 | 0x16 | 0x17 | 0x19 => 1,
            0x02 | 0x03 => return self.ack(kind),
            0x06 => return self.with_data(&[kind, self.0.len() as u64 & 1], true),
            0x07 => return self.with_data(&[kind], false),
            0x08..=0x0f => return self.stream(kind),
            0x18 => return self.new_connection_id(),
            0x1a | 0x1b => return [varint(kind), self.padded(8)].concat(),
            0x1c => return self.with_data(&[kind, 10, 0], false),
            0x1d => return self.with_data(&[kind, 10], false),
            0x30 => return [varint(kind), self.take(20).to_vec()].concat(),
            0x31 => return self.with_data(&[kind], false),
            _ => 1,
        };
        let numbers: Vec<u8> = (0..fields).flat_map(|_| varint(self.number())).collect();
        [varint(kind), numbers].concat()
    }

    fn padded(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = self.take(len).to_vec();
        bytes.resize(len, 0x5b);
        bytes
    }

    /// Fields, perhaps an offset, and bytes with their length.
    fn with_data(&mut self, fields: &[u64], at_offset: bool) -> Vec<u8> {
        let mut frame: Vec<u8> = fields[..1].iter().flat_map(|&field| varint(field)).collect();
        if at_offset {
            frame.extend(varint(self.number()));
        } else {
            frame.extend(fields[1..].iter().flat_map(|&field| varint(field)));
        }
        let len = usize::from(self.byte() % 64);
        frame.extend(varint(len as u64));
        frame.extend(self.padded(len));
        frame
    }

    fn stream(&mut self, kind: u64) -> Vec<u8> {
        let mut frame = [varint(kind), varint(self.number())].concat();
        if kind & 4 != 0 {
            frame.extend(varint(self.number()));
        }
        let len = usize::from(self.byte() % 64);
        if kind & 2 != 0 {
            frame.extend(varint(len as u64));
        }
        frame.extend(self.padded(len));
        frame
    }

    fn ack(&mut self, kind: u64) -> Vec<u8> {
        let (largest, ranges) = (self.number(), u64::from(self.byte() % 16));
        let mut frame = [varint(kind), varint(largest), varint(self.number()), varint(ranges)].concat();
        frame.extend(varint(self.number()));
        for _ in 0..2 * ranges {
            frame.extend(varint(u64::from(self.byte() % 8)));
        }
        for _ in 0..if kind == 3 { 3 } else { 0 } {
            frame.extend(varint(self.number()));
        }
        frame
    }

    fn new_connection_id(&mut self) -> Vec<u8> {
        let mut frame = [varint(0x18), varint(self.number()), varint(self.number())].concat();
        let len = self.byte() % 22;
        frame.push(len);
        frame.extend(self.padded(usize::from(len)));
        frame.extend(self.padded(16));
        frame
    }
}
