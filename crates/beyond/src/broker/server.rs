//! A NATS server of one's own: on a free port of this machine, with a secret, its data in a
//! temporary folder. It is ended and the folder removed whatever happens.

use std::fs::{self, File};
use std::io::Read;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use async_nats::{Client, ConnectOptions};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::guardian::{Guardian, temporary_folder};
use crate::hosts::Hosts;
use crate::program::of_system;
use crate::protocol::{bytes, parsed};

/// How long it may take until it tells its port.
const START_LIMIT: Duration = Duration::from_secs(20);

/// The largest message that it takes; a job and its result are one each.
pub(super) const LARGEST_MESSAGE: usize = 8 << 20;

/// A server that runs.
pub(super) struct Server {
    child: Child,
    pub guardian: Option<Guardian>,
    folder: PathBuf,
}

/// Where it is, and how one gets in. It travels in a file that only its user can read.
#[derive(Serialize, Deserialize)]
pub(super) struct Access {
    url: String,
    token: String,
}

impl Server {
    /// The guardian is handed in: this thread may be on a host, where it would be ended with all
    /// that runs there before it has cleaned up.
    pub fn start(hosts: Option<&Hosts>, mut guardian: Guardian) -> Result<Self, Error> {
        let program = of_system("nats-server", "nats-server")?;
        let folder = temporary_folder(&mut guardian)?;
        let token = secret().map_err(|error| Error::from("making a secret", error))?;
        let file = |name: &str| folder.join(name);
        let address = hosts.and_then(Hosts::first_address).unwrap_or(Ipv4Addr::LOCALHOST);
        let settings = settings(address, &folder, &token);
        fs::write(file("settings"), settings).map_err(|it| Error::from("writing settings", it))?;
        let said = File::create(file("said")).map_err(|it| Error::from("making a log", it))?;
        let child = Command::new(program)
            .arg("-c")
            .arg(file("settings"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .map_err(|error| Error::from("starting nats-server", error))?;
        guardian.process(&child)?;
        let mut server = Server { child, guardian: Some(guardian), folder };
        let url = server.url()?;
        let access = fs::write(server.access(), bytes(&Access { url, token }));
        access.map_err(|error| Error::from("writing the access file", error))?;
        Ok(server)
    }

    /// The file from which workers learn how to get in.
    pub fn access(&self) -> PathBuf {
        self.folder.join("access")
    }

    /// Waits until it has a port: the server writes it into a file.
    fn url(&mut self) -> Result<String, Error> {
        let since = Instant::now();
        let ports = self.folder.join(format!("nats-server_{}.ports", self.child.id()));
        while since.elapsed() < START_LIMIT {
            let text = fs::read_to_string(&ports).unwrap_or_default();
            let url = text.split('"').find(|word| word.starts_with("nats://"));
            if let Some(url) = url {
                return Ok(url.to_owned());
            }
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let said = fs::read_to_string(self.folder.join("said")).unwrap_or_default();
        let last = said.lines().last().unwrap_or("it said nothing").to_owned();
        Err(Error::new(format!("nats-server did not start: {last}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guardian.take());
        let _ = self.child.wait();
    }
}

/// Gets in.
pub(super) async fn connect(access: &Path) -> Result<Client, Error> {
    let read = fs::read(access).map_err(|error| Error::from("reading the access file", error))?;
    let access: Access = parsed(&read).map_err(|it| Error::from("reading the access file", it))?;
    let options = ConnectOptions::with_token(access.token);
    options.connect(access.url).await.map_err(|it| Error::from("connecting to nats-server", it))
}

fn settings(address: Ipv4Addr, folder: &Path, token: &str) -> String {
    let folder = folder.display();
    format!(
        "listen: \"{address}:-1\"\nports_file_dir: \"{folder}\"\nmax_payload: {LARGEST_MESSAGE}\n\
         authorization {{ token: \"{token}\" }}\njetstream {{ store_dir: \"{folder}/data\" }}\n"
    )
}

/// Sixteen random bytes in hexadecimal digits.
fn secret() -> std::io::Result<String> {
    let mut random = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
