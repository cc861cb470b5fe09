"""Slides of a notebook, shown by a reveal.js that lies in the folder of the site: its
header, the slides that its cells mark, its key points. Notes for who speaks come from
TEACHING.md."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import mistune
from jinja2 import Environment
from nbformat import NotebookNode

from course.export import parts
from course.notebook.slides import Part, Slide, marked_slides
from course.notebook.teaching import PAGE, Plan, Row, plans_of

# What the slides load; the package holds reveal.js' sources and themes too.
FILES = ("LICENSE", "dist/reveal.js", "dist/reveal.css", "dist/plugin/notes.js")
REVEAL = "reveal"
NOTHING_SAID = Plan(0, {}, "")
# A figure that is less wide over its height has its words beside it.
BESIDE = 2.2


@dataclass
class Step:
    """What comes next on a slide. `order` counts the presses of a key; None is there
    from the beginning."""

    kind: str
    html: str
    order: int | None


@dataclass
class Sheet:
    """A slide as the template sees it: steps on its stage, and one sentence below."""

    title: str
    section: str
    letters: int
    steps: list[Step]
    sentence: Step | None
    ratio: float
    notes: list[str]

    @property
    def layout(self) -> str:
        """Return a name: a sentence alone is the picture itself, or the answer to a guess; a
        tall picture has the words beside it, else it would be small."""
        if not self.steps:
            return "statement"
        if [step.kind for step in self.steps] == ["guess"]:
            return "answer"
        return "beside" if self.ratio < BESIDE else ""


def copy_reveal(output: Path) -> None:
    """Put reveal.js next to the slides."""
    source = Path(distribution("pyreveal").locate_file("pyreveal/revealjs"))
    for name in FILES:
        target = output / REVEAL / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target)


def render(
    notebook: NotebookNode, facts: dict[str, str], folder: Path, pages: Environment
) -> str:
    """Return the page of the slides. `facts` are the notebook's number, title and question,
    and the language; `folder` is that of the notebooks, with the page for teachers."""
    page = folder / PAGE
    plans = plans_of(page.read_text(encoding="utf-8")) if page.is_file() else {}
    plan = plans.get(facts["number"], NOTHING_SAID)
    opening = [f"{plan.minutes} minutes."] if plan.minutes else []
    return pages.get_template("slides/index.html.j2").render(
        **facts,
        reveal=REVEAL,
        opening=[mistune.html(note) for note in [*opening, plan.goes_wrong] if note],
        sheets=[sheet_of(slide, plan) for slide in marked_slides(notebook)],
        key_points=parts.first_of(notebook.cells[-1], "list") if notebook.cells else "",
        light=parts.code_style("xcode"),
        dark=parts.code_style("github-dark"),
    )


def sheet_of(slide: Slide, plan: Plan) -> Sheet:
    """Lay out a slide: what is shown on the stage in turn, then the sentence."""
    steps: list[Step] = []
    for place, part in enumerate(slide.parts):
        html = parts.html_of(part)
        steps.append(Step(part.kind, html, place - 1 if place else None))
    below = [step for step in steps if step.kind in ("claim", "text")]
    stage = [step for step in steps if step not in below]
    return Sheet(
        title=parts.inline(slide.title),
        section=slide.section,
        letters=slide.letters,
        steps=stage,
        sentence=below[0] if below else None,
        ratio=min((parts.ratio(p.cell) for p in figures(slide)), default=BESIDE),
        notes=notes_of(slide, plan.rows.get(slide.section)),
    )


def figures(slide: Slide) -> list[Part]:
    return [part for part in slide.parts if part.kind == "figure"]


def notes_of(slide: Slide, row: Row | None) -> list[str]:
    """Return what the page for teachers says of its section, and what its figure says
    of itself."""
    said = [f"**{slide.section}**, {row.minutes} min. {row.say}"] if row else []
    captions = [parts.caption(part.cell) for part in figures(slide)]
    return [mistune.html(note) for note in [*said, *captions] if note]
