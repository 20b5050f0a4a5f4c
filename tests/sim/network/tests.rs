//! The network itself: packets by number through one direction, and what comes out.

use ngtcp2_abi::{NGTCP2_ECN_CE, NGTCP2_ECN_ECT_0, NGTCP2_ECN_NOT_ECT};

use super::{BlackOut, Conditions, Datagram, MILLISECOND, Network, Rebinding, SECOND};
use crate::address::{Address, CLIENT, SERVER};

const START: u64 = 1_000 * SECOND;
const SIZE: u64 = 1_000;
/// With the headers of IPv4 and UDP.
const SIZE_ON_LINE: u64 = SIZE + 28;

fn network(conditions: Conditions) -> Network {
    Network::new((conditions, conditions), None, 7, START)
}

/// A packet of the client's that carries its number.
fn packet(number: u64) -> Datagram {
    let mut payload = vec![0; SIZE as usize];
    payload[..8].copy_from_slice(&number.to_be_bytes());
    Datagram { source: CLIENT, destination: SERVER, ecn: NGTCP2_ECN_ECT_0 as u8, payload: payload.into() }
}

struct Arrival {
    at: u64,
    number: u64,
    datagram: Datagram,
}

/// All that is under way, in the order of arrival; times count from the start.
fn arrivals(network: &mut Network) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    while network.next_arrival() != u64::MAX {
        let now = network.next_arrival();
        while let Some(datagram) = network.receive(now) {
            let number = datagram.payload.first_chunk().map_or(0, |&number| u64::from_be_bytes(number));
            arrivals.push(Arrival { at: now - START, number, datagram });
        }
    }
    arrivals
}

/// Sends packets from 0 on, one each `interval`.
fn send(conditions: Conditions, count: u64, interval: u64) -> (Network, Vec<Arrival>) {
    let mut network = network(conditions);
    for number in 0..count {
        network.send(START + number * interval, packet(number));
    }
    let arrivals = arrivals(&mut network);
    (network, arrivals)
}

fn numbers(arrivals: &[Arrival]) -> Vec<u64> {
    arrivals.iter().map(|arrival| arrival.number).collect()
}

/// The most numbers missing in a row.
fn longest_gap(arrivals: &[Arrival]) -> u64 {
    arrivals.windows(2).map(|pair| pair[1].number - pair[0].number - 1).max().unwrap_or(0)
}

#[test]
fn rate_and_delay_say_when_packets_arrive() {
    let conditions = Conditions { rate: SIZE_ON_LINE * 100, ..Conditions::CLEAN };
    let (_, arrivals) = send(conditions, 5, 0);
    let at: Vec<u64> = arrivals.iter().map(|arrival| arrival.at / MILLISECOND).collect();
    assert_eq!(at, [20, 30, 40, 50, 60]);
}

#[test]
fn jitter_delays_and_keeps_the_order() {
    let conditions = Conditions { jitter: 5 * MILLISECOND, ..Conditions::CLEAN };
    let (_, arrivals) = send(conditions, 500, MILLISECOND);
    assert!(numbers(&arrivals).is_sorted());
    let delays = || arrivals.iter().map(|arrival| arrival.at - arrival.number * MILLISECOND);
    assert_eq!((delays().min().unwrap() / MILLISECOND, delays().max().unwrap() / MILLISECOND), (10, 14));
}

#[test]
fn queues_end_by_bytes_and_by_packets() {
    let line = Conditions { rate: SIZE_ON_LINE * 100, ..Conditions::CLEAN };
    let (network, arrivals) = send(Conditions { queue_packets: 25, ..line }, 40, 0);
    assert_eq!((arrivals.len(), network.counts_to_server().lost), (25, 15));
    let (_, arrivals) = send(Conditions { queue: 10 * SIZE_ON_LINE, ..line }, 40, 0);
    assert_eq!(arrivals.len(), 10);
    // One leaves each 10 ms, and makes room.
    let (network, arrivals) = send(Conditions { queue_packets: 25, ..line }, 40, 10 * MILLISECOND);
    assert_eq!(arrivals.len(), 40);
    assert!(network.to_server.borrow().waits().iter().all(|&wait| wait == 0));
}

#[test]
fn losses_come_at_their_rate_and_in_bursts() {
    let singly = Conditions { loss: 100, ..Conditions::CLEAN };
    for (conditions, longest) in [(singly, 3..9), (Conditions { burst: 10, ..singly }, 9..40)] {
        let (network, arrivals) = send(conditions, 20_000, MILLISECOND);
        let lost = network.counts_to_server().lost;
        assert!((1_400..2_600).contains(&lost), "{lost}");
        assert!(longest.contains(&longest_gap(&arrivals)), "{}", longest_gap(&arrivals));
    }
    let bounded = Conditions { loss: 500, longest_burst: 3, ..Conditions::CLEAN };
    assert_eq!(longest_gap(&send(bounded, 5_000, MILLISECOND).1), 3);
}

#[test]
fn packets_are_lost_by_name() {
    let (_, arrivals) = send(Conditions { drops: &[2, 3, 7], ..Conditions::CLEAN }, 8, MILLISECOND);
    assert_eq!(numbers(&arrivals), [0, 3, 4, 5, 7]);
}

#[test]
fn damage_turns_one_bit_over() {
    let conditions = Conditions { damage: 300, longest_burst: 3, ..Conditions::CLEAN };
    let (_, arrivals) = send(conditions, 2_000, MILLISECOND);
    let flipped = arrivals.iter().zip(0..).map(|(arrival, number)| {
        let sent = packet(number).payload;
        arrival.datagram.payload.iter().zip(&sent).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>()
    });
    let flipped: Vec<u32> = flipped.collect();
    let count: u32 = flipped.iter().sum();
    assert!((500..700).contains(&count), "{count}");
    assert!(flipped.iter().all(|&bits| bits <= 1));
    assert_eq!(flipped.split(|&bits| bits == 0).map(<[u32]>::len).max(), Some(3));
}

#[test]
fn packets_are_overtaken_and_come_twice() {
    let (_, arrivals) = send(Conditions { reorder: 200, ..Conditions::CLEAN }, 1_000, MILLISECOND);
    let overtaken = arrivals.windows(2).filter(|pair| pair[1].number < pair[0].number).count();
    assert!(arrivals.len() == 1_000 && (100..300).contains(&overtaken), "{overtaken}");
    let (_, arrivals) = send(Conditions { duplicate: 200, ..Conditions::CLEAN }, 1_000, MILLISECOND);
    assert!((1_150..1_250).contains(&arrivals.len()), "{}", arrivals.len());
}

#[test]
fn larger_packets_vanish() {
    for (packet_size, arrived) in [(999, 0), (1_000, 10)] {
        let (_, arrivals) = send(Conditions { packet_size, ..Conditions::CLEAN }, 10, MILLISECOND);
        assert_eq!(arrivals.len(), arrived);
    }
}

#[test]
fn ecn_is_marked_and_bleached() {
    let marks = |conditions: Conditions, mark: i32| {
        let (_, arrivals) = send(conditions, 1_000, 0);
        arrivals.iter().filter(|arrival| i32::from(arrival.datagram.ecn) == mark).count()
    };
    let some = marks(Conditions { mark: 100, ..Conditions::CLEAN }, NGTCP2_ECN_CE);
    assert!((60..140).contains(&some), "{some}");
    assert_eq!(
        marks(Conditions { mark: 1000, bleach: true, ..Conditions::CLEAN }, NGTCP2_ECN_NOT_ECT),
        1_000
    );
    // The queue grows by each: 20 before it is too long.
    let line = Conditions { rate: 100_000, mark_above: 20, ..Conditions::CLEAN };
    assert_eq!(marks(line, NGTCP2_ECN_CE), 1_000 - 21);
}

#[test]
fn nothing_gets_through_a_black_out() {
    let black_out = Some(BlackOut { on: 5 * SECOND, off: 2 * SECOND });
    let (_, arrivals) = send(Conditions { black_out, ..Conditions::CLEAN }, 21, SECOND);
    assert_eq!(numbers(&arrivals), [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18]);
}

#[test]
fn a_nat_forgets_port_or_address() {
    for changes_host in [false, true] {
        let rebinding = Rebinding { first: SECOND, every: 5 * SECOND, changes_host };
        let line = (Conditions::CLEAN, Conditions::CLEAN);
        let mut network = Network::new(line, Some(rebinding), 1, START);
        for number in 0..12 {
            network.send(START + number * SECOND, packet(number));
        }
        let seen: Vec<Address> =
            arrivals(&mut network).iter().map(|arrival| arrival.datagram.source).collect();
        let mut distinct = seen.clone();
        distinct.dedup();
        assert_eq!((distinct.len(), seen[0], seen[1] == seen[5]), (4, CLIENT, true));
        assert_eq!(seen[1].host != CLIENT.host, changes_host);
        assert!(distinct.windows(2).all(|pair| pair[0].port != pair[1].port));
        // What is sent to the last mapping arrives at the client's own address, what is sent to another does not.
        for address in distinct {
            let reply = Datagram { source: SERVER, destination: address, ..packet(0) };
            network.send(START + 11 * SECOND, reply);
        }
        let arrived = arrivals(&mut network);
        assert_eq!((arrived.len(), arrived[0].datagram.destination), (1, CLIENT));
    }
}

/// Two flows on one line have half of it each, and each its own counts.
#[test]
fn flows_share_a_line() {
    let conditions = Conditions { rate: SIZE_ON_LINE * 100, queue_packets: 10, ..Conditions::CLEAN };
    let mut one = network(conditions);
    let mut other = one.beside(8, START);
    for number in 0..1_000 {
        one.send(START + number * 10 * MILLISECOND, packet(number));
        other.send(START + number * 10 * MILLISECOND, packet(number));
    }
    let last = arrivals(&mut one).last().unwrap().at.max(arrivals(&mut other).last().unwrap().at);
    assert!(last / MILLISECOND <= 10_000 + 10 + 110, "{last}");
    let counts = (one.counts_to_server(), other.counts_to_server());
    assert_eq!((counts.0.sent, counts.1.sent), (1_000, 1_000));
    assert!((900..=1_000).contains(&(counts.0.lost + counts.1.lost)), "{counts:?}");
}
