//! Clients that speak nonsense at the ports of a kernel, and one that does not.

use std::net::SocketAddr;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeromq::DealerSocket;

use super::super::connection::write_private;
use super::*;

/// What a client says before its first message.
fn hello() -> Vec<u8> {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12..16].copy_from_slice(b"NULL");
    let ready = b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER";
    [&greeting[..], &[4, ready.len() as u8], ready].concat()
}

/// A frame that claims this length, with these bytes of it.
fn claim(flags: u8, length: u64, bytes: &[u8]) -> Vec<u8> {
    [&[flags | 2][..], &length.to_be_bytes(), bytes].concat()
}

/// Nonsense of each kind, some of it random.
fn nonsense() -> impl Strategy<Value = Vec<u8>> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..300);
    let after_hello = |more: Vec<u8>| [hello(), more].concat();
    let message = b"\x01\x09<IDS|MSG>\x01\x02ab\x01\x02{}\x01\x02{}\x01\x02{}\0\x02{}";
    prop_oneof![
        bytes(),
        bytes().prop_map(after_hello),
        any::<u64>().prop_map(move |length| after_hello(claim(0, length, b"x"))),
        any::<u64>().prop_map(move |length| claim(1, length >> 17, b"x")).prop_map(after_hello),
        (0..message.len()).prop_map(move |end| after_hello(message[..end].to_vec())),
        Just(after_hello(message.to_vec())),
        Just(after_hello(b"\x04\0".to_vec())),
        (0..hello().len()).prop_map(|end| hello()[..end].to_vec()),
    ]
}

async fn say(address: SocketAddr, bytes: &[u8]) {
    let mut client = TcpStream::connect(address).await.expect("the port is open");
    // Who is let go cannot say the rest, nor hear anything.
    let _ = client.write_all(bytes).await;
    let mut answer = [0; 64];
    let _ = timeout(Duration::from_millis(2), client.read(&mut answer)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_speaks_nonsense_is_heard_by_nobody_and_harms_nobody() {
    let clients = if crate::is_long() { 5_000 } else { 500 };
    let temp = tempfile::tempdir().expect("a temp folder");
    let (public, _) = write_private(temp.path()).expect("ports");
    let (jupyter, mut requests, closed) = Jupyter::new();
    closed.open(&public, Some(temp.path())).await.expect("listening");
    let ports = [
        public.shell_port,
        public.control_port,
        public.stdin_port,
        public.iopub_port,
        public.hb_port,
    ];
    let mut runner = TestRunner::default();
    for number in 0..clients {
        let bytes = nonsense().new_tree(&mut runner).expect("a value").current();
        let address = format!("{}:{}", public.ip, ports[number % ports.len()]);
        say(address.parse().expect("an address"), &bytes).await;
    }
    assert!(requests.try_recv().is_err(), "nonsense was heard");

    let mut shell = DealerSocket::new();
    shell.connect(&public.shell_url()).await.expect("connected");
    let (mut send, mut receive) = Connection::new(shell, &public.key, "client").split();
    let asked = message("comm_info_request", json!({}), None);
    send.send(asked).await.expect("sent");
    let heard = timeout(Duration::from_secs(60), requests.recv()).await.expect("in time");
    let Some(Request::Shell(request)) = heard else { panic!("another request") };
    jupyter.reply(&request, json!({"status": "ok", "comms": {}}));
    let answer = timeout(Duration::from_secs(60), receive.read()).await.expect("in time");
    assert_eq!(answer.expect("an answer").header.msg_type, "comm_info_reply");
    println!("{clients} clients with nonsense at five ports: none heard, and a good one answered");
}
