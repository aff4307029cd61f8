//! What must be true of both products once the dust has settled, whatever happened before.
//!
//! Looks at the simulators, as people look at the products.

use domain::{
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::Store as _,
    reconcile::Outcome,
};
use scenarios::world::World;

use super::{
    deeds::{mirrors_of, written_by_us},
    story::{Note, Story, Told},
};

/// Sweeps after which everything that was put off must have been made good.
const MOST_SWEEPS: usize = 16;
/// Longer than any putting-off that the mishaps here lead to.
const LONG_MS: u64 = 6 * 3_600_000;

impl Story {
    /// Sweeps until nothing is owed, nor put off to a later time.
    pub async fn rest(&mut self) {
        for round in 0..MOST_SWEEPS {
            self.world.pass_minutes(if round < 3 { 3 } else { 11 });
            let report = self.world.sweep().await;
            self.collect();
            self.note("swept");
            self.note_calls();
            let now = Moment::from_epoch_ms(self.world.now_ms());
            let due = self
                .world
                .service
                .store
                .list_due(now.plus_ms(LONG_MS), None)
                .await
                .expect("a list");
            let at_rest = report.reconciled.iter().all(|it| {
                it.actions.is_empty() && matches!(it.outcome, Outcome::InStep | Outcome::Unrouted)
            });
            if at_rest
                && round >= 2
                && due.cases.is_empty()
                && report.found_in_jira + report.found_in_contrast == 0
            {
                return;
            }
        }
        panic!("the sweeps do not come to rest");
    }

    /// Checks everything.
    pub async fn end(&mut self) {
        self.rest().await;
        self.check_pairs();
        // Comments of closed incidents are not polled; they are looked at once their case is open.
        let closed: Vec<String> = self
            .cases
            .iter()
            .map(|it| it.number.clone())
            .filter(|it| !is_open(&self.world, it))
            .collect();
        for number in closed {
            self.world
                .contrast(|it, now| it.reopen(&number, "Mara Lindt", now));
        }
        self.announce(1).await;
        self.rest().await;
        self.check_pairs();
        self.check_comments();
        self.late_deliveries_do_nothing().await;
        self.looking_again_finds_nothing().await;
        self.check_pairs();
        self.check_comments();
        self.world.end().await;
    }

    /// One ticket for each incident that should have one; both say the same.
    pub fn check_pairs(&self) {
        for told in &self.cases {
            let number = &told.number;
            let open = is_open(&self.world, number);
            let tickets = self.world.tickets(number);
            // An incident that was closed before a ticket was opened needs none.
            assert!(
                tickets.len() == 1 || tickets.is_empty() && !open,
                "{number} has the tickets {tickets:?}"
            );
            let jira = self.world.network.jira();
            let Some(ticket) = tickets.first().and_then(|id| jira.ticket(id)) else {
                continue;
            };
            assert_eq!(
                ticket.category != "done",
                open,
                "{number}: the statuses agree"
            );
            assert_eq!(ticket.links.len(), 1, "{number}: one link");
            assert_eq!(
                ticket.links[0].resolved, !open,
                "{number}: the link's tick agrees"
            );
            let key = ticket.key.clone();
            drop(jira);
            let shown: Vec<(String, String)> = written_by_us(&self.world, number, true)
                .into_iter()
                .filter(|it| it.1.starts_with("Jira ticket "))
                .collect();
            assert_eq!(
                shown.len(),
                1,
                "{number}: one comment shows the ticket: {shown:?}"
            );
            assert!(
                shown[0].1.contains(&key),
                "{number}: it shows {key}: {shown:?}"
            );
            assert_eq!(
                shown[0].1.contains("State: open"),
                open,
                "{number}: it shows the state: {shown:?}"
            );
        }
    }

    /// One mirror for each living comment, none for dead ones, and originals left alone.
    pub fn check_comments(&self) {
        for told in &self.cases {
            for note in &told.notes {
                self.check_note(told, note);
            }
        }
    }

    fn check_note(&self, told: &Told, note: &Note) {
        let number = &told.number;
        let echoes: Vec<_> = written_by_us(&self.world, number, note.in_case)
            .into_iter()
            .filter(|it| it.1.contains(&note.word))
            .collect();
        assert!(
            echoes.is_empty(),
            "{number}: {note:?} came back: {echoes:?}"
        );
        let original = text_of_original(&self.world, number, note);
        assert_eq!(
            original.is_some(),
            note.alive,
            "{number}: originals are people's own: {note:?}"
        );
        assert!(
            original.is_none_or(|text| text.contains(&note.text())),
            "{number}: {note:?} is left as it is"
        );
        let mirrors = mirrors_of(&self.world, number, note);
        if !note.alive {
            assert!(
                mirrors.is_empty(),
                "{number}: {note:?} is dead and mirrored: {mirrors:?}"
            );
        } else if note.mirror_deleted {
            // Written again only if nobody knew yet that it had been written.
            assert!(
                mirrors.len() <= 1,
                "{number}: {note:?} has one mirror: {mirrors:?}"
            );
        } else {
            assert_eq!(
                mirrors.len(),
                1,
                "{number}: {note:?} has one mirror: {mirrors:?}"
            );
            assert!(
                mirrors[0].1.contains(&note.text()),
                "{number}: {note:?} is mirrored as it is: {mirrors:?}"
            );
        }
    }

    /// Everything that was ever told is told again, the latest first.
    async fn late_deliveries_do_nothing(&mut self) {
        self.collect();
        let told = std::mem::take(&mut self.told);
        self.note("everything is told again, the latest first");
        self.note_calls();
        for delivery in told.iter().rev() {
            self.world.deliver(delivery).await;
        }
        self.nothing_was_written("late deliveries");
    }

    /// Each case is looked at from all sides.
    async fn looking_again_finds_nothing(&mut self) {
        self.note("everything is looked at again");
        for told in &self.cases {
            let wakeup = Wakeup {
                case: self.world.case(&told.number),
                aspects: Aspect::everything(),
                pushed: None,
            };
            let now = Moment::from_epoch_ms(self.world.now_ms());
            self.world
                .service
                .store
                .wake(&wakeup, now)
                .await
                .expect("stored");
        }
        let report = self.world.sweep().await;
        for it in &report.reconciled {
            assert!(it.actions.is_empty(), "planning again is empty: {it:?}");
        }
        self.nothing_was_written("looking again");
    }

    fn nothing_was_written(&self, what: &str) {
        let jira = self.world.network.jira().take_calls();
        let written: Vec<_> = jira.into_iter().filter(|call| call.write).collect();
        assert!(written.is_empty(), "{what} wrote to Jira: {written:?}");
        let contrast = self.world.network.contrast().take_calls();
        let written: Vec<_> = contrast
            .into_iter()
            .filter(|call| call.method != "GET" && !call.path.contains("observations"))
            .collect();
        assert!(written.is_empty(), "{what} wrote to Contrast: {written:?}");
    }
}

fn is_open(world: &World, number: &str) -> bool {
    world
        .network
        .contrast()
        .incident(number)
        .expect("the incident")
        .open
}

fn text_of_original(world: &World, number: &str, note: &Note) -> Option<String> {
    if note.in_case {
        let contrast = world.network.contrast();
        let comments = &contrast.incident(number)?.comments;
        return comments
            .iter()
            .find(|it| it.id == note.id)
            .map(|it| it.text.clone());
    }
    let jira = world.network.jira();
    let ids = world.tickets_in(&jira, number);
    let comments = jira.ticket(ids.first()?)?.comments.iter();
    comments
        .into_iter()
        .find(|it| it.id == note.id)
        .map(simulators::jira::SimComment::text)
}
