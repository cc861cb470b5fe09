//! Processes that come in at the kernel's own socket. Nobody else waits for one that says nothing.

use std::io;
use std::os::unix::net::UnixStream as Socket;
use std::time::Duration;

use rustix::net::{RecvFlags, recv};
use tokio::io::Interest;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

/// How long one may say nothing.
const SILENCE: Duration = Duration::from_secs(5);

/// How long a full table of descriptors is waited for.
const PAUSE: Duration = Duration::from_millis(50);

/// Those that have said something, each in the order of its first word.
pub fn of(sockets: UnixListener) -> UnboundedReceiver<Socket> {
    let (come, newcomers) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let Ok((socket, _)) = sockets.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            let come = come.clone();
            tokio::spawn(async move {
                if let Ok(Ok(1)) = timeout(SILENCE, first_word(&socket)).await
                    && let Ok(socket) = socket.into_std()
                {
                    let _ = come.send(socket);
                }
            });
        }
    });
    newcomers
}

/// Waits for one byte, which stays where it is: a socket is told to be readable where it is not.
async fn first_word(socket: &UnixStream) -> io::Result<usize> {
    let look = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    socket.async_io(Interest::READABLE, || Ok(recv(socket, &mut [0_u8], look)?.0)).await
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write, stdin};
    use std::process::Stdio;

    use tokio::io::AsyncWriteExt;
    use tokio::process::Command;

    use super::super::super::cells::{Cells, Event};
    use super::*;

    #[tokio::test]
    async fn one_that_says_nothing_keeps_no_other_waiting_and_is_let_go() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let place = temp.path().join("socket");
        let mut newcomers = of(UnixListener::bind(&place).expect("a socket"));
        let mut silent = Socket::connect(&place).expect("it listens");
        (&Socket::connect(&place).expect("it listens")).write_all(b"3").expect("said");
        let mut socket = newcomers.recv().await.expect("one that has said something");
        let mut word = [0];
        socket.read_exact(&mut word).expect("its word");
        assert_eq!(word, *b"3");
        let end = tokio::task::spawn_blocking(move || silent.read(&mut word));
        let end = timeout(10 * SILENCE, end).await.expect("in time").expect("no panic");
        assert_eq!(end.expect("closed"), 0);
        assert!(newcomers.try_recv().is_err());
    }

    /// What evcxr starts, with one command.
    #[test]
    #[ignore = "a process that the next test starts"]
    fn a_process_of_cells() {
        kernel_inside::attach().expect("the kernel takes the pipes over");
        let mut command = String::new();
        stdin().read_line(&mut command).expect("a command");
        println!("done: {command}");
        kernel_inside::turn();
    }

    #[tokio::test]
    async fn a_process_of_cells_hands_over_its_pipes_and_takes_turns() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let place = temp.path().join("socket");
        let mut newcomers = of(UnixListener::bind(&place).expect("a socket"));
        let name = "front::session::newcomers::tests::a_process_of_cells";
        let mut process = Command::new(std::env::current_exe().expect("a test knows its program"))
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env(kernel_inside::SOCKET, &place)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let socket = newcomers.recv().await.expect("a process");
        let mut cells = Cells::take_over(&socket).expect("its pipes");
        let evcxr = process.stdin.as_mut().expect("a pipe");
        evcxr.write_all(b"no command\nLOAD_AND_RUN a b\n").await.expect("it is read");
        let (mut begun, mut printed) = (false, String::new());
        loop {
            tokio::select! {
                socket = newcomers.recv() => {
                    let socket = socket.expect("a process");
                    assert!(cells.is_above(&socket));
                    assert!(cells.listen(socket).is_ok(), "it is the one that was heard before");
                }
                event = cells.next() => match event {
                    Event::Begun => begun = true,
                    Event::Stdout(bytes) => printed += &String::from_utf8_lossy(&bytes),
                    Event::Waiting => break,
                    other => panic!("{other:?}"),
                }
            }
        }
        let [rest, _] = cells.drain();
        printed += &String::from_utf8_lossy(&rest);
        assert!(begun && printed.contains("done: LOAD_AND_RUN a b"), "{printed}");
        process.kill().await.expect("it was there");
        while !matches!(cells.next().await, Event::Gone) {}
    }
}
