//! Orders of 100 guests that are answered at once, by the course's server with a task for each
//! guest and by a bare Tokio echo. Each is a process of its own; the guests are the same.

use std::convert::Infallible;
use std::env;
use std::io::{BufRead, BufReader, Result};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use concurrency_demos::labs::{Server, Serving, Visits};
use criterion::Criterion;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::child::VARIABLE;
use crate::table::{Row, Unit};
use crate::turns::take_turns;

pub const ROW: Row = Row {
    what: "requests of 100 guests: server | bare tokio echo",
    group: "service-requests",
    subject: "service",
    baseline: "bare-tokio-echo",
    unit: Unit::Gain,
    target: ">= 0.9 x",
    is_met: |measured, baseline| baseline >= 0.9 * measured,
};

pub const WHO: &str = ROW.baseline;

pub fn bench(criterion: &mut Criterion) {
    let orders = if crate::is_trial() { 2 } else { 500 };
    let turns = take_turns(2, |who| {
        let visit = |address| Visits::make(address, 100, orders).expect("all are answered").wall;
        if who == 0 {
            let server = Server::open(Serving::TaskEach, Duration::ZERO);
            return visit(server.expect("the worker is built").address());
        }
        visit(Echo::start().address)
    });
    let mut group = crate::long(criterion, ROW.group);
    for (who, name) in [ROW.subject, ROW.baseline].into_iter().enumerate() {
        let times = turns.of(who, |time| time);
        group.bench_function(name, |bencher| bencher.iter_custom(&times));
    }
    group.finish();
}

/// The bare echo in a process of its own.
struct Echo {
    child: Child,
    address: SocketAddr,
}

impl Echo {
    fn start() -> Echo {
        let mut command = Command::new(env::current_exe().expect("a benchmark knows its program"));
        command.env(VARIABLE, WHO).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the child starts");
        let (mut line, stdout) = (String::new(), child.stdout.take().expect("it is piped"));
        BufReader::new(stdout).read_line(&mut line).expect("it prints its address");
        Echo { child, address: line.trim().parse().expect("an address") }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Prints its address and echoes until it is killed.
pub fn child() -> Result<Infallible> {
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let door = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", door.local_addr()?);
        loop {
            let (guest, _) = door.accept().await?;
            tokio::spawn(echo(guest));
        }
    })
}

async fn echo(mut guest: TcpStream) -> Result<()> {
    let mut order = [0; 8];
    loop {
        guest.read_exact(&mut order).await?;
        guest.write_all(&order).await?;
    }
}
