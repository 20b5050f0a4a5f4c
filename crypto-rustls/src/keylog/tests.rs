//! Routing of secrets, and the lines of the key log.

use rustls::KeyLog as _;

use super::*;

const RANDOM: [u8; 32] = [0xab; 32];

#[test]
fn secrets_go_to_the_innermost_call() {
    let ((), outer) = capture(|| {
        SecretRouter.log("CLIENT_TRAFFIC_SECRET_0", &RANDOM, b"outer");
        let ((), mut inner) = capture(|| SecretRouter.log("SERVER_TRAFFIC_SECRET_0", &RANDOM, b"inner"));
        assert_eq!(inner.take(Label::ServerTraffic0).unwrap().as_bytes(), b"inner");
        assert!(inner.take(Label::ServerTraffic0).is_none());
        assert!(inner.take(Label::ClientTraffic0).is_none());
    });
    let mut outer = outer;
    assert!(outer.take(Label::ServerTraffic0).is_none());
    assert_eq!(outer.take(Label::ClientTraffic0).unwrap().as_bytes(), b"outer");
}

#[test]
fn secrets_outside_of_a_call_are_dropped() {
    SecretRouter.log("CLIENT_TRAFFIC_SECRET_0", &RANDOM, b"secret");
    let ((), mut secrets) = capture(|| ());
    assert!(secrets.take(Label::ClientTraffic0).is_none());
}

#[test]
fn a_panic_leaves_the_stack_as_it_was() {
    let caught = std::panic::catch_unwind(|| capture(|| std::panic::resume_unwind(Box::new(()))));
    assert!(caught.is_err());
    SLOTS.with_borrow(|slots| assert!(slots.is_empty()));
}

#[test]
fn lines_have_the_format_of_nss() {
    let ((), secrets) = capture(|| {
        SecretRouter.log("EXPORTER_SECRET", &RANDOM, &[1, 0x2f]);
        SecretRouter.log("CLIENT_HANDSHAKE_TRAFFIC_SECRET", &RANDOM, &[0; 48]);
        SecretRouter.log("SOMETHING_ELSE", &RANDOM, &[3]);
        // Longer than any hash: not a secret of TLS 1.3.
        SecretRouter.log("SERVER_TRAFFIC_SECRET_0", &RANDOM, &[3; 49]);
    });
    let lines: Vec<String> = secrets.lines().iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    let random = "ab".repeat(32);
    assert_eq!(
        lines,
        [
            format!("CLIENT_HANDSHAKE_TRAFFIC_SECRET {random} {}", "00".repeat(48)),
            format!("EXPORTER_SECRET {random} 012f"),
        ]
    );
}

#[test]
fn later_secrets_are_added() {
    let ((), mut secrets) = capture(|| SecretRouter.log("CLIENT_TRAFFIC_SECRET_0", &RANDOM, b"first"));
    let ((), later) = capture(|| SecretRouter.log("SERVER_TRAFFIC_SECRET_0", &RANDOM, b"second"));
    secrets.merge(later);
    assert_eq!(secrets.take(Label::ClientTraffic0).unwrap().as_bytes(), b"first");
    assert_eq!(secrets.take(Label::ServerTraffic0).unwrap().as_bytes(), b"second");
}

#[test]
fn secrets_of_exporters_are_not_kept() {
    let mut secrets = Secrets::default();
    let ((), later) = capture(|| {
        SecretRouter.log("EARLY_EXPORTER_MASTER_SECRET", &RANDOM, b"early");
        SecretRouter.log("EXPORTER_SECRET", &RANDOM, b"exporter");
        SecretRouter.log("CLIENT_TRAFFIC_SECRET_0", &RANDOM, b"traffic");
    });
    assert_eq!(later.lines().len(), 3);
    secrets.merge(later);
    assert!(secrets.take(Label::ClientTraffic0).is_some());
    assert!(secrets.is_empty());
}
