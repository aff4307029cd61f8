//! Shards: whatever their number, the schedules that are made ask for each of them once.

use reconciliation_sweep::event::shard_of;
use serde_json::{Value, json};

use super::template::{resources, template};

const SHARDS: &str = "SweepShards";

/// Whether a condition of the template holds where there are that many shards.
fn holds(condition: &Value, shards: u64) -> bool {
    let each = |name: &str| condition[name].as_array();
    if let Some(values) = each("Fn::Equals") {
        assert_eq!(values[0]["Ref"], SHARDS, "it asks for nothing else");
        return values[1] == shards;
    }
    if let Some(values) = each("Fn::Not") {
        return !holds(&values[0], shards);
    }
    let any = each("Fn::Or").expect("one of three words");
    any.iter().any(|value| holds(value, shards))
}

#[test]
fn for_any_number_of_shards_each_has_one_schedule_and_they_may_all_run_at_once() {
    let template = template();
    let allowed = template["Parameters"][SHARDS]["AllowedValues"].as_array();
    for shards in allowed.expect("numbers") {
        let shards = shards.as_u64().expect("a number");
        let is_made = |resource: &&Value| match &resource["Condition"] {
            Value::String(name) => holds(&template["Conditions"][name], shards),
            _ => true,
        };
        let mut asked: Vec<String> = resources(&template)
            .values()
            .filter(|resource| resource["Type"] == "AWS::Scheduler::Schedule")
            .filter(is_made)
            .map(|schedule| {
                let input = schedule["Properties"]["Target"]["Input"]["Fn::Sub"].as_str();
                let input = input.expect("an input");
                let event = input.replace("${SweepShards}", &shards.to_string());
                let event = serde_json::from_str(&event).expect("JSON");
                shard_of(&event).expect("a shard").to_string()
            })
            .collect();
        asked.sort();
        let wanted: Vec<String> = (0..shards).map(|it| format!("{it}of{shards}")).collect();
        assert_eq!(asked, wanted);
    }
    let reserved = &resources(&template)["ReconciliationSweep"]["Properties"];
    let reserved = &reserved["ReservedConcurrentExecutions"]["Fn::If"];
    assert_eq!(reserved[0], "SweepIsReserved");
    assert_eq!(reserved[1], json!({ "Ref": SHARDS }));
}
