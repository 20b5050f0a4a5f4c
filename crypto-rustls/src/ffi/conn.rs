//! ngtcp2's connection, as far as the helper uses it: a safe face of the core's C functions.
//!
//! Only functions that libngtcp2 1.11 had already, so that the helper runs with every later one.

use std::ffi::c_int;
use std::ptr::NonNull;

use ngtcp2_abi::api::*;
use ngtcp2_abi::{NGTCP2_ERR_INTERNAL, ngtcp2_cid, ngtcp2_conn, ngtcp2_crypto_ctx, ngtcp2_encryption_level};

use super::handles::{self, AeadHandle, KeyHandles};
use crate::session::{Direction, Level};
use crate::session_record::Limits;
use crate::suite::{NONCE_LEN, Suite};

/// Room for transport parameters. They take at most a few hundred bytes.
const MAX_TRANSPORT_PARAMS_LEN: usize = 2048;

/// A connection that is valid for the time of one call from C.
///
/// The pointer is used as C does: without ever being a reference, because the core and the application
/// use it too.
pub(crate) struct Conn(NonNull<ngtcp2_conn>);

impl From<Level> for ngtcp2_encryption_level {
    fn from(level: Level) -> Self {
        match level {
            Level::Initial => ngtcp2_abi::NGTCP2_ENCRYPTION_LEVEL_INITIAL,
            Level::Handshake => ngtcp2_abi::NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE,
            Level::OneRtt => ngtcp2_abi::NGTCP2_ENCRYPTION_LEVEL_1RTT,
        }
    }
}

impl Conn {
    // `conn` is NULL or valid as long as the result is used.
    pub(super) unsafe fn new(conn: *mut ngtcp2_conn) -> Option<Self> {
        NonNull::new(conn).map(Self)
    }

    pub(super) fn as_ptr(&self) -> *mut ngtcp2_conn {
        self.0.as_ptr()
    }

    pub(crate) fn is_server(&self) -> bool {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_is_server(self.as_ptr()) != 0 }
    }

    pub(super) fn tls_native_handle(&self) -> *mut std::ffi::c_void {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_get_tls_native_handle(self.as_ptr()) }
    }

    pub(crate) fn client_chosen_version(&self) -> u32 {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_get_client_chosen_version(self.as_ptr()) }
    }

    pub(crate) fn negotiated_version(&self) -> u32 {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_get_negotiated_version(self.as_ptr()) }
    }

    /// The destination connection ID of the packets to be sent.
    pub(crate) fn destination_connection_id(&self) -> Option<ngtcp2_cid> {
        // SAFETY: the connection is valid, see `Conn`.
        let id = unsafe { ngtcp2_conn_get_dcid(self.as_ptr()) };
        // SAFETY: NULL or an ID inside the connection, which does not change during this statement.
        unsafe { id.as_ref() }.copied()
    }

    pub(crate) fn suite(&self) -> Option<&'static Suite> {
        // SAFETY: the connection is valid, see `Conn`.
        let ctx = unsafe { ngtcp2_conn_get_crypto_ctx(self.as_ptr()) };
        // SAFETY: the function returns NULL or a context inside the connection.
        unsafe { suite(ctx) }
    }

    pub(crate) fn early_suite(&self) -> Option<&'static Suite> {
        // SAFETY: the connection is valid, see `Conn`.
        let ctx = unsafe { ngtcp2_conn_get_0rtt_crypto_ctx(self.as_ptr()) };
        // SAFETY: the function returns NULL or a context inside the connection.
        unsafe { suite(ctx) }
    }

    pub(crate) fn set_suite(&self, suite: &Suite) {
        // SAFETY: the connection is valid, see `Conn`; the context is copied.
        unsafe { ngtcp2_conn_set_crypto_ctx(self.as_ptr(), &handles::ctx(suite)) }
    }

    pub(crate) fn set_early_suite(&self, suite: &Suite) {
        // SAFETY: the connection is valid, see `Conn`; the context is copied.
        unsafe { ngtcp2_conn_set_0rtt_crypto_ctx(self.as_ptr(), &handles::ctx(suite)) }
    }

    pub(crate) fn set_initial_suite(&self, suite: &Suite) {
        // SAFETY: the connection is valid, see `Conn`; the context is copied.
        unsafe { ngtcp2_conn_set_initial_crypto_ctx(self.as_ptr(), &handles::ctx(suite)) }
    }

    pub(crate) fn set_retry_key(&self, key: AeadHandle) {
        let aead = handles::aead(crate::suite::INITIAL.aead);
        // SAFETY: the connection is valid, see `Conn`; the key becomes its own.
        unsafe { ngtcp2_conn_set_retry_aead(self.as_ptr(), &aead, &key.ctx()) };
        key.taken();
    }

    /// Our transport parameters, as TLS sends them.
    pub(crate) fn local_transport_params(&self) -> Result<Vec<u8>, c_int> {
        let mut encoded = vec![0; MAX_TRANSPORT_PARAMS_LEN];
        // SAFETY: the connection is valid, see `Conn`; the buffer has the length that is given.
        let len = unsafe {
            ngtcp2_conn_encode_local_transport_params(self.as_ptr(), encoded.as_mut_ptr(), encoded.len())
        };
        let len = usize::try_from(len).map_err(|_| c_int::try_from(len).unwrap_or(NGTCP2_ERR_INTERNAL))?;
        encoded.truncate(len);
        self.add_initial_source_connection_id(&mut encoded)?;
        encoded.shrink_to_fit();
        Ok(encoded)
    }

    /// Completes a server's parameters. The core fills in initial_source_connection_id when the first
    /// Handshake key is installed, and our TLS engine needs the parameters before it makes that key.
    fn add_initial_source_connection_id(&self, encoded: &mut Vec<u8>) -> Result<(), c_int> {
        const INITIAL_SOURCE_CONNECTION_ID: u8 = 0x0f;

        // SAFETY: the connection is valid, see `Conn`.
        let params = unsafe { ngtcp2_conn_get_local_transport_params(self.as_ptr()) };
        // SAFETY: NULL or parameters inside the connection, which do not change meanwhile.
        let params = unsafe { params.as_ref() }.ok_or(NGTCP2_ERR_INTERNAL)?;
        if params.initial_scid_present != 0 {
            return Ok(());
        }
        let ids = self.source_connection_ids();
        // The only other one that can have been issued so early is the preferred address's.
        let preferred = (params.preferred_addr_present != 0).then_some(&params.preferred_addr.cid);
        let is_initial = |id: &&ngtcp2_cid| Some(super::cid(id)) != preferred.map(super::cid);
        let id = ids.iter().find(is_initial).and_then(super::cid).unwrap_or_default();
        // Both length and identifier are varints of one byte.
        encoded.extend_from_slice(&[INITIAL_SOURCE_CONNECTION_ID, id.len() as u8]);
        encoded.extend_from_slice(id);
        Ok(())
    }

    fn source_connection_ids(&self) -> Vec<ngtcp2_cid> {
        // SAFETY: the connection is valid, see `Conn`; NULL asks for the number.
        let len = unsafe { ngtcp2_conn_get_scid(self.as_ptr(), std::ptr::null_mut()) };
        let mut ids = vec![ngtcp2_cid::ZERO; len];
        // SAFETY: the connection is valid, see `Conn`; there is room for as many as it has.
        let len = unsafe { ngtcp2_conn_get_scid(self.as_ptr(), ids.as_mut_ptr()) };
        ids.truncate(len);
        ids
    }

    pub(crate) fn set_remote_transport_params(&self, encoded: &[u8]) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; the bytes are valid for their length.
        let status = unsafe {
            ngtcp2_conn_decode_and_set_remote_transport_params(self.as_ptr(), encoded.as_ptr(), encoded.len())
        };
        check(status)
    }

    /// Our limits that clients remember for 0-RTT.
    pub(crate) fn local_limits(&self) -> Result<Limits, c_int> {
        // SAFETY: the connection is valid, see `Conn`.
        let params = unsafe { ngtcp2_conn_get_local_transport_params(self.as_ptr()) };
        // SAFETY: NULL or parameters inside the connection, which do not change meanwhile.
        let params = unsafe { params.as_ref() }.ok_or(NGTCP2_ERR_INTERNAL)?;
        Ok(Limits([
            params.initial_max_data,
            params.initial_max_stream_data_bidi_local,
            params.initial_max_stream_data_bidi_remote,
            params.initial_max_stream_data_uni,
            params.initial_max_streams_bidi,
            params.initial_max_streams_uni,
            params.active_connection_id_limit,
            params.max_datagram_frame_size,
        ]))
    }

    /// Has a client's connection work under what it remembers of the server.
    pub(crate) fn set_remembered_transport_params(&self, encoded: &[u8]) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; the bytes are valid for their length.
        check(unsafe {
            ngtcp2_conn_decode_and_set_0rtt_transport_params(self.as_ptr(), encoded.as_ptr(), encoded.len())
        })
    }

    pub(crate) fn tls_early_data_rejected(&self) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`.
        check(unsafe { ngtcp2_conn_tls_early_data_rejected(self.as_ptr()) })
    }

    pub(crate) fn submit_crypto_data(&self, level: Level, data: &[u8]) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; it copies the data.
        let status =
            unsafe { ngtcp2_conn_submit_crypto_data(self.as_ptr(), level.into(), data.as_ptr(), data.len()) };
        check(status)
    }

    pub(crate) fn tls_handshake_completed(&self) {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_tls_handshake_completed(self.as_ptr()) }
    }

    pub(crate) fn set_tls_alert(&self, alert: u8) {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_set_tls_alert(self.as_ptr(), alert) }
    }

    pub(crate) fn set_tls_error(&self, error: c_int) {
        // SAFETY: the connection is valid, see `Conn`.
        unsafe { ngtcp2_conn_set_tls_error(self.as_ptr(), error) }
    }

    pub(crate) fn tls_error(&self) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`.
        check(unsafe { ngtcp2_conn_get_tls_error(self.as_ptr()) })
    }

    pub(crate) fn install_initial_keys(
        &self,
        receive: KeyHandles,
        receive_iv: &[u8; NONCE_LEN],
        send: KeyHandles,
        send_iv: &[u8; NONCE_LEN],
    ) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; IVs have the given length; on success it owns
        // the keys.
        check(unsafe {
            ngtcp2_conn_install_initial_key(
                self.as_ptr(),
                &receive.aead.ctx(),
                receive_iv.as_ptr(),
                &receive.header_protection.ctx(),
                &send.aead.ctx(),
                send_iv.as_ptr(),
                &send.header_protection.ctx(),
                NONCE_LEN,
            )
        })?;
        receive.taken();
        send.taken();
        Ok(())
    }

    pub(crate) fn install_negotiated_initial_keys(
        &self,
        version: u32,
        receive: KeyHandles,
        receive_iv: &[u8; NONCE_LEN],
        send: KeyHandles,
        send_iv: &[u8; NONCE_LEN],
    ) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; IVs have the given length; on success it owns
        // the keys.
        check(unsafe {
            ngtcp2_conn_install_vneg_initial_key(
                self.as_ptr(),
                version,
                &receive.aead.ctx(),
                receive_iv.as_ptr(),
                &receive.header_protection.ctx(),
                &send.aead.ctx(),
                send_iv.as_ptr(),
                &send.header_protection.ctx(),
                NONCE_LEN,
            )
        })?;
        receive.taken();
        send.taken();
        Ok(())
    }

    pub(crate) fn install_early_key(&self, keys: KeyHandles, iv: &[u8; NONCE_LEN]) -> Result<(), c_int> {
        // SAFETY: the connection is valid, see `Conn`; the IV has the given length; on success it owns
        // the keys.
        check(unsafe {
            ngtcp2_conn_install_0rtt_key(
                self.as_ptr(),
                &keys.aead.ctx(),
                iv.as_ptr(),
                NONCE_LEN,
                &keys.header_protection.ctx(),
            )
        })?;
        keys.taken();
        Ok(())
    }

    pub(crate) fn install_handshake_key(
        &self,
        direction: Direction,
        keys: KeyHandles,
        iv: &[u8; NONCE_LEN],
    ) -> Result<(), c_int> {
        let install = match direction {
            Direction::Receive => ngtcp2_conn_install_rx_handshake_key,
            Direction::Send => ngtcp2_conn_install_tx_handshake_key,
        };
        // SAFETY: the connection is valid, see `Conn`; the IV has the given length; on success it owns
        // the keys.
        check(unsafe {
            install(self.as_ptr(), &keys.aead.ctx(), iv.as_ptr(), NONCE_LEN, &keys.header_protection.ctx())
        })?;
        keys.taken();
        Ok(())
    }

    pub(crate) fn install_key(
        &self,
        direction: Direction,
        secret: &[u8],
        keys: KeyHandles,
        iv: &[u8; NONCE_LEN],
    ) -> Result<(), c_int> {
        let install = match direction {
            Direction::Receive => ngtcp2_conn_install_rx_key,
            Direction::Send => ngtcp2_conn_install_tx_key,
        };
        // SAFETY: the connection is valid, see `Conn`; secret and IV have the given lengths; on success
        // it owns the keys.
        check(unsafe {
            install(
                self.as_ptr(),
                secret.as_ptr(),
                secret.len(),
                &keys.aead.ctx(),
                iv.as_ptr(),
                NONCE_LEN,
                &keys.header_protection.ctx(),
            )
        })?;
        keys.taken();
        Ok(())
    }
}

fn check(status: c_int) -> Result<(), c_int> {
    if status == 0 { Ok(()) } else { Err(status) }
}

// `ctx` is NULL or valid.
unsafe fn suite(ctx: *const ngtcp2_crypto_ctx) -> Option<&'static Suite> {
    // SAFETY: by the contract of this function.
    handles::suite_of(unsafe { ctx.as_ref() }?)
}
