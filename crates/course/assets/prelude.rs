// What each kernel runs before it answers. A notebook sees nothing of it.

// Else an lld on the path would change the flags with which everything is built.
:linker system

// The course's versions. evcxr's own first build, which has no dependencies, emptied this file:
// Cargo would pick versions anew, and build them.
!cp "$EVCXR_CONFIG_DIR/Cargo.lock" "$EVCXR_TMPDIR/Cargo.lock"

// The real source of the standard library, for the analysis of what follows.
!if [ -L "$EVCXR_CONFIG_DIR/std" ]; then rm -r "$RUST_SRC_PATH" && mv "$EVCXR_CONFIG_DIR/std" "$RUST_SRC_PATH"; fi

// Exactly what the notebooks' `:dep` line becomes: another spelling would cost them a reload.
:dep notebook = { path = "@NOTEBOOK@" }
// For `.await` at the top level. The notebook crate decides on version and features.
:dep tokio = "*"

// A panic tells what and where, without twenty frames of the kernel.
{
    let cell_thread = std::thread::current().id();
    let cell_source = std::env::var("EVCXR_TMPDIR").unwrap_or_default() + "/src/lib.rs";
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let name = thread.name().map(|name| format!("thread '{name}' ")).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("(with a value that is not a text)");
        let mut report = format!("{name}panicked: {message}\n");
        if let Some(place) = panic.location() {
            let code = std::fs::read_to_string(&cell_source).unwrap_or_default();
            let line = code.lines().nth(place.line() as usize - 1).unwrap_or_default();
            report += &match place.file() {
                "src/lib.rs" => format!("  at: {}\n", line.trim()),
                _ => format!("  at: {place}\n"),
            };
        }
        eprint!("{report}");
        if thread.id() == cell_thread {
            // The cell ends now, and the kernel does not wait for what is still on its way.
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
    }));
}

// Makes the type inference load its indexes now, and evcxr find out once, for all cells to come,
// that a cell may hold a `?`. Moved away, or each cell would carry it along.
let warm = {
    use notebook::*;
    (predict("")?, [String::new()].iter().map(|text| text.len()).collect::<Vec<_>>())
};
drop(warm);
