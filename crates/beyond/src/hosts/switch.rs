//! What joins the hosts: a program that passes frames on between their TAP devices, later.

use std::io::{self, BufRead, BufReader, Read, Write, stdin};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tun_rs::{DeviceBuilder, Layer, SyncDevice};

use super::holder::{DONE, Holder, address, enter_network, hear};
use crate::error::Error;
use crate::program::beyond_worker;

/// The largest frame: what Ethernet carries, with its addresses and some room.
const FRAME: usize = 2048;

/// The switch, as the program that made it sees it. Dropped, it is ended.
pub(super) struct Switch {
    child: Child,
    pipe: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

impl Switch {
    /// One that joins these hosts without a delay. The inner error says why this machine does not
    /// allow it.
    pub fn start(holders: &[Holder]) -> Result<Result<Self, String>, Error> {
        let child = Command::new(beyond_worker()?)
            .arg("switch")
            .args(holders.iter().map(|holder| holder.process().to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = child.map_err(|error| Error::from("starting the switch", error))?;
        let pipe = child.stdin.take();
        let said = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut switch = Switch { child, pipe, said };
        if switch.hear() {
            return Ok(Ok(switch));
        }
        let mut said = String::new();
        let _ = switch.child.stderr.take().expect("it is piped").read_to_string(&mut said);
        Ok(Err(format!("the system allows no TAP devices ({})", said.trim())))
    }

    /// Tells it something, and waits until it is so.
    pub fn tell(&mut self, order: &str) -> Result<(), Error> {
        let pipe = self.pipe.as_mut().expect("it is open until the end");
        let told = writeln!(pipe, "{order}");
        match told {
            Ok(()) if self.hear() => Ok(()),
            _ => Err(Error::new("the switch between the hosts has ended: start hosts anew")),
        }
    }

    fn hear(&mut self) -> bool {
        hear(&mut self.said)
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// A frame, and when it is passed on.
type Passing = (Instant, Vec<u8>);

/// Where a cable from a host ends.
struct Port {
    device: SyncDevice,
    /// What goes to this host.
    queue: Sender<Passing>,
    is_cut: AtomicBool,
}

struct Board {
    ports: Vec<Port>,
    /// In microseconds.
    delay: AtomicU64,
}

/// The switch itself: what runs inside `beyond-worker switch`, with the ids of the processes that
/// hold the hosts. It ends with the pipe, and the devices with it.
#[must_use]
pub fn switch_main(processes: &[&str]) -> ExitCode {
    let devices = processes.iter().enumerate().map(|(index, process)| device(index, process));
    let devices: Vec<_> = match devices.collect() {
        Ok(devices) => devices,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let (mut ports, mut queues) = (Vec::new(), Vec::new());
    for device in devices {
        let (queue, passing) = channel();
        ports.push(Port { device, queue, is_cut: AtomicBool::new(false) });
        queues.push(passing);
    }
    let board = Arc::new(Board { ports, delay: AtomicU64::new(0) });
    for (port, passing) in queues.into_iter().enumerate() {
        let [reader, writer] = [Arc::clone(&board), Arc::clone(&board)];
        thread::spawn(move || reader.take_from(port));
        thread::spawn(move || writer.give_to(port, &passing));
    }
    println!("{DONE}");
    for line in stdin().lock().lines().map_while(Result::ok) {
        board.obey(&line);
        println!("{DONE}");
    }
    ExitCode::SUCCESS
}

/// Makes the device of a host, in its network. A device stays where it was made, whoever holds it.
fn device(index: usize, process: &str) -> io::Result<SyncDevice> {
    let process = process.parse().map_err(io::Error::other)?;
    let made = thread::spawn(move || {
        enter_network(process)?;
        DeviceBuilder::new()
            .name("eth0")
            .layer(Layer::L2)
            .mac_addr(hardware_address(index))
            .ipv4(address(index), 24, None)
            .build_sync()
    });
    made.join().unwrap_or_else(|_| Err(io::Error::other("making a TAP device panicked")))
}

/// One of those that anybody may give; its last byte tells the port.
fn hardware_address(index: usize) -> [u8; 6] {
    [2, 0, 0, 0, 77, u8::try_from(index).expect("a few hosts")]
}

impl Board {
    /// Reads what a host sends, for ever.
    fn take_from(&self, port: usize) {
        let from = &self.ports[port];
        let mut frame = [0; FRAME];
        while let Ok(length) = from.device.recv(&mut frame) {
            if !from.is_cut.load(Ordering::Relaxed) {
                let due =
                    Instant::now() + Duration::from_micros(self.delay.load(Ordering::Relaxed));
                for to in self.receivers(port, &frame[..length]) {
                    let _ = to.queue.send((due, frame[..length].to_vec()));
                }
            }
        }
    }

    /// Whom a frame is for: one host, or all others.
    fn receivers(&self, from: usize, frame: &[u8]) -> impl Iterator<Item = &Port> {
        let meant = (0..self.ports.len()).find(|to| frame.starts_with(&hardware_address(*to)));
        let others = self.ports.iter().enumerate().filter(move |(to, _)| *to != from);
        others.filter(move |(to, _)| meant.is_none_or(|meant| meant == *to)).map(|(_, port)| port)
    }

    /// Passes on what waits for a host, in its order.
    fn give_to(&self, port: usize, passing: &Receiver<Passing>) {
        let to = &self.ports[port];
        for (due, frame) in passing {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if !to.is_cut.load(Ordering::Relaxed) {
                let _ = to.device.send(&frame);
            }
        }
    }

    fn obey(&self, order: &str) {
        let Some((what, number)) = order.split_once(' ') else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        let port = usize::try_from(number).ok().and_then(|port| self.ports.get(port));
        match (what, port) {
            ("delay", _) => self.delay.store(number, Ordering::Relaxed),
            ("cut", Some(port)) => port.is_cut.store(true, Ordering::Relaxed),
            ("mend", Some(port)) => port.is_cut.store(false, Ordering::Relaxed),
            _ => {}
        }
    }
}
