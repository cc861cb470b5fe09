//! What can be said about a cell before it runs, and about what evcxr answers to it.
//!
//! ```text
//! before it runs                               after
//!
//! source ─► statements ─► ending ─► completeness, unfinished
//!    │          ├───────► statics, names
//!    │          └──────────────────► kept ─► advice    ended
//!    ├────► letters ───────────────► restored
//!    └────► loaded
//! ```
//!
//! All are functions from text to text. Those that answer with a sentence speak to the
//! learner, and name the cure as code.

mod advice;
mod completeness;
mod ended;
mod ending;
mod failure;
mod kept;
mod letters;
mod loaded;
mod names;
mod restored;
mod source;
mod statements;
mod statics;
mod unfinished;

pub use advice::advice;
pub use completeness::{Completeness, completeness};
pub use ended::ended;
pub use letters::{placeholders, without_foreign_letters};
pub use loaded::without_loaded;
pub use names::{defined_names, hides_mutex, meets_evcxr};
pub use restored::restored;
pub use statics::warnings;
pub use unfinished::unfinished;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    /// The code cells of the course that write nothing on stderr on purpose.
    fn cells() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../notebooks");
        let paths =
            fs::read_dir(folder).expect("notebooks").map(|entry| entry.expect("a file").path());
        let notebooks = paths.filter(|path| path.extension().is_some_and(|end| end == "ipynb"));
        let mut cells = Vec::new();
        for path in notebooks {
            let text = fs::read_to_string(&path).expect("a text");
            let notebook: Value = serde_json::from_str(&text).expect("JSON");
            let all = notebook["cells"].as_array().expect("cells").iter();
            let warned = |cell: &&Value| cell["metadata"].to_string().contains("stderr-expected");
            for cell in all.filter(|cell| cell["cell_type"] == "code" && !warned(cell)) {
                let lines = cell["source"].as_array().expect("lines").iter();
                cells.push(lines.map(|line| line.as_str().expect("a line")).collect());
            }
        }
        assert!(cells.len() > 100, "{} cells", cells.len());
        cells
    }

    /// Not all of them compile, but all are whole.
    #[test]
    fn nothing_is_said_of_the_cells_of_the_course() {
        for code in cells() {
            assert_eq!(unfinished(&code), None, "{code}");
            assert_eq!(completeness(&code), Completeness::Complete, "{code}");
            assert_eq!(warnings(&code), [""; 0], "{code}");
            assert_eq!(meets_evcxr(&code), None, "{code}");
        }
    }

    #[test]
    fn no_code_is_too_odd() {
        let was_defined = |_: &str| true;
        for code in cells() {
            for end in (0..=code.len()).step_by(3).filter(|end| code.is_char_boundary(*end)) {
                let code =
                    code[..end].replace("let", "static").replace('e', "\u{e9}") + &code[..end / 2];
                unfinished(&code);
                warnings(&code);
                defined_names(&code);
                let sent = without_foreign_letters(&code);
                assert_eq!(sent.chars().count(), code.chars().count());
                let sent = placeholders(&code).unwrap_or(sent.into_owned());
                restored(" 2 │ a", &code, &sent);
                advice(
                    &code,
                    "The variable `a` contains a reference with a non-static",
                    &was_defined,
                );
                advice(&code, "cannot find value `a`", &was_defined);
            }
        }
    }
}
