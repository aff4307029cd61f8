//! The conditions of writes and the projections of reads, as requests state them.
//!
//! Never lets a write pass whose condition does not hold.

use std::sync::Arc;

use super::{
    expression::{
        Expressions, Parsed, Path, Scope, Uses, check_defined, check_used, condition::Condition,
    },
    refusal::{Answer, Refusal},
    request::Request,
    rows::Stored,
    value::Item,
};

/// A condition, its placeholders and what to show if it does not hold.
pub(super) struct Guard {
    pub(super) condition: Option<Arc<Parsed<Condition>>>,
    pub(super) shows_item: bool,
}

impl Guard {
    /// Reads the condition of a write.
    pub(super) fn read(request: &mut Request, expressions: &mut Expressions) -> Answer<Self> {
        let condition = request
            .text("ConditionExpression")?
            .map(|text| expressions.condition("ConditionExpression", text))
            .transpose()?;
        let shown = request.choice("ReturnValuesOnConditionCheckFailure", &["NONE", "ALL_OLD"])?;
        Ok(Self {
            condition,
            shows_item: shown == "ALL_OLD",
        })
    }

    /// The placeholders that it uses.
    pub(super) fn uses(&self) -> Option<&Uses> {
        self.condition.as_ref().map(|condition| &condition.uses)
    }

    /// Refuses placeholders and values that make no sense, together with another expression's.
    pub(super) fn check(&self, scope: &Scope, other: Option<&Uses>) -> Answer<()> {
        if let Some(condition) = &self.condition {
            check_defined(condition, scope)?;
            condition.check_values(scope)?;
        }
        let uses: Vec<&Uses> = self.uses().into_iter().chain(other).collect();
        check_used(scope, &uses)
    }

    /// Refuses the write if the condition does not hold for what is there.
    pub(super) fn allow(&self, existing: Option<&Stored>, scope: &Scope) -> Answer<()> {
        let nothing = Item::new();
        let item = existing.map_or(&nothing, |existing| &existing.item);
        let holds = self
            .condition
            .as_ref()
            .is_none_or(|condition| condition.content.holds(item, scope));
        if holds {
            return Ok(());
        }
        let shown = existing.filter(|_| self.shows_item);
        Err(Refusal::condition(
            shown.map(|existing| existing.text().to_owned()),
        ))
    }
}

/// Reads a projection: the paths that are wanted, or none for everything.
pub(super) fn projected_paths(
    text: Option<String>,
    expressions: &mut Expressions,
    scope: &Scope,
    other: &[&Uses],
) -> Answer<Option<Vec<Path>>> {
    let projection = text.map(|text| expressions.projection(text)).transpose()?;
    let mut uses = other.to_vec();
    if let Some(projection) = &projection {
        check_defined(projection, scope)?;
        uses.push(&projection.uses);
    }
    check_used(scope, &uses)?;
    projection
        .map(|projection| projection.content.paths(&scope.names))
        .transpose()
}
