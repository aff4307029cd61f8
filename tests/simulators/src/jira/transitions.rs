//! The ways out of a status.
//!
//! Only ways that start where the ticket stands are offered or taken.

use serde_json::{Map, Value, json};

use super::{
    Jira, SimTicket, Transition,
    answer::{Answer, Answered},
    edits::{Resolving, put_status},
    fields::{Draft, Place, is_required},
    service::Ask,
    text_at,
};

impl Transition {
    fn starts_at(&self, status: &str) -> bool {
        // A way back to where one stands is not offered for "any" ways here.
        self.from.iter().any(|from| from == status) || self.from.is_empty() && self.to != status
    }
}

impl Jira {
    fn ways(&self, ticket: &SimTicket) -> impl Iterator<Item = &Transition> {
        let status = ticket.status.clone();
        self.projects
            .get(&ticket.project)
            .into_iter()
            .flat_map(|project| &project.workflow.transitions)
            .filter(move |way| way.starts_at(&status))
    }

    pub(super) fn list_transitions(&self, ask: &Ask<'_>) -> Answered {
        let id = self.seen(ask.first, ask.who)?;
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        let with_fields = ask
            .query
            .list("expand")
            .any(|item| item == "transitions.fields");
        let mut list = self.transitions_json(ticket, with_fields, ask.who);
        if let (Some(wanted), Some(ways)) = (ask.query.get("transitionId"), list.as_array_mut()) {
            ways.retain(|way| way["id"] == wanted);
        }
        Ok(Answer::ok(
            json!({ "expand": "transitions", "transitions": list }),
        ))
    }

    /// The ways as answers show them; none without the permission.
    pub(super) fn transitions_json(
        &self,
        ticket: &SimTicket,
        with_fields: bool,
        who: usize,
    ) -> Value {
        if !self.may(who, &ticket.project, "TRANSITION_ISSUES") {
            return json!([]);
        }
        self.ways(ticket)
            .map(|way| {
                let mut read = json!({
                    "id": way.id,
                    "name": way.name,
                    "to": self.status_json(&way.to, 3),
                    "hasScreen": !way.screen.is_empty(),
                    "isGlobal": way.from.is_empty(),
                    "isInitial": false,
                    "isAvailable": true,
                    "isConditional": false,
                });
                if with_fields {
                    read["fields"] = self.screen_json(ticket, way);
                }
                read
            })
            .collect()
    }

    fn screen_json(&self, ticket: &SimTicket, way: &Transition) -> Value {
        let mut fields = Map::new();
        for field in &way.screen {
            let mut read = if field.id == "resolution" {
                json!({
                    "schema": { "type": "resolution", "system": "resolution" },
                    "name": "Resolution", "key": "resolution", "operations": ["set"],
                    "hasDefaultValue": false, "allowedValues": self.resolutions_json(),
                })
            } else {
                let custom = self
                    .projects
                    .get(&ticket.project)
                    .and_then(|project| project.fields.get(&field.id));
                let Some(custom) = custom else { continue };
                let mut read = self.custom_meta(custom);
                // The id stands before it already, and is told twice on the create screen alone.
                if let Some(read) = read.as_object_mut() {
                    read.remove("fieldId");
                }
                read
            };
            read["required"] = json!(field.required);
            fields.insert(field.id.clone(), read);
        }
        Value::Object(fields)
    }

    pub(super) fn do_transition(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        let Some(transition) = ask.body.get("transition") else {
            return Err(Answer::message(400, "Missing 'transition' identifier"));
        };
        let Some(wanted) = text_at(transition, "id") else {
            return Err(Answer::message(
                400,
                "'transition' identifier must be a string.",
            ));
        };
        let way = self.ways(ticket).find(|way| {
            way.id == wanted && self.may(ask.who, &ticket.project, "TRANSITION_ISSUES")
        });
        let Some(way) = way.cloned() else {
            return Err(Answer::message(
                400,
                format!("Transition id '{wanted}' is not valid for this issue."),
            ));
        };
        let draft = self.screen_draft(ticket, &way, ask)?;
        let resolving = match (&draft.resolution, &way.sets_resolution) {
            (Some(name), _) | (None, Some(name)) => Resolving::Set(name.clone()),
            (None, None) if way.clears_resolution => Resolving::Clear,
            (None, None) => Resolving::Leave,
        };
        let Some(status) = self.status_named(&way.to).cloned() else {
            return Err(Answer::message(
                422,
                "The workflow leads to a status that does not exist.",
            ));
        };
        let actor = self.account(ask.who).to_owned();
        self.change_and_tell(id, &actor, ask.now, |ticket| {
            let mut changes = draft.apply(ticket);
            put_status(&mut changes, ticket, &status, resolving, ask.now);
            changes
        });
        Ok(Answer::done())
    }

    fn screen_draft(
        &self,
        ticket: &SimTicket,
        way: &Transition,
        ask: &Ask<'_>,
    ) -> Result<Draft, Answer> {
        let none = Map::new();
        let fields = match ask.body.get("fields") {
            None | Some(Value::Null) => &none,
            Some(fields) => fields.as_object().ok_or_else(Answer::bad_payload)?,
        };
        if ask
            .body
            .get("update")
            .and_then(Value::as_object)
            .is_some_and(|update| !update.is_empty())
        {
            return Err(Answer::message(
                400,
                "Fields of a transition's screen are set by 'fields' here.",
            ));
        }
        let project = self.projects.get(&ticket.project);
        let kind = project.and_then(|project| {
            project
                .types
                .iter()
                .find(|kind| kind.name == ticket.ticket_type)
        });
        let (Some(project), Some(kind)) = (project, kind) else {
            return Err(Answer::message(
                422,
                "The issue type of this issue is gone.",
            ));
        };
        let screen = |id: &str| way.screen.iter().any(|field| field.id == id);
        let place = Place {
            project,
            kind,
            who: ask.who,
            screen: &screen,
        };
        let mut draft = self.draft(&place, fields);
        for field in way.screen.iter().filter(|field| field.required) {
            let (given, name) = match (field.id.as_str(), project.fields.get(&field.id)) {
                ("resolution", _) => (draft.resolution.is_some(), "Resolution"),
                (id, custom) => {
                    let filled = matches!(draft.custom.get(id), Some(Some(_)));
                    let already = ticket.fields.contains_key(id) && !draft.custom.contains_key(id);
                    (
                        filled || already,
                        custom.map_or(id, |custom| custom.name.as_str()),
                    )
                }
            };
            if !given && !draft.errors.contains_key(&field.id) {
                draft.errors.insert(field.id.clone(), is_required(name));
            }
        }
        draft.verdict()?;
        Ok(draft)
    }
}
