//! Reading what a plan needs, and nothing that was read already.

use alloc::{boxed::Box, vec::Vec};

use super::{Engine, Places};
use crate::{
    link::{Link, LinkState},
    ports::{Found, Lease, Offered},
    reconcile::{
        decision::Decision,
        look::{Needs, Seen, wants_enrichment},
    },
    settings::Site,
    trouble::{Trouble, TroubleKind},
};

impl Engine {
    /// Reads what is needed and not seen yet.
    pub(super) async fn look(
        &self,
        lease: &mut Box<Lease>,
        places: Places<'_>,
        needs: &Needs,
        seen: &mut Seen,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), Trouble> {
        let case = lease.link.case.clone();
        if needs.case && seen.case.is_none() {
            seen.case = Some(self.case_side.read_case(places.connection, &case).await?);
        }
        if matches!(
            lease.link.state,
            LinkState::New | LinkState::Unrouted { .. }
        ) {
            let facts = lease
                .link
                .facts
                .clone()
                .overlaid_with(seen.present_case().cloned().unwrap_or_default());
            if seen.case != Some(Found::Absent)
                && wants_enrichment(&self.settings, &lease.link, &facts)
            {
                Decision::Enriched.note_in(decisions);
                let more = self.case_side.enrich_case(places.connection, &case).await?;
                lease.link.facts = more.overlaid_with(facts);
                lease.link.enriched = true;
            }
        }
        let Some(site) = places.site else {
            return Ok(());
        };
        self.look_for_ticket(&lease.link, site, needs, seen, decisions)
            .await?;
        let Some(pair) = lease.link.pair() else {
            return Ok(());
        };
        let ticket = &pair.ticket.id;
        if needs.ticket && seen.ticket.is_none() {
            seen.ticket = Some(self.ticket_side.read_ticket(site, ticket).await?);
        }
        if needs.transitions && seen.transitions.is_none() && seen.ticket != Some(Found::Absent) {
            seen.transitions = Some(self.ticket_side.read_transitions(site, ticket).await?);
        }
        if needs.case_comments && seen.case_comments.is_none() {
            self.look_at_case_comments(lease, places, seen, decisions)
                .await?;
        }
        if needs.ticket_comments && seen.ticket_comments.is_none() {
            match self.ticket_side.list_comments(site, ticket).await? {
                Found::Present(comments) => seen.ticket_comments = Some(comments),
                Found::Absent => seen.ticket = Some(Found::Absent),
            }
        }
        if seen.ticket_comments.is_none() {
            for comment in &needs.single_comments {
                if seen.single_comments.iter().any(|seen| seen.id == *comment) {
                    continue;
                }
                if let Found::Present(reading) =
                    self.ticket_side.read_comment(site, ticket, comment).await?
                {
                    seen.single_comments.push(reading);
                }
            }
        }
        Ok(())
    }

    async fn look_at_case_comments(
        &self,
        lease: &Lease,
        places: Places<'_>,
        seen: &mut Seen,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), Trouble> {
        let case = &lease.link.case;
        let listed = match self.case_side.list_comments(places.connection, case).await {
            Ok(Found::Present(listed)) => listed,
            // Nobody has documented this listing. What refuses it for good must not keep the rest of
            // the case from being in step.
            Err(trouble) if matches!(trouble.kind, TroubleKind::Never { .. }) => {
                Offered::Unavailable
            }
            Err(trouble) => return Err(trouble),
            Ok(Found::Absent) => {
                seen.case = Some(Found::Absent);
                seen.case_comments = Some(Offered::Unavailable);
                return Ok(());
            }
        };
        if listed == Offered::Unavailable {
            Decision::CommentsUnavailable.note_in(decisions);
        }
        seen.case_comments = Some(listed);
        Ok(())
    }

    /// Looks for a ticket whose opening nobody heard the answer of.
    async fn look_for_ticket(
        &self,
        link: &Link,
        site: &Site,
        needs: &Needs,
        seen: &mut Seen,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), Trouble> {
        let LinkState::Opening(opening) = &link.state else {
            return Ok(());
        };
        if let Some(candidate) = &needs.candidate {
            Decision::CandidateRead.note_in(decisions);
            let candidates = seen.candidates.get_or_insert_default();
            match self.ticket_side.read_ticket(site, &candidate.id).await? {
                Found::Present(reading) => candidates.push(reading),
                Found::Absent => seen.unreadable = Some(candidate.clone()),
            }
        }
        if needs.search && !seen.searched {
            let label_refused = opening
                .dropped
                .iter()
                .any(|dropped| dropped.field == "labels");
            let found = if label_refused {
                Decision::ClaimSearchedByTime.note_in(decisions);
                let route = self.settings.route(&opening.route);
                let project = route.map_or("", |route| route.ticket.project.as_str());
                let since = opening
                    .claim
                    .as_ref()
                    .map_or(self.clock.now(), |claim| claim.at);
                let minutes = self.clock.now().ms_since(since) / 60_000 + 5;
                let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
                self.ticket_side
                    .find_created_since(site, project, minutes)
                    .await?
            } else {
                Decision::ClaimSearched.note_in(decisions);
                let label = crate::ticket::case_label(&link.case);
                self.ticket_side.find_by_label(site, &label).await?
            };
            seen.candidates.get_or_insert_default().extend(found);
            seen.searched = true;
        }
        Ok(())
    }
}
