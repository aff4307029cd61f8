//! Tests of the form and the document: what a form shows is what it makes, and no more.

use std::path::Path;

use adapters::settings_file::read_document;
use domain::settings::document::{FieldDocument, TOML_DATE};

use super::*;
use crate::configuration::{discovered::Asked, edit::tests::submitted};

fn example() -> SettingsDocument {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/settings.example.toml");
    read_document(&path).expect("the example can be read")
}

fn example_route() -> RouteDocument {
    example().routes.remove(0)
}

/// What becomes of a route when its form is shown and sent back as it is.
fn sent_back(route: &RouteDocument) -> RouteDocument {
    let form = submitted(&Entered::of(route), &Discovered::default());
    Entered::from_form(&form, Some(route)).route
}

/// The route after some of its entries were replaced.
fn changed(route: &RouteDocument, changes: &[(&str, &str)]) -> RouteDocument {
    let form = submitted(&Entered::of(route), &Discovered::default());
    let kept = form
        .entries()
        .filter(|(name, _)| changes.iter().all(|(it, _)| it != name));
    let text = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .extend_pairs(changes.iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    Entered::from_form(&Form::of(text.as_bytes()), Some(route)).route
}

#[test]
fn a_form_that_is_sent_back_as_it_is_changes_nothing() {
    for route in example().routes {
        assert_eq!(sent_back(&route), route);
    }
}

fn field(kind: &str, value: Option<Written>) -> FieldDocument {
    FieldDocument {
        id: format!("customfield_{kind}"),
        kind: kind.to_owned(),
        value,
        ..FieldDocument::default()
    }
}

#[test]
fn no_way_of_writing_a_route_is_lost_in_its_form() {
    let date = BTreeMap::from([(TOML_DATE.to_owned(), Written::from("2026-03-01"))]);
    let ways: [fn(&mut RouteDocument); 17] = [
        |it| it.kinds = Some(vec!["Issue".to_owned(), "INCIDENT".to_owned()]),
        |it| it.kinds = Some(vec!["incident".to_owned()]),
        |it| it.kinds = Some(vec!["attack".to_owned()]),
        |it| it.applications = Some(vec!["*".to_owned()]),
        |it| it.applications = None,
        |it| it.severities = vec!["high".to_owned(), "Severe".to_owned()],
        |it| it.start = "2026-03-01T08:00:00+01:00".to_owned(),
        |it| it.start = "2026-13-99".to_owned(),
        |it| it.backfill = Some(Written::from("True")),
        |it| it.flow.comments = Some(Written::Flag(false)),
        |it| it.flow.internal_comments = Some(Written::Flag(false)),
        |it| it.ticket.priorities = BTreeMap::from([("critical".to_owned(), "P1".to_owned())]),
        |it| it.ticket.priorities = BTreeMap::from([("Severe".to_owned(), "P1".to_owned())]),
        |it| it.closing.default_reason = Some("other".to_owned()),
        |it| it.closing.reasons = BTreeMap::from([("Won't Do".to_owned(), "other".to_owned())]),
        |it| it.closing.resolutions = BTreeMap::from([("Other".to_owned(), "Done".to_owned())]),
        |it| it.ticket.fields.clear(),
    ];
    for (number, way) in ways.into_iter().enumerate() {
        let mut route = example_route();
        way(&mut route);
        assert_eq!(sent_back(&route), route, "way {number}");
    }
    let mut route = example_route();
    route.ticket.fields = vec![
        field("text", Some("one line".into())),
        field("rich-text", Some("two\nlines".into())),
        field("Number", Some(Written::Number(2.5))),
        field("number", Some("3".into())),
        field("date", Some(Written::Table(date))),
        field("date-time", Some("2026-03-01T08:00:00Z".into())),
        field("option", Some("Red \"&\" <green>".into())),
        field("options", Some("alone".into())),
        field("user", Some("712020:1a".into())),
        field(
            "strings",
            Some(Written::List(vec!["x".into(), "y z".into()])),
        ),
        field(
            "cascading",
            Some(Written::List(vec!["a".into(), "b".into()])),
        ),
        field("strange", Some("?".into())),
        field("text", None),
    ];
    assert_eq!(sent_back(&route), route);
}

#[test]
fn what_was_never_written_stays_unwritten() {
    let bare = example().routes.remove(1);
    assert_eq!(bare.flow, FlowDocument::default());
    let form = submitted(&Entered::of(&bare), &Discovered::default());
    let fresh = Entered::from_form(&form, None).route;
    assert_eq!(fresh, bare);
}

#[test]
fn a_switch_is_written_once_somebody_moves_it() {
    let bare = example().routes.remove(1);
    let route = changed(
        &bare,
        &[("flow.auto_close", ""), ("flow.internal_comments", "on")],
    );
    assert_eq!(route.flow.auto_close, Some(Written::Flag(false)));
    assert_eq!(route.flow.internal_comments, Some(Written::Flag(true)));
    assert_eq!(route.flow.comments, None);
    let mut wrong = bare;
    wrong.flow.comments = Some("maybe".into());
    assert_eq!(
        sent_back(&wrong).flow.comments,
        Some(Written::Flag(true)),
        "the form shows the default, and saves what it shows"
    );
}

#[test]
fn what_is_entered_is_what_is_kept() {
    let route = changed(
        &example_route(),
        &[
            ("start", "2026-04-01"),
            ("ticket.assignee", ""),
            ("ticket.priorities.NOTE", ""),
            ("ticket.fields[2].value", "4.5"),
            ("closing.reasons[0].reason", "OTHER"),
            ("applications", "A\r\n\r\n B "),
        ],
    );
    assert_eq!(route.start, "2026-04-01");
    assert_eq!(route.ticket.assignee, None);
    assert!(!route.ticket.priorities.contains_key("NOTE"));
    assert_eq!(route.ticket.fields[2].value, Some(Written::Number(4.5)));
    assert_eq!(route.closing.reasons["Cannot Reproduce"], "OTHER");
    assert_eq!(
        route.applications.as_deref(),
        Some(&["A".to_owned(), "B".to_owned()][..])
    );
}

#[test]
fn a_field_is_added_and_removed() {
    let route = example_route();
    let kept = |changes: &[(&str, &str)]| -> Vec<String> {
        let fields = changed(&route, changes).ticket.fields;
        fields.into_iter().map(|field| field.id).collect()
    };
    let before = route.ticket.fields.len();
    let removed = kept(&[("remove_field", "1")]);
    assert_eq!(removed.len(), before - 1);
    assert!(!removed.contains(&route.ticket.fields[1].id));
    let added = kept(&[("add_field", "option:customfield_9")]);
    assert_eq!(added.last().map(String::as_str), Some("customfield_9"));
    let by_hand = kept(&[
        ("add_field_id", "customfield_8"),
        ("add_field_kind", "date"),
    ]);
    assert_eq!(by_hand.last().map(String::as_str), Some("customfield_8"));
}

#[test]
fn a_tag_adds_its_applications_by_name_and_all_are_no_longer_taken() {
    let row = |name: &str, tags: &[&str]| adapters::contrast::discovery::Application {
        id: name.to_owned(),
        name: name.to_owned(),
        tags: tags.iter().map(ToString::to_string).collect(),
    };
    let found = Discovered {
        applications: Asked::Told(crate::configuration::discovered::Listed {
            rows: vec![row("A", &["web"]), row("B", &[]), row("C", &["web"])],
            more: false,
        }),
        ..Discovered::default()
    };
    let mut entered = Entered::of(&example().routes.remove(1));
    entered.tag = Some("web".to_owned());
    entered.take_told(&found);
    let names = applications_of(&entered.route);
    assert_eq!(names, ["A", "C"]);
    entered.tag = Some("nothing".to_owned());
    entered.take_told(&found);
    assert_eq!(applications_of(&entered.route), ["A", "C"]);
}
