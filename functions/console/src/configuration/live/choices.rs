//! Whether a value is among what a field offers.

use adapters::jira::discovery::{Choice, FieldKind};

/// The first text that is not offered. A field without choices takes anything.
pub(super) fn not_offered<'a>(
    kind: &FieldKind,
    texts: &'a [String],
    choices: &[Choice],
) -> Option<&'a str> {
    if choices.is_empty() {
        return None;
    }
    let is_among =
        |text: &String, choices: &[Choice]| choices.iter().any(|choice| choice.value == *text);
    match kind {
        FieldKind::Option | FieldKind::Options | FieldKind::Strings => texts
            .iter()
            .find(|text| !is_among(text, choices))
            .map(String::as_str),
        FieldKind::Cascading => {
            let first = texts.first()?;
            let Some(above) = choices.iter().find(|choice| choice.value == *first) else {
                return Some(first);
            };
            let second = texts.get(1)?;
            (!is_among(second, &above.children)).then_some(second)
        }
        _ => None,
    }
}
