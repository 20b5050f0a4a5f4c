//! The list of headers: what each is made of.

use std::path::Path;

use ngtcp2_abi::{
    NGTCP2_RETRY_KEY_V1, NGTCP2_RETRY_KEY_V2, NGTCP2_RETRY_NONCE_V1, NGTCP2_RETRY_NONCE_V2, NGTCP2_VERSION,
    NGTCP2_VERSION_NUM, RNGTCP2_VERSION, RNGTCP2_VERSION_NUM,
};

use crate::prototypes;

/// A C header.
pub(crate) struct Header {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// The text around the declarations, with the place of each value marked as `@NAME@`.
    frame: &'static str,
    /// The Rust sources of the declarations, in order, from the root of the repository.
    sources: &'static [&'static str],
}

pub(crate) const HEADERS: &[Header] = &[
    Header { name: "version.h", frame: include_str!("../templates/version.h"), sources: &[] },
    Header {
        name: "ngtcp2.h",
        frame: include_str!("../templates/ngtcp2.h"),
        sources: &[
            "abi/src/units.rs",
            "abi/src/version.rs",
            "abi/src/error.rs",
            "abi/src/transport_error.rs",
            "abi/src/mem.rs",
            "abi/src/rand.rs",
            "abi/src/vec.rs",
            "abi/src/addr.rs",
            "abi/src/cid.rs",
            "abi/src/stateless_reset.rs",
            "abi/src/path.rs",
            "abi/src/pkt.rs",
            "abi/src/params.rs",
            "abi/src/settings.rs",
            "abi/src/crypto.rs",
            "abi/src/conn.rs",
            "abi/src/conn_info.rs",
            "abi/src/ccerr.rs",
            "abi/src/callback/handshake.rs",
            "abi/src/callback/crypto.rs",
            "abi/src/callback/stream.rs",
            "abi/src/callback/datagram.rs",
            "abi/src/callback/cid.rs",
            "abi/src/callback/path.rs",
            "abi/src/callbacks.rs",
            "abi/src/api/version.rs",
            "abi/src/api/error.rs",
            "abi/src/api/mem.rs",
            "abi/src/api/settings.rs",
            "abi/src/api/params.rs",
            "abi/src/api/cid.rs",
            "abi/src/api/path.rs",
            "abi/src/api/pkt.rs",
            "abi/src/api/ccerr.rs",
            "abi/src/api/conn/lifecycle.rs",
            "abi/src/api/conn/read.rs",
            "abi/src/api/conn/write.rs",
            "abi/src/api/conn/close.rs",
            "abi/src/api/conn/timer.rs",
            "abi/src/api/conn/handshake.rs",
            "abi/src/api/conn/keys.rs",
            "abi/src/api/conn/params.rs",
            "abi/src/api/conn/stream.rs",
            "abi/src/api/conn/flow.rs",
            "abi/src/api/conn/cid.rs",
            "abi/src/api/conn/path.rs",
            "abi/src/api/conn/info.rs",
        ],
    },
    Header {
        name: "rngtcp2.h",
        frame: include_str!("../templates/rngtcp2.h"),
        sources: &["abi/src/own_version.rs", "abi/src/api/own_version.rs"],
    },
    Header {
        name: "ngtcp2_crypto.h",
        frame: include_str!("../templates/ngtcp2_crypto.h"),
        sources: &[
            "abi/src/crypto_helper.rs",
            "abi/src/crypto_api/handshake.rs",
            "abi/src/crypto_api/keys.rs",
            "abi/src/crypto_api/protection.rs",
            "abi/src/crypto_api/algorithm.rs",
            "abi/src/crypto_api/token.rs",
            "abi/src/crypto_api/packet.rs",
        ],
    },
    Header {
        name: "ngtcp2_crypto_rustls.h",
        frame: include_str!("../templates/ngtcp2_crypto_rustls.h"),
        sources: &[
            "crypto-rustls/src/ffi/handles.rs",
            "crypto-rustls/src/ffi/configuration.rs",
            "crypto-rustls/src/ffi/hello.rs",
            "crypto-rustls/src/ffi/judge.rs",
            "crypto-rustls/src/ffi/store.rs",
            "crypto-rustls/src/ffi/certificate.rs",
            "crypto-rustls/src/ffi/client.rs",
            "crypto-rustls/src/ffi/server.rs",
            "crypto-rustls/src/ffi/server_resumption.rs",
            "crypto-rustls/src/ffi/session.rs",
            "crypto-rustls/src/ffi/facts.rs",
            "crypto-rustls/src/ffi/version.rs",
        ],
    },
];

impl Header {
    /// The whole text of the header. `root` is the root of the repository.
    pub(crate) fn text(&self, root: &Path) -> Result<String, String> {
        let mut text = self.frame.to_owned();
        for (place, value) in values() {
            text = text.replace(place, &value);
        }
        if !self.sources.is_empty() {
            text = text.replace("@BINDINGS@\n", &self.bindings(root)?);
        }
        Ok(text)
    }

    /// What cbindgen makes of the sources.
    fn bindings(&self, root: &Path) -> Result<String, String> {
        let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
        let builder = cbindgen::Builder::new().with_config(config);
        let builder =
            self.sources.iter().fold(builder, |builder, source| builder.with_src(root.join(source)));
        let bindings = builder.generate().map_err(|error| error.to_string())?;

        let mut text = Vec::new();
        bindings.write(&mut text);
        let text = String::from_utf8(text).map_err(|error| error.to_string())?;
        Ok(prototypes::lay_out(&text))
    }
}

/// The values that frames contain, with the marks of their places.
fn values() -> [(&'static str, String); 8] {
    [
        ("@VERSION@", NGTCP2_VERSION.to_string_lossy().into_owned()),
        ("@VERSION_NUM@", format!("{NGTCP2_VERSION_NUM:#08x}")),
        ("@OWN_VERSION@", RNGTCP2_VERSION.to_string_lossy().into_owned()),
        ("@OWN_VERSION_NUM@", format!("{RNGTCP2_VERSION_NUM:#08x}")),
        ("@RETRY_KEY_V1@", string_literal(&NGTCP2_RETRY_KEY_V1)),
        ("@RETRY_NONCE_V1@", string_literal(&NGTCP2_RETRY_NONCE_V1)),
        ("@RETRY_KEY_V2@", string_literal(&NGTCP2_RETRY_KEY_V2)),
        ("@RETRY_NONCE_V2@", string_literal(&NGTCP2_RETRY_NONCE_V2)),
    ]
}

/// The inside of a C string literal.
fn string_literal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// Sources of `abi` that declare nothing for C: module lists, and what is for Rust only.
    const NOT_FOR_C: &[&str] = &[
        "abi/src/api/conn/mod.rs",
        "abi/src/api/mod.rs",
        "abi/src/callback/mod.rs",
        "abi/src/crypto_api/mod.rs",
        "abi/src/generations.rs",
        "abi/src/layout.rs",
        "abi/src/lib.rs",
        "abi/src/open_enum.rs",
        "abi/src/signature.rs",
        "abi/src/upcoming.rs",
        "abi/src/zero.rs",
    ];

    fn sources_in(folder: PathBuf, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources_in(path, root, found);
            } else {
                let path = path.strip_prefix(root).expect("inside the repository");
                found.insert(path.to_str().expect("a UTF-8 path").to_owned());
            }
        }
    }

    #[test]
    fn every_source_of_the_abi_is_in_one_header() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut found = BTreeSet::new();
        sources_in(root.join("abi/src"), &root, &mut found);

        let listed = HEADERS.iter().flat_map(|header| header.sources).chain(NOT_FOR_C);
        for source in listed.filter(|source| source.starts_with("abi/")) {
            assert!(found.remove(*source), "{source} is listed twice or does not exist");
        }
        assert!(found.is_empty(), "in no header: {found:?}");
    }

    #[test]
    fn no_place_in_a_frame_is_left_open() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        for header in HEADERS {
            let text = header.text(&root).expect("a header");
            let open = text.lines().find(|line| {
                line.contains("@VERSION")
                    || line.contains("@OWN")
                    || line.contains("@RETRY")
                    || line.contains("@BINDINGS")
            });
            assert_eq!(open, None, "in {}", header.name);
        }
    }
}
