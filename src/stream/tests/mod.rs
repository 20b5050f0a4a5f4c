//! Tests of the room: each structure against a naive model, every allocation failing in turn. Randomised tests print
//! the smallest input that fails.

extern crate std;

mod crypto;
mod exchange;
mod filled;
mod flow_control;
mod machines;
mod no_mem;
mod reading;
mod reassembly;
mod receive;
mod schedule;
mod send;
mod sent_ranges;
mod table;
mod writing;

use ngtcp2_abi::ngtcp2_transport_params;

use super::table::{Accepted, ClosedStream, Part, Streams, WindowSettings};
use crate::mem::testing::{TestHeap, app_slice};
use crate::mem::{AppSlice, Key};
use crate::units::{Direction, Side, StreamId};

/// The application's data: the byte at each offset of any stream.
static DATA: [u8; 1 << 16] = make_data();

const fn make_data() -> [u8; 1 << 16] {
    let mut data = [0; 1 << 16];
    let mut index = 0;
    while index < data.len() {
        data[index] = (index.wrapping_mul(0x9e37_79b1) >> 13) as u8;
        index += 1;
    }
    data
}

fn data(offset: u64, len: u64) -> &'static [u8] {
    &DATA[offset as usize..(offset + len) as usize]
}

fn slice(offset: u64, len: u64) -> AppSlice {
    app_slice(data(offset, len))
}

/// Ends a closed stream, as the driver does before and after it tells the application.
fn close(streams: &mut Streams, key: Key) -> Option<ClosedStream> {
    let closed = streams.finish_if_closed(key)?;
    assert!(streams.finish_if_closed(key).is_none(), "told twice");
    streams.remove(key);
    Some(closed)
}

/// Transport parameters with the same limit everywhere.
fn params(max_data: u64, max_stream_data: u64, max_streams: u64) -> ngtcp2_transport_params {
    ngtcp2_transport_params {
        initial_max_data: max_data,
        initial_max_stream_data_bidi_local: max_stream_data,
        initial_max_stream_data_bidi_remote: max_stream_data,
        initial_max_stream_data_uni: max_stream_data,
        initial_max_streams_bidi: max_streams,
        initial_max_streams_uni: max_streams,
        ..ngtcp2_transport_params::ZERO
    }
}

/// A server's streams, with limits that most tests never meet.
fn streams(heap: &TestHeap) -> Streams {
    with_limits(heap, 1 << 20, 1 << 18, 100)
}

fn with_limits(heap: &TestHeap, max_data: u64, max_stream_data: u64, max_streams: u64) -> Streams {
    let mut streams = Streams::new(heap.mem(), Side::Server, (1, 2), WindowSettings::default());
    streams.set_local_limits(&params(max_data, max_stream_data, max_streams));
    streams.set_remote_limits(&params(max_data, max_stream_data, max_streams));
    streams
}

/// The `ordinal`-th bidirectional stream of the client, which the server `streams` belong to knows from a frame.
fn accept_bidi(streams: &mut Streams, ordinal: u64) -> Key {
    match streams.accept(StreamId::new(Side::Client, Direction::Bidi, ordinal), Part::Receiving) {
        Ok(Accepted::Opened(key) | Accepted::Existing(key)) => key,
        other => panic!("{other:?}"),
    }
}

fn accept_uni(streams: &mut Streams, ordinal: u64) -> Key {
    match streams.accept(StreamId::new(Side::Client, Direction::Uni, ordinal), Part::Receiving) {
        Ok(Accepted::Opened(key) | Accepted::Existing(key)) => key,
        other => panic!("{other:?}"),
    }
}

fn open_bidi(streams: &mut Streams) -> Key {
    streams.open_local(Direction::Bidi, core::ptr::null_mut()).unwrap().1
}

fn open_uni(streams: &mut Streams) -> Key {
    streams.open_local(Direction::Uni, core::ptr::null_mut()).unwrap().1
}
