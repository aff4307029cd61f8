//! What a route would make of a real case: which route takes it, and the ticket it would become.
//!
//! Reads Contrast and writes nothing, anywhere. The ticket is made by the same function that makes
//! real ones.

use domain::{
    case::{CaseFacts, CaseId, CaseKind, OrgId, Phase, Score, Severity},
    ports::{CaseSide as _, Found},
    reconcile::draft_ticket,
    rich_text::RichText,
    routing::{Choice, choose_route},
    settings::{
        Connection, ConnectionName, Route, RouteName, Settings, TicketTemplate,
        document::{DEFAULT_SUMMARY, Fault},
    },
    ticket::{FieldValue, SiteName, TicketDraft, TicketMarker},
    words,
};
use serde::{Deserialize, Serialize};

use super::{change::put_into, entered::Entered};
use crate::{Console, desk::Desk, failure::Failure};

pub mod page;

/// What the preview is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The connection, where the route takes cases of several.
    pub connection: Option<String>,
    /// The case's number; the most recent one without it.
    pub number: Option<String>,
}

/// A case to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// What is previewed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Preview {
    /// What keeps the settings from being what they would be.
    pub faults: Vec<Fault>,
    /// Connections to choose from.
    pub connections: Vec<String>,
    /// The chosen one.
    pub connection: String,
    /// Cases to choose from, the most recent ones.
    pub cases: Vec<Candidate>,
    /// The chosen one.
    pub number: String,
    /// What could not be read, as ends of sentences.
    pub troubles: Vec<String>,
    /// What would become of the case.
    pub verdict: Option<Verdict>,
    /// The ticket; where no route takes the case, what this route would make of it.
    pub ticket: Option<Ticket>,
}

/// What would become of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether this route opens a ticket for it.
    pub opens: bool,
    /// That, as a sentence.
    pub words: String,
}

/// A ticket as it would be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ticket {
    /// The route that makes it.
    pub route: String,
    /// Where: site, project and issue type.
    pub place: [String; 3],
    /// Its summary.
    pub summary: String,
    /// Its priority; none where Jira's own default stays.
    pub priority: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The assignee's name, or account id where the name could not be had.
    pub assignee: Option<String>,
    /// The epic's key.
    pub parent: Option<String>,
    /// Additional fields.
    pub fields: Vec<(String, FieldValue)>,
    /// The description.
    pub description: RichText,
}

/// Makes the preview.
pub async fn make_preview(
    console: &Console,
    desk: &Desk,
    entered: &Entered,
    wanted: &Wanted,
) -> Result<Preview, Failure> {
    let (changed, _) = put_into(entered, &desk.document)?;
    let settings = match changed.validate() {
        Ok(settings) => settings,
        Err(faults) => {
            return Ok(Preview {
                faults,
                ..Preview::default()
            });
        }
    };
    let route = RouteName::new(entered.route.name.trim())
        .ok()
        .and_then(|name| settings.route(&name))
        .ok_or(Failure::NotFound("route"))?;
    let mut preview = Preview::default();
    let Some(connection) = choose_connection(&settings, route, wanted, &mut preview) else {
        return Ok(preview);
    };
    let read = read_case(console, connection, route, wanted, &mut preview).await;
    let Some((case, facts)) = read else {
        return Ok(preview);
    };
    let (verdict, maker) = judge(&settings, route, &case, &facts);
    preview.verdict = Some(verdict);
    let draft = draft_of(maker, connection, &case, &facts);
    preview.ticket = Some(ticket_of(console, &settings, maker, draft).await);
    Ok(preview)
}

fn choose_connection<'a>(
    settings: &'a Settings,
    route: &Route,
    wanted: &Wanted,
    preview: &mut Preview,
) -> Option<&'a Connection> {
    let is_taken = |name: &&ConnectionName| route.connection.as_ref().is_none_or(|it| it == *name);
    let names: Vec<&ConnectionName> = settings.connections.keys().filter(is_taken).collect();
    preview.connections = names.iter().map(ToString::to_string).collect();
    let is_wanted = |name: &&&ConnectionName| wanted.connection.as_deref() == Some(name.as_str());
    let chosen = names.iter().find(is_wanted).or_else(|| names.first())?;
    preview.connection = chosen.to_string();
    settings.connections.get(*chosen)
}

/// The chosen case with everything that can be read of it, as it is before a ticket opens.
async fn read_case(
    console: &Console,
    connection: &Connection,
    route: &Route,
    wanted: &Wanted,
    preview: &mut Preview,
) -> Option<(CaseId, CaseFacts)> {
    let contrast = console.service.contrast();
    let kind = if route.kinds.contains(&CaseKind::Incident) {
        CaseKind::Incident
    } else {
        CaseKind::Issue
    };
    let rows = match contrast.list_cases(connection, kind, 0).await {
        Ok(page) => page.rows,
        Err(trouble) => {
            preview.troubles.push(trouble.for_people());
            return None;
        }
    };
    preview.cases = rows
        .iter()
        .map(|(case, facts)| Candidate {
            number: case.number().to_owned(),
            title: facts.title(case),
        })
        .collect();
    let is_wanted = |row: &&(CaseId, CaseFacts)| wanted.number.as_deref() == Some(row.0.number());
    let (case, listed) = rows
        .iter()
        .find(is_wanted)
        .or_else(|| rows.first())?
        .clone();
    case.number().clone_into(&mut preview.number);
    let (read, more) = tokio::join!(
        contrast.read_case(connection, &case),
        contrast.enrich_case(connection, &case)
    );
    let mut facts = listed;
    match read {
        Ok(Found::Present(read)) => facts = facts.overlaid_with(read),
        Ok(Found::Absent) => preview
            .troubles
            .push("while reading the case: it is gone, or hidden from us".to_owned()),
        Err(trouble) => preview.troubles.push(trouble.for_people()),
    }
    match more {
        Ok(more) => facts = facts.overlaid_with(more),
        Err(trouble) => preview.troubles.push(trouble.for_people()),
    }
    Some((case, facts))
}

/// What would become of the case, and the route whose ticket is shown.
fn judge<'a>(
    settings: &'a Settings,
    route: &'a Route,
    case: &CaseId,
    facts: &CaseFacts,
) -> (Verdict, &'a Route) {
    let no = |words: String, maker: &'a Route| {
        let verdict = Verdict {
            opens: false,
            words,
        };
        (verdict, maker)
    };
    let number = case.number();
    if facts.phase == Some(Phase::Closed) {
        let words = format!("{number} is closed: a closed case opens no ticket.");
        return no(words, route);
    }
    match choose_route(settings, case, facts) {
        Choice::Route(chosen) if chosen.name == route.name => {
            let verdict = Verdict {
                opens: true,
                words: format!("This route takes {number}."),
            };
            (verdict, chosen)
        }
        Choice::Route(other) => no(
            format!(
                "Another route takes {number}: {}, which is tried earlier or fits alone.",
                other.name
            ),
            other,
        ),
        Choice::TooOld { route: other } => {
            let why = words::too_old(other);
            no(format!("{number} gets no ticket: {why}."), other)
        }
        Choice::Unrouted(reason) => {
            let why = words::unrouted(reason, case);
            no(format!("{number} gets no ticket: {why}."), route)
        }
        Choice::Unclear => no(
            format!("{number} gets no ticket: {}.", words::unclear()),
            route,
        ),
    }
}

fn draft_of(
    route: &Route,
    connection: &Connection,
    case: &CaseId,
    facts: &CaseFacts,
) -> TicketDraft {
    // Nothing is created, and so nothing has to be told from anything by its mark.
    let marker = TicketMarker {
        case: case.clone(),
        nonce: String::new(),
    };
    draft_ticket(route, connection, facts, &[], marker)
}

async fn ticket_of(
    console: &Console,
    settings: &Settings,
    route: &Route,
    draft: TicketDraft,
) -> Ticket {
    let mut assignee = draft.assignee;
    if let (Some(account), Some(site)) = (&assignee, settings.sites.get(&route.ticket.site)) {
        let jira = console.service.jira();
        // The account id tells as much to whoever cannot have the name.
        let person = jira.read_assignable(site, &draft.project, account).await;
        if let Ok(Some(person)) = person {
            assignee = Some(person.display_name);
        }
    }
    Ticket {
        route: route.name.to_string(),
        place: [
            route.ticket.site.to_string(),
            draft.project,
            draft.issue_type,
        ],
        summary: draft.summary,
        priority: draft.priority,
        labels: draft.labels,
        assignee,
        parent: draft.parent,
        fields: draft.fields,
        description: draft.description,
    }
}

/// What a template makes of an example; an empty one is the default.
pub fn example_summary(template: &str) -> String {
    let template = template.trim();
    let unmade = || template.to_owned();
    let example = || {
        let org = OrgId::new("example")?;
        let case = CaseId::new(org, CaseKind::Incident, "INC-2026-252")?;
        Ok::<_, domain::case::NotAnId>((case, SiteName::new("example")?))
    };
    let Ok((case, site)) = example() else {
        return unmade();
    };
    let summary = if template.is_empty() {
        DEFAULT_SUMMARY
    } else {
        template
    };
    let template = TicketTemplate {
        site,
        project: String::new(),
        issue_type: String::new(),
        parent: None,
        assignee: None,
        priorities: std::collections::BTreeMap::new(),
        labels: Vec::new(),
        fields: Vec::new(),
        summary: summary.to_owned(),
    };
    let application = domain::case::Application {
        id: None,
        name: "Payments".to_owned(),
    };
    let facts = CaseFacts {
        name: Some("SQL injection attack".to_owned()),
        severity: Some(Severity::High),
        score: Score::new(8.7),
        rules: vec!["sql-injection".to_owned()],
        applications: vec![application],
        ..CaseFacts::default()
    };
    words::summary(&template, &case, &facts)
}

#[cfg(test)]
mod tests;
