//! The corpora of the fuzz targets in the tests of both libraries, which include this file: seeds are kept there, and every input
//! is run. Knows no target.

#[allow(unused_extern_crates, reason = "one of the two libraries is without std")]
extern crate std;

use std::path::{Path, PathBuf};
use std::vec::Vec;
use std::{env, fs, println};

pub(super) type Seed = (&'static str, Vec<u8>);

/// The folder `fuzz` of the repository.
pub(super) fn fuzz() -> PathBuf {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("fuzz"));
    above.find(|folder| folder.join("corpus").is_dir()).unwrap()
}

/// The seeds must be in the corpus, or are written with `WRITE_SEEDS=1` in the environment; then `replay` gets each input of it.
pub(super) fn check(target: &str, seeds: Vec<Seed>, replay: impl Fn(&[u8])) {
    let folder = fuzz().join("corpus").join(target);
    for (name, seed) in seeds {
        let file = folder.join(name);
        if env::var_os("WRITE_SEEDS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &seed).unwrap();
        }
        let found = fs::read(&file).unwrap_or_default();
        assert_eq!(found, seed, "{} is not current: run the tests with WRITE_SEEDS=1", file.display());
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        println!("replaying {}", path.display());
        replay(&fs::read(&path).unwrap());
    }
}
