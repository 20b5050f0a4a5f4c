//! Sizes told beforehand are the sizes written.

use proptest::prelude::*;

use crate::frame::write;
use crate::units::StreamId;
use crate::wire::{Writer, varint};

/// Sizes around the places where a length takes another byte, and any others.
fn room() -> impl Strategy<Value = usize> {
    prop_oneof![0..200_usize, 16_300..16_500_usize, 0..70_000_usize]
}

fn integer() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0..64_u64, 0..1_u64 << 14, 0..1_u64 << 30, 0..=varint::MAX]
}

proptest! {
    #[test]
    fn stream_data_fills_the_room(room in room(), id in integer(), offset in integer()) {
        let id = StreamId(id);
        let len = write::max_stream_data_len(room, id, offset);
        let total = |len| write::stream_header_len(id, offset, Some(len)) + len;
        if total(0) <= room {
            prop_assert!(total(len) <= room);
        }
        prop_assert!(total(len + 1) > room);

        let mut buffer = [0; 40];
        let mut writer = Writer::new(&mut buffer);
        write::stream_header(&mut writer, id, offset, Some(len), false).unwrap();
        prop_assert_eq!(writer.position(), write::stream_header_len(id, offset, Some(len)));
        let mut writer = Writer::new(&mut buffer);
        write::stream_header(&mut writer, id, offset, None, true).unwrap();
        prop_assert_eq!(writer.position(), write::stream_header_len(id, offset, None));
    }

    #[test]
    fn crypto_data_fills_the_room(room in room(), offset in integer()) {
        let len = write::max_crypto_data_len(room, offset);
        let header_len = |len| 1 + varint::len(offset) + varint::len(len as u64);
        let total = |len| header_len(len) + len;
        if total(0) <= room {
            prop_assert!(total(len) <= room);
        }
        prop_assert!(total(len + 1) > room);

        let mut buffer = [0; 40];
        let mut writer = Writer::new(&mut buffer);
        write::crypto_header(&mut writer, offset, len).unwrap();
        prop_assert_eq!(writer.position(), header_len(len));
    }

    #[test]
    fn headers_of_datagrams(len in 1..70_000_usize) {
        let mut buffer = [0; 10];
        let mut writer = Writer::new(&mut buffer);
        write::datagram_header(&mut writer, Some(len)).unwrap();
        prop_assert_eq!(writer.position(), write::datagram_header_len(Some(len)));
        let mut writer = Writer::new(&mut buffer);
        write::datagram_header(&mut writer, None).unwrap();
        prop_assert_eq!(writer.position(), write::datagram_header_len(None));
    }
}
