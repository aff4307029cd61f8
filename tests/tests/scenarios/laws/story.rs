//! A story under way: performs the steps of a history in a world, and remembers what people did.
//!
//! Never looks into the store to decide what is right.

use std::{future::Future, task::Poll};

use scenarios::world::{Delivery, World};
use simulators::{
    contrast::{self, Stir},
    jira,
};

use super::step::{History, Mishap, News, Step, Trouble};

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
    pub written: u32,
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
        {
            let mut contrast = self.world.network.contrast();
            let stirs = history.comments_stir;
            let stir = Stir {
                moves_updated: stirs,
                pushes: stirs,
            };
            contrast.behaviour_mut().comments = stir;
        }
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
            Step::DeliverHeld { backwards, at_once } => self.deliver_held(backwards, at_once).await,
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

    async fn deliver_held(&mut self, backwards: bool, at_once: bool) {
        let mut held = std::mem::take(&mut self.held);
        if backwards {
            held.reverse();
        }
        if at_once {
            let handlers = all_at_once(held.iter().map(|it| self.world.deliver(it)).collect());
            tokio::join!(self.world.sweep(), handlers);
        } else {
            for delivery in &held {
                self.world.deliver(delivery).await;
            }
        }
        self.announce(1).await;
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

/// Lets futures run side by side until all are done.
async fn all_at_once<T>(futures: Vec<impl Future<Output = T>>) {
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|it| it.as_mut().poll(context).is_pending());
        if running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
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
