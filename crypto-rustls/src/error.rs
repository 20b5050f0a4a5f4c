//! What goes wrong: a TLS failure with its alert (RFC 8446, section 6; RFC 9001, section 4.8), and a
//! configuration that cannot be used. Both carry a text for people.

use std::fmt;

/// The description of a TLS alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alert(pub(crate) u8);

impl Alert {
    pub(crate) const UNEXPECTED_MESSAGE: Self = Self(10);
    pub(crate) const ILLEGAL_PARAMETER: Self = Self(47);
    pub(crate) const DECODE_ERROR: Self = Self(50);
    pub(crate) const INTERNAL_ERROR: Self = Self(80);
    pub(crate) const MISSING_EXTENSION: Self = Self(109);
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

    /// A failure of the TLS engine, with the alert that it wants to send, if it has one.
    pub(crate) fn of_engine(error: &rustls::Error, alert: Option<rustls::AlertDescription>) -> Self {
        let alert = alert.map_or(Alert::INTERNAL_ERROR, |alert| Alert(alert.into()));
        Self::new(alert, error.to_string())
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
