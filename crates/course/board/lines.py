"""What learners may hand over: one short line of JSON, and nothing in it that could be shown
as anything but letters and numbers. All else is refused, with the reason, and nobody's line
changes another's: tests/test_hostile_text.py."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

LONGEST = 4096
MARK = re.compile(r"[0-9a-f]{32}", re.ASCII)
CELL = re.compile(r"[A-Za-z0-9_-]{0,64}", re.ASCII)
VERDICTS = ("holds here", "does not hold here", "not tested")
COMMON = {"mark", "notebook", "cell", "nth", "time", "kind"}


class Refused(ValueError):
    """Why a line is not taken."""


@dataclass(frozen=True)
class Line:
    """A line that was looked at; `what` has the fields of its kind."""

    mark: str
    notebook: str
    cell: str
    nth: int
    time: float
    kind: str
    what: dict[str, Any]


def read(text: bytes) -> Line:
    """Return a line, or raise why it is refused."""
    if len(text) > LONGEST:
        raise Refused(f"a line is longer than {LONGEST} bytes")
    try:
        told = json.loads(text.decode("utf-8"), parse_constant=number)
    except (ValueError, RecursionError) as error:
        raise Refused("a line is not JSON") from error
    if not isinstance(told, dict) or not isinstance(told.get("kind"), str):
        raise Refused("a line has no kind")
    fields = KINDS.get(told["kind"])
    if fields is None or set(told) != COMMON | set(fields):
        raise Refused("a line has other fields than those of its kind")
    mark, cell = told["mark"], told["cell"]
    if not isinstance(mark, str) or not MARK.fullmatch(mark):
        raise Refused("a mark is not 32 digits")
    if not isinstance(cell, str) or not CELL.fullmatch(cell):
        raise Refused("a cell's id is none")
    return Line(
        mark=mark,
        notebook=plain(told["notebook"], 80),
        cell=cell,
        nth=whole(told["nth"], 100),
        time=number(told["time"]) / 1000,
        kind=told["kind"],
        what={name: check(told[name]) for name, check in fields.items()},
    )


def plain(text: object, longest: int) -> str:
    """Letters, digits and a few signs: no tags, no control characters, no marks that turn the
    direction of a text or pile up on a letter."""
    if not isinstance(text, str) or len(text) > longest:
        raise Refused("a text is none, or too long")
    if not all(sign.isalnum() or sign in " .,;:+-_()'/%" for sign in text):
        raise Refused("a text has signs that are not shown")
    return text


def number(value: object) -> float:
    if type(value) not in (int, float) or not -1e15 <= value <= 1e15:
        raise Refused("a number is none, or too large")
    return float(value)


def between(value: object, least: float, most: float) -> float:
    if not least <= number(value) <= most:
        raise Refused("a number is too small, or too large")
    return float(value)


def whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Refused("a count is none, or too large")
    return value


def boolean(value: object) -> bool:
    if type(value) is not bool:
        raise Refused("neither true nor false")
    return value


def one_of(*known: str) -> Any:
    def check(value: object) -> str:
        if value not in known:
            raise Refused("a word is not one of those there are")
        return value

    return check


# As the crate calls the kinds of models.
MODEL = one_of(
    "serial",
    "processes",
    "thread per job",
    "threads",
    "rayon threads",
    "async, 1 thread",
    "async threads",
    "blocking threads",
    "MPI ranks",
    "broker workers",
)


def amount(value: object) -> dict[str, Any]:
    """A guess or what was seen: `{"seconds": 0.3}`, `{"number": 3}`, `{"words": ["tasks"]}`."""
    if not isinstance(value, dict) or len(value) != 1:
        raise Refused("an amount is none")
    [(unit, inside)] = value.items()
    if unit in ("seconds", "number"):
        return {unit: number(inside)}
    if unit == "words" and isinstance(inside, list) and len(inside) <= 8:
        return {unit: [plain(word, 40).strip().lower() for word in inside]}
    raise Refused("an amount is none")


def perhaps_amount(value: object) -> dict[str, Any] | None:
    return None if value is None else amount(value)


def curves(value: object) -> dict[str, list[tuple[int, float]]]:
    """Kinds of models, and for each (workers, times as quick)."""
    if not isinstance(value, list) or len(value) > 8:
        raise Refused("there are no curves, or too many")
    read = {}
    for curve in value:
        name, points = pair(curve)
        if not isinstance(points, list) or len(points) > 40:
            raise Refused("a curve has no points, or too many")
        both = [pair(point) for point in points]
        # A name is shown as it is, and a number makes the axis of all.
        read[MODEL(name)] = [
            (whole(n, 4096), between(times, 0, 10_000)) for n, times in both
        ]
    return read


def pair(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Refused("a pair is none")
    return value


KINDS = {
    "guess": {"guess": amount},
    "measured": {"guess": perhaps_amount, "measured": amount},
    "claim": {"verdict": one_of(*VERDICTS)},
    "check": {"passed": boolean},
    "quiz": {
        "question": lambda value: whole(value, 99),
        "answer": one_of("a", "b", "c"),
        "passed": boolean,
    },
    "speed-up": {"curves": curves},
}
