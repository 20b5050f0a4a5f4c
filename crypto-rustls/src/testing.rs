//! What several unit tests need: hexadecimal text, certificates, configurations that fit together.

use std::process::Command;

use crate::client::Client;
use crate::server::Server;
use crate::settings::HasSettings as _;

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A self-signed certificate, and its key, as PEM.
pub(crate) struct Identity {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl Identity {
    pub(crate) fn new() -> Self {
        Self::with_names("DNS:localhost")
    }

    /// `names` as in a subjectAltName.
    pub(crate) fn with_names(names: &str) -> Self {
        let key = openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], b"");
        let certificate = openssl(
            &[
                "req",
                "-x509",
                "-new",
                "-key",
                "/dev/stdin",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                &format!("subjectAltName={names}"),
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ],
            &key,
        );
        Self { certificate, key }
    }
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    use std::io::Write;
    use std::process::Stdio;

    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tests need the openssl program");
    child.stdin.take().expect("piped").write_all(input).expect("openssl reads its input");
    let output = child.wait_with_output().expect("openssl ends");
    assert!(output.status.success(), "openssl {arguments:?}");
    output.stdout
}

pub(crate) fn client(identity: &Identity) -> Client {
    let mut client = Client::new();
    client.add_trust_anchors(&identity.certificate).expect("a good certificate");
    client.settings_mut().add_protocol(b"test").expect("a good name");
    client
}

pub(crate) fn server(identity: &Identity) -> Server {
    let mut server = Server::new();
    server.settings_mut().set_identity(&identity.certificate, &identity.key).expect("a good certificate");
    server.settings_mut().add_protocol(b"test").expect("a good name");
    server
}
