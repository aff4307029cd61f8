//! Tests of the form as a browser would send it, and what it shows.

use adapters::jira::discovery::{Choice, FieldKind, FieldMeta, Person, Project};
use domain::settings::document::{
    FieldDocument, RouteDocument, SettingsDocument, SiteDocument, Written,
};

use super::*;
use crate::{
    access::{Role, Visitor},
    configuration::discovered::Listed,
    desk::Desk,
    form::Form,
};

/// The form as HTML.
fn shown(entered: &Entered, found: &Discovered, faults: Vec<Fault>) -> String {
    let visitor = Visitor::somebody(Role::Administrator);
    let desk = Desk {
        document: SettingsDocument {
            sites: vec![SiteDocument {
                name: "jira".to_owned(),
                ..SiteDocument::default()
            }],
            ..SettingsDocument::default()
        },
        in_force: 1,
        draft: 0,
        faults: Vec::new(),
    };
    let showing = Showing {
        visitor: &visitor,
        desk: &desk,
        may_change: true,
        is_file: false,
    };
    let remarks = Remarks {
        faults,
        ..Remarks::default()
    };
    page(&showing, entered, found, &remarks).into_string()
}

/// What a browser sends when the form is sent back as it is.
pub(in crate::configuration) fn submitted(entered: &Entered, found: &Discovered) -> Form {
    let html = shown(entered, found, Vec::new());
    let mut sent = url::form_urlencoded::Serializer::new(String::new());
    let mut select: Option<(String, Option<String>)> = None;
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("tags are closed");
        let name = attribute(tag, "name").unwrap_or_default();
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split_whitespace().next().expect("a tag has a name") {
            "input" if is_unticked(tag) => {}
            "input" => {
                sent.append_pair(&name, &value);
            }
            "textarea" => {
                let text = unescaped(text).replace('\n', "\r\n");
                sent.append_pair(&name, &text);
            }
            "select" => select = Some((name, None)),
            "option" => {
                let (_, chosen) = select.as_mut().expect("an option stands in a choice");
                if tag.contains(" selected") || chosen.is_none() {
                    *chosen = Some(value);
                }
            }
            "/select" => {
                let (name, chosen) = select.take().expect("a choice was begun");
                sent.append_pair(&name, &chosen.unwrap_or_default());
            }
            _ => {}
        }
    }
    Form::of(sent.finish().as_bytes())
}

fn is_unticked(tag: &str) -> bool {
    let is_ticked = tag.ends_with(" checked") || tag.contains(" checked ");
    tag.contains("type=\"checkbox\"") && !is_ticked
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

fn choice(value: &str, children: &[&str]) -> Choice {
    Choice {
        id: value.to_lowercase(),
        value: value.to_owned(),
        children: children.iter().map(|it| choice(it, &[])).collect(),
    }
}

fn meta(id: &str, kind: FieldKind, required: bool, choices: &[(&str, &[&str])]) -> FieldMeta {
    FieldMeta {
        id: id.to_owned(),
        name: id.to_uppercase(),
        required,
        kind,
        choices: choices
            .iter()
            .map(|(it, below)| choice(it, below))
            .collect(),
    }
}

fn found() -> Discovered {
    let kind = FieldKind::OwnedByService(adapters::jira::discovery::OwnField::Priority);
    Discovered {
        projects: Asked::Told(Listed {
            rows: vec![Project {
                id: "1".to_owned(),
                key: "SEC".to_owned(),
                name: "Security".to_owned(),
            }],
            more: true,
        }),
        fields: Asked::Told(vec![
            meta("priority", kind, false, &[("High", &[]), ("Low", &[])]),
            meta(
                "area",
                FieldKind::Cascading,
                true,
                &[("Europe", &["Basel"])],
            ),
            meta("parts", FieldKind::Options, false, &[("Web", &[])]),
            meta(
                "sprint",
                FieldKind::Unsupported("sprint".to_owned()),
                false,
                &[],
            ),
        ]),
        people: Asked::Told(vec![Person {
            account_id: "712020:1a".to_owned(),
            display_name: "Ana".to_owned(),
            active: true,
        }]),
        ..Discovered::default()
    }
}

fn route() -> RouteDocument {
    let mut route = RouteDocument {
        name: "all".to_owned(),
        start: "2026-03-01".to_owned(),
        ..RouteDocument::default()
    };
    "jira".clone_into(&mut route.ticket.site);
    "OLD".clone_into(&mut route.ticket.project);
    route.ticket.assignee = Some("somebody-else".to_owned());
    route
        .ticket
        .priorities
        .insert("LOW".to_owned(), "Lowest".to_owned());
    route.ticket.fields.push(FieldDocument {
        id: "parts".to_owned(),
        kind: "options".to_owned(),
        value: Some(Written::List(vec!["Web".into(), "Gone".into()])),
        ..FieldDocument::default()
    });
    route
}

#[test]
fn what_is_not_offered_stays_and_is_told_so() {
    let entered = Entered::of(&route());
    let form = submitted(&entered, &found());
    assert_eq!(Entered::from_form(&form, Some(&route())).route, route());
    let html = shown(&entered, &found(), Vec::new());
    for kept in ["OLD", "somebody-else", "Lowest", "Gone"] {
        assert!(html.contains(&format!("{kept} (not offered)")), "{kept}");
    }
}

#[test]
fn a_field_that_jira_demands_is_asked_for_and_only_kept_once_filled_in() {
    let entered = Entered::of(&route());
    let html = shown(&entered, &found(), Vec::new());
    assert!(html.contains("demanded by Jira"));
    assert!(html.contains("name=\"ticket.fields[1].value\""));
    let form = submitted(&entered, &found());
    let sent = Entered::from_form(&form, Some(&route()));
    assert_eq!(sent.route.ticket.fields.len(), 1);
}

#[test]
fn a_field_that_cannot_be_given_a_value_is_named_and_not_offered() {
    let html = shown(&Entered::of(&route()), &found(), Vec::new());
    assert!(html.contains("These cannot be given a value here: SPRINT (sprint)."));
    assert!(!html.contains(":sprint\""));
    assert!(!html.contains(":priority\""), "the form sets it elsewhere");
}

#[test]
fn a_fault_stands_at_its_control() {
    let fault = Fault {
        path: "ticket.fields[1].value".to_owned(),
        problem: "Jira demands it.".to_owned(),
        remedy: "Fill it in.".to_owned(),
    };
    let html = shown(&Entered::of(&route()), &found(), vec![fault]);
    let control = html.split("name=\"ticket.fields[1].value\"").nth(1);
    let control = control.expect("there is such a control");
    let tag = control.split('>').next().unwrap_or_default();
    assert!(tag.contains("aria-invalid=\"true\""), "{tag}");
}

#[test]
fn the_button_that_the_return_key_presses_loses_nothing() {
    let html = shown(&Entered::of(&route()), &found(), Vec::new());
    let first = html.split("<button").nth(1).expect("there is a button");
    assert!(first.contains("formaction=\"/console/configuration/draw\""));
    assert!(first.contains("data-redraws"));
}

#[test]
fn trouble_is_a_note_and_everything_can_be_entered_by_hand() {
    let found = Discovered {
        projects: Asked::Trouble("while listing the projects: Jira is away".to_owned()),
        fields: Asked::Trouble("while listing the fields: Jira is away".to_owned()),
        ..Discovered::default()
    };
    let html = shown(&Entered::of(&route()), &found, Vec::new());
    assert!(html.contains("while listing the projects: Jira is away"));
    assert!(html.contains(
        "<input type=\"text\" id=\"ticket.project\" name=\"ticket.project\" value=\"OLD\""
    ));
    let form = submitted(&Entered::of(&route()), &found);
    assert_eq!(Entered::from_form(&form, Some(&route())).route, route());
}

#[test]
fn every_control_has_a_label_and_an_id_of_its_own() {
    let html = shown(&Entered::of(&route()), &found(), Vec::new());
    let mut ids: Vec<String> = html
        .split('<')
        .filter_map(|tag| attribute(tag.split('>').next()?, "id"))
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands there twice");
    assert!(ids.iter().all(|id| !id.contains(' ')), "{ids:?}");
    for label in html.split("<label for=\"").skip(1) {
        let id = label.split('"').next().map(unescaped).unwrap_or_default();
        assert!(ids.contains(&id), "nothing for the label of {id}");
    }
}
