//! Finding tickets by JQL.
//!
//! The index lags behind, so that finding nothing proves nothing. Finding nothing as a stranger
//! proves even less: then the credentials are checked before "nothing" is said.

use domain::{
    ports::TicketPage,
    settings::Site,
    ticket::{SERVICE_LABEL, TicketReading},
    trouble::Trouble,
};
use http::Method;
use serde_json::{Map, json};

use super::{
    JiraClient,
    call::{Call, read},
    tickets::ROW_FIELDS,
    wire::{TICKET_PROPERTY, WireSearchPage},
};

const PAGE_SIZE: usize = 100;
/// Pages of one search that looks for a certain ticket.
const MAX_PAGES: usize = 20;

/// What to look for.
struct Search<'a> {
    jql: String,
    markers: bool,
    doing: &'a str,
}

impl JiraClient {
    pub(super) async fn search_label(
        &self,
        site: &Site,
        label: &str,
    ) -> Result<Vec<TicketReading>, Trouble> {
        let jql = format!("labels = {} ORDER BY created ASC", quoted(label));
        self.search_all(
            site,
            &Search {
                jql,
                markers: true,
                doing: "looking for the ticket by its label",
            },
        )
        .await
    }

    pub(super) async fn search_created(
        &self,
        site: &Site,
        project: &str,
        minutes: u32,
    ) -> Result<Vec<TicketReading>, Trouble> {
        let jql = format!(
            "project = {} AND created >= \"-{minutes}m\" ORDER BY created DESC",
            quoted(project)
        );
        self.search_all(
            site,
            &Search {
                jql,
                markers: true,
                doing: "looking for the ticket among the new ones",
            },
        )
        .await
    }

    pub(super) async fn search_changed(
        &self,
        site: &Site,
        minutes: u32,
        page: Option<&str>,
    ) -> Result<TicketPage, Trouble> {
        let jql = format!(
            "labels = {} AND updated >= \"-{minutes}m\" ORDER BY updated ASC",
            quoted(SERVICE_LABEL)
        );
        let search = Search {
            jql,
            markers: false,
            doing: "looking for tickets that changed",
        };
        let found = self.search_page(site, &search, page).await?;
        if found.rows.is_empty() && page.is_none() {
            self.check_account(site).await?;
        }
        Ok(found)
    }

    /// All pages, or an error: a ticket that was not seen must not count as missing.
    async fn search_all(
        &self,
        site: &Site,
        search: &Search<'_>,
    ) -> Result<Vec<TicketReading>, Trouble> {
        let mut rows = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = self.search_page(site, search, next.as_deref()).await?;
            rows.extend(page.rows);
            next = page.next;
            if next.is_some() {
                continue;
            }
            if rows.is_empty() {
                self.check_account(site).await?;
            }
            return Ok(rows);
        }
        Err(Trouble::again_later(
            search.doing,
            "there are too many tickets to look through",
        ))
    }

    async fn search_page(
        &self,
        site: &Site,
        search: &Search<'_>,
        token: Option<&str>,
    ) -> Result<TicketPage, Trouble> {
        let mut body = Map::from_iter([
            ("jql".to_owned(), json!(search.jql)),
            ("fields".to_owned(), json!(ROW_FIELDS)),
            ("maxResults".to_owned(), json!(PAGE_SIZE)),
        ]);
        if search.markers {
            body.insert("properties".to_owned(), json!([TICKET_PROPERTY]));
        }
        if let Some(token) = token {
            body.insert("nextPageToken".to_owned(), json!(token));
        }
        let doing = "searching";
        let call = Call::harmless("search-tickets", Method::POST, "/search/jql", doing)
            .with_body(body.into());
        let renamed = |trouble: Trouble| Trouble {
            doing: search.doing.to_owned(),
            ..trouble
        };
        let answer = self.demand(site, call).await.map_err(renamed)?;
        let page: WireSearchPage = read(&answer, search.doing)?;
        let last = page.is_last == Some(true);
        let rows: Result<Vec<TicketReading>, Trouble> = page
            .issues
            .into_iter()
            .map(|wire| wire.into_reading(search.doing))
            .collect();
        Ok(TicketPage {
            rows: rows?,
            next: page
                .next_page_token
                .filter(|token| !last && !token.is_empty()),
        })
    }
}

/// A text as a JQL string.
pub(in crate::jira) fn quoted(words: &str) -> String {
    let mut quoted = String::from('"');
    for letter in words.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_leads_out_of_a_jql_string() {
        assert_eq!(quoted("northstar_INC-1"), r#""northstar_INC-1""#);
        assert_eq!(quoted(r#"a" OR labels = "b"#), r#""a\" OR labels = \"b""#);
        assert_eq!(quoted("a\\\n"), r#""a\\ ""#);
    }
}
