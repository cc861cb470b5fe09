"""How far the set-up is: what kernel-setup.sh leaves in target/setup."""

from __future__ import annotations

import fcntl
import re
import time
from dataclasses import dataclass
from pathlib import Path

# The end of a log is enough for its last line.
END_OF_LOG = 2000
BAR = re.compile(r"Building \[[=> ]*\] (\d+)/(\d+)")


@dataclass(frozen=True)
class Progress:
    """What is being done at the moment."""

    step: str
    seconds: int
    line: str

    def counted(self) -> tuple[int, int] | None:
        """Return how many crates of how many are compiled, while that is what it does."""
        found = BAR.search(self.line)
        return (int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        minutes, seconds = divmod(self.seconds, 60)
        took = f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
        counted = self.counted()
        doing = f"{counted[0]} of {counted[1]} crates" if counted else self.line
        return f"{self.step}: {took}" + (f": {doing}" if doing else "")


def look(state: Path) -> Progress | None:
    """Return what the set-up does; None between two steps."""
    try:
        since, log, step = (state / "step").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    seconds = max(0, int(time.time()) - int(since))
    return Progress(step, seconds, last_line(Path(log)))


def failure(state: Path) -> str:
    """Return what the last set-up failed of, if it did."""
    try:
        return (state / "failure").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def goes_on(state: Path) -> bool:
    """Whether somebody holds the lock of the set-up."""
    try:
        with (state / "build.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def last_line(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - END_OF_LOG))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in re.split(r"[\r\n]", text)]
    return next((line for line in reversed(lines) if line), "")
