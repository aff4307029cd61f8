//! Validates routes: what they take, when they start, what flows, and what closing means.
//!
//! Never looks beyond the document: whether a project or an application exists is for the two
//! products to say.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    ClosingDocument, FlowDocument, MOST_ROUTES, RouteDocument, SettingsDocument, Written,
    peers::name,
    report::{Report, joined, quoted},
    ticket,
};
use crate::{
    case::{CaseKind, CloseReason, Severity},
    moment::Moment,
    settings::{Closing, ConnectionName, Flow, Route, RouteName},
};

pub(super) const SEVERITIES: &str = "CRITICAL, HIGH, MEDIUM, LOW or NOTE";
const REASONS: &str = "TRUE_POSITIVE, FALSE_POSITIVE, BENIGN_TRUE_POSITIVE or OTHER";

/// The names that a route may refer to, whether or not what bears them is otherwise in order: one
/// fault should not bring forth another.
pub(super) struct Known<'a> {
    pub(super) connections: BTreeSet<&'a str>,
    pub(super) sites: BTreeSet<&'a str>,
}

/// Validates all routes. What has a fault is left out; the report then keeps it from use.
pub(super) fn routes(settings: &SettingsDocument, report: &mut Report) -> Vec<Route> {
    report.count("routes", "route", settings.routes.len(), MOST_ROUTES);
    let known = Known {
        connections: settings
            .connections
            .iter()
            .map(|it| it.name.trim())
            .collect(),
        sites: settings.sites.iter().map(|it| it.name.trim()).collect(),
    };
    let mut names = BTreeSet::new();
    settings
        .routes
        .iter()
        .enumerate()
        .filter_map(|(index, document)| {
            route(
                document,
                &format!("routes[{index}]"),
                &known,
                &mut names,
                report,
            )
        })
        .collect()
}

fn route(
    document: &RouteDocument,
    path: &str,
    known: &Known,
    names: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<Route> {
    report.unknown_keys(
        path,
        &document.unknown,
        "name, connection, kinds, applications, severities, rules, start, backfill, ticket, flow \
         and closing",
    );
    let name = name(&document.name, path, RouteName::new, names, report);
    let connection = connection(document.connection.as_deref(), path, known, report);
    let kinds = kinds(document.kinds.as_deref(), &format!("{path}.kinds"), report);
    let applications = applications(document.applications.as_deref(), path, report);
    let severities = severities(&document.severities, &format!("{path}.severities"), report);
    let rules = rules(&document.rules, &format!("{path}.rules"), report);
    let start = start(&document.start, &format!("{path}.start"), report);
    let backfill = flag(document.backfill.as_ref(), path, "backfill", false, report);
    let ticket = ticket::template(&document.ticket, &format!("{path}.ticket"), known, report);
    let flow = flow(&document.flow, &format!("{path}.flow"), report);
    let closing = closing(&document.closing, &format!("{path}.closing"), report);
    Some(Route {
        name: name?,
        connection,
        kinds,
        applications,
        severities,
        rules,
        start: start?,
        backfill: backfill?,
        ticket: ticket?,
        flow: flow?,
        closing: closing?,
    })
}

/// The connection that a route names. A name without a connection is a fault, and then it makes no
/// difference what is returned.
fn connection(
    written: Option<&str>,
    path: &str,
    known: &Known,
    report: &mut Report,
) -> Option<ConnectionName> {
    let written = written.map(str::trim).filter(|name| !name.is_empty())?;
    if !known.connections.contains(written) {
        report.fault(
            format!("{path}.connection"),
            format!("There is no connection named {}.", quoted(written)),
            "Name one of the connections, or leave this out to take the cases of all of them.",
        );
    }
    // A connection whose name is no id has a fault of its own.
    ConnectionName::new(written).ok()
}

fn kinds(written: Option<&[String]>, path: &str, report: &mut Report) -> Vec<CaseKind> {
    const REMEDY: &str = "Write \"incident\", \"issue\" or both.";
    let Some(written) = written else {
        return Vec::from([CaseKind::Incident]);
    };
    if written.is_empty() {
        report.fault(
            path,
            "A route that takes no kind of case takes nothing.",
            REMEDY,
        );
    }
    let mut kinds = Vec::new();
    for (index, word) in written.iter().enumerate() {
        match word.trim().to_ascii_lowercase().as_str() {
            "incident" => kinds.push(CaseKind::Incident),
            "issue" => kinds.push(CaseKind::Issue),
            _ => report.fault(
                format!("{path}[{index}]"),
                format!("{} is not a kind of case.", quoted(word)),
                REMEDY,
            ),
        }
    }
    distinct(kinds)
}

fn applications(written: Option<&[String]>, path: &str, report: &mut Report) -> Vec<String> {
    const REMEDY: &str = "Write names or ids of applications, or \"*\" for all of them.";
    let Some(written) = written else {
        return Vec::from(["*".to_string()]);
    };
    let path = format!("{path}.applications");
    if written.is_empty() {
        report.fault(
            &path,
            "A route that takes no application takes nothing.",
            REMEDY,
        );
    }
    let written = report.few(&path, written);
    for (index, application) in written.iter().enumerate() {
        report.mandatory(&format!("{path}[{index}]"), application, REMEDY);
    }
    distinct(
        written
            .iter()
            .map(|application| application.trim().to_string())
            .collect(),
    )
}

fn severities(written: &[String], path: &str, report: &mut Report) -> Vec<Severity> {
    let severities = written.iter().enumerate().filter_map(|(index, word)| {
        let severity = Severity::parse(word);
        if severity.is_none() {
            report.fault(
                format!("{path}[{index}]"),
                format!("{} is not a severity.", quoted(word)),
                format!("Write {SEVERITIES}."),
            );
        }
        severity
    });
    distinct(severities.collect())
}

fn rules(written: &[String], path: &str, report: &mut Report) -> Vec<String> {
    let written = report.few(path, written);
    for (index, rule) in written.iter().enumerate() {
        let is_id = rule
            .trim()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if rule.trim().is_empty() || !is_id {
            report.fault(
                format!("{path}[{index}]"),
                format!("{} is not the id of a rule.", quoted(rule)),
                "Write ids as in sql-injection, or leave the list empty to take every rule.",
            );
        }
    }
    distinct(
        written
            .iter()
            .map(|rule| rule.trim().to_ascii_lowercase())
            .collect(),
    )
}

fn start(written: &str, path: &str, report: &mut Report) -> Option<Moment> {
    const REMEDY: &str = "Write the date from which on cases open tickets, as in 2026-03-01, or a \
                          point in time with its offset, as in 2026-03-01T08:00:00Z.";
    let written = report.mandatory(path, written, REMEDY)?;
    let start = date(written).or_else(|| Moment::parse(written));
    if start.is_none() {
        report.fault(
            path,
            format!("{} is neither a date nor a point in time.", quoted(written)),
            REMEDY,
        );
    }
    start
}

/// The first moment of a day written as `YYYY-MM-DD`, in UTC.
pub(super) fn date(written: &str) -> Option<Moment> {
    let shape_fits = written.len() == 10
        && written.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape_fits {
        Moment::parse(&format!("{written}T00:00:00Z"))
    } else {
        None
    }
}

fn flag(
    written: Option<&Written>,
    path: &str,
    key: &str,
    default: bool,
    report: &mut Report,
) -> Option<bool> {
    let Some(written) = written else {
        return Some(default);
    };
    match written
        .as_text()
        .map(|text| text.to_ascii_lowercase())
        .as_deref()
    {
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some("") => Some(default),
        _ => {
            report.fault(
                joined(path, key),
                "This switch is neither on nor off.",
                "Write true or false.",
            );
            None
        }
    }
}

fn flow(document: &FlowDocument, path: &str, report: &mut Report) -> Option<Flow> {
    report.unknown_keys(
        path,
        &document.unknown,
        "bidirectional, auto_close, reopen, comments, delete_in_contrast and internal_comments",
    );
    let mut switch = |written: &Option<Written>, key: &str, default: bool| {
        flag(written.as_ref(), path, key, default, report)
    };
    let bidirectional = switch(&document.bidirectional, "bidirectional", true);
    let auto_close = switch(&document.auto_close, "auto_close", true);
    let reopen = switch(&document.reopen, "reopen", true);
    let comments = switch(&document.comments, "comments", true);
    let delete_in_contrast = switch(&document.delete_in_contrast, "delete_in_contrast", false);
    let internal_comments = switch(&document.internal_comments, "internal_comments", false);
    Some(Flow {
        bidirectional: bidirectional?,
        auto_close: auto_close?,
        reopen: reopen?,
        comments: comments?,
        delete_in_contrast: delete_in_contrast?,
        internal_comments: internal_comments?,
    })
}

fn closing(document: &ClosingDocument, path: &str, report: &mut Report) -> Option<Closing> {
    report.unknown_keys(
        path,
        &document.unknown,
        "reasons, default_reason, resolutions, default_resolution, done_transition and \
         reopen_transition",
    );
    let mut reasons = BTreeMap::new();
    for (resolution, word) in &document.reasons {
        let place = joined(&format!("{path}.reasons"), resolution);
        // Lower case in full, since resolutions are named in every language.
        let resolution = resolution.trim().to_lowercase();
        let Some(reason) = close_reason(word, &place, report) else {
            continue;
        };
        if resolution.is_empty() || reasons.insert(resolution, reason).is_some() {
            report.fault(
                place,
                "This resolution has no name, or stands here twice.",
                "Name each resolution once; capitals make no difference.",
            );
        }
    }
    let mut resolutions = BTreeMap::new();
    for (word, resolution) in &document.resolutions {
        let place = joined(&format!("{path}.resolutions"), word);
        let remedy = "Write the name of a resolution as Jira shows it.";
        let resolution = report.mandatory(&place, resolution, remedy);
        let Some(reason) = close_reason(word, &place, report) else {
            continue;
        };
        if resolutions
            .insert(reason, resolution.unwrap_or_default().to_string())
            .is_some()
        {
            report.fault(
                place,
                "This close reason stands here twice.",
                "Name each close reason once; capitals make no difference.",
            );
        }
    }
    let default_reason = match document.default_reason.as_deref() {
        None => Some(CloseReason::Other),
        Some(word) => close_reason(word, &format!("{path}.default_reason"), report),
    };
    Some(Closing {
        reasons,
        default_reason: default_reason?,
        resolutions,
        default_resolution: present(document.default_resolution.as_deref()),
        done_transition: present(document.done_transition.as_deref()),
        reopen_transition: present(document.reopen_transition.as_deref()),
    })
}

fn close_reason(word: &str, path: &str, report: &mut Report) -> Option<CloseReason> {
    let reason = CloseReason::parse(word);
    if reason.is_none() {
        report.fault(
            path,
            format!("{} is not a close reason.", quoted(word)),
            format!("Write {REASONS}."),
        );
    }
    reason
}

/// Text that was written; blank text is the same as none.
pub(super) fn present(written: Option<&str>) -> Option<String> {
    written
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(ToString::to_string)
}

/// The items without repetitions, in their order.
fn distinct<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}
