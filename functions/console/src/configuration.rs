//! Configuration: the routes, which say what opens tickets, where, and how.
//!
//! Everything can be entered by hand; what the two products tell makes it easier and is checked
//! against. Nothing is lost that was entered, whatever goes wrong.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::settings::document::Fault;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    Console, SettingsKept,
    access::{Administrator, Role, Visitor},
    desk::Desk,
    failure::Failure,
    form::Form,
    frame::{self, Notice, Tone},
};

pub mod change;
pub mod discovered;
mod edit;
pub mod entered;
pub mod list;
mod live;
pub mod preview;
mod proposal;
pub mod rendered;

pub use change::{Check, Done, Outcome, Step, move_route, remove, save};
pub use discovered::{Discovered, Purpose, discover};
pub use entered::{Entered, Find};
pub use list::rows;
pub use preview::{Wanted, make_preview};

/// The routes of these pages.
pub fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/configuration", get(show_all))
        .route("/configuration/new", get(show_new))
        .route("/configuration/draw", get(go_to_list).post(draw))
        .route("/configuration/save", get(go_to_list).post(save_entered))
        .route("/configuration/summary", post(show_summary))
        .route(
            "/configuration/preview",
            get(go_to_list).post(preview_entered),
        )
        .route("/configuration/routes/{name}", get(show_one))
        .route("/configuration/routes/{name}/preview", get(preview_kept))
        .route("/configuration/routes/{name}/up", post(move_up))
        .route("/configuration/routes/{name}/down", post(move_down))
        .route("/configuration/routes/{name}/remove", post(remove_one))
}

/// To whom a page is shown, and on top of what.
struct Showing<'a> {
    visitor: &'a Visitor,
    desk: &'a Desk,
    /// Whether this person may change these settings here.
    may_change: bool,
    /// Whether nobody may, because a file holds them.
    is_file: bool,
}

impl<'a> Showing<'a> {
    fn new(console: &Console, visitor: &'a Visitor, desk: &'a Desk) -> Self {
        let is_file = console.settings != SettingsKept::InTable;
        Self {
            visitor,
            desk,
            may_change: visitor.role() == Role::Administrator && !is_file,
            is_file,
        }
    }

    fn why_not(&self) -> Markup {
        html! {
            @if self.is_file {
                (frame::note(Tone::Plain, &html! { p { "The settings of this run are kept in a file: look at them here, and change them there." } }))
            }
        }
    }
}

/// What a form is drawn with, beside what was entered.
#[derive(Default)]
struct Remarks {
    faults: Vec<Fault>,
    notices: Vec<Notice>,
    /// Whether it may be saved without asking Jira.
    offers_unchecked: bool,
    status: StatusCode,
}

impl Remarks {
    fn bad(status: StatusCode, words: impl Into<String>, faults: Vec<Fault>) -> Self {
        Self {
            faults,
            notices: vec![Notice {
                tone: Tone::Bad,
                words: words.into(),
            }],
            offers_unchecked: false,
            status,
        }
    }

    const fn or_unchecked(mut self) -> Self {
        self.offers_unchecked = true;
        self
    }
}

#[derive(Deserialize)]
struct Arrived {
    done: Option<Done>,
}

async fn show_all(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Query(Arrived { done }): Query<Arrived>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let showing = Showing::new(&console, &visitor, &desk);
    Ok(frame::shown(list::page(&showing, done)))
}

async fn show_new(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = Entered::fresh(&desk.document, console.service.clock.now());
    Ok(drawn(&console, &visitor, &desk, entered, Remarks::default()).await)
}

async fn show_one(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = Entered::of(change::route(&desk.document, &name)?);
    Ok(drawn(&console, &visitor, &desk, entered, Remarks::default()).await)
}

async fn draw(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    form: Form,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = read_entered(&desk, &form);
    let remarks = Remarks {
        notices: meanwhile(&desk, &form).into_iter().collect(),
        ..Remarks::default()
    };
    Ok(drawn(&console, &visitor, &desk, entered, remarks).await)
}

async fn save_entered(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    form: Form,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let mut entered = read_entered(&desk, &form);
    if let Some(notice) = meanwhile(&desk, &form) {
        let remarks = Remarks::bad(StatusCode::CONFLICT, notice.words, Vec::new());
        return Ok(drawn(&console, &visitor, &desk, entered, remarks).await);
    }
    if entered.tag.is_some() {
        let purpose = Purpose::Choosing;
        let found = discover(&console, &desk, &entered.route, &entered.find, purpose).await;
        entered.take_told(&found);
    }
    let check = if form.has("unchecked") {
        Check::Unchecked
    } else {
        Check::Live
    };
    let saved = save(&console, &visitor, &desk, &entered, check).await;
    let remarks = match saved {
        Ok(Outcome::Done(done)) => {
            let path = format!("/console/configuration?done={}", done.word());
            return Ok(frame::go_to(&path));
        }
        Ok(outcome) => remarks_of(outcome),
        Err(Failure::Meanwhile(words)) => {
            Remarks::bad(StatusCode::CONFLICT, save_again(&words), Vec::new())
        }
        Err(failure) => return Err(failure),
    };
    // Another look: whoever was in the way has changed what this is based on.
    let desk = Desk::open(&console).await?;
    Ok(drawn(&console, &visitor, &desk, entered, remarks).await)
}

fn remarks_of(outcome: Outcome) -> Remarks {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match outcome {
        Outcome::Done(_) => Remarks::default(),
        Outcome::Faulty(faults) => {
            let words = format!("Nothing was saved: {} fault(s).", faults.len());
            Remarks::bad(status, words, faults)
        }
        Outcome::Refused(faults) => {
            let words = format!(
                "Nothing was saved: Jira has {} thing(s) against it.",
                faults.len()
            );
            Remarks::bad(status, words, faults).or_unchecked()
        }
        Outcome::Unchecked(troubles) => {
            let words = format!(
                "Nothing was saved: it could not be checked against Jira. There was trouble {}.",
                troubles.join("; ")
            );
            Remarks::bad(StatusCode::BAD_GATEWAY, words, Vec::new()).or_unchecked()
        }
    }
}

fn save_again(words: &str) -> String {
    format!(
        "{words} Nothing was saved, and what you entered stands below: look at the list in another window, and save again to put yours in place."
    )
}

/// What was entered, on top of the route that is kept.
fn read_entered(desk: &Desk, form: &Form) -> Entered {
    let base = change::route(&desk.document, form.text("replaces")).ok();
    let mut entered = Entered::from_form(form, base);
    if base.is_none() {
        // It was removed or renamed meanwhile: what was entered is then a new one.
        entered.replaces = None;
    }
    entered
}

/// What to say where somebody changed the settings while the form was open.
fn meanwhile(desk: &Desk, form: &Form) -> Option<Notice> {
    match desk.must_be(form.text("based_on")) {
        Err(Failure::Meanwhile(words)) => Some(Notice {
            tone: Tone::Bad,
            words: save_again(&words),
        }),
        _ => None,
    }
}

/// The form, with what can be told for it. Whoever only looks is shown what is kept, and asks nothing.
async fn drawn(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    mut entered: Entered,
    remarks: Remarks,
) -> Response {
    let showing = Showing::new(console, visitor, desk);
    let found = if showing.may_change {
        let purpose = Purpose::Choosing;
        discover(console, desk, &entered.route, &entered.find, purpose).await
    } else {
        Discovered::default()
    };
    entered.take_told(&found);
    let mut response = frame::shown(edit::page(&showing, &entered, &found, &remarks));
    *response.status_mut() = remarks.status;
    response
}

/// What a template of a summary makes of an example, as plain text.
async fn show_summary(_: Visitor, form: Form) -> String {
    preview::example_summary(form.text("text"))
}

async fn preview_entered(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    form: Form,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = read_entered(&desk, &form);
    let wanted = Wanted {
        connection: form.filled("preview_connection"),
        number: form.filled("preview_case"),
    };
    let preview = make_preview(&console, &desk, &entered, &wanted).await?;
    let page = preview::page::of_form(&visitor, &entered, &preview, &form);
    Ok(frame::shown(page))
}

#[derive(Deserialize)]
struct Chosen {
    preview_connection: Option<String>,
    preview_case: Option<String>,
}

async fn preview_kept(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = Entered::of(change::route(&desk.document, &name)?);
    let wanted = Wanted {
        connection: chosen.preview_connection.filter(|it| !it.is_empty()),
        number: chosen.preview_case.filter(|it| !it.is_empty()),
    };
    let preview = make_preview(&console, &desk, &entered, &wanted).await?;
    Ok(frame::shown(preview::page::of_kept(
        &visitor, &entered, &preview,
    )))
}

async fn move_up(
    state: State<Arc<Console>>,
    visitor: Administrator,
    name: Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    move_one(state, visitor, name, form, Step::Up).await
}

async fn move_down(
    state: State<Arc<Console>>,
    visitor: Administrator,
    name: Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    move_one(state, visitor, name, form, Step::Down).await
}

async fn move_one(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
    form: Form,
    step: Step,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    desk.must_be(form.text("based_on"))?;
    let done = move_route(&console, &visitor, &desk, &name, step).await?;
    Ok(back_to_list(done))
}

async fn remove_one(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    desk.must_be(form.text("based_on"))?;
    let done = remove(&console, &visitor, &desk, &name).await?;
    Ok(back_to_list(done))
}

/// Whoever loads the answer to a form again has nothing to send.
async fn go_to_list() -> Response {
    frame::go_to("/console/configuration")
}

fn back_to_list(done: Done) -> Response {
    frame::go_to(&format!("/console/configuration?done={}", done.word()))
}
