//! What a request asks for: query parameters, paging, sorting, a JSON body.
//!
//! Unknown parameters are ignored, as the real one does: so nobody can believe in a filter that
//! does not exist.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{answer::Refusal, shelf::Order};

/// The largest page that is given.
const MOST_ROWS: usize = 100;
/// The size of a page when nothing is said.
const USUAL_ROWS: usize = 20;

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) number: usize,
    pub(super) size: usize,
}

impl<'a> Query<'a> {
    pub(super) fn of(uri: &'a http::Uri) -> Self {
        let text = uri.query().unwrap_or_default();
        Self(url::form_urlencoded::parse(text.as_bytes()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }

    /// `page` from 0 and `size` up to 100.
    pub(super) fn page(&self) -> Result<Page, Refusal> {
        Ok(Page {
            number: self.number("page", 0)?,
            size: self.size()?,
        })
    }

    pub(super) fn size(&self) -> Result<usize, Refusal> {
        let size = self.number("size", USUAL_ROWS)?;
        if (1..=MOST_ROWS).contains(&size) {
            Ok(size)
        } else {
            Err(Refusal::new(
                400,
                format!("size must be between 1 and {MOST_ROWS}"),
            ))
        }
    }

    /// `sort=<property>[,<direction>]`; ascending when no direction is given.
    pub(super) fn order(&self) -> Result<Order, Refusal> {
        let Some(sort) = self.get("sort").filter(|sort| !sort.is_empty()) else {
            return Ok(Order::Created { descending: false });
        };
        let (property, direction) = sort.split_once(',').unwrap_or((sort, "asc"));
        let descending = match direction {
            direction if direction.eq_ignore_ascii_case("desc") => true,
            direction if direction.eq_ignore_ascii_case("asc") => false,
            _ => return Err(Refusal::new(400, "Invalid sort direction")),
        };
        match property {
            "updatedDt" => Ok(Order::Updated { descending }),
            "createdDt" => Ok(Order::Created { descending }),
            _ => Err(Refusal::new(400, format!("No property '{property}' found"))),
        }
    }

    fn number(&self, name: &str, usual: usize) -> Result<usize, Refusal> {
        self.get(name).map_or(Ok(usual), |text| {
            text.parse()
                .map_err(|_| Refusal::new(400, format!("Invalid value for '{name}'")))
        })
    }
}

impl Page {
    /// Takes this page out of everything.
    pub(super) fn cut<T>(self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        all.skip(self.number.saturating_mul(self.size))
            .take(self.size)
    }

    pub(super) fn pages(self, total: usize) -> usize {
        total.div_ceil(self.size)
    }

    /// The `page` of the incident list: without a total of rows.
    pub(super) fn told(self, total: usize) -> Value {
        json!({ "totalPages": self.pages(total), "number": self.number, "size": self.size })
    }

    /// The `page` of the issue list: with a total of rows.
    pub(super) fn told_with_total(self, total: usize) -> Value {
        json!({
            "size": self.size,
            "number": self.number,
            "totalElements": total,
            "totalPages": self.pages(total),
        })
    }
}

/// The body, which has to call itself JSON and be JSON.
pub(super) fn json_body(request: &http::Request<Vec<u8>>) -> Result<Value, Refusal> {
    let says_json = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let body = says_json
        .then(|| serde_json::from_slice(request.body()).ok())
        .flatten();
    body.ok_or_else(|| Refusal::new(415, "Content type is not supported"))
}
