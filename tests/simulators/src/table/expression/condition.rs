//! Conditions and filters: what they say.
//!
//! Never decides anything about an item; `evaluation` does.

use super::{Parsed, Path, cursor::Cursor};
use crate::table::refusal::Answer;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    const ALL: [(&'static str, Self); 6] = [
        ("=", Self::Equal),
        ("<>", Self::NotEqual),
        ("<=", Self::LessOrEqual),
        ("<", Self::Less),
        (">=", Self::GreaterOrEqual),
        (">", Self::Greater),
    ];

    /// As it is written.
    pub(in crate::table) fn symbol(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, comparator)| *comparator == self)
            .map_or("", |(symbol, _)| symbol)
    }
}

/// What a comparison or a function is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::table) enum Operand {
    Path(Path),
    Value(String),
    Size(Path),
}

/// A condition.
#[derive(Clone, Debug)]
pub(in crate::table) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(Comparator, Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    NotExists(Path),
    Type(Path, Operand),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
}

/// How deep a condition may be nested.
const DEEPEST: usize = 100;
/// The most operands of IN.
const MOST_IN: usize = 100;

/// Reads a condition of a kind, such as `FilterExpression`.
pub(super) fn parse(kind: &'static str, text: &str) -> Answer<Parsed<Condition>> {
    let mut parser = Parser {
        cursor: Cursor::new(kind, text)?,
        group: None,
        depth: 0,
    };
    let condition = parser.any_of()?;
    parser.cursor.finish(condition)
}

struct Parser<'s> {
    cursor: Cursor<'s>,
    /// The places of the parentheses that were closed last.
    group: Option<(usize, usize)>,
    depth: usize,
}

impl Parser<'_> {
    fn any_of(&mut self) -> Answer<Condition> {
        let mut condition = self.all_of()?;
        while self.cursor.take_keyword("OR") {
            condition = Condition::Or(Box::new(condition), Box::new(self.all_of()?));
        }
        Ok(condition)
    }

    fn all_of(&mut self) -> Answer<Condition> {
        let mut condition = self.negatable()?;
        while self.cursor.take_keyword("AND") {
            condition = Condition::And(Box::new(condition), Box::new(self.negatable()?));
        }
        Ok(condition)
    }

    fn negatable(&mut self) -> Answer<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.cursor.fault("The expression is nested too deep;"));
        }
        let condition = if self.cursor.take_keyword("NOT") {
            Condition::Not(Box::new(self.negatable()?))
        } else {
            self.single()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn single(&mut self) -> Answer<Condition> {
        let open = self.cursor.place();
        if self.cursor.take("(") {
            let condition = self.any_of()?;
            let close = self.cursor.place();
            self.cursor.expect(")")?;
            if self.group == Some((open + 1, close - 1)) {
                return Err(self
                    .cursor
                    .fault("The expression has redundant parentheses;"));
            }
            self.group = Some((open, close));
            return Ok(condition);
        }
        if let Some(name) = self.cursor.take_function() {
            if name != "size" {
                return self.function(&name);
            }
            let size = self.size()?;
            return self.comparison(size);
        }
        let operand = self.operand()?;
        self.comparison(operand)
    }

    fn comparison(&mut self, left: Operand) -> Answer<Condition> {
        for (symbol, comparator) in Comparator::ALL {
            if self.cursor.take(symbol) {
                let right = self.operand()?;
                if left == right {
                    return Err(self.cursor.fault(&format!(
                        "The first operand must be distinct from the remaining operands for this \
                         operator or function; operator: {symbol}, first operand: {}",
                        written(&left)
                    )));
                }
                return Ok(Condition::Compare(comparator, left, right));
            }
        }
        if self.cursor.take_keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.cursor.take_keyword("AND") {
                return Err(self.cursor.syntax_error());
            }
            return Ok(Condition::Between(left, low, self.operand()?));
        }
        if self.cursor.take_keyword("IN") {
            self.cursor.expect("(")?;
            let candidates = self.operands()?;
            if candidates.len() > MOST_IN {
                return Err(self.cursor.fault(&format!(
                    "Invalid number of operands for operator or function; operator: IN, number of \
                     operands: {}",
                    candidates.len()
                )));
            }
            return Ok(Condition::In(left, candidates));
        }
        Err(self.cursor.syntax_error())
    }

    fn operand(&mut self) -> Answer<Operand> {
        if let Some(value) = self.cursor.take_value() {
            return Ok(Operand::Value(value));
        }
        match self.cursor.take_function() {
            None => self.cursor.path().map(Operand::Path),
            Some(name) if name == "size" => self.size(),
            Some(name) => Err(self.cursor.fault(&format!(
                "The function is not allowed to be used this way in an expression; function: {name}"
            ))),
        }
    }

    fn size(&mut self) -> Answer<Operand> {
        let mut operands = self.operands()?;
        match (operands.len(), operands.pop()) {
            (1, Some(Operand::Path(path))) => Ok(Operand::Size(path)),
            (1, _) => Err(self.wants_path("size")),
            (count, _) => Err(self.wrong_count("size", count)),
        }
    }

    /// Operands up to a closing parenthesis.
    fn operands(&mut self) -> Answer<Vec<Operand>> {
        let mut operands = vec![self.operand()?];
        while self.cursor.take(",") {
            operands.push(self.operand()?);
        }
        self.cursor.expect(")")?;
        Ok(operands)
    }

    fn function(&mut self, name: &str) -> Answer<Condition> {
        let wanted = match name {
            "attribute_exists" | "attribute_not_exists" => 1,
            "attribute_type" | "begins_with" | "contains" => 2,
            _ => {
                return Err(self
                    .cursor
                    .fault(&format!("Invalid function name; function: {name}")));
            }
        };
        let mut operands = self.operands()?.into_iter();
        let count = operands.len();
        let (Some(first), second) = (operands.next(), operands.next()) else {
            return Err(self.cursor.syntax_error());
        };
        if count != wanted {
            return Err(self.wrong_count(name, count));
        }
        match (name, first, second) {
            ("attribute_exists", Operand::Path(path), _) => Ok(Condition::Exists(path)),
            ("attribute_not_exists", Operand::Path(path), _) => Ok(Condition::NotExists(path)),
            ("attribute_type", Operand::Path(path), Some(kind)) => Ok(Condition::Type(path, kind)),
            ("begins_with", first, Some(second)) => Ok(Condition::BeginsWith(first, second)),
            ("contains", first, Some(second)) if first == second => {
                Err(self.cursor.fault(&format!(
                    "The first operand must be distinct from the remaining operands for this \
                     operator or function; operator: contains, first operand: {}",
                    written(&first)
                )))
            }
            ("contains", first, Some(second)) => Ok(Condition::Contains(first, second)),
            _ => Err(self.wants_path(name)),
        }
    }

    fn wants_path(&self, name: &str) -> crate::table::refusal::Refusal {
        self.cursor.fault(&format!(
            "Operator or function requires a document path; operator or function: {name}"
        ))
    }

    fn wrong_count(&self, name: &str, count: usize) -> crate::table::refusal::Refusal {
        self.cursor.fault(&format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, \
             number of operands: {count}"
        ))
    }
}

fn written(operand: &Operand) -> String {
    match operand {
        Operand::Path(path) | Operand::Size(path) => super::written(path),
        Operand::Value(name) => name.clone(),
    }
}
