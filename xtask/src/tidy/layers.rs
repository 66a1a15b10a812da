//! Who in `src/` may look at whom.

use super::{Finding, rust};
use crate::source::{SourceFile, code_only, words};

/// A layer of the app and the layers that it must not know.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("charts", &["components", "pages"]),
    ("components", &["pages"]),
    ("state", &["platform"]),
    ("queries", &["platform"]),
];

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    rust(files)
        .filter(|file| file.path.starts_with("src/") || file.path.starts_with("crates/"))
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let forbidden = forbidden_layers(&file.path);
    // The component is for the browser alone, and for apps that are not ours.
    let component = file.path == "crates/survey/src/component.rs";
    let browser_allowed = is_in(&file.path, "platform") || file.path.contains("/tests/") || component;
    let mut findings = Vec::new();
    for (index, line) in code_only(&file.text).lines().enumerate() {
        for word in words(line) {
            let text = if !browser_allowed && is_browser_interface(word) {
                format!("{word} outside of src/platform/, wrap what is needed in a function there")
            } else if forbidden.contains(&word) {
                format!("a lower layer knows `{word}`, pass what it needs as an argument")
            } else {
                continue;
            };
            findings.push(Finding { path: file.path.clone(), line: index + 1, text });
        }
    }
    findings
}

fn is_browser_interface(word: &str) -> bool {
    word == "web_sys" || word == "js_sys" || word == "gloo" || word.starts_with("gloo_")
}

fn forbidden_layers(path: &str) -> &'static [&'static str] {
    FORBIDDEN.iter().find(|(layer, _)| is_in(path, layer)).map_or(&[], |(_, forbidden)| forbidden)
}

/// Whether the file is a module of the app or lies below it.
fn is_in(path: &str, layer: &str) -> bool {
    path.strip_prefix("src/")
        .and_then(|rest| rest.strip_prefix(layer))
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> usize {
        let (path, text) = (path.to_owned(), text.to_owned());
        check_file(&SourceFile { path, text }).len()
    }

    #[test]
    fn browser_interfaces_belong_to_the_platform() {
        assert_eq!(check("src/platform/files.rs", "use web_sys::File;"), 0);
        assert_eq!(check("src/pages/dashboard.rs", "use web_sys::File;"), 1);
        assert_eq!(check("crates/ingest/src/lib.rs", "use gloo_file::File;"), 1);
        assert_eq!(check("src/pages/dashboard.rs", "// web_sys stays outside\nlet x = \"js_sys\";"), 0);
    }

    #[test]
    fn layers_look_downwards() {
        assert_eq!(check("src/charts/line.rs", "use crate::components::card;"), 1);
        assert_eq!(check("src/pages/home.rs", "use crate::components::card;"), 0);
        assert_eq!(check("src/queries.rs", "use crate::{platform::clock, state};"), 1);
    }
}
