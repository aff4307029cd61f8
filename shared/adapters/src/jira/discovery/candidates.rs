//! Looking for an epic or a person among many.
//!
//! One page is enough to choose from; whoever misses somebody types more words. No word leads out
//! of the query that it stands in.

use domain::{settings::Site, trouble::Trouble};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{parameter, segment, shown};
use crate::jira::{
    JiraClient,
    client::{
        call::{Call, read},
        search::quoted,
    },
};

/// As many as a person looks through.
const CANDIDATES: usize = 50;
/// Words beyond this many narrow nothing.
const MAX_WORDS: usize = 8;

/// An epic that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Epic {
    /// Its key, such as `SEC-12`, which the settings use.
    pub key: String,
    /// Its summary.
    pub summary: String,
}

/// Somebody whom tickets can be assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The account id, which the settings use.
    pub account_id: String,
    /// The name people see, without an e-mail address.
    pub display_name: String,
    /// Whether the account is in use.
    pub active: bool,
}

#[derive(Debug, Deserialize)]
struct WireEpics {
    issues: Vec<WireEpic>,
}

#[derive(Debug, Deserialize)]
struct WireEpic {
    key: String,
    fields: WireEpicFields,
}

#[derive(Debug, Deserialize)]
struct WireEpicFields {
    summary: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePerson {
    account_id: String,
    display_name: Option<String>,
    active: Option<bool>,
}

impl JiraClient {
    /// Lists epics of a project that are not done, newest first, at most fifty; with words, those
    /// whose summary has words that begin so.
    pub async fn list_epics(
        &self,
        site: &Site,
        project: &str,
        words: Option<&str>,
    ) -> Result<Vec<Epic>, Trouble> {
        let doing = "listing the epics";
        let body = json!({
            "jql": epics(segment(project, doing)?, words.unwrap_or_default()),
            "fields": ["summary"],
            "maxResults": CANDIDATES,
        });
        let call = Call::harmless("list-epics", Method::POST, "/search/jql", doing).with_body(body);
        let answer = self.inquire(site, call).await?;
        let wire: WireEpics = read(&answer, doing)?;
        if wire.issues.is_empty() {
            // Strangers are told the same.
            self.check_account(site).await?;
        }
        let epic = |wire: WireEpic| Epic {
            key: wire.key,
            summary: wire.fields.summary,
        };
        Ok(wire.issues.into_iter().map(epic).collect())
    }

    /// Looks for people whom tickets of a project can be assigned to: at most fifty whose name or
    /// e-mail address begins with the words, or anybody where there are none.
    pub async fn find_assignable(
        &self,
        site: &Site,
        project: &str,
        words: &str,
    ) -> Result<Vec<Person>, Trouble> {
        let doing = "looking for people";
        let path = format!(
            "/user/assignable/search?project={}&query={}&maxResults={CANDIDATES}",
            segment(project, doing)?,
            parameter(words.trim()),
        );
        self.read_people(
            site,
            Call::harmless("find-people", Method::GET, path, doing),
        )
        .await
    }

    /// Reads whom an account id means, if tickets of a project can be assigned to them.
    pub async fn read_assignable(
        &self,
        site: &Site,
        project: &str,
        account_id: &str,
    ) -> Result<Option<Person>, Trouble> {
        let doing = "looking up a person";
        let path = format!(
            "/user/assignable/search?project={}&accountId={}&maxResults=1",
            segment(project, doing)?,
            parameter(account_id.trim()),
        );
        let call = Call::harmless("read-person", Method::GET, path, doing);
        Ok(self.read_people(site, call).await?.into_iter().next())
    }

    async fn read_people(&self, site: &Site, call: Call) -> Result<Vec<Person>, Trouble> {
        let doing = call.doing;
        let answer = self.inquire(site, call).await?;
        let wire: Vec<WirePerson> = read(&answer, doing)?;
        let person = |wire: WirePerson| Person {
            display_name: shown(wire.display_name.as_deref().unwrap_or("Somebody")),
            active: wire.active.unwrap_or(true),
            account_id: wire.account_id,
        };
        Ok(wire.into_iter().map(person).collect())
    }
}

/// The query for epics. Signs have a meaning of their own in a search for text, so that only
/// letters and digits of the words are looked for.
fn epics(project: &str, words: &str) -> String {
    let mut jql = format!(
        "project = {} AND issuetype = Epic AND statusCategory != Done",
        quoted(project)
    );
    let words = words
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    for word in words.take(MAX_WORDS) {
        jql.push_str(" AND summary ~ ");
        jql.push_str(&quoted(&format!("{word}*")));
    }
    jql.push_str(" ORDER BY created DESC");
    jql
}

#[cfg(test)]
mod tests {
    use super::epics;

    #[test]
    fn no_word_leads_out_of_the_query_for_epics() {
        let bare = "project = \"SEC\" AND issuetype = Epic AND statusCategory != Done";
        assert_eq!(
            epics("SEC", " \"*?- "),
            format!("{bare} ORDER BY created DESC")
        );
        assert_eq!(
            epics("SEC", "web\" OR project = PAY"),
            format!(
                "{bare} AND summary ~ \"web*\" AND summary ~ \"OR*\" AND summary ~ \"project*\" \
                 AND summary ~ \"PAY*\" ORDER BY created DESC"
            )
        );
    }
}
