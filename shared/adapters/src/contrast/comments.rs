//! Comments in Contrast: their text with our marker line, and complete listings of them.
//!
//! A listing is complete or it is an error, because what is missing from one may be deleted on the
//! other side. An author's whole e-mail address never leaves this module.

use std::collections::BTreeSet;

use domain::{
    case::CaseId,
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    rich_text::RichText,
    settings::Connection,
    trouble::Trouble,
};
use serde_json::Value;

use super::{
    exchange::{Answer, Exchange, Order},
    fields::{Object, count, line, moment, person},
    paths::{LIST_COMMENTS, path_of, with_query},
    wire::PAGE_SIZE,
};

const MARK_OPENS: &str = "[northstar-jira-sync ";
const MARK_CLOSES: &str = "]";
/// Contrast takes no more than 64,000 characters.
const MAX_CHARS: usize = 63_900;
const CUT_NOTE: &str = "This comment was too long for Contrast and is shortened here.";
const MAX_PAGES: u32 = 50;
pub(super) const LISTING: &str = "listing the comments in Contrast";

/// The text of a comment with its marker as the last line.
pub(super) fn text_of(body: &RichText, marker: &Nonce) -> String {
    let mark = format!("{MARK_OPENS}{marker}{MARK_CLOSES}");
    let room = MAX_CHARS - mark.len() - 2;
    let text = body.clone().cut_to_chars(room, CUT_NOTE).to_plain();
    // A body that ends like a marker does not matter: only the very last line is one, and it is ours.
    format!("{}\n\n{mark}", text.trim_end())
        .trim_start_matches('\n')
        .to_owned()
}

/// The body and the marker of a comment's text.
fn parted(text: &str) -> (RichText, Option<Nonce>) {
    let text = text.trim_end();
    let (rest, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let nonce = last
        .trim_end()
        .strip_prefix(MARK_OPENS)
        .and_then(|rest| rest.strip_suffix(MARK_CLOSES))
        .and_then(|nonce| Nonce::new(nonce).ok());
    let body = if nonce.is_some() {
        rest.trim_end()
    } else {
        text
    };
    (RichText::from_plain(body), nonce)
}

/// A comment as Contrast tells it; `None` where it has no usable id.
fn reading_of(object: &Object) -> Option<CommentReading> {
    let text = object
        .get("commentText")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let (body, marker) = parted(text);
    Some(CommentReading {
        id: id_of(object)?,
        author: author_of(object),
        created_at: moment(object, &["createdTime", "createdAt"]),
        updated_at: moment(object, &["lastUpdatedTime", "updatedTime", "createdTime"]),
        body,
        internal: false,
        marker,
    })
}

fn id_of(object: &Object) -> Option<CommentId> {
    let id = object.get("commentId").or_else(|| object.get("id"))?;
    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    CommentId::new(text).ok()
}

fn author_of(object: &Object) -> String {
    line(
        object,
        &["userName", "userDisplayName", "author", "userUid"],
    )
    .and_then(|name| person(&name))
    .unwrap_or_else(|| "Somebody".to_owned())
}

/// What Contrast told about a comment that it wrote.
pub(super) fn written_of(object: &Object) -> Option<WrittenComment> {
    let updated_at = moment(object, &["lastUpdatedTime", "updatedTime", "createdTime"]);
    Some(WrittenComment {
        id: id_of(object)?,
        updated_at,
    })
}

/// The first page's answer, whatever its status: what a refusal means is for others to say.
pub(super) async fn first_page(
    exchange: &Exchange,
    connection: &Connection,
    case: &CaseId,
) -> Result<Answer, Trouble> {
    page(exchange, connection, case, 0).await
}

async fn page(
    exchange: &Exchange,
    connection: &Connection,
    case: &CaseId,
    page: u32,
) -> Result<Answer, Trouble> {
    let operation = LIST_COMMENTS.of(case.kind());
    let path = path_of(connection, operation, Some(case), None)?;
    let path = with_query(&path, &format!("page={page}&size={PAGE_SIZE}"));
    let order = Order::get(connection, operation, path, LISTING);
    exchange.send(order).await
}

/// All comments, beginning with a first page that was a success.
pub(super) async fn all(
    exchange: &Exchange,
    connection: &Connection,
    case: &CaseId,
    first: Answer,
) -> Result<Vec<CommentReading>, Trouble> {
    let mut listing = Listing::default();
    let mut number = 0;
    let mut more = listing.add(first.value(LISTING)?, number)?;
    while more {
        number += 1;
        if number == MAX_PAGES {
            return Err(Trouble::never(
                LISTING,
                "there are more comments than can be read",
            ));
        }
        let answer = page(exchange, connection, case, number).await?;
        more = listing.add(answer.value(LISTING)?, number)?;
    }
    listing.complete()
}

/// A listing under way.
#[derive(Default)]
struct Listing {
    comments: Vec<CommentReading>,
    seen: BTreeSet<CommentId>,
    total: Option<u64>,
}

impl Listing {
    /// Adds a page; says whether another one follows.
    fn add(&mut self, answer: Value, number: u32) -> Result<bool, Trouble> {
        let mut pages = None;
        let rows = match answer {
            Value::Array(rows) => rows,
            Value::Object(mut object) => {
                if let Some(page) = object.get("page").and_then(Value::as_object) {
                    pages = count(page, "totalPages");
                    self.total = count(page, "totalElements");
                }
                match object
                    .remove("content")
                    .or_else(|| object.remove("comments"))
                {
                    Some(Value::Array(rows)) => rows,
                    _ => return Err(unreadable()),
                }
            }
            _ => return Err(unreadable()),
        };
        let before = self.comments.len();
        for row in &rows {
            let comment = row
                .as_object()
                .and_then(reading_of)
                .ok_or_else(unreadable)?;
            // A comment written meanwhile moves the others to the next page.
            if self.seen.insert(comment.id.clone()) {
                self.comments.push(comment);
            }
        }
        let grew = self.comments.len() > before;
        match pages {
            Some(pages) if u64::from(number) + 1 < pages => {
                if grew {
                    Ok(true)
                } else {
                    Err(changing())
                }
            }
            Some(_) => Ok(false),
            // Without a count of pages, a full one may have a next; an answer that ignores paging
            // repeats itself and so ends the listing.
            None => Ok(grew && rows.len() == PAGE_SIZE),
        }
    }

    fn complete(self) -> Result<Vec<CommentReading>, Trouble> {
        let found = self.comments.len() as u64;
        if self.total.is_some_and(|total| found < total) {
            return Err(changing());
        }
        Ok(self.comments)
    }
}

fn unreadable() -> Trouble {
    Trouble::never(LISTING, "the listing does not have a form that is known")
}

fn changing() -> Trouble {
    Trouble::again_later(LISTING, "the listing changed while it was read")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nonce(text: &str) -> Nonce {
        Nonce::new(text).unwrap()
    }

    #[test]
    fn the_marker_is_the_last_line_and_is_taken_off_when_read() {
        let body = RichText::from_plain("Hello\n\n- a\n- b");
        let text = text_of(&body, &nonce("n1"));
        assert_eq!(text, "Hello\n\n- a\n- b\n\n[northstar-jira-sync n1]");
        assert_eq!(parted(&text), (body.clone(), Some(nonce("n1"))));
        assert_eq!(
            parted(&text.replace('\n', "\r\n")),
            (body, Some(nonce("n1")))
        );
        assert_eq!(parted("[northstar-jira-sync n1]").1, Some(nonce("n1")));
    }

    #[test]
    fn only_a_whole_last_line_is_a_marker() {
        for text in [
            "see [northstar-jira-sync n1]",
            "[northstar-jira-sync n1]\nthanks",
            "[northstar-jira-sync n 1]",
            "[northstar-jira-sync ]",
        ] {
            let (body, marker) = parted(text);
            assert_eq!(marker, None, "{text}");
            assert_eq!(body.to_plain(), text);
        }
    }

    #[test]
    fn a_body_that_ends_like_a_marker_cannot_pass_for_another_comment() {
        let body = RichText::from_plain("copied\n[northstar-jira-sync stolen]");
        let (read, marker) = parted(&text_of(&body, &nonce("ours")));
        assert_eq!(marker, Some(nonce("ours")));
        assert_eq!(read, body);
    }

    #[test]
    fn a_long_comment_is_cut_visibly_and_keeps_its_marker() {
        let text = text_of(&RichText::from_plain(&"word ".repeat(20_000)), &nonce("n1"));
        assert!(text.chars().count() < 64_000);
        assert!(text.ends_with("shortened here.\n\n[northstar-jira-sync n1]"));
    }

    #[test]
    fn an_author_is_a_name_and_never_an_address() {
        let author = |value: Value| author_of(value.as_object().unwrap());
        assert_eq!(author(json!({"userUid": "ann.lee@example.com"})), "ann.lee");
        assert_eq!(
            author(json!({"userUid": "x@y.z", "userName": "Ann Lee"})),
            "Ann Lee"
        );
        assert_eq!(author(json!({"author": "ann@example.com"})), "ann");
        assert_eq!(author(json!({"userId": "1"})), "Somebody");
    }

    #[test]
    fn a_listing_is_complete_or_an_error() {
        let row = |id: usize| json!({"commentId": format!("c{id}"), "commentText": "x"});
        let rows = |range: std::ops::Range<usize>| Value::Array(range.map(row).collect());
        let paged = |range, total: u64| json!({"content": rows(range), "page": {"totalPages": 2, "totalElements": total}});
        let mut listing = Listing::default();
        assert_eq!(listing.add(rows(0..3), 0), Ok(false));
        let mut listing = Listing::default();
        assert_eq!(listing.add(rows(0..100), 0), Ok(true));
        assert_eq!(listing.add(rows(0..100), 1), Ok(false), "it ignores paging");
        let mut listing = Listing::default();
        assert_eq!(listing.add(json!({"comments": rows(0..2)}), 0), Ok(false));
        let mut listing = Listing::default();
        assert_eq!(listing.add(paged(0..100, 150), 0), Ok(true));
        assert_eq!(listing.add(paged(100..149, 150), 1), Ok(false));
        assert_eq!(listing.complete(), Err(changing()), "one was passed over");
        let mut listing = Listing::default();
        assert_eq!(listing.add(paged(0..100, 150), 0), Ok(true));
        assert_eq!(
            listing.add(json!([{"commentText": "no id"}]), 1),
            Err(unreadable())
        );
        assert_eq!(listing.add(json!({"data": []}), 1), Err(unreadable()));
    }
}
