//! What a person chooses from when a site is set up: who we are there, which projects, types,
//! fields, people and epics there are, and the webhooks that an administrator made.
//!
//! Nothing here is guessed: a row without what it is chosen by is an error, a value that nobody
//! knows is kept in words, and "there is nothing" is said only when Jira knows who asks. No e-mail
//! address leaves this module.

use domain::{
    settings::Site,
    trouble::{Trouble, TroubleKind},
};

use super::{
    JiraClient,
    client::{answer::Answer, call::Call, refusal::without_addresses},
};

mod account;
mod candidates;
mod fields;
mod kinds;
mod page;
mod permissions;
mod projects;
mod webhooks;

pub use account::{Account, Deployment, Remedy, Server, remedy_of_refusal};
pub use candidates::{Epic, Person};
pub use fields::{FieldMeta, priorities};
pub use kinds::{Choice, FieldKind, OwnField};
pub use permissions::Permission;
pub use projects::{IssueType, Project, ProjectsPage, Status};
pub use webhooks::{AdminWebhook, WEBHOOK_EVENTS, WebhookDraft};

impl JiraClient {
    /// Sends a question. Jira tells strangers that there is no such thing, so that a refusal is
    /// believed only when the credentials are known to be good.
    async fn inquire(&self, site: &Site, call: Call) -> Result<Answer, Trouble> {
        let answered = self.demand(site, call).await;
        if let Err(trouble) = &answered
            && matches!(trouble.kind, TroubleKind::Never { .. })
        {
            self.check_account(site).await?;
        }
        answered
    }
}

/// A key or id as a part of a path. A person may have typed it: what could lead the path elsewhere
/// is none.
fn segment<'a>(key: &'a str, doing: &str) -> Result<&'a str, Trouble> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.bytes().all(fits) {
        return Ok(key);
    }
    Err(Trouble::never(doing, "this is no key or id of Jira's"))
}

/// Words as the value of a parameter.
fn parameter(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

/// A name as people may see it: some write their e-mail address there.
fn shown(name: &str) -> String {
    without_addresses(name.trim())
}

fn senseless(doing: &str) -> Trouble {
    Trouble::again_later(doing, "the answer made no sense")
}
