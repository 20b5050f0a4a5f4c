//! Log events of fixed size, which state machines record and `conn` formats later.
//!
//! Owns: the events and their texts, the words of which are what users of the C library search for. Must not know: when
//! and to whom they are told.

use core::fmt;

use crate::packet::PacketType;
use crate::units::{Duration, PacketNumber, Space, Timestamp};

/// The part of the library that an event is about; the third word of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Packet,
    Frame,
    LossDetection,
    Crypto,
    Connection,
    PathValidation,
    Congestion,
}

impl Category {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Packet => "pkt",
            Self::Frame => "frm",
            Self::LossDetection => "ldc",
            Self::Crypto => "cry",
            Self::Connection => "con",
            Self::PathValidation => "ptv",
            Self::Congestion => "cca",
        }
    }
}

/// An event without values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(super) category: Category,
    pub(super) text: &'static str,
}

/// Every event without values, by name.
pub(crate) mod note {
    use super::{Category, Note};

    macro_rules! notes {
        ($($name:ident = $category:ident $text:literal;)+) => {
            $(pub(crate) const $name: Note = Note { category: Category::$category, text: $text };)+
        };
    }

    notes! {
        ECN_CAPABLE = Connection "path is ECN capable";
        ECN_NOT_CAPABLE = Connection "path is not ECN capable";
        DISCARDING_INITIAL_SPACE = Connection "discarding Initial packet number space";
        DISCARDING_HANDSHAKE_SPACE = Connection "discarding Handshake packet number space";
        ROTATE_KEYS = Connection "rotate keys";
        UNKNOWN_PATH = Connection "ignore packet from unknown path";
        NEW_REMOTE_ADDRESS = Connection "non-probing packet was received from new remote address";
        PROCESSING_HANDSHAKE = Connection "processing buffered handshake packet";
        PROCESSING_PROTECTED = Connection "processing buffered protected packet";
        KEY_UPDATE_CONFIRMED = Crypto "key update confirmed";
        PATH_VALIDATED = PathValidation "path has been validated";
        PATH_VALIDATION_TIMED_OUT = PathValidation "path validation was timed out";
        MIGRATION_ABORTED = PathValidation "path migration is aborted because new migration has started";
        TIMER_CANCELED = LossDetection "loss detection timer canceled";
        TIMER_CANCELED_BY_AMPLIFICATION = LossDetection "loss detection timer canceled due to amplification limit";
        PERSISTENT_CONGESTION = LossDetection "persistent congestion";
        TIMER_FIRED = LossDetection "loss detection timer fired";
        MALFORMED = Packet "packet was discarded because its header is malformed";
        NO_KEYS = Packet "packet was discarded because there are no keys for it";
        NO_CONNECTION_BEGUN = Packet "packet was discarded because it cannot begin a connection";
        ZERO_RTT_FROM_SERVER = Packet "0RTT packet from a server was discarded";
        MISMATCHED_VERSION = Packet "packet was ignored because of mismatched version";
        DELAYED_INITIAL = Packet "delayed Initial packet was discarded";
        DELAYED_HANDSHAKE = Packet "delayed Handshake packet was discarded";
        NOT_DECRYPTED = Packet "could not decrypt packet payload";
        DECRYPTING_WITH_NEW_KEY = Packet "decrypting with new key";
        DECRYPTING_WITH_OLD_KEY = Packet "decrypting with old key";
        NEW_KEY_NOT_AVAILABLE = Packet "new key is not available";
        RESERVED_BITS = Packet "packet has incorrect reserved bits";
        DUPLICATE = Packet "packet was discarded because of duplicated packet number";
        MISMATCHED_DCID = Packet "packet was ignored because of mismatched DCID";
        MISMATCHED_SCID = Packet "packet was ignored because of mismatched SCID";
        INVALID_TOKEN = Packet "packet was ignored because token is invalid";
    }
}

impl Note {
    /// The end of a packet number space; the application's has none.
    pub(crate) const fn discarding(space: Space) -> Self {
        match space {
            Space::Initial => note::DISCARDING_INITIAL_SPACE,
            Space::Handshake | Space::Application => note::DISCARDING_HANDSHAKE_SPACE,
        }
    }
}

/// One event. Small and plain, so that a state machine keeps a few in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Note(Note),
    // con
    NextSkippedNumber(PacketNumber),
    DatagramReceived {
        len: usize,
    },
    PacketBuffered {
        kind: PacketType,
        len: usize,
    },
    ProbesLeft(u64),
    MtuProbe {
        len: usize,
    },
    VersionNegotiated(u32),
    // pkt
    PacketRead {
        len: usize,
        left: usize,
    },
    SmallInitialIgnored {
        len: usize,
    },
    // ldc
    RttSample {
        latest: Duration,
        min: Duration,
        smoothed: Duration,
        variation: Duration,
        ack_delay: Duration,
    },
    TimerForLoss {
        expiry: Timestamp,
    },
    TimerForProbe {
        expiry: Timestamp,
        timeout: Duration,
    },
    PacketLost {
        number: PacketNumber,
        kind: PacketType,
        sent: Timestamp,
    },
    ProbeTimeoutCount(u64),
    WindowLimited {
        bytes_in_flight: u64,
        window: u64,
    },
    // cca
    SlowStart {
        acked_bytes: u64,
        window: u64,
    },
    CongestionAvoidance {
        acked_bytes: u64,
        window: u64,
    },
    WindowReduced {
        window: u64,
    },
    SpuriousCongestion {
        window: u64,
    },
}

impl Event {
    pub(super) const fn category(&self) -> Category {
        match self {
            Self::Note(note) => note.category,
            Self::NextSkippedNumber(_)
            | Self::DatagramReceived { .. }
            | Self::PacketBuffered { .. }
            | Self::ProbesLeft(_)
            | Self::MtuProbe { .. }
            | Self::VersionNegotiated(_) => Category::Connection,
            Self::PacketRead { .. } | Self::SmallInitialIgnored { .. } => Category::Packet,
            Self::RttSample { .. }
            | Self::TimerForLoss { .. }
            | Self::TimerForProbe { .. }
            | Self::PacketLost { .. }
            | Self::ProbeTimeoutCount(_)
            | Self::WindowLimited { .. } => Category::LossDetection,
            Self::SlowStart { .. }
            | Self::CongestionAvoidance { .. }
            | Self::WindowReduced { .. }
            | Self::SpuriousCongestion { .. } => Category::Congestion,
        }
    }

    /// The text of an event of the connection or of a packet.
    fn fmt_connection(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NextSkippedNumber(number) => write!(f, "next skip pkn={}", number.0),
            Self::DatagramReceived { len } => write!(f, "recv packet len={len}"),
            Self::PacketBuffered { kind, len } => {
                write!(f, "buffering {} packet len={len}", kind_name(*kind))
            }
            Self::ProbesLeft(left) => write!(f, "transmit probe pkt left={left}"),
            Self::MtuProbe { len } => write!(f, "sending PMTUD probe packet len={len}"),
            Self::VersionNegotiated(version) => write!(f, "the negotiated version is 0x{version:08x}"),
            Self::PacketRead { len, left } => write!(f, "read packet {len} left {left}"),
            Self::SmallInitialIgnored { len } => write!(
                f,
                "Initial packet was ignored because it is included in UDP datagram less than 1200 bytes: {len} bytes"
            ),
            _ => Ok(()),
        }
    }

    fn fmt_loss_detection(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RttSample { latest, min, smoothed, variation, ack_delay } => write!(
                f,
                "latest_rtt={} min_rtt={} smoothed_rtt={} rttvar={} ack_delay={}",
                latest.as_millis(),
                min.as_millis(),
                smoothed.as_millis(),
                variation.as_millis(),
                ack_delay.as_millis()
            ),
            Self::TimerForLoss { expiry } => {
                write!(f, "loss_detection_timer={} nonzero crypto loss time", expiry.0)
            }
            Self::TimerForProbe { expiry, timeout } => {
                write!(f, "loss_detection_timer={} timeout={}", expiry.0, timeout.as_millis())
            }
            Self::PacketLost { number, kind, sent } => {
                write!(f, "pkn={} lost type={} sent_ts={}", number.0, kind_name(*kind), sent.0)
            }
            Self::ProbeTimeoutCount(count) => write!(f, "pto_count={count}"),
            Self::WindowLimited { bytes_in_flight, window } => {
                write!(f, "cwnd limited bytes_in_flight={bytes_in_flight} cwnd={window}")
            }
            _ => Ok(()),
        }
    }

    fn fmt_congestion(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SlowStart { acked_bytes, window } => {
                write!(f, "{acked_bytes} bytes acked, slow start cwnd={window}")
            }
            Self::CongestionAvoidance { acked_bytes, window } => {
                write!(f, "{acked_bytes} bytes acked, congestion avoidance cwnd={window}")
            }
            Self::WindowReduced { window } => write!(f, "reduce cwnd because of packet loss cwnd={window}"),
            Self::SpuriousCongestion { window } => {
                write!(f, "spurious congestion is detected and congestion state is restored cwnd={window}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Note(note) = self {
            return f.write_str(note.text);
        }
        match self.category() {
            Category::LossDetection => self.fmt_loss_detection(f),
            Category::Congestion => self.fmt_congestion(f),
            _ => self.fmt_connection(f),
        }
    }
}

/// A packet type as log lines have it.
pub(super) const fn kind_name(kind: PacketType) -> &'static str {
    match kind {
        PacketType::Initial => "Initial",
        PacketType::ZeroRtt => "0RTT",
        PacketType::Handshake => "Handshake",
        PacketType::Retry => "Retry",
        PacketType::OneRtt => "1RTT",
        PacketType::VersionNegotiation => "VN",
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    const MS: u64 = 1_000_000;

    #[test]
    fn events_read_as_in_the_c_library() {
        let ms = Duration::from_millis;
        let golden: &[(Event, &str)] = &[
            (Event::Note(note::ECN_CAPABLE), "path is ECN capable"),
            (Event::NextSkippedNumber(PacketNumber(72)), "next skip pkn=72"),
            (Event::DatagramReceived { len: 1200 }, "recv packet len=1200"),
            (Event::PacketBuffered { kind: PacketType::OneRtt, len: 1020 }, "buffering 1RTT packet len=1020"),
            (Event::ProbesLeft(2), "transmit probe pkt left=2"),
            (Event::MtuProbe { len: 1406 }, "sending PMTUD probe packet len=1406"),
            (Event::VersionNegotiated(1), "the negotiated version is 0x00000001"),
            (Event::PacketRead { len: 107, left: 1093 }, "read packet 107 left 1093"),
            (
                Event::SmallInitialIgnored { len: 325 },
                "Initial packet was ignored because it is included in UDP datagram less than 1200 bytes: 325 bytes",
            ),
            (
                Event::RttSample {
                    latest: ms(20),
                    min: ms(19),
                    smoothed: ms(21),
                    variation: ms(10),
                    ack_delay: ms(1),
                },
                "latest_rtt=20 min_rtt=19 smoothed_rtt=21 rttvar=10 ack_delay=1",
            ),
            (
                Event::TimerForLoss { expiry: Timestamp(1_000_019_677_572) },
                "loss_detection_timer=1000019677572 nonzero crypto loss time",
            ),
            (
                Event::TimerForProbe { expiry: Timestamp(1_000_999 * MS), timeout: ms(999) },
                "loss_detection_timer=1000999000000 timeout=999",
            ),
            (
                Event::PacketLost {
                    number: PacketNumber(1),
                    kind: PacketType::Handshake,
                    sent: Timestamp(7),
                },
                "pkn=1 lost type=Handshake sent_ts=7",
            ),
            (Event::ProbeTimeoutCount(1), "pto_count=1"),
            (
                Event::WindowLimited { bytes_in_flight: 14245, window: 13200 },
                "cwnd limited bytes_in_flight=14245 cwnd=13200",
            ),
            (
                Event::SlowStart { acked_bytes: 1200, window: 13200 },
                "1200 bytes acked, slow start cwnd=13200",
            ),
            (
                Event::CongestionAvoidance { acked_bytes: 32, window: 3000 },
                "32 bytes acked, congestion avoidance cwnd=3000",
            ),
            (Event::WindowReduced { window: 2400 }, "reduce cwnd because of packet loss cwnd=2400"),
            (
                Event::SpuriousCongestion { window: 13200 },
                "spurious congestion is detected and congestion state is restored cwnd=13200",
            ),
        ];
        for (event, text) in golden {
            assert_eq!(event.to_string(), *text);
        }
    }

    #[test]
    fn events_are_small() {
        assert!(size_of::<Event>() <= 48);
    }
}
