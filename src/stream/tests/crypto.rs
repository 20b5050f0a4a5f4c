//! `CryptoStream`: both directions, its bounds, and a lossy exchange.

extern crate std;

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::crypto::{
    CryptoArrival, CryptoData, CryptoStream, MAX_HANDSHAKE_BYTES, MAX_POST_HANDSHAKE_BYTES, MAX_REORDERED,
};
use super::data;
use crate::error::Error;
use crate::mem::testing::TestHeap;
use crate::units::Space;

fn stream(heap: &TestHeap, space: Space) -> CryptoStream {
    CryptoStream::new(heap.mem(), space)
}

fn receive(stream: &mut CryptoStream, offset: u64, data: &[u8]) -> Vec<u8> {
    let mut delivered = vec![];
    if let CryptoArrival::InOrder { skip } = stream.receive(offset, data).unwrap() {
        delivered.extend_from_slice(&data[skip..]);
        while let Some(block) = stream.next_buffered().unwrap() {
            delivered.extend_from_slice(&block);
        }
    }
    delivered
}

#[test]
fn sends_in_pieces_and_lost_ones_first() {
    let heap = TestHeap::new();
    let mut stream = stream(&heap, Space::Initial);
    assert_eq!(stream.next_piece(100), None);
    stream.try_push(data(0, 100)).unwrap();
    let first = CryptoData { offset: 0, len: 60 };
    assert_eq!(stream.next_piece(60), Some(first));
    stream.on_sent(first).unwrap();
    assert_eq!(stream.pending_len(), 40);
    stream.on_lost(0, 60).unwrap();
    assert_eq!(stream.pending_len(), 100);
    assert_eq!(stream.next_piece(100), Some(first));
    stream.on_sent(first).unwrap();
    stream.on_sent(CryptoData { offset: 60, len: 40 }).unwrap();
    assert!(!stream.has_pending());
    let mut copy = [0; 40];
    assert!(stream.copy_data(60, &mut copy));
    assert_eq!(copy, data(60, 40));
    stream.on_acked(60, 40).unwrap();
    assert!(stream.copy_data(60, &mut copy), "the front is still missing");
    stream.on_acked(0, 60).unwrap();
    assert!(stream.is_acked() && !stream.copy_data(60, &mut copy));
    assert_eq!(heap.live(), 0);
    stream.try_push(data(100, 10)).unwrap();
    assert_eq!(stream.next_piece(100), Some(CryptoData { offset: 100, len: 10 }));
}

#[test]
fn everything_is_sent_again_on_request() {
    let heap = TestHeap::new();
    let mut stream = stream(&heap, Space::Initial);
    stream.try_push(data(0, 300)).unwrap();
    stream.on_sent(CryptoData { offset: 0, len: 200 }).unwrap();
    stream.resend_all().unwrap();
    assert_eq!(stream.next_piece(1000), Some(CryptoData { offset: 0, len: 200 }));
}

#[test]
fn what_is_out_of_bounds_is_refused() {
    let heap = TestHeap::new();
    for (space, most) in [
        (Space::Initial, MAX_HANDSHAKE_BYTES),
        (Space::Handshake, MAX_HANDSHAKE_BYTES),
        (Space::Application, MAX_POST_HANDSHAKE_BYTES),
    ] {
        let mut stream = stream(&heap, space);
        assert_eq!(stream.receive(MAX_REORDERED, &[0]), Err(Error::CryptoBufferExceeded));
        assert_eq!(stream.receive(u64::MAX, &[0]), Err(Error::CryptoBufferExceeded));
        assert_eq!(stream.receive(MAX_REORDERED - 1, &[0]), Ok(CryptoArrival::OutOfOrder));
        for at in (0..most).step_by(1024) {
            receive(&mut stream, at, data(0, 1024));
        }
        assert_eq!(stream.delivered(), most);
        assert_eq!(stream.receive(most, &[0]), Err(Error::CryptoBufferExceeded));
        assert_eq!(stream.receive(most - 1, &[0]), Ok(CryptoArrival::Duplicate));
    }
}

#[test]
fn one_byte_a_frame_backwards_is_bounded() {
    let heap = TestHeap::new();
    let mut stream = stream(&heap, Space::Initial);
    for offset in (1..20_000).rev() {
        assert_eq!(stream.receive(offset, data(offset, 1)), Ok(CryptoArrival::OutOfOrder));
    }
    assert!(stream.has_gap());
    assert!(heap.account().bytes.get() < 28_000, "{}", heap.account().bytes.get());
    assert_eq!(receive(&mut stream, 0, data(0, 1)), data(0, 20_000));
    assert!(!stream.has_gap());
}

proptest! {
    #[test]
    fn a_lossy_exchange_completes(
        pushes in prop::collection::vec(0..4000u64, 1..6),
        fates in prop::collection::vec((1..1200u64, any::<u8>()), 1..60),
    ) {
        let heap = TestHeap::new();
        let mut sender = stream(&heap, Space::Handshake);
        let mut receiver = stream(&heap, Space::Handshake);
        let mut late: Vec<CryptoData> = vec![];
        let mut delivered: Vec<u8> = vec![];
        let mut total = 0;
        let mut pushes = pushes.into_iter();
        let mut fates = fates.into_iter();
        loop {
            if let Some(len) = pushes.next() {
                sender.try_push(data(total, len)).unwrap();
                total += len;
            }
            let (max, fate) = fates.next().unwrap_or((1200, 1));
            let Some(piece) = sender.next_piece(max) else {
                match late.pop() {
                    Some(piece) => {
                        sender.on_lost(piece.offset, piece.len).unwrap();
                        continue;
                    }
                    None if pushes.len() == 0 => break,
                    None => continue,
                }
            };
            let mut copy = vec![0; piece.len as usize];
            prop_assert!(sender.copy_data(piece.offset, &mut copy));
            sender.on_sent(piece).unwrap();
            match fate % 4 {
                // Lost.
                0 => late.push(piece),
                // Received, and the acknowledgement is lost.
                2 => {
                    delivered.extend(receive(&mut receiver, piece.offset, &copy));
                    late.push(piece);
                }
                _ => {
                    delivered.extend(receive(&mut receiver, piece.offset, &copy));
                    sender.on_acked(piece.offset, piece.len).unwrap();
                }
            }
        }
        prop_assert_eq!(&delivered[..], data(0, total));
        prop_assert!(sender.is_acked());
    }
}
