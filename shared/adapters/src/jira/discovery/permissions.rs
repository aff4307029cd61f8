//! What the account may do, and what fails where it may not.
//!
//! A permission that Jira does not speak of is never taken for given.

use std::collections::BTreeMap;

use domain::{settings::Site, trouble::Trouble};
use http::Method;
use serde::Deserialize;

use super::{segment, senseless};
use crate::jira::{
    JiraClient,
    client::call::{Call, read},
};

/// A permission that the service makes use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Seeing the project and its tickets.
    BrowseProjects,
    /// Opening tickets.
    CreateIssues,
    /// Editing tickets.
    EditIssues,
    /// Moving tickets from status to status.
    TransitionIssues,
    /// Writing comments.
    AddComments,
    /// Editing what it wrote.
    EditOwnComments,
    /// Deleting what it wrote.
    DeleteOwnComments,
    /// Assigning tickets.
    AssignIssues,
    /// Linking tickets to other things.
    LinkIssues,
    /// Administering the whole site.
    Administer,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::BrowseProjects,
        Self::CreateIssues,
        Self::EditIssues,
        Self::TransitionIssues,
        Self::AddComments,
        Self::EditOwnComments,
        Self::DeleteOwnComments,
        Self::AssignIssues,
        Self::LinkIssues,
        Self::Administer,
    ];

    /// Those that the service needs in a project that it opens tickets in.
    pub const OF_PROJECT: [Self; 9] = [
        Self::BrowseProjects,
        Self::CreateIssues,
        Self::EditIssues,
        Self::TransitionIssues,
        Self::AddComments,
        Self::EditOwnComments,
        Self::DeleteOwnComments,
        Self::AssignIssues,
        Self::LinkIssues,
    ];

    /// Jira's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BrowseProjects => "BROWSE_PROJECTS",
            Self::CreateIssues => "CREATE_ISSUES",
            Self::EditIssues => "EDIT_ISSUES",
            Self::TransitionIssues => "TRANSITION_ISSUES",
            Self::AddComments => "ADD_COMMENTS",
            Self::EditOwnComments => "EDIT_OWN_COMMENTS",
            Self::DeleteOwnComments => "DELETE_OWN_COMMENTS",
            Self::AssignIssues => "ASSIGN_ISSUES",
            Self::LinkIssues => "LINK_ISSUES",
            Self::Administer => "ADMINISTER",
        }
    }

    /// What fails without it, as a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::BrowseProjects => {
                "Without it tickets cannot be read, and nothing crosses in either direction."
            }
            Self::CreateIssues => "Without it no ticket can be opened.",
            Self::EditIssues => {
                "Without it priority and description of a ticket do not follow its case."
            }
            Self::TransitionIssues => {
                "Without it a ticket is neither closed nor reopened with its case."
            }
            Self::AddComments => "Without it comments from Contrast do not reach the ticket.",
            Self::EditOwnComments => {
                "Without it a comment that was edited in Contrast stays as it was on the ticket."
            }
            Self::DeleteOwnComments => {
                "Without it a comment that was deleted in Contrast stays on the ticket."
            }
            Self::AssignIssues => "Without it tickets are opened without their assignee.",
            Self::LinkIssues => "Without it tickets bear no link back to Contrast.",
            Self::Administer => {
                "Without it an administrator of Jira has to make the webhook by hand."
            }
        }
    }
}

#[derive(Debug, Deserialize)]
struct WirePermissions {
    permissions: BTreeMap<String, WirePermission>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePermission {
    have_permission: bool,
}

impl JiraClient {
    /// Reads which of the wanted permissions the account has: in a project, or (without one)
    /// anywhere on the site. The answer has each of the wanted ones.
    pub async fn read_permissions(
        &self,
        site: &Site,
        project: Option<&str>,
        wanted: &[Permission],
    ) -> Result<BTreeMap<Permission, bool>, Trouble> {
        let doing = "reading what the account may do";
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let words: Vec<&str> = wanted.iter().map(|permission| permission.word()).collect();
        let words = words.join(",");
        let path = match project {
            Some(project) => {
                let project = segment(project, doing)?;
                format!("/mypermissions?projectKey={project}&permissions={words}")
            }
            None => format!("/mypermissions?permissions={words}"),
        };
        let call = Call::harmless("read-permissions", Method::GET, path, doing);
        let answer = self.inquire(site, call).await?;
        let wire: WirePermissions = read(&answer, doing)?;
        let mut read = BTreeMap::new();
        for permission in wanted {
            let told = wire.permissions.get(permission.word());
            let told = told.ok_or_else(|| senseless(doing))?;
            read.insert(*permission, told.have_permission);
        }
        if !read.values().any(|has| *has) {
            // That is what strangers are told.
            self.check_account(site).await?;
        }
        Ok(read)
    }
}
