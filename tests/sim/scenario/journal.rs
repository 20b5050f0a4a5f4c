//! Log lines and qlog records: their form, that they tell the truth, and that telling changes nothing.

use std::collections::BTreeSet;

use crate::application::Plan;
use crate::endpoint::Endpoint;
use crate::keys::Side;
use crate::network::{Conditions, SECOND};
use crate::pair::{Pair, Scenario};
use crate::random::{checksum, for_each_seed};

const CATEGORIES: [&str; 7] = ["pkt", "frm", "ldc", "cry", "con", "ptv", "cca"];

const EVENTS: [&str; 7] = [
    "security:key_updated",
    "security:key_discarded",
    "transport:parameters_set",
    "transport:packet_sent",
    "transport:packet_received",
    "recovery:metrics_updated",
    "recovery:packet_lost",
];

fn scenario(seed: u64, conditions: Conditions) -> Scenario {
    let mut scenario = Scenario::new(seed);
    scenario.conditions(conditions);
    for setup in [&mut scenario.client, &mut scenario.server] {
        setup.keeps_journal = true;
        setup.plan = Plan { bidirectional: 2, unidirectional: 2, bytes: 20_000 };
    }
    scenario
}

const LOSSY: Conditions = Conditions { loss: 50, reorder: 50, damage: 20, ..Conditions::CLEAN };

/// Runs to the end, deletes the connections, and looks at what they told.
fn told(scenario: Scenario, look: impl Fn(&Endpoint)) {
    let mut pair = scenario.start();
    pair.expect_done(300 * SECOND);
    for endpoint in [&pair.client, &pair.server] {
        endpoint.delete();
        look(endpoint);
    }
    pair.finish();
}

fn check_lines(endpoint: &Endpoint) {
    let mut newest = 0;
    let mut id = None;
    for (start, rest) in endpoint.journal.lines() {
        let whole = format!("{start} {rest}");
        assert!(whole.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '), "{whole:?}");
        let (time, own_id) = start.split_once(' ').expect("a time and an id");
        let time: u64 = time.strip_prefix('I').and_then(|time| time.parse().ok()).expect(&whole);
        assert!(time >= newest, "{whole} after {newest} ms");
        newest = time;
        assert_eq!(id.get_or_insert(own_id.to_owned()), own_id, "{whole}");
        let category = rest.split(' ').next().unwrap_or_default();
        assert!(CATEGORIES.contains(&category), "{whole}");
    }
    assert!(newest > 0);
}

fn check_records(endpoint: &Endpoint) {
    let records = endpoint.journal.records().expect("records");
    let side = if endpoint.side == Side::Client { "client" } else { "server" };
    assert!(records[0].starts_with(r#"{"qlog_format":"JSON-SEQ","qlog_version":"0.3","trace":{"#));
    assert!(records[0].contains(&format!(r#""name":"ngtcp2","type":"{side}""#)));
    let mut seen = BTreeSet::new();
    for record in &records[1..] {
        assert!(record.starts_with(r#"{"time":"#), "{record}");
        let event = EVENTS.iter().find(|event| record.contains(&format!(r#""name":"{event}","data":{{"#)));
        seen.insert(event.expect(record));
    }
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!((endpoint.journal.ends.get(), endpoint.journal.late.get()), (1, 0), "the end of the qlog");
}

#[test]
fn lines_have_a_time_an_id_and_a_category() {
    for_each_seed(20, |seed| told(scenario(seed, LOSSY), check_lines));
}

#[test]
fn records_are_a_json_text_sequence_with_one_end() {
    for_each_seed(20, |seed| told(scenario(seed, LOSSY), check_records));
}

/// The lines about frames that one endpoint sent or received, without the time.
fn frames(endpoint: &Endpoint, transfer: &str) -> Vec<String> {
    let lines = endpoint.journal.lines().into_iter().map(|(_, line)| line);
    let mut frames: Vec<_> = lines
        .filter_map(|line| Some(line.strip_prefix("frm ")?.strip_prefix(transfer)?.to_owned()))
        .collect();
    frames.sort();
    frames
}

#[test]
fn the_frames_that_one_side_sent_are_those_that_the_other_received() {
    for_each_seed(10, |seed| {
        let mut pair = scenario(seed, Conditions::CLEAN).start();
        pair.expect_done(60 * SECOND);
        pair.run_for(SECOND);
        for (from, to) in [(&pair.client, &pair.server), (&pair.server, &pair.client)] {
            let sent = frames(from, "tx ");
            assert!(sent.len() > 20);
            assert_eq!(sent, frames(to, "rx "));
        }
        pair.finish();
    });
}

/// What programs that use the library look for in its log.
#[test]
fn lines_that_programs_look_for() {
    let mut scenario = scenario(1, Conditions { loss: 40, ..Conditions::CLEAN });
    scenario.retries = true;
    scenario.client.params.initial_max_data = 20_000;
    scenario.client.params.initial_max_stream_data_bidi_local = 8_000;
    scenario.client.params.initial_max_stream_data_uni = 8_000;
    let mut pair = scenario.start();
    assert!(pair.run(10 * SECOND, Pair::is_established), "{}", pair.describe());
    let now = pair.client.now();
    assert_eq!(pair.client.conn().initiate_key_update(now), 0);
    pair.expect_done(300 * SECOND);
    for part in ["type=Retry", "pkt odcid=0x", " k=1", "frm tx ", ") max_data=", "max_stream_data="] {
        assert!(pair.client.journal.has_line(part), "{part}");
    }
    for part in
        ["sending PMTUD probe", "ldc pkn=", " lost type=1RTT", "ACK(0x3)", "remote transport_parameters"]
    {
        assert!(pair.server.journal.has_line(part), "{part}");
    }
    assert!(pair.client.journal.has_line("cry key update confirmed"));
    pair.finish();
}

/// What the records tell of keys, in their order: `+` for new ones, `-` for those that are gone.
fn keys(endpoint: &Endpoint) -> Vec<String> {
    let records = endpoint.journal.records().expect("records");
    let value = |record: &str, name: &str| -> Option<String> {
        let (_, rest) = record.split_once(&format!(r#""{name}":"#))?;
        Some(rest.split([',', '}']).next()?.trim_matches('"').to_owned())
    };
    let tell = |record: &String| {
        let change = if record.contains("security:key_updated") {
            '+'
        } else if record.contains("security:key_discarded") {
            '-'
        } else {
            return None;
        };
        let words = ["key_type", "generation", "trigger"].map(|name| value(record, name));
        let words: Vec<_> = words.into_iter().flatten().collect();
        Some(format!("{change}{}", words.join(" ").replace("_secret", "")))
    };
    records.iter().filter_map(tell).collect()
}

/// Both sides' keys from the first to a second update, in sets: which of two directions comes first is TLS's choice.
#[test]
fn keys_are_told_of() {
    let mut scenario = scenario(1, Conditions::CLEAN);
    scenario.client.early_params = Some(super::early_data::remembered());
    scenario.server.accepts_early_data = true;
    // It takes some seconds: the second update waits for three PTO.
    scenario.conditions(Conditions { rate: 200_000, queue: 50_000, ..Conditions::CLEAN });
    scenario.client.plan = Plan { bidirectional: 0, unidirectional: 1, bytes: 1 << 20 };
    let mut pair = scenario.start();
    assert!(pair.run(10 * SECOND, Pair::is_established), "{}", pair.describe());
    let updated = |pair: &Pair| pair.client.conn().initiate_key_update(pair.client.now()) == 0;
    for _ in 0..2 {
        assert!(pair.run(10 * SECOND, updated), "{}", pair.describe());
    }
    pair.expect_done(60 * SECOND);
    pair.run_for(2 * SECOND);
    for (endpoint, own, other) in [(&pair.client, "client", "server"), (&pair.server, "server", "client")] {
        let keys = keys(endpoint);
        let is_client = own == "client";
        let trigger = if is_client { "local_update" } else { "remote_update" };
        let mut wanted = Vec::from(["+client_0rtt tls".to_owned(), "-client_0rtt tls".to_owned()]);
        for side in [own, other] {
            for level in ["initial", "handshake"] {
                wanted.extend([format!("+{side}_{level} tls"), format!("-{side}_{level} tls")]);
            }
            wanted.push(format!("+{side}_1rtt 0 tls"));
            wanted.extend([1, 2].map(|generation| format!("+{side}_1rtt {generation} {trigger}")));
        }
        wanted.extend([0, 1].map(|generation| format!("-{own}_1rtt {generation} {trigger}")));
        wanted.extend([0, 1].map(|generation| format!("-{other}_1rtt {generation}")));
        let place = |key: &str| keys.iter().position(|told| told == key).expect(key);
        assert!(place("+client_initial tls") < place("-client_initial tls"));
        assert!(place(&format!("+{own}_1rtt 1 {trigger}")) < place(&format!("-{other}_1rtt 0")));
        let (found, wanted): (BTreeSet<_>, BTreeSet<_>) = (keys.iter().collect(), wanted.iter().collect());
        assert_eq!(found, wanted, "{own}");
        assert_eq!(keys.len(), wanted.len(), "{own}: each is told once");
    }
    pair.finish();
}

#[test]
fn a_connection_that_tells_does_the_same() {
    for_each_seed(10, |seed| {
        let [silent, telling] = [false, true].map(|keeps_journal| {
            let mut scenario = scenario(seed, LOSSY);
            scenario.client.keeps_journal = keeps_journal;
            scenario.server.keeps_journal = keeps_journal;
            let mut pair = scenario.start();
            pair.expect_done(300 * SECOND);
            let course = pair.describe();
            pair.finish();
            course
        });
        assert_eq!(silent, telling);
    });
}

/// One number for the whole course of 20 runs, which `make noalias` compares between two ways of compiling.
#[test]
fn a_course_has_one_number() {
    let mut trace = 0;
    for_each_seed(20, |seed| {
        let mut pair = scenario(seed, LOSSY).start();
        pair.expect_done(300 * SECOND);
        for endpoint in [&pair.client, &pair.server] {
            for (head, line) in endpoint.journal.lines() {
                trace = checksum(checksum(trace, head.as_bytes()), line.as_bytes());
            }
        }
        pair.finish();
    });
    println!("trace {trace:016x}");
    assert_ne!(trace, 0);
}
