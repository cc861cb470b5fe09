//! Until crates/kernel is there: its interface, on the kernel of this crate.
//! `warm-kernel install CONFIGURATION --prefix PREFIX`

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, verb, _configuration, option, prefix] = arguments.as_slice() else {
        anyhow::bail!("usage: warm-kernel install CONFIGURATION --prefix PREFIX");
    };
    anyhow::ensure!(verb == "install" && option == "--prefix", "there is only `install`");
    let root = Path::new(prefix).join("..").canonicalize()?;
    let course = std::env::current_exe()?.with_file_name("course");
    Err(Command::new(course).arg("--root").arg(root).args(["kernel", "install"]).exec().into())
}
