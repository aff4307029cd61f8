//! The steps of testing a Contrast connection.

use adapters::contrast::discovery::CommentListing;
use domain::{
    settings::Connection,
    trouble::{Peer, TroubleKind},
};

use super::{Next, Outcome, Step, Told, doors};
use crate::{Console, failure::Failure};

/// Applications that are counted; more are found when a route is written.
const MOST_PAGES: u32 = 20;

pub(super) async fn take_step(
    console: &Console,
    connection: &Connection,
    at: &Next,
) -> Result<Told, Failure> {
    let peer = Peer::Connection(connection.name.clone());
    Ok(match at.step {
        Step::Reach
        | Step::LogIn
        | Step::Deployment
        | Step::Projects
        | Step::Permissions
        | Step::Cases => read_cases(console, connection).await,
        Step::Applications => count_applications(console, connection, at).await,
        Step::Comments => list_comments(console, connection).await,
        Step::WebhookSecret => doors::webhook_secret(console, &peer).await?,
        Step::LastDelivery => doors::last_delivery(console, &peer).await?,
    })
}

/// One reading proves the address, all three credentials and the organisation.
async fn read_cases(console: &Console, connection: &Connection) -> Told {
    match console.service.contrast().check_reading(connection).await {
        Ok(()) => Told::new(
            Step::Cases,
            Outcome::Ok,
            "The host answers, the credentials are accepted, and incidents of the organisation can be read.",
        )
        .then(Step::Applications),
        Err(trouble) => {
            let told = Told::trouble(Step::Cases, &trouble).then(Step::WebhookSecret);
            match trouble.kind {
                TroubleKind::CredentialsRefused(_) => told.remedy(
                    "User, service key and API key must belong together, and to this organisation: copy all of them anew from the user's settings in Contrast. Contrast gives the same answer where the organisation's id is wrong.",
                ),
                _ => told,
            }
        }
    }
}

async fn count_applications(console: &Console, connection: &Connection, at: &Next) -> Told {
    let page = u32::try_from(at.amiss).unwrap_or(MOST_PAGES);
    match console
        .service
        .contrast()
        .list_applications(connection, page)
        .await
    {
        Ok(found) => {
            let count = at.done + found.rows.len() as u64;
            if found.more && page + 1 < MOST_PAGES {
                let mut told = Told::new(
                    Step::Applications,
                    Outcome::GoingOn,
                    format!("{count} applications so far."),
                );
                told.next = Some(Next {
                    step: Step::Applications,
                    done: count,
                    amiss: u64::from(page + 1),
                });
                return told;
            }
            Told::new(
                Step::Applications,
                Outcome::Ok,
                format!("{count} applications can be chosen in routes."),
            )
            .then(Step::Comments)
        }
        Err(trouble) => Told::trouble(Step::Applications, &trouble)
            .remedy("Routes work without the list: write the names of applications by hand.")
            .then(Step::Comments),
    }
}

async fn list_comments(console: &Console, connection: &Connection) -> Told {
    let told = |outcome, words: &str| Told::new(Step::Comments, outcome, words);
    let told = match console.service.contrast().offers_comments(connection).await {
        Ok(CommentListing::Offered) => told(
            Outcome::Ok,
            "Comments can be listed: they cross both ways, edits and deletions included.",
        ),
        Ok(CommentListing::Unavailable) => told(
            Outcome::Skipped,
            "This Contrast does not list comments for us: comments cross from Jira to Contrast only. It is tried again daily.",
        ),
        Ok(CommentListing::SwitchedOff) => told(
            Outcome::Skipped,
            "Switched off in this connection: comments cross from Jira to Contrast only.",
        ),
        Ok(CommentListing::Unknown) => told(
            Outcome::Skipped,
            "There is no incident yet to try it on; the service finds out with the first.",
        ),
        Err(trouble) => Told::trouble(Step::Comments, &trouble),
    };
    told.then(Step::WebhookSecret)
}
