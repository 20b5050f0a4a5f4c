//! Call-outs that carry the connection: one method per callback of `ngtcp2_callbacks`.
//!
//! Owns: argument encoding, which of two generations of a callback is used, and what a failure becomes. Must not know:
//! when a callback is due. Every method ends in [`Session::notify`] or [`Session::ask`], which refuse to call once the
//! connection was deleted inside a callback.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use ngtcp2_abi as abi;

use super::{Output, Phase, Session, path_from_abi, path_to_abi};
use crate::error::{Error, Result};
use crate::fault::{self, Point};
use crate::packet::ConnectionId;
use crate::path::Path;
use crate::units::{Direction, StreamId, Timestamp};

/// What `stream_close` reports: the error code of each direction that ended with one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CloseCodes {
    pub(crate) receive: Option<u64>,
    pub(crate) send: Option<u64>,
    /// The first of both: what the older callback reports.
    pub(crate) first: Option<u64>,
}

/// Next-generation keys as the `update_key` callback fills them in.
pub(crate) struct NextKeys<'a> {
    pub(crate) rx_secret: &'a mut [u8],
    pub(crate) tx_secret: &'a mut [u8],
    pub(crate) rx_context: abi::ngtcp2_crypto_aead_ctx,
    pub(crate) tx_context: abi::ngtcp2_crypto_aead_ctx,
    pub(crate) rx_iv: &'a mut [u8],
    pub(crate) tx_iv: &'a mut [u8],
}

/// A path validation as its callbacks describe it.
#[derive(Clone, Copy)]
pub(crate) struct ValidationReport {
    pub(crate) flags: u32,
    pub(crate) path: Path,
    pub(crate) fallback: Option<Path>,
}

impl Session {
    /// Calls C unless the connection is gone; a status other than 0 is `CallbackFailure`.
    #[inline]
    fn notify(
        &mut self,
        phase: Phase,
        code: impl FnOnce(*mut abi::ngtcp2_conn, *mut c_void) -> c_int,
    ) -> Result<()> {
        match self.ask(phase, code)? {
            0 => Ok(()),
            _ => Err(Error::CallbackFailure),
        }
    }

    /// Calls C unless the connection is gone, before or after.
    #[inline]
    pub(super) fn ask(
        &mut self,
        phase: Phase,
        code: impl FnOnce(*mut abi::ngtcp2_conn, *mut c_void) -> c_int,
    ) -> Result<c_int> {
        self.may_call_out()?;
        let status = self.outside(phase, code);
        self.may_call_out()?;
        fault::pass(Point::Callback);
        Ok(status)
    }
}

/// Handshake. Callbacks that install the keys of the first flight count as building: no packet can be read or written
/// before they are there.
impl Session {
    /// The first packet is about to be written: writing from inside would begin the handshake once more.
    pub(crate) fn client_initial(&mut self) -> Result<()> {
        let Some(callback) = self.head().callbacks.client_initial else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Building, |conn, user| unsafe { callback(conn, user) })
    }

    pub(crate) fn recv_client_initial(&mut self, dcid: &ConnectionId) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_client_initial else { return Ok(()) };
        let dcid = dcid.to_abi();
        // SAFETY: the connection id lives on this stack for the length of the call.
        self.notify(Phase::Building, |conn, user| unsafe { callback(conn, &dcid, user) })
    }

    /// The callback may answer with an error of its own (a TLS alert is `Crypto`), which is passed on.
    pub(crate) fn recv_crypto_data(
        &mut self,
        level: abi::ngtcp2_encryption_level,
        offset: u64,
        data: &[u8],
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_crypto_data else { return Ok(()) };
        let status = self.ask(Phase::Callback, |conn, user| {
            // SAFETY: the data outlive the call: they are ours, not the caller's packet.
            unsafe { callback(conn, level, offset, data.as_ptr(), data.len(), user) }
        })?;
        match status {
            0 => Ok(()),
            abi::NGTCP2_ERR_CRYPTO => Err(Error::Crypto),
            abi::NGTCP2_ERR_PROTO => Err(Error::Proto),
            abi::NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM => Err(Error::RequiredTransportParam),
            abi::NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM => Err(Error::MalformedTransportParam),
            abi::NGTCP2_ERR_TRANSPORT_PARAM => Err(Error::TransportParam),
            abi::NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE => Err(Error::VersionNegotiationFailure),
            abi::NGTCP2_ERR_NOMEM => Err(Error::NoMem),
            _ => Err(Error::CallbackFailure),
        }
    }

    pub(crate) fn handshake_completed(&mut self) -> Result<()> {
        let Some(callback) = self.head().callbacks.handshake_completed else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, user) })
    }

    pub(crate) fn handshake_confirmed(&mut self) -> Result<()> {
        let Some(callback) = self.head().callbacks.handshake_confirmed else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, user) })
    }

    pub(crate) fn recv_version_negotiation(
        &mut self,
        header: &abi::ngtcp2_pkt_hd,
        versions: &[u32],
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_version_negotiation else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: header and list outlive the call.
            unsafe { callback(conn, header, versions.as_ptr(), versions.len(), user) }
        })
    }

    pub(crate) fn recv_retry(&mut self, header: &abi::ngtcp2_pkt_hd) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_retry else { return Ok(()) };
        // SAFETY: the header outlives the call.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, header, user) })
    }

    pub(crate) fn version_negotiation(&mut self, version: u32, client_dcid: &ConnectionId) -> Result<()> {
        let Some(callback) = self.head().callbacks.version_negotiation else { return Ok(()) };
        let dcid = client_dcid.to_abi();
        // SAFETY: the connection id lives on this stack for the length of the call.
        self.notify(Phase::Building, |conn, user| unsafe { callback(conn, version, &dcid, user) })
    }

    pub(crate) fn recv_rx_key(&mut self, level: abi::ngtcp2_encryption_level) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_rx_key else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, level, user) })
    }

    pub(crate) fn recv_tx_key(&mut self, level: abi::ngtcp2_encryption_level) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_tx_key else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, level, user) })
    }

    pub(crate) fn tls_early_data_rejected(&mut self) -> Result<()> {
        let Some(callback) = self.head().callbacks.tls_early_data_rejected else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, user) })
    }

    pub(crate) fn recv_new_token(&mut self, token: &[u8]) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_new_token else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: the token outlives the call.
            unsafe { callback(conn, token.as_ptr(), token.len(), user) }
        })
    }
}

/// Streams and datagrams.
impl Session {
    pub(crate) fn stream_open(&mut self, id: StreamId) -> Result<()> {
        let Some(callback) = self.head().callbacks.stream_open else { return Ok(()) };
        // SAFETY: the connection and user data are the ones the caller gave us.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, id.0 as i64, user) })
    }

    #[inline]
    pub(crate) fn recv_stream_data(
        &mut self,
        flags: u32,
        id: StreamId,
        offset: u64,
        data: &[u8],
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_stream_data else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: the data are in a buffer that the caller of this method owns; no API call can free it.
            unsafe {
                callback(conn, flags, id.0 as i64, offset, data.as_ptr(), data.len(), user, stream_user)
            }
        })
    }

    #[inline]
    pub(crate) fn acked_stream_data_offset(
        &mut self,
        id: StreamId,
        offset: u64,
        len: u64,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.acked_stream_data_offset else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, id.0 as i64, offset, len, user, stream_user) }
        })
    }

    pub(crate) fn stream_close(
        &mut self,
        id: StreamId,
        codes: CloseCodes,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let callbacks = &self.head().callbacks;
        if let Some(callback) = callbacks.stream_close2 {
            let mut flags = 0;
            if codes.receive.is_some() {
                flags |= abi::NGTCP2_STREAM_CLOSE2_FLAG_RX_APP_ERROR_CODE_SET;
            }
            if codes.send.is_some() {
                flags |= abi::NGTCP2_STREAM_CLOSE2_FLAG_TX_APP_ERROR_CODE_SET;
            }
            let (rx, tx) = (codes.receive.unwrap_or(0), codes.send.unwrap_or(0));
            return self.notify(Phase::Callback, |conn, user| {
                // SAFETY: plain values, and the caller's own pointers.
                unsafe { callback(conn, flags, id.0 as i64, rx, tx, user, stream_user) }
            });
        }
        let Some(callback) = callbacks.stream_close else { return Ok(()) };
        let code = codes.first;
        let flags = if code.is_some() { abi::NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET } else { 0 };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, flags, id.0 as i64, code.unwrap_or(0), user, stream_user) }
        })
    }

    pub(crate) fn stream_reset(
        &mut self,
        id: StreamId,
        final_size: u64,
        error_code: u64,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.stream_reset else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, id.0 as i64, final_size, error_code, user, stream_user) }
        })
    }

    pub(crate) fn recv_stop_sending(
        &mut self,
        id: StreamId,
        error_code: u64,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_stop_sending else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, id.0 as i64, error_code, user, stream_user) }
        })
    }

    /// Fired while the packet with the STOP_SENDING frame is being built.
    pub(crate) fn stream_stop_sending(
        &mut self,
        id: StreamId,
        error_code: u64,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.stream_stop_sending else { return Ok(()) };
        self.notify(Phase::Building, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, id.0 as i64, error_code, user, stream_user) }
        })
    }

    pub(crate) fn extend_max_local_streams(&mut self, direction: Direction, limit: u64) -> Result<()> {
        let callbacks = &self.head().callbacks;
        let callback = match direction {
            Direction::Bidi => callbacks.extend_max_local_streams_bidi,
            Direction::Uni => callbacks.extend_max_local_streams_uni,
        };
        let Some(callback) = callback else { return Ok(()) };
        // SAFETY: plain values, and the caller's own pointers.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, limit, user) })
    }

    /// Fired while the packet with the MAX_STREAMS frame is being built.
    pub(crate) fn extend_max_remote_streams(&mut self, direction: Direction, limit: u64) -> Result<()> {
        let callbacks = &self.head().callbacks;
        let callback = match direction {
            Direction::Bidi => callbacks.extend_max_remote_streams_bidi,
            Direction::Uni => callbacks.extend_max_remote_streams_uni,
        };
        let Some(callback) = callback else { return Ok(()) };
        // SAFETY: plain values, and the caller's own pointers.
        self.notify(Phase::Building, |conn, user| unsafe { callback(conn, limit, user) })
    }

    /// The connection's send limit rose.
    pub(crate) fn extend_max_data(&mut self, limit: u64) -> Result<()> {
        let Some(callback) = self.head().callbacks.extend_max_data else { return Ok(()) };
        // SAFETY: plain values, and the caller's own pointers.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, limit, user) })
    }

    pub(crate) fn extend_max_stream_data(
        &mut self,
        id: StreamId,
        limit: u64,
        stream_user: *mut c_void,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.extend_max_stream_data else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: plain values, and the caller's own pointers.
            unsafe { callback(conn, id.0 as i64, limit, user, stream_user) }
        })
    }

    pub(crate) fn recv_datagram(&mut self, flags: u32, data: &[u8]) -> Result<()> {
        let Some(callback) = self.head().callbacks.recv_datagram else { return Ok(()) };
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: the data are in a buffer that the caller of this method owns.
            unsafe { callback(conn, flags, data.as_ptr(), data.len(), user) }
        })
    }

    pub(crate) fn ack_datagram(&mut self, id: u64) -> Result<()> {
        let Some(callback) = self.head().callbacks.ack_datagram else { return Ok(()) };
        // SAFETY: plain values, and the caller's own pointers.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, id, user) })
    }

    pub(crate) fn lost_datagram(&mut self, id: u64) -> Result<()> {
        let Some(callback) = self.head().callbacks.lost_datagram else { return Ok(()) };
        // SAFETY: plain values, and the caller's own pointers.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, id, user) })
    }
}

/// Connection ids, paths and keys.
impl Session {
    /// Asks for a connection id of `len` bytes and its stateless reset token, while a packet is being built.
    pub(crate) fn new_connection_id(&mut self, len: usize) -> Result<(ConnectionId, [u8; 16])> {
        let callbacks = &self.head().callbacks;
        let (newer, older) = (callbacks.get_new_connection_id2, callbacks.get_new_connection_id);
        let mut cid = abi::ngtcp2_cid::default();
        let mut token = abi::ngtcp2_stateless_reset_token::default();
        self.notify(Phase::Building, |conn, user| match (newer, older) {
            // SAFETY: id and token live on this stack and have the sizes that the callback's type says.
            (Some(callback), _) => unsafe { callback(conn, &mut cid, &mut token, len, user) },
            // SAFETY: as above; the older callback takes the token's 16 bytes.
            (None, Some(callback)) => unsafe { callback(conn, &mut cid, token.data.as_mut_ptr(), len, user) },
            (None, None) => abi::NGTCP2_ERR_CALLBACK_FAILURE,
        })?;
        if cid.datalen != len {
            return Err(Error::CallbackFailure);
        }
        let id = ConnectionId::from_abi(&cid).ok_or(Error::CallbackFailure)?;
        Ok((id, token.data))
    }

    pub(crate) fn remove_connection_id(&mut self, cid: &ConnectionId) -> Result<()> {
        let Some(callback) = self.head().callbacks.remove_connection_id else { return Ok(()) };
        let cid = cid.to_abi();
        // SAFETY: the connection id lives on this stack for the length of the call.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, &cid, user) })
    }

    /// Reports that the peer's connection id `sequence` came into use or fell out of it.
    pub(crate) fn dcid_status(
        &mut self,
        status: abi::ngtcp2_connection_id_status_type,
        sequence: u64,
        cid: &ConnectionId,
        token: Option<&[u8; 16]>,
    ) -> Result<()> {
        let callbacks = &self.head().callbacks;
        let (newer, older) = (callbacks.dcid_status2, callbacks.dcid_status);
        let cid = cid.to_abi();
        let token = token.map(|data| abi::ngtcp2_stateless_reset_token { data: *data });
        let token = token.as_ref();
        self.notify(Phase::Building, |conn, user| match (newer, older) {
            (Some(callback), _) => {
                let token = token.map_or(ptr::null(), ptr::from_ref);
                // SAFETY: id and token live on this stack; a token that is not known is NULL.
                unsafe { callback(conn, status, sequence, &cid, token, user) }
            }
            (None, Some(callback)) => {
                let token = token.map_or(ptr::null(), |token| token.data.as_ptr());
                // SAFETY: as above.
                unsafe { callback(conn, status, sequence, &cid, token, user) }
            }
            (None, None) => 0,
        })
    }

    pub(crate) fn path_challenge_data(&mut self) -> Result<[u8; 8]> {
        let callbacks = &self.head().callbacks;
        let (newer, older) = (callbacks.get_path_challenge_data2, callbacks.get_path_challenge_data);
        let mut data = abi::ngtcp2_path_challenge_data::default();
        self.notify(Phase::Building, |conn, user| match (newer, older) {
            // SAFETY: the data live on this stack and have the size that the callback's type says.
            (Some(callback), _) => unsafe { callback(conn, &mut data, user) },
            // SAFETY: as above; the older callback takes the 8 bytes.
            (None, Some(callback)) => unsafe { callback(conn, data.data.as_mut_ptr(), user) },
            (None, None) => abi::NGTCP2_ERR_CALLBACK_FAILURE,
        })?;
        Ok(data.data)
    }

    pub(crate) fn begin_path_validation(&mut self, report: &ValidationReport) -> Result<()> {
        let Some(callback) = self.head().callbacks.begin_path_validation else { return Ok(()) };
        let path = path_to_abi(&report.path);
        let fallback = report.fallback.as_ref().map(path_to_abi);
        let fallback = fallback.as_ref().map_or(ptr::null(), ptr::from_ref);
        self.notify(Phase::Building, |conn, user| {
            // SAFETY: the paths point into `report`, which outlives the call.
            unsafe { callback(conn, report.flags, &path, fallback, user) }
        })
    }

    pub(crate) fn path_validation(
        &mut self,
        report: &ValidationReport,
        result: abi::ngtcp2_path_validation_result,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.path_validation else { return Ok(()) };
        let path = path_to_abi(&report.path);
        let fallback = report.fallback.as_ref().map(path_to_abi);
        let fallback = fallback.as_ref().map_or(ptr::null(), ptr::from_ref);
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: the paths point into `report`, which outlives the call.
            unsafe { callback(conn, report.flags, &path, fallback, result, user) }
        })
    }

    /// Lets the caller pick one of the server's preferred addresses; `None` declines.
    pub(crate) fn select_preferred_addr(
        &mut self,
        preferred: &abi::ngtcp2_preferred_addr,
    ) -> Result<Option<Path>> {
        let Some(callback) = self.head().callbacks.select_preferred_addr else { return Ok(None) };
        let mut storage = abi::ngtcp2_path_storage::default();
        let mut dest = empty_path(&mut storage);
        self.notify(Phase::Callback, |conn, user| {
            // SAFETY: `dest` has address buffers of the size of any address, on this stack.
            unsafe { callback(conn, &mut dest, preferred, user) }
        })?;
        if dest.remote.addrlen == 0 {
            return Ok(None);
        }
        // SAFETY: the callback filled the buffers on this stack, or pointed the addresses at memory of its own.
        Ok(unsafe { path_from_abi(&dest) })
    }

    pub(crate) fn recv_stateless_reset(&mut self, token: &[u8; 16], random: &[u8]) -> Result<()> {
        let callbacks = &self.head().callbacks;
        let (newer, older) = (callbacks.recv_stateless_reset2, callbacks.recv_stateless_reset);
        if let Some(callback) = newer {
            let reset = abi::ngtcp2_pkt_stateless_reset2 {
                token: abi::ngtcp2_stateless_reset_token { data: *token },
                rand: random.as_ptr(),
                randlen: random.len(),
            };
            // SAFETY: the packet description and its bytes outlive the call.
            return self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, &reset, user) });
        }
        let Some(callback) = older else { return Ok(()) };
        let reset = abi::ngtcp2_pkt_stateless_reset {
            stateless_reset_token: *token,
            rand: random.as_ptr(),
            randlen: random.len(),
        };
        // SAFETY: the packet description and its bytes outlive the call.
        self.notify(Phase::Callback, |conn, user| unsafe { callback(conn, &reset, user) })
    }

    /// Derives the next generation of 1-RTT keys.
    pub(crate) fn update_key(
        &mut self,
        current_rx: &[u8],
        current_tx: &[u8],
        next: &mut NextKeys<'_>,
    ) -> Result<()> {
        let Some(callback) = self.head().callbacks.update_key else { return Err(Error::CallbackFailure) };
        self.may_call_out()?;
        let status = self.outside(Phase::Building, |conn, user| {
            // SAFETY: every buffer lives in the caller of this method; all secrets are as long as the current ones.
            unsafe {
                callback(
                    conn,
                    next.rx_secret.as_mut_ptr(),
                    next.tx_secret.as_mut_ptr(),
                    &mut next.rx_context,
                    next.rx_iv.as_mut_ptr(),
                    &mut next.tx_context,
                    next.tx_iv.as_mut_ptr(),
                    current_rx.as_ptr(),
                    current_tx.as_ptr(),
                    current_rx.len(),
                    user,
                )
            }
        });
        if status != 0 {
            return Err(Error::CallbackFailure);
        }
        if let Err(error) = self.may_call_out() {
            // Deleted inside the callback, which made the keys all the same: no table takes them any more.
            self.delete_aead_context(next.rx_context);
            self.delete_aead_context(next.tx_context);
            return Err(error);
        }
        Ok(())
    }

    /// Gives an AEAD context back to the TLS library. Runs inside `ngtcp2_conn_del` too.
    pub(crate) fn delete_aead_context(&mut self, mut context: abi::ngtcp2_crypto_aead_ctx) {
        if let Some(callback) = self.head().callbacks.delete_crypto_aead_ctx {
            // SAFETY: the context was given to us with its key, and the key table hands it out once.
            self.outside(Phase::Bare, |conn, user| unsafe { callback(conn, &mut context, user) });
        }
    }

    /// Gives a header protection context back to the TLS library. Runs inside `ngtcp2_conn_del` too.
    pub(crate) fn delete_cipher_context(&mut self, mut context: abi::ngtcp2_crypto_cipher_ctx) {
        if let Some(callback) = self.head().callbacks.delete_crypto_cipher_ctx {
            // SAFETY: the context was given to us with its key, and the key table hands it out once.
            self.outside(Phase::Bare, |conn, user| unsafe { callback(conn, &mut context, user) });
        }
    }
}

/// Writing.
impl Session {
    /// Lets the application write one datagram into `out`: for `ngtcp2_conn_write_aggregate_pkt`. Its length, or the error
    /// code that the application returned.
    ///
    /// # Safety
    /// `path` and `pi` are NULL or good for what the write functions ask of them.
    pub(crate) unsafe fn write_packet(
        &mut self,
        callback: abi::ngtcp2_write_pkt,
        path: *mut abi::ngtcp2_path,
        pi: *mut abi::ngtcp2_pkt_info,
        out: Output,
        now: Timestamp,
    ) -> Result<abi::ngtcp2_ssize> {
        let callback = callback.ok_or(Error::InvalidArgument)?;
        self.may_call_out()?;
        let written = self.outside(Phase::Callback, |conn, user| {
            // SAFETY: path and packet information by this method's contract; the buffer is the caller's own.
            unsafe { callback(conn, path, pi, out.pointer(), out.len(), now.0, user) }
        });
        self.may_call_out()?;
        let overflows = usize::try_from(written).is_ok_and(|len| len > out.len());
        if overflows { Err(Error::CallbackFailure) } else { Ok(written) }
    }
}

/// Logs. After `ngtcp2_conn_del` in a callback the caller's objects may be gone: nothing is told any more but the end of
/// the qlog.
impl Session {
    /// Hands one finished log line to the caller; `line` ends with a NUL that is not part of it.
    pub(crate) fn log_line(&mut self, line: &mut [u8]) {
        let Some(len) = line.len().checked_sub(1) else { return };
        if self.may_call_out().is_err() {
            return;
        }
        let log = self.head().log;
        if let Some(write) = log.write {
            // SAFETY: a NUL-terminated line that outlives the call.
            self.outside(Phase::Bare, |_, user| unsafe {
                write(user, line.as_mut_ptr().cast::<c_char>(), len)
            });
        } else if let Some(printf) = log.printf {
            // SAFETY: as above; the format consumes exactly the one string.
            self.outside(Phase::Bare, |_, user| unsafe {
                printf(user, c"%s".as_ptr(), line.as_ptr().cast::<c_char>())
            });
        }
    }

    /// Hands one qlog record to the caller.
    pub(crate) fn qlog_record(&mut self, flags: u32, record: &[u8]) {
        let Some(write) = self.head().log.qlog else { return };
        let is_last = flags & abi::NGTCP2_QLOG_WRITE_FLAG_FIN != 0;
        if !is_last && self.may_call_out().is_err() {
            return;
        }
        self.outside(Phase::Bare, |_, user| {
            // SAFETY: the record outlives the call.
            unsafe { write(user, flags, record.as_ptr().cast::<c_void>(), record.len()) }
        });
    }
}

/// A path whose addresses are empty and whose buffers are those of `storage`.
fn empty_path(storage: &mut abi::ngtcp2_path_storage) -> abi::ngtcp2_path {
    abi::ngtcp2_path {
        local: abi::ngtcp2_addr { addr: (&raw mut storage.local_addrbuf).cast(), addrlen: 0 },
        remote: abi::ngtcp2_addr { addr: (&raw mut storage.remote_addrbuf).cast(), addrlen: 0 },
        user_data: ptr::null_mut(),
    }
}
