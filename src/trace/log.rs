//! Log lines in ngtcp2's format: `I` and milliseconds, our connection id, a category, and the text.
//!
//! Owns: the beginning of each line and the lines about whole packets. Must not know: where lines go. Every function
//! writes one line into `buffer`, ends it with a NUL and returns its length without that.

use core::fmt::Write;

use super::event::{Category, kind_name};
use super::line::{Hex, LineWriter};
use super::{Event, PacketInfo, Transfer};
use crate::packet::{ConnectionId, PacketType};
use crate::units::Timestamp;

/// What every line of a connection begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogHeader {
    /// Our connection id of the handshake.
    pub(crate) scid: ConnectionId,
    /// `ngtcp2_settings.initial_ts`: times are counted from here.
    pub(crate) origin: Timestamp,
}

impl LogHeader {
    /// Begins a line. Writing cannot fail in a way that matters: a line too long is cut.
    pub(super) fn begin<'a>(
        &self,
        buffer: &'a mut [u8],
        now: Timestamp,
        category: Category,
    ) -> LineWriter<'a> {
        let mut line = LineWriter::new(buffer);
        let milliseconds = now.since(self.origin).as_millis();
        let _ = write!(line, "I{milliseconds:08} 0x{} {} ", Hex(self.scid.as_slice()), category.as_str());
        line
    }

    /// Something happened.
    pub(crate) fn event(&self, buffer: &mut [u8], now: Timestamp, event: &Event) -> usize {
        let mut line = self.begin(buffer, now, event.category());
        let _ = write!(line, "{event}");
        line.finish()
    }

    /// A packet is being sent or was received; lines about its frames follow.
    pub(crate) fn packet(
        &self,
        buffer: &mut [u8],
        now: Timestamp,
        transfer: Transfer,
        packet: &PacketInfo<'_>,
    ) -> usize {
        let mut line = self.begin(buffer, now, Category::Packet);
        let _ = write_packet(&mut line, transfer, packet);
        line.finish()
    }

    /// A version that a Version Negotiation packet lists.
    pub(crate) fn offered_version(&self, buffer: &mut [u8], now: Timestamp, version: u32) -> usize {
        let mut line = self.begin(buffer, now, Category::Packet);
        let _ = write!(line, "rx 0 VN v=0x{version:08x}");
        line.finish()
    }

    /// The destination connection id of the packet that a Retry answers.
    pub(crate) fn retried(&self, buffer: &mut [u8], now: Timestamp, original: &ConnectionId) -> usize {
        let mut line = self.begin(buffer, now, Category::Packet);
        let _ = write!(line, "odcid=0x{}", Hex(original.as_slice()));
        line.finish()
    }

    /// A stateless reset was received.
    pub(crate) fn stateless_reset(
        &self,
        buffer: &mut [u8],
        now: Timestamp,
        token: &[u8; 16],
        random_len: usize,
    ) -> usize {
        let mut line = self.begin(buffer, now, Category::Packet);
        let _ = write!(line, "rx 0 SR token=0x{} randlen={random_len}", Hex(token));
        line.finish()
    }
}

impl Transfer {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "tx",
            Self::Received => "rx",
        }
    }
}

fn write_packet(line: &mut LineWriter<'_>, transfer: Transfer, packet: &PacketInfo<'_>) -> core::fmt::Result {
    let dcid = Hex(packet.dcid.as_slice());
    write!(line, "{} pkn={} dcid=0x{dcid} ", transfer.as_str(), packet.number.0)?;
    if packet.kind == PacketType::OneRtt {
        return write!(line, "type=1RTT k={}", u8::from(packet.key_phase));
    }
    let (version, kind) = (packet.version, kind_name(packet.kind));
    write!(
        line,
        "scid=0x{} version=0x{version:08x} type={kind} len={}",
        Hex(packet.scid.as_slice()),
        packet.length
    )
}

#[cfg(test)]
pub(super) mod tests {
    extern crate std;
    use super::*;
    use crate::trace::note;
    use crate::units::PacketNumber;
    use std::string::String;

    pub(in crate::trace) const NOW: Timestamp = Timestamp(1_000_020_000_000);

    pub(in crate::trace) fn header() -> LogHeader {
        LogHeader { scid: cid(&[0xa7, 0x1e, 0xc0, 0xf3]), origin: Timestamp(1_000_000_000_000) }
    }

    pub(in crate::trace) fn cid(bytes: &[u8]) -> ConnectionId {
        ConnectionId::new(bytes).unwrap()
    }

    /// The line that `write` leaves in a buffer, which ends with a NUL.
    pub(in crate::trace) fn line(write: impl FnOnce(&mut [u8]) -> usize) -> String {
        let mut buffer = [0xff; super::super::BUFFER_LEN];
        let len = write(&mut buffer);
        assert_eq!(buffer[len], 0);
        String::from_utf8(buffer[..len].into()).unwrap()
    }

    pub(in crate::trace) fn initial() -> PacketInfo<'static> {
        PacketInfo {
            kind: PacketType::Initial,
            number: PacketNumber(0),
            dcid: cid(&[0x16, 0x11]),
            scid: cid(&[0xa7, 0x1e]),
            version: 1,
            token: &[],
            length: 0,
            key_phase: false,
        }
    }

    #[test]
    fn packets_read_as_in_the_c_library() {
        let sent = line(|buffer| header().packet(buffer, NOW, Transfer::Sent, &initial()));
        let expected =
            "I00000020 0xa71ec0f3 pkt tx pkn=0 dcid=0x1611 scid=0xa71e version=0x00000001 type=Initial len=0";
        assert_eq!(sent, expected);
        let short =
            PacketInfo { kind: PacketType::OneRtt, number: PacketNumber(10), key_phase: true, ..initial() };
        let received = line(|buffer| header().packet(buffer, NOW, Transfer::Received, &short));
        assert_eq!(received, "I00000020 0xa71ec0f3 pkt rx pkn=10 dcid=0x1611 type=1RTT k=1");
        let negotiation =
            PacketInfo { kind: PacketType::VersionNegotiation, version: 0, scid: cid(&[]), ..initial() };
        let received = line(|buffer| header().packet(buffer, NOW, Transfer::Received, &negotiation));
        assert!(received.ends_with("pkt rx pkn=0 dcid=0x1611 scid=0x version=0x00000000 type=VN len=0"));
    }

    #[test]
    fn packets_without_frames() {
        let version = line(|buffer| header().offered_version(buffer, NOW, 0x1a2a_3a4a));
        assert!(version.ends_with("pkt rx 0 VN v=0x1a2a3a4a"));
        let odcid = line(|buffer| header().retried(buffer, NOW, &cid(&[1, 2])));
        assert!(odcid.ends_with("pkt odcid=0x0102"));
        let reset = line(|buffer| header().stateless_reset(buffer, NOW, &[0x8e; 16], 24));
        assert!(reset.ends_with("pkt rx 0 SR token=0x8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e randlen=24"));
    }

    #[test]
    fn time_counts_from_the_origin() {
        let event = Event::Note(note::ROTATE_KEYS);
        assert_eq!(
            line(|buffer| header().event(buffer, NOW, &event)),
            "I00000020 0xa71ec0f3 con rotate keys"
        );
        let early = line(|buffer| header().event(buffer, Timestamp::ZERO, &event));
        assert!(early.starts_with("I00000000 "));
        let late = line(|buffer| header().event(buffer, Timestamp(u64::MAX), &event));
        assert!(late.starts_with("I18446743073709 "));
    }

    #[test]
    fn a_small_buffer_cuts_the_line() {
        let mut buffer = [0xff; 30];
        let len = header().packet(&mut buffer, NOW, Transfer::Sent, &initial());
        assert_eq!(&buffer[..=len], b"I00000020 0xa71ec0f3 pkt tx p\0");
    }
}
