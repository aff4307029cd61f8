//! The functions' binaries, built when first asked for.
//!
//! Built by themselves, so that their dependencies have the features they have when deployed, and
//! not those that tests add.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use serde_json::Value;

const PACKAGES: [&str; 3] = ["contrast-webhook", "jira-webhook", "reconciliation-sweep"];

static BUILT: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(build);

/// The binary of a function. Waits for the build, and so belongs on a thread that may block.
pub fn binary(name: &str) -> PathBuf {
    BUILT
        .get(name)
        .unwrap_or_else(|| panic!("the build told of no binary {name}"))
        .clone()
}

fn build() -> BTreeMap<String, PathBuf> {
    // This test stands in `<target>/debug/deps`; its neighbours are built into the same folder.
    let own = std::env::current_exe().expect("the path of this test");
    let target = own.ancestors().nth(3).expect("the target folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args([
            "build",
            "--locked",
            "--bins",
            "--message-format",
            "json-render-diagnostics",
        ])
        .arg("--target-dir")
        .arg(target)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    for package in PACKAGES {
        cargo.args(["-p", package]);
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "the functions do not build");
    let told = String::from_utf8(output.stdout).expect("cargo writes text");
    told.lines().filter_map(binary_of).collect()
}

/// The name and path of a binary, if that is what cargo tells of.
fn binary_of(line: &str) -> Option<(String, PathBuf)> {
    let told: Value = serde_json::from_str(line).ok()?;
    let path = told["executable"].as_str()?;
    Some((told["target"]["name"].as_str()?.to_owned(), path.into()))
}
