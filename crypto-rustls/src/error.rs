//! What goes wrong: a TLS failure with its alert (RFC 8446, section 6; RFC 9001, section 4.8), and a
//! configuration that cannot be used. Both carry a text for people.

use std::ffi::CStr;
use std::fmt;

use rustls::CertificateError;

use crate::verify::Refused;

/// The description of a TLS alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alert(pub(crate) u8);

impl Alert {
    pub(crate) const UNEXPECTED_MESSAGE: Self = Self(10);
    pub(crate) const CERTIFICATE_UNKNOWN: Self = Self(46);
    pub(crate) const ILLEGAL_PARAMETER: Self = Self(47);
    pub(crate) const DECODE_ERROR: Self = Self(50);
    pub(crate) const INTERNAL_ERROR: Self = Self(80);
    pub(crate) const MISSING_EXTENSION: Self = Self(109);
    pub(crate) const UNRECOGNIZED_NAME: Self = Self(112);

    /// The name that the RFCs give it, or "unknown alert".
    pub(crate) fn name(self) -> &'static CStr {
        match self.0 {
            0 => c"close_notify",
            10 => c"unexpected_message",
            20 => c"bad_record_mac",
            22 => c"record_overflow",
            40 => c"handshake_failure",
            42 => c"bad_certificate",
            43 => c"unsupported_certificate",
            44 => c"certificate_revoked",
            45 => c"certificate_expired",
            46 => c"certificate_unknown",
            47 => c"illegal_parameter",
            48 => c"unknown_ca",
            49 => c"access_denied",
            50 => c"decode_error",
            51 => c"decrypt_error",
            70 => c"protocol_version",
            71 => c"insufficient_security",
            80 => c"internal_error",
            86 => c"inappropriate_fallback",
            90 => c"user_canceled",
            109 => c"missing_extension",
            110 => c"unsupported_extension",
            112 => c"unrecognized_name",
            113 => c"bad_certificate_status_response",
            115 => c"unknown_psk_identity",
            116 => c"certificate_required",
            120 => c"no_application_protocol",
            121 => c"ech_required",
            _ => c"unknown alert",
        }
    }
}

/// The handshake has failed: the connection is to be closed with this alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFailure {
    pub(crate) alert: Alert,
    pub(crate) text: String,
}

impl TlsFailure {
    pub(crate) fn new(alert: Alert, text: impl Into<String>) -> Self {
        Self { alert, text: text.into() }
    }

    /// The peer sent CRYPTO data at a level that is over or has not begun (RFC 9001, section 4.1.3).
    pub(crate) fn wrong_level() -> Self {
        Self::new(Alert::UNEXPECTED_MESSAGE, "TLS messages at an encryption level where none may come")
    }

    pub(crate) fn bad_hello(alert: Alert) -> Self {
        Self::new(alert, "the client's first message is not a valid ClientHello")
    }

    /// A failure of the TLS engine, with the alert that it wants to send, if it has one.
    pub(crate) fn of_engine(error: &rustls::Error, alert: Option<rustls::AlertDescription>) -> Self {
        if let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error
            && let Some(refused) = other.0.downcast_ref::<Refused>()
        {
            return Self::new(refused.0, refused.to_string());
        }
        let alert = alert.map_or(Alert::INTERNAL_ERROR, |alert| Alert(alert.into()));
        let text = match error {
            // In QUIC the engine decrypts nothing: there is one thing left that it can mean.
            rustls::Error::DecryptError => "the peer's Finished message does not fit the handshake".into(),
            _ => error.to_string(),
        };
        Self::new(alert, text)
    }
}

/// A configuration call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// The call itself makes no sense: an empty name, or nothing where something is needed.
    Argument(&'static str),
    /// What was given is no good for TLS.
    Unusable(String),
}

impl ConfigError {
    /// Names what was being done when `error` came up.
    pub(crate) fn unusable(doing: &str, error: impl fmt::Display) -> Self {
        Self::Unusable(format!("{doing}: {error}"))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(text) => f.write_str(text),
            Self::Unusable(text) => f.write_str(text),
        }
    }
}
