//! A connection of the library, with the calls that the simulator makes.
//!
//! Owns: nothing; a handle is the C pointer. Its owner, the endpoint, deletes it once and uses no copy afterwards:
//! that is the invariant on which every call here stands.

use std::ffi::c_int;
use std::ptr;

use ngtcp2_abi::api::*;
use ngtcp2_abi::{
    NGTCP2_CONN_INFO_VERSION, NGTCP2_PKT_INFO_VERSION, NGTCP2_TRANSPORT_PARAMS_VERSION,
    NGTCP2_WRITE_DATAGRAM_FLAG_MORE, NGTCP2_WRITE_DATAGRAM_FLAG_NONE, ngtcp2_callbacks, ngtcp2_ccerr,
    ngtcp2_cid, ngtcp2_conn, ngtcp2_conn_info, ngtcp2_crypto_aead, ngtcp2_crypto_ctx,
    ngtcp2_encryption_level, ngtcp2_mem, ngtcp2_path_storage, ngtcp2_pkt_info, ngtcp2_settings, ngtcp2_ssize,
    ngtcp2_transport_params, ngtcp2_vec,
};

use crate::address::Path;
use crate::keys::{IV, KeySet, RETRY_KEY, SECRET, Secret, Side, aead_context};
use crate::library::{callbacks_version, settings_version};
use crate::protection::{TAG, algorithms};

/// What a new connection is made from.
pub(crate) struct Blueprint<'a> {
    pub(crate) side: Side,
    pub(crate) dcid: ngtcp2_cid,
    pub(crate) scid: ngtcp2_cid,
    pub(crate) path: Path,
    pub(crate) version: u32,
    pub(crate) callbacks: &'a ngtcp2_callbacks,
    pub(crate) settings: &'a ngtcp2_settings,
    pub(crate) params: &'a ngtcp2_transport_params,
    pub(crate) mem: &'a ngtcp2_mem,
    pub(crate) user_data: *mut std::ffi::c_void,
}

/// What a write function gave back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// The packet's size, 0, or an error.
    pub(crate) result: ngtcp2_ssize,
    /// How many bytes of the stream were taken; negative if the stream is not in the packet.
    pub(crate) accepted: ngtcp2_ssize,
    pub(crate) path: Option<Path>,
    pub(crate) ecn: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Connection(*mut ngtcp2_conn);

// Each SAFETY comment "live" means: the pointer is that of a connection which is not deleted (see the file's head),
// and other pointers are valid during the call.
impl Connection {
    pub(crate) const NONE: Self = Self(ptr::null_mut());

    pub(crate) const fn from_raw(conn: *mut ngtcp2_conn) -> Self {
        Self(conn)
    }

    pub(crate) const fn as_raw(self) -> *mut ngtcp2_conn {
        self.0
    }

    pub(crate) const fn is_none(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn create(blueprint: &Blueprint<'_>) -> Result<Self, c_int> {
        let storage = blueprint.path.to_storage();
        let mut conn = ptr::null_mut();
        let create = match blueprint.side {
            Side::Client => ngtcp2_conn_client_new_versioned,
            Side::Server => ngtcp2_conn_server_new_versioned,
        };
        // SAFETY: all pointers are valid during the call; what the connection keeps (memory, user data) outlives it.
        let code = unsafe {
            create(
                &raw mut conn,
                &raw const blueprint.dcid,
                &raw const blueprint.scid,
                &raw const storage.path,
                blueprint.version,
                callbacks_version(),
                blueprint.callbacks,
                settings_version(),
                blueprint.settings,
                NGTCP2_TRANSPORT_PARAMS_VERSION,
                blueprint.params,
                blueprint.mem,
                blueprint.user_data,
            )
        };
        if code == 0 { Ok(Self(conn)) } else { Err(code) }
    }

    pub(crate) fn delete(self) {
        // SAFETY: live, or NULL, which is allowed.
        unsafe { ngtcp2_conn_del(self.0) }
    }

    pub(crate) fn read(self, path: Path, ecn: u8, packet: &[u8], now: u64) -> c_int {
        let storage = path.to_storage();
        let info = ngtcp2_pkt_info { ecn };
        let (start, len) = (packet.as_ptr(), packet.len());
        // SAFETY: live.
        unsafe {
            ngtcp2_conn_read_pkt_versioned(
                self.0,
                &raw const storage.path,
                NGTCP2_PKT_INFO_VERSION,
                &raw const info,
                start,
                len,
                now,
            )
        }
    }

    /// Writes a packet; stream -1 means no stream.
    pub(crate) fn write_stream(
        self,
        packet: &mut [u8],
        stream: i64,
        flags: u32,
        data: &[ngtcp2_vec],
        now: u64,
    ) -> Written {
        let mut storage = Box::new(ngtcp2_path_storage::ZERO);
        // SAFETY: the storage is a valid struct.
        unsafe { ngtcp2_path_storage_zero(&raw mut *storage) };
        let mut info = ngtcp2_pkt_info { ecn: 0 };
        let mut accepted = -1;
        // SAFETY: live; the data stay where they are until acknowledged.
        let result = unsafe {
            ngtcp2_conn_writev_stream_versioned(
                self.0,
                &raw mut storage.path,
                NGTCP2_PKT_INFO_VERSION,
                &raw mut info,
                packet.as_mut_ptr(),
                packet.len(),
                &raw mut accepted,
                flags,
                stream,
                data.as_ptr(),
                data.len(),
                now,
            )
        };
        Written { result, accepted, path: Path::from_abi(&storage.path), ecn: info.ecn }
    }

    /// Writes a packet with a datagram; tells whether the datagram was taken.
    pub(crate) fn write_datagram(
        self,
        packet: &mut [u8],
        id: u64,
        more: bool,
        data: &[u8],
        now: u64,
    ) -> Written {
        let flags = if more { NGTCP2_WRITE_DATAGRAM_FLAG_MORE } else { NGTCP2_WRITE_DATAGRAM_FLAG_NONE };
        let mut accepted = 0;
        // SAFETY: live.
        let result = unsafe {
            ngtcp2_conn_write_datagram_versioned(
                self.0,
                ptr::null_mut(),
                NGTCP2_PKT_INFO_VERSION,
                ptr::null_mut(),
                packet.as_mut_ptr(),
                packet.len(),
                &raw mut accepted,
                flags,
                id,
                data.as_ptr(),
                data.len(),
                now,
            )
        };
        Written { result, accepted: accepted as ngtcp2_ssize, path: None, ecn: 0 }
    }

    pub(crate) fn submit_new_token(self, token: &[u8]) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_submit_new_token(self.0, token.as_ptr(), token.len()) }
    }

    pub(crate) fn write_close(self, packet: &mut [u8], error: &ngtcp2_ccerr, now: u64) -> Written {
        let mut storage = Box::new(ngtcp2_path_storage::ZERO);
        // SAFETY: the storage is a valid struct.
        unsafe { ngtcp2_path_storage_zero(&raw mut *storage) };
        let mut info = ngtcp2_pkt_info { ecn: 0 };
        // SAFETY: live.
        let result = unsafe {
            ngtcp2_conn_write_connection_close_versioned(
                self.0,
                &raw mut storage.path,
                NGTCP2_PKT_INFO_VERSION,
                &raw mut info,
                packet.as_mut_ptr(),
                packet.len(),
                error,
                now,
            )
        };
        Written { result, accepted: -1, path: Path::from_abi(&storage.path), ecn: info.ecn }
    }

    pub(crate) fn update_pkt_tx_time(self, now: u64) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_update_pkt_tx_time(self.0, now) }
    }

    /// How many bytes are to be sent in one go.
    pub(crate) fn send_quantum(self) -> usize {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_send_quantum2(self.0) }
    }

    pub(crate) fn expiry(self) -> u64 {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_expiry2(self.0) }
    }

    pub(crate) fn handle_expiry(self, now: u64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_handle_expiry(self.0, now) }
    }

    pub(crate) fn pto(self) -> u64 {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_pto2(self.0) }
    }

    pub(crate) fn set_keep_alive_timeout(self, timeout: u64) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_keep_alive_timeout(self.0, timeout) }
    }

    pub(crate) fn is_closing(self) -> bool {
        // SAFETY: live.
        unsafe { ngtcp2_conn_in_closing_period2(self.0) != 0 }
    }

    pub(crate) fn is_draining(self) -> bool {
        // SAFETY: live.
        unsafe { ngtcp2_conn_in_draining_period2(self.0) != 0 }
    }

    /// The error that closed the connection: type, code.
    pub(crate) fn close_error(self) -> (u32, u64) {
        // SAFETY: live.
        let error = unsafe { ngtcp2_conn_get_ccerr2(self.0) };
        // SAFETY: the library returns a valid pointer into the connection.
        let error = unsafe { &*error };
        (error.r#type.0, error.error_code)
    }

    /// The type of the frame that broke a rule, as the peer says.
    pub(crate) fn offending_frame(self) -> u64 {
        // SAFETY: live.
        let error = unsafe { ngtcp2_conn_get_ccerr2(self.0) };
        // SAFETY: the library returns a valid pointer into the connection.
        unsafe { (*error).frame_type }
    }

    pub(crate) fn open_stream(self, bidirectional: bool) -> Result<i64, c_int> {
        let mut id = -1;
        let open = if bidirectional { ngtcp2_conn_open_bidi_stream } else { ngtcp2_conn_open_uni_stream };
        // SAFETY: live.
        let code = unsafe { open(self.0, &raw mut id, ptr::null_mut()) };
        if code == 0 { Ok(id) } else { Err(code) }
    }

    pub(crate) fn set_stream_user_data(self, id: i64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_stream_user_data(self.0, id, ptr::null_mut()) }
    }

    /// Whether this endpoint opened the stream.
    pub(crate) fn is_local_stream(self, id: i64) -> bool {
        // SAFETY: live.
        unsafe { ngtcp2_conn_is_local_stream2(self.0, id) != 0 }
    }

    pub(crate) fn shutdown_stream(self, id: i64, error: u64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_shutdown_stream(self.0, 0, id, error) }
    }

    pub(crate) fn shutdown_stream_read(self, id: i64, error: u64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_shutdown_stream_read(self.0, 0, id, error) }
    }

    /// Gives the peer credit for bytes that the application consumed.
    pub(crate) fn extend_credit(self, id: i64, bytes: u64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_extend_max_offset(self.0, bytes) };
        // SAFETY: live.
        unsafe { ngtcp2_conn_extend_max_stream_offset(self.0, id, bytes) }
    }

    /// Lets the peer open one more stream.
    pub(crate) fn extend_streams(self, bidirectional: bool) {
        let extend = if bidirectional {
            ngtcp2_conn_extend_max_streams_bidi
        } else {
            ngtcp2_conn_extend_max_streams_uni
        };
        // SAFETY: live.
        unsafe { extend(self.0, 1) }
    }

    pub(crate) fn initiate_key_update(self, now: u64) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_initiate_key_update(self.0, now) }
    }

    /// Moves to another path: at once, or after its validation.
    pub(crate) fn migrate(self, path: Path, at_once: bool, now: u64) -> c_int {
        let storage = path.to_storage();
        let migrate =
            if at_once { ngtcp2_conn_initiate_immediate_migration } else { ngtcp2_conn_initiate_migration };
        // SAFETY: live.
        unsafe { migrate(self.0, &raw const storage.path, now) }
    }

    fn info(self) -> ngtcp2_conn_info {
        let mut info = ngtcp2_conn_info::ZERO;
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_conn_info2_versioned(self.0, NGTCP2_CONN_INFO_VERSION, &raw mut info) };
        info
    }

    pub(crate) fn lost_packets(self) -> u64 {
        self.info().pkt_lost
    }

    pub(crate) fn discarded_packets(self) -> u64 {
        self.info().pkt_discarded
    }

    /// The path in use.
    pub(crate) fn path(self) -> Option<Path> {
        // SAFETY: live.
        let path = unsafe { ngtcp2_conn_get_path2(self.0) };
        // SAFETY: the library returns a valid pointer into the connection.
        Path::from_abi(unsafe { &*path })
    }

    pub(crate) fn negotiated_version(self) -> u32 {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_negotiated_version2(self.0) }
    }

    pub(crate) fn chosen_version(self) -> u32 {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_client_chosen_version2(self.0) }
    }

    pub(crate) fn dcid(self) -> ngtcp2_cid {
        // SAFETY: live.
        let dcid = unsafe { ngtcp2_conn_get_dcid2(self.0) };
        // SAFETY: the library returns a valid pointer into the connection.
        unsafe { *dcid }
    }

    /// The newest of our connection ids.
    pub(crate) fn newest_id(self) -> ngtcp2_cid {
        let mut ids = [ngtcp2_cid::ZERO; 16];
        // SAFETY: live; no limit of these tests allows more ids.
        let count = unsafe { ngtcp2_conn_get_scid2(self.0, ids.as_mut_ptr()) };
        ids[..count][count - 1]
    }
}

/// The calls of a TLS stack.
impl Connection {
    pub(crate) fn submit_crypto(self, level: ngtcp2_encryption_level, message: &[u8]) -> c_int {
        // SAFETY: live; the library copies the message.
        unsafe { ngtcp2_conn_submit_crypto_data(self.0, level, message.as_ptr(), message.len()) }
    }

    pub(crate) fn handshake_completed(self) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_tls_handshake_completed(self.0) }
    }

    pub(crate) fn is_handshake_completed(self) -> bool {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_handshake_completed2(self.0) != 0 }
    }

    pub(crate) fn early_data_rejected(self) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_tls_early_data_rejected(self.0) }
    }

    pub(crate) fn set_tls_alert(self, alert: u8) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_tls_alert(self.0, alert) }
    }

    pub(crate) fn tls_alert(self) -> u8 {
        // SAFETY: live.
        unsafe { ngtcp2_conn_get_tls_alert2(self.0) }
    }

    pub(crate) fn set_tls_error(self, error: c_int) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_tls_error(self.0, error) }
    }

    /// Our transport parameters as they stand in the TLS extension.
    pub(crate) fn local_params(self) -> Result<Vec<u8>, c_int> {
        let mut encoded = vec![0; 1024];
        // SAFETY: live.
        let len = unsafe {
            ngtcp2_conn_encode_local_transport_params2(self.0, encoded.as_mut_ptr(), encoded.len())
        };
        encoded.truncate(usize::try_from(len).map_err(|_| len as c_int)?);
        Ok(encoded)
    }

    pub(crate) fn own_params(self) -> ngtcp2_transport_params {
        // SAFETY: live.
        let params = unsafe { ngtcp2_conn_get_local_transport_params2(self.0) };
        // SAFETY: the library returns a valid pointer into the connection.
        unsafe { *params }
    }

    /// Replaces a server's transport parameters.
    pub(crate) fn set_local_params(self, params: &ngtcp2_transport_params) -> c_int {
        // SAFETY: live.
        unsafe {
            ngtcp2_conn_set_local_transport_params_versioned(self.0, NGTCP2_TRANSPORT_PARAMS_VERSION, params)
        }
    }

    pub(crate) fn set_remote_params(self, encoded: &[u8]) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_decode_and_set_remote_transport_params(self.0, encoded.as_ptr(), encoded.len()) }
    }

    /// What a client remembers of the server's transport parameters for its next connection.
    pub(crate) fn early_params(self) -> Result<Vec<u8>, c_int> {
        let mut encoded = vec![0; 1024];
        // SAFETY: live.
        let len =
            unsafe { ngtcp2_conn_encode_0rtt_transport_params2(self.0, encoded.as_mut_ptr(), encoded.len()) };
        encoded.truncate(usize::try_from(len).map_err(|_| len as c_int)?);
        Ok(encoded)
    }

    pub(crate) fn set_early_params(self, encoded: &[u8]) -> c_int {
        // SAFETY: live.
        unsafe { ngtcp2_conn_decode_and_set_0rtt_transport_params(self.0, encoded.as_ptr(), encoded.len()) }
    }
}

/// Keys. A function that fails has taken no context.
impl Connection {
    pub(crate) fn set_retry_key(self) {
        let aead = ngtcp2_crypto_aead { native_handle: ptr::without_provenance_mut(1), max_overhead: TAG };
        let context = aead_context(RETRY_KEY);
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_retry_aead(self.0, &raw const aead, &raw const context) }
    }

    /// Installs Initial keys; with a version, those of the version that the endpoints agreed on instead.
    pub(crate) fn install_initial(
        self,
        agreed_version: Option<u32>,
        receive: KeySet,
        send: KeySet,
        max_encryption: u64,
    ) -> c_int {
        let algorithms = algorithms(max_encryption);
        let code = match agreed_version {
            None => {
                // SAFETY: live.
                unsafe { ngtcp2_conn_set_initial_crypto_ctx(self.0, &raw const algorithms) };
                // SAFETY: live.
                unsafe {
                    ngtcp2_conn_install_initial_key(
                        self.0,
                        &raw const receive.aead,
                        receive.iv.as_ptr(),
                        &raw const receive.cipher,
                        &raw const send.aead,
                        send.iv.as_ptr(),
                        &raw const send.cipher,
                        IV,
                    )
                }
            }
            // SAFETY: live.
            Some(version) => unsafe {
                ngtcp2_conn_install_vneg_initial_key(
                    self.0,
                    version,
                    &raw const receive.aead,
                    receive.iv.as_ptr(),
                    &raw const receive.cipher,
                    &raw const send.aead,
                    send.iv.as_ptr(),
                    &raw const send.cipher,
                    IV,
                )
            },
        };
        if code != 0 {
            receive.discard();
            send.discard();
        }
        code
    }

    pub(crate) fn install_early(self, keys: KeySet, max_encryption: u64) -> c_int {
        let algorithms = algorithms(max_encryption);
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_0rtt_crypto_ctx(self.0, &raw const algorithms) };
        // SAFETY: live.
        let code = unsafe {
            ngtcp2_conn_install_0rtt_key(
                self.0,
                &raw const keys.aead,
                keys.iv.as_ptr(),
                IV,
                &raw const keys.cipher,
            )
        };
        kept(code, keys)
    }

    pub(crate) fn set_algorithms(self, algorithms: &ngtcp2_crypto_ctx) {
        // SAFETY: live.
        unsafe { ngtcp2_conn_set_crypto_ctx(self.0, algorithms) }
    }

    pub(crate) fn install_handshake(self, sends: bool, keys: KeySet) -> c_int {
        let install =
            if sends { ngtcp2_conn_install_tx_handshake_key } else { ngtcp2_conn_install_rx_handshake_key };
        let (aead, iv, cipher) = (&raw const keys.aead, keys.iv.as_ptr(), &raw const keys.cipher);
        // SAFETY: live.
        kept(unsafe { install(self.0, aead, iv, IV, cipher) }, keys)
    }

    pub(crate) fn install_application(self, sends: bool, secret: &Secret, keys: KeySet) -> c_int {
        let install = if sends { ngtcp2_conn_install_tx_key } else { ngtcp2_conn_install_rx_key };
        let (aead, iv, cipher) = (&raw const keys.aead, keys.iv.as_ptr(), &raw const keys.cipher);
        // SAFETY: live.
        kept(unsafe { install(self.0, secret.as_ptr(), SECRET, aead, iv, IV, cipher) }, keys)
    }
}

/// Discards keys that the library refused.
fn kept(code: c_int, keys: KeySet) -> c_int {
    if code != 0 {
        keys.discard();
    }
    code
}
