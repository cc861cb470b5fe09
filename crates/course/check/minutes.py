"""How long a notebook takes, by a model that is stated here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

from course.check.lesson import Images, Lesson, prose
from course.notebook import shown
from course.notebook.cells import is_guess, stated_minutes, tags
from course.notebook.exercises import EXERCISE

WORDS_A_MINUTE = 200
# Seconds: to read a cell and wait for it, to look at what it draws, to guess.
CODE_CELL = 20
FIGURE = 30
GUESS = 60
ROW_OF_GUESSES = 20
QUIZ_QUESTION = 60

FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
ROWS = re.compile(r" -$", re.MULTILINE)
WORD = re.compile(r"\w[\w'’-]*")
# An exercise says itself how long it takes: `### 2. Count without loss (5 minutes)`.
EXERCISE_MINUTES = re.compile(r"^###.*\((\d+) minutes?\)$", re.MULTILINE)

MODEL = f"""\
{WORDS_A_MINUTE} words a minute, without code and without what is folded;
{CODE_CELL} s for a cell of code, {FIGURE} s more if it shows a figure;
{GUESS} s for a guess and for a question of a quiz, {ROW_OF_GUESSES} s for a row of a table of guesses;
an exercise as its heading says"""


@dataclass
class Section:
    """What stands under a heading of the second level; the header has no title."""

    title: str
    cells: list[NotebookNode]

    def minutes(self, *layers: str) -> float:
        """Return how long its cells with one of these tags take."""
        return minutes([c for c in self.cells if set(layers) & set(tags(c))])


def sections(lesson: Lesson) -> list[Section]:
    found = [Section("", [])]
    for cell in lesson.notebook.cells:
        is_text = cell.cell_type == "markdown"
        if is_text and (heading := re.match(r"## +(.+)", cell.source)):
            found.append(Section(heading[1].strip(), []))
        found[-1].cells.append(cell)
    return found


def minutes(cells: list[NotebookNode]) -> float:
    """Return how long these cells take a reader."""
    return sum(map(seconds, cells)) / 60


def seconds(cell: NotebookNode) -> float:
    if cell.cell_type != "code":
        text = prose(FOLDED.sub("", cell.source))
        exercises = sum(map(int, EXERCISE_MINUTES.findall(text)))
        return 60 * (len(WORD.findall(text)) / WORDS_A_MINUTE + exercises)
    if is_guess(cell):
        return ROW_OF_GUESSES * len(ROWS.findall(cell.source)) or GUESS
    if re.search(r"\bquiz\(", cell.source):
        return QUIZ_QUESTION
    if EXERCISE.match(cell.id):
        return 0  # its heading says how long it takes
    return CODE_CELL + (FIGURE if draws(cell) else 0)


def draws(cell: NotebookNode) -> bool:
    outputs = cell.get("outputs", [])
    return any(Images(o.get("data", {}).get("text/html", "")).found for o in outputs)


def stated(lesson: Lesson) -> tuple[int, int] | None:
    return stated_minutes(lesson.notebook.cells[0].source)


def table(lessons: list[Lesson]) -> str:
    """Return the minutes of each section as text, and the model."""
    lines = []
    for lesson in lessons:
        parts = [*sections(lesson), Section("in all", lesson.notebook.cells)]
        lines.append(f"{lesson.path.stem}, stated: {stated(lesson)}")
        for part in parts:
            core, extra = part.minutes("core"), part.minutes("extra")
            title = shown.line(part.title)
            lines.append(f"  {core:5.1f} core, {extra:5.1f} extra  {title}")
    return "\n".join([*lines, MODEL])
