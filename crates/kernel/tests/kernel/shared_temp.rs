//! A temp folder that all users share, and what one of them may put there.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::jupyter_client::{Jupyter, checkout, dep};

#[test]
fn what_lies_in_the_temp_folder_has_no_part_in_a_cell() {
    let mut jupyter = Jupyter::new();
    let temp = jupyter.temp().to_owned();
    fs::set_permissions(&temp, Permissions::from_mode(0o1777)).expect("it is ours");
    let ran = temp.join("ran");
    let program = format!("#!/bin/sh\necho \"$0 $@\" >> {}\nexec \"$@\"\n", ran.display());
    let path = |name: &str| temp.join(name).display().to_string();
    let wrapper = path("wrapper");
    let settings = format!(
        "[build]\nrustc-wrapper = '{wrapper}'\nrustc-workspace-wrapper = '{wrapper}'\n\
        [target.'cfg(all())']\nlinker = '{wrapper}'\n"
    );
    let toolchain = format!("[toolchain]\npath = '{}'\n", path("toolchain"));
    for (file, text) in [
        ("wrapper", program.as_str()),
        ("toolchain/bin/cargo", &program),
        ("toolchain/bin/rustc", &program),
        (".cargo/config.toml", &settings),
        ("rust-toolchain.toml", &toolchain),
        ("Cargo.toml", "[workspace]\nmembers = ['warm-kernel-*/build']\nresolver = 'none'\n"),
    ] {
        let file = temp.join(file);
        fs::create_dir_all(file.parent().expect("a parent")).expect("it is ours");
        fs::write(&file, text).expect("it is ours");
        fs::set_permissions(&file, Permissions::from_mode(0o755)).expect("it is ours");
    }
    let kernel = jupyter.start(&checkout());
    jupyter.wait(kernel);
    assert_eq!(jupyter.folders().len(), 1, "this is the temp folder");
    jupyter.ok(kernel, &dep());
    assert_eq!(jupyter.ok(kernel, "let seven = 7; 6 * seven"), "42");
    // It is checked, too.
    assert_eq!(jupyter.run(kernel, "let n: usize = \"20\";").name.as_deref(), Some("Error"));
    let ran = fs::read_to_string(ran).unwrap_or_default();
    assert_eq!(ran, "", "a stranger's program ran");
}

#[test]
fn a_temp_folder_in_which_others_can_replace_ours_is_refused() {
    let mut jupyter = Jupyter::new();
    let open = jupyter.temp().join("open");
    fs::create_dir(&open).expect("it is ours");
    fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("it is ours");
    let kernel = jupyter.start_with(&format!("TMPDIR={}", open.display()));
    jupyter.wait(kernel);
    let answer = jupyter.run(kernel, "1 + 1");
    assert_eq!(answer.name.as_deref(), Some("KernelCannotStart"));
    let says = format!("other users can replace what is made in {}", open.display());
    assert!(answer.text.contains(&says), "{}", answer.text);
    assert_eq!(fs::read_dir(open).expect("it is ours").count(), 0, "something was made in it");
}

#[test]
fn a_pipe_named_like_a_kernels_folder_holds_nobody_up() {
    let mut jupyter = Jupyter::new();
    let pipe = jupyter.temp().join("warm-kernel-pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "no pipe could be made");
    let kernel = jupyter.start(&checkout());
    jupyter.wait(kernel);
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    assert!(pipe.exists(), "it is no kernel's");
}
