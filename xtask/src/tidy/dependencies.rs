//! Which of our crates may depend on which.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::run::{command, output, root};
use crate::source::SourceFile;

/// A crate of ours and those of ours that it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("keeprate-metrics", &["keeprate-columns"]),
    ("keeprate-sample", &[]),
    ("keeprate-columns", &[]),
    ("keeprate-ingest", &["keeprate-columns", "keeprate-metrics"]),
    ("keeprate-link", &["keeprate-metrics"]),
    ("keeprate-survey", &[]),
    ("keeprate-workbook", &[]),
    ("keeprate-widget", &["keeprate-survey"]),
    ("keeprate-documents", &["keeprate-metrics", "keeprate-ingest", "keeprate-link"]),
    ("keeprate-cli", &["keeprate-metrics", "keeprate-ingest", "keeprate-link", "keeprate-documents"]),
    (
        "keeprate",
        &[
            "keeprate-metrics",
            "keeprate-ingest",
            "keeprate-link",
            "keeprate-documents",
            "keeprate-sample",
            "keeprate-survey",
            "keeprate-workbook",
        ],
    ),
    ("xtask", &["keeprate-sample"]),
];

/// What tests may use besides: generated data.
const ALLOWED_IN_TESTS: &str = "keeprate-sample";

pub(super) fn check(files: &[SourceFile]) -> Result<Vec<Finding>> {
    let metadata = output(command("cargo").args(["metadata", "--format-version=1", "--no-deps"]))
        .context("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo metadata")?;
    Ok(findings(&metadata, |manifest, dependency| {
        let manifest = Path::new(manifest);
        let path = manifest.strip_prefix(root()).unwrap_or(manifest);
        let path = path.to_string_lossy().replace('\\', "/");
        let line = files
            .iter()
            .find(|file| file.path == path)
            .and_then(|file| file.text.lines().position(|line| line.starts_with(dependency)))
            .map_or(1, |index| index + 1);
        (path, line)
    }))
}

/// `locate` turns a manifest and the start of a line in it into a path and a line number.
fn findings(metadata: &Value, locate: impl Fn(&str, &str) -> (String, usize)) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        let manifest = text(&package["manifest_path"]);
        let mut report = |line_start: &str, text: String| {
            let (path, line) = locate(manifest, line_start);
            findings.push(Finding { path, line, text });
        };
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            report("name", format!("{name} has no rule, add it to ALLOWED in xtask/src/tidy/dependencies.rs"));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            // Only our own crates come from a folder.
            if dependency["path"].is_null() {
                continue;
            }
            let used = text(&dependency["name"]);
            let in_tests = text(&dependency["kind"]) == "dev";
            let may_be_used = allowed.contains(&used) || (in_tests && used == ALLOWED_IN_TESTS);
            if !may_be_used {
                report(used, format!("{name} must not depend on {used}, move what both need further down"));
            }
        }
    }
    findings
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(package: &str, dependency: Value) -> usize {
        let metadata = json!({"packages": [
            {"name": package, "manifest_path": "Cargo.toml", "dependencies": [dependency]}
        ]});
        findings(&metadata, |path, _| (path.to_owned(), 1)).len()
    }

    #[test]
    fn a_lower_crate_may_be_used() {
        assert_eq!(check("keeprate-cli", json!({"name": "keeprate-ingest", "path": "x", "kind": null})), 0);
    }

    #[test]
    fn a_higher_crate_may_not() {
        assert_eq!(check("keeprate-metrics", json!({"name": "keeprate-ingest", "path": "x", "kind": null})), 1);
        assert_eq!(check("keeprate-link", json!({"name": "keeprate-cli", "path": "x", "kind": "dev"})), 1);
    }

    #[test]
    fn the_sample_is_for_tests_only() {
        let sample = |kind: Value| json!({"name": "keeprate-sample", "path": "x", "kind": kind});
        assert_eq!(check("keeprate-ingest", sample(json!("dev"))), 0);
        assert_eq!(check("keeprate-ingest", sample(Value::Null)), 1);
    }

    #[test]
    fn others_are_free_and_new_crates_need_a_rule() {
        assert_eq!(check("keeprate-link", json!({"name": "serde", "kind": null})), 0);
        assert_eq!(check("keeprate-new", json!({"name": "serde", "kind": null})), 1);
    }
}
