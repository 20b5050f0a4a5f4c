//! The state machines against figures 2 and 3 of RFC 9000 §3.

use super::super::receive::Receiving;
use super::super::send::Sending;

#[test]
fn sending_follows_figure_2() {
    let expected = [
        ("Ready", "send", "Send"),
        ("Send", "send", "Send"),
        ("Ready", "finish", "DataSent"),
        ("Send", "finish", "DataSent"),
        ("Ready", "reset", "ResetSent"),
        ("Send", "reset", "ResetSent"),
        ("DataSent", "reset", "ResetSent"),
        ("DataSent", "data_acked", "DataReceived"),
        ("ResetSent", "reset_acked", "ResetReceived"),
    ];
    assert_eq!(Sending::TRANSITIONS, expected);
}

#[test]
fn receiving_follows_figure_3() {
    let expected = [
        ("Receive", "fin", "SizeKnown"),
        ("SizeKnown", "data_complete", "DataReceived"),
        ("DataReceived", "data_read", "DataRead"),
        ("Receive", "reset", "ResetReceived"),
        ("SizeKnown", "reset", "ResetReceived"),
        ("ResetReceived", "reset_read", "ResetRead"),
    ];
    assert_eq!(Receiving::TRANSITIONS, expected);
}
