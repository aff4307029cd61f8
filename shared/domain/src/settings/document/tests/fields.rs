//! Tests of the additional fields of a ticket.

use alloc::{collections::BTreeMap, string::ToString, vec, vec::Vec};

use super::{route_faults, texts, validated};
use crate::{
    settings::document::{FieldDocument, Written},
    ticket::FieldValue,
};

fn field(id: &str, kind: &str, value: Option<Written>) -> FieldDocument {
    FieldDocument {
        id: id.into(),
        kind: kind.into(),
        value,
        ..FieldDocument::default()
    }
}

fn list(items: &[&str]) -> Written {
    Written::List(items.iter().map(|item| Written::from(*item)).collect())
}

#[test]
fn each_kind_of_field_takes_its_own_shape() {
    let date = BTreeMap::from([(
        "$__toml_private_datetime".to_string(),
        Written::from("2026-03-01"),
    )]);
    let fields = vec![
        field("a", "text", Some("one line".into())),
        field("b", "Rich-Text", Some("two\nlines".into())),
        field("c", "number", Some(Written::Integer(5))),
        field("d", "date", Some(Written::Table(date))),
        field(
            "e",
            "date-time",
            Some("2026-03-01T08:00:00.000+0100".into()),
        ),
        field("f", "option", Some("Red".into())),
        field("g", "options", Some("Red".into())),
        field("h", "user", Some("712020:1a".into())),
        field("i", "strings", Some(list(&["x", "y"]))),
        field("j", "cascading", Some(list(&["Europe", "Basel"]))),
    ];
    let settings = validated(|route| route.ticket.fields = fields);
    let values: Vec<&FieldValue> = settings.routes[0]
        .ticket
        .fields
        .iter()
        .map(|(_, value)| value)
        .collect();
    assert_eq!(
        values,
        [
            &FieldValue::Text("one line".into()),
            &FieldValue::RichText("two\nlines".into()),
            &FieldValue::Number(5.0),
            &FieldValue::Date("2026-03-01".into()),
            &FieldValue::DateTime("2026-03-01T08:00:00.000+0100".into()),
            &FieldValue::Option("Red".into()),
            &FieldValue::Options(texts(&["Red"])),
            &FieldValue::User("712020:1a".into()),
            &FieldValue::Strings(texts(&["x", "y"])),
            &FieldValue::Cascading(texts(&["Europe", "Basel"])),
        ]
    );
}

#[test]
fn a_field_of_the_wrong_shape_is_a_fault() {
    for (kind, value) in [
        ("text", "two\nlines".into()),
        ("rich-text", list(&["a"])),
        ("number", "many".into()),
        ("number", Written::Number(f64::NAN)),
        ("number", true.into()),
        ("date", "2026-02-30".into()),
        ("date", "2026-03-01T08:00:00Z".into()),
        ("date-time", "2026-03-01".into()),
        ("option", list(&["a", "b"])),
        ("options", Written::List(Vec::new())),
        ("user", "mara@example.com".into()),
        ("strings", list(&["a", ""])),
        ("cascading", list(&["a"])),
    ] {
        let paths = route_faults(|route| route.ticket.fields = vec![field("a", kind, Some(value))]);
        assert_eq!(paths, ["routes[0].ticket.fields[0].value"], "{kind}");
    }
}

#[test]
fn a_field_needs_an_id_of_its_own_a_kind_and_a_value() {
    let paths = route_faults(|route| {
        route.ticket.fields = vec![
            field("", "text", Some("x".into())),
            field("Summary", "text", Some("x".into())),
            field("a", "text", Some("x".into())),
            field("a", "text", Some("x".into())),
            field("b", "colour", Some("x".into())),
            field("c", "text", None),
            field("d", "", Some("x".into())),
        ];
    });
    assert_eq!(
        paths,
        [
            "routes[0].ticket.fields[0].id",
            "routes[0].ticket.fields[1].id",
            "routes[0].ticket.fields[3].id",
            "routes[0].ticket.fields[4].kind",
            "routes[0].ticket.fields[5].value",
            "routes[0].ticket.fields[6].kind",
        ]
    );
}
