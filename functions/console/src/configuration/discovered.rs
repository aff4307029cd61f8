//! What both products tell for the form of a route: applications, projects, types, fields, people.
//!
//! Only what the form needs is asked for, all at the same time. Trouble is a note beside the control
//! that it concerns; it never stands in the way of what was entered. Reads only.

use adapters::{
    contrast::discovery::Application,
    jira::discovery::{Epic, FieldMeta, IssueType, Person, Project, Status},
};
use domain::{
    ports::{Found, TicketSide as _},
    settings::{Connection, Site, document::RouteDocument},
    ticket::TicketId,
    trouble::Trouble,
};
use serde::Serialize;

use super::entered::Find;
use crate::{Console, desk::Desk};

/// Pages of a hundred applications that are read; whoever has more writes names by hand.
const MOST_PAGES: u32 = 10;
/// How long applications are read; a gateway waits for 30 s.
const PATIENCE_MS: u64 = 8_000;

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked<T> {
    /// There was no need to ask, or not enough to ask with.
    #[default]
    Never,
    /// The answer.
    Told(T),
    /// There was none: why, as the end of a sentence.
    Trouble(String),
}

impl<T> Asked<T> {
    /// The answer, if there is one.
    pub const fn told(&self) -> Option<&T> {
        match self {
            Self::Told(told) => Some(told),
            Self::Never | Self::Trouble(_) => None,
        }
    }

    /// The trouble, if there was some.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Trouble(words) => Some(words),
            Self::Never | Self::Told(_) => None,
        }
    }
}

impl<T> From<Result<T, Trouble>> for Asked<T> {
    fn from(result: Result<T, Trouble>) -> Self {
        match result {
            Ok(told) => Self::Told(told),
            Err(trouble) => Self::Trouble(trouble.for_people()),
        }
    }
}

/// A list, and whether there is more than it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

/// Everything that was told for a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Discovered {
    /// Applications of the route's connection.
    pub applications: Asked<Listed<Application>>,
    /// Projects of the site in which we may open tickets.
    pub projects: Asked<Listed<Project>>,
    /// The chosen project, if we may open tickets in it.
    pub project: Asked<Option<Project>>,
    /// The types of issue of the chosen project.
    pub issue_types: Asked<Vec<IssueType>>,
    /// The fields of the chosen type.
    pub fields: Asked<Vec<FieldMeta>>,
    /// The statuses of the chosen type.
    pub statuses: Asked<Vec<Status>>,
    /// The resolutions of the site.
    pub resolutions: Asked<Vec<String>>,
    /// Epics to choose from.
    pub epics: Asked<Vec<Epic>>,
    /// Whether the chosen epic can be seen.
    pub epic: Asked<bool>,
    /// People to choose from.
    pub people: Asked<Vec<Person>>,
    /// The chosen assignee, if tickets can be assigned to them.
    pub assignee: Asked<Option<Person>>,
}

impl Discovered {
    /// What could not be had of Jira, each as the end of a sentence.
    pub fn troubles(&self) -> Vec<&str> {
        let mut troubles: Vec<&str> = [
            self.projects.trouble(),
            self.project.trouble(),
            self.issue_types.trouble(),
            self.fields.trouble(),
            self.statuses.trouble(),
            self.resolutions.trouble(),
            self.epics.trouble(),
            self.epic.trouble(),
            self.people.trouble(),
            self.assignee.trouble(),
        ]
        .into_iter()
        .flatten()
        .collect();
        troubles.dedup();
        troubles
    }
}

/// What it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To choose from.
    Choosing,
    /// To check what was chosen.
    Checking,
}

/// Asks for what a route needs.
pub async fn discover(
    console: &Console,
    desk: &Desk,
    route: &RouteDocument,
    find: &Find,
    purpose: Purpose,
) -> Discovered {
    let site = desk.site(&route.ticket.site).ok();
    let (applications, of_jira) = tokio::join!(
        list_applications(console, connection_of(desk, route), purpose),
        async {
            match &site {
                Some(site) => Box::pin(ask_jira(console, site, route, find, purpose)).await,
                None => unasked(&route.ticket.site),
            }
        }
    );
    Discovered {
        applications,
        ..of_jira
    }
}

/// What is told of a site that cannot be asked.
fn unasked(site: &str) -> Discovered {
    let mut unasked = Discovered::default();
    if !site.is_empty() {
        let words = format!("while asking Jira: the settings of the site {site} have faults");
        unasked.projects = Asked::Trouble(words);
    }
    unasked
}

/// The connection whose applications are offered: the route's, or the only one.
pub fn connection_of(desk: &Desk, route: &RouteDocument) -> Option<Connection> {
    if let Some(name) = &route.connection {
        return desk.connection(name).ok();
    }
    let mut usable = desk.document.usable_connections().into_values();
    usable.next().filter(|_| usable.next().is_none())
}

async fn list_applications(
    console: &Console,
    connection: Option<Connection>,
    purpose: Purpose,
) -> Asked<Listed<Application>> {
    let Some(connection) = connection.filter(|_| purpose == Purpose::Choosing) else {
        return Asked::Never;
    };
    let mut listed = Listed {
        rows: Vec::new(),
        more: true,
    };
    let clock = &console.service.clock;
    let end = clock.now().plus_ms(PATIENCE_MS);
    for page in 0..MOST_PAGES {
        let contrast = console.service.contrast();
        match contrast.list_applications(&connection, page).await {
            Ok(found) => {
                listed.rows.extend(found.rows);
                listed.more = found.more;
            }
            // What was had already is of use.
            Err(trouble) if page == 0 => return Asked::Trouble(trouble.for_people()),
            Err(_) => break,
        }
        if !listed.more || clock.now() > end {
            break;
        }
    }
    listed.rows.sort_by_key(|row| row.name.to_lowercase());
    Asked::Told(listed)
}

async fn ask_jira(
    console: &Console,
    site: &Site,
    route: &RouteDocument,
    find: &Find,
    purpose: Purpose,
) -> Discovered {
    let ticket = &route.ticket;
    let project = ticket.project.as_str();
    let jira = console.service.jira();
    let chooses = purpose == Purpose::Choosing;
    let closing = &route.closing;
    let names_status = closing.done_transition.is_some() || closing.reopen_transition.is_some();
    let names_resolution = closing.default_resolution.is_some()
        || !closing.resolutions.is_empty()
        || !closing.reasons.is_empty();
    let (projects, (issue_types, fields), statuses, resolutions, (epics, epic), (people, assignee)) = tokio::join!(
        list_projects(console, site, project, find, purpose),
        list_types_and_fields(console, site, project, &ticket.issue_type),
        asked(
            !project.is_empty() && (chooses || names_status),
            jira.list_statuses(site, project)
        ),
        asked(chooses || names_resolution, jira.list_resolutions(site)),
        async {
            let words = Some(find.epic.as_str());
            tokio::join!(
                asked(
                    chooses && !project.is_empty(),
                    jira.list_epics(site, project, words)
                ),
                see_epic(console, site, ticket.parent.as_deref()),
            )
        },
        async {
            let account = ticket.assignee.as_deref().unwrap_or_default();
            let is_asked = !account.is_empty() && !project.is_empty();
            tokio::join!(
                asked(
                    chooses && !project.is_empty(),
                    jira.find_assignable(site, project, &find.person)
                ),
                asked(is_asked, jira.read_assignable(site, project, account)),
            )
        },
    );
    let (projects, project) = projects;
    Discovered {
        projects,
        project,
        issue_types,
        fields,
        statuses: statuses_of(statuses, &ticket.issue_type),
        resolutions,
        epics,
        epic,
        people,
        assignee,
        ..Discovered::default()
    }
}

async fn asked<T>(is_asked: bool, question: impl Future<Output = Result<T, Trouble>>) -> Asked<T> {
    if is_asked {
        question.await.into()
    } else {
        Asked::Never
    }
}

/// The first page of projects, and the chosen one, which may stand on another.
async fn list_projects(
    console: &Console,
    site: &Site,
    chosen: &str,
    find: &Find,
    purpose: Purpose,
) -> (Asked<Listed<Project>>, Asked<Option<Project>>) {
    let jira = console.service.jira();
    let is_chosen = |row: &&Project| row.key == chosen;
    let mut listed = Asked::Never;
    if purpose == Purpose::Choosing {
        let words = Some(find.project.as_str());
        match jira.list_projects(site, 0, words).await {
            Ok(page) => {
                if let Some(row) = page.rows.iter().find(is_chosen) {
                    let project = Asked::Told(Some(row.clone()));
                    let more = page.next.is_some();
                    let rows = page.rows;
                    return (Asked::Told(Listed { rows, more }), project);
                }
                listed = Asked::Told(Listed {
                    more: page.next.is_some(),
                    rows: page.rows,
                });
            }
            Err(trouble) => return (Asked::Trouble(trouble.for_people()), Asked::Never),
        }
    }
    if chosen.is_empty() {
        return (listed, Asked::Never);
    }
    let found = jira.list_projects(site, 0, Some(chosen)).await;
    let project = found.map(|page| page.rows.iter().find(is_chosen).cloned());
    (listed, project.into())
}

async fn list_types_and_fields(
    console: &Console,
    site: &Site,
    project: &str,
    issue_type: &str,
) -> (Asked<Vec<IssueType>>, Asked<Vec<FieldMeta>>) {
    if project.is_empty() {
        return (Asked::Never, Asked::Never);
    }
    let jira = console.service.jira();
    let types = match jira.list_issue_types(site, project).await {
        Ok(types) => types,
        Err(trouble) => return (Asked::Trouble(trouble.for_people()), Asked::Never),
    };
    let chosen = types
        .iter()
        .find(|it| it.name.eq_ignore_ascii_case(issue_type));
    let fields = match chosen {
        Some(chosen) => jira.list_fields(site, project, &chosen.id).await.into(),
        None => Asked::Never,
    };
    (Asked::Told(types), fields)
}

/// Whether a ticket of that key can be seen. A key that is none is told by the settings themselves.
async fn see_epic(console: &Console, site: &Site, key: Option<&str>) -> Asked<bool> {
    let Some(Ok(key)) = key.map(TicketId::new) else {
        return Asked::Never;
    };
    let found = console.service.jira().read_ticket(site, &key).await;
    found.map(|found| matches!(found, Found::Present(_))).into()
}

/// The statuses of one type, or of all of them where it is not among them.
fn statuses_of(told: Asked<Vec<(String, Vec<Status>)>>, issue_type: &str) -> Asked<Vec<Status>> {
    match told {
        Asked::Never => Asked::Never,
        Asked::Trouble(words) => Asked::Trouble(words),
        Asked::Told(types) => {
            let of_type = types
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(issue_type));
            let mut statuses: Vec<Status> = Vec::new();
            let all = types.iter().flat_map(|(_, statuses)| statuses);
            let rows: Vec<&Status> = match of_type {
                Some((_, statuses)) => statuses.iter().collect(),
                None => all.collect(),
            };
            for row in rows {
                if statuses.iter().all(|it| it.name != row.name) {
                    statuses.push(row.clone());
                }
            }
            Asked::Told(statuses)
        }
    }
}
