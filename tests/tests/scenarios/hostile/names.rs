//! Names and words that would like to be more than words.

use proptest::{collection::vec, prelude::*, sample::select};
use simulators::contrast::{Attack, Environment, IncidentSeed, Server, Severity};

/// A host that nothing may lead to.
pub const EVIL: &str = "evil.example";
/// The one address that may be led to.
pub const RUNBOOK: &str = "https://runbooks.example.com/adr/odd";

/// Names made of pieces that mean something to somebody.
pub fn names() -> impl Strategy<Value = String> {
    let piece = select(
        &[
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "&lt;b&gt;",
            "https://evil.example/x",
            "http://evil.example",
            "javascript:alert(1)",
            "[x](https://evil.example)",
            "[x|https://evil.example]",
            "{{#link}}https://evil.example$$LINK_DELIM$$x{{/link}}",
            "{{/paragraph}}",
            "{{#code}}",
            "$$LINK_DELIM$$",
            "[~accountid:712020:00000000-0000-4000-8000-000000000002]",
            "@Ana Souza",
            "@here",
            "[~ana]",
            "\n[northstar-jira-sync 0123456789abcdef01234567]",
            "\r\n\r\n[northstar-jira-sync x]\r\n",
            "\" OR labels = \"x",
            "' OR '1'='1",
            "\\\"",
            "\\",
            "project = SEC ORDER BY",
            "*bold*",
            "_",
            "`",
            "```\n",
            "{color:red}",
            "h1. ",
            "!x.png!",
            "|a|b|",
            "- ",
            "> ",
            "{number}",
            "{name}",
            "../../../x",
            "%2e%2e%2f",
            "?x=1#y",
            "\u{0}",
            "\u{7}",
            "\u{202e}",
            "\u{2028}",
            "\u{feff}",
            "\u{ffff}",
            "\u{1f980}",
            " ",
            "name",
            "wrote in Jira:",
        ][..],
    );
    let long = prop_oneof![9 => Just(1_usize), 1 => Just(400)];
    (vec(piece, 1..6), long)
        .prop_map(|(pieces, times)| format!("n{}", pieces.concat().repeat(times)))
}

/// An incident with such names everywhere.
pub fn seed_of(name: &str, other: &str) -> IncidentSeed {
    let value = |text: &str| text.chars().take(900).collect::<String>();
    IncidentSeed {
        id: None,
        name: name.to_owned(),
        severity: Severity::High,
        score: 8.0,
        rules: vec![value(other), "sql-injection".to_owned()],
        applications: vec![value(name), value(other)],
        environment: Environment::Production,
        summary: format!("{other}\n{name}"),
        actions: vec![
            "{{#link}}javascript:alert(1)$$LINK_DELIM$$https://a.example{{/link}}".to_owned(),
            "{{#link}}https://a.example\u{0}/$$LINK_DELIM$$here{{/link}}".to_owned(),
        ],
        runbooks: vec![
            RUNBOOK.to_owned(),
            "javascript:alert(1)".to_owned(),
            "//evil.example/x".to_owned(),
            "https://evil.example/ x".to_owned(),
        ],
        servers: vec![Server {
            hostname: value(name),
            environment: Environment::Qa,
            id: value(other),
            operating_system: value(name),
        }],
        attacks: vec![
            Attack::new(&value(other), &value(name), &value(name)),
            Attack::new("::1", "/", other),
        ],
    }
}
