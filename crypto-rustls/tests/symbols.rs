//! What the shared library imports and exports.
//!
//! It must load with any `libngtcp2.so.16` from 1.11 on, so it may only import functions that were there
//! then; and it exports what its headers declare, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What the helper calls. Each of these is in libngtcp2 1.11.
const IMPORTS: [&str; 31] = [
    "ngtcp2_conn_decode_and_set_0rtt_transport_params",
    "ngtcp2_conn_decode_and_set_remote_transport_params",
    "ngtcp2_conn_encode_local_transport_params",
    "ngtcp2_conn_get_0rtt_crypto_ctx",
    "ngtcp2_conn_get_client_chosen_version",
    "ngtcp2_conn_get_crypto_ctx",
    "ngtcp2_conn_get_dcid",
    "ngtcp2_conn_get_local_transport_params",
    "ngtcp2_conn_get_negotiated_version",
    "ngtcp2_conn_get_scid",
    "ngtcp2_conn_get_tls_error",
    "ngtcp2_conn_get_tls_native_handle",
    "ngtcp2_conn_install_0rtt_key",
    "ngtcp2_conn_install_initial_key",
    "ngtcp2_conn_install_rx_handshake_key",
    "ngtcp2_conn_install_rx_key",
    "ngtcp2_conn_install_tx_handshake_key",
    "ngtcp2_conn_install_tx_key",
    "ngtcp2_conn_install_vneg_initial_key",
    "ngtcp2_conn_is_server",
    "ngtcp2_conn_set_0rtt_crypto_ctx",
    "ngtcp2_conn_set_crypto_ctx",
    "ngtcp2_conn_set_initial_crypto_ctx",
    "ngtcp2_conn_set_retry_aead",
    "ngtcp2_conn_set_tls_alert",
    "ngtcp2_conn_set_tls_error",
    "ngtcp2_conn_submit_crypto_data",
    "ngtcp2_conn_tls_early_data_rejected",
    "ngtcp2_conn_tls_handshake_completed",
    "ngtcp2_pkt_write_connection_close",
    "ngtcp2_pkt_write_retry",
];

#[test]
fn imports_are_in_the_oldest_core() {
    let imports = symbols("--undefined-only");
    let of_core: BTreeSet<_> = imports.iter().filter(|name| name.starts_with("ngtcp2_")).collect();
    assert_eq!(of_core, IMPORTS.map(str::to_owned).iter().collect());
}

#[test]
fn exports_are_those_of_the_headers() {
    let mut declared = BTreeSet::new();
    for header in ["ngtcp2_crypto.h", "ngtcp2_crypto_rustls.h"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include/ngtcp2").join(header);
        let text = std::fs::read_to_string(path).expect("a header");
        for declaration in text.split("NGTCP2_EXTERN ").skip(1) {
            let before = declaration.split('(').next().expect("a prototype");
            let name = before.rsplit([' ', '*']).next().expect("a name");
            declared.insert(name.trim().to_owned());
        }
    }
    assert_eq!(symbols("--defined-only"), declared);
}

fn symbols(which: &str) -> BTreeSet<String> {
    let output = Command::new("nm").args(["-D", which]).arg(library()).output().expect("the nm program");
    assert!(output.status.success(), "nm failed");
    let text = String::from_utf8(output.stdout).expect("ASCII");
    // "0000000000001234 T name", without the address for imports, and with "@version" for glibc's.
    text.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect()
}

/// The library as the sources are now. `cargo test` leaves it at a place of its own, and an old one where it used to be, so
/// cargo is asked to build it and to say where.
fn library() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(build).clone()
}

fn build() -> PathBuf {
    // This program is TARGET/PROFILE/deps/NAME.
    let program = std::env::current_exe().expect("this program");
    let profile = program.ancestors().nth(2).expect("the folder of the profile");
    let release = if profile.ends_with("release") { &["--release"][..] } else { &[] };
    let output = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--quiet", "--lib", "--message-format", "json", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(profile.parent().expect("the target folder"))
        .args(release)
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("JSON");
    let file = messages.split('"').find(|text| text.ends_with("libngtcp2_crypto_rustls.so"));
    file.expect("the shared library among what cargo built").into()
}
