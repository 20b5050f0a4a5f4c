//! The configuration of clients: whom they trust, and what they offer.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::sign::SingleCertAndKey;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};

use crate::error::ConfigError;
use crate::keylog::SecretRouter;
use crate::pem;
use crate::session::Session;
use crate::settings::{HasSettings, Settings};
use crate::verify::AcceptAnyServer;

pub(crate) struct Client {
    settings: Settings,
    roots: RootCertStore,
    verifies_servers: bool,
    /// What the sessions share, made for the first of them. It also holds their resumption tickets.
    made: Option<Arc<ClientConfig>>,
}

impl HasSettings for Client {
    fn settings_mut(&mut self) -> &mut Settings {
        self.made = None;
        &mut self.settings
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self { settings: Settings::new(), roots: RootCertStore::empty(), verifies_servers: true, made: None }
    }

    pub(crate) fn add_trust_anchors(&mut self, pem: &[u8]) -> Result<(), ConfigError> {
        self.made = None;
        pem::add_trust_anchors(&mut self.roots, pem)
    }

    pub(crate) fn add_trust_anchor_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        self.add_trust_anchors(&pem::read_file(path)?)
    }

    pub(crate) fn add_system_trust_anchors(&mut self) -> Result<(), ConfigError> {
        self.made = None;
        let found = rustls_native_certs::load_native_certs();
        let (added, _ignored) = self.roots.add_parsable_certificates(found.certs);
        if added > 0 {
            return Ok(());
        }
        Err(match found.errors.first() {
            Some(error) => ConfigError::unusable("the system's CA certificates cannot be read", error),
            None => ConfigError::Unusable("the system has no CA certificates".into()),
        })
    }

    pub(crate) fn disable_verification(&mut self) {
        self.made = None;
        self.verifies_servers = false;
    }

    pub(crate) fn session(&mut self, server_name: &str) -> Result<Session, ConfigError> {
        let name = ServerName::try_from(server_name.to_owned())
            .map_err(|_| ConfigError::Unusable(format!("not a server name: {server_name:?}")))?;
        Ok(Session::client(self.config()?, name, self.settings.key_log.clone()))
    }

    fn config(&mut self) -> Result<Arc<ClientConfig>, ConfigError> {
        if let Some(made) = &self.made {
            return Ok(made.clone());
        }
        let made = Arc::new(self.make_config()?);
        self.made = Some(made.clone());
        Ok(made)
    }

    fn make_config(&self) -> Result<ClientConfig, ConfigError> {
        let provider = Arc::new(self.settings.provider.clone());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| ConfigError::unusable("the client cannot be set up", error))?;
        let builder = if !self.verifies_servers {
            let verifier = Arc::new(AcceptAnyServer(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        } else if self.roots.is_empty() {
            return Err(ConfigError::Unusable(
                "no CA certificate to verify servers with: add the system's or a CA file".into(),
            ));
        } else {
            builder.with_root_certificates(self.roots.clone())
        };
        let mut config = match &self.settings.identity {
            Some(identity) => {
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity.clone())))
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols.clone_from(&self.settings.protocols);
        config.key_log = Arc::new(SecretRouter);
        Ok(config)
    }
}
