"""The page for teachers, held against the notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from course.check import minutes as model
from course.check.lesson import Lesson
from course.notebook.teaching import PAGE, Plan, plans_of

LESSON = re.compile(r"^\*\*One lesson, (\d+) minutes\.\*\*(.+)$", re.MULTILINE)
SLOT = re.compile(r"^\| (\d+):(\d\d) \| (\d+):(\d\d) \| (.+?) \|$", re.MULTILINE)
# What a class needs no time of its own for.
ALONE = {"", "Setup", "Where next", "Key points"}
# A section may be off by that, as minutes are whole.
ROUNDING = 2


def plans(lessons: list[Lesson]) -> Iterator[str]:
    """TEACHING.md agrees with the notebooks: their minutes, their sections and the minutes
    of each; its plans add up."""
    page = lessons[0].path.parent / PAGE
    if not page.is_file():
        return
    text = page.read_text(encoding="utf-8")
    taught = plans_of(text)
    stated = {}
    for lesson in lessons:
        number = lesson.path.stem[:2]
        stated[number] = (model.stated(lesson) or (0, 0))[0]
        plan = taught.get(number, Plan(0, {}, ""))
        if plan.minutes != stated[number]:
            yield f"{PAGE}: {number} takes {stated[number]} minutes, not {plan.minutes}"
        yield from of_notebook(number, lesson, plan)
    yield from of_plans(text, stated)


def of_notebook(number: str, lesson: Lesson, plan: Plan) -> Iterator[str]:
    """Yield what is wrong with the table of one notebook."""
    rows = {title: row.minutes for title, row in plan.rows.items()}
    parts = [s for s in model.sections(lesson) if s.title not in ALONE]
    parts = [s for s in parts if s.minutes("core") > 0]
    if list(rows) != [part.title for part in parts]:
        titles = ", ".join(part.title for part in parts)
        yield f"{PAGE}: the sections of {number} are: {titles}"
        return
    for part in parts:
        computed, says = part.minutes("core"), rows[part.title]
        if abs(computed - says) > ROUNDING:
            yield f"{PAGE}: {number}, {part.title}: {computed:.1f} minutes, not {says}"
    if not plan.minutes - 5 <= sum(rows.values()) <= plan.minutes:
        yield f"{PAGE}: the sections of {number} take {sum(rows.values())} minutes"


def of_plans(text: str, stated: dict[str, int]) -> Iterator[str]:
    """Yield what is wrong with the plans."""
    for minutes, plan in LESSON.findall(text):
        total = sum(map(int, re.findall(r"\((\d+)\)", plan)))
        if total != int(minutes):
            yield f"{PAGE}: the lesson of {minutes} minutes adds up to {total}"
    now = None
    for hour, minute, to_hour, to_minute, what in SLOT.findall(text):
        begin, end = 60 * int(hour) + int(minute), 60 * int(to_hour) + int(to_minute)
        if now is not None and now != begin:
            yield f"{PAGE}: nothing is planned until {hour}:{minute}, or twice"
        now = end
        numbers = re.findall(r"\b\d\d\b", what)
        needed = sum(stated.get(number, 0) for number in numbers)
        if numbers and end - begin != needed:
            yield f"{PAGE}: {what} takes {needed} minutes, not {end - begin}"
