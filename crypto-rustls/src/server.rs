//! The configuration of servers: their certificates, what they accept, how they resume sessions, and whether they ask
//! clients for certificates.

use std::path::Path;
use std::sync::Arc;

use ring::digest::{self, SHA256};
use rustls::RootCertStore;
use rustls::sign::CertifiedKey;

use crate::certificates::Certificates;
use crate::error::ConfigError;
use crate::ffi::hello::HelloCallback;
use crate::pem;
use crate::resumption::Resumption;
use crate::server_setup::{ClientAuthentication, ServerSetup};
use crate::session::Session;
use crate::session_cache::SessionCache;
use crate::session_record::DIGEST_LEN;
use crate::settings::{HasSettings, Settings};
use crate::ticket::{KEY_LEN, TicketKeys};
use crate::verify::CertificateJudge;

/// How many sessions are kept if nothing else is asked for, in 8 MiB at most. A handshake leaves two.
const DEFAULT_SESSIONS: usize = 8192;

/// The longest life of a ticket (RFC 8446, section 4.6.1), in seconds.
const MAX_TICKET_LIFETIME: u64 = 7 * 24 * 60 * 60;

pub(crate) struct Server {
    settings: Settings,
    certificates: Certificates,
    client_roots: RootCertStore,
    client_judge: Option<Arc<dyn CertificateJudge>>,
    /// What each of the two setters asks for: neither undoes what the other one demands.
    anchors_require_certificate: bool,
    judge_requires_certificate: bool,
    resumption: Resumption,
    /// How many sessions are kept in memory, if they are, and whether with early data.
    memory: Option<(usize, bool)>,
    early_data_context: [u8; DIGEST_LEN],
    hello: Option<HelloCallback>,
    /// What the sessions share, made for the first of them.
    made: Option<Arc<ServerSetup>>,
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
            certificates: Certificates::default(),
            client_roots: RootCertStore::empty(),
            client_judge: None,
            anchors_require_certificate: false,
            judge_requires_certificate: false,
            resumption: in_memory(DEFAULT_SESSIONS, false),
            memory: Some((DEFAULT_SESSIONS, false)),
            early_data_context: digest_of(&[]),
            hello: None,
            made: None,
        }
    }

    /// Shows `identity` to clients that ask for `name`; without a name, to those for which there is no better one.
    pub(crate) fn add_certificate(
        &mut self,
        name: Option<&str>,
        identity: Arc<CertifiedKey>,
    ) -> Result<(), ConfigError> {
        self.made = None;
        match name {
            Some(name) => self.certificates.add(name, identity),
            None => {
                self.settings.identity = Some(identity);
                Ok(())
            }
        }
    }

    pub(crate) fn remove_certificate(&mut self, name: Option<&str>) -> Result<(), ConfigError> {
        self.made = None;
        match name {
            Some(name) => self.certificates.remove(name),
            None => match self.settings.identity.take() {
                Some(_) => Ok(()),
                None => Err(ConfigError::Unusable("there is no certificate without a name".into())),
            },
        }
    }

    /// Asks clients for a certificate that leads to one of these.
    pub(crate) fn set_client_trust_anchors(&mut self, pem: &[u8], required: bool) -> Result<(), ConfigError> {
        let mut roots = RootCertStore::empty();
        pem::add_trust_anchors(&mut roots, pem)?;
        self.made = None;
        self.client_roots = roots;
        self.anchors_require_certificate = required;
        Ok(())
    }

    pub(crate) fn set_client_trust_anchor_file(
        &mut self,
        path: &Path,
        required: bool,
    ) -> Result<(), ConfigError> {
        self.set_client_trust_anchors(&pem::read_file(path)?, required)
    }

    /// Asks clients for a certificate, and the application what it thinks of it.
    pub(crate) fn set_client_judge(&mut self, judge: Option<Arc<dyn CertificateJudge>>, required: bool) {
        self.made = None;
        self.judge_requires_certificate = required && judge.is_some();
        self.client_judge = judge;
        // What an earlier judge has let in is asked anew, so far as that is in our hands.
        if let Some((max_sessions, early_data)) = self.memory {
            self.use_memory(max_sessions, early_data);
        }
    }

    pub(crate) fn set_hello_callback(&mut self, hello: Option<HelloCallback>) {
        self.made = None;
        self.hello = hello;
    }

    /// Stateless tickets: the first key seals, each of them opens. `lifetime` is in seconds.
    pub(crate) fn use_tickets(&mut self, keys: &[[u8; KEY_LEN]], lifetime: u64) -> Result<(), ConfigError> {
        if !(1..=MAX_TICKET_LIFETIME).contains(&lifetime) {
            return Err(ConfigError::Argument("the life of a ticket is 1 second to 7 days"));
        }
        let keys = TicketKeys::new(keys).ok_or(ConfigError::Argument("there is no ticket key"))?;
        self.use_resumption(Resumption::Tickets { keys: Arc::new(keys), lifetime: lifetime as u32 });
        Ok(())
    }

    /// Keeps sessions in the memory of the process.
    pub(crate) fn use_memory(&mut self, max_sessions: usize, early_data: bool) {
        self.use_resumption(if max_sessions == 0 {
            Resumption::Off
        } else {
            in_memory(max_sessions, early_data)
        });
        self.memory = Some((max_sessions, early_data));
    }

    pub(crate) fn use_resumption(&mut self, resumption: Resumption) {
        self.made = None;
        self.memory = None;
        self.resumption = resumption;
    }

    /// Early data of sessions that were made with another context are refused.
    pub(crate) fn set_early_data_context(&mut self, context: &[u8]) {
        self.made = None;
        self.early_data_context = digest_of(context);
    }

    pub(crate) fn session(&mut self) -> Result<Session, ConfigError> {
        Ok(Session::server(self.setup()?, self.settings.key_log.clone()))
    }

    fn setup(&mut self) -> Result<Arc<ServerSetup>, ConfigError> {
        if let Some(made) = &self.made {
            return Ok(made.clone());
        }
        if self.settings.identity.is_none() && self.certificates.is_empty() && self.hello.is_none() {
            return Err(ConfigError::Unusable("the server has no certificate".into()));
        }
        let made = Arc::new(ServerSetup::new(
            &self.settings,
            self.certificates.clone(),
            ClientAuthentication {
                roots: &self.client_roots,
                judge: self.client_judge.as_ref(),
                is_required: self.anchors_require_certificate || self.judge_requires_certificate,
            },
            self.resumption.clone(),
            self.early_data_context,
            self.hello,
        )?);
        self.made = Some(made.clone());
        Ok(made)
    }
}

fn in_memory(max_sessions: usize, early_data: bool) -> Resumption {
    Resumption::Store { store: Arc::new(SessionCache::new(max_sessions)), early_data }
}

fn digest_of(bytes: &[u8]) -> [u8; DIGEST_LEN] {
    let mut output = [0; DIGEST_LEN];
    output.copy_from_slice(digest::digest(&SHA256, bytes).as_ref());
    output
}
