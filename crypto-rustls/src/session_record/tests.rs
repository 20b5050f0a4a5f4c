//! Records made, read back, damaged, and judged under other terms.

use super::*;

const TIMES: Times = Times { session: 1000, full_handshake: 900 };

fn terms() -> Terms {
    Terms { version: 1, policy: [2; 32], context: [3; 32], limits: Limits([10, 20, 30, 40, 50, 60, 70, 80]) }
}

fn record() -> Record {
    Record::decode(&Record::encode(&terms(), TIMES, b"session")).unwrap()
}

#[test]
fn comes_back_as_it_was() {
    let record = record();
    assert_eq!(record.terms, terms());
    assert_eq!(record.times, TIMES);
    assert_eq!(record.resumable(&terms(), 1000, 1), Some(&b"session"[..]));
}

#[test]
fn anything_shorter_or_of_another_format_is_none() {
    let bytes = Record::encode(&terms(), TIMES, b"");
    for len in 0..bytes.len() {
        assert!(Record::decode(&bytes[..len]).is_none());
    }
    let mut other = bytes.to_vec();
    other[0] = 1;
    assert!(Record::decode(&other).is_none());
}

#[test]
fn lives_for_its_lifetime() {
    let record = record();
    for (now, lives) in [(1000, true), (1099, true), (1100, false), (940, true), (939, false)] {
        assert_eq!(record.resumable(&terms(), now, 100).is_some(), lives, "{now}");
    }
}

#[test]
fn goes_back_a_week_at_most() {
    let times = Times { session: 900 + MAX_AGE - 50, full_handshake: 900 };
    let record = Record::decode(&Record::encode(&terms(), times, b"session")).unwrap();
    assert_eq!(record.full_handshake(), 900);
    for (now, lives) in [(times.session, true), (900 + MAX_AGE - 1, true), (900 + MAX_AGE, false)] {
        assert_eq!(record.resumable(&terms(), now, 100).is_some(), lives, "{now}");
    }
}

#[test]
fn another_version_or_policy_is_another_session() {
    assert!(record().resumable(&Terms { version: 2, ..terms() }, 1000, 100).is_none());
    assert!(record().resumable(&Terms { policy: [9; 32], ..terms() }, 1000, 100).is_none());
    // The others matter for early data only.
    assert!(record().resumable(&Terms { context: [9; 32], ..terms() }, 1000, 100).is_some());
}

#[test]
fn early_data_need_every_limit() {
    assert!(record().allows_early_data(&terms()));
    assert!(!record().allows_early_data(&Terms { context: [9; 32], ..terms() }));
    for index in 0..LIMITS {
        let mut today = terms();
        today.limits.0[index] += 1;
        assert!(record().allows_early_data(&today));
        today.limits.0[index] -= 2;
        assert!(!record().allows_early_data(&today));
    }
}
