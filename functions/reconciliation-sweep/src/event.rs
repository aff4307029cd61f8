//! The schedule's event: which shard of the cases to sweep.
//!
//! Never sweeps another shard than was asked for: what makes no sense is refused, and the function's
//! error alarm tells.

use domain::{shard::Shard, trouble::Trouble};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Part {
    shard: u32,
    of: u32,
}

/// The shard that an event such as `{"shard": 3, "of": 8}` names; an event that names none, as one
/// that a person sends, asks for all cases.
pub fn shard_of(event: &Value) -> Result<Shard, Trouble> {
    if event.get("shard").is_none() && event.get("of").is_none() {
        return Ok(Shard::WHOLE);
    }
    Part::deserialize(event)
        .ok()
        .and_then(|Part { shard, of }| Shard::new(shard, of))
        .ok_or_else(|| {
            let words = format!(
                "the event names no shard: write {{\"shard\": 0, \"of\": 4}}, with at most {} of them",
                Shard::MOST
            );
            Trouble::never("reading the schedule's event", words)
        })
}

#[cfg(test)]
mod tests {
    use domain::shard::Shard;
    use serde_json::json;

    use super::shard_of;

    #[test]
    fn an_event_names_a_shard_or_means_all_cases() {
        let named = shard_of(&json!({ "shard": 3, "of": 8 })).expect("a shard");
        assert_eq!(Some(named), Shard::new(3, 8));
        for event in [json!({}), json!(null), json!({ "source": "aws.scheduler" })] {
            assert_eq!(shard_of(&event).expect("all of them"), Shard::WHOLE);
        }
    }

    #[test]
    fn a_shard_that_makes_no_sense_sweeps_nothing() {
        for event in [
            json!({ "shard": 8, "of": 8 }),
            json!({ "shard": 0, "of": 0 }),
            json!({ "shard": 1 }),
            json!({ "of": 4 }),
            json!({ "shard": "1", "of": "4" }),
            json!({ "shard": -1, "of": 4 }),
        ] {
            assert!(shard_of(&event).is_err(), "{event}");
        }
    }
}
