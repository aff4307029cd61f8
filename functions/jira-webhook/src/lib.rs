//! The door for Jira's deliveries: verify, parse, store the wake-ups, reconcile.
//!
//! Answers 2xx only when every wake-up is stored. Nothing of a body that was not verified is looked
//! at, logged or kept.

use std::collections::BTreeSet;

use adapters::{
    door::{self, Door, MAX_BODY_BYTES, Received, Refusal},
    jira::delivery::{self, BadDelivery, News, VerifiedDelivery},
    service::Service,
    telemetry::{Function, Origin},
};
use domain::{
    case::{CaseId, Phase},
    link::Wakeup,
    moment::Moment,
    notice::{CommentNotice, TicketNotice, heard_of_comment, heard_of_ticket},
    ports::{Glimpse, Store as _},
    settings::{Settings, Site},
    ticket::{SiteName, TicketId},
    trouble::{Peer, Trouble},
};
use lambda_http::{Request, RequestExt as _, Response};

const PATH: &str = "/webhooks/jira/";

/// Handles one delivery.
pub async fn handle(service: &Service, request: Request) -> Response<String> {
    let mut origin = Origin::of(Function::JiraWebhook);
    if let Some(lambda) = request.lambda_context_ref() {
        origin = origin.with_ids(&lambda.request_id, lambda.xray_trace_id.as_deref());
    }
    let work = async {
        let received = receive(service, &request).await;
        let peer = named(&request).map(Peer::Site);
        service.note_delivery(peer, &received).await;
        Door::Jira.conclude(received)
    };
    service.watch(origin, work).await
}

/// The site that the path names, whether there is one of that name or not.
fn named(request: &Request) -> Option<SiteName> {
    let name = request.uri().path().strip_prefix(PATH)?;
    SiteName::new(name).ok()
}

async fn receive(service: &Service, request: &Request) -> Result<Received, Refusal> {
    let settings = service.settings().await.map_err(unavailable)?;
    let site = named(request)
        .and_then(|name| settings.sites.get(&name))
        .ok_or(Refusal::NoSuchDoor)?;
    let verified = verify(service, site, request).await?;
    let cascade = request
        .headers()
        .get("x-atlassian-webhook-flow")
        .is_some_and(|flow| flow.as_bytes().eq_ignore_ascii_case(b"secondary"));
    let delivery = verified
        .decode(service.clock.now(), cascade)
        .map_err(|bad| match bad {
            BadDelivery::Malformed(words) => Refusal::Malformed(words),
            BadDelivery::Replayed => {
                Refusal::Malformed("the delivery's timestamp is too old or lies ahead")
            }
        })?;
    let mut woken = BTreeSet::new();
    let mut ours = false;
    for news in delivery.news {
        let wakeup = hear(service, &settings, site, news)
            .await
            .map_err(unavailable)?;
        ours |= wakeup.is_ours();
        if let Heard::News(wakeup) = wakeup {
            service
                .store
                .wake(&wakeup, service.clock.now())
                .await
                .map_err(unavailable)?;
            woken.insert(wakeup.case);
        }
    }
    // Their clock may be ahead of ours.
    let happened_at = delivery.at.min(service.clock.now());
    let woken: Vec<(CaseId, Moment)> = woken.into_iter().map(|it| (it, happened_at)).collect();
    service.reconcile_now(&woken).await.map_err(unavailable)?;
    Ok(Received {
        heard: match (ours, woken.len()) {
            (false, _) => door::Heard::NotOurs,
            (true, 0) => door::Heard::NoNews,
            (true, _) => door::Heard::News,
        },
        summary: serde_json::json!({ "ours": ours, "news": woken.len() }),
    })
}

async fn verify(
    service: &Service,
    site: &Site,
    request: &Request,
) -> Result<VerifiedDelivery, Refusal> {
    let body: &[u8] = request.body();
    if body.len() > MAX_BODY_BYTES {
        return Err(Refusal::TooLarge);
    }
    let signature = request
        .headers()
        .get("x-hub-signature")
        .and_then(|value| value.to_str().ok());
    let peer = Peer::Site(site.name.clone());
    let secret = service
        .secrets
        .site(&peer, false)
        .await
        .map_err(unavailable)?;
    if let Ok(verified) = delivery::verify(body, signature, &secret.webhook_secrets) {
        return Ok(verified);
    }
    // The secret may have been rotated a moment ago.
    let secret = service
        .secrets
        .site(&peer, true)
        .await
        .map_err(unavailable)?;
    delivery::verify(body, signature, &secret.webhook_secrets).map_err(|_| Refusal::Unverified)
}

/// What a delivery is to us.
enum Heard {
    /// About nothing that we follow.
    NotOurs,
    /// About something that we follow, and that we know already.
    Known,
    /// A reason to look.
    News(Box<Wakeup>),
}

impl Heard {
    const fn is_ours(&self) -> bool {
        !matches!(self, Self::NotOurs)
    }
}

async fn hear(
    service: &Service,
    settings: &Settings,
    site: &Site,
    news: News,
) -> Result<Heard, Trouble> {
    let (wakeup, known) = match news {
        News::Ticket {
            id,
            key,
            status_category_done,
            priority,
            labels,
            deleted,
            ..
        } => {
            let Some(glimpse) = glimpse_of(service, settings, site, &id, &labels).await? else {
                return Ok(Heard::NotOurs);
            };
            let phase =
                status_category_done.map(|done| if done { Phase::Closed } else { Phase::Open });
            let notice = TicketNotice {
                ticket: id,
                key,
                phase,
                priority,
                deleted,
            };
            (heard_of_ticket(&notice, &glimpse), true)
        }
        News::Comment {
            ticket: Some(ticket),
            comment,
            updated_at,
            deleted,
            cascade,
        } => {
            let Some(glimpse) = glimpse_of(service, settings, site, &ticket, &[]).await? else {
                return Ok(Heard::NotOurs);
            };
            let notice = CommentNotice {
                comment,
                updated_at,
                deleted,
            };
            // A deleted ticket takes its comments along; nobody deleted those.
            let wakeup = if cascade {
                None
            } else {
                heard_of_comment(&notice, &glimpse)
            };
            (wakeup, true)
        }
        News::Comment { ticket: None, .. } | News::Foreign(_) => (None, false),
    };
    Ok(match wakeup {
        Some(wakeup) => Heard::News(Box::new(wakeup)),
        None if known => Heard::Known,
        None => Heard::NotOurs,
    })
}

/// The link of a ticket: by its id, or, while nobody knows the ticket yet, by our label on it.
async fn glimpse_of(
    service: &Service,
    settings: &Settings,
    site: &Site,
    ticket: &TicketId,
    labels: &[String],
) -> Result<Option<Glimpse>, Trouble> {
    let case = match service.store.case_of_ticket(&site.name, ticket).await? {
        Some(case) => Some(case),
        None => labels
            .iter()
            .find_map(|label| settings.case_of_label(label)),
    };
    match case {
        Some(case) => service.store.glimpse(&case, service.clock.now()).await,
        None => Ok(None),
    }
}

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn unavailable(trouble: Trouble) -> Refusal {
    tracing::error!(door = "jira", %trouble, "a delivery could not be stored");
    Refusal::Unavailable
}
