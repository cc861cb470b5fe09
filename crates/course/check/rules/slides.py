"""The rules on what a slide may contain; `notebook/slides.py` says how cells are marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from nbformat import NotebookNode

from course.check.lesson import Finding, Lesson, Rule
from course.notebook.slides import (
    KEYS,
    OF_CODE,
    OF_TEXT,
    Slide,
    mark_of,
    marked_slides,
    printed,
)
from course.notebook.teaching import PAGE, plans_of

FEWEST, MOST = 10, 14
# In letters; and in pixels, on a slide of 1280 by 720.
TITLE, GUESS, SENTENCE = 80, 60, 130
SMALLEST = 18


def slides(lesson: Lesson) -> Iterator[Finding]:
    """A notebook has 10 to 14 slides, those of its header and its key points among them.
    A cell's mark is `"slide": {...}` in its metadata, of texts `title`, `guess`, `show`
    and `text`; the first has a title. A slide has a headline of 80 letters at most, one
    idea below it (a guess before what answers it; a figure, a table, a list, or code and
    output with letters of 18 pixels at least), and then one sentence, a claim or a `text`
    of 130 letters. Its section stands in TEACHING.md, of which its notes are made."""
    marked = [cell for cell in lesson.notebook.cells if "slide" in cell.metadata]
    for cell in marked:
        yield from (Finding(problem, cell) for problem in wrong_mark(cell))
    if marked and "title" not in mark_of(marked[0]):
        yield Finding("the first mark of a slide has no title", marked[0])
    found = marked_slides(lesson.notebook)
    if not FEWEST <= (count := len(found) + 2) <= MOST:
        yield Finding(f"{count} slides, {FEWEST} to {MOST}")
    said = said_of(lesson)
    for slide in found:
        yield from (Finding(problem, slide.cell) for problem in wrong_slide(slide))
        if said is not None and slide.section not in said:
            yield Finding(
                f"{PAGE} has no row {slide.section!r} for its notes", slide.cell
            )


def wrong_mark(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with what one cell says."""
    mark = mark_of(cell)
    if mark != cell.metadata["slide"] or not all(map(str.strip, mark.values())):
        yield f"its slide has something else than words for: {', '.join(KEYS)}"
    if unknown := sorted(set(mark) - set(KEYS)):
        yield f"its slide has {', '.join(unknown)}; known: {', '.join(KEYS)}"
    kinds = OF_CODE if cell.cell_type == "code" else OF_TEXT
    for kind in set(mark.get("show", "").split()) - set(kinds):
        yield f"its slide shows {kind}; it may show: {', '.join(kinds)}"
    for key, most in [("title", TITLE), ("guess", GUESS), ("text", SENTENCE)]:
        if (letters := len(mark.get(key, ""))) > most:
            yield f"the {key} of its slide has {letters} letters, at most {most}"


def wrong_slide(slide: Slide) -> Iterator[str]:
    """Yield what is wrong with a slide as a whole."""
    kinds = [part.kind for part in slide.parts]
    pictures = [kind for kind in kinds if kind in ("figure", *OF_TEXT)]
    sentences = [kind for kind in kinds if kind in ("claim", "text")]
    typed = [kind for kind in kinds if kind in ("code", "output")]
    if not kinds:
        yield "its slide has nothing below the headline"
    if len(pictures) > 1 or (pictures and typed):
        yield f"its slide shows {', '.join(pictures + typed)}: one idea each"
    if len(sentences) > 1:
        yield f"its slide has {len(sentences)} sentences, at most one"
    if sentences and kinds[-1] != sentences[-1]:
        yield "the sentence of its slide is not the last that is shown"
    if "guess" in kinds and (kinds.index("guess") != 0 or len(kinds) == 1):
        yield "a guess comes first on its slide, and something answers it"
    if slide.letters < SMALLEST:
        yield f"code and output of its slide need letters of {slide.letters} pixels"


def slide_outputs(lesson: Lesson) -> Iterator[Finding]:
    """What a slide shows of a cell's output, the cell's saved output has."""
    for slide in marked_slides(lesson.notebook):
        for part in slide.parts:
            if part.kind in HAVING and not HAVING[part.kind](part.cell):
                yield Finding(f"its slide shows a missing {part.kind}", part.cell)


def has(mark: str, cell: NotebookNode) -> bool:
    outputs = cell.get("outputs", [])
    return any(mark in o.get("data", {}).get("text/html", "") for o in outputs)


HAVING: dict[str, Callable[[NotebookNode], object]] = {
    "output": printed,
    "figure": partial(has, "<figure"),
    "claim": partial(has, "data-claim="),
}


def said_of(lesson: Lesson) -> set[str] | None:
    """Return the sections of a notebook in the page for teachers, if there is one."""
    page = lesson.path.parent / PAGE
    if not page.is_file():
        return None
    plan = plans_of(page.read_text(encoding="utf-8")).get(lesson.path.stem[:2])
    return set(plan.rows) if plan else set()


RULES: list[Rule] = [slides]
OF_OUTPUTS: list[Rule] = [slide_outputs]
