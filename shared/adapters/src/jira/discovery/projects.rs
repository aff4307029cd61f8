//! Projects, their types of issue and their statuses, and the site's resolutions.
//!
//! Done is what Jira's status category says, never a name.

use domain::{settings::Site, trouble::Trouble};
use http::Method;
use serde::{Deserialize, Serialize};

use super::{page::Page, parameter, segment};
use crate::jira::{
    JiraClient,
    client::call::{Call, read},
};

/// The most projects that Jira gives in a page.
const PROJECTS: u64 = 100;
/// The most types that Jira gives in a page.
const TYPES: u64 = 200;
const RESOLUTIONS: u64 = 100;

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Project {
    /// Jira's id.
    pub id: String,
    /// Its key, such as `SEC`.
    pub key: String,
    /// The name people see.
    pub name: String,
}

/// A page of projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProjectsPage {
    /// The projects, by key.
    pub rows: Vec<Project>,
    /// How many there are in all, where Jira says so.
    pub total: Option<u64>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// A type of issue that can be created in a project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct IssueType {
    /// Jira's id.
    pub id: String,
    /// Its name, which the settings use.
    pub name: String,
    /// Whether it needs a parent that is no epic; the service opens none such.
    #[serde(default)]
    pub subtask: bool,
}

/// A status that tickets of a type can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its (perhaps localised) name.
    pub name: String,
    /// Whether a ticket is done in it.
    pub done: bool,
}

#[derive(Debug, Deserialize)]
struct WireTypeWithStatuses {
    name: String,
    statuses: Vec<WireStatus>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    name: String,
    status_category: Option<WireCategory>,
}

#[derive(Debug, Deserialize)]
struct WireCategory {
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireNamed {
    name: String,
}

impl JiraClient {
    /// Lists the projects in which the account may create issues, a page of a hundred from `start`
    /// on; with words, those whose key or name matches them.
    pub async fn list_projects(
        &self,
        site: &Site,
        start: u64,
        words: Option<&str>,
    ) -> Result<ProjectsPage, Trouble> {
        let doing = "listing the projects";
        let mut path = format!(
            "/project/search?startAt={start}&maxResults={PROJECTS}&action=create&status=live"
        );
        if let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) {
            path.push_str("&query=");
            path.push_str(&parameter(words));
        }
        let call = Call::harmless("list-projects", Method::GET, path, doing);
        let answer = self.inquire(site, call).await?;
        let page: Page<Project> = Page::of(&answer, doing, start, PROJECTS)?;
        if page.rows.is_empty() {
            // Strangers see no project either.
            self.check_account(site).await?;
        }
        Ok(ProjectsPage {
            rows: page.rows,
            total: page.total,
            next: page.next,
        })
    }

    /// Lists the types of issue that the account can create in a project, by its key or id.
    pub async fn list_issue_types(
        &self,
        site: &Site,
        project: &str,
    ) -> Result<Vec<IssueType>, Trouble> {
        let doing = "listing the types of issue";
        let project = segment(project, doing)?;
        let call_from = |start: u64| {
            let path = format!(
                "/issue/createmeta/{project}/issuetypes?startAt={start}&maxResults={TYPES}"
            );
            Call::harmless("list-issue-types", Method::GET, path, doing)
        };
        self.read_pages(site, TYPES, call_from).await
    }

    /// Lists the statuses that tickets of a project can have, under the name of each type of issue.
    pub async fn list_statuses(
        &self,
        site: &Site,
        project: &str,
    ) -> Result<Vec<(String, Vec<Status>)>, Trouble> {
        let doing = "listing the statuses";
        let path = format!("/project/{}/statuses", segment(project, doing)?);
        let call = Call::harmless("list-statuses", Method::GET, path, doing);
        let answer = self.inquire(site, call).await?;
        let wire: Vec<WireTypeWithStatuses> = read(&answer, doing)?;
        Ok(wire
            .into_iter()
            .map(|kind| {
                (
                    kind.name,
                    kind.statuses.into_iter().map(status_of).collect(),
                )
            })
            .collect())
    }

    /// Lists the names of the site's resolutions.
    pub async fn list_resolutions(&self, site: &Site) -> Result<Vec<String>, Trouble> {
        let doing = "listing the resolutions";
        let call_from = |start: u64| {
            let path = format!("/resolution/search?startAt={start}&maxResults={RESOLUTIONS}");
            Call::harmless("list-resolutions", Method::GET, path, doing)
        };
        let rows: Vec<WireNamed> = self.read_pages(site, RESOLUTIONS, call_from).await?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }
}

fn status_of(wire: WireStatus) -> Status {
    let category = wire.status_category.and_then(|category| category.key);
    Status {
        name: wire.name,
        done: category.as_deref() == Some("done"),
    }
}
