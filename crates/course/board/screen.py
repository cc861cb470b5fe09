"""What the page shows: the last word of each learner on everything."""

from __future__ import annotations

from collections import defaultdict
from time import time
from typing import Any

from course.board.lesson import Notebook, Question
from course.board.lines import Line

# A word that is not in the question is not shown: the page hangs on a wall.
OTHER = "something else"


class Screen:
    """The state of a class, made of its lines."""

    def __init__(self, notebooks: dict[str, Notebook]) -> None:
        self.notebooks = notebooks
        # Learners by their marks, and their numbers, which is all that the page says of them.
        self.learners: dict[str, int] = {}
        self.guesses: dict[str, dict[int, dict]] = defaultdict(dict)
        self.measured: dict[str, dict[int, dict]] = defaultdict(dict)
        self.questions: dict[str, Question] = {}
        # When each learner first handed something over.
        self.came: dict[str, dict[int, float]] = defaultdict(dict)
        self.claims: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        self.quiz: dict[int, dict[int, list[str]]] = defaultdict(dict)
        self.curves: dict[int, dict] = {}
        self.reached: dict[str, dict[str, dict[int, dict]]] = defaultdict(dict)
        self.last: dict[int, float] = {}
        self.lines = 0

    def note(self, line: Line) -> None:
        """Note what a line says."""
        learner = self.learners.setdefault(line.mark, len(self.learners) + 1)
        # A clock that is ahead would make a learner of the future.
        at = min(line.time, time())
        self.lines += 1
        name = self.notebook_of(line)
        if name is None:
            return
        {
            "guess": self.note_guess,
            "measured": self.note_guess,
            "claim": self.note_claim,
            "quiz": self.note_quiz,
            "speed-up": self.note_curves,
            "check": lambda *_: None,
        }[line.kind](name, learner, line, at)
        self.note_station(name, learner, line, at)

    def notebook_of(self, line: Line) -> str | None:
        """Return the course's name of a notebook; a copy has it at its beginning."""
        return next((n for n in self.notebooks if line.notebook.startswith(n)), None)

    def note_guess(self, name: str, learner: int, line: Line, at: float) -> None:
        question = self.notebooks[name].question(line.cell, line.nth)
        if question is None:
            return
        key = f"{name} {question.name}"
        self.questions[key] = question
        self.came[key].setdefault(learner, at)
        if guess := line.what.get("guess"):
            self.guesses[key][learner] = guess
        if line.kind == "measured":
            self.measured[key][learner] = line.what["measured"]

    def note_claim(self, name: str, learner: int, line: Line, _at: float) -> None:
        if line.cell in self.notebooks[name].claims:
            self.claims[name, line.cell][learner] = line.what["verdict"]

    def note_quiz(self, _name: str, learner: int, line: Line, _at: float) -> None:
        """The first answer is that before the talk with a neighbour, the last that after it."""
        answer = line.what["answer"]
        self.quiz[line.what["question"]].setdefault(learner, [answer, answer])[1] = (
            answer
        )

    def note_curves(self, _name: str, learner: int, line: Line, _at: float) -> None:
        self.curves[learner] = line.what["curves"]

    def note_station(self, name: str, learner: int, line: Line, at: float) -> None:
        station = self.notebooks[name].station_of.get(line.cell)
        if station is None:
            return
        learners = self.reached[name].setdefault(station, {})
        there = learners.setdefault(learner, {"since": at, "passed": None, "tries": 0})
        if line.kind == "check":
            there["tries"] += not there["passed"]
            if line.what["passed"] and not there["passed"]:
                there |= {"passed": True, "since": at}
            elif not there["passed"]:
                there["passed"] = False
        news = max(there["since"], self.last.get(learner, 0))
        self.last[learner] = news

    def show(self) -> dict[str, Any]:
        """Return all that the page draws."""
        return {
            "learners": len(self.learners),
            "lines": self.lines,
            "now": time(),
            "questions": [self.show_question(key) for key in self.in_order()],
            "quiz": {n: self.show_answers(n) for n in sorted(self.quiz)},
            "curves": self.curves,
            "notebooks": {n: self.show_notebook(n) for n in sorted(self.reached)},
            "last": self.last,
        }

    def in_order(self) -> list[str]:
        """Return the questions; at the end the one to which a third of the class came last. One
        who is quick, or who runs an old cell again, does not turn the page for all."""
        third = max(1, len(self.learners) // 3)

        def since(key: str) -> float:
            times = sorted(self.came[key].values())
            return times[third - 1] if len(times) >= third else 0

        return sorted(self.questions, key=since)

    def show_question(self, key: str) -> dict[str, Any]:
        question = self.questions[key]
        guesses, measured = self.guesses[key], self.measured[key]
        unit = unit_of([*measured.values()] or [*guesses.values()])
        return {
            "key": key,
            "notebook": question.notebook,
            "text": question.text,
            "unit": unit,
            "guesses": values(guesses, unit, question.words),
            "measured": values(measured, unit, question.words),
        }

    def show_answers(self, question: int) -> dict[str, dict[str, int]]:
        both = [*self.quiz[question].values()]
        return {
            when: {
                letter: [pair[at] for pair in both].count(letter) for letter in "abc"
            }
            for at, when in enumerate(("before", "after"))
        }

    def show_notebook(self, name: str) -> dict[str, Any]:
        known = self.notebooks[name]
        return {
            "title": known.title,
            "stations": [
                {"title": title, "learners": self.reached[name].get(station, {})}
                for station, title in known.stations.items()
            ],
            "claims": [
                {
                    "text": text,
                    **{v: [*said.values()].count(v) for v in set(said.values())},
                }
                for cell, text in known.claims.items()
                if (said := self.claims.get((name, cell)))
            ],
        }


def unit_of(amounts: list[dict]) -> str:
    """Return what most of them are: seconds, a number or words."""
    units = [unit for amount in amounts for unit in amount]
    return max(("seconds", "number", "words"), key=units.count)


def values(amounts: dict[int, dict], unit: str, known: set[str]) -> list[Any]:
    """Return what is of this unit; a number without one is one of seconds."""
    told = [amount.get(unit, amount.get("number")) for amount in amounts.values()]
    told = [value for value in told if value is not None]
    if unit != "words":
        return sorted(told)
    known = {word.removesuffix("s") for word in known}
    inside = (all(word.removesuffix("s") in known for word in value) for value in told)
    return sorted(
        ", ".join(value) if shown else OTHER
        for value, shown in zip(told, inside, strict=True)
    )
