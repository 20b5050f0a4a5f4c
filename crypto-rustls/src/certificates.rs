//! The certificates of a server, by the name that clients ask for (RFC 6066, section 3).

use std::collections::HashMap;
use std::sync::Arc;

use rustls::client::verify_server_name;
use rustls::pki_types::ServerName;
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use crate::error::ConfigError;

/// Names are in lower case; a wildcard stands without its "*", as ".example.org".
#[derive(Clone, Default)]
pub(crate) struct Certificates {
    by_name: HashMap<String, Arc<CertifiedKey>>,
}

impl Certificates {
    /// Shows `identity` to clients that ask for `name`, which may begin with "*." for any one label. It must be a name
    /// of the certificate. An earlier one for this name is replaced.
    pub(crate) fn add(&mut self, name: &str, identity: Arc<CertifiedKey>) -> Result<(), ConfigError> {
        let name = name.to_ascii_lowercase();
        // For a wildcard, a certificate is right that is right for an example.
        let (example, key) = match name.strip_prefix('*') {
            Some(suffix) => (format!("any{suffix}"), suffix.to_owned()),
            None => (name.clone(), name.clone()),
        };
        let Ok(ServerName::DnsName(_)) = ServerName::try_from(example.as_str()) else {
            return Err(ConfigError::Unusable(format!("not a DNS name: {name:?}")));
        };
        check_name(&identity, example)
            .map_err(|error| ConfigError::unusable(&format!("the certificate is not for {name:?}"), error))?;
        self.by_name.insert(key, identity);
        Ok(())
    }

    pub(crate) fn remove(&mut self, name: &str) -> Result<(), ConfigError> {
        let name = name.to_ascii_lowercase();
        match self.by_name.remove(name.strip_prefix('*').unwrap_or(&name)) {
            Some(_) => Ok(()),
            None => Err(ConfigError::Unusable(format!("there is no certificate for {name:?}"))),
        }
    }

    /// The certificate for a name as a client sends it. A name of its own goes before a wildcard.
    pub(crate) fn find(&self, name: &[u8]) -> Option<&Arc<CertifiedKey>> {
        if self.is_empty() {
            return None;
        }
        let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
        let suffix = name.find('.').and_then(|dot| name.get(dot..));
        self.by_name.get(&name).or_else(|| self.by_name.get(suffix?))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}

fn check_name(identity: &CertifiedKey, name: String) -> Result<(), rustls::Error> {
    let end_entity = identity.end_entity_cert()?;
    let name = ServerName::try_from(name).map_err(|error| rustls::Error::General(error.to_string()))?;
    verify_server_name(&ParsedCertificate::try_from(end_entity)?, &name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pem;
    use crate::testing::Identity;

    fn identity(names: &str) -> Arc<CertifiedKey> {
        let identity = Identity::with_names(names);
        pem::certified_key(&identity.certificate, &identity.key).unwrap()
    }

    #[test]
    fn own_names_before_wildcards() {
        let (own, wild) = (identity("DNS:www.example.org"), identity("DNS:*.example.org"));
        let mut certificates = Certificates::default();
        assert!(certificates.find(b"www.example.org").is_none());
        certificates.add("WWW.example.org", own.clone()).unwrap();
        certificates.add("*.example.org", wild.clone()).unwrap();
        assert!(Arc::ptr_eq(certificates.find(b"www.Example.org").unwrap(), &own));
        assert!(Arc::ptr_eq(certificates.find(b"mail.example.org").unwrap(), &wild));
        for other in [&b"example.org"[..], b"a.b.example.org", b"\xff", b"", b".example.org."] {
            assert!(certificates.find(other).is_none());
        }
        certificates.remove("www.example.org").unwrap();
        assert!(Arc::ptr_eq(certificates.find(b"www.example.org").unwrap(), &wild));
        assert!(certificates.remove("www.example.org").is_err());
        certificates.remove("*.example.org").unwrap();
        assert!(certificates.is_empty());
    }

    #[test]
    fn a_certificate_must_have_the_name() {
        let mut certificates = Certificates::default();
        for name in ["localhost", "*.localhost", "", "*", "*.", "127.0.0.1", "a*.example.org"] {
            let refused = certificates.add(name, identity("DNS:www.example.org"));
            assert!(matches!(refused, Err(ConfigError::Unusable(_))), "{name}");
        }
        // One that covers it by a wildcard is fine.
        certificates.add("www.example.org", identity("DNS:*.example.org")).unwrap();
    }
}
