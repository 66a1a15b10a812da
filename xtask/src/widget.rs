//! The survey element in `dist/widget/`: a module, its machine as WebAssembly and translated to JavaScript, types and a
//! page that shows it. The folder is an npm package as it is; a folder in it, named by the version, holds what pages load
//! with hashes that they can pin. The hosted page is in `dist/survey/`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::{self, command, root, say};
use crate::{build, tools};

/// What the pinned compiler emits and every browser knows that knows the element's style sheet.
pub(crate) const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The folder that the element is built into.
pub(crate) fn dist() -> PathBuf {
    build::dist().join("widget")
}

/// The folder of the hosted page, beside the element's: the element looks for it there.
pub(crate) fn hosted() -> PathBuf {
    build::dist().join("survey")
}

/// Builds the element and the hosted page anew.
pub(crate) fn build() -> Result<()> {
    let shim = root().join("crates/widget/shim");
    tools::ensure_node_modules(&shim)?;

    say("build the survey element");
    // A folder of its own, so that its flags and the app's do not make each other's crates stale.
    let target = root().join("target/widget");
    run::run(
        command("cargo")
            .args(["rustc", "--release", "--package=keeprate-widget", "--crate-type=cdylib"])
            .args(["--target=wasm32-unknown-unknown", "--target-dir"])
            .arg(&target)
            // One page of memory is enough for stack, texts and a turn.
            .args(["--", "-C", "link-arg=-zstack-size=32768"])
            .env_remove("RUSTFLAGS"),
    )?;

    let folder = dist();
    std::fs::create_dir_all(&folder)?;
    let module = folder.join("keeprate-survey.wasm");
    run::run(
        command("wasm-opt")
            .arg(target.join("wasm32-unknown-unknown/release/keeprate_widget.wasm"))
            .args(FEATURES)
            // Each of these is worth some ten bytes once compressed.
            .args(["--flatten", "--rereloop", "-Oz", "--converge", "--one-caller-inline-max-function-size=0"])
            .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(&module),
    )?;
    run::run(
        command("wasm2js")
            .arg(&module)
            .args(FEATURES)
            .args(["-Oz", "-o"])
            .arg(folder.join("keeprate-survey-fallback.js")),
    )?;
    run::run(command("node").arg(shim.join("build.js")).arg(&folder).arg(env!("CARGO_PKG_VERSION")))?;

    copy("package", &folder)?;
    copy("hosted", &hosted())
}

/// Copies the files of a folder of the crate as they are.
fn copy(from: &str, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for file in build::sorted_children(&root().join("crates/widget").join(from))? {
        let name = file.file_name().unwrap_or_default();
        std::fs::copy(&file, to.join(name)).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_has_the_version_of_the_project() {
        let text = std::fs::read_to_string(root().join("crates/widget/package/package.json")).unwrap();
        let package: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    }
}
