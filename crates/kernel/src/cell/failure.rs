//! A cell that has failed, and what was said of it.

/// What is known when a cell has failed.
pub struct Failure<'a> {
    /// The cell.
    pub code: &'a str,
    /// All that evcxr said, without colours.
    pub report: &'a str,
    /// Whether an earlier cell made a variable of this name.
    pub was_defined: &'a dyn Fn(&str) -> bool,
}

/// What stands between these two.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split(before).skip(1).find_map(|rest| {
        let (found, _) = rest.split_once(after)?;
        (!found.contains('\n')).then_some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_is_on_one_line() {
        assert_eq!(between("a (b) c", "(", ")"), Some("b"));
        assert_eq!(between("a (b\n) (c)", "(", ")"), Some("c"));
        assert_eq!(between("a (b", "(", ")"), None);
    }
}
