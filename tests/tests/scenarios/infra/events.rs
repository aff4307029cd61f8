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
fn the_sample_deliveries_come_by_the_routes_of_the_template() {
    let samples = ["contrast-push", "jira-delivery"];
    for (sample, (route, _)) in samples.iter().zip(routes()) {
        let text = paper(&format!("infra/events/{sample}.json"));
        let event: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            event["version"], "2.0",
            "the payload format of the template"
        );
        assert_eq!(event["routeKey"], route.as_str());
        let parameters = event["pathParameters"].as_object().expect("parameters");
        let (name, value) = parameters.iter().next().expect("one");
        let path = route.replace(&format!("{{{name}}}"), value.as_str().expect("a name"));
        let method = &event["requestContext"]["http"]["method"];
        let came = format!("{} {}", text_of(method), text_of(&event["rawPath"]));
        assert_eq!(came, path);
        let length = event["body"].as_str().expect("a body").len().to_string();
        assert_eq!(
            event["headers"]["content-length"],
            length.as_str(),
            "{sample}"
        );
    }
}

#[test]
fn the_local_watch_serves_the_routes_of_the_template() {
    let workspace: Value = toml::from_str(&paper("Cargo.toml")).expect("TOML");
    let router = &workspace["workspace"]["metadata"]["lambda"]["watch"]["router"];
    let routes = routes();
    assert_eq!(routes.len(), router.as_object().expect("routes").len());
    for (route, function) in routes {
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
        for limit in ["ThrottlingRateLimit", "ThrottlingBurstLimit"] {
            let parameter = text_of(&limits[limit]);
            assert!(
                template["Parameters"].get(&parameter).is_some(),
                "{route}: {limit}"
            );
        }
    }
}
