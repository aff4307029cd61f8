//! Lenient readings of single JSON fields, bounded in number and length.
//!
//! A field of the wrong type counts as not told; it never makes a whole message unreadable.

use domain::{
    case::{Application, Score},
    moment::Moment,
    rich_text::RichText,
};
use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// More entries of one list than this help nobody.
pub(super) const MAX_ENTRIES: usize = 200;
/// Characters of a title or of another line.
pub(super) const LINE: usize = 500;
/// Characters of a summary.
pub(super) const PROSE: usize = 4_000;
/// Characters of one recommended action in the product's markup.
pub(super) const MARKUP: usize = 20_000;
const ADDRESS: usize = 2_000;

/// The first of these keys that holds a line of text.
pub(super) fn line(object: &Object, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| line_of(object.get(*key)?))
}

fn line_of(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    // A line stays one line wherever it is shown.
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    let text: String = text.chars().take(LINE + 1).map(shown).collect();
    (!text.trim().is_empty()).then(|| RichText::cut_plain(&text, LINE))
}

/// Text of several lines.
pub(super) fn prose(object: &Object, key: &str, max_chars: usize) -> Option<String> {
    let text = object.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| RichText::cut_plain(text, max_chars))
}

/// The first of these keys that holds a time.
pub(super) fn moment(object: &Object, keys: &[&str]) -> Option<Moment> {
    keys.iter()
        .find_map(|key| Moment::parse(object.get(*key)?.as_str()?))
}

/// The first of these keys that holds a score, as a number or as text.
pub(super) fn score(object: &Object, keys: &[&str]) -> Option<Score> {
    keys.iter().find_map(|key| {
        let value = object.get(*key)?;
        let number = value
            .as_f64()
            .or_else(|| value.as_str()?.trim().parse().ok())?;
        Score::new(number)
    })
}

/// A count, as a number or as text.
pub(super) fn count(object: &Object, key: &str) -> Option<u64> {
    let value = object.get(key)?;
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// The lines of a list, or the only one where no list is; each once.
pub(super) fn lines(object: &Object, key: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for value in values(object, key) {
        if let Some(line) = line_of(value) {
            push_new(&mut lines, line);
        }
    }
    lines
}

/// The values of a list, or the only one where no list is.
pub(super) fn values<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a Value> {
    let values = match object.get(key) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().take(MAX_ENTRIES)
}

/// The objects of a list.
pub(super) fn objects<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> {
    values(object, key).filter_map(Value::as_object)
}

/// Adds what is not there yet.
pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.len() < MAX_ENTRIES && !list.contains(&value) {
        list.push(value);
    }
}

/// An address that may be linked to; anything that does not begin with http or https is none.
pub(super) fn address(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (text.len() <= ADDRESS && is_address(text)).then(|| text.to_owned())
}

/// Whether a text can stand as the target of a link.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(char::is_alphanumeric)
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// The application that an object belongs to.
pub(super) fn application(object: &Object) -> Option<Application> {
    let id = line(object, &["applicationId"]);
    let name = line(object, &["applicationName"]).or_else(|| id.clone())?;
    Some(Application { id, name })
}

/// A person's name; of an e-mail address only what stands before the `@`.
pub(super) fn person(name: &str) -> Option<String> {
    let name = name.split('@').next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| RichText::cut_plain(name, 100))
}
