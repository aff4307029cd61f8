//! Tests of the check against Jira.

use adapters::jira::discovery::{Choice, IssueType, OwnField, Person, Project, Status};
use domain::settings::document::Written;

use super::*;
use crate::configuration::discovered::Asked;

fn choice(value: &str) -> Choice {
    Choice {
        id: value.to_lowercase(),
        value: value.to_owned(),
        children: Vec::new(),
    }
}

fn meta(id: &str, kind: FieldKind, required: bool, choices: Vec<Choice>) -> FieldMeta {
    FieldMeta {
        id: id.to_owned(),
        name: id.to_uppercase(),
        required,
        kind,
        choices,
    }
}

fn named(name: &str, subtask: bool) -> IssueType {
    IssueType {
        id: name.to_lowercase(),
        name: name.to_owned(),
        subtask,
    }
}

fn status(name: &str, done: bool) -> Status {
    Status {
        name: name.to_owned(),
        done,
    }
}

fn found() -> Discovered {
    let europe = Choice {
        children: vec![choice("Basel")],
        ..choice("Europe")
    };
    let own = FieldKind::OwnedByService(OwnField::Priority);
    Discovered {
        project: Asked::Told(Some(Project {
            id: "1".to_owned(),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
        })),
        issue_types: Asked::Told(vec![named("Task", false), named("Sub-task", true)]),
        fields: Asked::Told(vec![
            meta("priority", own, false, vec![choice("High"), choice("Low")]),
            meta(
                "summary",
                FieldKind::OwnedByService(OwnField::Summary),
                true,
                Vec::new(),
            ),
            meta("colour", FieldKind::Option, true, vec![choice("Red")]),
            meta(
                "parts",
                FieldKind::Options,
                false,
                vec![choice("Web"), choice("App")],
            ),
            meta("area", FieldKind::Cascading, false, vec![europe]),
            meta(
                "sprint",
                FieldKind::Unsupported("sprint".to_owned()),
                false,
                Vec::new(),
            ),
        ]),
        statuses: Asked::Told(vec![status("To Do", false), status("Done", true)]),
        resolutions: Asked::Told(vec!["Done".to_owned(), "Won't Do".to_owned()]),
        epic: Asked::Told(true),
        assignee: Asked::Told(Some(Person {
            account_id: "ana".to_owned(),
            display_name: "Ana".to_owned(),
            active: true,
        })),
        ..Discovered::default()
    }
}

fn field(id: &str, kind: &str, texts: &[&str]) -> FieldDocument {
    let texts = texts.iter().map(|text| Written::from(*text));
    FieldDocument {
        id: id.to_owned(),
        kind: kind.to_owned(),
        value: Some(Written::List(texts.collect())),
        ..FieldDocument::default()
    }
}

fn colour() -> FieldDocument {
    FieldDocument {
        value: Some("Red".into()),
        ..field("colour", "option", &[])
    }
}

fn route() -> RouteDocument {
    let mut route = RouteDocument::default();
    "Task".clone_into(&mut route.ticket.issue_type);
    route.ticket.fields = vec![
        colour(),
        field("parts", "options", &["App", "Web"]),
        field("area", "cascading", &["Europe", "Basel"]),
    ];
    let done = || "done".to_owned();
    route
        .ticket
        .priorities
        .insert("HIGH".to_owned(), "high".to_owned());
    route.closing.done_transition = Some(done());
    route.closing.default_resolution = Some(done());
    route
        .closing
        .reasons
        .insert("WON'T DO".to_owned(), "OTHER".to_owned());
    route
}

/// The places of the faults after a change to the route.
fn places(change: impl FnOnce(&mut RouteDocument)) -> Vec<String> {
    let mut route = route();
    change(&mut route);
    let faults = check(&route, "routes[3]", &found());
    faults.into_iter().map(|fault| fault.path).collect()
}

/// The places of the faults after a change to what Jira tells.
fn places_when(change: impl FnOnce(&mut Discovered)) -> Vec<String> {
    let mut found = found();
    change(&mut found);
    let faults = check(&route(), "routes[3]", &found);
    faults.into_iter().map(|fault| fault.path).collect()
}

#[test]
fn a_route_that_fits_its_project_has_no_fault() {
    assert_eq!(places(|_| {}), [""; 0]);
}

#[test]
fn what_jira_did_not_tell_is_no_fault() {
    assert_eq!(check(&route(), "routes[3]", &Discovered::default()), []);
}

#[test]
fn a_project_that_is_not_ours_is_the_one_fault_that_is_told() {
    let told = places_when(|found| {
        found.project = Asked::Told(None);
        found.assignee = Asked::Told(None);
    });
    assert_eq!(told, ["routes[3].ticket.project"]);
}

#[test]
fn the_type_must_be_one_of_the_project_and_no_subtask() {
    for wrong in ["Bug", "Sub-task"] {
        let told = places(|route| wrong.clone_into(&mut route.ticket.issue_type));
        assert_eq!(told, ["routes[3].ticket.issue_type"], "{wrong}");
    }
}

#[test]
fn assignee_and_epic_must_be_there() {
    assert_eq!(
        places_when(|found| found.assignee = Asked::Told(None)),
        ["routes[3].ticket.assignee"]
    );
    assert_eq!(
        places_when(|found| found.epic = Asked::Told(false)),
        ["routes[3].ticket.parent"]
    );
}

#[test]
fn a_priority_must_be_one_of_the_project() {
    let told = places(|route| {
        let priorities = &mut route.ticket.priorities;
        priorities.insert("LOW".to_owned(), "Lowest".to_owned());
    });
    assert_eq!(told, ["routes[3].ticket.priorities.LOW"]);
    let told = places_when(|found| {
        if let Asked::Told(fields) = &mut found.fields {
            fields.remove(0);
        }
    });
    assert_eq!(told, ["routes[3].ticket.priorities.HIGH"]);
}

#[test]
fn a_field_that_jira_demands_must_be_given() {
    let told = places(|route| drop(route.ticket.fields.remove(0)));
    assert_eq!(told, ["routes[3].ticket.fields[2].value"]);
}

#[test]
fn a_field_must_be_there_have_its_kind_and_offer_its_value() {
    let with = |field: FieldDocument| {
        places(|route| {
            route.ticket.fields.truncate(1);
            route.ticket.fields.push(field);
        })
    };
    let place = |key: &str| [format!("routes[3].ticket.fields[1].{key}")];
    assert_eq!(with(field("nothing", "options", &["x"])), place("id"));
    assert_eq!(with(field("sprint", "options", &["x"])), place("id"));
    assert_eq!(with(field("parts", "strings", &["Web"])), place("kind"));
    assert_eq!(
        with(field("parts", "options", &["Web", "web"])),
        place("value")
    );
    assert_eq!(
        with(field("area", "cascading", &["Asia", "Basel"])),
        place("value")
    );
    assert_eq!(
        with(field("area", "cascading", &["Europe", "Bern"])),
        place("value")
    );
}

#[test]
fn resolutions_and_statuses_must_be_known() {
    let told = places(|route| {
        let closing = &mut route.closing;
        closing
            .reasons
            .insert("Fixed".to_owned(), "OTHER".to_owned());
        closing
            .resolutions
            .insert("OTHER".to_owned(), "Fixed".to_owned());
        closing.default_resolution = Some("Fixed".to_owned());
        closing.reopen_transition = Some("Open".to_owned());
    });
    assert_eq!(
        told,
        [
            "routes[3].closing.reasons.Fixed",
            "routes[3].closing.resolutions.OTHER",
            "routes[3].closing.default_resolution",
            "routes[3].closing.reopen_transition",
        ]
    );
}
