//! One incident and its ticket, and all that people say and do about the two: what must be so in the end,
//! whatever happened on the way.

use std::collections::BTreeMap;

use domain::reconcile::Outcome;
use simulators::{
    contrast::{IncidentSeed, Severity},
    jira::SimComment,
};

use super::stage::Stage;

/// What people wrote and what still stands, on the side where they wrote it.
#[derive(Default)]
struct Told {
    in_jira: Vec<String>,
    in_contrast: Vec<String>,
}

/// One incident and all that was said of it.
pub struct Story {
    /// Where it plays.
    pub stage: Stage,
    number: String,
    ticket: String,
    raised: Vec<String>,
    comments: BTreeMap<String, String>,
    round: usize,
    told: Told,
}

impl Story {
    /// An incident with its ticket, of which nothing was said yet.
    pub async fn begin() -> Self {
        let settings = format!(
            "{}\n[routes.flow]\ndelete_in_contrast = true\n",
            include_str!("../../../fixtures/settings.toml")
        );
        let stage = Stage::with_settings(&settings).await;
        let (number, ticket) = stage.linked_incident().await;
        Self {
            raised: vec![number.clone()],
            stage,
            number,
            ticket,
            comments: BTreeMap::new(),
            round: 0,
            told: Told::default(),
        }
    }

    /// People do all that they can do; half of it is told by webhooks.
    pub async fn act(&mut self) {
        self.round += 1;
        let (round, stage) = (self.round, &self.stage);
        let words = format!("From Jira, {round}.");
        let comment = stage.jira(|jira, now| jira.comment(&self.ticket, "Ana Souza", &words, now));
        self.comments
            .insert(words.clone(), comment.expect("a comment"));
        self.told.in_jira.push(words);
        let words = format!("From Contrast, {round}.");
        let comment = stage
            .contrast(|contrast, now| contrast.comment(&self.number, "Mara Lindt", &words, now));
        self.comments
            .insert(words.clone(), comment.expect("a comment"));
        self.told.in_contrast.push(words);
        if let Some(words) = self.told.in_jira.iter_mut().rev().nth(1) {
            let id = self.comments.remove(words).expect("it is known");
            words.insert_str(0, "Edited. ");
            let edited = stage
                .jira(|jira, now| jira.edit_comment(&self.ticket, "Ana Souza", &id, words, now));
            edited.expect("an edit");
            self.comments.insert(words.clone(), id);
        }
        if self.told.in_contrast.len() > 2 {
            let words = self.told.in_contrast.remove(0);
            let id = self.comments.remove(&words).expect("it is known");
            stage.contrast(|contrast, now| contrast.delete_comment(&self.number, &id, now));
        }
        if self.told.in_jira.len() > 3 {
            let words = self.told.in_jira.remove(0);
            let id = self.comments.remove(&words).expect("it is known");
            let deleted =
                stage.jira(|jira, now| jira.delete_comment(&self.ticket, "Ana Souza", &id, now));
            deleted.expect("a deletion");
        }
        let status = if round % 2 == 0 { "To Do" } else { "Done" };
        stage
            .jira(|jira, now| jira.transition_to(&self.ticket, "Ana Souza", status, now))
            .expect("moved");
        let severity = [Severity::Critical, Severity::High, Severity::Medium][round % 3];
        stage.contrast(|contrast, now| contrast.set_severity(&self.number, severity, 7.0, now));
        let seed = IncidentSeed::named(&format!("Of round {round}"));
        self.raised
            .push(stage.contrast(|contrast, now| contrast.raise_incident(seed, now)));
        self.hear(round % 2 == 0).await;
    }

    /// Webhooks arrive, or are lost; what they set off as well.
    async fn hear(&self, arrive: bool) {
        for _ in 0..3 {
            for delivery in self.stage.world.take_deliveries() {
                if arrive {
                    assert_eq!(self.stage.deliver(&delivery).await.status(), 200);
                }
            }
        }
    }

    /// Sweeps through the nonsense; answers with all that was said about it.
    pub async fn bear(&self) -> Vec<String> {
        let mut said = Vec::new();
        for _ in 0..2 {
            self.stage.world.pass_minutes(3);
            let report = self.stage.sweep().await;
            said.extend(report.troubles);
            said.extend(
                report
                    .reconciled
                    .into_iter()
                    .filter_map(|report| match report.outcome {
                        Outcome::Due { why, .. } | Outcome::Stuck { why } => Some(why),
                        Outcome::InStep
                        | Outcome::Unrouted
                        | Outcome::OutOfTime
                        | Outcome::HeldByAnother => None,
                    }),
            );
            self.hear(self.round.is_multiple_of(2)).await;
        }
        said
    }

    /// The answers are sane again, hours pass, and everything is looked at by somebody.
    pub async fn heal(&mut self) {
        self.stage.network.leave_alone();
        self.stage.world.lose();
        self.stage.world.pass_minutes(8 * 60);
        let looked_at = [Some(&self.number), self.raised.last()];
        for number in looked_at.into_iter().flatten() {
            let name = format!("{number} again, {}", self.round);
            self.stage
                .contrast(|contrast, now| contrast.rename(number, &name, now));
        }
        let words = format!("All is well, {}.", self.round);
        let comment = self
            .stage
            .jira(|jira, now| jira.comment(&self.ticket, "Ben Okafor", &words, now));
        self.comments
            .insert(words.clone(), comment.expect("a comment"));
        self.told.in_jira.push(words);
        self.stage.announce().await;
        for _ in 0..2 {
            self.stage.world.pass_minutes(15);
            self.stage.sweep().await;
            self.stage.world.lose();
        }
        self.stage.settle().await;
    }

    /// Each incident has one ticket, each comment stands once on either side, and the two agree.
    pub fn is_whole(&self, what: &str) {
        for number in &self.raised {
            let tickets = self.stage.tickets_of(number);
            assert_eq!(tickets.len(), 1, "{what}: tickets of {number}: {tickets:?}");
        }
        let contrast = self.stage.world.network.contrast();
        let jira = self.stage.world.network.jira();
        let ticket = jira.ticket(&self.ticket).expect("the ticket");
        let incident = contrast.incident(&self.number).expect("the incident");
        assert_eq!(incident.open, ticket.category != "done", "{what}");
        let texts: Vec<String> = incident
            .comments
            .iter()
            .map(|comment| comment.text.clone())
            .collect();
        for words in &self.told.in_jira {
            let count = texts
                .iter()
                .filter(|text| text.contains(words.as_str()))
                .count();
            assert_eq!(count, 1, "{what}: {words} in Contrast: {texts:#?}");
        }
        let ours = texts
            .iter()
            .filter(|text| text.contains("Jira ticket SEC-"))
            .count();
        assert_eq!(ours, 1, "{what}: {texts:#?}");
        let texts: Vec<String> = ticket.comments.iter().map(SimComment::text).collect();
        for words in &self.told.in_contrast {
            let count = texts
                .iter()
                .filter(|text| text.contains(words.as_str()))
                .count();
            assert_eq!(count, 1, "{what}: {words} in Jira: {texts:#?}");
        }
        let people = self.told.in_jira.len() + self.told.in_contrast.len();
        assert_eq!(
            texts.len(),
            people,
            "{what}: nothing else stands in Jira: {texts:#?}"
        );
    }
}

impl Stage {
    /// The tickets that bear the mark of a case, whatever they are called.
    fn tickets_of(&self, number: &str) -> Vec<String> {
        let label = domain::ticket::case_label(&self.world.case(number));
        let jira = self.world.network.jira();
        let marked = jira
            .tickets()
            .filter(|ticket| ticket.labels.contains(&label));
        marked.map(|ticket| ticket.key.clone()).collect()
    }
}
