//! Gives the shared library its soname and its dependency on `libngtcp2.so.16`.
//!
//! The helper calls the core through its C API only, and must load with any `libngtcp2.so.16`. So it
//! is linked against an empty library of that name, made here: nothing of the core has to be built
//! first, and no symbol of a particular core leaks into ours. `NGTCP2_LIB_DIR` names a directory with
//! a real one instead.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::Command;

const SONAME: &str = "libngtcp2_crypto_rustls.so.0";
const CORE_SONAME: &str = "libngtcp2.so.16";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=NGTCP2_LIB_DIR");
    if env::var("CARGO_CFG_TARGET_OS")? != "linux" {
        return Ok(());
    }

    let directory = match env::var("NGTCP2_LIB_DIR") {
        Ok(directory) => directory,
        Err(_) => {
            let directory = env::var("OUT_DIR")?;
            make_empty_core(&directory)?;
            directory
        }
    };
    for argument in [
        format!("-Wl,-soname,{SONAME}"),
        format!("-L{directory}"),
        // An empty library provides nothing, so --as-needed would drop it.
        "-Wl,--push-state,--no-as-needed".into(),
        "-lngtcp2".into(),
        "-Wl,--pop-state".into(),
    ] {
        println!("cargo:rustc-cdylib-link-arg={argument}");
    }
    Ok(())
}

fn make_empty_core(directory: &str) -> Result<(), Box<dyn Error>> {
    let compiler = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".into());
    let source = Path::new(directory).join("empty.c");
    std::fs::write(&source, "typedef int empty;\n")?;
    let status = Command::new(compiler)
        .args(["-shared", "-nostdlib"])
        .arg(format!("-Wl,-soname,{CORE_SONAME}"))
        .arg("-o")
        .arg(Path::new(directory).join("libngtcp2.so"))
        .arg(source)
        .status()?;
    if !status.success() {
        return Err("the C compiler could not make an empty libngtcp2.so".into());
    }
    Ok(())
}
