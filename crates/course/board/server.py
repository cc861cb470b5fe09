"""The board's two doors: one takes lines, the other shows the page to whoever has its address.

Tornado serves them, which JupyterLab stands on too."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from course.board.lines import LONGEST, Refused
from course.board.screen import Screen
from course.board.store import Busy, Store

PAGE = Path(__file__).parent / "page"
# How often the folder is looked at, and the page is told.
EVERY = 0.5
# Of so many looks one wakes all pages, so that one which is gone is noticed.
HEARTBEAT = 30
# Nothing from elsewhere, and no script but the page's own.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Board:
    """A class's lines and who looks at them."""

    def __init__(self, store: Store, screen: Screen) -> None:
        self.store = store
        self.screen = screen
        self.shown = ""
        self.changed = asyncio.Condition()

    async def watch(self) -> None:
        """Read what has come, for ever, and wake those who look."""
        for turn in itertools.count():
            await self.look()
            if turn % HEARTBEAT == 0:
                await self.wake()
            await asyncio.sleep(EVERY)

    async def wake(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def look(self) -> None:
        before = self.screen.lines, self.store.refused
        for line in self.store.news():
            self.screen.note(line)
        if self.shown and before == (self.screen.lines, self.store.refused):
            return
        self.shown = json.dumps(self.screen.show() | {"refused": self.store.refused})
        await self.wake()


class Door(RequestHandler):
    """What all have in common: a token in the address, compared in constant time."""

    def initialize(self, board: Board, token: str) -> None:
        self.board = board
        self.token = token

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        given = self.path_args[0].encode()
        if not hmac.compare_digest(given, self.token.encode()):
            raise HTTPError(403)

    def write_error(self, status_code: int, **_: object) -> None:
        self.finish(f"{status_code}\n")


class Lines(Door):
    """Takes a line of a learner."""

    async def post(self, _token: str) -> None:
        try:
            self.board.store.take(self.request.body)
        except Refused as error:
            self.board.store.refused += 1
            raise HTTPError(400) from error
        except Busy as error:
            raise HTTPError(429) from error
        self.set_status(204)


class Page(Door):
    """The page itself."""

    def get(self, _token: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write((PAGE / "index.html").read_bytes())


class File(Door, StaticFileHandler):
    """What the page is made of."""

    def initialize(self, board: Board, token: str) -> None:
        Door.initialize(self, board, token)
        StaticFileHandler.initialize(self, str(PAGE))

    def set_default_headers(self) -> None:
        Door.set_default_headers(self)

    def compute_etag(self) -> None:
        return None

    async def get(self, _token: str, name: str) -> None:
        await StaticFileHandler.get(self, name)


class Events(Door):
    """Tells the page each new state, as server-sent events."""

    async def get(self, _token: str) -> None:
        self.set_header("Content-Type", "text/event-stream")
        told = None
        try:
            while True:
                fresh = told != self.board.shown
                told = self.board.shown
                self.write(f"data: {told}\n\n" if fresh else ": still here\n\n")
                await self.flush()
                async with self.board.changed:
                    if told == self.board.shown:
                        await self.board.changed.wait()
        except StreamClosedError:
            return


def serve(board: Board, tokens: dict[str, str]) -> HTTPServer:
    """Return a server that does not listen yet."""
    page = {"board": board, "token": tokens["page"]}
    application = Application(
        [
            (r"/lines/([^/]+)", Lines, {"board": board, "token": tokens["lines"]}),
            (r"/board/([^/]+)/", Page, page),
            (r"/board/([^/]+)/events", Events, page),
            (r"/board/([^/]+)/(\w+\.(?:js|css))", File, page),
        ],
        # A log would hold the addresses, and the tokens in them.
        log_function=lambda _: None,
    )
    return HTTPServer(
        application,
        max_body_size=LONGEST + 1,
        max_header_size=16 * 1024,
        body_timeout=10,
        idle_connection_timeout=30,
    )
