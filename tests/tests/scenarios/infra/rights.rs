//! Least privilege: each function may do what its code does, and nothing else.
//!
//! What is needed is read from the sources: which methods of the store a function's code calls, and
//! which requests those send. It is found by names, and so may find too much, never too little.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    code::{Request, called, code_below, constant, functions, offered, reached},
    template::{of_type, resources, several, template, text_of},
};

const STORE: [&str; 2] = ["shared/adapters/src/store.rs", "shared/adapters/src/store/"];
const SECRETS: &str = "shared/adapters/src/secrets/";
const FUNCTIONS: [(&str, &str); 4] = [
    ("ContrastWebhook", "contrast-webhook"),
    ("JiraWebhook", "jira-webhook"),
    ("ReconciliationSweep", "reconciliation-sweep"),
    ("Console", "console"),
];

/// An action of IAM, and what it is allowed on.
type Right = (String, String);

fn right(action: &str, on: &str) -> Right {
    (action.to_owned(), on.to_owned())
}

/// `get_item` of `dynamodb` as IAM calls it.
fn action(service: &str, operation: &str) -> String {
    let capital = |part: &str| {
        let (first, rest) = part.split_at(1);
        first.to_uppercase() + rest
    };
    let name: String = operation.split('_').map(capital).collect();
    format!("{service}:{name}")
}

/// The code that a function runs, besides the store and the secrets.
fn code_of(function: &str) -> String {
    let own = code_below(&[&format!("functions/{function}/src/")], &[]);
    let mut paths = vec!["shared/adapters/src/"];
    if own.contains("reconcile_now(") || own.contains(".engine()") {
        paths.push("shared/domain/src/reconcile");
    }
    // The doors have no sweep.
    if own.contains("Sweep::") {
        paths.push("shared/domain/src/sweep");
    }
    let mut but = vec![STORE[0], STORE[1], SECRETS];
    // People look at cases and act for them on the console; no other function does.
    if !own.contains("cases::") {
        but.extend(["shared/adapters/src/cases.rs", "shared/adapters/src/cases/"]);
    }
    own + &code_below(&paths, &but)
}

/// The requests to the table that a function can reach.
fn requests_to_the_table(function: &str) -> BTreeSet<Request> {
    let store = code_below(&STORE, &[]);
    let mut doors = offered(&store, "pub async fn ");
    for file in [
        "domain/src/ports/store.rs",
        "adapters/src/contrast/capability.rs",
    ] {
        let traits = code_below(&[&format!("shared/{file}")], &[]);
        doors.extend(offered(&traits, "async fn "));
    }
    let functions = functions(&store);
    let of_store: Vec<&String> = doors
        .iter()
        .filter(|name| functions.contains_key(*name))
        .collect();
    assert!(of_store.len() > 15, "what the store offers: {of_store:?}");
    let code = code_of(function);
    let mut calls = called(&code, of_store);
    // A method of its own that is called like one of the store's counts only where the store is asked.
    let own = code_below(&[&format!("functions/{function}/src/")], &[]);
    let own = offered(&own, "async fn ");
    let unspaced: String = code.split_whitespace().collect();
    calls.retain(|name| !own.contains(name) || unspaced.contains(&format!("store.{name}(")));
    reached(&functions, &calls)
}

/// What the code of one file does to secrets.
fn rights_to_secrets(file: &str) -> BTreeSet<Right> {
    let code = code_below(&[&format!("{SECRETS}{file}")], &[]);
    let every: BTreeSet<String> = functions(&code).into_keys().collect();
    let requests = reached(&functions(&code), &every);
    assert!(!requests.is_empty(), "{file} asks nothing");
    let each = |(operation, _): Request| {
        let action = action("secretsmanager", &operation);
        ["connections/*", "sites/*"].map(|on| right(&action, on))
    };
    requests.into_iter().flat_map(each).collect()
}

/// Whether a function has what writes secrets.
fn writes_secrets(function: &str) -> bool {
    code_below(&[&format!("functions/{function}/src/")], &[]).contains("secret_keeper")
}

/// What a function needs by its code.
fn needed(function: &str) -> BTreeSet<Right> {
    let mut needed: BTreeSet<Right> = requests_to_the_table(function)
        .into_iter()
        .map(|(operation, index)| {
            let on = index.map_or("table".to_owned(), |index| {
                format!("index/{}", constant(STORE[0], &index))
            });
            (action("dynamodb", &operation), on)
        })
        .collect();
    needed.extend(rights_to_secrets("secrets_manager.rs"));
    if writes_secrets(function) {
        needed.extend(rights_to_secrets("keeping/managed.rs"));
        needed.insert(right("kms:GenerateDataKey", "key"));
    }
    // What Lambda does in a function's name, by the template itself: the log and the trace.
    needed.insert(right("logs:CreateLogStream", "log"));
    needed.insert(right("logs:PutLogEvents", "log"));
    needed.insert(right("xray:PutTraceSegments", "*"));
    needed.insert(right("xray:PutTelemetryRecords", "*"));
    // And what the table and the secrets ask of their reader where they have a key of their own.
    needed.insert(right("kms:Decrypt", "key"));
    needed
}

/// What an ARN of the template is, in the words used here.
fn resource_in_words(function: &str, value: &Value) -> String {
    let arn = text_of(value);
    let log = format!("{function}Logs.Arn");
    match arn.as_str() {
        "*" | "KmsKeyArn" => arn.replace("KmsKeyArn", "key"),
        _ if arn == log => "log".to_owned(),
        _ => {
            let known = arn
                .rsplit_once(":table/${Name}/")
                .or_else(|| arn.rsplit_once(":secret:${Prefix}/"));
            match known {
                Some((_, rest)) => rest.to_owned(),
                None if arn.ends_with(":table/${Name}") => "table".to_owned(),
                None => panic!("{function} may do something to {arn}"),
            }
        }
    }
}

/// The statements of a policy; of a conditional one what holds if the condition does.
fn statements<'a>(policy: &'a Value) -> Vec<&'a Value> {
    let statement = |value: &'a Value| match value.get("Fn::If") {
        Some(either) => &either[1],
        None => value,
    };
    several(&policy["PolicyDocument"]["Statement"])
        .into_iter()
        .map(statement)
        .collect()
}

/// What the template lets a function do.
fn allowed(template: &Value, function: &str) -> BTreeSet<Right> {
    let role = &resources(template)[&format!("{function}Role")]["Properties"];
    let shared: Vec<String> = several(&role["ManagedPolicyArns"])
        .into_iter()
        .map(text_of)
        .collect();
    assert_eq!(shared, ["FunctionsPolicy"], "no policy that AWS writes");
    let shared = &resources(template)["FunctionsPolicy"]["Properties"];
    let own = several(&role["Policies"]).into_iter().flat_map(statements);
    let mut allowed = BTreeSet::new();
    for statement in own.chain(statements(shared)) {
        assert_eq!(statement["Effect"], "Allow");
        for action in several(&statement["Action"]) {
            for on in several(&statement["Resource"]) {
                let new = allowed.insert((text_of(action), resource_in_words(function, on)));
                assert!(new, "{function}: {action} is allowed twice");
            }
        }
    }
    allowed
}

#[test]
fn each_function_may_do_what_its_code_does_and_nothing_else() {
    let template = template();
    for (id, function) in FUNCTIONS {
        assert_eq!(allowed(&template, id), needed(function), "{function}");
    }
}

#[test]
fn the_doors_list_and_delete_nothing_and_nobody_scans() {
    let rights = FUNCTIONS.map(|(_, function)| needed(function));
    let on_lists = right("dynamodb:Query", "index/due");
    let deleting = right("dynamodb:DeleteItem", "table");
    for of_the_sweep in [on_lists, deleting] {
        assert!(!rights[0].contains(&of_the_sweep) && !rights[1].contains(&of_the_sweep));
        assert!(rights[2].contains(&of_the_sweep));
    }
    let words = paper_of_all_policies();
    for never in [
        "dynamodb:Scan",
        "dynamodb:*",
        "secretsmanager:*",
        "\"*:*\"",
        "kms:*",
    ] {
        assert!(!words.contains(never), "a policy allows {never}");
    }
}

#[test]
fn only_the_console_writes_secrets_and_none_but_those_below_the_prefix() {
    let template = template();
    let rights_to_secrets = |id: &str| -> BTreeSet<Right> {
        let mut rights = allowed(&template, id);
        rights.retain(|(action, _)| action.starts_with("secretsmanager:"));
        rights
    };
    let reading: BTreeSet<Right> = ["connections/*", "sites/*"]
        .map(|on| right("secretsmanager:GetSecretValue", on))
        .into();
    for (id, function) in FUNCTIONS {
        let rights = rights_to_secrets(id);
        let writes: BTreeSet<&str> = rights
            .difference(&reading)
            .map(|(action, _)| action.trim_start_matches("secretsmanager:"))
            .collect();
        if function == "console" {
            let wanted = ["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"];
            assert_eq!(writes, wanted.into());
        } else {
            assert_eq!(writes, BTreeSet::new(), "{function} only reads");
        }
        let places: BTreeSet<&str> = rights.iter().map(|(_, on)| on.as_str()).collect();
        assert_eq!(places, ["connections/*", "sites/*"].into(), "{function}");
    }
}

fn paper_of_all_policies() -> String {
    let template = template();
    ["AWS::IAM::Role", "AWS::IAM::ManagedPolicy"]
        .iter()
        .flat_map(|kind| of_type(&template, kind))
        .map(|(_, properties)| properties.to_string())
        .collect()
}

#[test]
fn the_schedule_may_start_the_sweep_and_leave_its_dead_letters() {
    let template = template();
    let role = &resources(&template)["SweepScheduleRole"]["Properties"];
    let rights: Vec<(String, String)> = several(&role["Policies"])
        .into_iter()
        .flat_map(statements)
        .flat_map(|statement| {
            let on = text_of(&statement["Resource"]);
            let of = |action| (text_of(action), on.clone());
            several(&statement["Action"])
                .into_iter()
                .map(of)
                .collect::<Vec<_>>()
        })
        .collect();
    let wanted = [
        right("lambda:InvokeFunction", "ReconciliationSweep.Alias"),
        right("sqs:SendMessage", "ScheduleDeadLetters.Arn"),
        right("kms:Decrypt", "KmsKeyArn"),
        right("kms:GenerateDataKey", "KmsKeyArn"),
    ];
    assert_eq!(rights, wanted);
}

#[test]
fn reading_a_secret_is_refused_to_others_and_nothing_else_is_refused_to_anybody() {
    let template = template();
    let policies = of_type(&template, "AWS::SecretsManager::ResourcePolicy");
    assert_eq!(policies.len(), 2);
    assert_eq!(
        policies[0].1["ResourcePolicy"], policies[1].1["ResourcePolicy"],
        "both secrets are guarded alike"
    );
    let statements = several(&policies[0].1["ResourcePolicy"]["Statement"]);
    let [statement] = statements[..] else {
        panic!("one statement: {statements:?}")
    };
    assert_eq!(statement["Effect"], "Deny");
    // Whoever may change the policy can always undo it: nobody is locked out.
    assert_eq!(statement["Action"], "secretsmanager:GetSecretValue");
    let readers = several(&statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]);
    let readers: Vec<String> = readers.into_iter().map(text_of).collect();
    for (id, _) in FUNCTIONS {
        assert!(readers.contains(&format!("{id}Role.Arn")), "{id} reads it");
    }
    assert!(readers.iter().any(|reader| reader.ends_with(":root")));
}
