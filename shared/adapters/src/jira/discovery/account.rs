//! Who we are at a site, and what kind of Jira it is.
//!
//! Never tells the account's e-mail address.

use domain::{settings::Site, trouble::Trouble};
use http::{Method, StatusCode};
use serde::Deserialize;

use super::{senseless, shown};
use crate::jira::{
    JiraClient,
    client::{
        call::{Call, read, refused},
        refusal::trouble_of,
    },
};

/// Where scoped tokens are taken, before the site's cloud id.
const GATEWAY: &str = "https://api.atlassian.com/ex/jira/";
/// Where a site of Jira Cloud tells its cloud id to everybody.
const TENANT_INFO: &str = "/_edge/tenant_info";

/// The account whose credentials we have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its identity: an opaque text.
    pub account_id: String,
    /// Its name, without an e-mail address.
    pub display_name: String,
    /// The time zone of its profile (IANA), in which Jira reads the dates of its searches.
    pub time_zone: Option<String>,
}

/// What kind of Jira it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// Jira Cloud, the only one that is served.
    Cloud,
    /// A Jira Server.
    Server,
    /// A Jira Data Center.
    DataCenter,
    /// Another one, in its own word.
    Other(String),
}

/// The Jira at a site's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its kind.
    pub deployment: Deployment,
    /// Its version, such as `1001.0.0-SNAPSHOT` in the Cloud.
    pub version: String,
    /// The title that its administrators gave it; empty where it has none.
    pub title: String,
}

/// What helps where the credentials of a site were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The token may be a scoped one: those are taken at this address for calls alone.
    CallGateway {
        /// The site's `api_url` then.
        api_url: String,
    },
    /// The address for calls leads to another site; this is the one of this site.
    CorrectGateway {
        /// The site's `api_url` then.
        api_url: String,
    },
    /// The token may be a classic one: those are taken at the site's own address alone.
    CallSite {
        /// The site's `api_url` then.
        api_url: String,
    },
    /// E-mail address and token do not belong together, or the token has expired or was revoked.
    ReplaceToken,
}

/// What to try first where a site's credentials were refused. `cloud_id` is what
/// [`JiraClient::read_cloud_id`] told. Jira refuses a token of the wrong kind in the same words as
/// a wrong one, so that this is advice and no finding.
pub fn remedy_of_refusal(site: &Site, cloud_id: Option<&str>) -> Remedy {
    let gateway = cloud_id.map(|id| format!("{GATEWAY}{id}"));
    match (site.api_url.starts_with(GATEWAY), gateway) {
        (true, Some(api_url)) if api_url != site.api_url => Remedy::CorrectGateway { api_url },
        (true, _) => Remedy::CallSite {
            api_url: site.url.clone(),
        },
        (false, Some(api_url)) => Remedy::CallGateway { api_url },
        (false, None) => Remedy::ReplaceToken,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAccount {
    account_id: Option<String>,
    display_name: Option<String>,
    time_zone: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireServer {
    deployment_type: String,
    version: String,
    server_title: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTenant {
    cloud_id: Option<String>,
}

impl JiraClient {
    /// Reads the account that the credentials belong to. The one reading that proves them: an
    /// answer without an account is a refusal of theirs.
    pub async fn read_account(&self, site: &Site) -> Result<Account, Trouble> {
        let doing = "reading the account";
        let call = Call::harmless("read-account", Method::GET, "/myself", doing);
        let answer = self.demand(site, call).await?;
        let wire: WireAccount = read(&answer, doing)?;
        let account_id = wire.account_id.filter(|id| !id.is_empty());
        Ok(Account {
            account_id: account_id.ok_or_else(|| {
                refused(site, doing, "Jira answered without an account".to_owned())
            })?,
            display_name: shown(&wire.display_name.ok_or_else(|| senseless(doing))?),
            time_zone: wire.time_zone.filter(|zone| !zone.is_empty()),
        })
    }

    /// Reads what kind of Jira it is. Strangers are told as well: this proves no credentials.
    ///
    /// Data Center does not know the version of the interface that we speak, and is asked in its own.
    pub async fn read_server(&self, site: &Site) -> Result<Server, Trouble> {
        let doing = "reading what kind of Jira it is";
        let call = Call::harmless("read-server", Method::GET, "/serverInfo", doing);
        let mut answer = self.send(site, call.clone()).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            answer = self.send(site, call.of_data_center()).await?;
        }
        if !answer.status().is_success() {
            return Err(trouble_of(&answer, doing));
        }
        let wire: WireServer = read(&answer, doing)?;
        Ok(Server {
            deployment: deployment_of(&wire.deployment_type),
            version: wire.version,
            title: wire.server_title.unwrap_or_default(),
        })
    }

    /// Reads the id by which the gateway for scoped tokens knows the site, from the address that
    /// people use and without credentials. `None` where there is none: that is no Jira Cloud.
    ///
    /// A scoped token is taken at `https://api.atlassian.com/ex/jira/` with this id behind it, and
    /// nowhere else; [`remedy_of_refusal`] says so.
    pub async fn read_cloud_id(&self, site: &Site) -> Result<Option<String>, Trouble> {
        let doing = "reading the site's cloud id";
        let call = Call::harmless("read-cloud-id", Method::GET, TENANT_INFO, doing).at_site();
        let answer = self.send_as_stranger(site, &call).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status().is_success() {
            return Err(trouble_of(&answer, doing));
        }
        let told: Option<WireTenant> = answer.json();
        let is_id = |id: &String| {
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        Ok(told.and_then(|tenant| tenant.cloud_id).filter(is_id))
    }
}

fn deployment_of(word: &str) -> Deployment {
    let bare: String = word
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    match bare.to_ascii_lowercase().as_str() {
        "cloud" => Deployment::Cloud,
        "server" => Deployment::Server,
        "datacenter" => Deployment::DataCenter,
        _ => Deployment::Other(word.to_owned()),
    }
}
