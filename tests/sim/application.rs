//! What the endpoints do with streams: each opens those of its plan and sends a pattern on them, and echoes what comes
//! on the other's bidirectional streams.
//!
//! Owns: the streams as the application sees them, and the rules that the library's callbacks must keep. A broken rule
//! is told as text. Acknowledged data are freed at once: a library that reads them again reads freed memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ngtcp2_abi::{NGTCP2_STREAM_DATA_FLAG_FIN, ngtcp2_vec};

use crate::connection::Connection;
use crate::random::Random;

/// The streams that one endpoint opens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) bidirectional: u64,
    pub(crate) unidirectional: u64,
    /// Bytes on each.
    pub(crate) bytes: u64,
}

/// One piece of data that the library may still read.
#[derive(Debug)]
struct Chunk {
    offset: u64,
    bytes: Box<[u8]>,
}

#[derive(Debug, Default)]
struct Stream {
    is_local: bool,
    is_bidirectional: bool,
    chunks: VecDeque<Chunk>,
    /// Where each of these stands in the data we send.
    queued: u64,
    accepted: u64,
    acked: u64,
    /// Nothing more will be queued.
    is_complete: bool,
    fin_accepted: bool,
    /// We gave up sending, or the peer asked us to.
    is_stopped: bool,
    received: u64,
    fin_received: bool,
    reset_received: bool,
}

impl Stream {
    fn queue(&mut self, bytes: Box<[u8]>) {
        let offset = self.queued;
        self.queued += bytes.len() as u64;
        if !bytes.is_empty() {
            self.chunks.push_back(Chunk { offset, bytes });
        }
    }

    /// Queues pieces of the pattern, up to `bytes` in all.
    fn queue_pattern(&mut self, id: i64, bytes: u64, random: &mut Random) {
        while self.queued < bytes {
            let len = (1 + random.below(5000)).min(bytes - self.queued);
            self.queue((self.queued..self.queued + len).map(|offset| pattern(id, offset)).collect());
        }
    }

    fn sends(&self) -> bool {
        self.is_local || self.is_bidirectional
    }

    fn receives(&self) -> bool {
        !self.is_local || self.is_bidirectional
    }

    fn has_something_to_send(&self) -> bool {
        let pending = self.accepted < self.queued || self.is_complete && !self.fin_accepted;
        self.sends() && pending && !self.is_stopped
    }
}

/// Data offered to the library.
pub(crate) struct Offer {
    pub(crate) id: i64,
    pub(crate) data: Vec<ngtcp2_vec>,
    pub(crate) len: u64,
    pub(crate) fin: bool,
}

/// How many pieces one write is offered at most.
const PIECES: usize = 8;

#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) plan: Plan,
    streams: BTreeMap<i64, Stream>,
    closed: BTreeSet<i64>,
    opened: Plan,
    last_offered: i64,
    random: Random,
    /// Bytes received on streams, in all.
    pub(crate) received: u64,
    /// The bytes that bidirectional streams are answered with in turn, in place of an echo.
    pub(crate) answers: Vec<u64>,
    /// Whether streams are given up half way, for the scenarios that do.
    pub(crate) aborts: bool,
}

/// The byte that both endpoints send at `offset` of a stream.
pub(crate) fn pattern(id: i64, offset: u64) -> u8 {
    (offset ^ (offset >> 8).wrapping_mul(167) ^ (id as u64).wrapping_mul(29)) as u8
}

type Checked = Result<(), String>;

fn rule(kept: bool, broken: impl FnOnce() -> String) -> Checked {
    if kept { Ok(()) } else { Err(broken()) }
}

impl Application {
    pub(crate) fn new(plan: Plan, seed: u64) -> Self {
        Self {
            plan,
            streams: BTreeMap::new(),
            closed: BTreeSet::new(),
            opened: Plan::default(),
            last_offered: -1,
            random: Random::new(seed, 40),
            received: 0,
            answers: Vec::new(),
            aborts: false,
        }
    }

    /// Whether all planned streams were opened and all streams there were are closed.
    pub(crate) fn is_done(&self) -> bool {
        let Plan { bidirectional, unidirectional, .. } = self.plan;
        self.opened.bidirectional == bidirectional
            && self.opened.unidirectional == unidirectional
            && self.streams.is_empty()
    }

    /// How many streams were closed.
    pub(crate) fn closed(&self) -> u64 {
        self.closed.len() as u64
    }

    /// The ids of the streams that are open.
    pub(crate) fn open_ids(&self) -> Vec<i64> {
        self.streams.keys().copied().collect()
    }

    /// Opens planned streams as far as the peer allows.
    pub(crate) fn open_streams(&mut self, conn: Connection) {
        for is_bidirectional in [true, false] {
            let (planned, opened) = if is_bidirectional {
                (self.plan.bidirectional, &mut self.opened.bidirectional)
            } else {
                (self.plan.unidirectional, &mut self.opened.unidirectional)
            };
            while *opened < planned {
                let Ok(id) = conn.open_stream(is_bidirectional) else { break };
                *opened += 1;
                let mut stream =
                    Stream { is_local: true, is_bidirectional, is_complete: true, ..Stream::default() };
                stream.queue_pattern(id, self.plan.bytes, &mut self.random);
                self.streams.insert(id, stream);
            }
        }
    }

    /// The data of the next stream in turn that is not among `skipped`.
    pub(crate) fn next_offer(&self, skipped: &BTreeSet<i64>) -> Option<Offer> {
        let behind = self.streams.range(self.last_offered.saturating_add(1)..);
        let mut turn = behind.chain(self.streams.range(..=self.last_offered));
        let ready = |id, stream: &Stream| stream.has_something_to_send() && !skipped.contains(id);
        let (&id, stream) = turn.find(|&(id, stream)| ready(id, stream))?;
        let unsent =
            stream.chunks.iter().filter(|chunk| chunk.offset + chunk.bytes.len() as u64 > stream.accepted);
        let data: Vec<ngtcp2_vec> = unsent
            .take(PIECES)
            .map(|chunk| {
                let skip = stream.accepted.saturating_sub(chunk.offset) as usize;
                let rest = &chunk.bytes[skip..];
                ngtcp2_vec { base: rest.as_ptr().cast_mut(), len: rest.len() }
            })
            .collect();
        let len = data.iter().map(|piece| piece.len as u64).sum::<u64>();
        let fin = stream.is_complete && stream.accepted + len == stream.queued;
        Some(Offer { id, data, len, fin })
    }

    /// The library took `count` bytes of an offer.
    pub(crate) fn accept(&mut self, offer: &Offer, count: u64) -> Checked {
        self.last_offered = offer.id;
        rule(count <= offer.len, || format!("stream {}: {count} of {} taken", offer.id, offer.len))?;
        // The stream may have been closed by a callback of the same call.
        if let Some(stream) = self.streams.get_mut(&offer.id) {
            stream.accepted += count;
            stream.fin_accepted |= offer.fin && count == offer.len;
        }
        Ok(())
    }

    /// Nothing more is sent on a stream.
    pub(crate) fn stop(&mut self, id: i64) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.is_stopped = true;
        }
    }

    /// Nothing more is read from a stream: an echo ends where it is.
    pub(crate) fn stop_reading(&mut self, id: i64) {
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.is_complete = true;
        }
    }

    /// The server took no 0-RTT: its streams never were.
    pub(crate) fn start_over(&mut self) {
        self.streams.clear();
        self.opened = Plan::default();
        self.last_offered = -1;
    }

    fn answer(&self, id: i64) -> Option<u64> {
        let count = self.answers.len().max(1);
        self.answers.get((id as usize >> 2) % count).copied()
    }

    fn stream(&mut self, id: i64, event: &str) -> Result<&mut Stream, String> {
        rule(!self.closed.contains(&id), || format!("{event} for stream {id} after its stream_close"))?;
        self.streams.get_mut(&id).ok_or_else(|| format!("{event} for stream {id}, which is not open"))
    }

    pub(crate) fn on_open(&mut self, id: i64, is_local: bool) -> Checked {
        rule(!is_local, || format!("stream_open for our own stream {id}"))?;
        rule(!self.closed.contains(&id), || format!("stream_open for closed stream {id}"))?;
        let is_bidirectional = id & 2 == 0;
        let stream = Stream { is_bidirectional, ..Stream::default() };
        rule(self.streams.insert(id, stream).is_none(), || format!("stream_open twice for {id}"))
    }

    pub(crate) fn on_data(&mut self, id: i64, flags: u32, offset: u64, data: &[u8]) -> Checked {
        let fin = flags & NGTCP2_STREAM_DATA_FLAG_FIN != 0;
        self.received += data.len() as u64;
        let (aborts, answer) = (self.aborts, self.answer(id));
        let mut random = self.random.clone();
        let stream = self.stream(id, "recv_stream_data")?;
        rule(stream.receives(), || format!("data on our stream {id}"))?;
        rule(!stream.fin_received, || format!("data on stream {id} after its end"))?;
        rule(offset == stream.received, || format!("stream {id}: offset {offset}, not {}", stream.received))?;
        rule(fin || !data.is_empty(), || format!("empty data on stream {id}"))?;
        let wrong = data.iter().zip(offset..).find(|&(&byte, at)| byte != pattern(id, at));
        rule(wrong.is_none(), || format!("stream {id}: wrong byte at {}", wrong.map_or(0, |(_, at)| at)))?;
        stream.received += data.len() as u64;
        stream.fin_received = fin;
        if stream.is_local && fin && !aborts {
            let (received, expected) = (stream.received, answer.unwrap_or(stream.queued));
            return rule(received == expected, || {
                format!("stream {id}: {received} bytes back of {expected}")
            });
        }
        if !stream.is_local && stream.is_bidirectional && !stream.is_stopped {
            match answer {
                None => stream.queue(data.into()),
                Some(bytes) if fin => stream.queue_pattern(id, bytes, &mut random),
                Some(_) => {}
            }
            stream.is_complete |= fin;
        }
        Ok(())
    }

    pub(crate) fn on_acked(&mut self, id: i64, offset: u64, len: u64) -> Checked {
        let stream = self.stream(id, "acked_stream_data_offset")?;
        rule(offset == stream.acked, || format!("stream {id}: ack at {offset}, not {}", stream.acked))?;
        stream.acked += len;
        let (acked, accepted) = (stream.acked, stream.accepted);
        rule(acked <= accepted, || format!("stream {id}: acked {acked} of {accepted}"))?;
        let is_acked = |chunk: &Chunk| chunk.offset + chunk.bytes.len() as u64 <= acked;
        while stream.chunks.front().is_some_and(is_acked) {
            stream.chunks.pop_front();
        }
        Ok(())
    }

    pub(crate) fn on_reset(&mut self, id: i64, final_size: u64) -> Checked {
        let aborts = self.aborts;
        let stream = self.stream(id, "stream_reset")?;
        rule(aborts, || format!("stream {id} was reset by nobody"))?;
        rule(final_size >= stream.received, || format!("stream {id}: final size {final_size} too small"))?;
        stream.reset_received = true;
        // An echo ends where the data end.
        stream.is_complete = true;
        Ok(())
    }

    /// `has_error` tells whether an application error code came with it.
    pub(crate) fn on_close(&mut self, id: i64, has_error: bool) -> Checked {
        let aborts = self.aborts;
        let stream = self.stream(id, "stream_close")?;
        if !aborts {
            rule(!has_error, || format!("stream {id} closed with an error"))?;
            let received = !stream.receives() || stream.fin_received;
            rule(received, || format!("stream {id} closed before its end was received"))?;
            let sent = !stream.sends() || stream.fin_accepted && stream.acked == stream.queued;
            rule(sent, || format!("stream {id} closed with {} of {} acked", stream.acked, stream.queued))?;
        }
        self.streams.remove(&id);
        self.closed.insert(id);
        Ok(())
    }

    /// Any other callback about a stream.
    pub(crate) fn on_notice(&mut self, id: i64, event: &str) -> Checked {
        self.stream(id, event).map(drop)
    }
}
