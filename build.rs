//! Gives the shared library the soname under which programs were linked to ngtcp2.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    // Elf systems have sonames; on others the file's own name is all there is.
    if matches!(
        system.as_str(),
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly" | "illumos"
    ) {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libngtcp2.so.16");
    }
}
