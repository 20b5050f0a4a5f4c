//! A stand-in for TLS 1.3: ClientHello, ServerHello, EncryptedExtensions with certificate and Finished, Finished.
//! They carry random values, transport parameters, the offer and acceptance of 0-RTT, and padding.
//!
//! Owns: the messages and the order of keys. Must not know: packets.

use std::ffi::c_int;

use ngtcp2_abi::{
    NGTCP2_ENCRYPTION_LEVEL_1RTT, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, NGTCP2_ENCRYPTION_LEVEL_INITIAL,
    NGTCP2_ERR_CALLBACK_FAILURE, NGTCP2_ERR_CRYPTO, NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM,
    NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM, NGTCP2_ERR_TRANSPORT_PARAM, ngtcp2_encryption_level,
};

use crate::connection::Connection;
use crate::keys::{KeySet, Side, application_secret, master};
use crate::protection::algorithms;
use crate::random::Random;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const ENCRYPTED_EXTENSIONS: u8 = 8;
const FINISHED: u8 = 20;
/// NewSessionTicket, of which no use is made.
pub(crate) const TICKET: u8 = 4;

const HEADER: usize = 4;
const RANDOM: usize = 8;

/// Makes other transport parameters of those that the library encoded.
pub(crate) type ParamsEdit = fn(&[u8]) -> Vec<u8>;

/// How one endpoint does its handshake.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    side: Side,
    random: Random,
    client_random: [u8; RANDOM],
    server_random: [u8; RANDOM],
    /// Bytes of each level that are no whole message yet.
    received: [Vec<u8>; 4],
    /// How many bytes of each level arrived.
    offsets: [u64; 4],
    /// What fills the client's ClientHello, or the server's certificate.
    pub(crate) padding: usize,
    /// A client has a ticket of an earlier connection: the server leaves its certificate out.
    pub(crate) resumes: bool,
    /// A client offers 0-RTT; a server takes an offer.
    pub(crate) early_data: bool,
    /// What became of the offer.
    pub(crate) early_accepted: bool,
    /// What becomes of our transport parameters.
    pub(crate) params_edit: Option<ParamsEdit>,
    /// The alert with which a server answers any ClientHello.
    pub(crate) alert: Option<u8>,
    pub(crate) max_encryption: u64,
    /// A client learns of the rejection of 0-RTT after the transport parameters.
    pub(crate) learns_rejection_late: bool,
    /// A server with 0-RTT keys waits for its certificate, and does not get it.
    pub(crate) stalls: bool,
}

impl Tls {
    pub(crate) fn new(side: Side, seed: u64) -> Self {
        Self {
            side,
            random: Random::new(seed, 30 + side as u64),
            client_random: [0; RANDOM],
            server_random: [0; RANDOM],
            received: Default::default(),
            offsets: [0; 4],
            padding: if side == Side::Client { 200 } else { 2500 },
            resumes: false,
            early_data: false,
            early_accepted: false,
            params_edit: None,
            alert: None,
            max_encryption: 1 << 40,
            learns_rejection_late: false,
            stalls: false,
        }
    }

    /// The secret of both ends after the handshake messages.
    pub(crate) fn master(&self) -> u64 {
        master(&self.client_random, &self.server_random)
    }

    /// The keys of 0-RTT packets.
    pub(crate) fn early_keys(&self) -> KeySet {
        KeySet::early(&self.client_random)
    }

    /// How many bytes of a level arrived.
    pub(crate) fn received_at(&self, level: usize) -> u64 {
        self.offsets[level]
    }

    /// The client's first step.
    pub(crate) fn start(&mut self, conn: Connection) -> Result<(), c_int> {
        self.random.fill(&mut self.client_random);
        let mut body = self.client_random.to_vec();
        body.push(u8::from(self.early_data) | u8::from(self.resumes) << 1);
        push_with_length(&mut body, &self.params(conn)?);
        body.resize(body.len() + self.padding, 0x5a);
        check(conn.submit_crypto(NGTCP2_ENCRYPTION_LEVEL_INITIAL, &message(CLIENT_HELLO, &body)))?;
        if self.early_data {
            check(conn.install_early(KeySet::early(&self.client_random), self.max_encryption))?;
        }
        Ok(())
    }

    fn params(&self, conn: Connection) -> Result<Vec<u8>, c_int> {
        let params = conn.local_params()?;
        Ok(self.params_edit.map_or_else(|| params.clone(), |edit| edit(&params)))
    }

    /// Takes handshake bytes of one level; an offset that is not the next one is told as `None`.
    pub(crate) fn receive(
        &mut self,
        conn: Connection,
        level: ngtcp2_encryption_level,
        offset: u64,
        bytes: &[u8],
    ) -> Option<c_int> {
        let index = level.0 as usize;
        if self.offsets[index] != offset {
            return None;
        }
        self.offsets[index] += bytes.len() as u64;
        self.received[index].extend_from_slice(bytes);
        while let Some((kind, body)) = self.next_message(index) {
            let step = match self.side {
                Side::Client => self.client_step(conn, level, kind, &body),
                Side::Server => self.server_step(conn, level, kind, &body),
            };
            if let Err(code) = step {
                // TLS stacks report what goes wrong in them, be it memory, as their own failure.
                let is_told = [
                    NGTCP2_ERR_CRYPTO,
                    NGTCP2_ERR_TRANSPORT_PARAM,
                    NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM,
                    NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM,
                ];
                return Some(if is_told.contains(&code) { code } else { NGTCP2_ERR_CALLBACK_FAILURE });
            }
        }
        Some(0)
    }

    fn next_message(&mut self, index: usize) -> Option<(u8, Vec<u8>)> {
        let received = &mut self.received[index];
        let header = received.first_chunk::<HEADER>()?;
        let kind = header[0];
        let len = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
        if received.len() < HEADER + len {
            return None;
        }
        let rest = received.split_off(HEADER + len);
        let message = std::mem::replace(received, rest);
        Some((kind, message[HEADER..].to_vec()))
    }

    fn server_step(
        &mut self,
        conn: Connection,
        level: ngtcp2_encryption_level,
        kind: u8,
        body: &[u8],
    ) -> Result<(), c_int> {
        match (level, kind) {
            (NGTCP2_ENCRYPTION_LEVEL_INITIAL, CLIENT_HELLO) => self.answer_client_hello(conn, body),
            (NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, FINISHED) => {
                self.install_application(conn, false)?;
                conn.handshake_completed();
                Ok(())
            }
            _ => Err(NGTCP2_ERR_CRYPTO),
        }
    }

    fn answer_client_hello(&mut self, conn: Connection, body: &[u8]) -> Result<(), c_int> {
        if let Some(alert) = self.alert {
            conn.set_tls_alert(alert);
            return Err(NGTCP2_ERR_CRYPTO);
        }
        let (client_random, rest) = body.split_first_chunk().ok_or(NGTCP2_ERR_CRYPTO)?;
        self.client_random = *client_random;
        let (&offers, rest) = rest.split_first().ok_or(NGTCP2_ERR_CRYPTO)?;
        set_remote_params(conn, with_length(rest)?)?;
        self.random.fill(&mut self.server_random);
        self.early_accepted = self.early_data && offers & 1 != 0;
        self.resumes = offers & 2 != 0;
        if self.early_accepted {
            check(conn.install_early(KeySet::early(&self.client_random), self.max_encryption))?;
        }
        if self.stalls {
            return Ok(());
        }
        self.install_handshake(conn)?;
        let hello = message(SERVER_HELLO, &self.server_random);
        check(conn.submit_crypto(NGTCP2_ENCRYPTION_LEVEL_INITIAL, &hello))?;
        let mut body = vec![u8::from(self.early_accepted)];
        push_with_length(&mut body, &self.params(conn)?);
        let certificate = if self.resumes { 0 } else { self.padding };
        body.resize(body.len() + certificate, 0x5a);
        let extensions = message(ENCRYPTED_EXTENSIONS, &body);
        check(conn.submit_crypto(NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, &extensions))?;
        self.install_application(conn, true)
    }

    fn client_step(
        &mut self,
        conn: Connection,
        level: ngtcp2_encryption_level,
        kind: u8,
        body: &[u8],
    ) -> Result<(), c_int> {
        match (level, kind) {
            (NGTCP2_ENCRYPTION_LEVEL_INITIAL, SERVER_HELLO) => {
                self.server_random = *body.first_chunk().ok_or(NGTCP2_ERR_CRYPTO)?;
                self.install_handshake(conn)
            }
            (NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, ENCRYPTED_EXTENSIONS) => self.finish_client(conn, body),
            (NGTCP2_ENCRYPTION_LEVEL_1RTT, TICKET) => Ok(()),
            _ => Err(NGTCP2_ERR_CRYPTO),
        }
    }

    fn finish_client(&mut self, conn: Connection, body: &[u8]) -> Result<(), c_int> {
        let (&early_accepted, rest) = body.split_first().ok_or(NGTCP2_ERR_CRYPTO)?;
        self.early_accepted = early_accepted != 0;
        let is_rejected = self.early_data && !self.early_accepted;
        if is_rejected && !self.learns_rejection_late {
            check(conn.early_data_rejected())?;
        }
        set_remote_params(conn, with_length(rest)?)?;
        if is_rejected && self.learns_rejection_late {
            check(conn.early_data_rejected())?;
        }
        let finished = message(FINISHED, b"finished");
        check(conn.submit_crypto(NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, &finished))?;
        self.install_application(conn, false)?;
        self.install_application(conn, true)?;
        conn.handshake_completed();
        Ok(())
    }

    fn install_handshake(&self, conn: Connection) -> Result<(), c_int> {
        conn.set_algorithms(&algorithms(self.max_encryption));
        let master = self.master();
        check(conn.install_handshake(true, KeySet::handshake(master, self.side)))?;
        check(conn.install_handshake(false, KeySet::handshake(master, self.side.other())))
    }

    fn install_application(&self, conn: Connection, sends: bool) -> Result<(), c_int> {
        let master = self.master();
        let secret = application_secret(master, if sends { self.side } else { self.side.other() });
        check(conn.install_application(sends, &secret, KeySet::application(&secret)))
    }
}

fn set_remote_params(conn: Connection, params: &[u8]) -> Result<(), c_int> {
    let code = conn.set_remote_params(params);
    if code != 0 {
        conn.set_tls_error(code);
    }
    check(code)
}

const fn check(code: c_int) -> Result<(), c_int> {
    if code == 0 { Ok(()) } else { Err(code) }
}

pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = (body.len() as u32).to_be_bytes().to_vec();
    message[0] = kind;
    message.extend_from_slice(body);
    message
}

fn push_with_length(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
    to.extend_from_slice(bytes);
}

fn with_length(bytes: &[u8]) -> Result<&[u8], c_int> {
    let (len, rest) = bytes.split_first_chunk::<2>().ok_or(NGTCP2_ERR_CRYPTO)?;
    rest.get(..usize::from(u16::from_be_bytes(*len))).ok_or(NGTCP2_ERR_CRYPTO)
}
