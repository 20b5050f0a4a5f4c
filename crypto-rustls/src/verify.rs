//! Verifiers of certificates beside the TLS engine's own: one that accepts any server, for tests, and those that ask the
//! application. Handshake signatures are always checked, so the peer does own the key of the certificate that it shows.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme,
};

use crate::error::Alert;

/// The application, asked about a certificate.
pub(crate) trait CertificateJudge: Send + Sync {
    /// `problem` is what the verification against the trust anchors found, if it found something.
    fn judge(&self, certificates: &[&[u8]], name: Option<&str>, problem: Option<&str>) -> Result<(), Alert>;
}

/// The application refused a certificate, with this alert.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Alert);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the application refused the certificate")
    }
}

impl std::error::Error for Refused {}

/// What is left of a verifier without trust anchors.
#[derive(Clone)]
pub(crate) struct Signatures(pub(crate) Arc<CryptoProvider>);

impl Signatures {
    fn verify_tls12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Checks signatures by [`Signatures`] in a verifier that has one as `signatures`.
macro_rules! verify_signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.signatures.verify_tls12(message, certificate, signature)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.signatures.verify_tls13(message, certificate, signature)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.signatures.schemes()
        }
    };
}

macro_rules! debug_by_name {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

debug_by_name!(AcceptAnyServer, JudgedServer, JudgedClient);

pub(crate) struct AcceptAnyServer {
    pub(crate) signatures: Signatures,
}

impl ServerCertVerifier for AcceptAnyServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    verify_signatures!();
}

/// Has the last word on servers given to the application.
pub(crate) struct JudgedServer {
    /// `None` without trust anchors.
    pub(crate) by_anchors: Option<Arc<dyn ServerCertVerifier>>,
    pub(crate) judge: Arc<dyn CertificateJudge>,
    pub(crate) signatures: Signatures,
}

impl ServerCertVerifier for JudgedServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = self.by_anchors.as_ref().map(|anchors| {
            anchors.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now).map(|_| ())
        });
        ask(&*self.judge, end_entity, intermediates, Some(&server_name.to_str()), found)?;
        Ok(ServerCertVerified::assertion())
    }

    verify_signatures!();
}

/// Has the last word on clients given to the application.
pub(crate) struct JudgedClient {
    /// `None` without trust anchors.
    pub(crate) by_anchors: Option<Arc<dyn ClientCertVerifier>>,
    pub(crate) judge: Arc<dyn CertificateJudge>,
    pub(crate) is_mandatory: bool,
    pub(crate) signatures: Signatures,
}

impl ClientCertVerifier for JudgedClient {
    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.by_anchors.as_ref().map_or(&[], |anchors| anchors.root_hint_subjects())
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let found = self
            .by_anchors
            .as_ref()
            .map(|anchors| anchors.verify_client_cert(end_entity, intermediates, now).map(|_| ()));
        ask(&*self.judge, end_entity, intermediates, None, found)?;
        Ok(ClientCertVerified::assertion())
    }

    verify_signatures!();
}

fn ask(
    judge: &dyn CertificateJudge,
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    name: Option<&str>,
    found: Option<Result<(), Error>>,
) -> Result<(), Error> {
    let problem = match found {
        None => Some("there is no CA certificate to verify with".into()),
        Some(Ok(())) => None,
        Some(Err(error)) => Some(error.to_string()),
    };
    let chain: Vec<&[u8]> =
        std::iter::once(end_entity).chain(intermediates).map(|certificate| certificate.as_ref()).collect();
    judge.judge(&chain, name, problem.as_deref()).map_err(|alert| {
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Refused(alert)))))
    })
}
