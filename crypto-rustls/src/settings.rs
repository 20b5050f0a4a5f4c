//! What clients and servers set up alike: protocols (RFC 7301), cipher suites, key exchange groups,
//! their own certificate, and the key log.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring as provider};
use rustls::sign::CertifiedKey;

use crate::error::ConfigError;
use crate::keylog::{KeyLogFile, KeyLogSinks};
use crate::pem;
use crate::suite::Suite;

/// The longest protocol name that ALPN can carry (RFC 7301, section 3.1).
const MAX_PROTOCOL_LEN: usize = 255;

/// The environment variable that names the key log file by convention.
const KEY_LOG_VARIABLE: &str = "SSLKEYLOGFILE";

/// A configuration of either side.
pub(crate) trait HasSettings {
    /// The settings, to be changed: later sessions get a new configuration.
    fn settings_mut(&mut self) -> &mut Settings;
}

pub(crate) struct Settings {
    pub(crate) provider: CryptoProvider,
    pub(crate) protocols: Vec<Vec<u8>>,
    pub(crate) identity: Option<Arc<CertifiedKey>>,
    pub(crate) key_log: KeyLogSinks,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            provider: CryptoProvider { kx_groups: default_groups(), ..provider::default_provider() },
            protocols: Vec::new(),
            identity: None,
            key_log: KeyLogSinks::default(),
        }
    }

    pub(crate) fn add_protocol(&mut self, protocol: &[u8]) -> Result<(), ConfigError> {
        if protocol.is_empty() || protocol.len() > MAX_PROTOCOL_LEN {
            return Err(ConfigError::Argument("a protocol name has 1 to 255 bytes"));
        }
        self.protocols.push(protocol.to_vec());
        Ok(())
    }

    pub(crate) fn set_identity(&mut self, certificates: &[u8], key: &[u8]) -> Result<(), ConfigError> {
        self.identity = Some(pem::certified_key(certificates, key)?);
        Ok(())
    }

    pub(crate) fn set_identity_files(&mut self, certificates: &Path, key: &Path) -> Result<(), ConfigError> {
        self.set_identity(&pem::read_file(certificates)?, &pem::read_file(key)?)
    }

    /// `names` in order of preference, separated by colons.
    pub(crate) fn set_cipher_suites(&mut self, names: &str) -> Result<(), ConfigError> {
        self.provider.cipher_suites = by_names(names, Suite::by_name, "cipher suite")?;
        Ok(())
    }

    /// `names` in order of preference, separated by colons.
    pub(crate) fn set_groups(&mut self, names: &str) -> Result<(), ConfigError> {
        let groups = by_names(names, group_by_name, "key exchange group");
        self.provider.kx_groups = groups.map_err(|error| match post_quantum() {
            None if names.split(':').any(|name| name == POST_QUANTUM) => ConfigError::Unusable(format!(
                "{POST_QUANTUM} is not in this build: it needs the feature post-quantum"
            )),
            _ => error,
        })?;
        Ok(())
    }

    pub(crate) fn set_key_log_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let file = KeyLogFile::open(path)
            .map_err(|error| ConfigError::unusable(&path.display().to_string(), error))?;
        self.key_log.file = Some(Arc::new(file));
        Ok(())
    }

    /// Does nothing if the environment names no file.
    pub(crate) fn set_key_log_from_environment(&mut self) -> Result<(), ConfigError> {
        match std::env::var_os(KEY_LOG_VARIABLE) {
            Some(path) if !path.is_empty() => self.set_key_log_file(Path::new(&path)),
            _ => Ok(()),
        }
    }
}

fn by_names<T>(names: &str, find: impl Fn(&str) -> Option<T>, what: &str) -> Result<Vec<T>, ConfigError> {
    names
        .split(':')
        .map(|name| find(name).ok_or_else(|| ConfigError::Unusable(format!("unknown {what}: {name:?}"))))
        .collect()
}

fn group_by_name(name: &str) -> Option<&'static dyn SupportedKxGroup> {
    match name {
        "X25519" => Some(provider::kx_group::X25519),
        "P-256" => Some(provider::kx_group::SECP256R1),
        "P-384" => Some(provider::kx_group::SECP384R1),
        POST_QUANTUM => post_quantum(),
        _ => None,
    }
}

/// In the order of preference of an application that sets none.
fn default_groups() -> Vec<&'static dyn SupportedKxGroup> {
    post_quantum().into_iter().chain(provider::default_provider().kx_groups).collect()
}

/// The group that also withstands quantum computers (draft-ietf-tls-ecdhe-mlkem). ring does not have it.
const POST_QUANTUM: &str = "X25519MLKEM768";

#[cfg(feature = "post-quantum")]
fn post_quantum() -> Option<&'static dyn SupportedKxGroup> {
    Some(rustls::crypto::aws_lc_rs::kx_group::X25519MLKEM768)
}

#[cfg(not(feature = "post-quantum"))]
fn post_quantum() -> Option<&'static dyn SupportedKxGroup> {
    None
}
