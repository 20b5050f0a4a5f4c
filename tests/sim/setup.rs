//! What a scenario may choose for one endpoint.
//!
//! Owns: the choices, and the memory to which the library's settings point.

use ngtcp2_abi::{NGTCP2_PROTO_VER_V1, ngtcp2_settings, ngtcp2_transport_params};

use crate::application::Plan;
use crate::library::{default_params, default_settings};
use crate::memory::Refusal;
use crate::network::SECOND;
use crate::tls::{ParamsEdit, Tls};

#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) settings: ngtcp2_settings,
    pub(crate) params: ngtcp2_transport_params,
    pub(crate) version: u32,
    pub(crate) preferred_versions: Vec<u32>,
    pub(crate) available_versions: Vec<u32>,
    /// The length of our connection ids.
    pub(crate) id_len: usize,
    /// The streams to open.
    pub(crate) plan: Plan,
    /// The bytes that answer the bidirectional streams of the peer in turn, in place of an echo: files. Both endpoints
    /// have to know. With none there is an echo.
    pub(crate) answers: Vec<u64>,
    /// Whether streams may be given up half way.
    pub(crate) aborts: bool,
    /// In so many of 1000 writes the application has more for the packet.
    pub(crate) more: u64,
    /// The buffer for packets.
    pub(crate) packet_size: usize,
    /// What fills the ClientHello, or the certificate.
    pub(crate) padding: Option<usize>,
    /// What a client remembers of the server: offers 0-RTT.
    pub(crate) early_params: Option<Vec<u8>>,
    /// Whether a client has a ticket: no certificate is sent.
    pub(crate) resumes: bool,
    /// Whether a server takes 0-RTT.
    pub(crate) accepts_early_data: bool,
    /// What becomes of our transport parameters on their way into the TLS extension.
    pub(crate) params_edit: Option<ParamsEdit>,
    /// Whether the endpoints have IPv6 addresses.
    pub(crate) ipv6: bool,
    /// Whether a server announces another address, and a client goes there.
    pub(crate) prefers_other_address: bool,
    /// The alert with which a server answers any ClientHello.
    pub(crate) alert: Option<u8>,
    pub(crate) max_encryption: u64,
    /// A client's TLS tells of the rejection of 0-RTT after the transport parameters.
    pub(crate) learns_rejection_late: bool,
    /// A server's TLS waits for its certificate for ever.
    pub(crate) stalls: bool,
    /// The callback that fails, and at which call of it.
    pub(crate) fault: Option<(&'static str, u64)>,
    pub(crate) refusal: Refusal,
    /// Whether log lines and qlog records are kept.
    pub(crate) keeps_journal: bool,
    /// Streams are used that the application knows nothing of.
    pub(crate) is_lawless: bool,
}

impl Setup {
    pub(crate) fn new() -> Self {
        let mut params = default_params();
        params.initial_max_stream_data_bidi_local = 256 * 1024;
        params.initial_max_stream_data_bidi_remote = 256 * 1024;
        params.initial_max_stream_data_uni = 256 * 1024;
        params.initial_max_data = 1024 * 1024;
        params.initial_max_streams_bidi = 16;
        params.initial_max_streams_uni = 16;
        params.max_idle_timeout = 30 * SECOND;
        params.active_connection_id_limit = 7;
        Self {
            settings: default_settings(),
            params,
            version: NGTCP2_PROTO_VER_V1,
            preferred_versions: Vec::new(),
            available_versions: Vec::new(),
            id_len: 8,
            plan: Plan::default(),
            answers: Vec::new(),
            aborts: false,
            more: 300,
            packet_size: 1500,
            padding: None,
            early_params: None,
            resumes: false,
            accepts_early_data: false,
            params_edit: None,
            ipv6: false,
            prefers_other_address: false,
            alert: None,
            max_encryption: 1 << 40,
            learns_rejection_late: false,
            stalls: false,
            fault: None,
            refusal: Refusal::Never,
            keeps_journal: false,
            is_lawless: false,
        }
    }

    /// The settings as the library takes them; they point into `self`.
    pub(crate) fn settings(&self) -> ngtcp2_settings {
        let mut settings = self.settings;
        if !self.preferred_versions.is_empty() {
            settings.preferred_versions = self.preferred_versions.as_ptr();
            settings.preferred_versionslen = self.preferred_versions.len();
        }
        if !self.available_versions.is_empty() {
            settings.available_versions = self.available_versions.as_ptr();
            settings.available_versionslen = self.available_versions.len();
        }
        settings
    }

    pub(crate) fn prepare_tls(&self, tls: &mut Tls) {
        tls.padding = self.padding.unwrap_or(tls.padding);
        tls.resumes = self.resumes;
        tls.early_data = self.early_params.is_some() || self.accepts_early_data;
        tls.params_edit = self.params_edit;
        tls.alert = self.alert;
        tls.max_encryption = self.max_encryption;
        tls.learns_rejection_late = self.learns_rejection_late;
        tls.stalls = self.stalls;
    }
}
