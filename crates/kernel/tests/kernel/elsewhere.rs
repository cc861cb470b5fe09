//! The kernel for somebody else's notebooks: a crate, settings and a name of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::jupyter_client::{Jupyter, checkout, eventually};
use crate::nothing_was_built_since;

const SETTINGS: &str = r#"
name = "tiny"
display-name = "Tiny"
set-up = "./set-up"
crate = ".."
lock = "../Cargo.lock"
warm-folder = "../target/warm"
idle = "idle.rs"

[environment]
GREETING = "../hello"
"#;

const MANIFEST: &str = r#"
[package]
name = "tiny-words"
edition = "2024"
[lib]
crate-type = ["dylib"]
[dependencies]
itoa = "=ITOA"
"#;

const LIBRARY: &str = "
/// A number in words of digits.
pub fn word(n: u32) -> String { itoa::Buffer::new().format(n).to_owned() }
";

#[test]
fn somebody_elses_crate_is_loaded_by_a_kernel_with_settings_of_its_own() {
    let mut jupyter = Jupyter::new();
    let tiny = Tiny::new(jupyter.temp());
    let (argv, theirs) = (tiny.install(), &tiny.folder);
    // As after a change that was taken back: younger, and the same.
    tiny.replace("", "");
    let kernel = jupyter.start_by(&argv, &theirs.join("notebooks"));
    jupyter.wait(kernel);
    let rested = theirs.join("notebooks/rested");
    eventually("it has used its rest", || rested.exists());
    jupyter.ok(kernel, ":dep tiny-words = { path = \"..\" }");
    assert_eq!(jupyter.ok(kernel, "tiny_words::word(42)").trim(), "\"42\"");
    nothing_was_built_since(&theirs.join("target/warm"), &jupyter.folders()[0]);
    assert_eq!(jupyter.ok(kernel, "std::env::var(\"GREETING\")?").trim(), "\"../hello\"");
    let report = jupyter.run(kernel, "panic!(\"no words\")").text;
    assert!(report.contains("no words") && report.lines().count() <= 3, "{report}");
    jupyter.stop(kernel);
    eventually("its folder is gone", || jupyter.folders().is_empty());
}

/// A crate with a dependency of the version that this checkout has downloaded.
pub struct Tiny {
    /// Where it is.
    pub folder: PathBuf,
    prefix: PathBuf,
    temp: PathBuf,
}

impl Tiny {
    /// Makes one.
    pub fn new(temp: &Path) -> Self {
        let (folder, prefix) = (temp.join("theirs"), temp.join("prefix"));
        fs::create_dir(&prefix).expect("a writable folder");
        let lock = fs::read_to_string(checkout().join("Cargo.lock")).expect("the lock file");
        let version = lock.split("name = \"itoa\"\nversion = \"").nth(1).expect("itoa is loaded");
        let version = version.split('"').next().expect("a version");
        for (path, content) in [
            ("Cargo.toml", MANIFEST.replace("ITOA", version).as_str()),
            ("src/lib.rs", LIBRARY),
            ("kernel/kernel.toml", SETTINGS),
            ("kernel/idle.rs", "let rested = std::fs::write(\"rested\", \"\"); drop(rested);"),
            ("notebooks/words.ipynb", "{}"),
        ] {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a writable folder");
            fs::write(path, content).expect("a writable folder");
        }
        let lock = Command::new("cargo")
            .args(["generate-lockfile", "--offline", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .status();
        assert!(lock.is_ok_and(|status| status.success()), "cargo makes no lock file");
        Self { folder, prefix, temp: temp.to_owned() }
    }

    /// Changes its source.
    pub fn replace(&self, old: &str, new: &str) {
        let source = LIBRARY.replace(old, new);
        fs::write(self.folder.join("src/lib.rs"), source).expect("a writable folder");
    }

    /// The command that installs a kernel for it.
    pub fn installation(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warm-kernel"));
        command.args(["install", "kernel/kernel.toml", "--prefix"]).arg(&self.prefix);
        command.current_dir(&self.folder).env("TMPDIR", &self.temp);
        command
    }

    /// Installs a kernel for it and returns the command of its kernelspec.
    pub fn install(&self) -> Value {
        let installed = self.installation().status();
        assert!(installed.is_ok_and(|status| status.success()), "it cannot be installed");
        let spec = self.prefix.join("share/jupyter/kernels/tiny/kernel.json");
        let spec: Value = serde_json::from_slice(&fs::read(spec).expect("a spec")).expect("JSON");
        assert_eq!(spec["display_name"], "Tiny");
        spec["argv"].clone()
    }
}
