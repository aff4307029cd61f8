//! A scene: one case with its link, and what could be seen of it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    case::{CaseFacts, CaseId, CaseKind, OrgId, Phase, Severity},
    comment::{CommentId, CommentReading, Nonce, Side},
    link::{Link, LinkState, Origin, Pair, Posting, PostingState},
    moment::Moment,
    ports::{Found, Offered},
    reconcile::{
        Action, Decision, Plan, Seen, Urgency, plan,
        plan::Context,
        record::{record_opened, recorded_pair},
    },
    rich_text::RichText,
    settings::{Settings, document::tests::example},
    ticket::{Priority, Ticket, TicketDraft, TicketId, TicketKey, TicketReading},
};

pub(super) const NOW: Moment = Moment::from_epoch_ms(1_773_100_000_000);

/// One case, its link, and the settings.
pub(super) struct Scene {
    pub(super) settings: Settings,
    pub(super) link: Link,
    pub(super) now: Moment,
}

impl Scene {
    /// A case that was just raised.
    pub(super) fn raised() -> Self {
        let mut settings = example().validate().expect("in order");
        let priorities = &mut settings.routes[0].ticket.priorities;
        priorities.insert(Severity::High, "High".to_string());
        priorities.insert(Severity::Critical, "Highest".to_string());
        let org = OrgId::new("5b1c7c0e-0d3a-4a53-9d2e-7a5f6f1f0001").expect("an id");
        let case = CaseId::new(org, CaseKind::Incident, "INC-2026-7").expect("an id");
        let mut link = Link::new(case, NOW);
        link.facts = facts(Phase::Open, Severity::High);
        Self {
            settings,
            link,
            now: NOW,
        }
    }

    /// A case whose ticket is being opened; nobody knows how that ended.
    pub(super) fn opening() -> (Self, TicketDraft) {
        let mut scene = Self::raised();
        let planned = scene.plan(&Seen::default());
        let Some(Action::OpenTicket { draft, .. }) = planned.actions.first() else {
            panic!("a ticket is opened: {planned:?}");
        };
        scene.link = planned.learned.clone();
        (scene, (**draft).clone())
    }

    /// A case with a ticket that shows everything.
    pub(super) fn linked() -> Self {
        let (mut scene, draft) = Self::opening();
        let ticket = Ticket {
            site: scene.settings.routes[0].ticket.site.clone(),
            id: TicketId::new("10001").expect("an id"),
            key: TicketKey::new("SEC-1").expect("a key"),
        };
        let route = scene.settings.routes[0].name.clone();
        let wanted = draft.priority.clone();
        let facts = scene.link.facts.clone();
        let pair = recorded_pair(route, ticket, &draft, wanted, &facts, NOW);
        record_opened(&mut scene.link, pair, NOW);
        scene
    }

    pub(super) fn plan(&self, seen: &Seen) -> Plan {
        let context = Context {
            settings: &self.settings,
            seen,
            urgency: Urgency::Event,
            now: self.now,
            seed: "seed",
        };
        plan(&self.link, context)
    }

    pub(super) fn decided(&self, seen: &Seen) -> Vec<Decision> {
        self.plan(seen).decisions
    }

    /// The ticket as we left it, in a phase.
    pub(super) fn ticket(phase: Phase) -> TicketReading {
        let (_, draft) = Self::opening();
        TicketReading {
            id: TicketId::new("10001").expect("an id"),
            key: TicketKey::new("SEC-1").expect("a key"),
            phase,
            status: "Any".to_string(),
            resolution: None,
            priority: draft.priority.map(priority),
            description: Some(draft.description),
            updated_at: None,
            marker: Some(draft.marker),
        }
    }

    pub(super) fn pair(&mut self) -> &mut Pair {
        let LinkState::Linked(pair) = &mut self.link.state else {
            panic!("there is a ticket");
        };
        pair
    }

    /// A mirror in Jira of the original `c1` in Contrast.
    pub(super) fn with_mirror(mut self, state: PostingState) -> Self {
        self.link.postings.push(Posting {
            side: Side::Ticket,
            origin: Origin::Original(comment_id("c1")),
            digest: comment("c1").digest(),
            state,
            body: None,
            original_seen: None,
        });
        self
    }
}

pub(super) fn facts(phase: Phase, severity: Severity) -> CaseFacts {
    CaseFacts {
        phase: Some(phase),
        severity: Some(severity),
        created_at: Some(NOW),
        ..CaseFacts::default()
    }
}

pub(super) fn priority(name: String) -> Priority {
    Priority {
        id: "1".to_string(),
        name,
    }
}

pub(super) fn comment_id(id: &str) -> CommentId {
    CommentId::new(id).expect("an id")
}

pub(super) fn nonce(text: &str) -> Nonce {
    Nonce::new(text).expect("an id")
}

pub(super) fn comment(id: &str) -> CommentReading {
    CommentReading {
        id: comment_id(id),
        author: "Mara".to_string(),
        created_at: Some(NOW),
        updated_at: None,
        body: RichText::from_plain("Looking into it."),
        internal: false,
        marker: None,
    }
}

pub(super) fn standing(missing: u8) -> PostingState {
    PostingState::Standing {
        nonce: nonce("mark"),
        copy: comment_id("2001"),
        updated_at: None,
        missing,
    }
}

pub(super) fn case_seen(facts: CaseFacts) -> Seen {
    Seen {
        case: Some(Found::Present(facts)),
        ..Seen::default()
    }
}

pub(super) fn case_comments(comments: Vec<CommentReading>) -> Seen {
    Seen {
        case_comments: Some(Offered::Done(comments)),
        ..Seen::default()
    }
}
