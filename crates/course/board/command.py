"""Show what a class guesses and finds on one page, live, without names.

It prints two addresses: one for the page, which is the teacher's, and one that learners set as
COURSE_BOARD before they open the course. What they guess, claim and solve from then on is handed
over, a line each; nothing else is. Where a class shares a folder, as on a hub, COURSE_BOARD and
--folder may name that instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import shutil
import socket
import sys
from pathlib import Path

from tornado.netutil import bind_sockets

from course.board.lesson import notebooks
from course.board.screen import Screen
from course.board.server import Board, serve
from course.board.store import Store

# Of whoever shares a folder each may add files of their own, and nobody sees those of others.
DROP_BOX = 0o1733


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "board",
        help="show what a class guesses and finds on one page",
        description=__doc__,
    )
    parser.set_defaults(main=main)
    parser.add_argument(
        "--listen",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where learners reach this machine: 0.0.0.0 for all its networks, as in a class "
        "room; by itself only what runs on this machine does",
    )
    parser.add_argument(
        "--port", type=port, default=8790, help="0 for any that is free"
    )
    parser.add_argument(
        "--folder",
        dest="shared",
        type=Path,
        help="a folder that the class shares; it is made if it is missing, so that each may "
        "write into it and read nobody else's lines",
    )
    parser.add_argument(
        "--new",
        action="store_true",
        help="a new class: forget the lines that came over the network, take new addresses",
    )


def port(text: str) -> int:
    # The system would take the rest of a division.
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(
            f"{text} is none: a port is a number up to 65535"
        )
    return int(text)


def main(options: argparse.Namespace) -> int:
    """Serve until it is interrupted."""
    own = options.root / "target" / "board"
    try:
        if options.new:
            shutil.rmtree(own, ignore_errors=True)
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = prepare(options.shared or own / "lines", shared=bool(options.shared))
        board = Board(Store(folder), Screen(notebooks(options.folder)))
        return asyncio.run(run(board, options, kept_tokens(own / "tokens.json")))
    except (OSError, ValueError) as error:
        print(f"error: {problem(error, options)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nThe board is closed. Started again, it goes on; with --new it begins anew."
        )
        return 0


def problem(error: Exception, options: argparse.Namespace) -> str:
    if isinstance(error, socket.gaierror):
        return f"--listen {options.listen}: this machine has no such address"
    where = f"{options.listen}, port {options.port}"
    if isinstance(error, OSError) and error.filename is None:
        return f"cannot listen on {where} ({error.strerror}): name another --port or --listen"
    return str(error)


def prepare(folder: Path, shared: bool) -> Path:
    """Make the folder of the lines, if it is missing."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(DROP_BOX if shared else 0o700)
    elif not folder.is_dir():
        raise ValueError(f"--folder {folder} is no folder: name another one")
    # Found out now: later it would look like a class that says nothing.
    next(folder.iterdir(), None)
    return folder.resolve()


def kept_tokens(path: Path) -> dict[str, str]:
    """Return the tokens of the last time, so that addresses stay as they were given out."""
    if not path.exists():
        tokens = {name: secrets.token_urlsafe(24) for name in ("lines", "page")}
        path.touch(mode=0o600)
        path.write_text(json.dumps(tokens), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


async def run(board: Board, options: argparse.Namespace, tokens: dict[str, str]) -> int:
    sockets = bind_sockets(options.port, options.listen)
    serve(board, tokens).add_sockets(sockets)
    own, theirs = addresses(sockets[0].getsockname()[1], options.listen)
    place = (
        options.shared.resolve()
        if options.shared
        else f"{theirs}/lines/{tokens['lines']}"
    )
    print(
        f"The page, for you alone:\n  {own}/board/{tokens['page']}/\n"
        f"For the class, before it opens the course:\n  export COURSE_BOARD={place}\n"
        "Ctrl+C closes the board; what has come is kept.",
        flush=True,
    )
    await board.watch()
    return 0


def addresses(port: int, listen: str) -> tuple[str, str]:
    """Return where the teacher reaches the server and where learners do."""
    everywhere = listen in ("", "0.0.0.0", "::")
    own = "127.0.0.1" if everywhere else listen
    theirs = own_address() if everywhere else listen
    own, theirs = (f"[{host}]" if ":" in host else host for host in (own, theirs))
    return f"http://{own}:{port}", f"http://{theirs}:{port}"


def own_address() -> str:
    """Return this machine's address in its network. Nothing is sent: the system says by which
    of its addresses it would reach another machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
