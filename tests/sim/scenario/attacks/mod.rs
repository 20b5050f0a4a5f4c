//! What a peer, an off-path attacker and a careless caller will try: a file for each way, `a01` to `a20`, after the
//! advisories of other QUIC stacks of 2023 to 2026; `a00` is the limiter of all that is merely strange. Each shows the
//! defence by figures (run with `--nocapture`): the victim's memory at most, processor time per packet, answers, the error
//! sent; and a second connection of the same process goes on as if nothing had happened.

mod a00_glitches;
mod a01_transport_parameters;
mod a02_crypto;
mod a03_path_challenges;
mod a04_connection_ids;
mod a05_acknowledgments;
mod a06_stream_holes;
mod a07_rapid_reset;
mod a08_slow_reader;
mod a09_initial_floods;
mod a10_colliding_ids;
mod a11_moving_addresses;
mod a12_misplaced_frames;
mod a13_forged_packets;
mod a14_odd_sizes;
mod a15_key_updates;
mod a16_amplification;
mod a17_early_data;
mod a18_callers_slips;
mod a19_allocations;
mod a20_callbacks;

use crate::forge::varint;

const KIB: usize = 1024;

/// A STREAM frame with offset and length (RFC 9000 section 19.8).
fn stream(id: u64, offset: u64, data: &[u8], fin: bool) -> Vec<u8> {
    let head = [vec![0x0e | u8::from(fin)], varint(id), varint(offset), varint(data.len() as u64)];
    [head.concat(), data.to_vec()].concat()
}

fn crypto(offset: u64, data: &[u8]) -> Vec<u8> {
    [vec![0x06], varint(offset), varint(data.len() as u64), data.to_vec()].concat()
}

fn new_connection_id(sequence: u64, retire_prior_to: u64, id: &[u8], token: u8) -> Vec<u8> {
    let fields = [vec![0x18], varint(sequence), varint(retire_prior_to), vec![id.len() as u8]].concat();
    [fields, id.to_vec(), vec![token; 16]].concat()
}

/// A frame of a type and some numbers.
fn numbers(kind: u64, fields: &[u64]) -> Vec<u8> {
    let fields = fields.iter().flat_map(|&field| varint(field)).collect();
    [varint(kind), fields].concat()
}
