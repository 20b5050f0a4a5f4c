//! Log lines about the peer's transport parameters, one each.
//!
//! Owns: their names and order. Must not know: what they mean.

use core::fmt::{self, Write};
use core::net::{Ipv4Addr, Ipv6Addr};

use super::LogHeader;
use super::event::Category;
use super::line::Hex;
use crate::units::{Duration, Timestamp};
use ngtcp2_abi::{ngtcp2_cid, ngtcp2_transport_params};

/// The lines about the parameters of the peer.
pub(crate) struct ParameterLines<'a> {
    params: &'a ngtcp2_transport_params,
    /// version_information as the frame had it: 4 bytes each.
    available_versions: &'a [u8],
    next: usize,
}

/// The value of a parameter.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Version(u32),
    Ipv4(Ipv4Addr),
    Ipv6(Ipv6Addr),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Bytes(bytes) => write!(f, "0x{}", Hex(bytes)),
            Self::Version(version) => write!(f, "0x{version:08x}"),
            Self::Ipv4(address) => write!(f, "{address}"),
            Self::Ipv6(address) => write!(f, "{address}"),
        }
    }
}

/// Steps before the available versions.
const FIRST_VERSION: usize = 26;

impl<'a> ParameterLines<'a> {
    pub(crate) const fn new(params: &'a ngtcp2_transport_params, available_versions: &'a [u8]) -> Self {
        Self { params, available_versions, next: 0 }
    }

    /// Writes the next line and returns its length; `None` after the last.
    pub(crate) fn next_line(
        &mut self,
        header: &LogHeader,
        now: Timestamp,
        buffer: &mut [u8],
    ) -> Option<usize> {
        while self.next < FIRST_VERSION {
            let step = self.next;
            self.next += 1;
            if let Some((name, value)) = identity(self.params, step).or_else(|| limit(self.params, step)) {
                let mut line = header.begin(buffer, now, Category::Crypto);
                let _ = write!(line, "remote transport_parameters {name}={value}");
                return Some(line.finish());
            }
        }
        let index = self.next - FIRST_VERSION;
        let version = self.available_versions.chunks_exact(4).nth(index)?;
        self.next += 1;
        let mut line = header.begin(buffer, now, Category::Crypto);
        let name = "version_information.available_versions";
        let _ = write!(line, "remote transport_parameters {name}[{index}]=0x{}", Hex(version));
        Some(line.finish())
    }
}

type Parameter<'a> = Option<(&'static str, Value<'a>)>;

/// Parameters about identity, steps 0 to 9; absent ones have no line.
fn identity(params: &ngtcp2_transport_params, step: usize) -> Parameter<'_> {
    let preferred = Some(&params.preferred_addr).filter(|_| params.preferred_addr_present != 0);
    let ipv4 = preferred.filter(|preferred| preferred.ipv4_present != 0).map(|preferred| &preferred.ipv4);
    let ipv6 = preferred.filter(|preferred| preferred.ipv6_present != 0).map(|preferred| &preferred.ipv6);
    Some(match step {
        0 if params.stateless_reset_token_present != 0 => {
            ("stateless_reset_token", Value::Bytes(&params.stateless_reset_token))
        }
        1 => {
            let octets = ipv4?.sin_addr.s_addr.to_ne_bytes();
            ("preferred_address.ipv4_addr", Value::Ipv4(Ipv4Addr::from(octets)))
        }
        2 => ("preferred_address.ipv4_port", port(ipv4?.sin_port)),
        3 => {
            let octets = ipv6?.sin6_addr.s6_addr;
            ("preferred_address.ipv6_addr", Value::Ipv6(Ipv6Addr::from(octets)))
        }
        4 => ("preferred_address.ipv6_port", port(ipv6?.sin6_port)),
        5 => ("preferred_address.cid", cid(&preferred?.cid)),
        6 => ("preferred_address.stateless_reset_token", Value::Bytes(&preferred?.stateless_reset_token)),
        7 if params.original_dcid_present != 0 => {
            ("original_destination_connection_id", cid(&params.original_dcid))
        }
        8 if params.retry_scid_present != 0 => ("retry_source_connection_id", cid(&params.retry_scid)),
        9 if params.initial_scid_present != 0 => ("initial_source_connection_id", cid(&params.initial_scid)),
        _ => return None,
    })
}

/// Parameters that are limits or switches, steps 10 to 25.
fn limit(params: &ngtcp2_transport_params, step: usize) -> Parameter<'_> {
    let (name, number) = match step {
        10 => ("initial_max_stream_data_bidi_local", params.initial_max_stream_data_bidi_local),
        11 => ("initial_max_stream_data_bidi_remote", params.initial_max_stream_data_bidi_remote),
        12 => ("initial_max_stream_data_uni", params.initial_max_stream_data_uni),
        13 => ("initial_max_data", params.initial_max_data),
        14 => ("initial_max_streams_bidi", params.initial_max_streams_bidi),
        15 => ("initial_max_streams_uni", params.initial_max_streams_uni),
        16 => ("max_idle_timeout", Duration(params.max_idle_timeout).as_millis()),
        17 => ("max_udp_payload_size", params.max_udp_payload_size),
        18 => ("ack_delay_exponent", params.ack_delay_exponent),
        19 => ("max_ack_delay", Duration(params.max_ack_delay).as_millis()),
        20 => ("active_connection_id_limit", params.active_connection_id_limit),
        21 => ("disable_active_migration", u64::from(params.disable_active_migration)),
        22 => ("max_datagram_frame_size", params.max_datagram_frame_size),
        23 => ("grease_quic_bit", u64::from(params.grease_quic_bit)),
        24 if params.version_info_present != 0 => {
            let chosen = Value::Version(params.version_info.chosen_version);
            return Some(("version_information.chosen_version", chosen));
        }
        _ => return None,
    };
    Some((name, Value::Number(number)))
}

fn cid(cid: &ngtcp2_cid) -> Value<'_> {
    Value::Bytes(cid.data.get(..cid.datalen).unwrap_or_default())
}

const fn port(network_order: u16) -> Value<'static> {
    Value::Number(u16::from_be(network_order) as u64)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::log::tests::{NOW, header};
    use super::*;
    use std::string::String;
    use std::vec::Vec;

    fn lines(params: &ngtcp2_transport_params, versions: &[u8]) -> Vec<String> {
        let mut lines = ParameterLines::new(params, versions);
        let mut buffer = [0; 512];
        core::iter::from_fn(|| {
            let len = lines.next_line(&header(), NOW, &mut buffer)?;
            assert_eq!(buffer[len], 0);
            Some(String::from_utf8(buffer[..len].into()).unwrap())
        })
        .collect()
    }

    fn full() -> ngtcp2_transport_params {
        let mut params = ngtcp2_transport_params::ZERO;
        params.stateless_reset_token_present = 1;
        params.stateless_reset_token = [0xc3; 16];
        params.preferred_addr_present = 1;
        params.preferred_addr.ipv4_present = 1;
        params.preferred_addr.ipv4.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
        params.preferred_addr.ipv4.sin_port = 443_u16.to_be();
        params.preferred_addr.ipv6_present = 1;
        params.preferred_addr.ipv6.sin6_addr.s6_addr = "2001:db8::7".parse::<Ipv6Addr>().unwrap().octets();
        params.preferred_addr.ipv6.sin6_port = 4443_u16.to_be();
        params.preferred_addr.cid.datalen = 2;
        params.preferred_addr.stateless_reset_token = [0xcd; 16];
        params.original_dcid_present = 1;
        params.original_dcid.datalen = 1;
        params.retry_scid_present = 1;
        params.initial_scid_present = 1;
        params.max_idle_timeout = 30_000_000_000;
        params.max_ack_delay = 25_000_000;
        params.version_info_present = 1;
        params.version_info.chosen_version = 1;
        params
    }

    #[test]
    fn parameters_read_as_in_the_c_library() {
        let lines = lines(&full(), &[0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf]);
        let texts: Vec<&str> = lines
            .iter()
            .map(|line| line.strip_prefix("I00000020 0xa71ec0f3 cry remote transport_parameters ").unwrap())
            .collect();
        let expected = [
            "stateless_reset_token=0xc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3",
            "preferred_address.ipv4_addr=127.0.0.1",
            "preferred_address.ipv4_port=443",
            "preferred_address.ipv6_addr=2001:db8::7",
            "preferred_address.ipv6_port=4443",
            "preferred_address.cid=0x0000",
            "preferred_address.stateless_reset_token=0xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
            "original_destination_connection_id=0x00",
            "retry_source_connection_id=0x",
            "initial_source_connection_id=0x",
            "initial_max_stream_data_bidi_local=0",
            "initial_max_stream_data_bidi_remote=0",
            "initial_max_stream_data_uni=0",
            "initial_max_data=0",
            "initial_max_streams_bidi=0",
            "initial_max_streams_uni=0",
            "max_idle_timeout=30000",
            "max_udp_payload_size=0",
            "ack_delay_exponent=0",
            "max_ack_delay=25",
            "active_connection_id_limit=0",
            "disable_active_migration=0",
            "max_datagram_frame_size=0",
            "grease_quic_bit=0",
            "version_information.chosen_version=0x00000001",
            "version_information.available_versions[0]=0x00000001",
            "version_information.available_versions[1]=0x6b3343cf",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn absent_parameters_have_no_line() {
        assert_eq!(lines(&ngtcp2_transport_params::ZERO, &[]).len(), 14);
    }
}
