//! What a session has agreed on, for the application to ask: names, numbers and texts that, once known, stay.
//!
//! Cells, not a borrow of the session's state, because the application asks from inside callbacks.

use std::cell::{Cell, OnceCell};
use std::ffi::{CStr, CString};

use rustls::NamedGroup;
use rustls::quic::Connection;

use crate::error::TlsFailure;
use crate::suite::Suite;

#[derive(Default)]
pub(crate) struct Facts {
    suite: Cell<Option<&'static Suite>>,
    group: Cell<Option<&'static CStr>>,
    is_resumed: Cell<bool>,
    early_data_accepted: Cell<bool>,
    protocol: OnceCell<Box<[u8]>>,
    server_name: OnceCell<CString>,
    failure: OnceCell<(CString, u8)>,
}

impl Facts {
    /// The cipher suite, once TLS has agreed on one.
    pub(crate) fn suite(&self) -> Option<&'static Suite> {
        self.suite.get()
    }

    /// The key exchange group that was used.
    pub(crate) fn group(&self) -> Option<&'static CStr> {
        self.group.get()
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed.get()
    }

    pub(crate) fn early_data_accepted(&self) -> bool {
        self.early_data_accepted.get()
    }

    /// The application protocol, once TLS has agreed on one.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        self.protocol.get().map(Box::as_ref)
    }

    /// The name that the client asks for.
    pub(crate) fn server_name(&self) -> Option<&CStr> {
        self.server_name.get().map(CString::as_c_str)
    }

    /// Why TLS failed.
    pub(crate) fn error(&self) -> Option<&CStr> {
        self.failure.get().map(|(text, _)| text.as_c_str())
    }

    /// The alert with which TLS failed.
    pub(crate) fn alert(&self) -> Option<u8> {
        self.failure.get().map(|(_, alert)| *alert)
    }

    /// Takes over what the TLS engine knows by now.
    pub(crate) fn note(&self, tls: &Connection) {
        // Until a group is agreed on, a client's engine names the suite of the session that it offers to resume.
        if let (None, Some(group)) = (self.group.get(), tls.negotiated_key_exchange_group()) {
            self.group.set(Some(group_name(group.name())));
            self.suite.set(tls.negotiated_cipher_suite().and_then(Suite::negotiated));
        }
        if let (None, Some(protocol)) = (self.protocol.get(), tls.alpn_protocol()) {
            self.protocol.get_or_init(|| protocol.into());
        }
    }

    pub(crate) fn note_server_name(&self, name: &[u8]) {
        // A name with a NUL byte is not a host name, and the TLS engine will say so.
        if let Ok(name) = CString::new(name) {
            self.server_name.get_or_init(|| name);
        }
    }

    pub(crate) fn note_resumed(&self) {
        self.is_resumed.set(true);
    }

    pub(crate) fn note_early_data_accepted(&self) {
        self.early_data_accepted.set(true);
    }

    pub(crate) fn note_failure(&self, failure: &TlsFailure) {
        self.failure.get_or_init(|| {
            let text = failure.text.replace('\0', " ");
            (CString::new(text).unwrap_or_default(), failure.alert.0)
        });
    }
}

/// The name by which applications set a group.
fn group_name(group: NamedGroup) -> &'static CStr {
    match group {
        NamedGroup::X25519 => c"X25519",
        NamedGroup::secp256r1 => c"P-256",
        NamedGroup::secp384r1 => c"P-384",
        NamedGroup::X25519MLKEM768 => c"X25519MLKEM768",
        _ => c"unknown group",
    }
}
