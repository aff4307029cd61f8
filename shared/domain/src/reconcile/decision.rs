//! Decisions: every branch of the planner, the recovery and the sweep, by name.
//!
//! They say why something was done or left, and nothing depends on them: they are never read to
//! decide anything.

use alloc::{string::String, vec::Vec};

#[cfg(test)]
mod tests;

/// Declares the decisions; the compiler keeps `ALL` and the words complete.
macro_rules! decisions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// A branch that was taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Decision {
            $($(#[$doc])* $name,)+
        }

        impl Decision {
            /// All decisions there are.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$name),+];

            /// The word in log lines; it never changes.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

decisions! {
    // Whether a ticket is opened.
    /// No route takes the case, so that it gets no ticket.
    Unrouted = "unrouted",
    /// The case is older than the start of the route that would take it, so that it gets no ticket.
    TooOld = "too-old",
    /// A fact that decides about the route is not known, so that it is asked for again for a while.
    UnclearRoute = "unclear-route",
    /// The case was closed before it had a ticket, so that none is opened.
    ClosedBeforeOpening = "closed-before-opening",
    /// The route of a ticket that was never opened is gone, so that a route is chosen anew.
    RoutedAnew = "routed-anew",
    /// A route wants the case, or may want it, so that more is read about it first.
    Enriched = "enriched",
    /// A route wants the case and no ticket can stand, so that one is opened.
    Opened = "opened",
    /// Jira refused fields that a ticket can do without, so that they are left out from now on.
    FieldDropped = "field-dropped",

    // What became of a creation.
    /// A creation certainly had no effect, so that its claim is given back.
    ClaimGivenBack = "claim-given-back",
    /// Nobody knows what became of a creation, so that its claim stands until its mark is sought.
    ClaimKept = "claim-kept",
    /// Nobody knows whether the ticket was opened, so that it is searched for by its label.
    ClaimSearched = "claim-searched",
    /// The same where Jira refused labels, so that what was created since the claim is searched.
    ClaimSearchedByTime = "claim-searched-by-time",
    /// A delivery names a ticket while nobody knows whether ours was opened, so that it is read.
    CandidateRead = "candidate-read",
    /// A ticket bears the case's mark, so that it is taken for the case's own.
    AdoptedByMark = "adopted-by-mark",
    /// A delivery named a ticket with the case's label that nobody can read, and no other is found, so
    /// that it is taken for the case's own.
    AdoptedUnreadable = "adopted-unreadable",
    /// No ticket is found yet and the creation may still show up, so that it is waited for.
    ClaimWaited = "claim-waited",
    /// No ticket is found and none can show up any more, so that the claim is taken anew.
    ClaimLapsed = "claim-lapsed-opened-again",
    /// The mark of a comment is found, so that it is known to stand.
    CommentClaimFound = "comment-claim-found",
    /// The mark of a comment is not found yet, so that it is waited for.
    CommentClaimWaited = "comment-claim-waited",
    /// The mark of a comment is not found and its call is long over, so that it is owed again.
    CommentClaimLapsed = "comment-claim-lapsed",
    /// The mark of a comment cannot be sought, so that it is given up rather than doubled.
    CommentGivenUp = "comment-given-up",
    /// A comment is refused for good, so that the rest goes on without it.
    CommentRefused = "comment-refused",
    /// A comment was refused a while ago, so that it is tried again.
    CommentTriedAgain = "refused-comment-tried-again",

    // Whether both sides can be reached.
    /// The ticket cannot be read any more, so that nothing follows it and people are told.
    TicketHidden = "ticket-hidden",
    /// The ticket can be read again, so that it is followed again.
    TicketReachableAgain = "ticket-reachable-again",
    /// The ticket has another key, so that it is called by that one.
    TicketMoved = "ticket-moved",
    /// Contrast does not show the case any more, so that its ticket is left as it is.
    CaseGone = "case-gone",
    /// Contrast shows the case again, so that it is followed again.
    CaseReachableAgain = "case-reachable-again",
    /// What was to be written to went away since it was looked at, so that it is looked at again.
    GoneWhenWriting = "gone-when-writing",
    /// Connection, site or route are gone from the settings, so that the case is stuck.
    GoneFromSettings = "gone-from-settings",

    // Status, priority and description.
    /// Both sides changed a field and hold the same, so that nothing is written.
    BothAlike = "both-alike",
    /// A value changed whose other side was not read, so that it is read before it is written over.
    ReadBeforeWriting = "read-before-writing",
    /// The case was closed or reopened, so that the ticket follows.
    TicketFollowsPhase = "case-changed-ticket-follows-phase",
    /// The ticket was closed or reopened, so that the case follows.
    CaseFollowsPhase = "ticket-changed-case-follows-phase",
    /// The ticket's status changed and the route keeps that at home, so that the sides differ.
    PhaseLeftApart = "phase-left-apart",
    /// Both sides changed their status and differ, so that the open one wins and people are told.
    ConflictOpenWins = "conflict-open-wins",
    /// No way leads from the ticket's status to the wanted one, so that the case is stuck.
    TransitionMissing = "transition-missing",
    /// Each way to the wanted status demands a field without a value, so that the case is stuck.
    TransitionDemandsField = "transition-demands-field",
    /// The severity changed, so that the ticket's priority follows.
    TicketFollowsPriority = "case-changed-ticket-follows-priority",
    /// The new severity asks for no priority, so that the ticket keeps the one it has.
    PriorityUnmapped = "priority-unmapped",
    /// Severity or score changed, so that the ticket's description follows.
    TicketFollowsDescription = "case-changed-ticket-follows-description",
    /// People edited priority or description in Jira, so that theirs stays.
    EditOfPeopleLeft = "edit-of-people-left",
    /// Severity and priority both changed, so that people's priority stays and a remark tells.
    ConflictPriorityLeft = "conflict-priority-left",
    /// What the description shows and the description both changed, so that people's text stays.
    ConflictDescriptionLeft = "conflict-description-left",

    // What took effect late.
    /// A change of ours whose answer nobody heard landed late, so that it counts as ours.
    LateChangeTaken = "late-change-taken-for-ours",
    /// A change of ours whose answer nobody heard may have landed late, so that it is written over.
    LateChangeWrittenOver = "late-change-written-over",

    // What shows each side to the other.
    /// The ticket's link to its case is missing or old, so that it is written.
    RemoteLinkWritten = "remote-link-written",
    /// The ticket's link to its case is old and can wait, so that it is left to the sweep.
    RemoteLinkLeftToSweep = "remote-link-left-to-sweep",
    /// No comment shows the ticket on its case, so that it is written.
    TicketShown = "ticket-shown-on-case",
    /// The comment that shows the ticket on its case is old, so that it is edited.
    TicketShownAnew = "ticket-shown-anew",
    /// People have to be told something, so that a remark is written.
    RemarkWritten = "remark-written",

    // Comments of people.
    /// An original has no mirror, so that one is written.
    MirrorWritten = "mirror-written",
    /// An original was edited, so that its mirror is edited.
    MirrorEdited = "mirror-edited",
    /// A comment is internal, so that it stays in Jira.
    InternalLeftAtHome = "internal-left-at-home",
    /// A mirrored comment was made internal, so that its mirror is deleted.
    MirrorHiddenInternal = "mirror-hidden-internal",
    /// One complete listing lacks a mirror's original, so that a second one is asked for.
    FirstListingWithoutIt = "first-listing-without-it",
    /// A listing holds an original again that an earlier one lacked, so that its mirror stays.
    ListedAgain = "listed-again",
    /// A delivery and a listing both say that an original is gone, so that its mirror is deleted.
    MirrorDeletedOnDelivery = "mirror-deleted-on-delivery",
    /// Two complete listings in a row lack an original, so that its mirror is deleted.
    MirrorDeletedAfterTwoListings = "mirror-deleted-after-two-listings",
    /// An original is gone and the route keeps deletions at home, so that its mirror stays.
    MirrorLeftStanding = "mirror-left-standing",
    /// The original of a mirror that was never written is gone, so that it is owed no longer.
    MirrorOwedNoLonger = "mirror-owed-no-longer",
    /// People deleted a comment of ours, so that it is not written again.
    DeletedByPeople = "deleted-by-people-remembered",
    /// A comment bears a mark that stands on another one, so that it is a person's copy of it.
    CopiedMark = "copied-mark-is-a-persons",
    /// A comment bears a mark of ours that nobody remembers, so that it is not mirrored.
    UnknownMark = "unknown-mark-left-alone",
    /// The case has as many comments of ours as fit, so that no more cross and people are told.
    TooManyComments = "too-many-comments",
    /// A closed case's comments are to be read once more, so that it is left to the sweep.
    LastWordsLeftToSweep = "last-words-left-to-sweep",
    /// Contrast does not list its comments, so that nothing is concluded about them.
    CommentsUnavailable = "case-comments-unavailable",
    /// Contrast does not edit or delete comments, so that a mirror there is left as it is.
    OperationUnavailable = "comment-operation-unavailable",

    // One run.
    /// Another worker has the lease, so that the wish is left to it.
    HeldByAnother = "held-by-another",
    /// Another worker took the lease because ours had lapsed, so that what we learned is dropped.
    LeaseLost = "lease-lost",
    /// The holder before us let the lease lapse, so that everything is read.
    LeaseLapsed = "lease-lapsed-read-everything",
    /// A push is fresh and tells enough, so that the case is not read.
    PushStoodIn = "push-stood-in-for-reading",
    /// More was wanted meanwhile and nothing of what was in hand, so that only that is looked at.
    OnlyNewWanted = "more-was-wanted-all-new",
    /// What was in hand was wanted again meanwhile, so that all of it is looked at again.
    WantedAgain = "more-was-wanted-again",
    /// More was wanted meanwhile than this run takes up, so that the case is due at once.
    LeftDueForMore = "more-was-wanted-left-due",
    /// The time or the rounds of this run are used up, so that the case is due at once.
    OutOfTime = "out-of-time",
    /// Something failed that may pass, so that it is tried again after a growing while.
    BackedOff = "backed-off",
    /// The other side said when to come again, so that it is not tried before.
    AgainNotBefore = "again-not-before",
    /// Too many tries in a row failed, so that the case is stuck.
    StuckAfterAttempts = "stuck-after-attempts",
    /// Something failed that will not pass, so that the case is stuck.
    StuckAtOnce = "stuck-at-once",
    /// A peer refuses our credentials, so that it is paused.
    CredentialsRefused = "refused-credentials",
    /// A peer is paused, so that it is not asked.
    PeerPaused = "paused-peer",

    // What a sweep finds.
    /// A paused peer accepts us again, so that what waited for it is due.
    PeerAcceptsAgain = "peer-accepts-again",
    /// The settings changed, so that an unrouted or stuck case is looked at again.
    SettingsRedriven = "settings-changed-redriven",
    /// Cases are due, so that they are reconciled.
    FoundDue = "found-due",
    /// A listing in Contrast shows a case that nobody has heard of.
    FoundNewByWalk = "found-new-by-walk",
    /// A listing in Contrast shows a case that moved up or looks different.
    FoundByWalk = "found-by-walk",
    /// A page further down a listing in Contrast shows a case that looks different.
    FoundFurtherDown = "found-further-down",
    /// A walk or a search had to leave it for later, and the sweep came to it while catching up.
    CaughtUpWith = "caught-up-with",
    /// A route takes older cases too, so that a portion of them is taken up.
    Backfilled = "backfilled",
    /// A search in Jira shows a ticket that changed.
    FoundBySearch = "found-by-search",
    /// A bulk read of tickets in their turn shows one that changed.
    FoundByRotation = "found-by-rotation",
    /// A bulk read of tickets in their turn lacks one, so that it is read by itself.
    FoundLeftOut = "found-left-out-of-bulk-read",
    /// A case has aged or grown young, so that it is saved anew in its class.
    ClassMoved = "moved-to-present-class",
    /// The comments of a case in Contrast have their turn, so that they are read.
    CommentsPolled = "comments-polled",
    /// Its time or a portion is used up, so that the next sweep goes on from there.
    StoppedInGoodOrder = "stopped-in-good-order",
}

impl Decision {
    /// Notes it, once however often it is taken.
    pub fn note_in(self, decisions: &mut Vec<Self>) {
        if !decisions.contains(&self) {
            decisions.push(self);
        }
    }

    /// The words of several, for one field of a log line.
    pub fn words(decisions: &[Self]) -> String {
        let words: Vec<&str> = decisions.iter().map(|it| it.word()).collect();
        words.join(",")
    }
}
