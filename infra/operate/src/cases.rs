//! Cases: which are stuck or due, what happened to one, and waking them.
//!
//! Looks and wakes, nothing more: what becomes of a case is decided by the sweep.

use adapters::{
    cases::{CaseState, Sought, list_cases, list_due_now, wake_case, wake_stuck_cases},
    store::TableStore,
};
use domain::{
    case::CaseId,
    moment::Moment,
    ports::{Glimpse, Pause, Store as _},
};

use crate::{
    failure::{Failure, Kind},
    options::{CasesCommand, State, Woken},
    talk::Talk,
};

/// Cases that are read at a time.
const PAGE: usize = 100;

/// Does what is asked for.
pub async fn run(
    store: &TableStore,
    command: CasesCommand,
    now: Moment,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    match command {
        CasesCommand::List { state } => list(store, state, now, talk).await,
        CasesCommand::History { case } => history(store, &case, now, talk).await,
        CasesCommand::Wake(Woken {
            case: Some(case), ..
        }) => {
            if !wake_case(store, &case, now).await? {
                return Err(not_followed(&case));
            }
            talk.say(format_args!(
                "{case} is due: the next sweep looks at all of it."
            ))
        }
        CasesCommand::Wake(Woken { case: None, .. }) => {
            let woken = wake_stuck_cases(store, None, now).await?;
            for case in &woken {
                talk.say(case)?;
            }
            talk.say(format_args!(
                "{} stuck case(s) woken: the next sweeps look at all of them.",
                woken.len()
            ))
        }
    }
}

async fn list(
    store: &TableStore,
    state: State,
    now: Moment,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let glimpses = cases_in(store, state, now).await?;
    let word = match state {
        State::Stuck => "stuck",
        State::Due => "due",
    };
    for glimpse in &glimpses {
        let link = &glimpse.link;
        let ticket = link.pair().map_or_else(
            || "no ticket".to_owned(),
            |pair| pair.ticket.key.to_string(),
        );
        talk.say(format_args!("{} ({ticket}): {}", link.case, why(glimpse)))?;
    }
    talk.say(format_args!("{} case(s) {word}.", glimpses.len()))?;
    for Pause { peer, since, words } in store.list_pauses().await? {
        talk.say(format_args!(
            "Paused: {peer} refuses our credentials since {}: {words}. Its cases wait until valid \
             ones are put into its secret.",
            since.for_people()
        ))?;
    }
    Ok(())
}

/// What kept a case from being in step, as the logs told it.
fn why(glimpse: &Glimpse) -> String {
    let link = &glimpse.link;
    let told = link.mishap.as_ref().map_or_else(
        || "something is to be looked at".to_owned(),
        |mishap| {
            let words = mishap.words.trim_end_matches('.');
            format!("{words} ({})", mishap.at.for_people())
        },
    );
    match link.attempts {
        0 => told,
        1 => format!("{told}, tried once"),
        attempts => format!("{told}, tried {attempts} times"),
    }
}

async fn cases_in(store: &TableStore, state: State, now: Moment) -> Result<Vec<Glimpse>, Failure> {
    let stuck = Sought {
        state: Some(CaseState::Stuck),
        text: String::new(),
    };
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = match state {
            State::Stuck => list_cases(store, &stuck, after, PAGE, now).await?,
            State::Due => list_due_now(store, after, now).await?,
        };
        found.extend(page.glimpses);
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

async fn history(
    store: &TableStore,
    case: &CaseId,
    now: Moment,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    followed(store, case, now).await?;
    let history = store.list_history(case).await?;
    for entry in &history {
        talk.say(format_args!("{}  {}", entry.at.to_rfc3339(), entry.words))?;
    }
    if history.is_empty() {
        talk.say("Nothing was done for it within 90 days.")?;
    }
    Ok(())
}

/// Nothing is made up: a case that nobody follows has no history, and is not woken.
async fn followed(store: &TableStore, case: &CaseId, now: Moment) -> Result<(), Failure> {
    if store.glimpse(case, now).await?.is_some() {
        return Ok(());
    }
    Err(not_followed(case))
}

fn not_followed(case: &CaseId) -> Failure {
    Failure::new(
        Kind::Refused,
        format!("no case {case} is followed"),
        "Look at its name in the logs or in `cases list`, and at the table's name. The sweep finds \
         new cases by itself.",
    )
}
