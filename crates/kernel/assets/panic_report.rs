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
    // The semicolon below: evcxr compiles a last expression twice, to find out how to show it.
};
