//! A `:dep` line for what the kernel has loaded already.
//!
//! evcxr would look whether anything has changed: it writes its dependencies anew, in whatever
//! order, and analyses all of them again if that is another order than before.

use std::borrow::Cow;

/// The cell with an empty line in the place of each `:dep` line that loads the crate `package`
/// from a folder for which `is_there` is true, and says nothing else of it.
pub fn without_loaded<'a>(
    code: &'a str,
    package: &str,
    is_there: &dyn Fn(&str) -> bool,
) -> Cow<'a, str> {
    let is_loaded = |line: &str| folder_in(line, package).is_some_and(|folder| is_there(&folder));
    if !code.lines().any(is_loaded) {
        return Cow::Borrowed(code);
    }
    let without = |line| if is_loaded(line) { "\n" } else { line };
    Cow::Owned(code.split_inclusive('\n').map(without).collect())
}

/// The folder that a `:dep` line names, if it names nothing else.
fn folder_in(line: &str, package: &str) -> Option<String> {
    let said: toml::Table = toml::from_str(line.trim().strip_prefix(":dep ")?).ok()?;
    let source = said.get(package)?.as_table()?;
    let alone = said.len() == 1 && source.len() == 1;
    source.get("path")?.as_str().filter(|_| alone).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(code: &str) -> String {
        without_loaded(code, "notebook", &|folder| folder == "../it").into_owned()
    }

    #[test]
    fn what_is_there_is_not_loaded_again_and_lines_keep_their_numbers() {
        let code = ":dep notebook = { path = \"../it\" }\nuse notebook::Job;\n";
        assert_eq!(without(code), "\nuse notebook::Job;\n");
        assert_eq!(
            without(":dep rand = \"0.9\"\n  :dep notebook={path='../it'}"),
            ":dep rand = \"0.9\"\n\n"
        );
    }

    #[test]
    fn all_else_is_left_to_evcxr() {
        for code in [
            "let one = 1;\n",
            ":dep notebook = { path = \"../other\" }\n",
            ":dep notebook = { path = \"../it\", features = [\"more\"] }\n",
            ":dep notebook = \"1\"\n",
            ":dep other = { path = \"../it\" }\n",
            ":dep notebook\n",
            "// :dep notebook = { path = \"../it\" }\n",
        ] {
            assert_eq!(without(code), code);
        }
    }
}
