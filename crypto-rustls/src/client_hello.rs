//! A bounded reader of the ClientHello (RFC 8446, section 4.1.2), for what a server must know before
//! its TLS engine can be made: the client's QUIC transport parameters (RFC 9001, section 8.2), the
//! server name (RFC 6066, section 3), the application protocols (RFC 7301), and which session the client
//! wants to resume, perhaps with early data (RFC 8446, sections 4.2.10 and 4.2.11).
//!
//! It checks the frame of lengths only. Whether the hello makes sense is the TLS engine's to judge.

use crate::error::Alert;

/// The longest ClientHello that is kept. TLS engines refuse longer ones; without a bound a client
/// could make a server hold any amount of memory before it has proven anything.
pub(crate) const MAX_LEN: usize = 64 * 1024;

const HANDSHAKE_HEADER_LEN: usize = 4;
const HANDSHAKE_TYPE_CLIENT_HELLO: u8 = 1;
const EXTENSION_SERVER_NAME: u16 = 0;
const EXTENSION_APPLICATION_LAYER_PROTOCOL_NEGOTIATION: u16 = 16;
const EXTENSION_PRE_SHARED_KEY: u16 = 41;
const EXTENSION_EARLY_DATA: u16 = 42;
const EXTENSION_QUIC_TRANSPORT_PARAMETERS: u16 = 0x39;
const NAME_TYPE_HOST_NAME: u8 = 0;

/// What the reader found. Borrowed from the bytes that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientHello<'a> {
    /// The content of the extension quic_transport_parameters.
    pub(crate) transport_parameters: Option<&'a [u8]>,
    pub(crate) server_name: Option<&'a [u8]>,
    /// The content of the extension application_layer_protocol_negotiation.
    protocol_list: Option<&'a [u8]>,
    /// The first session that the client offers to resume: the one that early data belong to.
    pub(crate) session_identity: Option<&'a [u8]>,
    pub(crate) offers_early_data: bool,
}

impl<'a> ClientHello<'a> {
    /// The application protocols that the client offers, in its order of preference.
    pub(crate) fn protocols(&self) -> Vec<&'a [u8]> {
        let mut list = Reader(self.protocol_list.unwrap_or_default());
        let mut names = Reader(list.vector16().unwrap_or_default());
        std::iter::from_fn(|| names.vector8()).collect()
    }

    /// Reads the start of a handshake stream. `None` as long as the message is not complete.
    pub(crate) fn read(stream: &'a [u8]) -> Result<Option<Self>, Alert> {
        let Some((header, rest)) = stream.split_first_chunk::<HANDSHAKE_HEADER_LEN>() else {
            return Ok(None);
        };
        let [message_type, length @ ..] = *header;
        if message_type != HANDSHAKE_TYPE_CLIENT_HELLO {
            return Err(Alert::UNEXPECTED_MESSAGE);
        }
        let length = u32::from_be_bytes([0, length[0], length[1], length[2]]) as usize;
        if length > MAX_LEN - HANDSHAKE_HEADER_LEN {
            return Err(Alert::DECODE_ERROR);
        }
        match rest.get(..length) {
            None => Ok(None),
            Some(body) => Self::read_body(body).map(Some).ok_or(Alert::DECODE_ERROR),
        }
    }

    fn read_body(body: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let _legacy_version = reader.u16()?;
        let _random = reader.bytes(32)?;
        let _legacy_session_id = reader.vector8()?;
        let _cipher_suites = reader.vector16()?;
        let _legacy_compression_methods = reader.vector8()?;
        let mut extensions = Reader(reader.vector16()?);
        if !reader.is_empty() {
            return None;
        }

        let mut hello = Self::default();
        while !extensions.is_empty() {
            let extension_type = extensions.u16()?;
            let content = extensions.vector16()?;
            match extension_type {
                // A second extension of one type is an error that the TLS engine reports; what counts
                // until then is the first.
                EXTENSION_QUIC_TRANSPORT_PARAMETERS => {
                    hello.transport_parameters.get_or_insert(content);
                }
                EXTENSION_SERVER_NAME if hello.server_name.is_none() => {
                    hello.server_name = read_server_name(content)?;
                }
                EXTENSION_APPLICATION_LAYER_PROTOCOL_NEGOTIATION => {
                    hello.protocol_list.get_or_insert(content);
                }
                EXTENSION_PRE_SHARED_KEY if hello.session_identity.is_none() => {
                    let mut identities = Reader(Reader(content).vector16()?);
                    hello.session_identity = Some(identities.vector16()?);
                }
                EXTENSION_EARLY_DATA => hello.offers_early_data = true,
                _ => {}
            }
        }
        Some(hello)
    }
}

fn read_server_name(content: &[u8]) -> Option<Option<&[u8]>> {
    let mut names = Reader(Reader(content).vector16()?);
    while !names.is_empty() {
        let name_type = names.u8()?;
        let name = names.vector16()?;
        if name_type == NAME_TYPE_HOST_NAME {
            return Some(Some(name));
        }
    }
    Some(None)
}

/// A cursor over bytes with the length prefixes of TLS (RFC 8446, section 3.4).
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn u8(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn u16(&mut self) -> Option<u16> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_be_bytes(*bytes))
    }

    fn vector8(&mut self) -> Option<&'a [u8]> {
        let len = self.u8()?;
        self.bytes(len.into())
    }

    fn vector16(&mut self) -> Option<&'a [u8]> {
        let len = self.u16()?;
        self.bytes(len.into())
    }
}

#[cfg(test)]
mod tests;
