//! Validates how a route makes its tickets: project, people, priorities, labels, fields, summary.
//!
//! A field that the service sets itself is never left to an additional field.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    DEFAULT_SUMMARY, FieldDocument, MOST_FIELDS, TicketDocument, Written,
    report::{Report, joined, quoted},
    routes::{Known, SEVERITIES, date, present},
};
use crate::{
    case::Severity,
    moment::Moment,
    settings::TicketTemplate,
    ticket::{FieldValue, SERVICE_LABEL, SiteName},
    words::Placeholder,
};

/// Fields of Jira's that have a place of their own in the settings, and that place.
const OWN_FIELDS: [(&str, &str); 8] = [
    ("assignee", "Use ticket.assignee instead."),
    ("description", "The service writes it; remove this field."),
    ("issuetype", "Use ticket.issue_type instead."),
    ("labels", "Use ticket.labels instead."),
    ("parent", "Use ticket.parent instead."),
    ("priority", "Use ticket.priorities instead."),
    ("project", "Use ticket.project instead."),
    ("summary", "Use ticket.summary instead."),
];
const KINDS: &str = "text, rich-text, number, date, date-time, option, options, user, strings or \
                     cascading";

/// Validates a route's ticket.
pub(super) fn template(
    document: &TicketDocument,
    path: &str,
    known: &Known,
    report: &mut Report,
) -> Option<TicketTemplate> {
    report.unknown_keys(
        path,
        &document.unknown,
        "site, project, issue_type, parent, assignee, summary, labels, priorities and fields",
    );
    let site = site(&document.site, &format!("{path}.site"), known, report);
    let project = project(&document.project, &format!("{path}.project"), report);
    let issue_type = report.mandatory(
        &format!("{path}.issue_type"),
        &document.issue_type,
        "Write the name of an issue type of the project, as in Task.",
    );
    let parent = parent(
        document.parent.as_deref(),
        &format!("{path}.parent"),
        report,
    );
    let assignee = document
        .assignee
        .as_deref()
        .map(str::trim)
        .filter(|id| !id.is_empty());
    if let Some(assignee) = assignee {
        account_id(assignee, &format!("{path}.assignee"), report);
    }
    let priorities = priorities(&document.priorities, &format!("{path}.priorities"), report);
    let labels = labels(&document.labels, &format!("{path}.labels"), report);
    let fields = fields(&document.fields, &format!("{path}.fields"), report);
    let summary = summary(
        document.summary.as_deref(),
        &format!("{path}.summary"),
        report,
    );
    Some(TicketTemplate {
        site: site?,
        project: project?,
        issue_type: issue_type?.to_string(),
        parent,
        assignee: assignee.map(ToString::to_string),
        priorities,
        labels,
        fields,
        summary,
    })
}

fn site(written: &str, path: &str, known: &Known, report: &mut Report) -> Option<SiteName> {
    let written = report.mandatory(path, written, "Name the site on which tickets are opened.")?;
    if !known.sites.contains(written) {
        report.fault(
            path,
            format!("There is no site named {}.", quoted(written)),
            "Name one of the sites of this document.",
        );
        return None;
    }
    // A site whose name is no id has a fault of its own.
    SiteName::new(written).ok()
}

fn is_project_key(text: &str) -> bool {
    (2..=255).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn project(written: &str, path: &str, report: &mut Report) -> Option<String> {
    const REMEDY: &str = "Write the project's key, which begins every ticket's key: SEC for \
                          SEC-12, in capitals.";
    let written = report.mandatory(path, written, REMEDY)?;
    if !is_project_key(written) {
        report.fault(
            path,
            format!("{} is not a project key.", quoted(written)),
            REMEDY,
        );
        return None;
    }
    Some(written.to_string())
}

fn parent(written: Option<&str>, path: &str, report: &mut Report) -> Option<String> {
    let written = present(written)?;
    let is_key = written.rsplit_once('-').is_some_and(|(project, number)| {
        is_project_key(project)
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !is_key {
        report.fault(
            path,
            format!("{} is not the key of an epic.", quoted(&written)),
            "Write its key, as in SEC-12, or leave this out.",
        );
    }
    Some(written)
}

/// Notes a fault unless the text may be an account id.
fn account_id(written: &str, path: &str, report: &mut Report) {
    let fits = (1..=128).contains(&written.len())
        && written
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'|'));
    if !fits {
        report.fault(
            path,
            format!("{} is not an account id.", quoted(written)),
            "Write the Atlassian account id: it stands at the end of the address of the person's \
             profile. Names and e-mail addresses do not work.",
        );
    }
}

fn priorities(
    written: &BTreeMap<String, String>,
    path: &str,
    report: &mut Report,
) -> BTreeMap<Severity, String> {
    let mut priorities = BTreeMap::new();
    for (word, priority) in written {
        let place = joined(path, word);
        let priority = report
            .mandatory(
                &place,
                priority,
                "Write the name of a priority of the project, as in High.",
            )
            .unwrap_or_default();
        let Some(severity) = Severity::parse(word) else {
            report.fault(
                place,
                format!("{} is not a severity.", quoted(word)),
                format!("Write {SEVERITIES}."),
            );
            continue;
        };
        if priorities.insert(severity, priority.to_string()).is_some() {
            report.fault(
                place,
                "This severity stands here twice.",
                "Name each severity once; capitals make no difference.",
            );
        }
    }
    priorities
}

fn labels(written: &[String], path: &str, report: &mut Report) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for (index, label) in report.few(path, written).iter().enumerate() {
        let label = label.trim();
        let place = format!("{path}[{index}]");
        if label.is_empty() || label.contains(char::is_whitespace) || label.chars().count() > 255 {
            report.fault(
                place,
                format!("{} is not a label.", quoted(label)),
                "Write 1 to 255 letters without blanks.",
            );
        } else if label.to_ascii_lowercase().starts_with(SERVICE_LABEL) {
            report.fault(
                place,
                format!("Labels that begin with {SERVICE_LABEL} belong to the service."),
                "Remove it or choose another; the service puts its own labels on every ticket.",
            );
        } else if !labels.iter().any(|other| other == label) {
            labels.push(label.to_string());
        }
    }
    labels
}

fn summary(written: Option<&str>, path: &str, report: &mut Report) -> String {
    let template = present(written).unwrap_or_else(|| DEFAULT_SUMMARY.to_string());
    let unknown = Placeholder::unknown_in(&template);
    if let Some(unknown) = unknown {
        report.fault(
            path,
            format!("{} is not a placeholder.", quoted(unknown)),
            format!("The placeholders are {}.", Placeholder::LIST),
        );
    }
    if template.contains(['\n', '\r']) {
        report.fault(
            path,
            "A summary has one line only.",
            "Remove the line breaks.",
        );
    }
    template
}

fn fields(
    documents: &[FieldDocument],
    path: &str,
    report: &mut Report,
) -> Vec<(String, FieldValue)> {
    if documents.len() > MOST_FIELDS {
        report.count(path, "field", documents.len(), MOST_FIELDS);
    }
    let mut ids = BTreeSet::new();
    documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| {
            field(document, &format!("{path}[{index}]"), &mut ids, report)
        })
        .collect()
}

fn field<'a>(
    document: &'a FieldDocument,
    path: &str,
    ids: &mut BTreeSet<&'a str>,
    report: &mut Report,
) -> Option<(String, FieldValue)> {
    report.unknown_keys(path, &document.unknown, "id, kind and value");
    let place = format!("{path}.id");
    let id = report.mandatory(
        &place,
        &document.id,
        "Write Jira's id, as in customfield_10020.",
    );
    if let Some(id) = id {
        let own = OWN_FIELDS
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(id));
        if let Some((_, remedy)) = own {
            report.fault(place, "The service sets this field itself.", *remedy);
        } else if !ids.insert(id) {
            report.fault(
                place,
                "This field stands here twice.",
                "Remove one of the two.",
            );
        }
    }
    let value = value(document, path, report);
    Some((id?.to_string(), value?))
}

fn value(document: &FieldDocument, path: &str, report: &mut Report) -> Option<FieldValue> {
    let kind = report.mandatory(
        &format!("{path}.kind"),
        &document.kind,
        "Say what shape the value has: text for a line of text, option for a choice, and so on.",
    );
    let place = format!("{path}.value");
    let Some(written) = &document.value else {
        report.fault(
            place,
            "This is missing.",
            "Write the value that new tickets get.",
        );
        return None;
    };
    let kind = kind?;
    let Some((value, wanted)) = shaped(kind, written) else {
        report.fault(
            format!("{path}.kind"),
            format!("{} is not a kind of field.", quoted(kind)),
            format!("Write {KINDS}."),
        );
        return None;
    };
    match &value {
        None => report.fault(
            place,
            "The value does not have the shape of its kind.",
            format!("Write {wanted}."),
        ),
        Some(FieldValue::User(user)) => account_id(user, &place, report),
        Some(_) => {}
    }
    value
}

/// The value in the shape of its kind, if it has it, and that shape in words. `None` for a kind
/// that does not exist.
fn shaped(kind: &str, written: &Written) -> Option<(Option<FieldValue>, &'static str)> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "text" => (one_line(written).map(FieldValue::Text), "one line of text"),
        "rich-text" => (filled(written).map(FieldValue::RichText), "text"),
        "number" => (number(written).map(FieldValue::Number), "a number"),
        "date" => {
            let date = filled(written).filter(|text| date(text).is_some());
            (date.map(FieldValue::Date), "a date, as in 2026-03-01")
        }
        "date-time" => {
            let time = filled(written).filter(|text| Moment::parse(text).is_some());
            (
                time.map(FieldValue::DateTime),
                "a point in time, as in 2026-03-01T08:00:00Z",
            )
        }
        "option" => (
            one_line(written).map(FieldValue::Option),
            "the value of one option",
        ),
        "options" => (
            several(written).map(FieldValue::Options),
            "a list of options' values",
        ),
        "strings" => (several(written).map(FieldValue::Strings), "a list of texts"),
        "cascading" => {
            let pair = several(written).filter(|parts| parts.len() == 2);
            (
                pair.map(FieldValue::Cascading),
                "a list of two: the option and the one below it",
            )
        }
        "user" => (one_line(written).map(FieldValue::User), "an account id"),
        _ => return None,
    })
}

fn filled(written: &Written) -> Option<String> {
    written.as_text().filter(|text| !text.is_empty())
}

fn one_line(written: &Written) -> Option<String> {
    filled(written).filter(|text| !text.contains(['\n', '\r']))
}

fn number(written: &Written) -> Option<f64> {
    match written {
        Written::Flag(_) => None,
        other => other
            .as_text()?
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
    }
}

fn several(written: &Written) -> Option<Vec<String>> {
    written
        .as_texts()
        .filter(|texts| !texts.is_empty() && texts.iter().all(|text| !text.is_empty()))
}
