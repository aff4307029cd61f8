//! Lists of cases by state, page by page, and waking what is listed.
//!
//! Never looks through the whole table: lists come from the indexes of links by class and of what is
//! due. They lag, so that what they name is read again before it is told.

use std::collections::VecDeque;

use domain::{
    case::CaseId,
    link::{Aspect, Class, Wakeup},
    moment::Moment,
    ports::{Glimpse, Store as _},
    trouble::Trouble,
};

use super::state::{CaseState, state_of};
use crate::store::TableStore;

/// Pages of an index that one answer may take, of a hundred links each.
const MOST_PAGES: usize = 10;

/// Which cases are sought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// In that state alone.
    pub state: Option<CaseState>,
    /// With this in the case's number, name or application, or the ticket's key; in any letters.
    /// Empty: all.
    pub text: String,
}

impl Sought {
    /// Whether it is one of them.
    pub fn takes(&self, glimpse: &Glimpse, now: Moment) -> bool {
        let in_state = |state| state_of(glimpse, now).0 == state;
        self.state.is_none_or(in_state) && self.has_text(glimpse)
    }

    fn has_text(&self, glimpse: &Glimpse) -> bool {
        let text = self.text.trim().to_lowercase();
        let link = &glimpse.link;
        let has = |words: &str| words.to_lowercase().contains(&text);
        text.is_empty()
            || has(&link.case.to_string())
            || link.facts.name.as_deref().is_some_and(has)
            || link.facts.applications.iter().any(|it| has(&it.name))
            || link
                .pair()
                .is_some_and(|pair| has(pair.ticket.key.as_str()))
    }

    fn lists(&self) -> VecDeque<List> {
        match self.state {
            // Whatever is due, or will be, stands in the index of what is due, and little else.
            Some(CaseState::Due) => VecDeque::from([List::Due]),
            Some(state) => state.classes().iter().copied().map(List::Class).collect(),
            None => Class::ALL.into_iter().map(List::Class).collect(),
        }
    }
}

/// A page of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseList {
    /// The cases. There may be none although more pages follow.
    pub glimpses: Vec<Glimpse>,
    /// Where the next page begins: opaque, and good for ever. `None`: this is the last.
    pub next: Option<String>,
}

/// An index, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Class(Class),
    Due,
}

impl List {
    const fn word(self) -> &'static str {
        match self {
            Self::Class(class) => class.word(),
            Self::Due => "due",
        }
    }
}

/// The cases that are sought, at most so many, from that place on. A page that had to look through
/// much ends early. A case that changes its state while pages are turned may come twice or not.
pub async fn list_cases(
    store: &TableStore,
    sought: &Sought,
    after: Option<String>,
    most: usize,
    now: Moment,
) -> Result<CaseList, Trouble> {
    let mut lists = sought.lists();
    let mut place = None;
    if let Some((word, behind)) = after.as_deref().and_then(|after| after.split_once('|')) {
        while lists.front().is_some_and(|list| list.word() != word) {
            lists.pop_front();
        }
        place = Some(behind.to_owned()).filter(|behind| !behind.is_empty());
    }
    let mut glimpses = Vec::new();
    let mut pages = 0;
    while let Some(list) = lists.front().copied() {
        let at = |place: Option<&str>| Some(format!("{}|{}", list.word(), place.unwrap_or("")));
        if pages == MOST_PAGES || glimpses.len() >= most {
            let next = at(place.as_deref());
            return Ok(CaseList { glimpses, next });
        }
        pages += 1;
        let (rows, behind) = read_page(store, list, place, now).await?;
        let mut rows = rows.into_iter().peekable();
        while let Some((glimpse, right_behind)) = rows.next() {
            if sought.takes(&glimpse, now) {
                glimpses.push(glimpse);
            }
            if glimpses.len() >= most && rows.peek().is_some() {
                let next = at(Some(&right_behind));
                return Ok(CaseList { glimpses, next });
            }
        }
        place = behind;
        if place.is_none() {
            lists.pop_front();
        }
    }
    let next = None;
    Ok(CaseList { glimpses, next })
}

/// A page of the cases that the next sweep looks at, in whatever state, the longest due first.
pub async fn list_due_now(
    store: &TableStore,
    after: Option<String>,
    now: Moment,
) -> Result<CaseList, Trouble> {
    let page = store.list_due(now, after).await?;
    let cases: Vec<CaseId> = page.cases.into_iter().map(|(case, _)| case).collect();
    Ok(CaseList {
        glimpses: store.glimpse_many(&cases, now).await?,
        next: page.next,
    })
}

type Rows = Vec<(Glimpse, String)>;

async fn read_page(
    store: &TableStore,
    list: List,
    after: Option<String>,
    now: Moment,
) -> Result<(Rows, Option<String>), Trouble> {
    let page = match list {
        List::Class(class) => store.list_class(class, after, now).await?,
        List::Due => store.list_owed(after, now).await?,
    };
    Ok((page.rows, page.next))
}

/// Has the next sweep look at all of a case; whether there is such a case. None is made up.
pub async fn wake_case(store: &TableStore, case: &CaseId, now: Moment) -> Result<bool, Trouble> {
    if store.glimpse(case, now).await?.is_none() {
        return Ok(false);
    }
    wake(store, case, now).await?;
    Ok(true)
}

/// Has the next sweeps look at every stuck case, or at those that are stuck for the same words;
/// answers with those that were woken.
pub async fn wake_stuck_cases(
    store: &TableStore,
    cause: Option<&str>,
    now: Moment,
) -> Result<Vec<CaseId>, Trouble> {
    let is_meant = |glimpse: &Glimpse| {
        // The index lags: what was mended meanwhile is not stuck any more.
        let mishap = glimpse.link.mishap.as_ref().filter(|mishap| mishap.stuck);
        mishap.is_some_and(|mishap| cause.is_none_or(|cause| cause == mishap.words))
    };
    let mut woken = Vec::new();
    let mut after = None;
    loop {
        let page = store.list_class(Class::Stuck, after, now).await?;
        for (glimpse, _) in page.rows.into_iter().filter(|(row, _)| is_meant(row)) {
            wake(store, &glimpse.link.case, now).await?;
            woken.push(glimpse.link.case);
        }
        after = page.next;
        if after.is_none() {
            return Ok(woken);
        }
    }
}

async fn wake(store: &TableStore, case: &CaseId, now: Moment) -> Result<(), Trouble> {
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: Aspect::everything(),
        pushed: None,
    };
    store.wake(&wakeup, now).await
}
