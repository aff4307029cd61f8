//! The marks that we leave in what we create, and which of them are ours although nobody remembers
//! them.
//!
//! A mark that nobody remembers counts as ours only where it was made for this case and stands below
//! the very words that we wrote. Otherwise whoever types or copies one would hide what they say.

use alloc::{format, string::String};

use crate::{
    case::CaseId,
    comment::{CommentReading, Nonce},
    digest::Digest,
    reconcile::record::description_digest,
    rich_text::RichText,
};

/// Parts what is random from what binds it.
const JOINT: char = '-';
/// Characters of the binding part; enough that nobody hits upon one.
const BINDING_CHARS: usize = 12;

/// The mark of a comment with those words on one of the case's sides.
pub fn mark_of_comment(random: &Nonce, case: &CaseId, body: &RichText) -> Nonce {
    bound(random, &binding(random.as_str(), case, Some(body)))
}

/// The same mark, bound to the words that the comment has from now on.
pub fn mark_of_edited(mark: &Nonce, case: &CaseId, body: &RichText) -> Nonce {
    let random = mark
        .as_str()
        .rsplit_once(JOINT)
        .and_then(|(random, _)| Nonce::new(random).ok());
    mark_of_comment(random.as_ref().unwrap_or(mark), case, body)
}

/// The mark of a case's ticket.
pub fn mark_of_ticket(random: &Nonce, case: &CaseId) -> Nonce {
    bound(random, &binding(random.as_str(), case, None))
}

/// Whether a comment is as we once wrote it for that case.
pub fn is_as_we_wrote_it(comment: &CommentReading, case: &CaseId) -> bool {
    let mark = comment.marker.as_ref().map(Nonce::as_str);
    mark.is_some_and(|mark| is_bound(mark, case, Some(&comment.body)))
}

/// Whether the mark of a ticket was made for that case.
pub fn is_of_ticket(mark: &str, case: &CaseId) -> bool {
    is_bound(mark, case, None)
}

fn is_bound(mark: &str, case: &CaseId, body: Option<&RichText>) -> bool {
    mark.rsplit_once(JOINT)
        .is_some_and(|(random, told)| told == binding(random, case, body))
}

fn binding(random: &str, case: &CaseId, body: Option<&RichText>) -> String {
    // Blind to how white space came back.
    let words = body.map(description_digest);
    let words = words.as_ref().map_or("ticket", Digest::as_str);
    let digest = Digest::of(&["mark", random, &format!("{case}"), words]);
    digest.as_str().chars().take(BINDING_CHARS).collect()
}

fn bound(random: &Nonce, binding: &str) -> Nonce {
    let mark = format!("{random}{JOINT}{binding}");
    // What is too long stays as it was: an unbound mark is still known by those who remember it.
    Nonce::new(mark).unwrap_or_else(|_| random.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{CaseKind, OrgId},
        comment::CommentId,
    };

    fn case(number: &str) -> CaseId {
        let org = OrgId::new("5b1c7c0e-0d3a-4a53-9d2e-7a5f6f1f0001").expect("an id");
        CaseId::new(org, CaseKind::Incident, number).expect("an id")
    }

    fn comment(mark: &Nonce, words: &str) -> CommentReading {
        CommentReading {
            id: CommentId::new("1").expect("an id"),
            author: "Ann".into(),
            created_at: None,
            updated_at: None,
            body: RichText::from_plain(words),
            internal: false,
            marker: Some(mark.clone()),
        }
    }

    #[test]
    fn a_mark_is_bound_to_its_case_and_its_words() {
        let random = Nonce::new("0123456789ab").expect("a mark");
        let mark = mark_of_comment(&random, &case("INC-1"), &RichText::from_plain("a\n\n- b"));
        assert!(is_as_we_wrote_it(&comment(&mark, "a\n- b"), &case("INC-1")));
        assert!(!is_as_we_wrote_it(
            &comment(&mark, "a\n\n- b"),
            &case("INC-2")
        ));
        assert!(!is_as_we_wrote_it(
            &comment(&mark, "x a\n- b"),
            &case("INC-1")
        ));
        assert!(!is_as_we_wrote_it(
            &comment(&random, "a\n\n- b"),
            &case("INC-1")
        ));
        assert!(!is_of_ticket(mark.as_str(), &case("INC-1")));
        let edited = mark_of_edited(&mark, &case("INC-1"), &RichText::from_plain("c"));
        assert!(is_as_we_wrote_it(&comment(&edited, "c"), &case("INC-1")));
        assert!(!is_as_we_wrote_it(
            &comment(&edited, "a\n\n- b"),
            &case("INC-1")
        ));
        let mark = mark_of_ticket(&random, &case("INC-1"));
        assert!(is_of_ticket(mark.as_str(), &case("INC-1")));
        assert!(!is_of_ticket(mark.as_str(), &case("INC-2")));
        assert!(!is_of_ticket("made-up", &case("INC-1")));
    }
}
