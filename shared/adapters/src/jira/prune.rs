//! Takes from a JSON text what is nested deeper than a parser follows.
//!
//! Anybody who may comment can send a document of any depth; without this, one of them would make
//! a whole page of comments unreadable. Never changes a text that is shallow enough.

use std::borrow::Cow;

/// The parser stops at 128 levels.
const MAX_LEVELS: usize = 120;

/// The text, with `null` in the place of every array and object below the deepest level.
pub(super) fn pruned(json: &[u8]) -> Cow<'_, [u8]> {
    let mut scan = Scan::default();
    if json.iter().all(|byte| scan.step(*byte) <= MAX_LEVELS) {
        return Cow::Borrowed(json);
    }
    let mut scan = Scan::default();
    let mut kept = Vec::with_capacity(json.len());
    let mut before = 0;
    for byte in json {
        let level = scan.step(*byte);
        let deepest = before.max(level);
        if deepest <= MAX_LEVELS {
            kept.push(*byte);
        } else if before == MAX_LEVELS {
            kept.extend_from_slice(b"null");
        }
        before = level;
    }
    Cow::Owned(kept)
}

/// Where in the text we are.
#[derive(Default)]
struct Scan {
    level: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// The level after this byte.
    fn step(&mut self, byte: u8) -> usize {
        if self.in_string {
            let closes = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_string = !closes;
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'[' | b'{' => self.level += 1,
                b']' | b'}' => self.level = self.level.saturating_sub(1),
                _ => {}
            }
        }
        self.level
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::pruned;

    #[test]
    fn a_shallow_text_stays_as_it_is() {
        let json = br#"{"a":["[[[[{\"",{"b":null}]}"#;
        assert_eq!(&*pruned(json), json);
    }

    #[test]
    fn what_is_nested_too_deeply_becomes_null_and_the_rest_stays_readable() {
        let deep = format!("{}\"]\"{}", "[".repeat(10_000), "]".repeat(10_000));
        let json = format!(r#"{{"before":1,"deep":{deep},"after":[{deep},{{"x":"{{"}}]}}"#);
        assert!(serde_json::from_str::<Value>(&json).is_err());
        let value: Value = serde_json::from_slice(&pruned(json.as_bytes())).expect("readable");
        assert_eq!(value["before"], 1);
        assert_eq!(value["after"][1]["x"], "{");
        let mut inner = &value["deep"];
        while let Some(next) = inner.get(0) {
            inner = next;
        }
        assert!(inner.is_null());
    }
}
