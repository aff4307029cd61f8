//! What a person entered on a page: names and values, in their order; a name may come several times.
//!
//! Nothing of it is logged: it may be a secret.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::header,
};

use crate::failure::Failure;

/// The largest form: a route with fifty fields of text fits many times.
const MOST_BYTES: usize = 512 * 1024;

/// The entries of a form.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Entries from somewhere else, such as a query.
    pub fn of(text: &[u8]) -> Self {
        Self(
            url::form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value of that name, trimmed; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        let mut found = self.0.iter().filter(|(it, _)| it == name);
        found.next().map_or("", |(_, value)| value.trim())
    }

    /// The same, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// Every value of that name that is not empty, trimmed.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(it, _)| it == name);
        found
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Whether a box of that name is ticked.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(it, _)| it == name)
    }

    /// All entries.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::Senseless("This is not a form.".to_owned()));
        }
        let bytes: Bytes = to_bytes(request.into_body(), MOST_BYTES)
            .await
            .map_err(|_| Failure::Senseless("This form is too long.".to_owned()))?;
        Ok(Self::of(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_come_several_times_and_blank_values_count_as_none() {
        let form = Form::of(b"kinds=incident&kinds=issue&kinds=&name=+a+b+&empty=");
        assert_eq!(form.texts("kinds"), ["incident", "issue"]);
        assert_eq!(form.text("name"), "a b");
        assert_eq!(form.filled("empty"), None);
        assert!(form.has("empty") && !form.has("other"));
    }
}
