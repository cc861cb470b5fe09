//! A run that another program has asked for: what runs inside `beyond-worker run`.

use std::io::{Read, stdin, stdout};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use concurrency_demos::beyond::{Event, Network, Record, Told, receive, send};
use concurrency_demos::{Failure, Job, Listener, Model, Output, Run, Span, Watch};

use crate::error::Error;
use crate::{Broker, Hosts, Mpi};

/// Reads what is asked for on stdin, and writes what happens on stdout.
#[must_use]
pub fn run_main() -> ExitCode {
    let relay = Relay::default();
    relay.tell(&Event::built());
    let told: Told = match receive(&mut stdin().lock()) {
        Ok(told) => told,
        Err(error) => {
            eprintln!("nothing that can be read was asked for: {error}");
            return ExitCode::from(2);
        }
    };
    // Who asked has gone: the guardian and the hosts hang on pipes of this program.
    thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    relay.tell(&match run(&told, &relay) {
        Ok(record) => Event::Over(Box::new(record)),
        Err(error) if error.is_missing() => Event::Missing(error.to_string()),
        Err(error) => Event::Failed(error.to_string()),
    });
    ExitCode::SUCCESS
}

fn run(told: &Told, relay: &Relay) -> Result<Record, Error> {
    let asked = &told.beyond;
    let hosts = asked.network.map(|network| relay.network(network)).transpose()?;
    let said = hosts.as_ref().map_or_else(|| "1 host, this machine".to_owned(), Hosts::to_string);
    let jobs = &told.jobs;
    let (record, bare) = match asked.model {
        Model::Mpi(ranks) => {
            let mut farm = Mpi::new(ranks);
            farm = hosts.iter().fold(farm, Mpi::on);
            farm = asked.limit.into_iter().fold(farm, Mpi::with_time_limit);
            if asked.bare_messages > 0 {
                let (record, bare) = farm.run_beside_bare(asked.bare_messages, jobs, relay)?;
                (record, Some(bare.median))
            } else {
                (farm.run(jobs, relay)?, None)
            }
        }
        Model::Broker(workers) => {
            let mut queue = Broker::new(workers);
            queue = queue.with_delivery(asked.delivery).with_patience(asked.patience);
            queue = hosts.iter().fold(queue, Broker::on);
            queue = asked.limit.into_iter().fold(queue, Broker::with_time_limit);
            queue = asked.strike.into_iter().fold(queue, Broker::with_strike);
            (queue.run(jobs, relay)?, None)
        }
        other => return Err(Error::new(format!("{other} end at one machine"))),
    };
    let network = asked.network.filter(|_| hosts.is_some_and(|hosts| hosts.count() > 1));
    Ok(Record { hosts: said, network, bare, ..record })
}

/// Passes on what a run tells, and cuts a host off so long after the first job has begun.
#[derive(Clone, Default)]
struct Relay(Arc<Mutex<Option<(Hosts, usize, Duration)>>>);

impl Relay {
    fn tell(&self, event: &Event) {
        // Who asked may have gone: this program then ends by its other pipe.
        let _ = send(&mut stdout().lock(), event);
    }

    /// The hosts, with the delay between them.
    fn network(&self, Network { hosts, delay, cut }: Network) -> Result<Hosts, Error> {
        let hosts = Hosts::start(hosts)?;
        hosts.set_delay(delay)?;
        if let Some((host, after)) = cut {
            hosts.check(host)?;
            *self.cut() = Some((hosts.clone(), host, after));
        }
        Ok(hosts)
    }

    fn cut(&self) -> MutexGuard<'_, Option<(Hosts, usize, Duration)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Relay {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(self.clone()))
    }
}

impl Watch for Relay {
    fn began(&self, index: usize, span: Span) {
        if let Some((hosts, host, after)) = self.cut().take() {
            hosts.cut_after(host, after);
        }
        self.tell(&Event::Began(index, span));
    }

    fn ended(&self, index: usize, span: Span, result: &Result<Output, Failure>) {
        self.tell(&Event::Ended(index, span, result.clone()));
    }

    fn over(&self, _: &Run) {}
}
