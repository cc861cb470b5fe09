//! How a job goes wrong, and what its process prepares for it.

use std::hint::{black_box, spin_loop};
use std::panic;
use std::process::abort;
use std::thread;

use rustix::process::{Resource, Rlimit, Signal, getpid, getrlimit, kill_process, setrlimit};

use super::{What, note};
use crate::labs::crash::Crash;
use crate::system::panic_message;

/// The address space that a process allows itself where memory is to be short: more than a
/// few threads need, less than the job asks for.
const ALLOWED: u64 = 512 << 20;

/// What the job asks for.
const TOO_MUCH: usize = 1 << 30;

/// What a panic says.
const SAID: &str = "out of dough";

/// Nothing of a process that crashes on purpose is to be left on the disk. A limit of zero does
/// not count where a program takes the core, as on many desktops; there not being dumpable does.
pub(super) fn leave_no_core() {
    limit(Resource::Core, 0);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Lowers a limit of this process; a lower one stays.
fn limit(resource: Resource, most: u64) {
    let now = getrlimit(resource);
    let current = Some(now.current.map_or(most, |current| current.min(most)));
    // Refused, the job is not harmed, and that is told.
    let _ = setrlimit(resource, Rlimit { current, maximum: now.maximum });
}

/// What the process of the job sets up before the job begins.
pub(super) fn prepare(crash: Crash) {
    match crash {
        Crash::Panic => say_panics(false),
        Crash::PanicAbort => say_panics(true),
        Crash::MemoryLimit | Crash::TryReserve => limit(Resource::As, ALLOWED),
        _ => {}
    }
}

/// A panic is said in one line, without the place in the sources, which teaches nothing here.
/// `panic = "abort"` is a choice of the whole build: the standard library's hook says the
/// message, then the process aborts and nothing is unwound. So it is here.
fn say_panics(and_abort: bool) {
    panic::set_hook(Box::new(move |info| {
        let thread = thread::current();
        let name = thread.name().unwrap_or("unnamed");
        eprintln!("thread '{name}' panicked: {}", panic_message(info.payload()));
        if and_abort {
            abort();
        }
    }));
}

/// Goes wrong. Returns only if the job goes on.
pub(super) fn strike(crash: Crash) {
    note(What::Strikes);
    let refused = match crash {
        Crash::Panic | Crash::PanicAbort => panic!("{SAID}"),
        Crash::Abort => abort(),
        Crash::StackOverflow => {
            black_box(deeper(0));
            None
        }
        Crash::MemoryLimit => {
            drop(black_box(Vec::<u8>::with_capacity(black_box(TOO_MUCH))));
            None
        }
        Crash::TryReserve => {
            let mut bytes = Vec::<u8>::new();
            let answer = bytes.try_reserve_exact(black_box(TOO_MUCH));
            black_box(bytes);
            answer.err().map(|error| error.to_string())
        }
        Crash::EndlessLoop => loop {
            spin_loop();
        },
        Crash::Kill => {
            let _ = kill_process(getpid(), Signal::KILL);
            loop {
                thread::park();
            }
        }
    };
    note(What::WentOn(refused));
}

/// Calls itself until the stack is full; the array is there so that it does not take long, and
/// is looked at afterwards so that no call takes the place of another.
fn deeper(depth: u64) -> u64 {
    let page = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { deeper(depth + 1) + page[3] }
}
