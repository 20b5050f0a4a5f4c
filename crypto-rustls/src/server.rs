//! The configuration of servers: their certificate, what they accept, and whether they ask clients for
//! certificates.

use std::path::Path;
use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::sign::SingleCertAndKey;
use rustls::version::TLS13;
use rustls::{RootCertStore, ServerConfig};

use crate::error::ConfigError;
use crate::keylog::SecretRouter;
use crate::pem;
use crate::session::Session;
use crate::settings::{HasSettings, Settings};

pub(crate) struct Server {
    settings: Settings,
    client_roots: RootCertStore,
    requires_client_certificate: bool,
    /// What the sessions share, made for the first of them. It also holds their resumption tickets.
    made: Option<Arc<ServerConfig>>,
}

impl HasSettings for Server {
    fn settings_mut(&mut self) -> &mut Settings {
        self.made = None;
        &mut self.settings
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings::new(),
            client_roots: RootCertStore::empty(),
            requires_client_certificate: false,
            made: None,
        }
    }

    /// Asks clients for a certificate that leads to one of these.
    pub(crate) fn set_client_trust_anchors(&mut self, pem: &[u8], required: bool) -> Result<(), ConfigError> {
        let mut roots = RootCertStore::empty();
        pem::add_trust_anchors(&mut roots, pem)?;
        self.made = None;
        self.client_roots = roots;
        self.requires_client_certificate = required;
        Ok(())
    }

    pub(crate) fn set_client_trust_anchor_file(
        &mut self,
        path: &Path,
        required: bool,
    ) -> Result<(), ConfigError> {
        self.set_client_trust_anchors(&pem::read_file(path)?, required)
    }

    pub(crate) fn session(&mut self) -> Result<Session, ConfigError> {
        Ok(Session::server(self.config()?, self.settings.key_log.clone()))
    }

    fn config(&mut self) -> Result<Arc<ServerConfig>, ConfigError> {
        if let Some(made) = &self.made {
            return Ok(made.clone());
        }
        let made = Arc::new(self.make_config()?);
        self.made = Some(made.clone());
        Ok(made)
    }

    fn make_config(&self) -> Result<ServerConfig, ConfigError> {
        let Some(identity) = &self.settings.identity else {
            return Err(ConfigError::Unusable("the server has no certificate".into()));
        };
        let provider = Arc::new(self.settings.provider.clone());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| ConfigError::unusable("the server cannot be set up", error))?;
        let builder =
            if self.client_roots.is_empty() {
                builder.with_no_client_auth()
            } else {
                let roots = Arc::new(self.client_roots.clone());
                let mut verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                if !self.requires_client_certificate {
                    verifier = verifier.allow_unauthenticated();
                }
                builder.with_client_cert_verifier(verifier.build().map_err(|error| {
                    ConfigError::unusable("the client CA certificates cannot be used", error)
                })?)
            };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(identity.clone())));
        config.alpn_protocols.clone_from(&self.settings.protocols);
        config.key_log = Arc::new(SecretRouter);
        Ok(config)
    }
}
