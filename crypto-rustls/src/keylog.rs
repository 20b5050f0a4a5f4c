//! Traffic secrets, on their way from the TLS engine to us and to the application's key log.
//!
//! rustls shows its secrets to a `KeyLog` only, synchronously, and a `KeyLog` belongs to a
//! configuration, not to a connection. So the calls into rustls that may make secrets are wrapped in
//! [`capture`], which puts a slot on a stack of this thread; [`SecretRouter`] copies into the top
//! slot. Nothing of the application's runs inside: the key log lines are written afterwards.

use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::hkdf::Secret;

/// The secrets of a TLS 1.3 connection, as the key log format names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    ClientEarlyTraffic,
    ClientHandshakeTraffic,
    ServerHandshakeTraffic,
    ClientTraffic0,
    ServerTraffic0,
    EarlyExporter,
    Exporter,
}

impl Label {
    const ALL: [Self; 7] = [
        Self::ClientEarlyTraffic,
        Self::ClientHandshakeTraffic,
        Self::ServerHandshakeTraffic,
        Self::ClientTraffic0,
        Self::ServerTraffic0,
        Self::EarlyExporter,
        Self::Exporter,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::ClientEarlyTraffic => "CLIENT_EARLY_TRAFFIC_SECRET",
            Self::ClientHandshakeTraffic => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            Self::ServerHandshakeTraffic => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            Self::ClientTraffic0 => "CLIENT_TRAFFIC_SECRET_0",
            Self::ServerTraffic0 => "SERVER_TRAFFIC_SECRET_0",
            Self::EarlyExporter => "EARLY_EXPORTER_MASTER_SECRET",
            Self::Exporter => "EXPORTER_SECRET",
        }
    }

    fn is_of_traffic(self) -> bool {
        !matches!(self, Self::EarlyExporter | Self::Exporter)
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// The secrets that came up during one call into the TLS engine, or those not yet used.
#[derive(Default)]
pub(crate) struct Secrets {
    by_label: [Option<Secret>; Label::ALL.len()],
    client_random: Vec<u8>,
}

impl Secrets {
    pub(crate) fn take(&mut self, label: Label) -> Option<Secret> {
        self.by_label[label.index()].take()
    }

    /// Adds the secrets of a later call that keys are made of. The others, those of exporters, are wiped: what is exported
    /// comes from the TLS engine, which has its own copy.
    pub(crate) fn merge(&mut self, mut later: Self) {
        for label in Label::ALL.into_iter().filter(|label| label.is_of_traffic()) {
            if let Some(secret) = later.take(label) {
                self.by_label[label.index()] = Some(secret);
            }
        }
    }

    /// Whether nothing waits to be taken.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.by_label.iter().all(Option::is_none)
    }

    /// The lines of the key log format, without line ends.
    pub(crate) fn lines(&self) -> Vec<Zeroizing<CString>> {
        let mut lines = Vec::new();
        for label in Label::ALL {
            let Some(secret) = &self.by_label[label.index()] else { continue };
            let random = Hex(&self.client_random);
            // Room for the end, too: a text that grows leaves unwiped copies behind.
            let digits = 2 * (self.client_random.len() + secret.as_bytes().len());
            let mut line = String::with_capacity(label.name().len() + digits + 3);
            // Neither writing to a String nor a line of hexadecimal digits can fail.
            let _ = write!(line, "{} {random} {}", label.name(), Hex(secret.as_bytes()));
            lines.extend(CString::new(line).map(Zeroizing::new));
        }
        lines
    }

    fn record(&mut self, label: &str, client_random: &[u8], secret: &[u8]) {
        let Some(label) = Label::ALL.into_iter().find(|known| known.name() == label) else { return };
        self.by_label[label.index()] = Secret::copy_from(secret);
        if self.client_random.is_empty() {
            self.client_random.extend_from_slice(client_random);
        }
    }
}

thread_local! {
    /// A stack, because a call into one connection may lead to one into another.
    static SLOTS: RefCell<Vec<Secrets>> = const { RefCell::new(Vec::new()) };
}

/// Runs `call` and returns the secrets that the TLS engine made in it.
pub(crate) fn capture<R>(call: impl FnOnce() -> R) -> (R, Secrets) {
    /// Takes the slot off the stack even if `call` panics.
    struct Slot;
    impl Slot {
        fn open() -> Self {
            SLOTS.with_borrow_mut(|slots| slots.push(Secrets::default()));
            Self
        }

        fn close(self) -> Secrets {
            std::mem::forget(self);
            SLOTS.with_borrow_mut(Vec::pop).unwrap_or_default()
        }
    }
    impl Drop for Slot {
        fn drop(&mut self) {
            SLOTS.with_borrow_mut(Vec::pop);
        }
    }

    let slot = Slot::open();
    let result = call();
    (result, slot.close())
}

/// The `KeyLog` of every configuration.
#[derive(Debug)]
pub(crate) struct SecretRouter;

impl rustls::KeyLog for SecretRouter {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        SLOTS.with_borrow_mut(|slots| {
            if let Some(slot) = slots.last_mut() {
                slot.record(label, client_random, secret);
            }
        });
    }
}

/// Where an application wants its key log lines.
pub(crate) trait KeyLogSink: Send + Sync {
    fn write_line(&self, line: &CStr);
}

/// The sinks of a configuration.
#[derive(Clone, Default)]
pub(crate) struct KeyLogSinks {
    pub(crate) file: Option<Arc<dyn KeyLogSink>>,
    pub(crate) callback: Option<Arc<dyn KeyLogSink>>,
}

impl KeyLogSinks {
    pub(crate) fn is_wanted(&self) -> bool {
        self.file.is_some() || self.callback.is_some()
    }

    pub(crate) fn write(&self, line: &CStr) {
        for sink in [&self.file, &self.callback].into_iter().flatten() {
            sink.write_line(line);
        }
    }
}

/// A key log file, appended to.
pub(crate) struct KeyLogFile(Mutex<File>);

impl KeyLogFile {
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // Whoever reads this file can read the traffic.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Mutex::new(options.open(path)?)))
    }
}

impl KeyLogSink for KeyLogFile {
    fn write_line(&self, line: &CStr) {
        let mut bytes = Zeroizing::new(line.to_bytes_with_nul().to_vec());
        if let Some(end) = bytes.last_mut() {
            *end = b'\n';
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One write for one line: other processes may append to the same file. A key log that
        // cannot be written must not break the connection.
        let _ = file.write_all(&bytes);
    }
}

/// Bytes as lower-case hexadecimal digits.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests;
