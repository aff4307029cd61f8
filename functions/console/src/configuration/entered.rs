//! What stands in the form of a route, and the document that it makes.
//!
//! The names of the controls are the places in a route's document. What means the same as before
//! stays written as it was, and what was never written stays unwritten unless somebody changes it: a
//! look at a form must never change the settings.

use std::collections::BTreeMap;

use adapters::jira::discovery::priorities;
use domain::{
    case::{CloseReason, Severity},
    moment::Moment,
    settings::document::{
        ClosingDocument, FlowDocument, RouteDocument, SettingsDocument, TicketDocument, Written,
    },
};

use super::{discovered::Discovered, proposal::propose};
use crate::form::Form;

pub mod fields;

/// The form of a route.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entered {
    /// The route as it would be kept.
    pub route: RouteDocument,
    /// The name it is kept under now; none for a new one.
    pub replaces: Option<String>,
    /// What was looked for.
    pub find: Find,
    /// A tag of Contrast whose applications are to be added.
    pub tag: Option<String>,
    /// Whether the person knows what renaming does.
    pub renames: bool,
    /// Whether priorities are to be proposed.
    pub proposes: bool,
    /// Site, project and issue type for which priorities were proposed already.
    pub proposed_for: String,
}

/// Words that narrow what is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Find {
    /// Names of applications.
    pub application: String,
    /// Names or keys of projects.
    pub project: String,
    /// Summaries of epics.
    pub epic: String,
    /// Names of people.
    pub person: String,
}

impl Entered {
    /// The form of a route as it is kept.
    pub fn of(route: &RouteDocument) -> Self {
        Self {
            replaces: Some(route.name.clone()),
            route: route.clone(),
            ..Self::default()
        }
    }

    /// The form of a new route: what there is one of is chosen already, and it starts today.
    pub fn fresh(document: &SettingsDocument, now: Moment) -> Self {
        let mut route = RouteDocument::default();
        let today = now.to_rfc3339();
        today
            .split('T')
            .next()
            .unwrap_or_default()
            .clone_into(&mut route.start);
        if let [site] = document.sites.as_slice() {
            route.ticket.site.clone_from(&site.name);
        }
        Self {
            route,
            ..Self::default()
        }
    }

    /// What was entered on top of the route that is kept, if there is one.
    pub fn from_form(form: &Form, base: Option<&RouteDocument>) -> Self {
        let fresh = RouteDocument::default();
        let base = base.unwrap_or(&fresh);
        let text = |name: &str| form.text(name).to_owned();
        Self {
            route: route_of(form, base),
            replaces: form.filled("replaces"),
            find: Find {
                application: text("find_application"),
                project: text("find_project"),
                epic: text("find_epic"),
                person: text("find_person"),
            },
            tag: form.filled("add_tag"),
            renames: form.has("renames"),
            proposes: form.has("propose"),
            proposed_for: text("proposed_for"),
        }
    }

    /// Adds applications by name to those that are taken; all of them no longer are.
    pub fn add_applications(&mut self, names: impl IntoIterator<Item = String>) {
        let mut taken = applications_of(&self.route);
        let mut is_more = false;
        for name in names {
            is_more = true;
            if !taken.iter().any(|it| it.eq_ignore_ascii_case(&name)) {
                taken.push(name);
            }
        }
        if is_more {
            taken.retain(|it| it != "*");
            self.route.applications = Some(taken);
        }
    }

    /// Takes what needs the answers of the two products: the applications of a tag, and priorities,
    /// which are proposed where they are asked for, and once to a new route that has none.
    pub fn take_told(&mut self, found: &Discovered) {
        if let (Some(tag), Some(listed)) = (&self.tag, found.applications.told()) {
            let tagged = listed.rows.iter().filter(|row| row.tags.contains(tag));
            let names: Vec<String> = tagged.map(|row| row.name.clone()).collect();
            self.add_applications(names);
            self.tag = None;
        }
        let Some(fields) = found.fields.told() else {
            return;
        };
        let target = self.target();
        let is_new = self.replaces.is_none() && self.proposed_for != target;
        if self.proposes || (is_new && self.route.ticket.priorities.is_empty()) {
            let names = priorities(fields).iter();
            let names: Vec<String> = names.map(|choice| choice.value.clone()).collect();
            self.route.ticket.priorities = propose(&names);
            self.proposes = false;
        }
        self.proposed_for = target;
    }

    /// Whether saving would give the route another name than it has.
    pub fn is_renamed(&self) -> bool {
        self.replaces
            .as_ref()
            .is_some_and(|name| *name != self.route.name)
    }

    /// Whose priorities these are: they are proposed once for each.
    pub fn target(&self) -> String {
        let ticket = &self.route.ticket;
        format!("{}/{}/{}", ticket.site, ticket.project, ticket.issue_type)
    }
}

fn route_of(form: &Form, base: &RouteDocument) -> RouteDocument {
    let mut route = base.clone();
    form.text("name").clone_into(&mut route.name);
    route.connection = form.filled("connection");
    let kinds = form.texts("kinds");
    if !is_alike(&kinds, &kinds_of(base)) {
        route.kinds = Some(kinds);
    }
    let applications = lines(form, "applications");
    if applications != applications_of(base) {
        route.applications = Some(applications);
    }
    let severities = form.texts("severities");
    if !is_alike(&severities, &base.severities) {
        route.severities = severities;
    }
    route.rules = kept(lines(form, "rules"), &base.rules);
    route.start = form
        .filled("start_moment")
        .unwrap_or_else(|| form.text("start").to_owned());
    route.backfill = switch(form, "backfill", base.backfill.as_ref(), false);
    route.ticket = ticket_of(form, &base.ticket);
    route.flow = flow_of(form, &base.flow);
    route.closing = closing_of(form, &base.closing);
    let mut entered = Entered {
        route,
        ..Entered::default()
    };
    entered.add_applications(form.filled("add_application"));
    entered.route
}

fn ticket_of(form: &Form, base: &TicketDocument) -> TicketDocument {
    let mut ticket = base.clone();
    form.text("ticket.site").clone_into(&mut ticket.site);
    form.text("ticket.project").clone_into(&mut ticket.project);
    form.text("ticket.issue_type")
        .clone_into(&mut ticket.issue_type);
    ticket.parent = form.filled("ticket.parent");
    ticket.assignee = form.filled("ticket.assignee");
    ticket.summary = form.filled("ticket.summary");
    ticket.labels = kept(lines(form, "ticket.labels"), &base.labels);
    ticket.priorities = below(form, "ticket.priorities.");
    ticket.fields = fields::from_form(form, &base.fields);
    ticket
}

fn flow_of(form: &Form, base: &FlowDocument) -> FlowDocument {
    let mut flow = base.clone();
    for (name, default, place) in switches(&mut flow) {
        *place = switch(form, &format!("flow.{name}"), place.as_ref(), default);
    }
    flow
}

/// The switches of a flow, with their defaults.
pub fn switches(flow: &mut FlowDocument) -> [(&'static str, bool, &mut Option<Written>); 6] {
    [
        ("bidirectional", true, &mut flow.bidirectional),
        ("auto_close", true, &mut flow.auto_close),
        ("reopen", true, &mut flow.reopen),
        ("comments", true, &mut flow.comments),
        ("delete_in_contrast", false, &mut flow.delete_in_contrast),
        ("internal_comments", false, &mut flow.internal_comments),
    ]
}

fn closing_of(form: &Form, base: &ClosingDocument) -> ClosingDocument {
    let mut closing = base.clone();
    closing.default_reason = form
        .filled("closing.default_reason")
        .map(|word| as_written(base.default_reason.as_ref(), word));
    closing.default_resolution = form.filled("closing.default_resolution");
    closing.done_transition = form.filled("closing.done_transition");
    closing.reopen_transition = form.filled("closing.reopen_transition");
    closing.resolutions = below(form, "closing.resolutions.");
    closing.reasons = BTreeMap::new();
    for row in 0.. {
        let place = format!("closing.reasons[{row}]");
        if !form.has(&format!("{place}.name")) {
            break;
        }
        let (name, reason) = (
            form.text(&format!("{place}.name")),
            form.filled(&format!("{place}.reason")),
        );
        if let (false, Some(reason)) = (name.is_empty(), reason) {
            let reason = as_written(base.reasons.get(name), reason);
            closing.reasons.insert(name.to_owned(), reason);
        }
    }
    closing
}

/// The word as it was written, if it means this close reason.
fn as_written(written: Option<&String>, word: String) -> String {
    let is_same = |written: &&String| {
        CloseReason::parse(written).is_some_and(|it| Some(it) == CloseReason::parse(&word))
    };
    written.filter(is_same).cloned().unwrap_or(word)
}

/// The kinds that a route takes, with the default.
pub fn kinds_of(route: &RouteDocument) -> Vec<String> {
    let default = || vec!["incident".to_owned()];
    route.kinds.clone().unwrap_or_else(default)
}

/// The applications that a route takes, with the default.
pub fn applications_of(route: &RouteDocument) -> Vec<String> {
    match &route.applications {
        None => vec!["*".to_owned()],
        Some(names) => names.iter().map(|name| name.trim().to_owned()).collect(),
    }
}

/// Whether a switch is on; `None` where what is written is neither.
pub fn flag(written: Option<&Written>, default: bool) -> Option<bool> {
    let Some(written) = written else {
        return Some(default);
    };
    match written.as_text()?.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        "" => Some(default),
        _ => None,
    }
}

/// The severity in a form's word, where it is one.
pub fn severity_word(word: &str) -> String {
    Severity::parse(word).map_or_else(|| word.trim().to_owned(), |it| it.word().to_owned())
}

fn switch(form: &Form, name: &str, base: Option<&Written>, default: bool) -> Option<Written> {
    let entered = form.has(name);
    if flag(base, default) == Some(entered) {
        return base.cloned();
    }
    Some(entered.into())
}

/// The lines of all texts of that name.
pub fn lines(form: &Form, name: &str) -> Vec<String> {
    let texts = form.texts(name);
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn kept(entered: Vec<String>, base: &[String]) -> Vec<String> {
    let is_same = entered.len() == base.len()
        && entered
            .iter()
            .zip(base)
            .all(|(one, other)| one == other.trim());
    if is_same { base.to_vec() } else { entered }
}

/// The same words, in whatever order and capitals.
fn is_alike(entered: &[String], base: &[String]) -> bool {
    let folded = |words: &[String]| {
        let mut words: Vec<String> = words
            .iter()
            .map(|word| word.trim().to_ascii_lowercase())
            .collect();
        words.sort();
        words
    };
    folded(entered) == folded(base)
}

/// The filled entries whose name begins so, by the rest of their names.
fn below(form: &Form, start: &str) -> BTreeMap<String, String> {
    form.entries()
        .filter_map(|(name, value)| Some((name.strip_prefix(start)?, value.trim())))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests;
