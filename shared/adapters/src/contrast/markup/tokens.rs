//! Takes the product's markup apart.
//!
//! What does not have the exact form of a tag is words; nothing is ever lost here.

/// A tag's name is never longer; what is, is words.
const MAX_TAG: usize = 64;

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, its entities still encoded.
    Words(&'a str),
    /// `{{#name}}`
    Open(&'a str),
    /// `{{/name}}`
    Close(&'a str),
    /// `{{nl}}` or `{{{nl}}}`
    Break,
    /// `{{name}}`: a value that was not filled in, as it stands.
    Value(&'a str),
}

/// The pieces of a text, in order.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(markup: &'a str) -> Self {
        Self { rest: markup }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (token, length) = tag(self.rest).unwrap_or_else(|| {
            // At least one character, so that a lone brace is passed over.
            let first = self.rest.chars().next().map_or(1, char::len_utf8);
            let after = self.rest.get(first..).unwrap_or_default();
            let length = after
                .find("{{")
                .map_or(self.rest.len(), |next| first + next);
            (
                Token::Words(self.rest.get(..length).unwrap_or_default()),
                length,
            )
        });
        self.rest = self.rest.get(length..).unwrap_or_default();
        Some(token)
    }
}

/// The tag at the beginning, and its length.
fn tag(text: &str) -> Option<(Token<'_>, usize)> {
    let (opens, closes) = if text.starts_with("{{{") {
        ("{{{", "}}}")
    } else {
        ("{{", "}}")
    };
    let inner = text.strip_prefix(opens)?;
    let sign = inner.chars().next().filter(|sign| "#/".contains(*sign));
    let from = usize::from(sign.is_some());
    let of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let name = inner.as_bytes().get(from..)?;
    let length = name
        .iter()
        .take(MAX_TAG + 1)
        .take_while(|byte| of_a_name(byte))
        .count();
    if length == 0 || length > MAX_TAG || !inner.get(from + length..)?.starts_with(closes) {
        return None;
    }
    let name = inner.get(from..from + length)?;
    let whole = opens.len() + from + length + closes.len();
    let token = match sign {
        Some('#') => Token::Open(name),
        Some(_) => Token::Close(name),
        None if name == "nl" => Token::Break,
        None => Token::Value(text.get(..whole)?),
    };
    Some((token, whole))
}

/// The text with HTML's entities decoded, once.
pub(super) fn decoded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let (letter, length) = entity(rest).unwrap_or(('&', 1));
        plain.push(letter);
        rest = rest.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

fn entity(text: &str) -> Option<(char, usize)> {
    // The longest is a number of seven digits: looking no further keeps this linear.
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let letter = match text.get(1..end)? {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| !letter.is_control() || *letter == '\n')?
        }
    };
    Some((letter, end + 1))
}
