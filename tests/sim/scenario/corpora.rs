//! The inputs that the fuzz targets `packets` and `calls` keep in `fuzz/corpus`, replayed. Their seeds are made here, of
//! the frames that the decoders' targets start from: `WRITE_SEEDS=1` writes them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::script;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join("corpus").join(target)
}

/// In each state, on either side: every frame, then what follows from it.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut frames: Vec<_> =
        fs::read_dir(corpus("frames")).unwrap().map(|entry| entry.unwrap().path()).collect();
    frames.sort();
    let frames: Vec<Vec<u8>> = frames.iter().map(|path| fs::read(path).unwrap()).collect();
    let seed = |stage: u8, side: u8| {
        let mut bytes = vec![side | 0xe6, stage, stage * 9];
        for frame in frames.iter().filter(|frame| frame.len() < 256) {
            bytes.extend([0, frame.len() as u8]);
            bytes.extend(frame);
            // Both write and read; time passes.
            bytes.extend([12, 9, 6]);
        }
        (format!("seed-{stage}-{side}"), bytes)
    };
    (0..16).flat_map(|stage| [0, 1].map(|side| seed(stage, side))).collect()
}

fn replay(target: &str, run: fn(&[u8])) {
    let folder = corpus(target);
    if std::env::var_os("WRITE_SEEDS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, seed) in seeds() {
            fs::write(folder.join(name), seed).unwrap();
        }
    }
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        println!("replaying {}", path.display());
        let bytes = fs::read(&path).unwrap();
        run(&bytes);
        run(&bytes[..bytes.len() / 2]);
        count += 1;
    }
    assert!(count >= 32, "only {count} inputs");
}

#[test]
fn packets() {
    replay("packets", script::packets);
}

#[test]
fn calls() {
    replay("calls", script::calls);
}
