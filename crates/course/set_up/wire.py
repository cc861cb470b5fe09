"""The five sockets of Jupyter's protocol, for the kernel that stands in."""

from __future__ import annotations

import json
from pathlib import Path

import zmq
import zmq.asyncio
from jupyter_client.session import Session

CHANNELS = {
    "shell": zmq.ROUTER,
    "control": zmq.ROUTER,
    "stdin": zmq.ROUTER,
    "iopub": zmq.PUB,
    "hb": zmq.REP,
}
# How long what was said may take to get out, in milliseconds.
LINGER = 1000


class Request:
    """What a client asks: who asked, and the words, parsed and as they came."""

    def __init__(self, identities: list[bytes], message: dict, parts: list) -> None:
        self.identities, self.message, self.parts = identities, message, parts
        self.kind: str = message["header"]["msg_type"]
        self.content: dict = message["content"]
        self.shown = False

    def pair(self) -> list:
        """Return it as `warm-kernel start --unanswered` reads it."""
        names = ("header", "parent_header", "metadata", "content")
        words = {name: json.loads(bytes(part)) for name, part in zip(names, self.parts)}
        return [[*map(list, self.identities)], words]


class Wire:
    """The sockets that a connection file names."""

    def __init__(self, connection_file: Path) -> None:
        connection = json.loads(connection_file.read_text())
        self.session = Session(
            key=connection["key"].encode(),
            signature_scheme=connection["signature_scheme"],
        )
        self.context = zmq.asyncio.Context()
        self.sockets = {}
        for name, kind in CHANNELS.items():
            socket = self.context.socket(kind)
            socket.linger = LINGER
            socket.bind(f"tcp://{connection['ip']}:{connection[f'{name}_port']}")
            self.sockets[name] = socket

    async def heartbeat(self) -> bool:
        """Say for ever that this process lives."""
        while True:
            await self.sockets["hb"].send(await self.sockets["hb"].recv())

    async def next(self, channel: str) -> Request:
        """Return the next request of a channel."""
        while True:
            frames = await self.sockets[channel].recv_multipart()
            if request := self.read(frames):
                return request

    def rest(self) -> list[Request]:
        """Return what has come to the shell channel and was not read yet."""
        plain, found = zmq.Socket.shadow(self.sockets["shell"].underlying), []
        while True:
            try:
                found.append(self.read(plain.recv_multipart(zmq.NOBLOCK)))
            except zmq.Again:
                return [request for request in found if request]

    def read(self, frames: list[bytes]) -> Request | None:
        """Return a request; None if whoever sent it does not know the key."""
        try:
            identities, parts = self.session.feed_identities(frames)
            return Request(identities, self.session.deserialize(parts), parts[1:5])
        except ValueError:
            return None

    def answer(self, channel: str, request: Request, content: dict) -> None:
        self.status("busy", request)
        self.reply(channel, request, content)
        self.status("idle", request)
        self.status("starting")

    def reply(self, channel: str, request: Request, content: dict) -> None:
        kind = request.kind.replace("_request", "_reply")
        socket, to = self.sockets[channel], request.identities
        self.session.send(socket, kind, content, request.message, ident=to)

    def status(self, state: str, of: Request | None = None) -> None:
        self.publish("status", {"execution_state": state}, of)

    def publish(self, kind: str, content: dict, of: Request | None = None) -> None:
        name, parent = f"kernel.{kind}".encode(), of and of.message
        self.session.send(self.sockets["iopub"], kind, content, parent, ident=name)

    def close(self) -> None:
        """Leave the ports, once what was said is sent."""
        self.context.destroy()
