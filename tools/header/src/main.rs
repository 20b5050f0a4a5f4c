//! Writes the C headers: `cargo run -p header -- include/ngtcp2`, or with `--check` fails if the
//! headers there are not what would be written.
//!
//! A header is a frame (`templates/`) around the declarations that cbindgen makes of Rust sources.
//! The frame holds what cbindgen cannot write: the include guard, the conditions on the system, the
//! macros. The sources stand in the order in which a C reader should meet them. Values in the frame
//! come from the `ngtcp2-abi` crate, so that nothing is stated twice.

mod headers;
mod prototypes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use headers::HEADERS;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    let Some(folder) = arguments.iter().find(|argument| !argument.starts_with("--")) else {
        eprintln!("usage: header [--check] FOLDER");
        return ExitCode::FAILURE;
    };

    let outcome = if check { check_all(Path::new(folder)) } else { write_all(Path::new(folder)) };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("header: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Writes every header into `folder`.
fn write_all(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for header in HEADERS {
        let path = folder.join(header.name);
        fs::write(&path, header.text(&root())?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Compares every header in `folder` with what would be written.
fn check_all(folder: &Path) -> Result<(), String> {
    for header in HEADERS {
        let path = folder.join(header.name);
        let found = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if found != header.text(&root())? {
            return Err(format!("{} is not up to date: run `make header`", path.display()));
        }
    }
    Ok(())
}

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
