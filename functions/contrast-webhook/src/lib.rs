//! The door for Contrast's pushes: verify, parse, store the wake-ups, reconcile.
//!
//! Answers 2xx only when every wake-up is stored. Nothing of a body that was not verified is looked
//! at, logged or kept.

use std::collections::{BTreeMap, BTreeSet};

use adapters::{
    contrast::push::{self, Presented, PushItem, VerifiedPush},
    door::{Door, Heard, MAX_BODY_BYTES, Received, Refusal},
    service::Service,
    telemetry::{Function, Origin},
};
use domain::{
    case::{CaseFacts, CaseId},
    link::Wakeup,
    moment::Moment,
    notice::heard_of_case,
    ports::{Glimpse, Store as _},
    settings::{Connection, ConnectionName},
    trouble::{Peer, Trouble},
};
use lambda_http::{Request, RequestExt as _, Response};

const PATH: &str = "/webhooks/contrast/";
/// The header that carries the shared secret.
const SECRET_HEADER: &str = "x-northstar-secret";

/// What a push about a case tells.
type Told = (CaseId, CaseFacts, Option<Moment>);

/// Handles one delivery.
pub async fn handle(service: &Service, request: Request) -> Response<String> {
    let mut origin = Origin::of(Function::ContrastWebhook);
    if let Some(lambda) = request.lambda_context_ref() {
        origin = origin.with_ids(&lambda.request_id, lambda.xray_trace_id.as_deref());
    }
    let work = async {
        let received = receive(service, &request).await;
        let peer = named(&request).map(Peer::Connection);
        service.note_delivery(peer, &received).await;
        Door::Contrast.conclude(received)
    };
    service.watch(origin, work).await
}

/// The connection that the path names, whether there is one of that name or not.
fn named(request: &Request) -> Option<ConnectionName> {
    let name = request.uri().path().strip_prefix(PATH)?;
    ConnectionName::new(name).ok()
}

async fn receive(service: &Service, request: &Request) -> Result<Received, Refusal> {
    let settings = service.settings().await.map_err(unavailable)?;
    let connection = named(request)
        .and_then(|name| settings.connections.get(&name))
        .ok_or(Refusal::NoSuchDoor)?;
    let verified = verify(service, connection, request).await?;
    let items = verified
        .decode(&connection.org)
        .map_err(|malformed| Refusal::Malformed(malformed.0))?;
    let mut told = Vec::new();
    let mut ignored = 0;
    for item in items {
        match item {
            PushItem::Case { case, facts, at } => told.push((case, *facts, at)),
            PushItem::Attack | PushItem::Foreign(_) => ignored += 1,
        }
    }
    let heard = told.len();
    let woken = store_wakeups(service, told).await.map_err(unavailable)?;
    service.reconcile_now(&woken).await.map_err(unavailable)?;
    Ok(Received {
        heard: match (heard, woken.len()) {
            (0, _) => Heard::NotOurs,
            (_, 0) => Heard::NoNews,
            _ => Heard::News,
        },
        summary: serde_json::json!({ "cases": heard, "news": woken.len(), "not_ours": ignored }),
    })
}

async fn verify(
    service: &Service,
    connection: &Connection,
    request: &Request,
) -> Result<VerifiedPush, Refusal> {
    let body: &[u8] = request.body();
    if body.len() > MAX_BODY_BYTES {
        return Err(Refusal::TooLarge);
    }
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let presented = Presented {
        secret_header: header(SECRET_HEADER),
        authorization: header("authorization"),
    };
    let peer = Peer::Connection(connection.name.clone());
    let secret = service
        .secrets
        .connection(&peer, false)
        .await
        .map_err(unavailable)?;
    if let Ok(verified) = push::verify(body, presented, &secret) {
        return Ok(verified);
    }
    // The secret may have been rotated a moment ago.
    let secret = service
        .secrets
        .connection(&peer, true)
        .await
        .map_err(unavailable)?;
    push::verify(body, presented, &secret).map_err(|_| Refusal::Unverified)
}

/// Stores a wake-up for each case with news; answers with those cases, each once, and when it
/// happened, which is now where the push does not tell. However often a delivery names a case, the
/// store hears of it twice at the most.
async fn store_wakeups(
    service: &Service,
    told: Vec<Told>,
) -> Result<Vec<(CaseId, Moment)>, Trouble> {
    let now = service.clock.now();
    let cases: BTreeSet<CaseId> = told.iter().map(|(case, _, _)| case.clone()).collect();
    let cases: Vec<CaseId> = cases.into_iter().collect();
    let known: BTreeMap<CaseId, Glimpse> = service
        .store
        .glimpse_many(&cases, now)
        .await?
        .into_iter()
        .map(|glimpse| (glimpse.link.case.clone(), glimpse))
        .collect();
    let mut wakeups: BTreeMap<CaseId, Wakeup> = BTreeMap::new();
    let mut no_news: BTreeMap<CaseId, Moment> = BTreeMap::new();
    for (case, facts, at) in told {
        // A clock that is ahead must not make later pushes look stale.
        let at = at.map(|at| at.min(now));
        // Within one delivery, what comes after news is compared with what is not known yet.
        let glimpse = known.get(&case).filter(|_| !wakeups.contains_key(&case));
        match (heard_of_case(&case, &facts, at, glimpse), at) {
            (Some(wakeup), _) => {
                let before = wakeups.remove(&case);
                wakeups.insert(case, both(before, wakeup));
            }
            (None, Some(at)) => {
                let latest = no_news.entry(case).or_insert(at);
                *latest = at.max(*latest);
            }
            (None, None) => {}
        }
    }
    for (case, at) in &no_news {
        service.store.note_push(case, *at).await?;
    }
    for wakeup in wakeups.values() {
        service.store.wake(wakeup, now).await?;
    }
    let happened_at = |wakeup: &Wakeup| wakeup.pushed.as_ref().map_or(now, |(_, at)| *at);
    Ok(wakeups
        .into_iter()
        .map(|(case, wakeup)| (case, happened_at(&wakeup)))
        .collect())
}

/// Two wake-ups of one case as one: all that may have changed, and the later of the pushes.
fn both(before: Option<Wakeup>, mut later: Wakeup) -> Wakeup {
    let Some(before) = before else {
        return later;
    };
    later.aspects.extend(before.aspects);
    let at = |pushed: &Option<(CaseFacts, Moment)>| pushed.as_ref().map(|(_, at)| *at);
    if at(&before.pushed) > at(&later.pushed) {
        later.pushed = before.pushed;
    }
    later
}

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn unavailable(trouble: Trouble) -> Refusal {
    tracing::error!(door = "contrast", %trouble, "a delivery could not be stored");
    Refusal::Unavailable
}
