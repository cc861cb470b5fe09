//! Which cell runs, for code in cells that asks: a file in the kernel's private folder, with the
//! number of the run and the id that Jupyter has given to the cell.
//!
//! A variable of the cells' process was rejected: threads of earlier cells may read variables
//! while it is set.

use std::fs;
use std::path::{Path, PathBuf};

use jupyter_protocol::JupyterMessage;

/// The variable with which cells find the file.
pub const CURRENT_CELL: &str = "WARM_KERNEL_CELL";

/// Where it is.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("current-cell")
}

/// Notes that this request is what runs now.
pub fn note(file: &Path, run: usize, request: &JupyterMessage) {
    // A cell that is told nothing, or an older one, does without.
    let _ = fs::write(file, format!("{run} {}\n", id(request).unwrap_or_default()));
}

/// The cell's id as nbformat has them; clients that send none are many.
fn id(request: &JupyterMessage) -> Option<&str> {
    let id = request.metadata.get("cellId")?.as_str()?;
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (id.len() <= 64 && id.chars().all(known)).then_some(id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sockets::message;
    use super::*;

    #[test]
    fn the_cell_of_the_last_run_is_named_and_no_id_is_none() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let file = file(temp.path());
        let noted = |run: usize, metadata: Value| {
            let mut request = message("execute_request", json!({}), None);
            request.metadata = metadata;
            note(&file, run, &request);
            fs::read_to_string(&file).expect("it was written")
        };
        assert_eq!(noted(3, json!({"cellId": "guess-serial"})), "3 guess-serial\n");
        for unfit in [json!({}), json!({"cellId": "a\nb"}), json!({"cellId": "x".repeat(65)})] {
            assert_eq!(noted(4, unfit), "4 \n");
        }
    }
}
