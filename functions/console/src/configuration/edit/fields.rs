//! The part of the form with the additional fields: those that a route gives, those that Jira
//! demands, and one to add.

use adapters::jira::discovery::{Choice, FieldKind, FieldMeta};
use domain::settings::document::FieldDocument;
use maud::{Markup, html};

use super::{Drawn, or_none, pick, same, takes::is_day, ticket::people, trouble};
use crate::{
    configuration::{
        entered::fields::{KINDS, texts_of},
        live::missing_fields,
    },
    controls::Control,
    frame::{Tone, badge},
};

pub(super) fn controls(drawn: &Drawn<'_>) -> Markup {
    let ticket = &drawn.entered.route.ticket;
    let metas: &[FieldMeta] = drawn.found.fields.told().map_or(&[], Vec::as_slice);
    let meta_of = |id: &str| metas.iter().find(|meta| meta.id == id);
    let demanded = missing_fields(ticket, metas);
    html! {
        (trouble(&drawn.found.fields))
        @if ticket.fields.is_empty() && demanded.is_empty() {
            p class="hint" { "No additional field. What Jira demands of a new ticket is shown here once site, project and issue type are chosen." }
        }
        @for (row, field) in ticket.fields.iter().enumerate() {
            (row_of(drawn, row, field, meta_of(&field.id), false))
        }
        @for (row, meta) in (ticket.fields.len()..).zip(&demanded) {
            (demanded_row(drawn, row, meta))
        }
        @if drawn.showing.may_change { (adding(drawn, metas)) }
    }
}

fn demanded_row(drawn: &Drawn<'_>, row: usize, meta: &FieldMeta) -> Markup {
    let Some(kind) = meta.kind.word() else {
        let name = format!("ticket.fields[{row}].value");
        return html! {
            div class="field" {
                span class="label" { (meta.name) }
                p class="hint" { "Jira demands it (" (unsupported(&meta.kind)) "), and it cannot be given a value here: give it a default in Jira, make it optional there, or choose another issue type." }
                (drawn.control(&name, "").below())
            }
        };
    };
    let field = FieldDocument {
        id: meta.id.clone(),
        kind: kind.to_owned(),
        ..FieldDocument::default()
    };
    row_of(drawn, row, &field, Some(meta), true)
}

fn row_of(
    drawn: &Drawn<'_>,
    row: usize,
    field: &FieldDocument,
    meta: Option<&FieldMeta>,
    is_offered: bool,
) -> Markup {
    let place = format!("ticket.fields[{row}]");
    let (id, kind) = (format!("{place}.id"), format!("{place}.kind"));
    let label = meta.map_or(field.id.as_str(), |meta| meta.name.as_str());
    let word = meta.and_then(|meta| meta.kind.word());
    let is_settled = word.is_some_and(|word| word.eq_ignore_ascii_case(field.kind.trim()));
    let kinds = KINDS.map(|(word, words)| (word.to_owned(), words.to_owned()));
    html! {
        div class="note plain" {
            div class="head" {
                h3 { (label) }
                @if meta.is_some_and(|meta| meta.required) { (badge(Tone::Wait, "demanded by Jira")) }
                code { (field.id) }
                @if drawn.showing.may_change && !is_offered {
                    button class="small" type="submit" name="remove_field" value=(row) formaction="/console/configuration/draw" formnovalidate data-redraws aria-label={ "Remove " (label) } { "Remove" }
                }
            }
            input type="hidden" name=(id) value=(field.id);
            @if is_offered { input type="hidden" name={ (place) ".offered" } value="yes"; }
            (drawn.control(&id, "").below())
            @if is_settled {
                input type="hidden" name=(kind) value=(field.kind);
            } @else {
                (drawn.control(&kind, "Kind of value").redraws().choice(&field.kind, &kinds))
            }
            (value(drawn, &place, field, meta))
        }
    }
}

fn value(
    drawn: &Drawn<'_>,
    place: &str,
    field: &FieldDocument,
    meta: Option<&FieldMeta>,
) -> Markup {
    let name = format!("{place}.value");
    let kind = field.kind.trim().to_ascii_lowercase();
    let texts = texts_of(field.value.as_ref(), &kind);
    let first = texts.first().map(String::as_str).unwrap_or_default();
    let control = drawn.control(&name, "Value");
    let choices: &[Choice] = meta.map_or(&[], |meta| meta.choices.as_slice());
    let named = |choices: &[Choice]| -> Vec<(String, String)> {
        same(choices.iter().map(|it| it.value.clone())).collect()
    };
    match kind.as_str() {
        "rich-text" => control.lines(first),
        "number" => control.hint("A number, as in 3 or 2.5.").text(first),
        "date" if first.is_empty() || is_day(first) => control.input("date", first),
        "date" => control.hint("A date, as in 2026-03-01.").text(first),
        "date-time" => control
            .hint("A point in time, as in 2026-03-01T08:00:00Z.")
            .text(first),
        "option" if !choices.is_empty() => {
            control.choice(first, &or_none("choose …", named(choices)))
        }
        "options" | "strings" if !choices.is_empty() => {
            let mut boxes = named(choices);
            for text in &texts {
                if boxes.iter().all(|(it, _)| it != text) {
                    boxes.push((text.clone(), format!("{text} (not offered)")));
                }
            }
            control.boxes(&texts, &boxes)
        }
        "options" | "strings" => control.hint("One on a line.").lines(&texts.join("\n")),
        "cascading" => cascading(drawn, place, &control, &texts, choices),
        "user" => {
            let known = people(drawn);
            let hint = if known.is_some() {
                "Look for others with “Find a person” above."
            } else {
                "An Atlassian account id."
            };
            pick(&control.hint(hint), first, known)
        }
        _ => control.text(first),
    }
}

fn cascading(
    drawn: &Drawn<'_>,
    place: &str,
    control: &Control<'_>,
    texts: &[String],
    choices: &[Choice],
) -> Markup {
    let below = format!("{place}.below");
    let text = |at: usize| texts.get(at).map(String::as_str).unwrap_or_default();
    let offered = |choices: &[Choice]| {
        let names = choices.iter().map(|it| it.value.clone());
        (!choices.is_empty()).then(|| or_none("choose …", same(names)))
    };
    let above = choices.iter().find(|it| it.value == text(0));
    let children = above.map_or(&[] as &[Choice], |it| it.children.as_slice());
    // A third item makes no sense, and is kept so that it can be seen to be wrong.
    let rest = texts.get(1..).unwrap_or_default().join("\n");
    html! {
        div class="pair" {
            (pick(&control.redraws(), text(0), offered(choices)))
            @if rest.contains('\n') {
                (drawn.control(&below, "Below it").hint("One alone.").lines(&rest))
            } @else {
                (pick(&drawn.control(&below, "Below it"), text(1), offered(children)))
            }
        }
    }
}

fn unsupported(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Unsupported(words) => words,
        _ => kind.word().unwrap_or_default(),
    }
}

fn adding(drawn: &Drawn<'_>, metas: &[FieldMeta]) -> Markup {
    let taken = &drawn.entered.route.ticket.fields;
    let free = metas
        .iter()
        .filter(|meta| taken.iter().all(|field| field.id != meta.id));
    let choices = free.clone().filter_map(|meta| {
        let kind = meta.kind.word()?;
        let words = KINDS.iter().find(|(word, _)| *word == kind);
        let words = words.map_or(kind, |(_, words)| words);
        let shown = format!("{} ({words}, {})", meta.name, meta.id);
        Some((format!("{kind}:{}", meta.id), shown))
    });
    let choices = or_none("choose …", choices);
    let cannot: Vec<String> = free
        .filter(|meta| matches!(meta.kind, FieldKind::Unsupported(_)))
        .map(|meta| format!("{} ({})", meta.name, unsupported(&meta.kind)))
        .collect();
    let kinds = KINDS.map(|(word, words)| (word.to_owned(), words.to_owned()));
    html! {
        @if choices.len() > 1 {
            (drawn.control("add_field", "Add Jira field").redraws()
                .hint("Fields of the screen for new tickets of this type; what the form sets above is not among them.")
                .choice("", &choices))
        }
        @if !cannot.is_empty() {
            p class="hint" { "These cannot be given a value here: " (cannot.join(", ")) "." }
        }
        details open[metas.is_empty()] {
            summary { "Add a field by its id" }
            div class="pair" {
                (drawn.control("add_field_id", "Field id").hint("As in customfield_10050.").text(""))
                (drawn.control("add_field_kind", "Kind of value").choice("text", &kinds))
            }
            div class="end" {
                button class="small" type="submit" formaction="/console/configuration/draw" formnovalidate data-redraws { "Add field" }
            }
        }
    }
}
