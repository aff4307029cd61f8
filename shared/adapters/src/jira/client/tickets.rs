//! Reading, opening, changing and moving tickets, and the links on them.
//!
//! A ticket is always addressed by its id: its key may change.

use domain::{
    digest::Digest,
    ports::Found,
    settings::Site,
    ticket::{RemoteLink, Ticket, TicketDraft, TicketEdit, TicketId, TicketReading, Transition},
    trouble::Trouble,
};
use http::Method;
use serde_json::{Map, Value, json};

use super::{
    JiraClient,
    call::{Call, read, read_written, segment},
    fields, refusal,
    wire::{
        ChoiceShape, TICKET_PROPERTY, WireBulk, WireCreated, WireTicket, WireTransitions,
        read_transitions, shape_of,
    },
};

/// What a reading of one ticket asks for.
const READ_FIELDS: &str = "status,priority,resolution,description,updated,project,labels";
/// What a reading of many tickets asks for.
pub(super) const ROW_FIELDS: [&str; 4] = ["status", "priority", "resolution", "updated"];
/// Tickets in one bulk reading.
const MAX_BULK: usize = 100;
/// The longest identity of a remote link, and the longest title.
const MAX_LINK_CHARS: usize = 255;

impl JiraClient {
    pub(super) async fn fetch_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<TicketReading>, Trouble> {
        let doing = "reading the ticket";
        let id = segment(ticket.as_str(), doing)?;
        let path = format!("/issue/{id}?fields={READ_FIELDS}&properties={TICKET_PROPERTY}");
        match self
            .ask(
                site,
                Call::harmless("read-ticket", Method::GET, path, doing),
            )
            .await?
        {
            Found::Present(answer) => {
                let wire: WireTicket = read(&answer, doing)?;
                Ok(Found::Present(wire.into_reading(doing)?))
            }
            Found::Absent => Ok(Found::Absent),
        }
    }

    pub(super) async fn fetch_transitions(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Vec<Transition>, Trouble> {
        let doing = "reading the ways out of the ticket's status";
        let id = segment(ticket.as_str(), doing)?;
        let path = format!("/issue/{id}/transitions?expand=transitions.fields");
        match self
            .ask(
                site,
                Call::harmless("list-transitions", Method::GET, path, doing),
            )
            .await?
        {
            Found::Present(answer) => Ok(read_transitions(
                read::<WireTransitions>(&answer, doing)?.transitions,
            )),
            Found::Absent => Err(gone(doing)),
        }
    }

    pub(super) async fn fetch_tickets(
        &self,
        site: &Site,
        tickets: &[TicketId],
    ) -> Result<Vec<TicketReading>, Trouble> {
        let doing = "reading many tickets";
        let mut readings = Vec::new();
        for chunk in tickets.chunks(MAX_BULK) {
            let ids: Vec<&str> = chunk.iter().map(TicketId::as_str).collect();
            let body = json!({ "issueIdsOrKeys": ids, "fields": ROW_FIELDS });
            let call = Call::harmless("read-tickets", Method::POST, "/issue/bulkfetch", doing)
                .with_body(body);
            let answer = self.demand(site, call).await?;
            for wire in read::<WireBulk>(&answer, doing)?.issues {
                readings.push(wire.into_reading(doing)?);
            }
        }
        // To a stranger all of them are hidden.
        if readings.is_empty() && !tickets.is_empty() {
            self.check_account(site).await?;
        }
        Ok(readings)
    }

    pub(super) async fn post_ticket(
        &self,
        site: &Site,
        draft: &TicketDraft,
    ) -> Result<Ticket, Trouble> {
        let doing = "opening the ticket";
        let call = Call::doubling("create-ticket", Method::POST, "/issue", doing)
            .with_body(fields::creation(draft));
        let answer = self.demand(site, call).await?;
        read_written::<WireCreated>(&answer, doing)?
            .into_ticket(site)
            .ok_or_else(|| Trouble::unknown_effect(doing, "the answer made no sense"))
    }

    pub(super) async fn put_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
        edit: &TicketEdit,
    ) -> Result<Found<()>, Trouble> {
        let doing = "changing the ticket";
        let id = segment(ticket.as_str(), doing)?;
        let Some(body) = fields::change(edit) else {
            return Ok(Found::Present(()));
        };
        self.keep_pace(site, ticket).await;
        let call = Call::harmless("edit-ticket", Method::PUT, format!("/issue/{id}"), doing)
            .with_body(body);
        self.tell(site, call).await
    }

    pub(super) async fn post_transition(
        &self,
        site: &Site,
        ticket: &TicketId,
        transition: &str,
        choices: &[(String, String)],
    ) -> Result<Found<()>, Trouble> {
        let doing = "moving the ticket to another status";
        let id = segment(ticket.as_str(), doing)?;
        let mut body = Map::from_iter([("transition".to_owned(), json!({ "id": transition }))]);
        if !choices.is_empty() {
            let fields: Map<String, Value> = choices
                .iter()
                .map(|(field, choice)| {
                    let shape = shape_of(field).unwrap_or(ChoiceShape::Name);
                    (field.clone(), shape.value_of(choice))
                })
                .collect();
            body.insert("fields".to_owned(), Value::Object(fields));
        }
        self.keep_pace(site, ticket).await;
        let call = Call::doubling(
            "move-ticket",
            Method::POST,
            format!("/issue/{id}/transitions"),
            doing,
        )
        .with_body(Value::Object(body));
        match self.tell(site, call).await {
            Err(trouble) if refusal::names_no_field(&trouble) => {
                Err(self.why_not_moved(site, ticket, transition, trouble).await)
            }
            told => told,
        }
    }

    /// Jira refuses a way that is no longer open (somebody moved the ticket meanwhile) like one
    /// that is closed to us; only looking again tells them apart.
    async fn why_not_moved(
        &self,
        site: &Site,
        ticket: &TicketId,
        transition: &str,
        trouble: Trouble,
    ) -> Trouble {
        match self.fetch_transitions(site, ticket).await {
            Ok(open) if open.iter().any(|way| way.id == transition) => trouble,
            Ok(_) => {
                Trouble::again_later(&trouble.doing, "the ticket has left that status meanwhile")
            }
            Err(other) => other,
        }
    }

    pub(super) async fn post_remote_link(
        &self,
        site: &Site,
        ticket: &TicketId,
        global_id: &str,
        link: &RemoteLink,
    ) -> Result<Found<()>, Trouble> {
        let doing = "putting the link to the case on the ticket";
        let id = segment(ticket.as_str(), doing)?;
        let title = fields::one_line(&link.title, MAX_LINK_CHARS);
        let body = json!({
            "globalId": short_identity(global_id),
            "application": { "type": "com.contrastsecurity.northstar", "name": "Contrast" },
            "relationship": "Contrast case",
            "object": {
                "url": link.url,
                "title": if title.is_empty() { link.url.as_str() } else { title.as_str() },
                "status": { "resolved": link.resolved },
            },
        });
        self.keep_pace(site, ticket).await;
        let call = Call::harmless(
            "link-ticket",
            Method::POST,
            format!("/issue/{id}/remotelink"),
            doing,
        )
        .with_body(body);
        self.tell(site, call).await
    }

    /// Sends a write whose answer holds nothing worth reading.
    async fn tell(&self, site: &Site, call: Call) -> Result<Found<()>, Trouble> {
        Ok(match self.ask(site, call).await? {
            Found::Present(_) => Found::Present(()),
            Found::Absent => Found::Absent,
        })
    }
}

/// The ticket went away between two calls: the next look says so, in its own words.
pub(super) fn gone(doing: &str) -> Trouble {
    Trouble::again_later(doing, "the ticket is gone, or hidden from us")
}

/// The identity as it is, or its fingerprint where Jira would not take all of it.
fn short_identity(global_id: &str) -> String {
    if global_id.chars().count() <= MAX_LINK_CHARS {
        return global_id.to_owned();
    }
    format!("northstar:{}", Digest::of(&[global_id]).as_str())
}
