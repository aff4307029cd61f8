//! Cases: which are stuck or due, what happened to one, and waking them.
//!
//! Looks and wakes, nothing more: what becomes of a case is decided by the sweep.

use adapters::store::TableStore;
use domain::{
    case::CaseId,
    link::{Aspect, Class, Wakeup},
    moment::Moment,
    ports::{Glimpse, Pause, Store},
};

use crate::{
    failure::{Failure, Kind},
    options::{CasesCommand, State, Woken},
    talk::Talk,
};

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
            followed(store, &case, now).await?;
            wake(store, &case, now).await?;
            talk.say(format_args!(
                "{case} is due: the next sweep looks at all of it."
            ))
        }
        CasesCommand::Wake(Woken { case: None, .. }) => {
            let stuck = stuck_cases(store, now).await?;
            for glimpse in &stuck {
                wake(store, &glimpse.link.case, now).await?;
                talk.say(&glimpse.link.case)?;
            }
            talk.say(format_args!(
                "{} stuck case(s) woken: the next sweeps look at all of them.",
                stuck.len()
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
    let (word, glimpses) = match state {
        State::Stuck => ("stuck", stuck_cases(store, now).await?),
        State::Due => ("due", due_cases(store, now).await?),
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

async fn stuck_cases(store: &TableStore, now: Moment) -> Result<Vec<Glimpse>, Failure> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store.list_class(Class::Stuck, after, now).await?;
        // The index lags: what was mended meanwhile is not stuck any more.
        let stuck = page.rows.into_iter().map(|(glimpse, _)| glimpse);
        found.extend(stuck.filter(|glimpse| glimpse.link.is_stuck()));
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

async fn due_cases(store: &TableStore, now: Moment) -> Result<Vec<Glimpse>, Failure> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = store.list_due(now, after).await?;
        let cases: Vec<CaseId> = page.cases.into_iter().map(|(case, _)| case).collect();
        found.extend(store.glimpse_many(&cases, now).await?);
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

async fn wake(store: &TableStore, case: &CaseId, now: Moment) -> Result<(), Failure> {
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: Aspect::everything(),
        pushed: None,
    };
    Ok(store.wake(&wakeup, now).await?)
}

/// Nothing is made up: a case that nobody follows has no history, and is not woken.
async fn followed(store: &TableStore, case: &CaseId, now: Moment) -> Result<(), Failure> {
    if store.glimpse(case, now).await?.is_some() {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Refused,
        format!("no case {case} is followed"),
        "Look at its name in the logs or in `cases list`, and at the table's name. The sweep finds \
         new cases by itself.",
    ))
}
