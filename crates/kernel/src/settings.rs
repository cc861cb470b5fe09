//! The settings file: what a kernel is called, what it loads, and what it runs by itself.
//!
//! All that is known about somebody's notebooks comes from there. Its paths are relative to
//! the folder it lies in, so that a checkout can be moved.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use serde::Deserialize;

/// The settings, with every path made absolute.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Of the kernelspec: what notebooks ask for.
    pub name: String,
    /// What people see.
    pub display_name: String,
    /// The command that sets everything up; errors tell to run it.
    pub set_up: String,
    /// The command that opens what was set up to all users of the machine.
    set_up_for_all: Option<String>,
    /// The folder of the library crate that notebooks load.
    #[serde(rename = "crate")]
    pub library: PathBuf,
    /// The Cargo.lock with the versions of all that is loaded.
    pub lock: PathBuf,
    /// Where the warm build folder lies.
    pub warm_folder: PathBuf,
    /// What else decides, beside the crate and the lock file, whether the warm folder fits.
    #[serde(default)]
    watched: Vec<PathBuf>,
    prelude: Option<PathBuf>,
    idle: Option<PathBuf>,
    cargo: Option<PathBuf>,
    /// evcxr's own settings, which hold from its first build on.
    #[serde(default)]
    pub evcxr: toml::Table,
    /// Variables for cells, as they are written.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Variables for cells that hold a path.
    #[serde(default)]
    pub environment_paths: BTreeMap<String, PathBuf>,
    /// What the files hold.
    #[serde(skip)]
    pub files: Files,
}

/// What was read.
#[derive(Clone, Default)]
pub struct Files {
    /// Where the settings file is.
    pub path: PathBuf,
    /// The settings file.
    pub text: String,
    /// What kernels run before they answer.
    pub prelude: String,
    /// What they run once while nothing is asked of them.
    pub idle: String,
    /// Settings of Cargo that hold for all a kernel builds.
    pub cargo: String,
    /// The name of the library's package.
    pub package: String,
}

impl Settings {
    /// Reads a settings file and what it names.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the settings file {}", path.display()))?;
        let mut settings: Self =
            toml::from_str(&text).map_err(|reason| located(path, &text, &reason))?;
        let name = path.file_name().context("the settings file has no name")?;
        // Of the folder alone: a link to another file is read as if that one lay here.
        let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
        let folder = folder.canonicalize()?;
        settings.files.path = folder.join(name);
        settings.files.text = text;
        settings.resolve(&folder);
        let said = format!("{}", path.display());
        settings.read().context(said)?;
        Ok(settings)
    }

    /// All that decides, beside the lock file, whether the warm build folder fits.
    pub fn watched(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.library).chain(&self.watched).map(PathBuf::as_path)
    }

    /// What to do about something that is closed to the user of a kernel.
    pub fn share(&self) -> String {
        match &self.set_up_for_all {
            Some(command) => format!("let whoever set it up run {command}"),
            None => format!("let whoever set it up by {} open it to you", self.set_up),
        }
    }

    fn resolve(&mut self, folder: &Path) {
        let one = [&mut self.library, &mut self.lock, &mut self.warm_folder];
        let many = self.watched.iter_mut().chain(self.environment_paths.values_mut());
        let optional = self.prelude.iter_mut().chain(&mut self.idle).chain(&mut self.cargo);
        for path in one.into_iter().chain(many).chain(optional) {
            *path = below(folder, path);
        }
    }

    fn read(&mut self) -> anyhow::Result<()> {
        let fit = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        ensure!(
            !self.name.is_empty() && self.name.chars().all(fit),
            "`name` is {:?}: use letters, digits, `-` and `_`",
            self.name
        );
        self.files.package = package(&self.library)?;
        ensure!(
            self.lock.is_file(),
            "`lock` names {}, which is missing: `cargo generate-lockfile` makes it",
            self.lock.display()
        );
        for path in &self.watched {
            let told = "which is missing: correct it or leave it out";
            ensure!(path.exists(), "`watched` names {}, {told}", path.display());
        }
        self.files.prelude = text("prelude", self.prelude.as_deref())?;
        self.files.idle = text("idle", self.idle.as_deref())?;
        self.files.cargo = text("cargo", self.cargo.as_deref())?;
        Ok(())
    }
}

/// The name of the package in a folder.
fn package(folder: &Path) -> anyhow::Result<String> {
    let manifest = folder.join("Cargo.toml");
    let told = || format!("`crate` names {}, which is no crate", folder.display());
    let text = fs::read_to_string(&manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))
        .with_context(told)?;
    let manifest: toml::Table = toml::from_str(&text)
        .map_err(|reason| located(&manifest, &text, &reason))
        .with_context(told)?;
    let name = manifest.get("package").and_then(|package| package.get("name"));
    let name = name.and_then(toml::Value::as_str).context("its Cargo.toml names no package");
    name.map(str::to_owned).with_context(told)
}

/// What a file holds that a key may name.
fn text(key: &str, path: Option<&Path>) -> anyhow::Result<String> {
    let Some(path) = path else { return Ok(String::new()) };
    fs::read_to_string(path)
        .with_context(|| format!("`{key}` names {}, which cannot be read", path.display()))
}

/// What is wrong with a TOML file, in a line.
fn located(path: &Path, text: &str, reason: &toml::de::Error) -> anyhow::Error {
    let before = reason.span().map(|span| &text[..span.start]);
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    anyhow!("{}, line {line}: {}", path.display(), reason.message().replace('\n', "; "))
}

/// A path that is relative to a folder, without its `..`: errors show it.
fn below(folder: &Path, path: &Path) -> PathBuf {
    let mut joined = folder.to_path_buf();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(joined.pop()),
            Component::CurDir => {}
            other => joined.push(other),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = 'tiny'\ndisplay-name = 'Tiny'\nset-up = './set-up'\n\
        crate = '../tiny'\nlock = '../tiny/Cargo.lock'\nwarm-folder = '../target/warm'\n";

    /// Loads settings that lie beside a crate. What is said of them does not name the temp folder.
    fn loaded(text: &str) -> Result<Settings, String> {
        let temp = tempfile::tempdir().expect("a temp folder");
        let folder = temp.path().canonicalize().expect("it is there");
        let write = |path: &str, content: &str| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        };
        write("tiny/Cargo.toml", "[package]\nname = \"tiny\"\n");
        write("tiny/Cargo.lock", "");
        write("many/Cargo.toml", "[workspace]\n");
        write("torn/Cargo.toml", "[package]\nname = tiny\n");
        write("kernel/prelude.rs", "let one = 1;");
        write("kernel/kernel.toml", text);
        let settings = Settings::load(&folder.join("kernel/kernel.toml"));
        let told = |text: String| text.replace(folder.to_str().expect("UTF-8"), "@");
        let mut settings = settings.map_err(|reason| told(format!("{reason:#}")))?;
        for path in settings.environment_paths.values_mut() {
            *path = told(path.display().to_string()).into();
        }
        Ok(settings)
    }

    #[test]
    fn paths_are_those_beside_the_settings() {
        let more = "prelude = 'prelude.rs'\n[evcxr]\noffline_mode = true\n\
            [environment]\nLEVEL = '../2'\n[environment-paths]\nTOOL = './../a/tool'\nSH = '/bin/sh'";
        let settings = loaded(&(GOOD.to_owned() + more)).expect("they are good");
        assert_eq!(settings.files.package, "tiny");
        assert_eq!(settings.files.prelude, "let one = 1;");
        assert_eq!(settings.environment["LEVEL"], "../2");
        assert_eq!(settings.environment_paths["TOOL"], Path::new("@/a/tool"));
        assert_eq!(settings.environment_paths["SH"], Path::new("/bin/sh"));
        assert_eq!(settings.watched().collect::<Vec<_>>(), [&settings.library]);
        assert!(settings.warm_folder.ends_with("target/warm"));
    }

    #[test]
    fn the_example_in_the_readme_has_the_right_keys() {
        let readme = include_str!("../README.md");
        let example = readme.split("```").find_map(|part| part.strip_prefix("toml\n"));
        let settings: Settings = toml::from_str(example.expect("an example")).expect("settings");
        assert!(settings.prelude.is_some() && settings.cargo.is_some());
        assert!(!settings.environment_paths.is_empty() && settings.watched().count() == 2);
    }

    #[test]
    fn a_mistake_is_told_with_its_key_and_a_cure() {
        for (good, bad, told) in [
            ("name = 'tiny'\n", "", "@/kernel/kernel.toml, line 1: missing field `name`"),
            (
                "crate",
                "crat",
                "@/kernel/kernel.toml, line 4: unknown field `crat`, expected one of",
            ),
            (
                "'./set-up'",
                "7",
                "kernel.toml, line 3: invalid type: integer `7`, expected a string",
            ),
            ("'./set-up'", "'./", "@/kernel/kernel.toml, line 3: invalid literal string"),
            ("= 'tiny'", "= '../tiny'", "`name` is \"../tiny\": use letters, digits, `-` and `_`"),
            (
                "'../tiny'",
                "'../gone'",
                "`crate` names @/gone, which is no crate: cannot read @/gone/Ca",
            ),
            (
                "'../tiny'",
                "'../many'",
                "@/many, which is no crate: its Cargo.toml names no package",
            ),
            ("'../tiny'", "'../torn'", "which is no crate: @/torn/Cargo.toml, line 2: "),
            ("tiny/Cargo.lock", "Cargo.lock", "missing: `cargo generate-lockfile` makes it"),
            ("name", "watched = ['../gone']\nname", "`watched` names @/gone, which is missing"),
            (
                "name",
                "prelude = 'no.rs'\nname",
                "`prelude` names @/kernel/no.rs, which cannot be read",
            ),
            ("name", "cargo = 'no.toml'\nname", "`cargo` names @/kernel/no.toml, which cannot"),
        ] {
            let wrong = GOOD.replacen(good, bad, 1);
            let reason = loaded(&wrong).err().unwrap_or_else(|| panic!("{wrong} is taken"));
            assert!(reason.contains(told) && !reason.contains('\n'), "{reason}");
            assert!(reason.starts_with("@/kernel/kernel.toml"), "{reason}");
        }
        let missing = Settings::load(Path::new("/nowhere/kernel.toml")).err().expect("no file");
        assert!(missing.to_string().contains("cannot read the settings file /nowhere/kernel.toml"));
    }
}
