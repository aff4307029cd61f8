//! Lines of text in the form that ADF can show.
//!
//! Nothing here is ever an empty text, a control character, a line break within a text, or a link
//! that leads anywhere but to the web.

use domain::rich_text::{Inline, Marks, text};
use url::Url;

use super::sane::Mentions;

/// Brings a line into form: same-looking neighbours are joined, breaks at the ends are dropped.
/// Empty when there is nothing to be seen.
pub(super) fn sane_line(inlines: &[Inline], mentions: Mentions) -> Vec<Inline> {
    let mut line: Vec<Inline> = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(words, marks) => push_words(&mut line, words, *marks),
            Inline::Link(label, href) => push_link(&mut line, label, href),
            Inline::Mention(name) => push_mention(&mut line, name, mentions),
            Inline::Break => line.push(Inline::Break),
        }
    }
    while line.last() == Some(&Inline::Break) {
        line.pop();
    }
    let first = line.iter().position(|inline| *inline != Inline::Break);
    line.drain(..first.unwrap_or(0));
    if line.iter().any(is_visible) {
        line
    } else {
        Vec::new()
    }
}

fn is_visible(inline: &Inline) -> bool {
    match inline {
        Inline::Text(words, _) => !words.trim().is_empty(),
        Inline::Link(..) | Inline::Mention(_) => true,
        Inline::Break => false,
    }
}

fn push_words(line: &mut Vec<Inline>, words: &str, marks: Marks) {
    // ADF lets the code mark stand with none of the others.
    let marks = if marks.code { Marks::CODE } else { marks };
    for (index, part) in clean(words).split('\n').enumerate() {
        if index > 0 {
            line.push(Inline::Break);
        }
        if part.is_empty() {
            continue;
        }
        match line.last_mut() {
            Some(Inline::Text(before, same)) if *same == marks => before.push_str(part),
            _ => line.push(Inline::Text(part.to_owned(), marks)),
        }
    }
}

fn push_link(line: &mut Vec<Inline>, label: &str, href: &str) {
    let label = one_line(label);
    let blank = label.trim().is_empty();
    let Some(href) = web_address(href) else {
        let href = one_line(href);
        let href = href.trim();
        let words = match (blank, href.is_empty()) {
            (true, _) => href.to_owned(),
            (false, true) => label,
            (false, false) if label == href => label,
            (false, false) => format!("{label} ({href})"),
        };
        return push_words(line, &words, Marks::default());
    };
    let label = if blank { href.clone() } else { label };
    match line.last_mut() {
        Some(Inline::Link(before, same)) if *same == href => before.push_str(&label),
        _ => line.push(Inline::Link(label, href)),
    }
}

fn push_mention(line: &mut Vec<Inline>, name: &str, mentions: Mentions) {
    let name = one_line(name);
    let name = name.trim().trim_start_matches('@').trim();
    if name.is_empty() {
        return;
    }
    match mentions {
        Mentions::Kept => line.push(Inline::Mention(name.to_owned())),
        Mentions::AsText => push_words(line, &format!("@{name}"), Marks::default()),
    }
}

/// The address, if it is one of the web that anybody may be sent to.
pub(super) fn web_address(href: &str) -> Option<String> {
    let href = href.trim();
    if href
        .chars()
        .any(|letter| letter.is_whitespace() || !is_writable(letter))
    {
        return None;
    }
    let url = Url::parse(href).ok()?;
    let of_the_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let (_, rest) = href
        .split_once(':')
        .filter(|(_, rest)| rest.starts_with("//"))?;
    of_the_web.then(|| format!("{}:{rest}", url.scheme()))
}

/// Without control characters; every kind of line end is a `\n`.
pub(super) fn clean(words: &str) -> String {
    let mut cleaned = String::with_capacity(words.len());
    let mut letters = words.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => cleaned.push('\n'),
            letter if is_writable(letter) => cleaned.push(letter),
            _ => {}
        }
    }
    cleaned
}

pub(super) fn one_line(words: &str) -> String {
    clean(words).replace('\n', " ")
}

/// Controls and the two code points that no XML may hold, which Jira refuses.
fn is_writable(letter: char) -> bool {
    matches!(letter, '\n' | '\t')
        || !(letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}'))
}

/// All words of a line joined, for where a block cannot stand.
pub(super) fn join(line: &mut Vec<Inline>, more: Vec<Inline>, between: &Inline) {
    if !line.is_empty() && !more.is_empty() {
        line.push(between.clone());
    }
    line.extend(more);
}

/// What stands between the cells of a row that is written as a line.
pub(super) fn between_cells() -> Inline {
    text(" | ")
}
