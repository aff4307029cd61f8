//! Events: the samples are what AWS sends for the template's routes and schedule, and a local watch
//! serves the same routes.

use serde_json::Value;

use crate::papers::paper;

use super::template::{of_type, resources, template, text_of};

/// The routes of the template: method and path, and the function that is called.
fn routes() -> Vec<(String, String)> {
    let template = template();
    let function_of = |route: &Value| {
        let target = text_of(&route["Target"]);
        let integration = target
            .trim_start_matches("integrations/${")
            .trim_end_matches('}');
        let uri = text_of(&resources(&template)[integration]["Properties"]["IntegrationUri"]);
        let function = uri.strip_suffix(".Alias").expect("the alias is called");
        text_of(&resources(&template)[function]["Metadata"]["BuildProperties"]["Binary"])
    };
    of_type(&template, "AWS::ApiGatewayV2::Route")
        .into_iter()
        .map(|(_, route)| (text_of(&route["RouteKey"]), function_of(route)))
        .collect()
}

#[test]
fn the_sample_requests_come_by_the_routes_of_the_template() {
    let samples = ["contrast-push", "jira-delivery", "console-overview"];
    let routes = routes();
    for sample in samples {
        let text = paper(&format!("infra/events/{sample}.json"));
        let event: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            event["version"], "2.0",
            "the payload format of the template"
        );
        let route = text_of(&event["routeKey"]);
        assert!(routes.iter().any(|(key, _)| *key == route), "{route}");
        let method = text_of(&event["requestContext"]["http"]["method"]);
        let mut path = route.replace("ANY ", &format!("{method} "));
        for (name, value) in event["pathParameters"].as_object().into_iter().flatten() {
            path = path.replace(&format!("{{{name}}}"), value.as_str().expect("a name"));
        }
        assert_eq!(format!("{method} {}", text_of(&event["rawPath"])), path);
        let length = event["body"].as_str().map(|body| body.len().to_string());
        let told = event["headers"]["content-length"].as_str();
        assert_eq!(told, length.as_deref(), "{sample}");
    }
}

#[test]
fn the_local_watch_serves_the_doors_of_the_template_and_not_the_console() {
    let workspace: Value = toml::from_str(&paper("Cargo.toml")).expect("TOML");
    let router = &workspace["workspace"]["metadata"]["lambda"]["watch"]["router"];
    // Nobody verifies a token there, and so the console would know nobody.
    let mut doors = routes();
    doors.retain(|(_, function)| function != "console");
    assert_eq!(doors.len(), router.as_object().expect("routes").len());
    for (route, function) in doors {
        let path = route.strip_prefix("POST ").expect("a POST");
        assert_eq!(router[path], function.as_str(), "{path}");
    }
}

#[test]
fn each_route_has_a_limit_of_its_own() {
    let template = template();
    let [(_, stage)] = of_type(&template, "AWS::ApiGatewayV2::Stage")[..] else {
        panic!("one stage")
    };
    for (route, _) in routes() {
        let limits = &stage["RouteSettings"][&route];
        let limits = limits.get("Fn::If").map_or(limits, |either| &either[1]);
        for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
            let parameter = text_of(&limits[limit]);
            assert!(
                template["Parameters"].get(&parameter).is_some(),
                "{route}: {limit}"
            );
        }
    }
}
