use std::fmt;

use aws_smithy_http_client::tls::TrustStore;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use settings::AWS_CA_BUNDLE;

/// Left to itself the SDK reads the machine's whole collection before its first call: most of what a function's start took.
const AMAZON: &[u8] = include_bytes!("../certificates/amazon-trust-services.pem");

/// Who may vouch for an endpoint of AWS: root certificates, in PEM. All of them can be read.
#[derive(Debug, Clone)]
pub struct Trust(Vec<u8>);

/// What is wrong with the file of `AWS_CA_BUNDLE`: a sentence that names the setting.
#[derive(Clone, thiserror::Error)]
pub enum BundleError {
    /// It is not there, or not for us.
    #[error("AWS_CA_BUNDLE names a file that cannot be read: {0}")]
    Unreadable(String),
    /// It is something else.
    #[error("AWS_CA_BUNDLE names a file that holds no certificate in PEM")]
    Empty,
    /// One of what it holds is not a certificate; they are counted from 1.
    #[error("AWS_CA_BUNDLE names a file whose certificate {number} cannot be read: {why}")]
    Broken {
        /// Which.
        number: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl Trust {
    /// The roots of Amazon Trust Services, which are in the binary.
    #[must_use]
    pub fn amazon() -> Self {
        Self(AMAZON.to_vec())
    }

    /// The certificates in a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no collection of certificates in PEM.
    pub fn of_file(path: &str) -> Result<Self, BundleError> {
        let pem = std::fs::read(path).map_err(|error| BundleError::Unreadable(error.to_string()))?;
        match roots(&pem)?.is_empty() {
            true => Err(BundleError::Empty),
            false => Ok(Self(pem)),
        }
    }

    /// Those of the file that `AWS_CA_BUNDLE` names, and those of Amazon where it names none.
    ///
    /// # Errors
    /// As [`Trust::of_file`].
    pub fn from_settings() -> Result<Self, BundleError> {
        AWS_CA_BUNDLE.get().map_or_else(|| Ok(Self::amazon()), |path| Self::of_file(&path))
    }

    /// The certificates as an SDK wants them, which panics at one that it cannot read.
    pub(crate) fn into_store(self) -> TrustStore {
        TrustStore::empty().with_pem_certificate(self.0)
    }
}

fn roots(pem: &[u8]) -> Result<RootCertStore, BundleError> {
    let mut roots = RootCertStore::empty();
    for (certificate, number) in CertificateDer::pem_slice_iter(pem).zip(1..) {
        let broken = |why: String| BundleError::Broken { number, why };
        let certificate = certificate.map_err(|error| broken(error.to_string()))?;
        roots.add(certificate).map_err(|error| broken(error.to_string()))?;
    }
    Ok(roots)
}

impl fmt::Debug for BundleError {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_in_the_binary_are_the_five_that_amazon_names_and_mozilla_has_them_too() {
        let known = roots(AMAZON).unwrap().roots;
        assert_eq!(known.len(), 5);
        for root in known {
            let common = |mozilla: &&rustls::pki_types::TrustAnchor<'_>| {
                mozilla.subject == root.subject
                    && mozilla.subject_public_key_info == root.subject_public_key_info
            };
            assert!(webpki_roots::TLS_SERVER_ROOTS.iter().any(|mozilla| common(&mozilla)), "{root:?}");
        }
    }
}
