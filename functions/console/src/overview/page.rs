//! The page of the overview.

use adapters::store::{Book, SweepNote};
use domain::{moment::Moment, ports::Pause, trouble::Peer};
use maud::{Markup, html};

use super::{
    Overview,
    chart::{Column, columns},
};
use crate::{
    access::Visitor,
    credentials::draft_banner,
    desk::Desk,
    frame::{self, Place, Tone, badge},
};

/// The page.
pub(super) fn show(visitor: &Visitor, desk: &Desk, overview: &Overview) -> Markup {
    let body = html! {
        (draft_banner(desk))
        @if desk.in_force == 0 { (first_steps(desk)) }
        @for pause in &overview.pauses { (paused(pause)) }
        div class="cards" {
            (cases(overview))
            (sweep(overview))
            (lag(overview))
        }
        div class="cards" {
            (deliveries(&overview.books))
            (calls(&overview.books))
        }
        (capabilities(overview))
    };
    frame::page(visitor, Place::Overview, "Overview", &[], &body)
}

fn first_steps(desk: &Desk) -> Markup {
    let steps = [
        (
            !desk.document.connections.is_empty(),
            "/console/credentials",
            "Add your Contrast connection and test it",
        ),
        (
            !desk.document.sites.is_empty(),
            "/console/credentials",
            "Add your Jira site and test it",
        ),
        (
            !desk.document.routes.is_empty(),
            "/console/configuration",
            "Add a route: which incidents open tickets, and where",
        ),
        (
            false,
            "/console/webhooks",
            "Paste the webhooks into both products",
        ),
    ];
    html! {
        section class="card" aria-labelledby="steps" {
            h2 id="steps" { "Set it up" }
            ol class="steps" {
                @for (done, href, words) in steps {
                    li {
                        @if done { (badge(Tone::Good, "done")) } @else { (badge(Tone::Wait, "to do")) }
                        a href=(href) { (words) }
                    }
                }
            }
        }
    }
}

fn paused(pause: &Pause) -> Markup {
    let (kind, name) = match &pause.peer {
        Peer::Site(name) => ("site", name.to_string()),
        Peer::Connection(name) => ("connection", name.to_string()),
    };
    frame::note(
        Tone::Bad,
        &html! {
            p {
                strong { (pause.peer) " refuses our credentials" }
                " since " time datetime=(pause.since.to_rfc3339()) { (pause.since.for_people()) } ": " (pause.words)
            }
            p {
                "Its cases wait, and nothing is lost. "
                a href={ "/console/credentials/" (kind) "/" (name) } { "Put in valid credentials" }
                "; the next sweep tries them and goes on by itself."
            }
        },
    )
}

fn cases(overview: &Overview) -> Markup {
    html! {
        section class="card" aria-labelledby="cases" {
            h2 id="cases" { "Cases" }
            dl class="facts" {
                dt { "Stuck" }
                dd { a href="/console/activity?state=stuck" { (overview.stuck) } @if overview.stuck > 0 { " " (badge(Tone::Bad, "wait for a person")) } }
                dt { "Due" }
                dd {
                    a href="/console/activity?state=due" { (overview.due) }
                    @if let Some(since) = overview.longest_due { ", the longest since " time datetime=(since.to_rfc3339()) { (since.for_people()) } }
                }
                dt { "Unrouted" }
                dd { a href="/console/activity?state=unrouted" { (overview.unrouted) } }
            }
        }
    }
}

fn sweep(overview: &Overview) -> Markup {
    html! {
        section class="card" aria-labelledby="sweep" {
            div class="head" {
                h2 id="sweep" { "Last sweep" }
                @match &overview.sweep {
                    None => (badge(Tone::Wait, "none yet")),
                    Some(sweep) if !sweep.finished => (badge(Tone::Wait, "not finished")),
                    Some(sweep) if !sweep.troubles.is_empty() => (badge(Tone::Bad, "with trouble")),
                    Some(_) => (badge(Tone::Good, "finished")),
                }
            }
            @match &overview.sweep {
                None => p class="quiet" { "A sweep finds what no webhook told, and finishes what was left unfinished. The first one runs within minutes of a deployment." },
                Some(note) => (swept(note)),
            }
        }
    }
}

fn swept(note: &SweepNote) -> Markup {
    let ended = Moment::from_epoch_ms(note.ended_ms);
    html! {
        dl class="facts" {
            dt { "Ended" } dd { time datetime=(ended.to_rfc3339()) { (ended.for_people()) } }
            dt { "Took" } dd { (seconds(note.took_ms)) ", " (note.calls) " calls" }
            dt { "Looked at" } dd { (note.links_seen) " links; reconciled " (note.reconciled) ", acted for " (note.acted) }
            dt { "Found" } dd { (note.found_in_contrast) " in Contrast, " (note.found_in_jira) " in Jira, " (note.redriven) " by new settings" }
        }
        @for words in &note.troubles { (frame::note(Tone::Bad, &html! { p { (words) } })) }
        @if note.troubles_left_out > 0 { p class="quiet" { "and " (note.troubles_left_out) " more" } }
    }
}

fn seconds(ms: u64) -> String {
    if ms < 1_000 {
        return format!("{ms} ms");
    }
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

fn lag(overview: &Overview) -> Markup {
    let (mut sum, mut count, mut longest) = (0, 0, 0);
    for book in &overview.books {
        sum += book.lag.sum_ms;
        count += book.lag.count;
        longest = longest.max(book.lag.max_ms);
    }
    html! {
        section class="card" aria-labelledby="lag" {
            h2 id="lag" { "From event to sync, 24 h" }
            @if count == 0 { p class="quiet" { "Nothing was synced yet." } }
            @else {
                p class="figure" { (seconds(sum / count)) }
                p class="quiet" { "on average, of " (count) "; at most " (seconds(longest)) }
            }
        }
    }
}

fn sum_of(book: &Book, wanted: &[&str]) -> u64 {
    let counted = book.deliveries.iter();
    counted
        .filter(|(key, _)| wanted.iter().any(|word| key.ends_with(word)))
        .map(|(_, value)| value)
        .sum()
}

fn deliveries(books: &[Book]) -> Markup {
    const TAKEN: &[&str] = &["/news", "/no-news", "/not-ours"];
    const REFUSED: &[&str] = &[
        "/unverified",
        "/too-large",
        "/malformed",
        "/unavailable",
        "/no-such-door",
    ];
    let drawn: Vec<Column> = books
        .iter()
        .map(|book| Column {
            at: Moment::from_epoch_ms(book.hour_ms),
            parts: vec![
                ("good", sum_of(book, TAKEN)),
                ("bad", sum_of(book, REFUSED)),
            ],
        })
        .collect();
    let sum = |wanted| books.iter().map(|book| sum_of(book, wanted)).sum::<u64>();
    let (news, taken, refused) = (sum(&["/news"]), sum(TAKEN), sum(REFUSED));
    let words = format!(
        "{taken} deliveries taken in 24 hours, {news} of them with news; {refused} refused"
    );
    html! {
        section class="card" aria-labelledby="deliveries" {
            h2 id="deliveries" { "Deliveries, 24 h" }
            (columns(&drawn, &words))
            p { (words) "." }
            @if refused > 0 { p { a href="/console/webhooks" { "Why deliveries are refused" } } }
        }
    }
}

fn calls(books: &[Book]) -> Markup {
    let of = |book: &Book, product: &str| {
        let counted = book.calls.iter();
        counted
            .filter(|(key, _)| key.starts_with(product))
            .map(|(_, value)| value)
            .sum::<u64>()
    };
    let drawn: Vec<Column> = books
        .iter()
        .map(|book| Column {
            at: Moment::from_epoch_ms(book.hour_ms),
            parts: vec![
                ("first", of(book, "contrast/")),
                ("other", of(book, "jira/")),
            ],
        })
        .collect();
    let total = |product| books.iter().map(|book| of(book, product)).sum::<u64>();
    let waited = books
        .iter()
        .flat_map(|book| book.paused_ms.values())
        .sum::<u64>();
    let words = format!(
        "{} calls to Contrast (below) and {} to Jira (above) in 24 hours",
        total("contrast/"),
        total("jira/")
    );
    html! {
        section class="card" aria-labelledby="calls" {
            h2 id="calls" { "Calls, 24 h" }
            (columns(&drawn, &words))
            p { (words) "." }
            @if waited > 0 { p class="quiet" { "A product asked us to wait: " (seconds(waited)) " in all." } }
        }
    }
}

fn capabilities(overview: &Overview) -> Markup {
    html! {
        @if !overview.missing.is_empty() {
            section class="card" aria-labelledby="missing" {
                h2 id="missing" { "What a Contrast does not offer" }
                ul {
                    @for missing in &overview.missing {
                        li { (missing.name.replace('#', ": ")) ", tried again " time datetime=(missing.until.to_rfc3339()) { (missing.until.for_people()) } }
                    }
                }
            }
        }
    }
}
