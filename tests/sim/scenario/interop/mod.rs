//! The tests of the QUIC interop runner, by its names and with its parameters, and its two measurements. Each prints
//! its figures. What concerns HTTP/3 or real ciphers alone is tested where those are.

mod capture;
mod download;

use ngtcp2_abi::{
    NGTCP2_CC_ALGO_BBR, NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_RENO, NGTCP2_ECN_ECT_0,
    NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2,
};

use crate::address::{CLIENT, PREFERRED};
use crate::network::{BlackOut, Conditions, MILLISECOND, Rebinding, SECOND};
use crate::pair::{Pair, Scenario};
use capture::{Kind, amplification, bytes_of_client, contains};
use download::{KB, LINE, MB, Report, download, handshakes, scenario_of, watch};

/// The encryption level of the certificate.
const HANDSHAKE: usize = NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE.0 as usize;

/// The length of the names of most files.
const REQUEST: u64 = 20;

fn files(sizes: &[u64]) -> Scenario {
    scenario_of(LINE, sizes, REQUEST)
}

#[test]
fn handshake() {
    let (pair, report) = download("handshake", files(&[KB]));
    // Two round trips: the server's confirmation is the end.
    assert!(report.handshake < 80 * MILLISECOND);
    pair.finish();
}

#[test]
fn transfer() {
    let (pair, report) = download("transfer", files(&[2 * MB, 3 * MB, 5 * MB]));
    assert!(report.bits_per_second > 9e6);
    pair.finish();
}

#[test]
fn longrtt() {
    let line = Conditions { delay: 750 * MILLISECOND, ..LINE };
    let (pair, report) = download("longrtt", scenario_of(line, &[KB], REQUEST));
    assert!(report.handshake < 3_200 * MILLISECOND);
    // The runner counts the handshakes: the client must not start over.
    let initials = bytes_of_client(pair.network.captured(), Kind::Initial);
    assert!(initials < 6 * 1_500, "{initials} bytes of Initial packets");
    pair.finish();
}

/// What the transport sees of this cipher is that packets may be protected with one key without end.
#[test]
fn chacha20() {
    let mut scenario = files(&[3 * MB]);
    scenario.client.max_encryption = u64::MAX;
    scenario.server.max_encryption = u64::MAX;
    let (pair, _) = download("chacha20", scenario);
    assert_eq!(pair.client.seen("update_key") + pair.server.seen("update_key"), 2, "derived, not used");
    pair.finish();
}

/// The server allows 100 streams at a time; the runner refuses more than 1000.
#[test]
fn multiplexing() {
    let (pair, report) = download("multiplexing", files(&[32; 1999]));
    assert_eq!(pair.client.application.borrow().closed(), 1999);
    assert!(report.time < 60 * SECOND);
    pair.finish();
}

#[test]
fn retry() {
    let mut scenario = files(&[KB]);
    scenario.retries = true;
    let (pair, report) = download("retry", scenario);
    assert_eq!(pair.client.seen("recv_retry"), 1);
    assert!(report.handshake < 110 * MILLISECOND);
    pair.finish();
}

/// A second connection with the ticket of the first: no certificate is sent.
#[test]
fn resumption() {
    let (pair, _) = download("resumption, first", files(&[KB]));
    let first = pair.client.tls.borrow().received_at(HANDSHAKE);
    pair.finish();
    let mut scenario = files(&[KB]);
    scenario.client.resumes = true;
    let (pair, _) = download("resumption, second", scenario);
    let second = pair.client.tls.borrow().received_at(HANDSHAKE);
    assert!(second + 2_000 < first, "{second} bytes of handshake messages, {first} with the certificate");
    pair.finish();
}

/// 40 files whose names have 250 bytes: the requests must go with the first flight.
#[test]
fn zerortt() {
    let names = 250;
    let (pair, _) = download("zerortt, first", files(&[32]));
    let remembered = pair.client.conn().early_params().unwrap();
    pair.finish();
    let mut scenario = scenario_of(LINE, &[32; 40], names);
    scenario.client.early_params = Some(remembered);
    scenario.client.resumes = true;
    scenario.server.accepts_early_data = true;
    let (pair, _) = download("zerortt, second", scenario);
    let captured = pair.network.captured();
    let (early, late) = (bytes_of_client(captured, Kind::ZeroRtt), bytes_of_client(captured, Kind::OneRtt));
    println!("interop {:<22} {early} bytes of 0-RTT packets, {late} of 1-RTT", "zerortt");
    assert!(early > 40 * names as usize && late <= 5_000);
    assert_eq!(pair.client.seen("tls_early_data_rejected"), 0);
    pair.finish();
}

#[test]
fn blackhole() {
    let black_out = Some(BlackOut { on: 5 * SECOND, off: 2 * SECOND });
    let (pair, report) =
        download("blackhole", scenario_of(Conditions { black_out, ..LINE }, &[10 * MB], REQUEST));
    // 8.9 s by the rate of the line, twice 2 s of darkness, and 3 s at most to notice that it is light again.
    assert!(report.time < 16 * SECOND);
    pair.finish();
}

#[test]
fn keyupdate() {
    let mut pair = files(&[3 * MB]).start();
    assert!(pair.run(10 * SECOND, |pair| pair.client.application.borrow().received > MB / 2));
    let now = pair.client.now();
    assert_eq!(pair.client.conn().initiate_key_update(now), 0);
    watch("keyupdate", &mut pair);
    // Each derives the next keys once more when the update is confirmed.
    assert!(pair.client.seen("update_key") > 1 && pair.server.seen("update_key") > 1);
    pair.finish();
}

#[test]
fn ecn() {
    let (pair, _) = download("ecn", files(&[100 * KB]));
    for to_server in [true, false] {
        let packets = pair.network.captured().iter().map(|captured| &captured.datagram);
        let packets = packets.filter(|packet| packet.destination.is_of_server() == to_server);
        let all: Vec<_> = packets.filter(|packet| contains(packet, Kind::OneRtt)).collect();
        let marked = all.iter().filter(|packet| i32::from(packet.ecn) == NGTCP2_ECN_ECT_0).count();
        println!("interop {:<22} to server {to_server}: {marked} of {} packets are ECT(0)", "ecn", all.len());
        // More than the first ones that test the path, so the counts in ACK frames came and were right.
        assert!(marked > 20 && marked + 12 >= all.len());
    }
    pair.finish();
}

/// Nine certificates, and packets 2 to 7 of the client are lost.
#[test]
fn amplificationlimit() {
    const DROPS: &[u64] = &[2, 3, 4, 5, 6, 7];
    let mut scenario = files(&[5 * KB]);
    scenario.to_server.drops = DROPS;
    scenario.server.padding = Some(9 * 1_100);
    let (pair, _) = download("amplificationlimit", scenario);
    let ratio = amplification(pair.network.captured(), DROPS, LINE.delay);
    println!("interop {:<22} the server sent {ratio:.2} times what it received", "amplificationlimit");
    assert!(ratio > 2.0 && ratio <= 3.0);
    pair.finish();
}

const BURSTS: Conditions = Conditions { longest_burst: 3, ..LINE };

#[test]
fn handshakeloss() {
    handshakes("handshakeloss", Conditions { loss: 300, ..BURSTS });
}

#[test]
fn handshakecorruption() {
    handshakes("handshakecorruption", Conditions { damage: 300, ..BURSTS });
}

#[test]
fn transferloss() {
    let line = Conditions { loss: 20, ..BURSTS };
    let (pair, report) = download("transferloss", scenario_of(line, &[2 * MB], REQUEST));
    assert!(report.time < 20 * SECOND);
    pair.finish();
}

#[test]
fn transfercorruption() {
    let line = Conditions { damage: 20, ..BURSTS };
    let (pair, report) = download("transfercorruption", scenario_of(line, &[2 * MB], REQUEST));
    assert!(report.time < 20 * SECOND);
    pair.finish();
}

#[test]
fn ipv6() {
    let mut scenario = files(&[5 * KB, 10 * KB]);
    scenario.client.ipv6 = true;
    scenario.server.ipv6 = true;
    let (pair, _) = download("ipv6", scenario);
    assert!(pair.client.conn().path().is_some_and(|path| path.remote.is_ipv6()));
    pair.finish();
}

#[test]
fn v2() {
    let mut scenario = files(&[KB]);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.available_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
        setup.preferred_versions = vec![NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1];
    }
    let (pair, _) = download("v2", scenario);
    assert_eq!(pair.client.conn().chosen_version(), NGTCP2_PROTO_VER_V1);
    assert_eq!(pair.client.conn().negotiated_version(), NGTCP2_PROTO_VER_V2);
    pair.finish();
}

/// The first time after a second, then every five.
fn rebound(name: &str, changes_host: bool) {
    let mut scenario = files(&[10 * MB]);
    scenario.rebinding = Some(Rebinding { first: SECOND, every: 5 * SECOND, changes_host });
    let (pair, report) = download(name, scenario);
    let rebindings = 1 + (report.time - SECOND) / (5 * SECOND);
    let validated = pair.server.seen("path_validation");
    println!("interop {name:<22} {rebindings} rebindings, {validated} path validations");
    assert!(validated >= rebindings);
    let seen_at = pair.server.conn().path().unwrap().remote;
    assert!(seen_at.port != CLIENT.port && (seen_at.host != CLIENT.host) == changes_host);
    assert!(report.time < 15 * SECOND);
    pair.finish();
}

#[test]
fn rebind_port() {
    rebound("rebind-port", false);
}

#[test]
fn rebind_addr() {
    rebound("rebind-addr", true);
}

/// The client goes to the address that the server prefers.
#[test]
fn connectionmigration() {
    let mut scenario = files(&[2 * MB]);
    scenario.client.prefers_other_address = true;
    scenario.server.prefers_other_address = true;
    let (pair, report) = download("connectionmigration", scenario);
    assert_eq!(pair.client.conn().path().map(|path| path.remote), Some(PREFERRED));
    assert_eq!(pair.server.conn().path().map(|path| path.local), Some(PREFERRED));
    let there =
        pair.network.captured().iter().filter(|captured| captured.datagram.source == PREFERRED).count();
    assert!(there > 1_000 && report.time < 5 * SECOND);
    pair.finish();
}

const CONTROLLERS: [(&str, ngtcp2_abi::ngtcp2_cc_algo); 3] =
    [("reno", NGTCP2_CC_ALGO_RENO), ("cubic", NGTCP2_CC_ALGO_CUBIC), ("bbr", NGTCP2_CC_ALGO_BBR)];

#[test]
fn goodput() {
    for (name, algorithm) in CONTROLLERS {
        let mut scenario = files(&[10 * MB]);
        scenario.server.settings.cc_algo = algorithm;
        let (pair, report) = download(&format!("goodput, {name}"), scenario);
        assert!(report.bits_per_second > 9.2e6);
        pair.finish();
    }
}

/// Beside an endless flow of CUBIC, which began two seconds before.
#[test]
fn crosstraffic() {
    for (name, algorithm) in CONTROLLERS {
        let mut other = files(&[100 * MB]).start();
        other.run_for(2 * SECOND);
        let mut scenario = files(&[10 * MB]);
        scenario.seed = 2;
        scenario.server.settings.cc_algo = algorithm;
        let begun = other.elapsed();
        let mut pairs = [scenario.start_beside(&other), other];
        let done =
            Pair::run_all(&mut pairs, 60 * SECOND, |pairs| pairs[0].is_established() && pairs[0].is_done());
        assert!(done, "{}", pairs[0].describe());
        let report = Report::of(&pairs[0], 0, pairs[0].elapsed() - begun);
        report.print(&format!("crosstraffic, {name}"), &pairs[0]);
        // A fair share is 5.
        assert!(report.bits_per_second > 3e6);
        Pair::finish_all(&pairs);
    }
}
