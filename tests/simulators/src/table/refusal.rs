//! What the table refuses, as DynamoDB words it.
//!
//! Never a success, and never a word that says more than DynamoDB would.

use serde_json::{Value, json};

/// What reading or doing something comes to.
pub(super) type Answer<T> = Result<T, Refusal>;

/// A request that is not done.
#[derive(Debug)]
pub(super) struct Refusal {
    kind: &'static str,
    message: String,
    /// The item as JSON.
    item: Option<String>,
}

const SERVICE: &str = "com.amazonaws.dynamodb.v20120810#";
const VALIDATION: &str = "com.amazon.coral.validate#ValidationException";
const SERIALIZATION: &str = "com.amazon.coral.service#SerializationException";

impl Refusal {
    fn of(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            item: None,
        }
    }

    /// The request makes no sense.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::of(VALIDATION, message)
    }

    /// A value in it is not possible.
    pub(super) fn invalid_value(message: &str) -> Self {
        Self::validation(format!(
            "One or more parameter values were invalid: {message}"
        ))
    }

    /// A parameter is outside what the model of the service allows.
    pub(super) fn constraint(value: &str, place: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value {value} at '{place}' failed to satisfy \
             constraint: {constraint}"
        ))
    }

    /// The body is not of the shape that the operation reads.
    pub(super) fn serialization(message: &str) -> Self {
        Self::of(SERIALIZATION, message)
    }

    /// The condition does not hold. Shows the item if that was asked for.
    pub(super) fn condition(item: Option<String>) -> Self {
        Self {
            item,
            ..Self::of(
                "ConditionalCheckFailedException",
                "The conditional request failed",
            )
        }
    }

    /// There is no such table.
    pub(super) fn no_table() -> Self {
        Self::of("ResourceNotFoundException", "Requested resource not found")
    }

    /// The table is there already.
    pub(super) fn in_use(name: &str) -> Self {
        Self::of(
            "ResourceInUseException",
            format!("Table already exists: {name}"),
        )
    }

    /// Our roles do not allow it.
    pub(super) fn denied(operation: &str) -> Self {
        Self::of(
            "com.amazon.coral.service#AccessDeniedException",
            format!(
                "not authorized to perform: dynamodb:{operation} because no identity-based \
                 policy allows the dynamodb:{operation} action: our roles allow none"
            ),
        )
    }

    /// There is no such operation.
    pub(super) fn unknown_operation() -> Self {
        Self::of("com.amazon.coral.service#UnknownOperationException", "")
    }

    /// Not one part of a batch could be processed.
    pub(super) fn throughput() -> Self {
        Self::of(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider \
             increasing your provisioning level with the UpdateTable API.",
        )
    }

    /// The same refusal, told of a value of an expression.
    pub(super) fn of_expression_value(self, name: &str) -> Self {
        if self.kind != VALIDATION {
            return self;
        }
        Self {
            message: format!(
                "ExpressionAttributeValues contains invalid value: {} for key {name}",
                self.message
            ),
            ..self
        }
    }

    /// As it goes over the wire.
    pub(super) fn into_response(self) -> (u16, Vec<u8>) {
        let kind = if self.kind.contains('#') {
            self.kind.to_owned()
        } else {
            format!("{SERVICE}{}", self.kind)
        };
        let mut body = json!({ "__type": kind });
        if !self.message.is_empty() {
            let name = if self.kind == SERIALIZATION {
                "Message"
            } else {
                "message"
            };
            body[name] = Value::String(self.message);
        }
        let mut body = body.to_string();
        if let Some(item) = self.item {
            body.pop();
            body.push_str(",\"Item\":");
            body.push_str(&item);
            body.push('}');
        }
        (400, body.into_bytes())
    }
}
