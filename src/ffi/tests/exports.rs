//! Which functions are exported.

extern crate std;

use std::collections::BTreeSet;
use std::path::Path;
use std::string::{String, ToString};
use std::{fs, vec::Vec};

const SYMBOLS: &str = include_str!("../../../capi-tests/abi/symbols.txt");

/// The functions that the list of symbols has in `section`.
fn listed(section: &str) -> BTreeSet<String> {
    let lines = SYMBOLS.lines().skip_while(|line| !line.starts_with(section)).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_string).collect()
}

/// The names that follow each occurrence of `marker`.
fn names_after<'a>(source: &'a str, marker: &'a str) -> impl Iterator<Item = String> + 'a {
    source.split(marker).skip(1).map(|rest| {
        let name = rest.trim_start();
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        name[..end].to_string()
    })
}

/// The functions that the sources of this room export.
fn exported() -> Vec<String> {
    let mut folders = Vec::from([Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ffi")]);
    let mut names = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(path).unwrap();
                names.extend(names_after(&source, "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn "));
                names.extend(names_after(&source, "\nolder_twin!("));
            }
        }
    }
    names
}

#[test]
fn every_function_of_the_library_is_exported_once() {
    let names = exported();
    let exported: BTreeSet<_> = names.iter().cloned().collect();
    assert_eq!(names.len(), exported.len(), "a function is defined twice");
    let wanted = &listed("[core]") | &listed("[own]");
    let missing: Vec<_> = wanted.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&wanted).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
}
