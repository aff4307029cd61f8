//! The console: it is there only where people can sign in, and nothing of it but the page that signs
//! them in can be reached without a token that the API has verified.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::template::{of_type, resources, template, text_of};

const CONDITION: &str = "ConsoleIsServed";
const OPEN: [&str; 3] = [
    "GET /console",
    "GET /console/{proxy+}",
    "POST /console/sign-in",
];

/// The console's routes: each key, and whether it asks for a token.
fn routes(template: &Value) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (id, route) in of_type(template, "AWS::ApiGatewayV2::Route") {
        if text_of(&route["Target"]) != "integrations/${ConsoleIntegration}" {
            continue;
        }
        let guarded = match text_of(&route["AuthorizationType"]).as_str() {
            "JWT" => true,
            "NONE" => false,
            other => panic!("{id}: {other}"),
        };
        let authorizer = guarded.then(|| json!({ "Ref": "ConsoleAuthorizer" }));
        assert_eq!(route.get("AuthorizerId"), authorizer.as_ref(), "{id}");
        found.push((text_of(&route["RouteKey"]), guarded));
    }
    found
}

#[test]
fn whatever_shows_or_changes_anything_asks_for_a_token() {
    let routes = routes(&template());
    let of = |guarded: bool| -> BTreeSet<&str> {
        let which = routes.iter().filter(|(_, asks)| *asks == guarded);
        which.map(|(key, _)| key.as_str()).collect()
    };
    assert_eq!(of(false), OPEN.into());
    // Which of two greedy paths wins is only certain where the method is the same.
    for path in ["/console/page/{proxy+}", "/console/api/{proxy+}"] {
        for method in ["ANY", "GET"] {
            let key = format!("{method} {path}");
            assert!(of(true).contains(key.as_str()), "{key}");
        }
    }
    assert!(of(true).contains("ANY /console/page"));
}

#[test]
fn the_token_is_one_of_the_issuer_for_our_client_and_stands_in_no_address() {
    let template = template();
    let authorizer = &resources(&template)["ConsoleAuthorizer"]["Properties"];
    assert_eq!(authorizer["AuthorizerType"], "JWT");
    assert_eq!(
        authorizer["IdentitySource"],
        json!(["$request.header.Authorization"])
    );
    let wanted = json!({
        "Issuer": { "Ref": "ConsoleIssuer" },
        "Audience": [{ "Ref": "ConsoleClientId" }],
    });
    assert_eq!(authorizer["JwtConfiguration"], wanted);
    let variables = &resources(&template)["Console"]["Properties"]["Environment"]["Variables"];
    assert_eq!(text_of(&variables["CONSOLE_ISSUER"]), "ConsoleIssuer");
    assert_eq!(text_of(&variables["CONSOLE_CLIENT"]), "ConsoleClientId");
}

#[test]
fn without_an_issuer_nothing_of_it_is_there_and_half_of_one_is_refused() {
    let template = template();
    for (id, resource) in resources(&template) {
        if id.starts_with("Console") {
            assert_eq!(resource["Condition"], CONDITION, "{id}");
        }
    }
    let given = |name: &str| json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": name }, ""] }] });
    assert_eq!(template["Conditions"][CONDITION], given("ConsoleIssuer"));
    let demands = |rule: &str, name: &str| {
        let rule = &template["Rules"][rule];
        let asserted = rule["Assertions"].as_array().expect("assertions").iter();
        let mut asserted = asserted.map(|it| &it["Assert"]);
        assert!(asserted.any(|it| *it == given(name)), "{name}");
        rule["RuleCondition"].clone()
    };
    for needed in ["ConsoleClientId", "ConsoleAdministratorValue"] {
        let when = demands("ConsoleHasAllThatItNeeds", needed);
        assert_eq!(when, given("ConsoleIssuer"));
    }
    let when = demands("ConsoleClientHasItsIssuer", "ConsoleIssuer");
    assert_eq!(when, given("ConsoleClientId"));
    let told = &template["Outputs"]["ConsoleUrl"]["Value"]["Fn::If"];
    assert_eq!(told[0], CONDITION);
    assert!(text_of(&told[1]).ends_with("/console"));
    assert!(text_of(&told[2]).contains("not deployed"));
}

#[test]
fn the_access_log_holds_no_token_no_query_and_no_name() {
    let template = template();
    let [(_, stage)] = of_type(&template, "AWS::ApiGatewayV2::Stage")[..] else {
        panic!("one stage")
    };
    let format = text_of(&stage["AccessLogSettings"]["Format"]);
    assert!(format.contains("$context.path"), "{format}");
    for never in [
        "authoriz",
        "header",
        "query",
        "claims",
        "jwt",
        "identity.user",
    ] {
        assert!(!format.to_lowercase().contains(never), "{never}: {format}");
    }
}

#[test]
fn its_answers_are_no_failing_deliveries() {
    let template = template();
    let alarm = &resources(&template)["DeliveriesFailing"]["Properties"];
    let filter = &resources(&template)["FailedDeliveries"]["Properties"];
    let made = &filter["MetricTransformations"][0];
    assert_eq!(alarm["MetricName"], made["MetricName"]);
    assert_eq!(alarm["Namespace"], made["MetricNamespace"]);
    let pattern = text_of(&filter["FilterPattern"]);
    assert!(
        pattern.contains("$.route = \"POST /webhooks/*\""),
        "{pattern}"
    );
    for (key, _) in routes(&template) {
        assert!(!key.starts_with("POST /webhooks/"), "{key}");
    }
}
