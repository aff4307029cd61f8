//! The sources, read: which functions of a folder send which requests to AWS, and what calls them.

use std::collections::{BTreeMap, BTreeSet};

use crate::papers::{paper, sources};

/// A request to AWS: the operation, and the constant that names the index it asks, if it asks one.
pub type Request = (String, Option<String>);

/// All code below some paths, without unit tests and without what lies below `but`.
pub fn code_below(paths: &[&str], but: &[&str]) -> String {
    let below = |file: &str, paths: &[&str]| paths.iter().any(|path| file.starts_with(path));
    let mut files: Vec<String> = sources()
        .into_iter()
        .filter(|file| below(file, paths) && !below(file, but))
        .filter(|file| !file.ends_with("/tests.rs") && !file.contains("/tests/"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "there is code below {paths:?}");
    let without_tests = |file: &String| {
        let text = paper(file);
        let end = text.find("#[cfg(test)]").unwrap_or(text.len());
        text[..end].to_owned()
    };
    files.iter().map(without_tests).collect()
}

/// The functions in some code by their names, each with its body.
pub fn functions(code: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::<String, String>::new();
    for (at, _) in code.match_indices("fn ") {
        let rest = &code[at + 3..];
        let name = word(rest);
        let (Some(open), semicolon) = (rest.find('{'), rest.find(';')) else {
            continue;
        };
        // A trait declares it, and has no body for it.
        if name.is_empty() || semicolon.is_some_and(|semicolon| semicolon < open) {
            continue;
        }
        let mut depth = 0;
        let end = rest[open..].find(|letter| {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let body = &rest[open..open + end.expect("a body has an end")];
        found.entry(name.to_owned()).or_default().push_str(body);
    }
    found
}

/// The names that a trait or an `impl` offers to others.
pub fn offered(code: &str, beginning: &str) -> BTreeSet<String> {
    code.match_indices(beginning)
        .map(|(at, _)| word(&code[at + beginning.len()..]).to_owned())
        .collect()
}

/// Which of some names are called as methods.
pub fn called<'a>(code: &str, names: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    names
        .into_iter()
        .filter(|name| code.contains(&format!(".{name}(")))
        .cloned()
        .collect()
}

/// All requests that some functions reach, each through whatever it calls in turn.
pub fn reached(functions: &BTreeMap<String, String>, from: &BTreeSet<String>) -> BTreeSet<Request> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<String> = from.iter().cloned().collect();
    let mut found = BTreeSet::new();
    while let Some(name) = next.pop() {
        let Some(body) = functions.get(&name) else {
            panic!("{name} has no body")
        };
        if seen.insert(name) {
            found.extend(requests(body));
            next.extend(called(body, functions.keys()));
        }
    }
    found
}

/// The requests that are sent by a client in some code.
fn requests(code: &str) -> Vec<Request> {
    let mut found = Vec::new();
    for piece in code.split("client").skip(1) {
        let Some(call) = piece.trim_start().strip_prefix('.') else {
            continue;
        };
        let operation = word(call);
        if !call[operation.len()..].starts_with("()") || operation == "clone" {
            continue;
        }
        let request = call.split(".send()").next().unwrap_or(call);
        let index = request
            .split_once(".index_name(")
            .map(|(_, name)| word(name));
        found.push((operation.to_owned(), index.map(str::to_owned)));
    }
    found
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The value of a constant of whole numbers or text, as it is written in a file.
pub fn constant(file: &str, name: &str) -> String {
    let code = paper(file);
    let (_, rest) = code
        .split_once(&format!("const {name}: "))
        .unwrap_or_else(|| panic!("{file} has the constant {name}"));
    let (_, rest) = rest.split_once(" = ").expect("a value");
    let value = rest.split(';').next().unwrap_or(rest);
    value.trim_matches('"').to_owned()
}

/// A constant that is a product of whole numbers.
pub fn number(file: &str, name: &str) -> u64 {
    let factor = |text: &str| -> u64 {
        let digits = text.trim().replace('_', "");
        digits.parse().unwrap_or_else(|_| panic!("{name}: {text}"))
    };
    constant(file, name).split('*').map(factor).product()
}
