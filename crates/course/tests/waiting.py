"""The one way in which tests wait."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

Seen = TypeVar("Seen")

# A kernel that is not prepared takes a minute on a busy machine with two cores.
PATIENCE = 180


def wait_for(
    what: str,
    look: Callable[[], Seen],
    patience: float = PATIENCE,
    pause: float = 0.02,
    said: Callable[[], str] = str,
) -> Seen:
    """Look until there is something to see, and return it; `said` is for the report."""
    end = monotonic() + patience
    while not (seen := look()):
        if monotonic() > end:
            raise AssertionError(f"waited {patience} s for {what} {said()}".rstrip())
        sleep(pause)
    return seen
