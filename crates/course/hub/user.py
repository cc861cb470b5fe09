"""A user of the hub, as a browser would be one: logs in, starts a server and a kernel, runs cells."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

# Of thirty servers that start at once on a few cores, the last one takes its time.
PATIENCE = 300


class User:
    """One who knows the class's password."""

    def __init__(self, hub: str, name: str) -> None:
        self.hub, self.name = hub, name
        self.server = f"/user/{name}/api"
        self.headers: dict[str, str] = {}

    async def ask(self, path: str, /, method: str = "GET", **body: Any) -> HTTPResponse:
        """Ask the hub or the server for what lies at `path`; an answer of 400 and more is an error."""
        text = json.dumps(body) if method in ("POST", "PATCH") else None
        request = HTTPRequest(
            self.hub + path,
            method,
            self.headers | {"Content-Type": "application/json"},
            text,
            follow_redirects=False,
            request_timeout=PATIENCE,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        if answer.code >= 400:
            problem = f"{self.name}: {method} {path}: {answer.code} {answer.body[:300]}"
            raise ConnectionError(problem)
        return answer

    async def log_in(self, password: str) -> User:
        """Fill in the form of the hub's page, and take a token for what follows."""
        form = await self.ask("/hub/login")
        cookies = taken({}, form)
        fields = {
            "username": self.name,
            "password": password,
            "_xsrf": cookies["_xsrf"],
        }
        request = HTTPRequest(
            f"{self.hub}/hub/login",
            "POST",
            {"Cookie": joined(cookies)},
            urlencode(fields),
            follow_redirects=False,
            request_timeout=PATIENCE,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        if answer.code != 302:
            problem = f"{self.name} is not let in: {answer.code}"
            raise PermissionError(problem)
        cookies = taken(cookies, answer)
        self.headers = {"Cookie": joined(cookies), "X-XSRFToken": cookies["_xsrf"]}
        token = await self.ask(f"/hub/api/users/{self.name}/tokens", "POST")
        self.headers = {"Authorization": f"token {json.loads(token.body)['token']}"}
        return self

    async def start_server(self) -> float:
        """Return the seconds until the server answers."""
        begun = time.monotonic()
        await self.ask(f"/hub/api/users/{self.name}/server", "POST")
        while not await self.has_server(ready=True):
            if time.monotonic() - begun > PATIENCE:
                raise TimeoutError(f"the server of {self.name} does not start")
            await asyncio.sleep(0.2)
        return time.monotonic() - begun

    async def has_server(self, *, ready: bool) -> bool:
        answer = await self.ask(f"/hub/api/users/{self.name}")
        server = json.loads(answer.body)["servers"].get("")
        return bool(server) and (server["ready"] or not ready)

    async def stop_server(self) -> None:
        await self.ask(f"/hub/api/users/{self.name}/server", "DELETE")
        while await self.has_server(ready=False):
            await asyncio.sleep(0.2)

    async def open(self, notebook: str) -> Kernel:
        """Start the kernel of a notebook, as opening it does."""
        about = {"path": notebook, "name": notebook, "type": "notebook"}
        about |= {"kernel": {"name": "rust"}}
        session = json.loads(
            (await self.ask(f"{self.server}/sessions", "POST", **about)).body
        )
        kernel = session["kernel"]["id"]
        url = f"{self.hub}{self.server}/kernels/{kernel}/channels".replace(
            "http", "ws", 1
        )
        socket = await websocket_connect(HTTPRequest(url, headers=self.headers))
        return Kernel(self, kernel, socket)


class Kernel:
    """A kernel, as a notebook in the browser has it."""

    def __init__(self, user: User, id_: str, socket: Any) -> None:
        self.user, self.id, self.socket = user, id_, socket

    async def run(self, code: str) -> Ran:
        """Run a cell to its end."""
        begun, asked = time.monotonic(), uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": "execute_request", "session": asked}
        header |= {"username": self.user.name, "version": "5.3"}
        header |= {"date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        content = {
            "code": code,
            "silent": False,
            "allow_stdin": False,
            "store_history": True,
        }
        message = {"channel": "shell", "header": header, "content": content}
        message |= {"parent_header": {}, "metadata": {}, "buffers": []}
        await self.socket.write_message(json.dumps(message))
        ran = Ran()
        while not ran.is_done:
            said = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
            if said is None:
                raise ConnectionError(f"the server of {self.user.name} has hung up")
            said = json.loads(said) if isinstance(said, str) else {}
            if said.get("parent_header", {}).get("msg_id") == asked:
                ran.hear(said["msg_type"], said["content"])
        ran.seconds = time.monotonic() - begun
        return ran

    async def interrupt(self) -> None:
        await self.user.ask(f"{self.user.server}/kernels/{self.id}/interrupt", "POST")


class Ran:
    """What a cell said and how it ended."""

    def __init__(self) -> None:
        self.text, self.error, self.seconds = "", "", 0.0
        self._awaited = {"idle", "reply"}

    @property
    def is_done(self) -> bool:
        return not self._awaited

    def hear(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            self.text += content["text"]
        elif kind == "execute_result":
            self.text += content["data"].get("text/plain", "")
        elif kind == "error":
            self.error = content["evalue"]
        elif kind == "execute_reply":
            self._awaited.discard("reply")
        elif kind == "status":
            self._awaited.discard(content["execution_state"])


def taken(cookies: dict[str, str], answer: HTTPResponse) -> dict[str, str]:
    """Return the cookies and those that an answer sets."""
    new = {}
    for line in answer.headers.get_list("Set-Cookie"):
        new |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    return cookies | new


def joined(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
