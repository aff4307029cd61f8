//! The part of the form that says where a ticket opens, and for whom.

use adapters::jira::discovery::priorities;
use domain::{case::Severity, settings::document::DEFAULT_SUMMARY, words::Placeholder};
use maud::{Markup, html};

use super::{Drawn, or_none, pick, same, trouble};
use crate::configuration::preview::example_summary;

pub(super) fn controls(drawn: &Drawn<'_>) -> Markup {
    html! {
        div class="pair" {
            (site(drawn))
            (project(drawn))
            (issue_type(drawn))
        }
        div class="pair" {
            (epic(drawn))
            (assignee(drawn))
        }
        (severities(drawn))
        (drawn.control("ticket.labels", "Labels")
            .hint("One on a line, without blanks. The service adds its own.")
            .lines(&drawn.entered.route.ticket.labels.join("\n")))
        (summary(drawn))
    }
}

fn site(drawn: &Drawn<'_>) -> Markup {
    let sites = drawn.showing.desk.document.sites.iter();
    let choices = or_none("choose …", same(sites.map(|site| site.name.clone())));
    drawn
        .control("ticket.site", "Jira site")
        .must()
        .redraws()
        .choice(&drawn.entered.route.ticket.site, &choices)
}

fn project(drawn: &Drawn<'_>) -> Markup {
    let chosen = &drawn.entered.route.ticket.project;
    let found = drawn.found;
    let control = drawn
        .control("ticket.project", "Project")
        .must()
        .redraws()
        .hint("Those in which the account may open tickets.");
    let Some(listed) = found.projects.told() else {
        return html! { div class="stack" { (control.hint("Its key, as in SEC.").text(chosen)) (trouble(&found.projects)) } };
    };
    let mut choices = or_none(
        "choose …",
        listed
            .rows
            .iter()
            .map(|row| (row.key.clone(), format!("{} ({})", row.name, row.key))),
    );
    if let Some(Some(row)) = found.project.told()
        && choices.iter().all(|(key, _)| *key != row.key)
    {
        choices.push((row.key.clone(), format!("{} ({})", row.name, row.key)));
    }
    let words = &drawn.entered.find.project;
    html! {
        div class="stack" {
            @if listed.more || !words.is_empty() {
                (drawn.control("find_project", "Find a project").redraws()
                    .hint("Part of its name or key; there are more than the first hundred.").text(words))
            }
            (control.choice(chosen, &choices))
        }
    }
}

fn issue_type(drawn: &Drawn<'_>) -> Markup {
    let types = &drawn.found.issue_types;
    let choices = types.told().map(|types| {
        let names = types.iter().filter(|it| !it.subtask);
        or_none("choose …", same(names.map(|it| it.name.clone())))
    });
    let control = drawn
        .control("ticket.issue_type", "Issue type")
        .must()
        .redraws();
    html! { div class="stack" {
        (pick(&control, &drawn.entered.route.ticket.issue_type, choices))
        (trouble(types))
    } }
}

fn epic(drawn: &Drawn<'_>) -> Markup {
    let epics = &drawn.found.epics;
    let chosen = drawn
        .entered
        .route
        .ticket
        .parent
        .as_deref()
        .unwrap_or_default();
    let control = drawn.control("ticket.parent", "Epic");
    let Some(rows) = epics.told() else {
        return html! { div class="stack" { (control.hint("Its key, as in SEC-1. Empty: none.").text(chosen)) (trouble(epics)) } };
    };
    let mut choices = or_none(
        "none",
        rows.iter()
            .map(|row| (row.key.clone(), format!("{}: {}", row.key, row.summary))),
    );
    if drawn.found.epic.told() == Some(&true) && choices.iter().all(|(key, _)| key != chosen) {
        choices.push((chosen.to_owned(), chosen.to_owned()));
    }
    html! { div class="stack" {
        (control.hint("Tickets are put under it. Epics of the project that are not done.").choice(chosen, &choices))
        (drawn.control("find_epic", "Find an epic").redraws()
            .hint("Words of its summary.").text(&drawn.entered.find.epic))
    } }
}

/// People with whose names a choice is made of account ids.
pub(super) fn people(drawn: &Drawn<'_>) -> Option<Vec<(String, String)>> {
    let rows = drawn.found.people.told()?;
    let known = drawn.found.assignee.told().and_then(Option::as_ref);
    let mut choices = or_none(
        "nobody",
        rows.iter()
            .filter(|person| person.active)
            .map(|person| (person.account_id.clone(), person.display_name.clone())),
    );
    if let Some(person) = known
        && choices.iter().all(|(id, _)| *id != person.account_id)
    {
        choices.push((person.account_id.clone(), person.display_name.clone()));
    }
    Some(choices)
}

fn assignee(drawn: &Drawn<'_>) -> Markup {
    let chosen = drawn
        .entered
        .route
        .ticket
        .assignee
        .as_deref()
        .unwrap_or_default();
    let control = drawn.control("ticket.assignee", "Assignee");
    let Some(choices) = people(drawn) else {
        return html! { div class="stack" {
            (control.hint("The Atlassian account id, which stands at the end of the address of the person's profile. Empty: as Jira sets it.").text(chosen))
            (trouble(&drawn.found.people))
        } };
    };
    html! { div class="stack" {
        (control.hint("“nobody” leaves it to Jira. Kept is the account id.").choice(chosen, &choices))
        (drawn.control("find_person", "Find a person").redraws()
            .hint("The beginning of a name.").text(&drawn.entered.find.person))
    } }
}

fn severities(drawn: &Drawn<'_>) -> Markup {
    let written = &drawn.entered.route.ticket.priorities;
    let offered: Vec<String> = drawn
        .found
        .fields
        .told()
        .map(|fields| priorities(fields).iter().map(|it| it.value.clone()))
        .into_iter()
        .flatten()
        .collect();
    let has_choices = !offered.is_empty();
    let choices = has_choices.then(|| or_none("as Jira sets it", same(offered)));
    let mut rows: Vec<(String, String)> = Severity::ALL
        .into_iter()
        .map(|severity| {
            let is_same = |word: &&String| Severity::parse(word) == Some(severity);
            let key = written.keys().find(is_same).cloned();
            (
                key.unwrap_or_else(|| severity.word().to_owned()),
                severity.word().to_owned(),
            )
        })
        .collect();
    // What is no severity, or stands there twice, can be emptied.
    let others = written
        .keys()
        .filter(|key| rows.iter().all(|(it, _)| it != *key))
        .cloned();
    let others: Vec<(String, String)> = same(others).collect();
    rows.extend(others);
    html! {
        fieldset {
            legend { "Priority for each severity" }
            p class="hint" { "While nobody changes it in Jira, the priority follows the severity." }
            div class="pair" {
                @for (key, label) in &rows {
                    @let name = format!("ticket.priorities.{key}");
                    @let value = written.get(key).map(String::as_str).unwrap_or_default();
                    (pick(&drawn.control(&name, label), value, choices.clone()))
                }
            }
            @if has_choices && drawn.showing.may_change {
                div class="end" {
                    button class="small" type="submit" name="propose" value="yes" formaction="/console/configuration/draw" formnovalidate data-redraws { "Propose by name" }
                }
            }
        }
    }
}

fn summary(drawn: &Drawn<'_>) -> Markup {
    let written = drawn.entered.route.ticket.summary.as_deref();
    let written = written.unwrap_or_default();
    let hint = format!(
        "Made of {}. Empty: {DEFAULT_SUMMARY}. Cut to 255 characters.",
        Placeholder::LIST
    );
    html! {
        (drawn.control("ticket.summary", "Summary").hint(&hint).text(written))
        p class="hint" {
            "As in: "
            output for="ticket.summary" data-shows="/console/configuration/summary" { (example_summary(written)) }
        }
    }
}
