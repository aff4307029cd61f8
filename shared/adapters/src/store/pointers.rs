//! Pointers: which case a ticket leads to.
//!
//! A pointer is written before the link says that it has the ticket, so that no ticket of ours is ever
//! a stranger's.

use aws_sdk_dynamodb::{error::SdkError, operation::put_item::PutItemError};
use domain::{
    case::CaseId,
    ticket::{SiteName, Ticket, TicketId},
    trouble::Trouble,
};

use super::{TableStore, item::text_of, key, text, trouble};

pub(super) fn pointer_partition(site: &SiteName, ticket: &TicketId) -> String {
    format!("ticket#{site}#{ticket}")
}

impl TableStore {
    pub(super) async fn read_pointer(
        &self,
        site: &SiteName,
        ticket: &TicketId,
    ) -> Result<Option<CaseId>, Trouble> {
        let item = self
            .get(
                &pointer_partition(site, ticket),
                "pointer",
                "finding the case of a ticket",
            )
            .await?;
        Ok(item
            .and_then(|item| text_of(&item, "case_id"))
            .and_then(|text| CaseId::parse(&text).ok()))
    }

    /// Has a ticket lead to a case, if it leads where it led before; whether it does.
    pub async fn point_ticket_to(
        &self,
        ticket: &Ticket,
        case: &CaseId,
        before: Option<&CaseId>,
    ) -> Result<bool, Trouble> {
        let mut item = key(&pointer_partition(&ticket.site, &ticket.id), "pointer");
        item.insert("case_id".to_owned(), text(case.to_string()));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let request = match before {
            None => request.condition_expression("attribute_not_exists(pk)"),
            Some(before) => request
                .condition_expression("case_id = :before")
                .expression_attribute_values(":before", text(before.to_string())),
        };
        match request.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error))
                if matches!(
                    error.err(),
                    PutItemError::ConditionalCheckFailedException(_)
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(trouble("making the case findable from its ticket", &error)),
        }
    }
}
