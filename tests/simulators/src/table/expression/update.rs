//! Updates: what they say.
//!
//! Never changes an item; `changes` does. Never takes two paths that touch each other.

use std::collections::BTreeMap;

use super::{Names, Parsed, Path, check_overlaps, cursor::Cursor, resolved};
use crate::table::{
    refusal::{Answer, Refusal},
    value::{Attribute, Item},
};

pub(in crate::table) mod changes;

/// What SET takes a value from.
#[derive(Clone, Debug)]
pub(in crate::table) enum Source {
    Path(Path),
    Value(String),
    IfNotExists(Path, Box<Source>),
    ListAppend(Box<Source>, Box<Source>),
    Plus(Box<Source>, Box<Source>),
    Minus(Box<Source>, Box<Source>),
}

/// An update.
#[derive(Default)]
pub(in crate::table) struct Update {
    sets: Vec<(Path, Source)>,
    removals: Vec<Path>,
    additions: Vec<(Path, String)>,
    deletions: Vec<(Path, String)>,
    /// How often each value is used.
    counts: BTreeMap<String, usize>,
}

const KIND: &str = "UpdateExpression";

/// Reads an update.
pub(super) fn parse(text: &str) -> Answer<Parsed<Update>> {
    let mut parser = Parser {
        cursor: Cursor::new(KIND, text)?,
        update: Update::default(),
        depth: 0,
    };
    let mut passed: Vec<&str> = Vec::new();
    while let Some(section) = ["SET", "REMOVE", "ADD", "DELETE"]
        .into_iter()
        .find(|section| parser.cursor.take_keyword(section))
    {
        if passed.contains(&section) {
            return Err(parser.cursor.fault(&format!(
                "The \"{section}\" section can only be used once in an update expression;"
            )));
        }
        passed.push(section);
        parser.action(section)?;
        while parser.cursor.take(",") {
            parser.action(section)?;
        }
    }
    if passed.is_empty() {
        return Err(parser.cursor.syntax_error());
    }
    parser.cursor.finish(parser.update)
}

/// How deep the value of SET may be nested.
const DEEPEST: usize = 50;

struct Parser<'s> {
    cursor: Cursor<'s>,
    update: Update,
    depth: usize,
}

impl Parser<'_> {
    fn action(&mut self, section: &str) -> Answer<()> {
        let path = self.cursor.path()?;
        match section {
            "SET" => {
                self.cursor.expect("=")?;
                let source = self.sum()?;
                self.update.sets.push((path, source));
            }
            "REMOVE" => self.update.removals.push(path),
            _ => {
                let Some(value) = self.value() else {
                    return Err(self.cursor.syntax_error());
                };
                if section == "ADD" {
                    self.update.additions.push((path, value));
                } else {
                    self.update.deletions.push((path, value));
                }
            }
        }
        Ok(())
    }

    fn value(&mut self) -> Option<String> {
        let name = self.cursor.take_value()?;
        *self.update.counts.entry(name.clone()).or_default() += 1;
        Some(name)
    }

    fn sum(&mut self) -> Answer<Source> {
        let left = self.source()?;
        if self.cursor.take("+") {
            return Ok(Source::Plus(Box::new(left), Box::new(self.source()?)));
        }
        if self.cursor.take("-") {
            return Ok(Source::Minus(Box::new(left), Box::new(self.source()?)));
        }
        Ok(left)
    }

    fn source(&mut self) -> Answer<Source> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.cursor.fault("The expression is nested too deep;"));
        }
        let source = if let Some(value) = self.value() {
            Source::Value(value)
        } else if let Some(name) = self.cursor.take_function() {
            self.function(&name)?
        } else {
            Source::Path(self.cursor.path()?)
        };
        self.depth -= 1;
        Ok(source)
    }

    fn function(&mut self, name: &str) -> Answer<Source> {
        if !matches!(name, "if_not_exists" | "list_append") {
            return Err(self
                .cursor
                .fault(&format!("Invalid function name; function: {name}")));
        }
        let mut operands = vec![self.source()?];
        while self.cursor.take(",") {
            operands.push(self.source()?);
        }
        self.cursor.expect(")")?;
        let count = operands.len();
        let mut operands = operands.into_iter();
        match (operands.next(), operands.next(), operands.next()) {
            (Some(one), Some(two), None) if name == "list_append" => {
                Ok(Source::ListAppend(Box::new(one), Box::new(two)))
            }
            (Some(Source::Path(path)), Some(two), None) => {
                Ok(Source::IfNotExists(path, Box::new(two)))
            }
            (Some(_), Some(_), None) => Err(self.cursor.fault(
                "Operator or function requires a document path; operator or function: \
                 if_not_exists",
            )),
            _ => Err(self.cursor.fault(&format!(
                "Incorrect number of operands for operator or function; operator or function: \
                 {name}, number of operands: {count}"
            ))),
        }
    }
}

fn fault(words: &str) -> Refusal {
    Refusal::validation(format!("Invalid {KIND}: {words}"))
}

impl Update {
    /// The paths that it changes, without placeholders, in the order of the text's sections.
    pub(in crate::table) fn paths(&self, names: &Names) -> Vec<Path> {
        let sets = self.sets.iter().map(|(path, _)| path);
        let additions = self.additions.iter().map(|(path, _)| path);
        let deletions = self.deletions.iter().map(|(path, _)| path);
        sets.chain(&self.removals)
            .chain(additions)
            .chain(deletions)
            .map(|path| resolved(path, names))
            .collect()
    }

    /// Refuses what no item makes right: paths that overlap, operands of the wrong type.
    pub(in crate::table) fn check(&self, paths: &[Path], values: &Item) -> Answer<()> {
        check_overlaps(KIND, paths)?;
        for (_, source) in &self.sets {
            check_source(source, values)?;
        }
        let sections = [
            ("ADD", &self.additions, ["N", "SS", "NS", "BS"].as_slice()),
            ("DELETE", &self.deletions, &["SS", "NS", "BS"]),
        ];
        for (section, actions, allowed) in sections {
            for (_, name) in actions {
                let kind = values.get(name).map_or("", Attribute::kind);
                if !allowed.contains(&kind) {
                    return Err(fault(&format!(
                        "Incorrect operand type for operator or function; operator: {section}, \
                         operand type: {}, typeSet: ALLOWED_FOR_{section}_OPERAND",
                        long_name(kind)
                    )));
                }
            }
        }
        Ok(())
    }
}

fn check_source(source: &Source, values: &Item) -> Answer<()> {
    let wants = |operator: &str, kind: &str, operand: &Source| match operand {
        Source::Value(name) => {
            let found = values.get(name).map_or("", Attribute::kind);
            if found == kind {
                return Ok(());
            }
            Err(fault(&format!(
                "Incorrect operand type for operator or function; operator or function: \
                 {operator}, operand type: {found}"
            )))
        }
        other => check_source(other, values),
    };
    let both = |operator: &str, kind: &str, one: &Source, two: &Source| {
        wants(operator, kind, one)?;
        wants(operator, kind, two)
    };
    match source {
        Source::Path(_) | Source::Value(_) => Ok(()),
        Source::IfNotExists(_, default) => check_source(default, values),
        Source::ListAppend(one, two) => both("list_append", "L", one, two),
        Source::Plus(one, two) => both("+", "N", one, two),
        Source::Minus(one, two) => both("-", "N", one, two),
    }
}

fn long_name(kind: &str) -> &str {
    match kind {
        "S" => "STRING",
        "N" => "NUMBER",
        "B" => "BINARY",
        "L" => "LIST",
        "M" => "MAP",
        other => other,
    }
}
