//! Streams: ordered bytes in both directions, their flow control, and the streams of handshake bytes.
//!
//! Owns: `table` (all streams of a connection) with its operations in `reading`, `writing` and `credit`; one `stream`
//! with its `send` and `receive` parts; `sent_ranges` (acknowledged, lost, in flight), `reassembly` over `filled`
//! blocks, `flow_control`, `stream_limits`, `schedule` (whose turn it is to write), and `crypto`. Pure state machines:
//! no callback is called from here. Application data is never copied on the way out, and on the way in only if it
//! comes before its turn. Must not know: packets, paths, congestion. RFC 9000 §2 to §4, §7.5.

pub(crate) mod credit;
pub(crate) mod crypto;
mod filled;
pub(crate) mod flow_control;
pub(crate) mod reading;
pub(crate) mod reassembly;
pub(crate) mod receive;
pub(crate) mod schedule;
pub(crate) mod send;
mod sent_ranges;
#[allow(clippy::module_inception, reason = "the file of the noun that gave the room its name")]
pub(crate) mod stream;
mod stream_limits;
pub(crate) mod table;
pub(crate) mod writing;

#[cfg(test)]
mod tests;

pub(crate) use crypto::{CryptoArrival, CryptoStream};
pub(crate) use reading::{LimitArrival, Received, StopSendingArrival};
#[cfg(test)]
pub(crate) use receive::Receiving;
pub(crate) use receive::{Arrival, ResetArrival};
pub(crate) use schedule::Pending;
#[cfg(test)]
pub(crate) use send::Sending;
pub(crate) use stream::Stream;
pub(crate) use table::{Accepted, Part, Streams, WindowSettings};
pub(crate) use writing::Offering;
