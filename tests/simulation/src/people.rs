//! What people know of their cases: what they raised, wrote, edited and deleted.
//!
//! This is what the end of a run is measured by. Never looks at the service or its store.

use simulators::{
    contrast::{Contrast, DEMO_USER},
    jira::{Jira, SimTicket},
};

/// A comment that somebody wrote.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Note {
    /// Stands in every version of it, and in nothing else.
    pub word: String,
    /// Counts its edits, from 1.
    pub version: u32,
    /// Whether it stands in Contrast.
    pub in_case: bool,
    /// Whether only some may read it.
    pub internal: bool,
    /// Its id there.
    pub id: String,
    /// Whether it still stands.
    pub alive: bool,
    /// Whether somebody deleted its mirror.
    pub mirror_deleted: bool,
    /// Whether it was restricted after everybody had seen it.
    pub was_restricted: bool,
}

impl Note {
    /// Its text.
    pub fn text(&self) -> String {
        format!("{} version {}.", self.word, self.version)
    }
}

/// A case that somebody raised.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Told {
    /// Its number.
    pub number: String,
    /// Whether it is an incident.
    pub incident: bool,
    /// What people wrote about it.
    pub notes: Vec<Note>,
    /// Whether somebody chose the ticket's priority.
    pub prioritised: bool,
    /// Whether somebody deleted the case.
    pub case_deleted: bool,
    /// Whether somebody deleted its ticket.
    pub ticket_deleted: bool,
    /// Whether its severity was low from the beginning and never anything else.
    pub always_low: bool,
    /// Whether nobody has told yet which application it is about.
    pub unclear: bool,
    /// The summary that somebody gave its ticket.
    pub summary: Option<String>,
}

/// Everything that people know.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The cases.
    pub cases: Vec<Told>,
    /// Counts what they wrote.
    pub written: u32,
}

impl People {
    /// Notes a case that somebody raised.
    pub fn tell_of(&mut self, number: String, incident: bool) -> &mut Told {
        let position = self.cases.len();
        self.cases.push(Told {
            number,
            incident,
            notes: Vec::new(),
            prioritised: false,
            case_deleted: false,
            ticket_deleted: false,
            always_low: false,
            unclear: false,
            summary: None,
        });
        &mut self.cases[position]
    }

    /// The living comments, as positions of case and comment.
    pub fn living(&self) -> Vec<(usize, usize)> {
        let notes = self.cases.iter().enumerate().flat_map(|(case, told)| {
            let living = told.notes.iter().enumerate().filter(|(_, note)| note.alive);
            living.map(move |(note, _)| (case, note))
        });
        notes.collect()
    }

    /// A comment about to be written.
    pub fn new_note(&mut self, in_case: bool, internal: bool) -> Note {
        self.written += 1;
        Note {
            word: format!("note-{};", self.written),
            version: 1,
            in_case,
            internal,
            id: String::new(),
            alive: true,
            mirror_deleted: false,
            was_restricted: false,
        }
    }
}

/// The tickets that say they belong to a case, the deleted ones left out.
pub fn tickets_of<'a>(jira: &'a Jira, number: &str) -> Vec<&'a SimTicket> {
    let name = format!("({number})");
    jira.tickets()
        .filter(|ticket| !ticket.deleted && ticket.summary.contains(&name))
        .collect()
}

/// The comments that the service wrote in Contrast: id and text.
pub fn ours_in_case(contrast: &Contrast, number: &str) -> Vec<(String, String)> {
    let comments = contrast.incident(number).map(|it| it.comments.as_slice());
    comments
        .unwrap_or_default()
        .iter()
        .filter(|comment| comment.user == DEMO_USER)
        .map(|comment| (comment.id.clone(), comment.text.clone()))
        .collect()
}

/// The comments that the service wrote in Jira: id and text.
pub fn ours_in_ticket(jira: &Jira, number: &str) -> Vec<(String, String)> {
    let tickets = tickets_of(jira, number);
    tickets
        .iter()
        .flat_map(|ticket| ticket.comments.iter())
        .filter(|comment| comment.author == Jira::DEMO_ACCOUNT)
        .map(|comment| (comment.id.clone(), comment.text()))
        .collect()
}

/// The comments that we wrote on the other side and that contain a note's word.
pub fn mirrors_of(
    contrast: &Contrast,
    jira: &Jira,
    number: &str,
    note: &Note,
) -> Vec<(String, String)> {
    let ours = if note.in_case {
        ours_in_ticket(jira, number)
    } else {
        ours_in_case(contrast, number)
    };
    ours.into_iter()
        .filter(|(_, text)| text.contains(&note.word))
        .collect()
}
