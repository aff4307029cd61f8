//! What a person chooses from when a connection is set up: its applications; and whether its
//! credentials and its comments can be read.
//!
//! Reads only. What cannot be found out is told as unknown and never guessed.

use domain::{
    case::CaseKind,
    ports::{CasePage, CaseSide as _, Found, Offered},
    settings::{Connection, Switch},
    trouble::Trouble,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    client::ContrastClient,
    exchange::{Order, senseless},
    fields::{Object, count, line, lines},
    paths::{LIST, LIST_APPLICATIONS, path_of, with_query},
    wire,
};

const APPLICATIONS: &str = "listing the applications in Contrast";
const CHECKING: &str = "reading in Contrast";
/// Rows may lack an id; among several one has it.
const SEVERAL: u32 = 10;

/// An application of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Application {
    /// Contrast's id.
    pub id: String,
    /// The name people see; routes may use either.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// A page of applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApplicationsPage {
    /// The applications.
    pub rows: Vec<Application>,
    /// Whether a page follows.
    pub more: bool,
}

/// Whether the comments of a connection's cases can be listed, which no documentation promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentListing {
    /// They can.
    Offered,
    /// This tenant does not offer it: comments cross from Jira to Contrast alone.
    Unavailable,
    /// The connection's settings say that it is not to be tried.
    SwitchedOff,
    /// There is no incident to try it on.
    Unknown,
}

impl ContrastClient {
    /// Lists the applications of the organisation, a hundred a page from page 0 on.
    pub async fn list_applications(
        &self,
        connection: &Connection,
        page: u32,
    ) -> Result<ApplicationsPage, Trouble> {
        let path = path_of(connection, LIST_APPLICATIONS, None, None)?;
        let size = wire::PAGE_SIZE;
        let path = with_query(&path, &format!("page={page}&size={size}"));
        let order = Order::get(connection, LIST_APPLICATIONS, path, APPLICATIONS);
        let answer = self.exchange.send(order).await?.object(APPLICATIONS)?;
        applications_of(&answer, page).ok_or_else(|| senseless(APPLICATIONS))
    }

    /// Reads as little as proves all three credentials and the organisation.
    pub async fn check_reading(&self, connection: &Connection) -> Result<(), Trouble> {
        self.newest_incidents(connection, 1).await.map(drop)
    }

    /// Finds out whether comments can be listed, as the connection's switch says or by trying it on
    /// an incident that there is. Under `auto` a missing operation is remembered for a day, and is
    /// not asked for again before; under `on` it is trouble.
    pub async fn offers_comments(
        &self,
        connection: &Connection,
    ) -> Result<CommentListing, Trouble> {
        if connection.list_comments == Switch::Off {
            return Ok(CommentListing::SwitchedOff);
        }
        let newest = self.newest_incidents(connection, SEVERAL).await?;
        let Some((incident, _)) = newest.rows.into_iter().next() else {
            return Ok(CommentListing::Unknown);
        };
        Ok(match self.list_comments(connection, &incident).await? {
            Found::Present(Offered::Done(_)) => CommentListing::Offered,
            Found::Present(Offered::Unavailable) => CommentListing::Unavailable,
            // It was deleted in between, or is hidden from us.
            Found::Absent => CommentListing::Unknown,
        })
    }

    /// A short page of incidents.
    async fn newest_incidents(
        &self,
        connection: &Connection,
        size: u32,
    ) -> Result<CasePage, Trouble> {
        let operation = LIST.of(CaseKind::Incident);
        let path = path_of(connection, operation, None, None)?;
        let path = with_query(&path, &format!("page=0&size={size}"));
        let order = Order::get(connection, operation, path, CHECKING);
        let answer = self.exchange.send(order).await?.value(CHECKING)?;
        wire::page_of(connection, CaseKind::Incident, 0, &answer).ok_or_else(|| senseless(CHECKING))
    }
}

/// A page of applications; `None` where the answer is none, or a row has no identity.
fn applications_of(answer: &Object, page: u32) -> Option<ApplicationsPage> {
    let content = answer.get("content")?.as_array()?;
    let rows: Option<Vec<Application>> = content
        .iter()
        .map(|row| {
            let row = row.as_object()?;
            let id = line(row, &["id", "applicationId"])?;
            Some(Application {
                name: line(row, &["name", "applicationName"]).unwrap_or_else(|| id.clone()),
                tags: lines(row, "tags"),
                id,
            })
        })
        .collect();
    // This version of the interface tells of the page beside its rows, the other one below `page`.
    let about = answer
        .get("page")
        .and_then(Value::as_object)
        .unwrap_or(answer);
    let last = about.get("last").and_then(Value::as_bool);
    let more = match (count(about, "totalPages"), last) {
        (Some(total), _) => u64::from(page) + 1 < total,
        (None, Some(last)) => !last,
        (None, None) => content.len() >= wire::PAGE_SIZE,
    };
    Some(ApplicationsPage {
        rows: rows?,
        // An empty page ends a listing even where it says otherwise.
        more: more && !content.is_empty(),
    })
}
