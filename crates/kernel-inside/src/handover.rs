//! Descriptors that one process hands to another, over a Unix socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Stdin, stdout and stderr.
const COUNT: usize = 3;

/// Hands over three descriptors; this process keeps its own.
///
/// # Errors
/// If the other side is gone.
pub fn send(socket: &UnixStream, descriptors: [&dyn AsFd; COUNT]) -> io::Result<()> {
    let descriptors = descriptors.map(AsFd::as_fd);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(COUNT))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(socket, &[IoSlice::new(b"3")], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Takes over three descriptors. Programs that this process starts do not hold them.
///
/// # Errors
/// If the other side is gone or sends anything else.
pub fn receive(socket: &UnixStream) -> io::Result<[OwnedFd; COUNT]> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(COUNT))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut word = [0];
    recvmsg(socket, &mut [IoSliceMut::new(&mut word)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let received = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors.collect::<Vec<_>>()),
        _ => None,
    });
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "not three descriptors");
    received.unwrap_or_default().try_into().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn what_is_handed_over_is_the_same_file() {
        let (one, other) = UnixStream::pair().expect("a pair");
        let (mut read, write) = io::pipe().expect("a pipe");
        send(&one, [&write, &write, &write]).expect("sent");
        drop(write);
        for (number, descriptor) in receive(&other).expect("three").into_iter().enumerate() {
            std::fs::File::from(descriptor).write_all(&[number as u8]).expect("written");
        }
        let mut all = Vec::new();
        read.read_to_end(&mut all).expect("read");
        assert_eq!(all, [0, 1, 2]);
    }

    #[test]
    fn a_word_alone_is_an_error() {
        let (mut one, other) = UnixStream::pair().expect("a pair");
        one.write_all(b"3").expect("sent");
        assert_eq!(receive(&other).expect_err("nothing").kind(), io::ErrorKind::InvalidData);
        drop(one);
        assert!(receive(&other).is_err());
    }
}
