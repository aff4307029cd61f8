//! The words of an expression.
//!
//! Never guesses: a character that DynamoDB does not read is an error of its own.

/// A word of an expression, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Such as `pk`, `AND`, `size`.
    Name(String),
    /// Such as `#name`.
    Alias(String),
    /// Such as `:value`.
    Value(String),
    /// Such as the `0` of `list[0]`.
    Index(usize),
    /// Such as `<=`.
    Symbol(&'static str),
    /// What no expression has.
    Unreadable,
}

/// A word and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The longer ones first.
const SYMBOLS: [&str; 14] = [
    "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-",
];

/// The words of a text, up to the first that cannot be read and the one after it.
pub(super) fn words(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut unreadable = false;
    while let Some(start) = text[at..]
        .find(|letter: char| !letter.is_ascii_whitespace())
        .map(|skipped| at + skipped)
    {
        let in_brackets = matches!(
            tokens.last(),
            Some(Token {
                word: Word::Symbol("["),
                ..
            })
        );
        let (word, length) = next_word(&text[start..], in_brackets);
        at = start + length;
        let ends = unreadable;
        unreadable |= word == Word::Unreadable;
        tokens.push(Token {
            word,
            start,
            end: at,
        });
        if ends {
            break;
        }
    }
    tokens
}

fn next_word(text: &str, in_brackets: bool) -> (Word, usize) {
    let first = text.chars().next().unwrap_or_default();
    let name_length = |from: &str| {
        from.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .unwrap_or(from.len())
    };
    if first.is_ascii_alphabetic() || first == '_' {
        let length = name_length(text);
        return (Word::Name(text[..length].to_owned()), length);
    }
    if matches!(first, '#' | ':') {
        let length = 1 + name_length(&text[1..]);
        let placeholder = text[..length].to_owned();
        return match (length, first) {
            (1, _) => (Word::Unreadable, 1),
            (_, '#') => (Word::Alias(placeholder), length),
            _ => (Word::Value(placeholder), length),
        };
    }
    if in_brackets && first.is_ascii_digit() {
        // A number does not begin with a zero, unless it is one.
        let length = match first {
            '0' => 1,
            _ => text
                .find(|letter: char| !letter.is_ascii_digit())
                .unwrap_or(text.len()),
        };
        let index = text[..length].parse().map_or(Word::Unreadable, Word::Index);
        return (index, length);
    }
    match SYMBOLS.iter().find(|symbol| text.starts_with(**symbol)) {
        Some(symbol) => (Word::Symbol(symbol), symbol.len()),
        None => (Word::Unreadable, first.len_utf8()),
    }
}
