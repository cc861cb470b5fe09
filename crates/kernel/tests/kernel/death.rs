//! SIGKILL of each process between Jupyter and a worker, in each phase of a cell's life: no worker
//! outlives it, no kernel, and no folder outlives the next start.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use procfs::process::Process;

use crate::is_long;
use crate::jupyter_client::{Jupyter, checkout, dep, eventually};
use crate::processes::{evcxr_and_cells, kill_all, named, of, runs};

/// Who is killed.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Victim {
    /// The process that runs the cells.
    Cells,
    Evcxr,
    /// What stands between evcxr and Jupyter.
    Front,
    /// The process that Jupyter is.
    Server,
    /// All of these at once, and the process that cleans up after a kernel.
    Session,
}

/// When.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    /// The kernel gets ready.
    Starting,
    /// A cell is compiled.
    Compiling,
    /// A worker is handed a job of many bytes.
    Sending,
    Computing,
    /// A worker gives many bytes back.
    Receiving,
    /// A cell changes a display again and again.
    Showing,
    /// Nothing is asked.
    Resting,
}

use Phase::{Compiling, Computing, Receiving, Resting, Sending, Showing, Starting};
use Victim::{Cells, Evcxr, Front, Server, Session};

/// In an order in which a kernel serves as long as it can.
const SOME: [(Victim, Phase); 8] = [
    (Evcxr, Starting),
    (Cells, Compiling),
    (Cells, Receiving),
    (Cells, Resting),
    (Front, Computing),
    (Server, Sending),
    (Evcxr, Computing),
    (Session, Showing),
];
const VICTIMS: [Victim; 5] = [Front, Server, Session, Evcxr, Cells];
const PHASES: [Phase; 7] = [Starting, Compiling, Sending, Computing, Receiving, Showing, Resting];

/// How long workers and a kernel may outlive one of theirs: a second and five on a quiet machine.
const WORKERS: Duration = Duration::from_secs(10);
const KERNEL: Duration = Duration::from_secs(20);

const LONG_TO_COMPILE: &str = "#[allow(long_running_const_eval)] const N: u64 = \
    { let mut n = 0; while n < 1_000_000 { n += 1; } n }; N";
const SHOWING: &str = "for n in 0.. { println!(\"EVCXR_BEGIN_CONTENT text/html \
    update_display_id=one\\n{n}\\nEVCXR_END_CONTENT\"); \
    std::thread::sleep(std::time::Duration::from_millis(1)); }";
const ECHO: &str = "{ let jobs = [Job::Echo(vec![0; 32 << 20])]; \
    loop { pool.run(&jobs, &Silent)?; } };";

#[test]
fn whoever_is_killed_and_whenever_nothing_is_left() {
    let all = VICTIMS.into_iter().flat_map(|victim| PHASES.map(|phase| (victim, phase)));
    let table = if is_long() { all.collect() } else { SOME.to_vec() };
    let mut scene = Scene { jupyter: Jupyter::new(), kernel: None };
    let (mut workers, mut kernels) = (Duration::ZERO, Duration::ZERO);
    for (victim, phase) in &table {
        let (worker, kernel) = scene.kill(*victim, *phase);
        println!(
            "{victim:?} killed while {phase:?}: no worker after {worker:.0?}, kernel {kernel:.0?}"
        );
        (workers, kernels) = (workers.max(worker), kernels.max(kernel));
    }
    // Those of the last one, too.
    scene.start();
    println!(
        "{} deaths: no worker after {workers:.0?} at the most, no kernel after {kernels:.0?}, no \
        folder after the next start",
        table.len()
    );
}

/// Kernels in one temp folder, one after the other.
struct Scene {
    jupyter: Jupyter,
    kernel: Option<usize>,
}

impl Scene {
    /// Begins to start a kernel, if there is none, and sees to it that earlier ones are forgotten.
    fn start(&mut self) -> usize {
        let jupyter = &mut self.jupyter;
        let kernel = *self.kernel.get_or_insert_with(|| jupyter.start(&checkout()));
        eventually("a folder is left, of this kernel alone", || {
            jupyter.folders().len() == 1 && jupyter.process(kernel).exists()
        });
        kernel
    }

    /// Kills the victim in this phase, and returns how long its workers and its kernel lived on.
    fn kill(&mut self, victim: Victim, phase: Phase) -> (Duration, Duration) {
        if phase == Starting
            && let Some(kernel) = self.kernel.take()
        {
            self.jupyter.stop(kernel);
            self.all_is_gone();
        }
        let kernel = self.start();
        self.begin(kernel, victim, phase);

        let temp = self.jupyter.temp().to_owned();
        let workers = named(&temp, "concurrency");
        assert_eq!(workers.len(), if phase == Starting { 0 } else { 2 }, "{victim:?} {phase:?}");
        let front = self.front(kernel);
        let [evcxr, cells] = evcxr_and_cells(front);
        let is_told = phase == Starting && matches!(victim, Cells | Evcxr);
        // What cleans up is busy with the folder a while longer.
        let cleaner = |process: &i32| {
            fs::read(format!("/proc/{process}/cmdline"))
                .is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == b"reap"))
        };
        let all = || {
            let all = of(&temp).into_iter().filter(|one| *one != self.jupyter.driver());
            all.filter(|one| !cleaner(one))
        };
        let (killed, dying): (Vec<i32>, Vec<i32>) = match victim {
            Cells => (cells.into_iter().collect(), cells.into_iter().collect()),
            // The front stays to tell what has happened.
            Evcxr if is_told => (evcxr.into_iter().collect(), evcxr.into_iter().collect()),
            Evcxr => (evcxr.into_iter().collect(), all().collect()),
            Front => (vec![front], all().collect()),
            Server => (vec![self.jupyter.driver()], all().collect()),
            Session => (of(&temp), of(&temp)),
        };
        assert!(!killed.is_empty(), "{victim:?} is not there while {phase:?}");
        let begun = Instant::now();
        kill_all(&killed);
        let gone = |what, processes: &[i32], limit| {
            while processes.iter().any(|process| runs(*process)) {
                let left: Vec<_> = processes.iter().filter(|process| runs(**process)).collect();
                assert!(
                    begun.elapsed() < limit,
                    "{victim:?} killed while {phase:?}: {what} lives on: {left:?} of {all:?}",
                    all = processes,
                );
                std::thread::sleep(Duration::from_millis(2));
            }
            begun.elapsed()
        };
        let outlived = (gone("a worker", &workers, WORKERS), gone("the kernel", &dying, KERNEL));
        match victim {
            // evcxr does not survive it then.
            Cells | Evcxr if is_told => {
                self.jupyter.wait(kernel);
                let answer = self.jupyter.run(kernel, "1 + 1");
                assert_eq!(answer.name.as_deref(), Some("KernelCannotStart"), "{}", answer.text);
                assert!(answer.text.contains("restart the kernel"), "{}", answer.text);
                self.jupyter.stop(kernel);
                self.all_is_gone();
            }
            Cells => self.answers(kernel),
            Evcxr | Front => self.all_is_gone(),
            Server => {
                self.all_is_gone();
                self.jupyter.start_server();
            }
            Session => {
                assert_eq!(self.jupyter.folders().len(), 1, "nobody is left to remove it");
                // Also one that says nothing about itself.
                let silent = self.jupyter.temp().join("warm-kernel-1-2-3");
                fs::create_dir(silent).expect("it is ours");
                self.kernel = None;
                self.jupyter.start_server();
            }
        }
        outlived
    }

    /// Brings a kernel to a phase.
    fn begin(&mut self, kernel: usize, victim: Victim, phase: Phase) {
        let front = self.front(kernel);
        if phase == Starting {
            let is_there = || match victim {
                Cells => evcxr_and_cells(front)[1].is_some(),
                Evcxr => evcxr_and_cells(front)[0].is_some(),
                _ => true,
            };
            return eventually("the victim is there", is_there);
        }
        self.jupyter.wait(kernel);
        let pool = "\nuse notebook::{Job, Pool, Silent};\nlet mut pool = Pool::start(2)?;";
        self.jupyter.ok(kernel, &(dep() + pool));
        let told = self.told();
        let tell = format!("std::fs::write({told:?}, \"\")?;\n");
        let cells = evcxr_and_cells(front)[1].expect("it has run a cell");
        let begins = |what: &str| tell.clone() + what;
        match phase {
            Starting | Resting => {}
            Compiling => {
                self.jupyter.send(kernel, LONG_TO_COMPILE);
                let temp = self.jupyter.temp();
                eventually("a cell is compiled", || !named(temp, "rustc").is_empty());
            }
            Sending | Receiving => {
                self.jupyter.send(kernel, &begins(ECHO));
                eventually("the cell runs", || told.exists());
                eventually("many bytes are on their way", || moves(cells, phase));
            }
            Computing => {
                let endless = "pool.run(&[Job::Fib(93), Job::Fib(93)], &Silent)?;";
                self.jupyter.send(kernel, &begins(endless));
                eventually("the cell runs", || told.exists());
            }
            Showing => {
                self.jupyter.send(kernel, &begins(SHOWING));
                eventually("the cell runs", || told.exists());
            }
        }
        let _ = fs::remove_file(told);
    }

    /// The next cell is run as any is, in a process that was taken over as the one before was.
    fn answers(&mut self, kernel: usize) {
        let jupyter = &mut self.jupyter;
        // Until the killed cell is answered, one that is sent behind it is aborted.
        eventually("a cell is run", || jupyter.run(kernel, "1 + 1").text == "2");
        let answer = jupyter.run(kernel, "print!(\"4\"); print!(\"2\");");
        assert_eq!((answer.text.as_str(), answer.kinds.len()), ("42", 1), "{:?}", answer.kinds);
    }

    /// Waits until no process of the kernel is left, and no folder.
    fn all_is_gone(&mut self) {
        self.kernel = None;
        let jupyter = &self.jupyter;
        let others = |process: &i32| *process != jupyter.driver();
        eventually("no process is left", || !of(jupyter.temp()).iter().any(others));
        eventually("the folder is gone", || jupyter.folders().is_empty());
    }

    fn front(&self, kernel: usize) -> i32 {
        self.jupyter.process_id(kernel).try_into().expect("an id")
    }

    /// The file by which a cell says that it runs.
    fn told(&self) -> PathBuf {
        self.jupyter.temp().join("told")
    }
}

/// Whether a process is just sending, or receiving, a megabyte in some milliseconds.
fn moves(process: i32, phase: Phase) -> bool {
    let count = || {
        let io = Process::new(process).and_then(|process| process.io()).expect("it runs");
        if phase == Sending { io.wchar } else { io.rchar }
    };
    let before = count();
    std::thread::sleep(Duration::from_millis(2));
    count() - before > 1 << 20
}
