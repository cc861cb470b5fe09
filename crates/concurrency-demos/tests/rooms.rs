//! The rooms of `src/`: each uses only those below it, and none uses the crate as a whole.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top to the bottom, as in the crate's documentation.
const ROOMS: [&str; 13] = [
    "display", "figure", "lesson", "labs", "models", "beyond", "pool", "service", "record", "work",
    "system", "format", "error",
];

/// A path that begins with `crate::`, and where it stands.
struct Arrow {
    place: String,
    from: usize,
    to: String,
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the sources are readable");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let below = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    paths.flat_map(below).collect()
}

/// The room of a file, by its number.
fn room(src: &Path, file: &Path) -> Option<usize> {
    let below = file.strip_prefix(src).expect("a file of the sources").with_extension("");
    let name = below.iter().next()?.to_str()?;
    ROOMS.iter().position(|room| *room == name)
}

/// The arrows of a file, without comments.
fn arrows(src: &Path, file: &Path) -> Vec<Arrow> {
    let Some(from) = room(src, file) else { return vec![] };
    let text = fs::read_to_string(file).expect("the sources are readable");
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    let lines = text.lines().map(code).enumerate();
    let of_line = |(number, line): (usize, String)| {
        let targets: Vec<String> = line
            .split("crate::")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
            .collect();
        let place = format!("{}:{}", file.display(), number + 1);
        targets.into_iter().map(move |to| Arrow { place: place.clone(), from, to })
    };
    lines.flat_map(of_line).collect()
}

/// What is wrong with the sources below this folder.
fn faults(src: &Path) -> Vec<String> {
    let fault = |Arrow { place, from, to }: Arrow| {
        let room = ROOMS[from];
        match ROOMS.iter().position(|known| *known == to) {
            Some(to) if to >= from => None,
            Some(_) => Some(format!("{place}: an arrow upwards, from {room} to {to}")),
            None => Some(format!("{place}: `crate::{to}` names no room; take it from its room")),
        }
    };
    let files = sources(src);
    files.iter().flat_map(|file| arrows(src, file)).filter_map(fault).collect()
}

#[test]
fn no_arrow_goes_up() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let used: usize = sources(&src).iter().map(|file| arrows(&src, file).len()).sum();
    assert!(used > 100, "only {used} arrows were found: does this test still read them?");
    let faults = faults(&src);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_is_in_a_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let outside: Vec<_> = sources(&src)
        .into_iter()
        .filter(|file| room(&src, file).is_none())
        .map(|file| file.strip_prefix(&src).expect("below").display().to_string())
        .collect();
    assert!(outside.iter().all(|file| file == "lib.rs" || file.starts_with("bin/")), "{outside:?}");
    let lib = fs::read_to_string(src.join("lib.rs")).expect("the crate has a root");
    for room in ROOMS {
        assert!(lib.contains(&format!("`{room}`")), "{room} is not in the map of lib.rs");
    }
}

#[test]
fn an_arrow_upwards_is_seen() {
    let scratch = tempfile::tempdir().expect("a temp folder");
    let write = |file: &str, text: &str| {
        let path = scratch.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("ours");
        fs::write(path, text).expect("ours");
    };
    write("figure/bars.rs", "use crate::labs::Run; // not crate::display\n");
    assert_eq!(faults(scratch.path()), [""; 0]);
    write("work/job.rs", "use crate::labs::held_by;\n");
    write("labs/costs.rs", "fn f() { crate::display::block() }\n");
    write("pool/mod.rs", "use crate::{Error, Job};\n");
    let faults = faults(scratch.path()).join("\n");
    for fault in ["from work to", "from labs to", "names no room"] {
        assert!(faults.contains(fault), "{fault}: {faults}");
    }
}
