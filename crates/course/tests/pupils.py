"""Thirty learners who hand lines over, as far as a test needs them."""

from __future__ import annotations

import json
import random
from time import time
from typing import Any


def mark(number: int) -> str:
    return f"{number:032x}"


def line(number: int = 1, kind: str = "guess", **fields: Any) -> dict[str, Any]:
    """Return a line as the crate writes it; fields may be others."""
    told = {
        "mark": mark(number),
        "notebook": "03-fibonacci",
        "cell": "predict-serial",
        "nth": 0,
        "time": round(time() * 1000),
        "kind": kind,
    }
    return told | ({"guess": {"seconds": 0.3}} if kind == "guess" else {}) | fields


def text(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode()


def lines_of(number: int) -> list[dict[str, Any]]:
    """Return what a learner hands over in a lesson: some are ahead, some are stuck."""
    chance = random.Random(number)
    ago = 60_000 * chance.randint(0, 11)

    def told(kind: str, cell: str, **fields: Any) -> dict[str, Any]:
        when = round(time() * 1000) - ago
        return line(number, kind, cell=cell, time=when, **fields)

    guess = {"seconds": round(chance.lognormvariate(-1.5, 1.4), 4)}
    seen = {"seconds": 0.0073 * chance.lognormvariate(0, 0.25)}
    lines = [
        told("guess", "predict-serial", guess=guess),
        told("measured", "guess-serial", guess=guess, measured=seen),
        told("claim", "claim-serial", verdict="holds here"),
        told("claim", "claim-overlap", verdict="holds here"),
        told("guess", "predict-parallel", guess={"number": 4}),
    ]
    if number % 3:
        verdict = "does not hold here" if number % 5 == 0 else "holds here"
        lines.append(told("claim", "claim-alike", verdict=verdict))
    here = {"notebook": "06-when-to-use"}
    for question in range(1, 5):
        for answer in chance.choice(["ab", "b", "cb", "a", "cc"]):
            cell = f"exercise-quiz-{question}-check"
            fields = {"question": question, "answer": answer, "passed": answer == "b"}
            lines.append(told("quiz", cell, **fields, **here))
            lines.append(told("check", cell, passed=answer == "b", **here))
    curves = [
        [kind, [[n, n ** chance.uniform(0.5, 0.97)] for n in (1, 2, 3, 4, 6, 8)]]
        for kind in ("processes", "threads", "async threads")
    ]
    lines.append(told("speed-up", "speed-up", curves=curves, notebook="02-differences"))
    return lines
