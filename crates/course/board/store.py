"""The folder that holds a class's lines: a file for each learner, which only grows.

On a hub learners write into it themselves. What comes over the network is written there too, so
that there is one way in, and a board that is started again knows all."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, time

from course.board.lines import LONGEST, MARK, Line, Refused, read

# For each learner: a whole course hands over some hundred lines.
MOST_LINES = 5_000
MOST_LEARNERS = 400
# Lines that may come at once, and then in each second: a notebook that runs through has thirty.
BURST, PER_SECOND = 400, 4
# Read of one file before the others have their turn.
PIECE = 256 * 1024


class Busy(Exception):
    """Too much comes from one learner; the line may come later."""


class Store:
    """Lines of a class. `refused` counts what was not taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Grown] = {}
        self.rates: dict[str, tuple[float, float]] = {}
        self.refused = 0

    def take(self, text: bytes) -> None:
        """Keep a line that came over the network, with the time of this machine."""
        line = read(text.rstrip(b"\n"))
        if line.mark not in self.files and len(self.files) >= MOST_LEARNERS:
            raise Refused(f"there are {MOST_LEARNERS} learners already")
        self.meter(line.mark)
        text = json.dumps(json.loads(text) | {"time": round(time() * 1000)})
        path = self.folder / f"{line.mark}.jsonl"
        # One write to the end of a file: nobody's line comes between.
        flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW
        file = os.open(path, flags, 0o600)
        try:
            os.write(file, f"{text}\n".encode())
        finally:
            os.close(file)

    def meter(self, mark: str) -> None:
        if len(self.rates) > 2 * MOST_LEARNERS:
            self.rates.clear()
        left, since = self.rates.get(mark, (BURST, monotonic()))
        left = min(BURST, left + PER_SECOND * (monotonic() - since))
        if left < 1:
            raise Busy
        self.rates[mark] = (left - 1, monotonic())

    def news(self) -> Iterator[Line]:
        """Yield the lines that have come since the last time."""
        for entry in sorted(os.scandir(self.folder), key=lambda entry: entry.name):
            mark, dot, ending = entry.name.partition(".")
            if dot + ending != ".jsonl" or not MARK.fullmatch(mark):
                continue
            if mark not in self.files and len(self.files) >= MOST_LEARNERS:
                continue
            file = self.files.setdefault(mark, Grown(Path(entry.path)))
            for text in file.lines():
                try:
                    line = read(text)
                    if line.mark != mark:
                        raise Refused("a line is in another learner's file")
                    yield line
                except Refused:
                    self.refused += 1


class Grown:
    """A file that grows, read up to where it ended the last time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.at = 0
        self.count = 0

    def lines(self) -> Iterator[bytes]:
        """Yield the lines that are new and whole. One that is too long is yielded cut, so that
        it is refused."""
        begun = self.at
        while self.count < MOST_LINES and self.at - begun < PIECE:
            chunk = self.read()
            whole, end, _ = chunk.partition(b"\n")
            if not end and len(chunk) <= LONGEST:
                return
            if not end:
                whole = chunk
            self.at += len(whole) + len(end)
            self.count += 1
            yield whole

    def read(self) -> bytes:
        """Some bytes from where it goes on. Others write into the folder: what is no file there,
        as a link or a pipe, is empty."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return b""
        try:
            regular = stat.S_ISREG(os.fstat(file).st_mode)
            return os.pread(file, LONGEST + 1, self.at) if regular else b""
        finally:
            os.close(file)
