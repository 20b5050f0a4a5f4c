//! Certificates and keys from PEM (RFC 7468), in memory or in files, or from DER, with errors that name the cause.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, RootCertStore};
use zeroize::Zeroizing;

use crate::error::ConfigError;

/// The largest PEM file that is read. The largest bundle of trust anchors in use is far below one
/// megabyte; a wrong path such as a device must not fill the memory.
const MAX_FILE_LEN: u64 = 16 * 1024 * 1024;

const ENCRYPTED_KEY_MARKS: [&[u8]; 2] = [b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED"];

/// Reads a file whose content is wiped when dropped, as it may hold a private key.
pub(crate) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
    use std::io::Read;

    let failed = |error| ConfigError::unusable(&path.display().to_string(), error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let expected = file.metadata().map_err(failed)?.len().min(MAX_FILE_LEN);
    // Enough room from the start: a vector that grows leaves unwiped copies behind.
    let mut content = Zeroizing::new(Vec::with_capacity(expected as usize + 1));
    file.take(MAX_FILE_LEN + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MAX_FILE_LEN {
        return Err(ConfigError::Unusable(format!("{}: the file is too large", path.display())));
    }
    Ok(content)
}

/// Adds each certificate in `pem` as a trust anchor.
pub(crate) fn add_trust_anchors(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), ConfigError> {
    // Into a copy first: a bundle is taken as a whole or not at all.
    let mut extended = roots.clone();
    for certificate in certificates(pem)? {
        extended
            .add(certificate)
            .map_err(|error| ConfigError::unusable("not a usable CA certificate", error))?;
    }
    *roots = extended;
    Ok(())
}

pub(crate) fn add_trust_anchor_der(roots: &mut RootCertStore, certificate: &[u8]) -> Result<(), ConfigError> {
    roots
        .add(CertificateDer::from(certificate))
        .map_err(|error| ConfigError::unusable("not a usable CA certificate", error))
}

/// A certificate chain with its private key.
pub(crate) fn certified_key(
    certificates_pem: &[u8],
    key_pem: &[u8],
) -> Result<Arc<CertifiedKey>, ConfigError> {
    let chain = certificates(certificates_pem)?;
    let key = private_key(key_pem)?;
    pair(chain, &key)
}

/// The same from DER: the server's or client's own certificate first, and a key of any of the usual forms.
pub(crate) fn certified_key_der(
    certificates: &[&[u8]],
    key: &[u8],
) -> Result<Arc<CertifiedKey>, ConfigError> {
    if certificates.is_empty() {
        return Err(ConfigError::Argument("there is no certificate"));
    }
    let chain = certificates.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    let key = PrivateKeyDer::try_from(key)
        .map_err(|error| ConfigError::unusable("the private key DER is broken", error))?;
    pair(chain, &key)
}

fn pair(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'_>,
) -> Result<Arc<CertifiedKey>, ConfigError> {
    let key = any_supported_type(key)
        .map_err(|error| ConfigError::unusable("the private key cannot be used", error))?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        // A key whose public half is not known may well be right.
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(Arc::new(certified)),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(ConfigError::Unusable("the private key does not belong to the certificate".into()))
        }
        Err(error) => Err(ConfigError::unusable("the certificate cannot be used", error)),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| ConfigError::unusable("the certificate PEM is broken", error))?;
    if certificates.is_empty() {
        return Err(ConfigError::Unusable("the PEM holds no certificate".into()));
    }
    Ok(certificates)
}

fn private_key(pem: &[u8]) -> Result<Zeroizing<PrivateKeyDer<'static>>, ConfigError> {
    PrivateKeyDer::from_pem_slice(pem).map(Zeroizing::new).map_err(|error| {
        let is_encrypted =
            ENCRYPTED_KEY_MARKS.iter().any(|mark| pem.windows(mark.len()).any(|window| window == *mark));
        match error {
            _ if is_encrypted => {
                ConfigError::Unusable("the private key is encrypted with a password: decrypt it first".into())
            }
            pem::Error::NoItemsFound => ConfigError::Unusable("the PEM holds no private key".into()),
            error => ConfigError::unusable("the private key PEM is broken", error),
        }
    })
}
