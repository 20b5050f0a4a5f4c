//! The configuration of clients: whom they trust, what they offer, and what they remember of servers.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};

use crate::client_sessions::ClientSessions;
use crate::error::ConfigError;
use crate::keylog::SecretRouter;
use crate::pem;
use crate::session::Session;
use crate::settings::{HasSettings, Settings};
use crate::verify::{AcceptAnyServer, CertificateJudge, JudgedServer, Signatures};

/// How many servers are remembered if nothing else is asked for.
const DEFAULT_SERVERS: usize = 32;

pub(crate) struct Client {
    settings: Settings,
    roots: RootCertStore,
    verifies_servers: bool,
    judge: Option<Arc<dyn CertificateJudge>>,
    max_servers: usize,
    /// What the sessions share, made for the first of them.
    made: Option<ClientSetup>,
}

/// A client's configuration, made up for its connections.
#[derive(Clone)]
pub(crate) struct ClientSetup {
    pub(crate) config: Arc<ClientConfig>,
    /// What was remembered under another configuration must not be used under this one: it may trust others.
    pub(crate) sessions: Arc<ClientSessions>,
}

impl HasSettings for Client {
    fn settings_mut(&mut self) -> &mut Settings {
        self.made = None;
        &mut self.settings
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings::new(),
            roots: RootCertStore::empty(),
            verifies_servers: true,
            judge: None,
            max_servers: DEFAULT_SERVERS,
            made: None,
        }
    }

    pub(crate) fn add_trust_anchors(&mut self, pem: &[u8]) -> Result<(), ConfigError> {
        self.made = None;
        pem::add_trust_anchors(&mut self.roots, pem)
    }

    pub(crate) fn add_trust_anchor_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        self.add_trust_anchors(&pem::read_file(path)?)
    }

    pub(crate) fn add_trust_anchor_der(&mut self, certificate: &[u8]) -> Result<(), ConfigError> {
        self.made = None;
        pem::add_trust_anchor_der(&mut self.roots, certificate)
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

    pub(crate) fn set_certificate(&mut self, identity: Arc<CertifiedKey>) {
        self.made = None;
        self.settings.identity = Some(identity);
    }

    /// Has the application judge servers, after the verification by trust anchors.
    pub(crate) fn set_judge(&mut self, judge: Option<Arc<dyn CertificateJudge>>) {
        self.made = None;
        self.judge = judge;
    }

    pub(crate) fn disable_verification(&mut self) {
        self.made = None;
        self.verifies_servers = false;
    }

    /// Remembers the sessions of so many servers, or none.
    pub(crate) fn set_session_cache(&mut self, max_servers: usize) {
        self.made = None;
        self.max_servers = max_servers;
    }

    pub(crate) fn session(&mut self, server_name: &str) -> Result<Session, ConfigError> {
        let name = ServerName::try_from(server_name.to_owned())
            .map_err(|_| ConfigError::Unusable(format!("not a server name: {server_name:?}")))?;
        Ok(Session::client(self.setup()?, name, self.settings.key_log.clone()))
    }

    fn setup(&mut self) -> Result<ClientSetup, ConfigError> {
        if let Some(made) = &self.made {
            return Ok(made.clone());
        }
        let made = ClientSetup {
            config: Arc::new(self.make_config()?),
            sessions: Arc::new(ClientSessions::new(self.max_servers)),
        };
        self.made = Some(made.clone());
        Ok(made)
    }

    fn make_config(&self) -> Result<ClientConfig, ConfigError> {
        let provider = Arc::new(self.settings.provider.clone());
        let verifier = self.verifier(&provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| ConfigError::unusable("the client cannot be set up", error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
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

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, ConfigError> {
        let signatures = Signatures(provider.clone());
        // An application that judges for itself is not passed over.
        if !self.verifies_servers && self.judge.is_none() {
            return Ok(Arc::new(AcceptAnyServer { signatures }));
        }
        let by_anchors = self.verifier_by_anchors(provider)?;
        match (&self.judge, by_anchors) {
            (Some(judge), by_anchors) => {
                Ok(Arc::new(JudgedServer { by_anchors, judge: judge.clone(), signatures }))
            }
            (None, Some(by_anchors)) => Ok(by_anchors),
            (None, None) => Err(ConfigError::Unusable(
                "no CA certificate to verify servers with: add the system's or a CA file".into(),
            )),
        }
    }

    fn verifier_by_anchors(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Option<Arc<dyn ServerCertVerifier>>, ConfigError> {
        if self.roots.is_empty() {
            return Ok(None);
        }
        let roots = Arc::new(self.roots.clone());
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| ConfigError::unusable("the CA certificates cannot be used", error))?;
        Ok(Some(verifier))
    }
}
