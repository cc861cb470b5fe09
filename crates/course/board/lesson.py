"""What the board knows of the notebooks: their questions, sections and exercises, by the ids of
cells. A line says only in which cell it was made; all words on the page come from here."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course.notebook.exercises import EXERCISE
from course.notebook.files import find, read

GUESS = re.compile(r"let (\w+) = predict\(")
ANSWERED = re.compile(r"\.(?:against|tell)\(")
TELLS = re.compile(r"\b(?:predict|against|tell|claim|check|quiz)\(|SpeedUp::measure\(")


@dataclass
class Question:
    """Something to guess."""

    notebook: str
    name: str
    text: str
    # What may be answered in words: no other word is shown.
    words: set[str]


@dataclass
class Notebook:
    """A notebook, as far as its cells hand something over."""

    title: str
    # Sections and exercises in their order, by id: their titles.
    stations: dict[str, str] = field(default_factory=dict)
    # Of each cell that may hand something over.
    station_of: dict[str, str] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    # What is guessed in a cell, or answered, in the order in which it stands there.
    asked: dict[str, list[Question]] = field(default_factory=dict)

    def question(self, cell: str, nth: int) -> Question | None:
        asked = self.asked.get(cell, [])
        return asked[nth] if nth < len(asked) else None


def notebooks(folder: Path) -> dict[str, Notebook]:
    """Return the notebooks of a folder by their names."""
    return {path.stem: of(path.stem, read(path)) for path in find(folder, [])}


def of(name: str, source: NotebookNode) -> Notebook:
    """Return what the board asks of a notebook."""
    head = source.cells[0].source if source.cells else ""
    title = re.search(r"^# (.+)$", head, re.MULTILINE)
    known = Notebook(title[1] if title else name)
    section, text, names = ("begin", "Begin"), "", {}
    for cell in source.cells:
        if cell.cell_type == "markdown":
            text = cell.source
            if heading := re.search(r"^## (.+)$", text, re.MULTILINE):
                section = (f"section {heading[1]}", without_marks(heading[1]))
        elif cell.cell_type == "code":
            note(known, cell, section)
            for found in GUESS.findall(cell.source):
                names[found] = Question(name, spoken(found), asked(text), words(text))
            known.asked[cell.id] = questions(cell.source, names)
    times = Counter(question.text for question in names.values())
    for question in names.values():
        if times[question.text] > 1:
            question.text += f" ({question.name})"
    return known


def note(known: Notebook, cell: NotebookNode, section: tuple[str, str]) -> None:
    """Note at which station a cell stands, and what it claims."""
    if not TELLS.search(cell.source):
        return
    station, title = section
    if (exercise := EXERCISE.match(cell.id)) and exercise["part"] == "-check":
        name = exercise["name"]
        station, title = f"exercise {name}", f"exercise: {name}"
    known.stations[station] = title
    known.station_of[cell.id] = station
    if claim := re.search(r'\bclaim\("(.+?)"\)', cell.source):
        known.claims[cell.id] = claim[1]


def questions(source: str, names: dict[str, Question]) -> list[Question]:
    """Return the questions that a cell asks or answers."""
    if found := GUESS.findall(source):
        return [names[name] for name in found]
    if not ANSWERED.search(source):
        return []
    mentioned = dict.fromkeys(
        word for word in re.findall(r"\w+", source) if word in names
    )
    return [names[name] for name in mentioned]


def asked(text: str) -> str:
    """Return the question of a text with `**Predict.**`, up to its last question mark."""
    text = without_marks(text.partition("**Predict.**")[2]).strip()
    end = text.rfind("?") + 1
    return text[:end] if end else text.partition(". ")[0]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def spoken(name: str) -> str:
    return name.removesuffix("_guess").replace("_", " ")


def without_marks(text: str) -> str:
    return re.sub(r"[*`]|\[([^]]*)\]\([^)]*\)", r"\1", text)
