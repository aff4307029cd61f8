//! What a refusal means, and which of Jira's own words may be shown.
//!
//! Never shows a body as it came, and never an e-mail address.

use domain::trouble::{RefusalKind, RefusedField, Trouble, TroubleKind};
use serde::Deserialize;

use super::answer::Answer;

const MAX_WORDS_CHARS: usize = 500;
/// Fields named in one refusal; more than any screen has.
const MAX_FIELDS: usize = 200;

/// The forms of Jira's errors, all of them optional.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireRefusal {
    error_messages: Option<Vec<String>>,
    errors: Option<serde_json::Value>,
    message: Option<String>,
    title: Option<String>,
    detail: Option<String>,
}

/// The trouble that an answer outside 200 to 299 means. 401 and 404 are decided elsewhere.
pub(in crate::jira) fn trouble_of(answer: &Answer, doing: &str) -> Trouble {
    let status = answer.status();
    let wire: WireRefusal = answer.json().unwrap_or_default();
    let fields = refused_fields(&wire);
    let words = words_of(&wire, &fields).unwrap_or_else(|| format!("answered {status}"));
    match status.as_u16() {
        // Somebody else was faster, or the request came too early: looking again helps.
        409 | 423 | 425 => Trouble::again_later(doing, words),
        300..=399 => Trouble::never(
            doing,
            format!("answered {status}, a redirect; is this the address of a Jira site?"),
        ),
        // A page instead of Jira's own words comes from something in front of Jira.
        404 if !answer.is_json() => Trouble::again_later(doing, words),
        _ => Trouble::of(doing, words, TroubleKind::Never { fields }),
    }
}

/// Whether a refusal names no field: then it is about the request as a whole.
pub(super) fn names_no_field(trouble: &Trouble) -> bool {
    matches!(&trouble.kind, TroubleKind::Never { fields } if fields.is_empty())
}

/// Jira's words about an answer, for a trouble whose kind is decided elsewhere.
pub(super) fn words_of_answer(answer: &Answer) -> String {
    let wire: WireRefusal = answer.json().unwrap_or_default();
    let fields = refused_fields(&wire);
    words_of(&wire, &fields).unwrap_or_else(|| format!("answered {}", answer.status()))
}

fn refused_fields(wire: &WireRefusal) -> Vec<RefusedField> {
    let Some(errors) = wire.errors.as_ref().and_then(serde_json::Value::as_object) else {
        return Vec::new();
    };
    errors
        .iter()
        .take(MAX_FIELDS)
        .map(|(field, words)| {
            let words = words.as_str().unwrap_or("refused");
            RefusedField {
                field: field.clone(),
                words: shown(words),
                kind: kind_of(field, words),
            }
        })
        .collect()
}

fn kind_of(field: &str, words: &str) -> RefusalKind {
    const CANNOT: [&str; 3] = [
        "cannot be set",
        "cannot be assigned",
        "not on the appropriate screen",
    ];
    let words = words.to_ascii_lowercase();
    if words.contains("is required") {
        RefusalKind::Required
    } else if CANNOT.iter().any(|cannot| words.contains(cannot))
        // Whatever the words, in whatever language: the value that was given does not do.
        || matches!(field, "priority" | "assignee" | "parent")
    {
        RefusalKind::CannotBeSet
    } else {
        RefusalKind::Other
    }
}

fn words_of(wire: &WireRefusal, fields: &[RefusedField]) -> Option<String> {
    let mut words: Vec<String> = wire
        .error_messages
        .iter()
        .flatten()
        .map(|words| shown(words))
        .collect();
    words.extend(
        fields
            .iter()
            .map(|field| format!("{}: {}", field.field, field.words)),
    );
    if words.is_empty() {
        let others = [&wire.title, &wire.detail, &wire.message];
        words.extend(others.into_iter().flatten().map(|words| shown(words)));
    }
    words.retain(|words| !words.is_empty());
    (!words.is_empty()).then(|| cut(&words.join(" ")))
}

/// Words on one line, with e-mail addresses taken out.
fn shown(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    cut(&without_addresses(&words.join(" ")))
}

fn cut(words: &str) -> String {
    domain::rich_text::RichText::cut_plain(words, MAX_WORDS_CHARS)
}

/// The words with `[e-mail address]` in the place of every e-mail address.
pub(in crate::jira) fn without_addresses(words: &str) -> String {
    const MASK: &str = "[e-mail address]";
    let of_address =
        |letter: char| letter.is_alphanumeric() || ".!#$%&'*+/=?^_{|}~-@".contains(letter);
    let mut masked = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let inside = of_address(first);
        let end = rest
            .find(|letter| of_address(letter) != inside)
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let is_address = inside
            && run.split_once('@').is_some_and(|(name, host)| {
                !name.trim_matches('\'').is_empty() && host.chars().any(char::is_alphanumeric)
            });
        masked.push_str(if is_address { MASK } else { run });
        rest = after;
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::{RefusalKind, kind_of, without_addresses};

    #[test]
    fn e_mail_addresses_are_taken_out_of_words() {
        for (words, masked) in [
            (
                "User 'ann@example.com' cannot be assigned issues.",
                "User [e-mail address] cannot be assigned issues.",
            ),
            (
                "<a.b+c@example.org>, and @ann",
                "<[e-mail address]>, and @ann",
            ),
            ("ünï@exämple.com", "[e-mail address]"),
            ("5 @ 3", "5 @ 3"),
            ("", ""),
        ] {
            assert_eq!(without_addresses(words), masked);
        }
    }

    #[test]
    fn refused_fields_are_told_apart() {
        use RefusalKind::{CannotBeSet, Other, Required};
        for (field, words, kind) in [
            (
                "customfield_1",
                "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown.",
                CannotBeSet,
            ),
            (
                "assignee",
                "User 'x' cannot be assigned issues.",
                CannotBeSet,
            ),
            ("priority", "The priority selected is invalid.", CannotBeSet),
            ("parent", "Der Wert ist falsch.", CannotBeSet),
            ("priority", "Priority is required.", Required),
            ("customfield_2", "Team is required.", Required),
            (
                "labels",
                "The label 'a b' contains spaces which is invalid.",
                Other,
            ),
            ("project", "valid project is required", Required),
            ("customfield_3", "Specify a valid value", Other),
        ] {
            assert_eq!(kind_of(field, words), kind, "{field}: {words}");
        }
    }
}
