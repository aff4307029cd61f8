//! The door for Jira's webhooks: nothing is read before its signature is checked.
//!
//! A [`VerifiedDelivery`] cannot be built in any other way than by [`verify`]. Nothing of a
//! delivery's texts goes any further: what it says is read afresh from Jira.

use std::fmt;

use domain::{
    comment::CommentId,
    moment::Moment,
    ticket::{TicketId, TicketKey},
};

use crate::secrets::DoorKeys;

mod read;

/// Deliveries that say to be older than this are refused: Jira tries again for hours, not days.
const MAX_AGE_MS: u64 = 24 * 3_600_000;
/// How far ahead of ours Jira's clock may be.
const MAX_AHEAD_MS: u64 = 10 * 60_000;

/// Why a delivery is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// No secret is configured, or only empty ones.
    #[error("no secret is configured for this site's webhook")]
    NoSecret,
    /// The header is missing.
    #[error("the delivery is not signed")]
    NotSigned,
    /// The header is not `sha256=` and 64 hex digits.
    #[error("the signature has an unknown form")]
    UnknownForm,
    /// It was signed with another secret, or changed on its way.
    #[error("the signature is wrong")]
    Wrong,
}

/// Why a delivery that was signed is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDelivery {
    /// It makes no sense.
    #[error("the delivery is malformed: {0}")]
    Malformed(&'static str),
    /// Its time lies too far from now.
    #[error("the delivery is not of this day")]
    Replayed,
}

/// A delivery whose signature was checked.
pub struct VerifiedDelivery {
    body: Vec<u8>,
}

impl fmt::Debug for VerifiedDelivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body holds people's words and addresses.
        write!(formatter, "VerifiedDelivery({} bytes)", self.body.len())
    }
}

/// What a delivery says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When it happened.
    pub at: Moment,
    /// What happened; one delivery can hold two pieces of news.
    pub news: Vec<News>,
}

/// A piece of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Of a ticket.
    Ticket {
        /// Its identity.
        id: TicketId,
        /// Its key at that time.
        key: Option<TicketKey>,
        /// Whether its status category was *done*.
        status_category_done: Option<bool>,
        /// The name of its priority.
        priority: Option<String>,
        /// Its labels.
        labels: Vec<String>,
        /// When it was changed.
        updated_at: Option<Moment>,
        /// Whether it was deleted.
        deleted: bool,
    },
    /// Of a comment.
    Comment {
        /// Its identity.
        comment: CommentId,
        /// The ticket it stands (or stood) on; `None` when the delivery does not tell.
        ticket: Option<TicketId>,
        /// When it was changed.
        updated_at: Option<Moment>,
        /// Whether it was deleted.
        deleted: bool,
        /// Whether this only follows from something else, such as the deletion of its ticket.
        cascade: bool,
    },
    /// Of something that is not ours: the name of the event.
    Foreign(String),
}

/// Checks the value of `X-Hub-Signature` against the raw body, in constant time. Empty secrets do
/// not count: everybody can sign with nothing.
pub fn verify(
    body: &[u8],
    signature_header: Option<&str>,
    secrets: &DoorKeys,
) -> Result<VerifiedDelivery, Unverified> {
    if !secrets.can_sign() {
        return Err(Unverified::NoSecret);
    }
    let header = signature_header
        .map(str::trim)
        .filter(|header| !header.is_empty());
    let header = header.ok_or(Unverified::NotSigned)?;
    let digits = header
        .strip_prefix("sha256=")
        .ok_or(Unverified::UnknownForm)?;
    let signature = signature_of(digits).ok_or(Unverified::UnknownForm)?;
    match secrets.signed(body, &signature) {
        Some(true) => Ok(VerifiedDelivery {
            body: body.to_vec(),
        }),
        Some(false) => Err(Unverified::Wrong),
        None => Err(Unverified::NoSecret),
    }
}

impl VerifiedDelivery {
    /// Reads what it says. `cascade` tells that the header `X-Atlassian-Webhook-Flow` was
    /// `Secondary`.
    pub fn decode(self, now: Moment, cascade: bool) -> Result<Delivery, BadDelivery> {
        let (at, wire) = read::head_of(&self.body)?;
        if now.ms_since(at) > MAX_AGE_MS || at.ms_since(now) > MAX_AHEAD_MS {
            return Err(BadDelivery::Replayed);
        }
        Ok(Delivery {
            at,
            news: wire.into_news(cascade)?,
        })
    }
}

fn signature_of(digits: &str) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != signature.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in signature.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(signature)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
