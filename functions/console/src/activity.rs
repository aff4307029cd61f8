//! Activity: cases with their state, one case with both its sides, and what a person can do for it.
//!
//! It wakes and shows; what becomes of a case is decided by the same reconcile as ever.

use std::{collections::BTreeMap, sync::Arc};

use adapters::{
    cases::{CaseState, Sought, list_cases, state_of, wake_case, wake_stuck_cases},
    store::Deed,
};
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use domain::{
    case::{CaseFacts, CaseId},
    link::{Class, HistoryEntry, Link},
    moment::Moment,
    ports::{CaseSide as _, Found, Glimpse, Store as _, TicketSide as _},
    settings::Settings,
    ticket::TicketReading,
    words,
};
use serde::{Deserialize, Serialize};

use crate::{
    Console,
    access::{Administrator, Visitor},
    audit,
    failure::Failure,
    form::Form,
    frame,
};

mod linking;
mod page;

pub use linking::{link_to, release, unlink};

/// Cases of a page.
const MOST: usize = 50;
/// Stuck cases whose causes are told apart.
const MOST_STUCK: usize = 500;

/// A case in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its identity, `<org>/<kind>/<number>`.
    pub case: String,
    /// The number people know.
    pub number: String,
    /// Its title.
    pub name: String,
    /// Its severity.
    pub severity: Option<&'static str>,
    /// Its state.
    pub state: CaseState,
    /// Why it is in that state; may be empty.
    pub why: String,
    /// The ticket's key, and its address where the site is still in the settings.
    pub ticket: Option<(String, Option<String>)>,
    /// When anything happened last.
    pub active_at: Moment,
    /// When it is looked at again, where that is known.
    pub due_at: Option<Moment>,
}

/// A page of cases.
#[derive(Clone, Debug, Serialize)]
pub struct Rows {
    /// The cases.
    pub rows: Vec<Row>,
    /// Where the next page begins; none where this is the last.
    pub next: Option<String>,
}

/// One reason for which cases are stuck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// In words.
    pub words: String,
    /// How many cases.
    pub cases: usize,
}

/// What a person looks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    /// The word of a state; empty for all.
    #[serde(default)]
    pub state: String,
    /// Text in number, name, application or key.
    #[serde(default)]
    pub q: String,
    /// Where the page begins.
    pub after: Option<String>,
}

fn row(glimpse: &Glimpse, settings: Option<&Settings>, now: Moment) -> Row {
    let link = &glimpse.link;
    let (state, why) = state_of(glimpse, now);
    Row {
        case: link.case.to_string(),
        number: link.case.number().to_owned(),
        name: link.facts.name.clone().unwrap_or_default(),
        severity: link.facts.severity.map(domain::case::Severity::word),
        state,
        why,
        ticket: link.pair().map(|pair| {
            let site = settings.and_then(|settings| settings.sites.get(&pair.ticket.site));
            (
                pair.ticket.key.to_string(),
                site.map(|site| words::ticket_url(site, &pair.ticket.key)),
            )
        }),
        active_at: link.active_at,
        due_at: glimpse.due_at.filter(|_| !link.is_stuck()),
    }
}

/// A page of the cases that are looked for.
pub async fn list(console: &Console, wanted: &Wanted) -> Result<Rows, Failure> {
    let now = console.service.clock.now();
    let state = match wanted.state.as_str() {
        "" => None,
        word => Some(CaseState::parse(word).ok_or(Failure::NotFound("state"))?),
    };
    let sought = Sought {
        state,
        text: wanted.q.clone(),
    };
    let store = &console.service.store;
    let page = list_cases(store, &sought, wanted.after.clone(), MOST, now).await?;
    let settings = console.service.settings().await.ok();
    let rows = page.glimpses.iter();
    Ok(Rows {
        rows: rows.map(|it| row(it, settings.as_deref(), now)).collect(),
        next: page.next,
    })
}

/// Why cases are stuck, the commonest reason first.
pub async fn list_causes(console: &Console) -> Result<Vec<Cause>, Failure> {
    let now = console.service.clock.now();
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut after, mut seen) = (None, 0);
    loop {
        let page = console
            .service
            .store
            .list_class(Class::Stuck, after, now)
            .await?;
        for (glimpse, _) in page
            .rows
            .iter()
            .filter(|(glimpse, _)| glimpse.link.is_stuck())
        {
            let mishap = glimpse.link.mishap.as_ref();
            let words = mishap
                .map(|mishap| mishap.words.clone())
                .unwrap_or_default();
            *causes.entry(words).or_default() += 1;
            seen += 1;
        }
        after = page.next;
        if after.is_none() || seen >= MOST_STUCK {
            break;
        }
    }
    let mut causes: Vec<Cause> = causes
        .into_iter()
        .map(|(words, cases)| Cause { words, cases })
        .collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.cases));
    Ok(causes)
}

/// One case with both sides as they are now.
pub struct Detail {
    /// As in a list.
    pub row: Row,
    /// What we remember.
    pub link: Link,
    /// The case in Contrast: read just now, or why not.
    pub case: Result<CaseFacts, String>,
    /// The ticket in Jira: read just now, or why not; none where there is no ticket.
    pub ticket: Option<Result<TicketReading, String>>,
    /// Where people see the case.
    pub case_url: Option<String>,
    /// What was done for it, latest first.
    pub history: Vec<HistoryEntry>,
}

/// Reads one case: what we remember of it, and both products.
pub async fn detail(console: &Console, case: &CaseId) -> Result<Detail, Failure> {
    let now = console.service.clock.now();
    let store = &console.service.store;
    let glimpse = store.glimpse(case, now).await?;
    let glimpse = glimpse.ok_or(Failure::NotFound("case"))?;
    let settings = console.service.settings().await.ok();
    let settings = settings.as_deref();
    let (history, facts, ticket) = tokio::join!(
        store.list_history(case),
        read_case(console, settings, case),
        read_ticket(console, settings, &glimpse.link),
    );
    let connection = settings.and_then(|settings| settings.connection_of(case.org()));
    let url = glimpse.link.facts.url.clone();
    Ok(Detail {
        row: row(&glimpse, settings, now),
        case: facts,
        ticket,
        case_url: url.or_else(|| connection.map(|it| words::case_url(it, case))),
        history: history?,
        link: glimpse.link,
    })
}

async fn read_case(
    console: &Console,
    settings: Option<&Settings>,
    case: &CaseId,
) -> Result<CaseFacts, String> {
    let connection = settings.and_then(|settings| settings.connection_of(case.org()));
    let connection = connection.ok_or("No connection serves its organisation any more.")?;
    match console.service.contrast().read_case(connection, case).await {
        Ok(Found::Present(facts)) => Ok(facts),
        Ok(Found::Absent) => Err("Contrast does not show it to us.".to_owned()),
        Err(trouble) => Err(format!("There was trouble {}.", trouble.for_people())),
    }
}

async fn read_ticket(
    console: &Console,
    settings: Option<&Settings>,
    link: &Link,
) -> Option<Result<TicketReading, String>> {
    let ticket = &link.pair()?.ticket;
    let Some(site) = settings.and_then(|settings| settings.sites.get(&ticket.site)) else {
        return Some(Err(format!(
            "The site {} is not in the settings any more.",
            ticket.site
        )));
    };
    Some(
        match console.service.jira().read_ticket(site, &ticket.id).await {
            Ok(Found::Present(reading)) => Ok(reading),
            Ok(Found::Absent) => Err(
                "Jira does not show it to us: it was deleted, or is hidden from our account."
                    .to_owned(),
            ),
            Err(trouble) => Err(format!("There was trouble {}.", trouble.for_people())),
        },
    )
}

/// Has a case looked at, all of it, at once; what is not finished in time is the sweep's.
pub async fn try_again(console: &Console, visitor: &Visitor, case: &CaseId) -> Result<(), Failure> {
    let now = console.service.clock.now();
    if !wake_case(&console.service.store, case, now).await? {
        return Err(Failure::NotFound("case"));
    }
    audit::note(
        console,
        visitor,
        Deed::CaseWoken,
        &case.to_string(),
        String::new(),
    )
    .await?;
    Ok(console
        .service
        .reconcile_now(&[(case.clone(), now)])
        .await?)
}

/// Has every case looked at that is stuck for the same reason; answers how many.
pub async fn try_cause_again(
    console: &Console,
    visitor: &Visitor,
    cause: &str,
) -> Result<usize, Failure> {
    let now = console.service.clock.now();
    let woken = wake_stuck_cases(&console.service.store, Some(cause), now).await?;
    let difference = format!("{cause}\n{} cases", woken.len());
    audit::note(console, visitor, Deed::StuckCasesWoken, "", difference).await?;
    Ok(woken.len())
}

/// The routes of these pages.
pub fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/activity", get(show))
        .route("/activity/wake", post(wake_cause))
        .route("/activity/case/{*case}", get(show_case).post(act))
}

#[derive(Deserialize)]
struct Arrived {
    woken: Option<usize>,
}

async fn show(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
    Query(Arrived { woken }): Query<Arrived>,
) -> Result<Response, Failure> {
    let (rows, causes) = tokio::try_join!(list(&console, &wanted), list_causes(&console))?;
    Ok(frame::shown(page::list(
        &visitor, &wanted, &rows, &causes, woken,
    )))
}

async fn wake_cause(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    form: Form,
) -> Result<Response, Failure> {
    let woken = try_cause_again(&console, &visitor, form.text("cause")).await?;
    Ok(frame::go_to(&format!("/console/activity?woken={woken}")))
}

async fn show_case(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path(case): Path<String>,
    Query(said): Query<page::Arrived>,
) -> Result<Response, Failure> {
    let detail = detail(&console, &parsed(&case)?).await?;
    let settings = console.service.settings().await.ok();
    let sites = settings.iter().flat_map(|settings| settings.sites.keys());
    let sites: Vec<String> = sites.map(ToString::to_string).collect();
    Ok(frame::shown(page::case(
        &visitor, &detail, &sites, said.done,
    )))
}

async fn act(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(case): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let case = parsed(&case)?;
    let done = match form.text("do") {
        "again" => {
            try_again(&console, &visitor, &case).await?;
            page::Done::Again
        }
        "release" => {
            release(&console, &visitor, &case).await?;
            page::Done::Released
        }
        "unlink" => {
            unlink(&console, &visitor, &case).await?;
            page::Done::Unlinked
        }
        "link" => {
            let (site, key) = (form.text("site"), form.text("key"));
            link_to(&console, &visitor, &case, site, key).await?;
            page::Done::Linked
        }
        _ => return Err(Failure::Senseless("There is no such step.".to_owned())),
    };
    Ok(frame::go_to(&format!(
        "/console/activity/case/{case}?done={}",
        done.word()
    )))
}

fn parsed(case: &str) -> Result<CaseId, Failure> {
    CaseId::parse(case).map_err(|_| Failure::NotFound("case"))
}
