//! A small part of JQL: comparisons joined by AND, and an order.
//!
//! What it does not understand is an error, never a guess.

/// A comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// In lower case.
    pub(super) field: String,
    pub(super) relation: Relation,
    pub(super) values: Vec<String>,
}

/// How a field relates to its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    In,
    NotIn,
    AtLeast,
    Above,
    AtMost,
    Below,
    /// Words of a text, `~`.
    Like,
}

/// A query understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Jql {
    pub(super) clauses: Vec<Clause>,
    /// A field and whether it runs downwards.
    pub(super) order: Vec<(String, bool)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["!=", ">=", "<=", "=", ">", "<", "(", ")", ",", "~"];
const ORDERS: [&str; 5] = ["created", "updated", "key", "id", "priority"];

/// Understands a query, or says why not.
pub(super) fn parse(text: &str) -> Result<Jql, String> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let mut jql = Jql {
        clauses: Vec::new(),
        order: Vec::new(),
    };
    while let Some(token) = tokens.next() {
        let Token::Word(word) = token else {
            return Err("Error in the JQL Query: Expecting a field name.".into());
        };
        if word.eq_ignore_ascii_case("order") {
            jql.order = order(&mut tokens)?;
            return Ok(jql);
        }
        if !jql.clauses.is_empty() {
            return Err(format!(
                "Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{word}'."
            ));
        }
        jql.clauses.push(clause(&word, &mut tokens)?);
        while tokens.next_if(|next| is_word(next, "and")).is_some() {
            match tokens.next() {
                Some(Token::Word(field)) => jql.clauses.push(clause(&field, &mut tokens)?),
                _ => {
                    return Err(
                        "Error in the JQL Query: Expecting a field name after 'AND'.".into(),
                    );
                }
            }
        }
    }
    Ok(jql)
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
}

fn order(tokens: &mut impl Iterator<Item = Token>) -> Result<Vec<(String, bool)>, String> {
    let bad = || String::from("Error in the JQL Query: The ORDER BY clause is not valid.");
    if !tokens.next().is_some_and(|token| is_word(&token, "by")) {
        return Err(bad());
    }
    let mut order: Vec<(String, bool)> = Vec::new();
    let mut wants_field = true;
    for token in tokens {
        match token {
            Token::Word(word) if wants_field && ORDERS.contains(&word.to_lowercase().as_str()) => {
                // Dates run downwards unless told otherwise.
                let downwards = matches!(word.to_lowercase().as_str(), "created" | "updated");
                order.push((word.to_lowercase(), downwards));
                wants_field = false;
            }
            Token::Word(word) if !wants_field && word.eq_ignore_ascii_case("desc") => {
                order.last_mut().ok_or_else(bad)?.1 = true;
            }
            Token::Word(word) if !wants_field && word.eq_ignore_ascii_case("asc") => {
                order.last_mut().ok_or_else(bad)?.1 = false;
            }
            Token::Sign(",") if !wants_field => wants_field = true,
            _ => return Err(bad()),
        }
    }
    if wants_field || order.len() > 7 {
        Err(bad())
    } else {
        Ok(order)
    }
}

fn clause(
    field: &str,
    tokens: &mut std::iter::Peekable<impl Iterator<Item = Token>>,
) -> Result<Clause, String> {
    let relation = match tokens.next() {
        Some(Token::Sign("=")) => Relation::In,
        Some(Token::Sign("!=")) => Relation::NotIn,
        Some(Token::Sign(">=")) => Relation::AtLeast,
        Some(Token::Sign(">")) => Relation::Above,
        Some(Token::Sign("<=")) => Relation::AtMost,
        Some(Token::Sign("<")) => Relation::Below,
        Some(Token::Sign("~")) => Relation::Like,
        Some(token) if is_word(&token, "in") => return list(field, Relation::In, tokens),
        Some(token) if is_word(&token, "not") => {
            return match tokens.next() {
                Some(token) if is_word(&token, "in") => list(field, Relation::NotIn, tokens),
                _ => Err("Error in the JQL Query: Expecting 'IN' after 'NOT'.".into()),
            };
        }
        _ => {
            return Err(format!(
                "Error in the JQL Query: Expecting an operator after '{field}'."
            ));
        }
    };
    let Some(Token::Word(value) | Token::Quoted(value)) = tokens.next() else {
        return Err(format!(
            "Error in the JQL Query: Expecting a value after '{field}'."
        ));
    };
    if tokens.peek() == Some(&Token::Sign("(")) {
        return Err("Error in the JQL Query: Functions are not supported here.".into());
    }
    Ok(Clause {
        field: field.to_lowercase(),
        relation,
        values: vec![value],
    })
}

fn list(
    field: &str,
    relation: Relation,
    tokens: &mut impl Iterator<Item = Token>,
) -> Result<Clause, String> {
    let bad = || format!("Error in the JQL Query: Expecting a list of values after '{field}'.");
    if tokens.next() != Some(Token::Sign("(")) {
        return Err(bad());
    }
    let mut values = Vec::new();
    loop {
        match tokens.next() {
            Some(Token::Word(value) | Token::Quoted(value)) => values.push(value),
            _ => return Err(bad()),
        }
        match tokens.next() {
            Some(Token::Sign(",")) => {}
            Some(Token::Sign(")")) => break,
            _ => return Err(bad()),
        }
    }
    Ok(Clause {
        field: field.to_lowercase(),
        relation,
        values,
    })
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '\'') {
            let (word, after) = quoted(rest, first)?;
            tokens.push(Token::Quoted(word));
            rest = after;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || "\"'=!<>(),~".contains(c))
                .unwrap_or(rest.len());
            if end == 0 {
                return Err(format!(
                    "Error in the JQL Query: The character '{first}' is reserved."
                ));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn quoted(text: &str, mark: char) -> Result<(String, &str), String> {
    let mut word = String::new();
    let mut escaped = false;
    for (position, c) in text.char_indices().skip(1) {
        if escaped {
            word.push(c);
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return Ok((word, &text[position + c.len_utf8()..]));
        } else {
            word.push(c);
        }
    }
    Err(format!(
        "Error in the JQL Query: The quoted string '{word}' has not been completed."
    ))
}

/// Whether a text has all words of a search for text; a star stands for the rest of a word. `None`
/// where the search has other signs: each has a meaning there, and some are refused.
pub(super) fn has_words(text: &str, search: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let search = search.to_lowercase();
    let mut has_all = true;
    for wanted in search.split_whitespace() {
        let (stem, is_open) = match wanted.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (wanted, false),
        };
        if stem.is_empty() || !stem.chars().all(char::is_alphanumeric) {
            return None;
        }
        has_all &= words
            .iter()
            .any(|word| *word == stem || is_open && word.starts_with(stem));
    }
    (!search.trim().is_empty()).then_some(has_all)
}

/// A moment that a date value means: `-15m` and the like, or a date with or without a time.
/// Dates have minute precision; the callers' time zone here is UTC.
pub(super) fn moment(value: &str, now: i64) -> Option<i64> {
    if let Some(relative) = value.strip_prefix('-') {
        let unit = relative.chars().last()?;
        let amount: i64 = relative[..relative.len() - unit.len_utf8()].parse().ok()?;
        let ms = match unit {
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            'w' => 7 * 86_400_000,
            _ => return None,
        };
        return Some(now - amount.checked_mul(ms)?);
    }
    let value = value.replace('/', "-");
    let (day, time) = value.split_once(' ').unwrap_or((&value, "00:00"));
    if time.len() != 5 || day.len() != 10 {
        return None;
    }
    let moment: jiff::Timestamp = format!("{day}T{time}:00Z").parse().ok()?;
    Some(moment.as_millisecond())
}
