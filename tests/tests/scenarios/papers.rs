//! The papers: what README, ARCHITECTURE, the examples and the template say of the code is so.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use adapters::secrets::{ConnectionSecret, SecretsDocument, SiteSecret};
use domain::settings::{Settings, document::SettingsDocument};

mod table;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn paper(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The part of a paper below a heading, up to the next one of its rank.
fn section<'a>(paper: &'a str, heading: &str) -> &'a str {
    let (_, rest) = paper
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("there is a section {heading}"));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// What stands between backticks, on lines that are no code block.
fn spans(text: &str) -> Vec<&str> {
    let mut inside_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside_block = !inside_block;
        } else if !inside_block {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// The lines of the code blocks.
fn block_lines(text: &str) -> Vec<&str> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .flat_map(|block| block.lines().skip(1))
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// All files with Rust code, relative to the root.
pub fn sources() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["shared", "functions", "tests"] {
        walk(&root().join(folder), &mut found);
    }
    found
        .iter()
        .map(|path| {
            let path = path.strip_prefix(root()).expect("below the root");
            path.to_string_lossy().into_owned()
        })
        .collect()
}

/// The crate or module that a folder with code is; none for the unit tests of another.
fn unit_of(file: &str) -> Option<&str> {
    let (folder, _) = file.rsplit_once('/')?;
    let below_src = folder.contains("/src/");
    let of_unit_tests = below_src && (folder.ends_with("/tests") || file.ends_with("/tests.rs"));
    let folder = folder.strip_suffix("/src").unwrap_or(folder);
    (!of_unit_tests).then_some(folder)
}

#[test]
fn the_code_map_names_every_crate_and_module_folder_and_nothing_else() {
    let architecture = paper("ARCHITECTURE.md");
    let named: BTreeSet<&str> = section(&architecture, "Code map")
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.split('|').next())
        .flat_map(spans)
        .collect();
    for path in &named {
        let there = root().join(path).exists();
        assert!(there, "the code map names {path}, which is not there");
    }
    let sources = sources();
    let units: BTreeSet<&str> = sources.iter().filter_map(|file| unit_of(file)).collect();
    assert!(units.len() > 20, "the tree was walked: {units:?}");
    let missing: Vec<_> = units.difference(&named).collect();
    assert!(
        missing.is_empty(),
        "the code map of ARCHITECTURE.md lacks {missing:?}"
    );
}

#[test]
fn every_path_test_and_constant_that_the_papers_name_is_there() {
    let code: String = sources()
        .iter()
        .filter(|path| !path.ends_with("/papers.rs"))
        .map(|path| paper(path))
        .collect();
    let mut checked = [0; 3];
    for name in ["README.md", "ARCHITECTURE.md"] {
        for span in spans(&paper(name)) {
            let first = span.split('/').next().unwrap_or_default();
            let is_name = |text: &str, extra: fn(char) -> bool| {
                text.chars().all(|letter| letter == '_' || extra(letter))
            };
            if ["shared", "functions", "tests", "infra", ".ci"].contains(&first) {
                checked[0] += 1;
                let there = root().join(span).exists();
                assert!(there, "{name} names {span}, which is not there");
            } else if span.matches('_').count() > 3 && is_name(span, |l| l.is_ascii_lowercase()) {
                checked[1] += 1;
                let there = code.contains(&format!("fn {span}("));
                assert!(there, "{name} names the test {span}, which is not there");
            } else if let Some((constant, value)) = span.split_once(" = ")
                && is_name(constant, |l| l.is_ascii_uppercase())
            {
                checked[2] += 1;
                let there = code
                    .split(&format!("const {constant}: "))
                    .skip(1)
                    .any(|rest| {
                        rest.split_once(" = ")
                            .is_some_and(|(_, rest)| rest.starts_with(&format!("{value};")))
                    });
                assert!(there, "{name} says {span}, and the code does not");
            }
        }
    }
    assert!(checked.iter().all(|count| *count > 5), "{checked:?}");
}

#[test]
fn the_directions_in_the_architecture_are_those_that_ci_proves() {
    let ci = paper(".ci/run");
    let architecture = paper("ARCHITECTURE.md");
    let lines = block_lines(section(&architecture, "Directions"));
    assert!(lines.len() > 3, "{lines:?}");
    for line in lines {
        assert!(ci.contains(line.trim()), ".ci/run lacks the line {line}");
    }
}

#[test]
fn two_commands_are_enough() {
    let readme = paper("README.md");
    let commands: Vec<&str> = block_lines(section(&readme, "Two commands"))
        .into_iter()
        .filter(|line| line.starts_with("cargo "))
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .collect();
    assert_eq!(commands, ["cargo run", "cargo test --workspace"]);
    let package = paper("functions/local/Cargo.toml");
    assert!(package.contains("default-run = \"local\""));
}

fn example_settings() -> (SettingsDocument, String) {
    let text = paper("infra/settings.example.toml");
    let value: serde_json::Value = toml::from_str(&text).expect("TOML");
    let document = toml::from_str(&text).expect("a settings document");
    (document, value.to_string())
}

fn validated(document: SettingsDocument) -> Settings {
    document
        .validate()
        .unwrap_or_else(|faults| panic!("faults in the example: {faults:#?}"))
}

#[test]
fn the_example_settings_are_without_fault_and_mean_the_same_as_json() {
    let (document, json) = example_settings();
    let from_json: SettingsDocument = serde_json::from_str(&json).expect("the same document");
    assert_eq!(validated(document), validated(from_json));
}

#[test]
fn the_example_secrets_belong_to_the_example_settings_and_have_the_form_of_the_readme() {
    let text = paper("infra/secrets.example.toml");
    let secrets: SecretsDocument = toml::from_str(&text).expect("a secrets document");
    let settings = validated(example_settings().0);
    let names = settings
        .connections
        .keys()
        .map(domain::settings::ConnectionName::as_str);
    assert!(names.eq(secrets.connections.keys()));
    let names = settings.sites.keys().map(domain::ticket::SiteName::as_str);
    assert!(names.eq(secrets.sites.keys()));
    let readme = paper("README.md");
    let forms: Vec<&str> = block_lines(&readme)
        .into_iter()
        .filter(|line| line.starts_with('{'))
        .collect();
    let [connection, site] = forms[..] else {
        panic!("README shows the form of two secrets: {forms:?}");
    };
    serde_json::from_str::<ConnectionSecret>(connection).expect("a connection's secret");
    serde_json::from_str::<SiteSecret>(site).expect("a site's secret");
}
