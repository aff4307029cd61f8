//! The steps of testing a Jira site.

use adapters::jira::discovery::{Deployment, Permission, Remedy, remedy_of_refusal};
use domain::{
    settings::Site,
    trouble::{Peer, Trouble, TroubleKind},
};

use super::{Next, Outcome, Step, Told, doors};
use crate::{Console, desk::Desk, failure::Failure};

/// Projects whose permissions are asked for in one request: a call for each.
const PROJECTS_IN_A_STEP: usize = 10;
/// The most projects of a site whose permissions are looked at.
const MOST_PROJECTS: u64 = 1_000;

pub(super) async fn take_step(
    console: &Console,
    desk: &Desk,
    site: &Site,
    at: &Next,
) -> Result<Told, Failure> {
    let peer = Peer::Site(site.name.clone());
    Ok(match at.step {
        Step::Reach => reach(console, site).await,
        Step::LogIn => log_in(console, site).await,
        Step::Deployment => tell_deployment(console, site).await,
        Step::Projects => find_projects(console, site, at).await,
        Step::Permissions | Step::Cases | Step::Applications | Step::Comments => {
            check_permissions(console, desk, site, at).await
        }
        Step::WebhookSecret => doors::webhook_secret(console, &peer).await?,
        Step::LastDelivery => doors::last_delivery(console, &peer).await?,
    })
}

async fn reach(console: &Console, site: &Site) -> Told {
    match console.service.jira().read_cloud_id(site).await {
        Ok(Some(_)) => Told::new(Step::Reach, Outcome::Ok, "The host answers, and it is a site of Jira Cloud.")
            .then(Step::LogIn),
        Ok(None) => Told::new(Step::Reach, Outcome::Ok, "The host answers; it did not tell a cloud id.")
            .then(Step::LogIn),
        Err(trouble) => Told::trouble(Step::Reach, &trouble)
            .remedy("Look at the address of the site, and whether it can be reached from where the service runs.")
            .then(Step::WebhookSecret),
    }
}

async fn log_in(console: &Console, site: &Site) -> Told {
    match console.service.jira().read_account(site).await {
        Ok(account) => Told::new(
            Step::LogIn,
            Outcome::Ok,
            format!("Logged in as {}.", account.display_name),
        )
        .then(Step::Deployment),
        Err(trouble) => {
            let told = Told::trouble(Step::LogIn, &trouble).then(Step::WebhookSecret);
            match trouble.kind {
                TroubleKind::CredentialsRefused(_) => told.remedy(advice(console, site).await),
                _ => told,
            }
        }
    }
}

/// What to try where the credentials are refused.
async fn advice(console: &Console, site: &Site) -> String {
    let cloud_id = console.service.jira().read_cloud_id(site).await;
    match remedy_of_refusal(site, cloud_id.ok().flatten().as_deref()) {
        Remedy::CallGateway { .. } => {
            "Make a new API token for this e-mail address, and put it in. If the token is a scoped one, or a service account's, choose that kind of token: it is refused at the site's own address.".to_owned()
        }
        Remedy::CorrectGateway { api_url } => {
            format!("The address for calls leads to another site; save the credentials again, or write {api_url}.")
        }
        Remedy::CallSite { .. } => {
            "Make a new token, and put it in. If the token is a classic one, choose that kind of token: it is taken at the site's own address only.".to_owned()
        }
        Remedy::ReplaceToken => {
            "E-mail address and token do not belong together, or the token has expired: make a new one, and put it in.".to_owned()
        }
    }
}

async fn tell_deployment(console: &Console, site: &Site) -> Told {
    match console.service.jira().read_server(site).await {
        Ok(server) if server.deployment == Deployment::Cloud => Told::new(
            Step::Deployment,
            Outcome::Ok,
            format!("Jira Cloud, “{}”.", server.title),
        ),
        Ok(server) => Told::new(
            Step::Deployment,
            Outcome::Failed,
            format!(
                "This is {}, version {}.",
                named(&server.deployment),
                server.version
            ),
        )
        .remedy(
            "Data Center and Server are unavailable in this version: use a site of Jira Cloud.",
        ),
        Err(trouble) => Told::trouble(Step::Deployment, &trouble),
    }
    .then(Step::Projects)
}

fn named(deployment: &Deployment) -> &str {
    match deployment {
        Deployment::Cloud => "Jira Cloud",
        Deployment::Server => "Jira Server",
        Deployment::DataCenter => "Jira Data Center",
        Deployment::Other(name) => name,
    }
}

async fn find_projects(console: &Console, site: &Site, at: &Next) -> Told {
    match console
        .service
        .jira()
        .list_projects(site, at.done, None)
        .await
    {
        Ok(page) => {
            let found = at.done + page.rows.len() as u64;
            let of = page
                .total
                .map_or(String::new(), |total| format!(" of {total}"));
            if let Some(next) = page
                .next
                .filter(|next| *next > at.done && *next < MOST_PROJECTS)
            {
                let words = format!("{found}{of} projects so far.");
                let mut told = Told::new(Step::Projects, Outcome::GoingOn, words);
                told.next = Some(Next {
                    step: Step::Projects,
                    done: next,
                    amiss: 0,
                });
                return told;
            }
            if found == 0 {
                return Told::new(Step::Projects, Outcome::Failed, "There is no project in which the account may create tickets.")
                    .remedy("Give the account the permission Create issues in the projects where tickets should open.")
                    .then(Step::WebhookSecret);
            }
            Told::new(
                Step::Projects,
                Outcome::Ok,
                format!("{found} projects in which tickets can be opened."),
            )
            .then(Step::Permissions)
        }
        Err(trouble) => Told::trouble(Step::Projects, &trouble).then(Step::WebhookSecret),
    }
}

/// A call for each project, a few in a request. The projects that routes name are told one by one,
/// the others by what is missing in them.
async fn check_permissions(console: &Console, desk: &Desk, site: &Site, at: &Next) -> Told {
    let routed: Vec<&str> = desk
        .document
        .routes
        .iter()
        .filter(|route| route.ticket.site == site.name.as_str())
        .map(|route| route.ticket.project.as_str())
        .collect();
    let step = PROJECTS_IN_A_STEP as u64;
    // Pages of projects have a hundred rows: the page in which we are, from its first row on.
    let page = match console
        .service
        .jira()
        .list_projects(site, at.done / 100 * 100, None)
        .await
    {
        Ok(page) => page,
        Err(trouble) => {
            return Told::trouble(Step::Permissions, &trouble).then(Step::WebhookSecret);
        }
    };
    let mut words = Vec::new();
    let mut amiss = at.amiss;
    let first = usize::try_from(at.done % 100).unwrap_or_default();
    let rows: Vec<_> = page
        .rows
        .iter()
        .skip(first)
        .take(PROJECTS_IN_A_STEP)
        .collect();
    for project in &rows {
        match missing_in(console, site, &project.key).await {
            Ok(missing) if missing.is_empty() => {}
            Ok(missing) => {
                amiss += 1;
                let is_routed = routed.contains(&project.key.as_str());
                let whose = if is_routed {
                    "a route opens tickets here"
                } else {
                    "no route uses it"
                };
                for permission in missing {
                    words.push(format!(
                        "{} ({whose}): {} is missing. {}",
                        project.key,
                        permission.word(),
                        permission.meaning()
                    ));
                }
            }
            Err(trouble) => {
                return Told::trouble(Step::Permissions, &trouble).then(Step::WebhookSecret);
            }
        }
    }
    let done = at.done + rows.len() as u64;
    let total = page.total.unwrap_or(done).min(MOST_PROJECTS);
    words.insert(
        0,
        format!("{done} of {total} projects looked at; {amiss} with something missing."),
    );
    let is_last =
        rows.is_empty() || done >= total || (rows.len() as u64) < step && page.next.is_none();
    let mut told = Told::new(Step::Permissions, Outcome::GoingOn, "");
    told.words = words;
    if !is_last {
        told.next = Some(Next {
            step: Step::Permissions,
            done,
            amiss,
        });
        return told;
    }
    told.outcome = if amiss == 0 {
        Outcome::Ok
    } else {
        Outcome::Failed
    };
    if amiss > 0 {
        "Ask an administrator of Jira to give the account what is missing where tickets open."
            .clone_into(&mut told.remedy);
    }
    told.then(Step::WebhookSecret)
}

async fn missing_in(
    console: &Console,
    site: &Site,
    project: &str,
) -> Result<Vec<Permission>, Trouble> {
    let wanted = Permission::OF_PROJECT;
    let has = console
        .service
        .jira()
        .read_permissions(site, Some(project), &wanted)
        .await?;
    Ok(wanted
        .into_iter()
        .filter(|permission| !has.get(permission).copied().unwrap_or_default())
        .collect())
}
