//! Who does the jobs: the name that stands in a record. How each does it is in `models/`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way to run jobs. The number is the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Model {
    /// One job after the other on the calling thread.
    Serial,
    /// A pool of worker processes.
    Processes(usize),
    /// A new OS thread for each job.
    ThreadPerJob,
    /// A pool of OS threads that take the jobs from one queue.
    Threads(usize),
    /// A Rayon thread pool, whose threads steal work from each other.
    Rayon(usize),
    /// A Tokio task for each job, all on one thread.
    Async,
    /// A Tokio task for each job on a runtime with several threads.
    AsyncThreads(usize),
    /// Each job on a thread that Tokio keeps for blocking calls.
    AsyncBlocking(usize),
    /// The ranks of an MPI program, which may be on several machines. One more hands out.
    Mpi(usize),
    /// Processes that take the jobs from the queue of a message broker.
    Broker(usize),
}

impl Model {
    /// The number of workers, where the model has a fixed one.
    #[must_use]
    pub fn workers(self) -> Option<usize> {
        match self {
            Model::Serial | Model::Async => Some(1),
            Model::ThreadPerJob => None,
            Model::Processes(workers)
            | Model::Threads(workers)
            | Model::Rayon(workers)
            | Model::AsyncThreads(workers)
            | Model::AsyncBlocking(workers)
            | Model::Mpi(workers)
            | Model::Broker(workers) => Some(workers),
        }
    }

    /// Its kind, without the number of workers.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Model::Serial => Kind::Serial,
            Model::Processes(_) => Kind::Processes,
            Model::ThreadPerJob => Kind::ThreadPerJob,
            Model::Threads(_) => Kind::Threads,
            Model::Rayon(_) => Kind::Rayon,
            Model::Async => Kind::Async,
            Model::AsyncThreads(_) => Kind::AsyncThreads,
            Model::AsyncBlocking(_) => Kind::AsyncBlocking,
            Model::Mpi(_) => Kind::Mpi,
            Model::Broker(_) => Kind::Broker,
        }
    }

    /// Whether a waiting job leaves its worker free for another one.
    #[must_use]
    pub fn waits_without_worker(self) -> bool {
        match self.kind() {
            Kind::Async | Kind::AsyncThreads => true,
            Kind::Serial
            | Kind::Processes
            | Kind::ThreadPerJob
            | Kind::Threads
            | Kind::Rayon
            | Kind::AsyncBlocking
            | Kind::Mpi
            | Kind::Broker => false,
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = self.kind().words();
        match self.workers() {
            Some(workers) if self.kind().has_workers() => {
                write!(f, "{workers} {}", if workers == 1 { one } else { many })
            }
            _ => f.write_str(many),
        }
    }
}

/// A kind of [`Model`], where the number of workers does not matter.
///
/// ```
/// use concurrency_demos::{Kind, Model};
///
/// assert_eq!(Kind::Threads.with(4), Model::Threads(4));
/// assert_eq!(Kind::Async.with(4), Model::Async);
/// assert_eq!(Kind::Threads.to_string(), "threads");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Kind {
    /// [`Model::Serial`].
    Serial,
    /// [`Model::Processes`].
    Processes,
    /// [`Model::ThreadPerJob`].
    ThreadPerJob,
    /// [`Model::Threads`].
    Threads,
    /// [`Model::Rayon`].
    Rayon,
    /// [`Model::Async`].
    Async,
    /// [`Model::AsyncThreads`].
    AsyncThreads,
    /// [`Model::AsyncBlocking`].
    AsyncBlocking,
    /// [`Model::Mpi`].
    Mpi,
    /// [`Model::Broker`].
    Broker,
}

impl Kind {
    /// The model of this kind with so many workers, if it has a number of them.
    #[must_use]
    pub fn with(self, workers: usize) -> Model {
        match self {
            Kind::Serial => Model::Serial,
            Kind::Processes => Model::Processes(workers),
            Kind::ThreadPerJob => Model::ThreadPerJob,
            Kind::Threads => Model::Threads(workers),
            Kind::Rayon => Model::Rayon(workers),
            Kind::Async => Model::Async,
            Kind::AsyncThreads => Model::AsyncThreads(workers),
            Kind::AsyncBlocking => Model::AsyncBlocking(workers),
            Kind::Mpi => Model::Mpi(workers),
            Kind::Broker => Model::Broker(workers),
        }
    }

    /// Whether its models have a number of workers that can be chosen.
    #[must_use]
    pub fn has_workers(self) -> bool {
        match self {
            Kind::Serial | Kind::ThreadPerJob | Kind::Async => false,
            Kind::Processes
            | Kind::Threads
            | Kind::Rayon
            | Kind::AsyncThreads
            | Kind::AsyncBlocking
            | Kind::Mpi
            | Kind::Broker => true,
        }
    }

    /// One worker of it, and several.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Serial => ("serial", "serial"),
            Kind::Processes => ("process", "processes"),
            Kind::ThreadPerJob => ("thread per job", "thread per job"),
            Kind::Threads => ("thread", "threads"),
            Kind::Rayon => ("rayon thread", "rayon threads"),
            Kind::Async => ("async, 1 thread", "async, 1 thread"),
            Kind::AsyncThreads => ("async thread", "async threads"),
            Kind::AsyncBlocking => ("blocking thread", "blocking threads"),
            Kind::Mpi => ("MPI rank", "MPI ranks"),
            Kind::Broker => ("broker worker", "broker workers"),
        }
    }
}

impl From<Model> for Kind {
    fn from(model: Model) -> Kind {
        model.kind()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}
