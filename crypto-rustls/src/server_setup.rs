//! A server's configuration, made up for its connections: what they share, and the TLS engine of each.
//!
//! The engine's configuration is one per connection, because certificate and protocol are chosen before the engine sees
//! the ClientHello, and because what is remembered of a session depends on the connection.

use std::sync::Arc;

use ring::digest::{Context, SHA256};
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello as EngineHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{RootCertStore, ServerConfig};

use crate::certificates::Certificates;
use crate::client_hello::ClientHello;
use crate::error::{Alert, ConfigError, TlsFailure};
use crate::ffi::hello::HelloCallback;
use crate::keylog::SecretRouter;
use crate::resumption::Resumption;
use crate::session_record::{DIGEST_LEN, Limits, Terms};
use crate::settings::Settings;
use crate::verify::{CertificateJudge, JudgedClient, Signatures};

/// Whether and how clients are asked for certificates.
pub(crate) struct ClientAuthentication<'a> {
    pub(crate) roots: &'a RootCertStore,
    pub(crate) judge: Option<&'a Arc<dyn CertificateJudge>>,
    pub(crate) is_required: bool,
}

pub(crate) struct ServerSetup {
    /// Without what differs between connections.
    base: ServerConfig,
    default_certificate: Option<Arc<CertifiedKey>>,
    certificates: Certificates,
    resumption: Resumption,
    policy: [u8; DIGEST_LEN],
    early_data_context: [u8; DIGEST_LEN],
    hello: Option<HelloCallback>,
}

/// What the application has chosen for one connection.
#[derive(Default)]
pub(crate) struct Choice {
    pub(crate) certificate: Option<Arc<CertifiedKey>>,
    pub(crate) protocol: Option<Vec<u8>>,
}

/// The TLS engine's side of one connection.
pub(crate) struct EngineSetup {
    pub(crate) config: ServerConfig,
    pub(crate) accepts_early_data: bool,
}

impl ServerSetup {
    pub(crate) fn new(
        settings: &Settings,
        certificates: Certificates,
        clients: ClientAuthentication<'_>,
        resumption: Resumption,
        early_data_context: [u8; DIGEST_LEN],
        hello: Option<HelloCallback>,
    ) -> Result<Self, ConfigError> {
        let provider = Arc::new(settings.provider.clone());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| ConfigError::unusable("the server cannot be set up", error))?;
        let builder = match clients.verifier(provider)? {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut base = builder.with_cert_resolver(Arc::new(NoCertificate));
        base.alpn_protocols.clone_from(&settings.protocols);
        base.key_log = Arc::new(SecretRouter);
        Ok(Self {
            base,
            default_certificate: settings.identity.clone(),
            certificates,
            resumption,
            policy: clients.digest(),
            early_data_context,
            hello,
        })
    }

    pub(crate) fn hello_callback(&self) -> Option<HelloCallback> {
        self.hello
    }

    /// Makes up the engine for a client that says `hello`.
    pub(crate) fn engine(
        &self,
        hello: &ClientHello<'_>,
        choice: Choice,
        version: u32,
        limits: Limits,
    ) -> Result<EngineSetup, TlsFailure> {
        let named = || hello.server_name.and_then(|name| self.certificates.find(name)).cloned();
        let certificate = choice.certificate.or_else(named).or_else(|| self.default_certificate.clone());
        let certificate = certificate.ok_or_else(|| {
            TlsFailure::new(
                Alert::UNRECOGNIZED_NAME,
                "there is no certificate for the name that the client asks for",
            )
        })?;
        let terms = Terms { version, policy: self.policy, context: self.early_data_context, limits };
        let accepts_early_data = hello.offers_early_data && self.resumption.allows_early_data(hello, &terms);

        let mut config = self.base.clone();
        config.cert_resolver = Arc::new(SingleCertAndKey::from(certificate));
        if let Some(protocol) = choice.protocol {
            config.alpn_protocols = vec![protocol];
        }
        self.resumption.apply(&mut config, terms);
        Ok(EngineSetup { config, accepts_early_data })
    }
}

impl ClientAuthentication<'_> {
    fn verifier(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> Result<Option<Arc<dyn ClientCertVerifier>>, ConfigError> {
        let by_anchors = if self.roots.is_empty() { None } else { Some(self.by_anchors(provider.clone())?) };
        let Some(judge) = self.judge.cloned() else { return Ok(by_anchors) };
        Ok(Some(Arc::new(JudgedClient {
            by_anchors,
            judge,
            is_mandatory: self.is_required,
            signatures: Signatures(provider),
        })))
    }

    fn by_anchors(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, ConfigError> {
        let roots = Arc::new(self.roots.clone());
        let mut verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
        if !self.is_required {
            verifier = verifier.allow_unauthenticated();
        }
        verifier
            .build()
            .map_err(|error| ConfigError::unusable("the client CA certificates cannot be used", error))
    }

    /// A session is resumed only under the rules under which it was made: the client is not asked again.
    fn digest(&self) -> [u8; DIGEST_LEN] {
        let mut context = Context::new(&SHA256);
        context.update(&[u8::from(self.is_required), u8::from(self.judge.is_some())]);
        for root in &self.roots.roots {
            // All that a trust anchor is. No constraints are other than empty ones.
            let constraints = root.name_constraints.as_ref();
            context.update(&[u8::from(constraints.is_some())]);
            for part in
                [Some(&root.subject), Some(&root.subject_public_key_info), constraints].into_iter().flatten()
            {
                context.update(&(part.len() as u64).to_be_bytes());
                context.update(part);
            }
        }
        let mut output = [0; DIGEST_LEN];
        output.copy_from_slice(context.finish().as_ref());
        output
    }
}

/// Stands where each connection's certificate will be.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesServerCert for NoCertificate {
    fn resolve(&self, _hello: EngineHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::{Der, TrustAnchor};

    use super::*;

    fn anchor(
        subject: &'static [u8],
        key: &'static [u8],
        constraints: Option<&'static [u8]>,
    ) -> TrustAnchor<'static> {
        TrustAnchor {
            subject: Der::from_slice(subject),
            subject_public_key_info: Der::from_slice(key),
            name_constraints: constraints.map(Der::from_slice),
        }
    }

    fn digest(anchors: Vec<TrustAnchor<'static>>, is_required: bool) -> [u8; DIGEST_LEN] {
        let roots = RootCertStore { roots: anchors };
        ClientAuthentication { roots: &roots, judge: None, is_required }.digest()
    }

    #[test]
    fn every_part_of_a_rule_for_client_certificates_counts() {
        let plain = || anchor(b"subject", b"key", None);
        let others = [
            digest(vec![plain()], false),
            digest(vec![], true),
            digest(vec![plain(), plain()], true),
            digest(vec![anchor(b"another", b"key", None)], true),
            digest(vec![anchor(b"subject", b"another", None)], true),
            digest(vec![anchor(b"subjec", b"tkey", None)], true),
            digest(vec![anchor(b"subject", b"key", Some(b""))], true),
            digest(vec![anchor(b"subject", b"key", Some(b"one"))], true),
            digest(vec![anchor(b"subject", b"key", Some(b"two"))], true),
        ];
        let same = digest(vec![plain()], true);
        assert_eq!(same, digest(vec![plain()], true));
        for (index, one) in others.iter().enumerate() {
            assert_ne!(*one, same, "{index}");
            assert!(others[..index].iter().all(|other| other != one), "{index}");
        }
    }
}
