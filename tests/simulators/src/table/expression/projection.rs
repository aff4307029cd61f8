//! Projections: the parts of an item that are wanted.
//!
//! Never shows what was not asked for.

use super::{Names, Parsed, Path, Segment, check_overlaps, cursor::Cursor, resolved};
use crate::table::{
    refusal::Answer,
    value::{Attribute, Item},
};

/// The paths that are wanted.
pub(in crate::table) struct Projection(Vec<Path>);

/// Reads a projection.
pub(super) fn parse(text: &str) -> Answer<Parsed<Projection>> {
    let mut cursor = Cursor::new("ProjectionExpression", text)?;
    let mut paths = vec![cursor.path()?];
    while cursor.take(",") {
        paths.push(cursor.path()?);
    }
    cursor.finish(Projection(paths))
}

impl Projection {
    /// Its paths without placeholders, if they do not overlap.
    pub(in crate::table) fn paths(&self, names: &Names) -> Answer<Vec<Path>> {
        let paths: Vec<Path> = self.0.iter().map(|path| resolved(path, names)).collect();
        check_overlaps("ProjectionExpression", &paths)?;
        Ok(paths)
    }
}

/// The parts of an item at some paths (without placeholders).
pub(in crate::table) fn project(item: &Item, paths: &[Path]) -> Item {
    let paths: Vec<&[Segment]> = paths.iter().map(Vec::as_slice).collect();
    members(item, &paths)
}

fn members(item: &Item, paths: &[&[Segment]]) -> Item {
    item.iter()
        .filter_map(|(name, value)| {
            let below = below(
                paths,
                |step| matches!(step, Segment::Name(n) if n.as_str() == name),
            );
            Some((name.into(), part(value, &below)?))
        })
        .collect()
}

/// What is left of the paths that begin with a step.
fn below<'p>(paths: &[&'p [Segment]], is_step: impl Fn(&Segment) -> bool) -> Vec<&'p [Segment]> {
    paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(step, _)| is_step(step))
        .map(|(_, rest)| rest)
        .collect()
}

fn part(value: &Attribute, paths: &[&[Segment]]) -> Option<Attribute> {
    if paths.is_empty() {
        return None;
    }
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value.clone());
    }
    match value {
        Attribute::Map(item) => {
            let found = members(item, paths);
            (!found.is_empty()).then_some(Attribute::Map(found))
        }
        Attribute::List(elements) => {
            let found: Vec<Attribute> = elements
                .iter()
                .enumerate()
                .filter_map(|(at, element)| {
                    let below = below(paths, |step| *step == Segment::Index(at));
                    part(element, &below)
                })
                .collect();
            (!found.is_empty()).then_some(Attribute::List(found))
        }
        _ => None,
    }
}
