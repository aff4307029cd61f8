//! What people do in a story, and what they see of it.
//!
//! Never goes through the service.

use scenarios::world::World;
use simulators::{
    contrast::{self, CloseReason, IncidentSeed},
    jira::Jira,
};

use super::{
    step::Act,
    story::{Note, Story, Told},
};

impl Story {
    /// The incident at a position, and its ticket if it is linked.
    async fn place(&self, position: usize) -> Option<(String, Option<String>)> {
        let told = self.cases.get(position % self.cases.len().max(1))?;
        let glimpse = self.world.glimpse(&told.number).await;
        let ticket = glimpse.and_then(|it| {
            it.link
                .pair()
                .map(|pair| pair.ticket.id.as_str().to_owned())
        });
        Some((told.number.clone(), ticket))
    }

    /// The living comments, as positions of incident and comment.
    pub fn living(&self) -> Vec<(usize, usize)> {
        let notes = self.cases.iter().enumerate().flat_map(|(case, told)| {
            told.notes
                .iter()
                .enumerate()
                .filter(|(_, note)| note.alive)
                .map(move |(note, _)| (case, note))
        });
        notes.collect()
    }

    /// Lets people do something. False when there is nothing to do it to.
    pub async fn act(&mut self, act: Act) -> bool {
        match act {
            Act::Raise => {
                let number = self
                    .world
                    .contrast(|it, now| it.raise_incident(IncidentSeed::default(), now));
                self.cases.push(Told {
                    number,
                    notes: Vec::new(),
                });
                true
            }
            Act::Edit(position) | Act::Delete(position) | Act::DeleteMirror(position) => {
                let living = self.living();
                let Some(&(case, note)) = living.get(position % living.len().max(1)) else {
                    return false;
                };
                self.act_on_note(act, case, note)
            }
            Act::Rate(position, _)
            | Act::Close(position)
            | Act::Reopen(position)
            | Act::CommentCase(position)
            | Act::CommentTicket(position)
            | Act::MoveTo(position, _)
            | Act::Prioritise(position, _)
            | Act::Relocate(position, _)
            | Act::Hide(position)
            | Act::Show(position) => {
                let Some((number, ticket)) = self.place(position).await else {
                    return false;
                };
                let position = position % self.cases.len();
                self.act_on_case(act, position, &number)
                    || ticket.is_some_and(|it| self.act_on_ticket(act, position, &it))
            }
        }
    }

    fn act_on_case(&mut self, act: Act, position: usize, number: &str) -> bool {
        let person = "Mara Lindt";
        match act {
            Act::Rate(_, severity) => self
                .world
                .contrast(|it, now| it.set_severity(number, severity, 5.5, now)),
            Act::Close(_) => self
                .world
                .contrast(|it, now| it.close(number, person, CloseReason::FalsePositive, now)),
            Act::Reopen(_) => self
                .world
                .contrast(|it, now| it.reopen(number, person, now)),
            Act::CommentCase(_) => {
                let mut note = self.new_note(true);
                note.id = self
                    .world
                    .contrast(|it, now| it.comment(number, person, &note.text(), now))
                    .expect("a comment");
                self.cases[position].notes.push(note);
                true
            }
            _ => false,
        }
    }

    fn act_on_ticket(&mut self, act: Act, position: usize, ticket: &str) -> bool {
        let person = "Ana Souza";
        match act {
            Act::CommentTicket(_) => {
                let mut note = self.new_note(false);
                note.id = self
                    .world
                    .jira(|it, now| it.comment(ticket, person, &note.text(), now))
                    .expect("a comment");
                self.cases[position].notes.push(note);
                true
            }
            Act::MoveTo(_, status) => self
                .world
                .jira(|it, now| it.transition_to(ticket, person, status, now))
                .is_ok(),
            Act::Prioritise(_, priority) => self
                .world
                .jira(|it, now| it.set_priority(ticket, person, priority, now))
                .is_ok(),
            Act::Relocate(_, project) => {
                let there = self
                    .world
                    .network
                    .jira()
                    .ticket(ticket)
                    .is_some_and(|it| it.project == project);
                !there
                    && self
                        .world
                        .jira(|it, now| it.move_ticket(ticket, person, project, now))
                        .is_ok()
            }
            Act::Hide(_) => self
                .world
                .jira(|it, now| it.hide_ticket(ticket, now))
                .is_ok(),
            Act::Show(_) => self
                .world
                .jira(|it, now| it.show_ticket(ticket, now))
                .is_ok(),
            _ => false,
        }
    }

    fn new_note(&mut self, in_case: bool) -> Note {
        self.written += 1;
        let word = format!("note-{};", self.written);
        Note {
            word,
            version: 1,
            in_case,
            id: String::new(),
            alive: true,
            mirror_deleted: false,
        }
    }

    fn act_on_note(&mut self, act: Act, case: usize, note: usize) -> bool {
        let number = self.cases[case].number.clone();
        let ticket = self.world.tickets(&number).pop();
        let note = &mut self.cases[case].notes[note];
        match act {
            Act::Edit(_) => {
                note.version += 1;
                if note.in_case {
                    self.world
                        .contrast(|it, now| it.edit_comment(&number, &note.id, &note.text(), now))
                } else {
                    let ticket = ticket.expect("a ticket that was commented on");
                    self.world
                        .jira(|it, now| {
                            it.edit_comment(&ticket, "Ana Souza", &note.id, &note.text(), now)
                        })
                        .is_ok()
                }
            }
            Act::Delete(_) => {
                note.alive = false;
                if note.in_case {
                    self.world
                        .contrast(|it, now| it.delete_comment(&number, &note.id, now))
                } else {
                    let ticket = ticket.expect("a ticket that was commented on");
                    self.world
                        .jira(|it, now| it.delete_comment(&ticket, "Ana Souza", &note.id, now))
                        .is_ok()
                }
            }
            _ => {
                let mirrors = mirrors_of(&self.world, &number, note);
                let Some(mirror) = mirrors.first() else {
                    return false;
                };
                note.mirror_deleted = true;
                match (note.in_case, ticket) {
                    (true, Some(ticket)) => self
                        .world
                        .jira(|it, now| it.delete_comment(&ticket, "Ana Souza", &mirror.0, now))
                        .is_ok(),
                    _ => self
                        .world
                        .contrast(|it, now| it.delete_comment(&number, &mirror.0, now)),
                }
            }
        }
    }
}

/// The comments that we wrote on the other side and that contain a note's word: id and text.
pub fn mirrors_of(world: &World, number: &str, note: &Note) -> Vec<(String, String)> {
    written_by_us(world, number, !note.in_case)
        .into_iter()
        .filter(|(_, text)| text.contains(&note.word))
        .collect()
}

/// All comments that we wrote on a side: id and text.
pub fn written_by_us(world: &World, number: &str, in_case: bool) -> Vec<(String, String)> {
    if in_case {
        let contrast = world.network.contrast();
        let comments = contrast
            .incident(number)
            .map(|it| it.comments.clone())
            .unwrap_or_default();
        let ours = comments
            .into_iter()
            .filter(|it| it.user == contrast::DEMO_USER);
        return ours.map(|it| (it.id, it.text)).collect();
    }
    let jira = world.network.jira();
    let ids = world.tickets_in(&jira, number);
    let comments = ids
        .iter()
        .filter_map(|id| jira.ticket(id))
        .flat_map(|it| it.comments.iter());
    comments
        .filter(|it| it.author == Jira::DEMO_ACCOUNT)
        .map(|it| (it.id.clone(), it.text()))
        .collect()
}
