//! A link: our record that pairs a case with its ticket, and remembers the values both sides last
//! agreed on.
//!
//! A link never says more than is known: each state carries the evidence for it.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseFacts, CaseId, Phase},
    comment::{Nonce, Side},
    digest::Digest,
    moment::Moment,
    settings::RouteName,
    ticket::{RemoteLink, SiteName, Ticket, TicketId, TicketKey},
};

mod aspect;
mod posting;

pub use aspect::{Aspect, Wakeup};
pub use posting::{Origin, Posting, PostingState};

/// Our record of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The case.
    pub case: CaseId,
    /// How far we are with it.
    pub state: LinkState,
    /// What is known of the case.
    pub facts: CaseFacts,
    /// As of when status and severity are known: the last reading, or our own change.
    pub facts_at: Moment,
    /// Whether the facts were enriched over REST already.
    pub enriched: bool,
    /// The comments we wrote, or owe, on either side.
    pub postings: Vec<Posting>,
    /// How often in a row we could not finish.
    pub attempts: u32,
    /// What kept us from finishing, if anything did.
    pub mishap: Option<Mishap>,
    /// The settings under which it was last looked at.
    pub settings: Option<Digest>,
    /// The last time that anything happened; decides how often it is looked at.
    pub active_at: Moment,
}

impl Link {
    /// A case we have just heard of.
    pub fn new(case: CaseId, now: Moment) -> Self {
        Self {
            case,
            state: LinkState::New,
            facts: CaseFacts::default(),
            facts_at: Moment::from_epoch_ms(0),
            enriched: false,
            postings: Vec::new(),
            attempts: 0,
            mishap: None,
            settings: None,
            active_at: now,
        }
    }

    /// The pair, if there is a ticket.
    pub const fn pair(&self) -> Option<&Pair> {
        match &self.state {
            LinkState::Linked(pair) => Some(pair),
            LinkState::New
            | LinkState::Unrouted { .. }
            | LinkState::Opening(_)
            | LinkState::Unlinked(_) => None,
        }
    }

    /// Whether it waits for a person.
    pub fn is_stuck(&self) -> bool {
        self.mishap.as_ref().is_some_and(|mishap| mishap.stuck)
    }

    /// How often the sweep looks at it unasked.
    pub fn class(&self, now: Moment) -> Class {
        const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
        if self.is_stuck() {
            return Class::Stuck;
        }
        match &self.state {
            LinkState::Unrouted { .. } | LinkState::Unlinked(_) => Class::Unrouted,
            LinkState::Linked(pair)
                if pair.phase.case == Phase::Closed && pair.phase.ticket == Phase::Closed =>
            {
                Class::Closed
            }
            LinkState::New | LinkState::Opening(_) | LinkState::Linked(_) => {
                match now.ms_since(self.active_at) / DAY_MS {
                    0 => Class::Hot,
                    1..=13 => Class::Warm,
                    _ => Class::Cold,
                }
            }
        }
    }
}

/// How far we are with a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
// There are few links in memory at a time, and most of them are linked.
#[allow(clippy::large_enum_variant)]
pub enum LinkState {
    /// Nothing is decided yet.
    New,
    /// No route wants it.
    Unrouted {
        /// Why, for people.
        reason: String,
    },
    /// A route wants a ticket, and there is none that we know of.
    Opening(Opening),
    /// There is a ticket.
    Linked(Pair),
    /// A person cut it from its ticket: nothing is opened or written for it until a person says so.
    Unlinked(Unlinked),
}

/// A pair that a person cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlinked {
    /// The route that opened the ticket.
    pub route: RouteName,
    /// The ticket.
    pub ticket: Ticket,
    /// When it was cut.
    pub since: Moment,
}

/// A ticket that is about to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The route that wants it.
    pub route: RouteName,
    /// The site it is opened on, whatever becomes of the route.
    pub site: SiteName,
    /// Set while the create call may be under way, or its outcome unknown.
    pub claim: Option<Claim>,
    /// Optional fields that Jira refused, with its words; they are left out from now on.
    pub dropped: Vec<DroppedField>,
    /// A ticket with the case's label that a delivery named, and that cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<NamedTicket>,
}

/// A ticket as a delivery names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedTicket {
    /// Its id.
    pub id: TicketId,
    /// Its key, where it was told.
    pub key: Option<TicketKey>,
}

/// The right to create one thing, and the mark it will bear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The mark.
    pub nonce: Nonce,
    /// When it was taken.
    pub at: Moment,
    /// What the ticket shows if it was opened: whoever finds it tells by that what changed since.
    #[serde(default)]
    pub drafted: Option<Drafted>,
}

/// What a ticket shows of its case when it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// See `Pair::priority`.
    pub priority: Agreed<Option<String>>,
    /// See `Pair::description`.
    pub description: Agreed<Digest>,
}

/// A field that Jira refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedField {
    /// Its id.
    pub field: String,
    /// Jira's words.
    pub words: String,
}

/// What each side held when we last looked and left both in peace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed<T> {
    /// The case side.
    pub case: T,
    /// The ticket side.
    pub ticket: T,
}

/// A case and its ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The route that opened it.
    pub route: RouteName,
    /// The ticket.
    pub ticket: Ticket,
    /// When it was opened.
    pub opened_at: Moment,
    /// Open or closed.
    pub phase: Agreed<Phase>,
    /// Case side: the priority that the severity asks for. Ticket side: the one that we gave it; any
    /// other is a person's, for as long as it stands.
    pub priority: Agreed<Option<String>>,
    /// The priority it had when it was last read.
    pub priority_seen: Option<String>,
    /// Case side: fingerprint of severity and score. Ticket side: of the description that we wrote;
    /// any other is a person's.
    pub description: Agreed<Digest>,
    /// How often we moved a side after the other; tells conflicts apart.
    pub moves: u32,
    /// The resolution's name, as last seen.
    pub resolution: Option<String>,
    /// The link to the case as we last wrote it.
    pub remote_link: Option<RemoteLink>,
    /// Whether the ticket could be read last time.
    pub reach: Reach,
    /// Since when the case cannot be read any more.
    pub case_gone_since: Option<Moment>,
    /// Whether the case's comments have to be read once more: nobody polls those of a closed case,
    /// and people write a last word before they close.
    pub comments_owed: bool,
    /// The ticket's time of change when ticket and comments were last read together.
    pub ticket_seen: Option<Moment>,
    /// Changes of ours whose answers nobody heard, while they may still take effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<LateChange>,
}

/// A change of ours whose answer nobody heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChange {
    /// What it changes.
    pub changed: Changed,
    /// After that it takes effect no more.
    pub until: Moment,
}

/// What a change changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changed {
    /// The link from the ticket to the case.
    RemoteLink,
    /// The text of a comment of ours.
    Comment {
        /// On which side.
        side: Side,
        /// Which.
        origin: Origin,
    },
    /// Whether a side is open.
    Phase {
        /// Which side.
        side: Side,
        /// What it becomes.
        to: Phase,
    },
    /// Fields of the ticket.
    Fields {
        /// The new priority, if it was to change.
        priority: Option<String>,
        /// The fingerprint of the new description, if it was to change.
        description: Option<Digest>,
    },
}

/// Whether a ticket can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// It can.
    Reachable,
    /// It is deleted, or hidden from us: Jira does not say which.
    Unreachable {
        /// Since when.
        since: Moment,
    },
}

/// What kept us from finishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mishap {
    /// In words, for people.
    pub words: String,
    /// When.
    pub at: Moment,
    /// Whether trying again is pointless until a person has acted.
    pub stuck: bool,
}

/// How often the sweep looks at a link unasked, and the list it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Something happened within a day.
    Hot,
    /// Within two weeks.
    Warm,
    /// Longer ago.
    Cold,
    /// Both sides are closed.
    Closed,
    /// No route wants it, or a person cut it from its ticket.
    Unrouted,
    /// Waits for a person.
    Stuck,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 6] = [
        Self::Hot,
        Self::Warm,
        Self::Cold,
        Self::Closed,
        Self::Unrouted,
        Self::Stuck,
    ];

    /// The word in the store and on the status page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Warm => "warm",
            Self::Cold => "cold",
            Self::Closed => "closed",
            Self::Unrouted => "unrouted",
            Self::Stuck => "stuck",
        }
    }
}

/// One line of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Moment,
    /// What was done, for people.
    pub words: String,
}

/// Which ticket a pointer leads from.
pub type TicketAddress = (SiteName, TicketId);
