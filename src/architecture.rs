//! Tests that hold the code to ARCHITECTURE.md: the state machines' tables and the direction of dependencies.
//!
//! Owns: no code of the library.

extern crate std;

use std::format;
use std::fs;
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;

const ARCHITECTURE: &str = include_str!("../ARCHITECTURE.md");

type Table = &'static [(&'static str, &'static str, &'static str)];

/// Every machine with the heading of its table.
const MACHINES: [(&str, Table); 8] = [
    ("Connection", crate::conn::Lifecycle::TRANSITIONS),
    ("Stream sending", crate::stream::Sending::TRANSITIONS),
    ("Stream receiving", crate::stream::Receiving::TRANSITIONS),
    ("Path validation", crate::path::validation::Validating::TRANSITIONS),
    ("Key update", crate::conn::keys::one_rtt::KeyUpdate::TRANSITIONS),
    ("Path MTU discovery", crate::path::pmtud::Discovery::TRANSITIONS),
    ("ECN", crate::path::ecn::EcnPath::TRANSITIONS),
    ("BBR", crate::cc::BbrMachine::TRANSITIONS),
];

fn rendered(table: Table) -> String {
    let mut text = String::from("| from | event | to |\n|---|---|---|\n");
    for (from, event, to) in table {
        text.push_str(&format!("| {from} | {event} | {to} |\n"));
    }
    text
}

#[test]
fn the_tables_of_the_state_machines_are_those_of_the_code() {
    let mut missing = String::new();
    for (name, table) in MACHINES {
        let section = format!("### {name}\n\n{}", rendered(table));
        if !ARCHITECTURE.contains(&section) {
            missing.push_str(&section);
            missing.push('\n');
        }
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md lacks, or has otherwise:\n\n{missing}");
}

/// Rooms from the ground up. A file may use its own room, those of lower floors, and the ones open to all.
const FLOORS: &[(&str, usize)] = &[
    ("wire", 0),
    ("packet", 1),
    ("frame", 2),
    ("params", 2),
    ("cc", 2),
    ("path", 3),
    ("recovery", 3),
    ("stream", 3),
    ("trace", 3),
    ("session", 5),
    ("conn", 4),
    ("ffi", 6),
];

const OPEN_TO_ALL: &[&str] = &["mem", "units", "error", "machine", "fault", "rt"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

fn may_use(user: &str, used: &str) -> bool {
    // The driver and the boundary know each other: one holds the state, the other is how the state is reached.
    let partners = matches!((user, used), ("conn", "session") | ("session", "conn" | "packet" | "path"));
    if user == used || OPEN_TO_ALL.contains(&used) || partners {
        return true;
    }
    match (floor(user), floor(used)) {
        (Some(user), Some(used)) => user > used && used < 4 || user == 6,
        _ => false,
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("a source").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn dependencies_point_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = String::new();
    for file in files {
        let relative = file.strip_prefix(&root).expect("below the root");
        let first = relative.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs");
        let is_test = relative.components().any(|part| part.as_os_str().to_string_lossy().contains("test"));
        if floor(room).is_none() && !OPEN_TO_ALL.contains(&room) || is_test {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a readable source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (index, _) in code.match_indices("crate::") {
            let used: String =
                code[index + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let known = floor(&used).is_some();
            let allowed = if OPEN_TO_ALL.contains(&room) { !known } else { may_use(room, &used) };
            if known && !allowed {
                wrong.push_str(&format!("{}: {room} uses {used}\n", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "upward dependencies:\n{wrong}");
}
