//! JSON into a buffer of the caller, valid whatever does not fit.
//!
//! Owns: commas, and the room kept for the end of a record while its variable part is written. Must not know: qlog.

use core::fmt::{self, Display, Write};

use super::line::Hex;
use crate::units::Duration;

/// In nanoseconds.
const MICROSECOND: u64 = 1000;

/// Writes JSON. Every operation fails when the room is used up and may then have written a part of its text, which
/// [`Json::attempt`] takes back.
#[derive(Debug)]
pub(super) struct Json<'a> {
    buffer: &'a mut [u8],
    len: usize,
    /// The end of the room for what is written now.
    limit: usize,
    /// The next value stands behind another one.
    behind_value: bool,
}

impl Write for Json<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.checked_add(text.len()).filter(|&end| end <= self.limit).ok_or(fmt::Error)?;
        self.buffer.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl<'a> Json<'a> {
    pub(super) const fn new(buffer: &'a mut [u8]) -> Self {
        let limit = buffer.len();
        Self { buffer, len: 0, limit, behind_value: false }
    }

    /// Bytes written.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Keeps `bytes` free for the end of the record; returns what [`Self::release`] takes.
    pub(super) const fn reserve(&mut self, bytes: usize) -> usize {
        let limit = self.limit;
        self.limit = limit.saturating_sub(bytes);
        limit
    }

    pub(super) const fn release(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Writes an element wholly or not at all; `false` when there is no room for it.
    pub(super) fn attempt(&mut self, element: impl FnOnce(&mut Self) -> fmt::Result) -> bool {
        let before = (self.len, self.behind_value, self.limit);
        if element(self).is_ok() {
            return true;
        }
        (self.len, self.behind_value, self.limit) = before;
        false
    }

    fn separate(&mut self) -> fmt::Result {
        if core::mem::replace(&mut self.behind_value, true) { self.write_str(",") } else { Ok(()) }
    }

    /// Text outside of JSON: the separators of the sequence.
    pub(super) fn raw(&mut self, text: &str) -> fmt::Result {
        self.write_str(text)
    }

    /// A name inside an object; its value follows.
    fn key(&mut self, key: &str) -> fmt::Result {
        self.separate()?;
        write!(self, "\"{key}\":")?;
        self.behind_value = false;
        Ok(())
    }

    fn open(&mut self, bracket: &str) -> fmt::Result {
        self.separate()?;
        self.write_str(bracket)?;
        self.behind_value = false;
        Ok(())
    }

    fn close(&mut self, bracket: &str) -> fmt::Result {
        self.write_str(bracket)?;
        self.behind_value = true;
        Ok(())
    }

    /// An object as an element of an array, or the outermost one.
    pub(super) fn element(&mut self, members: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.open("{")?;
        members(self)?;
        self.close("}")
    }

    /// An object as a member.
    pub(super) fn object(
        &mut self,
        key: &str,
        members: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        self.key(key)?;
        self.element(members)
    }

    /// An array as a member.
    pub(super) fn array(
        &mut self,
        key: &str,
        elements: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        self.key(key)?;
        self.open("[")?;
        elements(self)?;
        self.close("]")
    }

    /// An array as an element of an array.
    pub(super) fn tuple(&mut self, values: &[u64]) -> fmt::Result {
        self.open("[")?;
        values.iter().try_for_each(|value| {
            self.separate()?;
            write!(self, "{value}")
        })?;
        self.close("]")
    }

    /// A string as an element; `text` needs no escapes.
    pub(super) fn string(&mut self, text: impl Display) -> fmt::Result {
        self.separate()?;
        write!(self, "\"{text}\"")
    }

    /// A string as a member; `text` needs no escapes.
    pub(super) fn text(&mut self, key: &str, text: impl Display) -> fmt::Result {
        self.key(key)?;
        self.string(text)
    }

    pub(super) fn hex(&mut self, key: &str, bytes: &[u8]) -> fmt::Result {
        self.text(key, Hex(bytes))
    }

    /// A token, which qlog wraps in an object.
    pub(super) fn token(&mut self, key: &str, bytes: &[u8]) -> fmt::Result {
        self.object(key, |json| json.hex("data", bytes))
    }

    pub(super) fn number(&mut self, key: &str, value: u64) -> fmt::Result {
        self.key(key)?;
        self.behind_value = true;
        write!(self, "{value}")
    }

    /// Milliseconds, with those parts of the last one that are there.
    pub(super) fn millis(&mut self, key: &str, value: Duration) -> fmt::Result {
        self.number(key, value.as_millis())?;
        match value.0 / MICROSECOND % 1000 {
            0 => Ok(()),
            micros => write!(self, ".{micros:03}"),
        }
    }

    pub(super) fn boolean(&mut self, key: &str, value: bool) -> fmt::Result {
        self.key(key)?;
        self.behind_value = true;
        write!(self, "{value}")
    }
}

#[cfg(test)]
pub(super) mod tests {
    extern crate std;
    use super::*;

    /// Whether `text` is exactly one JSON value: a checker for the tests of this room.
    pub(in crate::trace) fn is_json(text: &str) -> bool {
        value(text.trim()).is_some_and(|rest| rest.is_empty())
    }

    /// What stands behind the value that `text` begins with.
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
        let mut rest = &text[1..];
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

    fn string(text: &str) -> Option<&str> {
        let rest = text.strip_prefix('"')?;
        let end = rest.find('"')?;
        let plain = rest[..end].chars().all(|c| c != '\\' && !c.is_control());
        plain.then(|| &rest[end + 1..])
    }

    #[test]
    fn the_checker_checks() {
        for good in ["{}", "[]", "[[1,2],{\"a\":\"b\",\"c\":true}]", "\"\"", "{\"a\":[]}", "[0.125,10]"] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "[1 2]",
            "\"a",
            "{}{}",
            "[,1]",
            "[1.]",
            "[.5]",
            "[1.2.3]",
            "\"\n\"",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn milliseconds_have_fractions() {
        for (nanoseconds, text) in [
            (0, "0"),
            (999, "0"),
            (1_000, "0.001"),
            (333_000_000, "333"),
            (20_450_999, "20.450"),
            (u64::MAX, "18446744073709.551"),
        ] {
            let mut buffer = [0; 64];
            let mut json = Json::new(&mut buffer);
            json.element(|json| json.millis("t", Duration(nanoseconds))).unwrap();
            let len = json.len();
            let written = core::str::from_utf8(&buffer[..len]).unwrap();
            assert_eq!(written.strip_prefix("{\"t\":").and_then(|rest| rest.strip_suffix('}')), Some(text));
            assert!(is_json(written));
        }
    }

    fn sample(json: &mut Json<'_>) -> fmt::Result {
        json.element(|json| {
            json.number("n", 7)?;
            json.text("s", "x")?;
            json.array("a", |json| {
                json.tuple(&[1, 2])?;
                json.tuple(&[3])?;
                json.string("y")?;
                json.element(|_| Ok(()))
            })?;
            json.token("t", &[0xab])?;
            json.boolean("b", true)
        })
    }

    #[test]
    fn values_and_commas() {
        let mut buffer = [0; 128];
        let mut json = Json::new(&mut buffer);
        sample(&mut json).unwrap();
        let len = json.len();
        let text = core::str::from_utf8(&buffer[..len]).unwrap();
        assert_eq!(text, r#"{"n":7,"s":"x","a":[[1,2],[3],"y",{}],"t":{"data":"ab"},"b":true}"#);
        assert!(is_json(text));
    }

    #[test]
    fn elements_that_do_not_fit_leave_no_trace() {
        for room in 20..80 {
            let mut buffer = [0; 128];
            let mut json = Json::new(&mut buffer[..room]);
            let record = json.element(|json| {
                let limit = json.reserve(8);
                json.array("a", |json| {
                    while json.attempt(sample) {}
                    json.release(limit);
                    Ok(())
                })?;
                json.number("e", 1)
            });
            assert!(record.is_ok(), "room {room}");
            let len = json.len();
            assert!(is_json(core::str::from_utf8(&buffer[..len]).unwrap()), "room {room}");
        }
    }
}
