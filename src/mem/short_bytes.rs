//! Bytes that are few nearly always: then they stand in their owner.
//!
//! Owns: the bytes, or the block that holds more of them. Must not know: what they are.

use core::ops::Deref;

use super::{Bytes, Mem, NoMem};

/// How many bytes stand in their owner.
const IN_PLACE: usize = 28;

/// A string of bytes that does not change.
pub(crate) enum ShortBytes {
    InPlace { bytes: [u8; IN_PLACE], len: u8 },
    Block(Bytes),
}

impl ShortBytes {
    pub(crate) const EMPTY: Self = Self::InPlace { bytes: [0; IN_PLACE], len: 0 };

    pub(crate) fn try_new(mem: Mem, given: &[u8]) -> Result<Self, NoMem> {
        let mut bytes = [0; IN_PLACE];
        if let Some(place) = bytes.get_mut(..given.len()) {
            place.copy_from_slice(given);
            return Ok(Self::InPlace { bytes, len: given.len() as u8 });
        }
        let mut block = Bytes::new(mem);
        block.try_reserve_exact(given.len())?;
        block.extend_reserved(given);
        Ok(Self::Block(block))
    }
}

impl Deref for ShortBytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::InPlace { bytes, len } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Block(block) => block,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::TestHeap;
    use super::*;

    #[test]
    fn only_long_ones_take_memory() {
        let heap = TestHeap::new();
        let given: [u8; 2 * IN_PLACE] = core::array::from_fn(|index| index as u8);
        for len in 0..=given.len() {
            let bytes = ShortBytes::try_new(heap.mem(), &given[..len]).unwrap();
            assert_eq!((&bytes[..], heap.live()), (&given[..len], usize::from(len > IN_PLACE)));
        }
        heap.fail_all(true);
        assert!(ShortBytes::try_new(heap.mem(), &given).is_err());
        assert!(ShortBytes::try_new(heap.mem(), &given[..IN_PLACE]).is_ok());
        assert_eq!((ShortBytes::EMPTY.len(), heap.live()), (0, 0));
    }
}
