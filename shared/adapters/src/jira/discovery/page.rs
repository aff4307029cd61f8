//! A page of a listing by offset, in the several forms that Jira has for one.
//!
//! Some pages say which is the last, some how many rows there are, some neither. Never asks for a
//! page beyond an empty one.

use domain::{settings::Site, trouble::Trouble};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::senseless;
use crate::jira::{
    JiraClient,
    client::{
        answer::Answer,
        call::{Call, read},
    },
};

/// Pages of one listing that is read to its end.
const MAX_PAGES: usize = 50;

/// Rows under any of the names that Jira has for them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage {
    values: Option<Vec<Value>>,
    issue_types: Option<Vec<Value>>,
    fields: Option<Vec<Value>>,
    is_last: Option<bool>,
    total: Option<u64>,
    max_results: Option<u64>,
}

/// A page, its rows understood.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    pub(super) total: Option<u64>,
    /// Where the next one begins, if there is one.
    pub(super) next: Option<u64>,
}

impl<T: DeserializeOwned> Page<T> {
    /// Reads the page that was asked for from `start` on, with `most` rows at the most.
    pub(super) fn of(answer: &Answer, doing: &str, start: u64, most: u64) -> Result<Self, Trouble> {
        let wire: WirePage = read(answer, doing)?;
        let rows = wire.values.or(wire.issue_types).or(wire.fields);
        let rows = rows.ok_or_else(|| senseless(doing))?;
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let end = start.saturating_add(count);
        let goes_on = match (wire.is_last, wire.total) {
            (Some(is_last), _) => !is_last,
            (None, Some(total)) => end < total,
            // Jira may give fewer rows than asked for; it says how many it was willing to give.
            (None, None) => count >= wire.max_results.unwrap_or(most).max(1),
        };
        let rows: Result<Vec<T>, _> = rows.into_iter().map(serde_json::from_value).collect();
        Ok(Self {
            rows: rows.map_err(|_| senseless(doing))?,
            total: wire.total,
            next: (goes_on && count > 0).then_some(end),
        })
    }
}

impl JiraClient {
    /// Reads a listing to its end; `call_from` makes the call for the page that begins there.
    pub(super) async fn read_pages<T: DeserializeOwned + Send>(
        &self,
        site: &Site,
        most: u64,
        call_from: impl Fn(u64) -> Call + Send + Sync,
    ) -> Result<Vec<T>, Trouble> {
        let mut rows = Vec::new();
        let mut start = 0;
        let mut doing = "";
        for _ in 0..MAX_PAGES {
            let call = call_from(start);
            doing = call.doing;
            let answer = self.inquire(site, call).await?;
            let page: Page<T> = Page::of(&answer, doing, start, most)?;
            rows.extend(page.rows);
            let Some(next) = page.next else {
                return Ok(rows);
            };
            start = next;
        }
        Err(Trouble::never(
            doing,
            "there are more rows than can be read",
        ))
    }
}
