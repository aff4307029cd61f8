//! The additional fields in a form, and what they are in the document.
//!
//! A row of the form is a field: its id, its kind, and its value in one or two controls. A value that
//! says what was written before stays written so.

use domain::settings::document::{FieldDocument, Written};

use super::lines;
use crate::form::Form;

/// The most rows that are read; the settings allow fewer.
const MOST_ROWS: usize = 200;

/// The kinds of field, with what people read.
pub const KINDS: [(&str, &str); 10] = [
    ("text", "one line of text"),
    ("rich-text", "text of several lines"),
    ("number", "number"),
    ("date", "date"),
    ("date-time", "point in time"),
    ("option", "one choice"),
    ("options", "several choices"),
    ("user", "person"),
    ("strings", "several words"),
    ("cascading", "choice and one below it"),
];

/// Whether the value of this kind is a list.
pub fn is_list(kind: &str) -> bool {
    ["options", "strings", "cascading"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(kind))
}

/// The fields that were entered. A row that was only offered, because Jira demands the field, and
/// that nobody filled in is none.
pub fn from_form(form: &Form, base: &[FieldDocument]) -> Vec<FieldDocument> {
    let gone = form.text("remove_field");
    let mut fields = Vec::new();
    for row in 0..MOST_ROWS {
        let place = format!("ticket.fields[{row}]");
        let id = format!("{place}.id");
        if !form.has(&id) {
            break;
        }
        if gone == row.to_string() {
            continue;
        }
        let field = field_of(form, &place, form.text(&id), base);
        if field.value.is_some() || !form.has(&format!("{place}.offered")) {
            fields.push(field);
        }
    }
    fields.extend(added(form));
    fields
}

fn field_of(form: &Form, place: &str, id: &str, base: &[FieldDocument]) -> FieldDocument {
    let kind = form.text(&format!("{place}.kind"));
    let value = value_of(form, place, kind);
    let known = base.iter().find(|field| field.id.trim() == id);
    if let Some(known) = known
        && known.kind.trim().eq_ignore_ascii_case(kind)
        && texts_of(known.value.as_ref(), kind) == texts_of(value.as_ref(), kind)
    {
        return known.clone();
    }
    FieldDocument {
        id: id.to_owned(),
        kind: kind.to_owned(),
        value,
        ..FieldDocument::default()
    }
}

/// The field that somebody chose to add, by choosing or by hand.
fn added(form: &Form) -> Option<FieldDocument> {
    let chosen = form.filled("add_field");
    let (id, kind) = match &chosen {
        // Kind and id stand in one choice: a form has nowhere else to keep what Jira said.
        Some(chosen) => chosen.split_once(':').map(|(kind, id)| (id, kind))?,
        None => (form.text("add_field_id"), form.text("add_field_kind")),
    };
    (!id.is_empty()).then(|| FieldDocument {
        id: id.to_owned(),
        kind: kind.to_owned(),
        ..FieldDocument::default()
    })
}

fn value_of(form: &Form, place: &str, kind: &str) -> Option<Written> {
    let name = format!("{place}.value");
    if is_list(kind) {
        let mut texts = lines(form, &name);
        texts.extend(lines(form, &format!("{place}.below")));
        let items: Vec<Written> = texts.into_iter().map(Written::Text).collect();
        return (!items.is_empty()).then_some(Written::List(items));
    }
    let text = form.filled(&name)?.replace("\r\n", "\n");
    if kind.eq_ignore_ascii_case("number") {
        if let Ok(whole) = text.parse::<i64>() {
            return Some(Written::Integer(whole));
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if let Some(number) = number {
            return Some(Written::Number(number));
        }
    }
    Some(Written::Text(text))
}

/// The texts that a form shows for a value of that kind.
pub fn texts_of(value: Option<&Written>, kind: &str) -> Vec<String> {
    let Some(value) = value else {
        return Vec::new();
    };
    let texts = if is_list(kind) {
        value.as_texts()
    } else {
        value.as_text().map(|text| vec![text])
    };
    let mut texts = texts.unwrap_or_default();
    texts.retain(|text| !text.trim().is_empty());
    texts
}
