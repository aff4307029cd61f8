//! How the simulated Contrast behaves where the real one is unknown or differs between tenants.
//!
//! Switches only. The defaults are the behaviour that is hardest on a client.

/// What a row of the incident list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// As much as reading the incident gives.
    Full,
    /// The id and the status only, and among them a row without an id.
    Sparse,
}

/// In which shape comments are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentList {
    /// A bare array of all.
    Array,
    /// `content` and `page`, in pages.
    Paged,
    /// All under `comments`.
    Keyed,
    /// Not at all: this status (404, 405 or 501).
    Off(u16),
}

/// Whether an operation exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It does.
    On,
    /// It does not: this status (404, 405 or 501).
    Off(u16),
}

/// What setting an incident to the status that it has leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameStatus {
    /// It succeeds and changes nothing.
    Accepted,
    /// A 400 which says that it already has that status.
    Refused,
}

/// What a kind of change stirs up besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stir {
    /// The case moves to the front of the list that is sorted by `updatedDt`.
    pub moves_updated: bool,
    /// A push is sent.
    pub pushes: bool,
}

/// All switches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The rows of the incident list.
    pub rows: Rows,
    /// Listing comments.
    pub comment_list: CommentList,
    /// Changing a comment.
    pub comment_edits: Switch,
    /// Deleting a comment.
    pub comment_deletions: Switch,
    /// Closing what is closed, opening what is open (incidents).
    pub same_status: SameStatus,
    /// What a status or a new comment is answered with: 200 or 201.
    pub written: u16,
    /// What an unknown incident or issue is answered with: 404, or 401 as on some tenants.
    pub absent: u16,
    /// What comments stir up.
    pub comments: Stir,
    /// What changes of status stir up, by people and by the API alike.
    pub statuses: Stir,
    /// Whether the forwarder is set up: without it nothing is ever pushed.
    pub forwarder: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            rows: Rows::Full,
            comment_list: CommentList::Array,
            comment_edits: Switch::On,
            comment_deletions: Switch::On,
            same_status: SameStatus::Refused,
            written: 200,
            absent: 404,
            comments: Stir {
                moves_updated: false,
                pushes: false,
            },
            statuses: Stir {
                moves_updated: true,
                pushes: true,
            },
            forwarder: true,
        }
    }
}
