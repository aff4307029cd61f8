//! The story that the demo opens with: a morning in five scenes, then the same with every webhook
//! lost.
//!
//! Played live: every line is printed after it happened, and tells what is there to be seen.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::moment::Moment;
use simulators::{contrast::IncidentSeed, jira::SimTicket};

use super::{
    Both, Demo,
    post::{Fate, take_mail},
};
use crate::serving::{Host, sweep_in_words};

/// A pause between the lines, so that a person can follow.
const BREATH: Duration = Duration::from_millis(350);
/// How long a scene waits for what it shows.
const PATIENCE: Duration = Duration::from_secs(20);

/// A story under way.
struct Story<'a> {
    host: &'a Host,
    demo: &'a Arc<Demo>,
    started: Instant,
    fate: Fate,
}

/// Why the story stopped in the middle.
pub type Interrupted = String;

/// Tells the story.
pub async fn tell_story(host: &Host, demo: &Arc<Demo>) -> Result<(), Interrupted> {
    let mut story = Story {
        host,
        demo,
        started: Instant::now(),
        fate: Fate::Delivered,
    };
    println!("\n  One incident, from alarm to closed, with webhooks in both directions\n");
    story
        .play(
            IncidentSeed::sql_injection(),
            [
                "Taking this one. The search field is injectable.",
                "Rule deployed, the source address is blocked.",
            ],
        )
        .await?;
    story.fate = Fate::Lost;
    println!("\n  The same again, and every webhook gets lost\n");
    story
        .play(
            IncidentSeed::command_injection(),
            ["I am on it.", "The ping endpoint is behind a flag now."],
        )
        .await?;
    println!("\n  Nothing lost, nothing doubled, nothing echoed.\n");
    Ok(())
}

impl Story<'_> {
    async fn play(
        &mut self,
        seed: IncidentSeed,
        [from_jira, from_contrast]: [&str; 2],
    ) -> Result<(), Interrupted> {
        let name = seed.name.clone();
        let number = self
            .act(|both, now| both.contrast.raise_incident(seed, now))
            .await;
        self.say("Contrast", &format!("raises {number}: {name}"))
            .await;
        let id = self.ticket_of(&number).await?;
        let (key, priority, sources) = self.look(&id, |ticket| {
            let priority = ticket.priority.clone().unwrap_or_default();
            (
                ticket.key.clone(),
                priority,
                ticket.description_text().lines().count(),
            )
        })?;
        let words = format!(
            "{key} is open, priority {priority}, with {sources} lines of description for the responder"
        );
        self.say("Jira", &words).await;
        self.say(
            "Contrast",
            &format!("{number} shows {key} in a comment; {key} links back"),
        )
        .await;

        self.act(|both, now| both.jira.comment(&id, "Ana Souza", from_jira, now))
            .await
            .map_err(|error| error.to_string())?;
        self.say("Jira", &format!("Ana Souza comments on {key}: {from_jira}"))
            .await;
        self.until("the comment to reach Contrast", |both| {
            both.contrast.incident(&number).is_some_and(|incident| {
                incident
                    .comments
                    .iter()
                    .any(|comment| comment.text.contains(from_jira))
            })
        })
        .await?;
        self.say(
            "Contrast",
            &format!("{number} has her comment, with her name on it"),
        )
        .await;

        self.act(|both, now| {
            both.contrast
                .comment(&number, "Mara Lindt", from_contrast, now)
        })
        .await;
        self.say(
            "Contrast",
            &format!("Mara Lindt comments on {number}: {from_contrast}"),
        )
        .await;
        // Contrast sends no webhook for a comment: the sweep reads it in its turn.
        self.sweep().await?;
        self.until("the comment to reach Jira", |both| {
            both.jira.ticket(&id).is_some_and(|ticket| {
                ticket
                    .comments
                    .iter()
                    .any(|comment| comment.text().contains(from_contrast))
            })
        })
        .await?;
        self.say("Jira", &format!("{key} has the comment")).await;

        self.act(|both, now| both.jira.transition_to(&id, "Ana Souza", "Done", now))
            .await
            .map_err(|error| error.to_string())?;
        self.say("Jira", &format!("Ana Souza moves {key} to Done"))
            .await;
        self.until("the incident to close", |both| {
            both.contrast
                .incident(&number)
                .is_some_and(|incident| !incident.open)
        })
        .await?;
        let reason = self
            .demo
            .both()
            .contrast
            .incident(&number)
            .and_then(|incident| incident.close_reason)
            .map_or("", simulators::contrast::CloseReason::word);
        self.say("Contrast", &format!("{number} is closed as {reason}"))
            .await;
        Ok(())
    }

    /// Changes something, and sends its webhooks as the story has it.
    async fn act<T>(&self, change: impl FnOnce(&mut Both, i64) -> T) -> T {
        let (value, mail) = {
            let mut both = self.demo.both();
            let value = change(&mut both, self.demo.now_ms());
            (value, take_mail(&mut both))
        };
        self.demo.send_as(&mail, self.fate).await;
        value
    }

    async fn ticket_of(&self, number: &str) -> Result<String, Interrupted> {
        let find = |both: &Both| {
            let mut tickets = both.jira.tickets();
            tickets
                .find(|ticket| ticket.summary.contains(number))
                .map(|ticket| ticket.id.clone())
        };
        self.until("the ticket to open", |both| {
            find(both).is_some_and(|id| {
                both.jira
                    .ticket(&id)
                    .is_some_and(|ticket| !ticket.links.is_empty())
            })
        })
        .await?;
        find(&self.demo.both()).ok_or_else(|| "the ticket went away".to_owned())
    }

    fn look<T>(&self, id: &str, see: impl FnOnce(&SimTicket) -> T) -> Result<T, Interrupted> {
        self.demo
            .both()
            .jira
            .ticket(id)
            .map(see)
            .ok_or_else(|| "the ticket went away".to_owned())
    }

    /// Waits for something to be seen; where webhooks get lost, a sweep comes first.
    async fn until(&self, what: &str, seen: impl Fn(&Both) -> bool) -> Result<(), Interrupted> {
        if self.fate == Fate::Lost && !seen(&self.demo.both()) {
            self.sweep().await?;
        }
        let began = Instant::now();
        while !seen(&self.demo.both()) {
            if began.elapsed() > PATIENCE {
                return Err(format!("waited in vain for {what}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn sweep(&self) -> Result<(), Interrupted> {
        let (report, calls) = self
            .host
            .sweep()
            .await
            .map_err(|trouble| trouble.for_people())?;
        let words = sweep_in_words(&report, calls);
        self.demo.note_sweep(&words);
        self.say("sweep", &words).await;
        Ok(())
    }

    async fn say(&self, who: &str, words: &str) {
        let time = Moment::from_epoch_ms(self.demo.now_ms()).to_rfc3339();
        let time = time.get(11..19).unwrap_or_default();
        println!(
            "  {time}  {:>6} ms  {who:<9} {words}",
            self.started.elapsed().as_millis()
        );
        if who != "sweep" {
            self.demo.note(who, words);
        }
        tokio::time::sleep(BREATH).await;
    }
}
