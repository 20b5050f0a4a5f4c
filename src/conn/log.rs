//! Log lines and qlog records of one connection.
//!
//! Owns: when a line is due. Must not know: its format (`trace`).

use crate::packet::PacketType;
use crate::session::Session;
use crate::units::PacketNumber;

pub(crate) fn packet_sent(s: &mut Session, kind: PacketType, number: PacketNumber, payload: &[u8]) {}
pub(crate) fn packet_received(s: &mut Session, kind: PacketType, number: PacketNumber, payload: &[u8]) {}
pub(crate) fn recovery_updated(s: &mut Session) {}
pub(crate) fn packets_lost(s: &mut Session, packets: u32, bytes: u64) {}
pub(crate) fn probe_timeout(s: &mut Session) {}
pub(crate) fn end_qlog(s: &mut Session) {}
