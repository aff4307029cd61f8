//! Walking through the words of an expression.
//!
//! Notes each placeholder that it passes; never lets a reserved word pass for a name.

use super::{
    Parsed, Path, Segment, Uses,
    lexer::{Token, Word, words},
    reserved::is_reserved,
};
use crate::table::refusal::{Answer, Refusal};

/// The longest expression, in bytes.
const LONGEST: usize = 4_096;

/// A place among the words of one expression.
pub(super) struct Cursor<'s> {
    kind: &'static str,
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    uses: Uses,
}

impl<'s> Cursor<'s> {
    /// At the first word.
    pub(super) fn new(kind: &'static str, source: &'s str) -> Answer<Self> {
        let cursor = Self {
            kind,
            source,
            tokens: words(source),
            at: 0,
            uses: Uses::default(),
        };
        if source.is_empty() {
            return Err(cursor.fault("The expression can not be empty;"));
        }
        if source.len() > LONGEST {
            return Err(cursor.fault(&format!(
                "Expression size has exceeded the maximum allowed size; expression size: {}",
                source.len()
            )));
        }
        Ok(cursor)
    }

    /// What was read, if nothing is left.
    pub(super) fn finish<T>(self, content: T) -> Answer<Parsed<T>> {
        if self.at < self.tokens.len() {
            return Err(self.syntax_error());
        }
        Ok(Parsed {
            kind: self.kind,
            uses: self.uses,
            content,
        })
    }

    pub(super) fn fault(&self, words: &str) -> Refusal {
        Refusal::validation(format!("Invalid {}: {words}", self.kind))
    }

    /// The word here is not one that can stand here.
    pub(super) fn syntax_error(&self) -> Refusal {
        let text = |from: usize, to: usize| self.source.get(from..to).unwrap_or_default();
        let (token, near) = match (self.tokens.get(self.at), self.tokens.last()) {
            (Some(token), _) => {
                let before = &self.tokens[self.at.saturating_sub(1)];
                let after = self.tokens.get(self.at + 1).unwrap_or(token);
                (text(token.start, token.end), text(before.start, after.end))
            }
            (None, Some(last)) => ("<EOF>", text(last.start, last.end)),
            (None, None) => ("<EOF>", self.source),
        };
        self.fault(&format!(
            "Syntax error; token: \"{token}\", near: \"{near}\""
        ))
    }

    /// How many words were passed.
    pub(super) const fn place(&self) -> usize {
        self.at
    }

    fn word(&self, ahead: usize) -> Option<&Word> {
        self.tokens.get(self.at + ahead).map(|token| &token.word)
    }

    /// Passes a symbol, if it is here.
    pub(super) fn take(&mut self, symbol: &'static str) -> bool {
        let here = self.word(0) == Some(&Word::Symbol(symbol));
        self.at += usize::from(here);
        here
    }

    /// Passes a symbol that has to be here.
    pub(super) fn expect(&mut self, symbol: &'static str) -> Answer<()> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(self.syntax_error())
    }

    /// Passes a keyword, in capitals or not, if it is here.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let here =
            matches!(self.word(0), Some(Word::Name(name)) if name.eq_ignore_ascii_case(keyword));
        self.at += usize::from(here);
        here
    }

    /// Passes the name of a function and its parenthesis, if they are here.
    pub(super) fn take_function(&mut self) -> Option<String> {
        let (Some(Word::Name(name)), Some(Word::Symbol("("))) = (self.word(0), self.word(1)) else {
            return None;
        };
        if is_keyword(name) {
            return None;
        }
        let name = name.clone();
        self.at += 2;
        Some(name)
    }

    /// Passes a value's placeholder, if it is here.
    pub(super) fn take_value(&mut self) -> Option<String> {
        let Some(Word::Value(name)) = self.word(0) else {
            return None;
        };
        let name = name.clone();
        self.uses.values.insert(name.clone());
        self.at += 1;
        Some(name)
    }

    /// Passes a document path.
    pub(super) fn path(&mut self) -> Answer<Path> {
        let mut path = vec![self.name()?];
        loop {
            if self.take(".") {
                path.push(self.name()?);
            } else if self.take("[") {
                let Some(Word::Index(index)) = self.word(0) else {
                    return Err(self.syntax_error());
                };
                path.push(Segment::Index(*index));
                self.at += 1;
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }

    fn name(&mut self) -> Answer<Segment> {
        let segment = match self.word(0) {
            Some(Word::Name(name)) if is_keyword(name) => return Err(self.syntax_error()),
            Some(Word::Name(name)) if is_reserved(name) => {
                return Err(self.fault(&format!(
                    "Attribute name is a reserved keyword; reserved keyword: {name}"
                )));
            }
            Some(Word::Name(name)) => Segment::Name(name.clone()),
            Some(Word::Alias(alias)) => {
                let alias = alias.clone();
                self.uses.names.insert(alias.clone());
                Segment::Alias(alias)
            }
            _ => return Err(self.syntax_error()),
        };
        self.at += 1;
        Ok(segment)
    }
}

/// Words that the grammar itself knows.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 9] = [
        "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE",
    ];
    KEYWORDS
        .iter()
        .any(|keyword| name.eq_ignore_ascii_case(keyword))
}
