//! Credit on both sides of a limit.

use proptest::prelude::*;

use super::super::flow_control::{MAX_OFFSET, ReceiveCredit, SendCredit};
use crate::error::Error;
use crate::units::{Duration, Timestamp};

const RTT: Duration = Duration::from_millis(20);

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::ZERO + Duration::from_millis(milliseconds)
}

#[test]
fn send_limits_only_rise() {
    let mut credit = SendCredit::new(10);
    credit.consume(4);
    assert_eq!((credit.left(), credit.used()), (6, 4));
    assert!(!credit.raise(10) && !credit.raise(3));
    assert!(credit.raise(11));
    assert_eq!(credit.left(), 7);
    assert!(credit.raise(u64::MAX));
    assert_eq!(credit.limit(), MAX_OFFSET);
}

#[test]
fn being_blocked_is_news_once_per_limit() {
    let mut credit = SendCredit::new(10);
    assert!(!credit.note_blocked());
    credit.consume(10);
    assert!(credit.note_blocked());
    assert!(!credit.note_blocked());
    assert!(credit.is_blocked_at(10));
    credit.raise(20);
    assert!(!credit.is_blocked_at(10));
    assert!(!credit.note_blocked());
    credit.consume(10);
    assert!(credit.note_blocked());
}

#[test]
fn a_limit_is_announced_past_a_quarter_of_the_window() {
    let mut credit = ReceiveCredit::new(10_000);
    credit.receive(10_000);
    credit.give_back(2500);
    assert!(!credit.is_update_due());
    credit.give_back(1);
    assert!(credit.is_update_due());
    let update = credit.next_update(at(5), RTT, 0);
    assert_eq!(update.limit, 12_501);
    credit.announce(update, at(5));
    assert!(!credit.is_update_due());
    assert!(credit.is_latest(12_501) && !credit.is_latest(10_000));
    assert_eq!(credit.check(2501), Ok(()));
    assert_eq!(credit.check(2502), Err(Error::FlowControl));
}

#[test]
fn a_window_of_zero_announces_every_byte() {
    let mut credit = ReceiveCredit::new(0);
    assert!(!credit.is_update_due());
    credit.give_back(1);
    assert!(credit.is_update_due());
    assert_eq!(credit.next_update(at(0), RTT, 0).limit, 1);
}

#[test]
fn credit_saturates() {
    let mut credit = ReceiveCredit::new(u64::MAX);
    assert_eq!(credit.announced(), MAX_OFFSET);
    credit.give_back(u64::MAX);
    assert_eq!(credit.granted(), MAX_OFFSET);
    assert!(!credit.is_update_due());
    assert_eq!(credit.check(MAX_OFFSET), Ok(()));
    assert_eq!(credit.check(u64::MAX), Err(Error::FlowControl));
}

/// Consumes `len` bytes a time, one time in `interval`, and returns the window after the tenth.
fn window_after(interval: u64, len: u64, max_window: u64) -> u64 {
    let mut credit = ReceiveCredit::new(1000);
    for turn in 0..10 {
        credit.receive(len);
        credit.give_back(len);
        if credit.is_update_due() {
            let now = at(turn * interval);
            let update = credit.next_update(now, RTT, max_window);
            credit.announce(update, now);
        }
    }
    credit.window()
}

#[test]
fn windows_grow_while_the_application_keeps_pace() {
    assert_eq!(window_after(5, 500, 0), 1000, "no auto-tuning");
    assert_eq!(window_after(5, 500, 1 << 20), 8000, "at 100 bytes a millisecond: what 4 round trips fill");
    assert_eq!(window_after(5, 500, 3000), 3000);
    assert_eq!(window_after(100, 500, 1 << 20), 1000, "a slow reader");
    assert_eq!(window_after(5, 500, 700), 1000, "never shrinks");
}

#[test]
fn a_grown_window_adds_to_the_limit() {
    let mut credit = ReceiveCredit::new(1000);
    credit.receive(1000);
    credit.give_back(500);
    let first = credit.next_update(at(0), RTT, 1 << 20);
    credit.announce(first, at(0));
    assert_eq!(first.limit, 1500);
    credit.give_back(500);
    let second = credit.next_update(at(1), RTT, 1 << 20);
    assert_eq!(second.limit, 3000, "2000 consumed plus a window grown by 1000");
    credit.announce(second, at(1));
    assert_eq!(credit.granted(), 3000);
}

proptest! {
    #[test]
    fn the_peer_never_gets_more_than_window_beyond_what_was_consumed(
        window in 0..1u64 << 20,
        max_window in 0..1u64 << 22,
        turns in prop::collection::vec((0u64..1 << 16, 0u64..40), 0..60),
    ) {
        let mut credit = ReceiveCredit::new(window);
        let (mut consumed, mut now) = (0, 0);
        for (len, wait) in turns {
            now += wait;
            let len = len.min(credit.announced() - credit.received());
            prop_assert_eq!(credit.check(len), Ok(()));
            credit.receive(len);
            credit.give_back(len);
            consumed += len;
            if credit.is_update_due() {
                let before = credit.announced();
                let update = credit.next_update(at(now), RTT, max_window);
                credit.announce(update, at(now));
                prop_assert!(credit.announced() > before);
            }
            prop_assert!(credit.announced() <= consumed + credit.window());
            prop_assert!(credit.window() <= window.max(max_window));
            prop_assert!(4 * (consumed + credit.window() - credit.announced()) <= credit.window());
        }
    }
}
