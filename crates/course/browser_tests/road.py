"""The network between a browser and a server, which can be gone for a while."""

from __future__ import annotations

import contextlib
import socket
import threading


class Road:
    """Leads each connection to a port of this machine to another one."""

    def __init__(self, port: int) -> None:
        self.server = ("127.0.0.1", port)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.open = threading.Event()
        self.open.set()
        self.ends: set[socket.socket] = set()
        threading.Thread(target=self.let_in, daemon=True).start()

    def let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.door.accept()
                self.open.wait()
                try:
                    server = socket.create_connection(self.server)
                except OSError:
                    client.close()
                    continue
                self.ends |= {client, server}
                for way in (client, server), (server, client):
                    threading.Thread(target=self.carry, args=way, daemon=True).start()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                self.open.wait()
                other.sendall(data)
        self.end(one, other)

    def end(self, *ends: socket.socket) -> None:
        for one in ends:
            self.ends.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def lose(self) -> None:
        """Carry nothing from now on, and tell neither side: the laptop sleeps."""
        self.open.clear()

    def break_off(self) -> None:
        """Likewise, but both sides are told that their connections are gone."""
        self.lose()
        self.end(*tuple(self.ends))

    def come_back(self) -> None:
        """What there was is gone; new connections are led again."""
        self.end(*tuple(self.ends))
        self.open.set()

    def close(self) -> None:
        self.door.close()
        self.come_back()
