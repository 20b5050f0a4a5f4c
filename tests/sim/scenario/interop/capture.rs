//! What the runner learns from its packet captures: the bytes of each kind of packet, and what a server sends before
//! it knows that the client is there.
//!
//! Owns: the reading of packet headers as far as they are not protected (RFC 8999, RFC 9000 section 17).

use crate::network::{Captured, Datagram};

/// Kinds of packets, by what is needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    /// Retry and Version Negotiation.
    Other,
    OneRtt,
}

/// The packets of a datagram: kind and bytes.
pub(super) fn packets(datagram: &Datagram) -> Vec<(Kind, usize)> {
    let mut packets = Vec::new();
    let mut rest = &datagram.payload[..];
    while !rest.is_empty() {
        let (kind, len) = first_packet(rest).unwrap_or((Kind::Other, rest.len()));
        packets.push((kind, len));
        rest = rest.get(len..).unwrap_or_default();
    }
    packets
}

pub(super) fn contains(datagram: &Datagram, kind: Kind) -> bool {
    packets(datagram).iter().any(|packet| packet.0 == kind)
}

/// The bytes of one kind of packet that the client sent.
pub(super) fn bytes_of_client(captured: &[Captured], kind: Kind) -> usize {
    let of_client = captured.iter().filter(|captured| captured.datagram.destination.is_of_server());
    of_client.flat_map(|captured| packets(&captured.datagram)).filter(|p| p.0 == kind).map(|p| p.1).sum()
}

/// The largest ratio of the bytes that the server sent to those that it can have received, until it received a
/// Handshake packet. `drops` are the packets of the client that were lost, `delay` is that of the line.
pub(super) fn amplification(captured: &[Captured], drops: &[u64], delay: u64) -> f64 {
    let of_client = captured.iter().filter(|captured| captured.datagram.destination.is_of_server());
    let arrived: Vec<&Captured> = of_client
        .zip(1..)
        .filter(|(_, number)| !drops.contains(number))
        .map(|(captured, _)| captured)
        .collect();
    let validated = arrived.iter().find(|captured| contains(&captured.datagram, Kind::Handshake));
    let until = validated.map_or(u64::MAX, |captured| captured.at + delay);
    let (mut sent, mut worst) = (0, 0.0_f64);
    for captured in captured.iter().filter(|c| !c.datagram.destination.is_of_server() && c.at < until) {
        sent += captured.datagram.payload.len();
        let by_then = arrived.iter().filter(|client| client.at + delay <= captured.at);
        let received: usize = by_then.map(|client| client.datagram.payload.len()).sum();
        worst = worst.max(sent as f64 / received.max(1) as f64);
    }
    worst
}

fn first_packet(bytes: &[u8]) -> Option<(Kind, usize)> {
    let first = *bytes.first()?;
    if first & 0x80 == 0 {
        return Some((Kind::OneRtt, bytes.len()));
    }
    let is_version_2 = bytes.get(1..5)? == [0x6b, 0x33, 0x43, 0xcf];
    // Version 2 counts the types from one further (RFC 9369 section 3.2).
    let kind = match (first >> 4).wrapping_sub(u8::from(is_version_2)) & 3 {
        _ if bytes.get(1..5)? == [0; 4] => Kind::Other,
        0 => Kind::Initial,
        1 => Kind::ZeroRtt,
        2 => Kind::Handshake,
        _ => Kind::Other,
    };
    if kind == Kind::Other {
        return None;
    }
    let mut at = 5;
    for _ in 0..2 {
        at += 1 + usize::from(*bytes.get(at)?);
    }
    if kind == Kind::Initial {
        let (token, len) = varint(bytes.get(at..)?)?;
        at += len + token;
    }
    let (length, len) = varint(bytes.get(at..)?)?;
    Some((kind, at + len + length))
}

/// A variable-length integer, and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = *bytes.first()?;
    let len = 1 << (first >> 6);
    let rest = bytes.get(1..len)?;
    let value = rest.iter().fold(usize::from(first & 0x3f), |value, &byte| value << 8 | usize::from(byte));
    Some((value, len))
}
