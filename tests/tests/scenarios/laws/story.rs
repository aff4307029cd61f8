//! A story under way: performs the steps of a history in a world, and remembers what people did.
//!
//! Never looks into the store to decide what is right.

use scenarios::world::{Delivery, World};
use simulators::{
    contrast::{self, CloseReason, IncidentSeed},
    jira::{self, Jira},
};

use super::step::{Act, History, Mishap, News, Step, Trouble};

/// Deliveries that one announcement may set off; more is an echo that never dies.
const MOST_DELIVERIES: usize = 150;

/// A comment that somebody wrote.
#[derive(Clone, Debug)]
pub struct Note {
    /// Stands in every version of it, and in nothing else.
    pub word: String,
    pub version: u32,
    pub in_case: bool,
    pub id: String,
    pub alive: bool,
    /// Whether somebody deleted its mirror.
    pub mirror_deleted: bool,
}

impl Note {
    pub fn text(&self) -> String {
        format!("{} version {}.", self.word, self.version)
    }
}

/// An incident, and what people said about it.
#[derive(Clone, Debug)]
pub struct Told {
    pub number: String,
    pub notes: Vec<Note>,
}

/// A story.
pub struct Story {
    pub world: World,
    pub cases: Vec<Told>,
    held: Vec<Delivery>,
    /// Everything that either product ever wanted to tell.
    pub told: Vec<Delivery>,
    written: u32,
    verbose: bool,
}

impl Story {
    pub async fn new(verbose: bool) -> Self {
        let settings = format!(
            "{}\n[routes.flow]\ndelete_in_contrast = true\n",
            include_str!("../../../fixtures/settings.toml")
        );
        let world = World::with_settings(&settings).await;
        Self {
            world,
            cases: Vec::new(),
            held: Vec::new(),
            told: Vec::new(),
            written: 0,
            verbose,
        }
    }

    /// Performs a whole history.
    pub async fn perform(&mut self, history: &History) {
        self.world.network.jira().set_search_lag_ms(history.lag_ms);
        for (number, step) in history.steps.iter().enumerate() {
            self.note(&format!("{:>3}. {step:?}", number + 1));
            self.step(*step).await;
            self.note_calls();
        }
        self.world.network.jira().set_search_lag_ms(0);
        self.world.network.jira().clear_faults();
        self.world.network.contrast().clear_faults();
        for told in self.cases.clone() {
            for ticket in self.world.tickets(&told.number) {
                self.world
                    .jira(|jira, now| jira.show_ticket(&ticket, now))
                    .expect("shown again");
            }
        }
        self.collect();
        self.note("the dust settles");
    }

    pub fn note(&self, line: &str) {
        if self.verbose {
            let at = domain::moment::Moment::from_epoch_ms(self.world.now_ms());
            println!("{}  {line}", at.to_rfc3339());
        }
    }

    /// Tells which calls were made.
    pub fn note_calls(&self) {
        let jira = self.world.network.jira().take_calls();
        let contrast = self.world.network.contrast().take_calls();
        for call in contrast {
            self.note(&format!(
                "      contrast {} {} -> {}{}",
                call.method,
                tail(&call.path),
                call.status,
                lost(call.lost)
            ));
        }
        for call in jira {
            self.note(&format!(
                "      jira {} {} -> {}{}",
                call.method,
                call.path,
                call.status,
                lost(call.lost)
            ));
        }
    }

    /// Performs one step.
    pub async fn step(&mut self, step: Step) {
        match step {
            Step::Act(act, news) => {
                if self.act(act).await {
                    self.spread(news).await;
                }
            }
            Step::DeliverHeld {
                backwards,
                sweeping,
            } => {
                let mut held = std::mem::take(&mut self.held);
                if backwards {
                    held.reverse();
                }
                let world = &self.world;
                let delivering = async {
                    for delivery in &held {
                        world.deliver(delivery).await;
                    }
                };
                if sweeping {
                    tokio::join!(delivering, world.sweep());
                } else {
                    delivering.await;
                }
                self.announce(1).await;
            }
            Step::Sweep(News::Fatal(call, dying)) => {
                let killed = self
                    .world
                    .network
                    .kill_at_call(call, dying, self.world.sweep())
                    .await;
                self.note(&format!("      the sweep was killed: {killed}"));
                self.collect();
            }
            Step::Sweep(news) => {
                self.world.sweep().await;
                self.spread(news).await;
            }
            Step::Pass(minutes) => self.world.pass_minutes(minutes),
            Step::Fail(mishap) => self.fail(mishap),
        }
    }

    /// Takes what both products want to tell.
    pub fn collect(&mut self) -> Vec<Delivery> {
        let deliveries = self.world.take_deliveries();
        self.told.extend(deliveries.iter().cloned());
        deliveries
    }

    async fn spread(&mut self, news: News) {
        match news {
            News::Announced => self.announce(1).await,
            News::Doubled => self.announce(2).await,
            News::Lost => {
                self.collect();
            }
            News::Held => {
                let deliveries = self.collect();
                self.held.extend(deliveries);
            }
            News::Fatal(call, dying) => {
                for delivery in self.collect() {
                    let killed = self
                        .world
                        .network
                        .kill_at_call(call, dying, self.world.deliver(&delivery))
                        .await;
                    self.note(&format!("      the handler was killed: {killed}"));
                }
                self.announce(1).await;
            }
        }
    }

    /// Delivers everything there is to tell, and everything that this sets off.
    pub async fn announce(&mut self, times: usize) {
        let mut delivered = 0;
        loop {
            let deliveries = self.collect();
            if deliveries.is_empty() {
                return;
            }
            for delivery in deliveries {
                for _ in 0..times {
                    delivered += 1;
                    assert!(
                        delivered < MOST_DELIVERIES,
                        "the two sides keep echoing each other"
                    );
                    let response = self.world.deliver(&delivery).await;
                    assert_eq!(response.status(), 200, "{}", response.body());
                }
            }
        }
    }

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

    fn fail(&self, mishap: Mishap) {
        let Mishap {
            in_jira,
            method,
            path,
            times,
            kind,
        } = mishap;
        if in_jira {
            let kind = match kind {
                Trouble::LostAnswer => jira::FaultKind::LoseAnswer,
                Trouble::LostRequest => jira::FaultKind::LoseRequest,
                Trouble::Status(status, after) => jira::FaultKind::Status(status, after),
                Trouble::StatusAfterEffect(status) => jira::FaultKind::StatusAfterEffect(status),
                Trouble::Html(status) => jira::FaultKind::Html(status),
            };
            self.world
                .network
                .jira()
                .fail_next(jira::Fault::new(method, path, times, kind));
        } else {
            let kind = match kind {
                Trouble::LostAnswer => contrast::FaultKind::LostAnswer,
                Trouble::LostRequest => contrast::FaultKind::LostRequest,
                Trouble::Status(status, after) => contrast::FaultKind::Status(status, after),
                Trouble::StatusAfterEffect(status) => {
                    contrast::FaultKind::StatusAfterEffect(status)
                }
                Trouble::Html(status) => contrast::FaultKind::Html(status),
            };
            self.world
                .network
                .contrast()
                .fail_next(contrast::Fault::new(method, path, times, kind));
        }
    }
}

fn lost(lost: bool) -> &'static str {
    if lost { ", lost" } else { "" }
}

fn tail(path: &str) -> &str {
    path.rsplit_once("/organizations/")
        .map_or(path, |(_, tail)| {
            tail.split_once('/').map_or(tail, |(_, tail)| tail)
        })
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
