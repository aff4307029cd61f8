//! The largest links that there can be: each has to fit into an item, with room for its wake-ups.

use std::sync::Arc;

use adapters::{
    contrast::{Presented, PushItem, push},
    secrets::ConnectionSecret,
};
use domain::{
    case::{
        Application, CaseFacts, CloseReason, Observation, OrgId, Phase, RelatedIssue, Score,
        Server, Severity, SourceAddress,
    },
    comment::{CommentId, Nonce, Side},
    digest::Digest,
    link::{
        Aspect, Changed, Class, LateChange, Link, LinkState, Mishap, Origin, Posting, PostingState,
    },
    ports::{Saving, Store as _},
    reconcile::MAX_POSTINGS,
    rich_text::RichText,
    ticket::RemoteLink,
    words,
};
use serde_json::json;

use super::{at, case, glimpse, hold, keep, notes::pair, release, set, wake};
use crate::contract::{
    bench::Bench,
    sizes::{MOST_BYTES, bytes_of_item},
};

/// Entries of one list; the adapters take no more.
const ENTRIES: usize = 200;
/// Comments that are waiting to be looked at, each told of by its own delivery.
const WAITING: usize = 60;

/// Facts in which every text is as long as this one, and every list as long as lists may be.
fn facts_of(text: &str) -> CaseFacts {
    fn many<T: Clone>(one: T) -> Vec<T> {
        vec![one; ENTRIES]
    }
    let line = || Some(text.to_owned());
    let facts = CaseFacts {
        name: line(),
        phase: Some(Phase::Open),
        severity: Some(Severity::Critical),
        score: Score::new(9.9),
        summary: line(),
        url: line(),
        created_at: Some(at(1)),
        updated_at: Some(at(2)),
        last_attacked_at: Some(at(3)),
        closed_at: Some(at(4)),
        close_reason: Some(CloseReason::BenignTruePositive),
        assigned_to: line(),
        rules: many(text.to_owned()),
        applications: many(Application {
            id: line(),
            name: text.to_owned(),
        }),
        environments: many(text.to_owned()),
        source_addresses: many(SourceAddress {
            address: text.to_owned(),
            count: Some(u64::MAX),
            blocked: Some(false),
        }),
        request_urls: many(text.to_owned()),
        servers: many(Server {
            hostname: text.to_owned(),
            environment: line(),
            operating_system: line(),
        }),
        recommended_actions: many(RichText::from_plain(text)),
        runbooks: many(text.to_owned()),
        observations: many(Observation {
            detected_at: Some(at(5)),
            rule: line(),
            result: line(),
            request_url: line(),
            source_address: line(),
            attack_value: line(),
        }),
        observation_count: Some(u64::MAX),
        related_issues: many(RelatedIssue {
            number: text.to_owned(),
            title: text.to_owned(),
        }),
    };
    facts.bounded()
}

/// The ids that the products give: a UUID in Contrast, a number in Jira.
fn id_of(side: Side, number: usize) -> CommentId {
    let id = match side {
        Side::Case => format!("5d0c2f1e-7a64-4b39-9c8d-{number:012}"),
        Side::Ticket => format!("9{number:018}"),
    };
    CommentId::new(id).expect("an id")
}

/// A comment of ours in one of the states that take most.
fn posting(number: usize, refused: bool) -> Posting {
    let side = if number.is_multiple_of(2) {
        Side::Case
    } else {
        Side::Ticket
    };
    let state = if refused {
        PostingState::Refused {
            words: RichText::cut_plain(&"\u{10ffff}".repeat(500), 60),
            again_at: Some(at(9)),
        }
    } else {
        PostingState::Standing {
            nonce: Nonce::new("0123456789abcdef01234567").expect("an id"),
            copy: id_of(side, number),
            updated_at: Some(at(7)),
            missing: 2,
        }
    };
    Posting {
        side,
        origin: Origin::Original(id_of(side.other(), number)),
        digest: Digest::of(&["of", "it"]),
        state,
        body: None,
        original_seen: Some(at(8)),
    }
}

/// A remark that is owed, with its text.
fn remark(number: usize) -> Posting {
    let body = words::fields_left_out([("customfield_10050", "\u{10ffff}".repeat(500).as_str())]);
    Posting {
        origin: Origin::Remark(format!("dropped:customfield_{number}")),
        state: PostingState::Owed,
        body: Some(body),
        ..posting(1, false)
    }
}

fn largest(facts: CaseFacts, refused: bool) -> Link {
    let mut pair = pair("12345678901234567890");
    pair.remote_link = Some(RemoteLink {
        url: format!("https://contrast.example.com/{}", "u".repeat(2_000)),
        title: "t".repeat(255),
        resolved: true,
    });
    pair.resolution = Some("Won't do".to_owned());
    pair.late = (0..20)
        .map(|number| LateChange {
            changed: Changed::Comment {
                side: Side::Ticket,
                origin: Origin::Remark(format!("dropped:customfield_{number}")),
            },
            until: at(9),
        })
        .collect();
    let mut link = Link::new(case(1), at(0));
    link.state = LinkState::Linked(pair);
    link.facts = facts;
    link.mishap = Some(Mishap {
        words: "\u{10ffff}".repeat(600),
        at: at(6),
        stuck: true,
    });
    link.settings = Some(Digest::of(&["settings"]));
    link.postings = (0..MAX_POSTINGS)
        .map(|number| posting(number, refused))
        .chain((0..5).map(remark))
        .collect();
    link
}

async fn whole_life(bench: &Bench, link: Link, what: &str) {
    let (store, case) = (bench.store(), case(1));
    let mut wakeup = super::wakeup(&case, &[Aspect::Case]);
    wakeup.pushed = Some((link.facts.clone(), at(1)));
    store.wake(&wakeup, at(1)).await.expect("it is stored");
    let mut lease = hold(&store, &case, at(2)).await;
    lease.link = link.clone();
    let lease = keep(&store, lease, Saving::Keep, at(3)).await;
    let comments: Vec<Aspect> = (0..WAITING)
        .map(|number| Aspect::TicketCommentGone(id_of(Side::Ticket, number)))
        .collect();
    wake(&store, &case, &comments, at(4)).await;
    let item = bench.read(&format!("case#{case}"), "link").await;
    let bytes = bytes_of_item(&item.expect("it stands"));
    println!("{what}: {bytes} of {MOST_BYTES} bytes");
    assert!(
        bytes > MOST_BYTES / 2,
        "{what}: {bytes} is not large at all"
    );
    // More was wanted: the refusal tells the whole item.
    let lease = keep(&store, lease, Saving::Settled { due_at: None }, at(5)).await;
    assert_eq!(lease.aspects, set(&comments));
    assert_eq!(lease.pushed, Some((link.facts.clone(), at(1))));
    assert_eq!(lease.link, link);
    release(&store, lease, Saving::Settled { due_at: None }, at(6)).await;
    assert_eq!(glimpse(&store, &case, at(7)).await.link, link);
    let page = store.list_class(Class::Stuck, None, at(7)).await;
    assert_eq!(page.expect("a page").rows[0].0.link, link);
    bench.delete(&format!("case#{case}"), "link").await;
}

pub(in crate::contract) async fn the_largest_links_fit(bench: Arc<Bench>) {
    // Wide letters, and short texts, which take less than the frames around them.
    for text in ["\u{10ffff}".repeat(5_000), "w".repeat(60)] {
        let what = format!("facts of {} letters", text.chars().count());
        let link = largest(facts_of(&text), false);
        whole_life(&bench, link, &what).await;
    }
    let link = largest(facts_of(&"- w\n".repeat(5_000)), true);
    whole_life(&bench, link, "every comment refused").await;
}

/// Whatever a push says within the size of a delivery, its wake-up can be stored, and its case held.
pub(in crate::contract) async fn every_push_can_be_stored(bench: Arc<Bench>) {
    let (store, org) = (bench.store(), OrgId::new(super::ORG).expect("an id"));
    let deep = |tag: &str, inner: &str| {
        let open = format!("{{{{#{tag}}}}}{{{{#{inner}}}}}").repeat(40);
        let close = format!("{{{{/{inner}}}}}{{{{/{tag}}}}}").repeat(40);
        format!("{open}words{close}")
    };
    let actions = [
        "\u{10ffff}".repeat(20_000),
        "> ".repeat(60) + "quoted",
        "- ".repeat(60) + "listed",
        deep("unorderedList", "listElement"),
        deep("blockQuote", "blockQuote"),
        deep("blockQuote", "focus"),
        "- a\n".repeat(5_000),
        "{{#focus}}a{{/focus}} b ".repeat(800),
    ];
    for (number, action) in actions.into_iter().enumerate() {
        let case = case(number);
        let body = json!({
            "incidentId": case.number(),
            "incidentName": "\u{10ffff}".repeat(3_000),
            "summary": "\u{0}".repeat(9_000),
            "status": "OPEN",
            "severity": "HIGH",
            "timestamp": at(5).to_rfc3339(),
            "recommendedActions": vec![action.clone(); 2],
            "recommendedRunbooks": vec![format!("https://example.com/{}", "r".repeat(900)); 300],
        });
        let (facts, pushed_at) = decoded(&body.to_string(), &org);
        let mut wakeup = super::wakeup(&case, &[Aspect::Case]);
        wakeup.pushed = Some((facts.clone(), pushed_at));
        let told = format!("{:?}...", action.chars().take(40).collect::<String>());
        if let Err(trouble) = store.wake(&wakeup, at(6)).await {
            panic!("{told} cannot be stored: {trouble}");
        }
        // The facts go into the link, one level deeper.
        let mut lease = hold(&store, &case, at(7)).await;
        assert_eq!(lease.pushed, Some((facts.clone(), pushed_at)), "{told}");
        lease.link.facts = facts.clone();
        release(&store, lease, Saving::Settled { due_at: None }, at(8)).await;
        assert_eq!(glimpse(&store, &case, at(9)).await.link.facts, facts);
    }
}

/// What the door makes of a push.
fn decoded(body: &str, org: &OrgId) -> (CaseFacts, domain::moment::Moment) {
    let secret = ConnectionSecret {
        username: "FAKE-USER".into(),
        service_key: "FAKE-KEY".into(),
        api_key: "FAKE-KEY".into(),
        webhook_secrets: vec!["FAKE".into()].into(),
        webhook_basic: Vec::new().into(),
    };
    let presented = Presented {
        secret_header: Some("FAKE"),
        ..Presented::default()
    };
    let verified = push::verify(body.as_bytes(), presented, &secret);
    let items = verified.expect("it presents the secret").decode(org);
    match items.expect("it makes sense").pop() {
        Some(PushItem::Case { facts, at, .. }) => (*facts, at.expect("a time")),
        other => panic!("another thing: {other:?}"),
    }
}
