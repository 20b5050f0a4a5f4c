//! What the library tells about a connection, and whether it is well formed: log lines, and qlog records, which are a
//! JSON text sequence (RFC 7464).
//!
//! Owns: the lines and records of one endpoint. Must not know: what they are about.

use std::cell::{Cell, RefCell};

#[derive(Default)]
pub(crate) struct Journal {
    lines: RefCell<Vec<Box<[u8]>>>,
    records: RefCell<Vec<Box<[u8]>>>,
    /// How many records had the FIN flag, and how much came after the first.
    pub(crate) ends: Cell<u64>,
    pub(crate) late: Cell<u64>,
}

impl Journal {
    pub(crate) fn add_line(&self, line: &[u8]) {
        self.lines.borrow_mut().push(line.into());
        self.count_late();
    }

    pub(crate) fn add_record(&self, is_last: bool, record: &[u8]) {
        if is_last && record.is_empty() {
            return self.ends.set(self.ends.get() + 1);
        }
        self.records.borrow_mut().push(record.into());
        self.count_late();
    }

    /// Begins anew, with another connection.
    pub(crate) fn clear(&self) {
        self.lines.take();
        self.records.take();
        self.ends.set(0);
        self.late.set(0);
    }

    fn count_late(&self) {
        self.late.set(self.late.get() + u64::from(self.ends.get() > 0));
    }

    /// The lines, split into what stands before the category and the rest.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let lines = self.lines.borrow();
        let split = lines.iter().map(|line| {
            let line = String::from_utf8_lossy(line);
            let at = line.match_indices(' ').nth(1).map_or(line.len(), |(at, _)| at + 1);
            (line[..at].trim_end().to_owned(), line[at..].to_owned())
        });
        split.collect()
    }

    pub(crate) fn has_line(&self, part: &str) -> bool {
        self.lines.borrow().iter().any(|line| String::from_utf8_lossy(line).contains(part))
    }

    /// The JSON texts of the records, without what separates them.
    pub(crate) fn records(&self) -> Result<Vec<String>, String> {
        let records = self.records.borrow();
        let texts = records.iter().map(|record| {
            let record = String::from_utf8_lossy(record);
            let text = record.strip_prefix('\x1e').and_then(|record| record.strip_suffix('\n'));
            let text = text.filter(|text| value(text).is_some_and(str::is_empty));
            text.map(str::to_owned).ok_or_else(|| format!("not a record: {record:?}"))
        });
        texts.collect()
    }
}

/// What stands behind the JSON value that `text` begins with; `None` if there is none.
fn value(text: &str) -> Option<&str> {
    match text.bytes().next()? {
        b'{' => members(text, '}', |text| value(string(text)?.strip_prefix(':')?)),
        b'[' => members(text, ']', value),
        b'"' => string(text),
        b'0'..=b'9' => {
            let behind = digits(text)?;
            behind.strip_prefix('.').map_or(Some(behind), digits)
        }
        _ => ["true", "false", "null"].iter().find_map(|word| text.strip_prefix(word)),
    }
}

fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

fn members(text: &str, end: char, one: impl Fn(&str) -> Option<&str>) -> Option<&str> {
    let mut rest = text.get(1..)?;
    if let Some(rest) = rest.strip_prefix(end) {
        return Some(rest);
    }
    loop {
        rest = one(rest)?;
        if let Some(rest) = rest.strip_prefix(end) {
            return Some(rest);
        }
        rest = rest.strip_prefix(',')?;
    }
}

/// A string without escapes: the library's need none.
fn string(text: &str) -> Option<&str> {
    let (string, rest) = text.strip_prefix('"')?.split_once('"')?;
    string.chars().all(|c| c != '\\' && !c.is_control()).then_some(rest)
}
