//! Changes to the list of routes: saving one, moving it, removing it.
//!
//! A route is checked against the settings and against Jira before it is kept; only whoever says so
//! keeps it unchecked.

use domain::settings::document::{Fault, RouteDocument, SettingsDocument};
use serde::{Deserialize, Serialize};

use super::{
    discovered::{Purpose, discover},
    entered::Entered,
    live,
};
use crate::{
    Console,
    access::Visitor,
    desk::{Desk, Saved},
    failure::Failure,
};

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It is in force.
    Saved,
    /// It is kept as a draft.
    Drafted,
    /// A route was moved.
    Moved,
    /// A route was removed.
    Removed,
}

impl Done {
    /// The word for it in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Drafted => "drafted",
            Self::Moved => "moved",
            Self::Removed => "removed",
        }
    }

    /// What is said of it.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Saved => "Saved, and in force within half a minute.",
            Self::Drafted => {
                "Saved as a draft: it comes in force once the settings are complete. What is missing stands below."
            }
            Self::Moved => "The order is changed.",
            Self::Removed => {
                "Removed. Its open cases are stuck until a route has that name again; nothing is deleted in either product."
            }
        }
    }
}

/// How a route is checked before it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Against the settings and against Jira.
    Live,
    /// Against the settings alone.
    Unchecked,
}

/// What became of a route that was to be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is kept.
    Done(Done),
    /// It is not: the settings themselves forbid it. Each fault at its place in the route.
    Faulty(Vec<Fault>),
    /// It is not: Jira has something against it. It can be kept unchecked.
    Refused(Vec<Fault>),
    /// It is not: Jira could not be asked, and why. It can be kept unchecked.
    Unchecked(Vec<String>),
}

/// Checks a route, and keeps it in the place of the one it replaces, or at the end.
pub async fn save(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    entered: &Entered,
    check: Check,
) -> Result<Outcome, Failure> {
    let (changed, place) = put_into(entered, &desk.document)?;
    let faults = own_faults(entered, &changed, &place);
    if !faults.is_empty() {
        return Ok(Outcome::Faulty(faults));
    }
    if check == Check::Live {
        let route = &entered.route;
        let found = discover(console, desk, route, &entered.find, Purpose::Checking).await;
        let faults = live::check(route, &place, &found);
        if !faults.is_empty() {
            return Ok(Outcome::Refused(at_their_controls(faults, &place)));
        }
        let troubles = found.troubles();
        if !troubles.is_empty() {
            let words = troubles.into_iter().map(ToOwned::to_owned);
            return Ok(Outcome::Unchecked(words.collect()));
        }
    }
    Ok(Outcome::Done(
        keep(console, visitor, desk, changed, Done::Saved).await?,
    ))
}

/// The document with this route in it, and the place of the route in it.
pub fn put_into(
    entered: &Entered,
    document: &SettingsDocument,
) -> Result<(SettingsDocument, String), Failure> {
    let mut changed = document.clone();
    let index = match &entered.replaces {
        None => changed.routes.len(),
        Some(name) => position(document, name)?,
    };
    match changed.routes.get_mut(index) {
        Some(route) => route.clone_from(&entered.route),
        None => changed.routes.push(entered.route.clone()),
    }
    Ok((changed, format!("routes[{index}]")))
}

/// The faults that the settings find in a route, each at its control.
fn own_faults(entered: &Entered, changed: &SettingsDocument, place: &str) -> Vec<Fault> {
    let mut faults = Desk::faults_at(changed, &[place.to_owned()]);
    if entered.is_renamed() && !entered.renames {
        faults.push(Fault {
            path: format!("{place}.name"),
            problem: "This gives the route another name: its open cases are stuck until a route has the old name again.".to_owned(),
            remedy: "Keep the name, or tick the box below it.".to_owned(),
        });
    }
    let is_other = |(index, route): (usize, &RouteDocument)| {
        route.name == entered.route.name && format!("routes[{index}]") != place
    };
    // The settings tell it of the later one only, which may be the other.
    if changed.routes.iter().enumerate().any(is_other)
        && faults
            .iter()
            .all(|fault| fault.path != format!("{place}.name"))
    {
        faults.push(Fault {
            path: format!("{place}.name"),
            problem: "There is a route of this name already.".to_owned(),
            remedy: "Choose another name.".to_owned(),
        });
    }
    at_their_controls(faults, place)
}

/// Faults of the settings, at the controls of the form that they are about.
fn at_their_controls(faults: Vec<Fault>, place: &str) -> Vec<Fault> {
    let inside = format!("{place}.");
    faults
        .into_iter()
        .map(|mut fault| {
            if let Some(rest) = fault.path.strip_prefix(&inside) {
                fault.path = rest.to_owned();
            }
            fault
        })
        .collect()
}

/// Where a route is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// It is tried earlier.
    Up,
    /// It is tried later.
    Down,
}

/// Moves a route by one place; at the end of the list it stays.
pub async fn move_route(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    name: &str,
    step: Step,
) -> Result<Done, Failure> {
    let changed = moved(&desk.document, name, step)?;
    if changed == desk.document {
        return Ok(Done::Moved);
    }
    keep(console, visitor, desk, changed, Done::Moved).await
}

fn moved(document: &SettingsDocument, name: &str, step: Step) -> Result<SettingsDocument, Failure> {
    let mut changed = document.clone();
    let at = position(document, name)?;
    let other = match step {
        Step::Up => at.checked_sub(1),
        Step::Down => Some(at + 1).filter(|other| *other < changed.routes.len()),
    };
    if let Some(other) = other {
        changed.routes.swap(at, other);
    }
    Ok(changed)
}

/// Removes a route.
pub async fn remove(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    name: &str,
) -> Result<Done, Failure> {
    let mut changed = desk.document.clone();
    changed.routes.remove(position(&desk.document, name)?);
    keep(console, visitor, desk, changed, Done::Removed).await
}

async fn keep(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    changed: SettingsDocument,
    done: Done,
) -> Result<Done, Failure> {
    if changed == desk.document && desk.draft == 0 && desk.in_force > 0 {
        return Ok(done);
    }
    Ok(match desk.save(console, visitor, changed).await? {
        Saved::InForce => done,
        Saved::Draft(_) => Done::Drafted,
    })
}

/// The route of that name.
pub fn route<'a>(document: &'a SettingsDocument, name: &str) -> Result<&'a RouteDocument, Failure> {
    let at = position(document, name)?;
    document.routes.get(at).ok_or(Failure::NotFound("route"))
}

fn position(document: &SettingsDocument, name: &str) -> Result<usize, Failure> {
    let found = document.routes.iter().position(|route| route.name == name);
    found.ok_or(Failure::NotFound("route"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(names: &[&str]) -> SettingsDocument {
        let route = |name: &&str| RouteDocument {
            name: (*name).to_owned(),
            ..RouteDocument::default()
        };
        SettingsDocument {
            routes: names.iter().map(route).collect(),
            ..SettingsDocument::default()
        }
    }

    fn names(document: &SettingsDocument) -> Vec<&str> {
        let routes = document.routes.iter();
        routes.map(|route| route.name.as_str()).collect()
    }

    #[test]
    fn a_route_moves_by_one_place_and_stays_at_the_ends() {
        let document = document(&["a", "b", "c"]);
        let after = |name: &str, step| {
            let moved = moved(&document, name, step).expect("there is such a route");
            names(&moved).join("")
        };
        assert_eq!(after("b", Step::Up), "bac");
        assert_eq!(after("b", Step::Down), "acb");
        assert_eq!(after("a", Step::Up), "abc");
        assert_eq!(after("c", Step::Down), "abc");
        assert!(moved(&document, "d", Step::Up).is_err());
    }

    #[test]
    fn a_route_takes_the_place_of_the_one_it_replaces_and_a_new_one_comes_last() {
        let document = document(&["a", "b"]);
        let put = |replaces: Option<&str>, name: &str| {
            let entered = Entered {
                replaces: replaces.map(ToOwned::to_owned),
                route: RouteDocument {
                    name: name.to_owned(),
                    ..RouteDocument::default()
                },
                ..Entered::default()
            };
            let (changed, place) = put_into(&entered, &document).expect("there is a place");
            (names(&changed).join(""), place)
        };
        assert_eq!(
            put(Some("a"), "x"),
            ("xb".to_owned(), "routes[0]".to_owned())
        );
        assert_eq!(put(None, "x"), ("abx".to_owned(), "routes[2]".to_owned()));
    }

    #[test]
    fn renaming_a_route_wants_to_be_meant() {
        let mut entered = Entered::of(&RouteDocument {
            name: "old".to_owned(),
            ..RouteDocument::default()
        });
        "new".clone_into(&mut entered.route.name);
        let document = document(&["old"]);
        let is_told = |entered: &Entered| {
            let (changed, place) = put_into(entered, &document).expect("there is a place");
            let faults = own_faults(entered, &changed, &place);
            faults
                .iter()
                .any(|it| it.path == "name" && it.problem.contains("old name"))
        };
        assert!(is_told(&entered));
        entered.renames = true;
        assert!(!is_told(&entered));
    }
}
