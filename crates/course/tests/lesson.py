"""A notebook that keeps every rule, and ways to break it."""

from __future__ import annotations

import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.check import command
from course.check.lesson import Lesson, Rule
from course.notebook.files import LANGUAGE_INFO, save
from course.notebook.fingerprint import made_with

LONG = "1;\n" * 15 + "1"
ALL_RULES = [*command.OF_A_NOTEBOOK, *command.OF_OUTPUTS]
HEADER = (
    "# Good\n\n**Question.** Why?\n\n**Afterwards you can** do it.\n\n"
    "**Time:** 5 minutes. **Before:** nothing. **Reproduces** section 1."
)
SETUP = ':dep notebook = { path = "../crates/notebook" }\nuse notebook::check;'
SOLUTION = (
    "<details><summary>Solution</summary>\n\n```rust\nlet a = 2;\n```\n\n</details>"
)
WRONG = SOLUTION.replace("Solution", "Typical wrong answers").replace("2", "3")
PREDICT = 'let eggs = predict("")?;'
# The same as a table.
VOTE = """\
let eggs = mark("
          fried  boiled
    big     -   -
    small = cheap  -  -
")?;"""
FIGURE = '<figure><img alt="two bars" src="data:,"><figcaption>x</figcaption></figure>'


def good() -> NotebookNode:
    """Return a notebook that keeps every rule; it is the second of three."""
    cells = [
        text("title", HEADER, "source-sec-1"),
        text("setup-text", "## Setup\n\nA price of $5, an [index](01-a.ipynb#Good)."),
        code("setup", SETUP, "knobs"),
        text("run-text", "## Run\n\nThree $ signs in code: `$a$b$`."),
        code("run", "timeline()", "source-in-2", shown=FIGURE),
        text("run-read", "It took a while.\n\n### Read\n\n![two bars](bars.svg)"),
        code("refused", "let a: u8 = 300;", "raises-exception"),
        text("predict-text", "**Predict.** How many?"),
        code("predict-eggs", PREDICT),
        code("eggs", 'println!("{}", eggs.against(2));', "answer"),
        text("more", "### More\n\n**Extra.** There is more.", "extra"),
        code("more-run", "let more = 1;", "extra"),
        text("exercises", "## Exercises\n\n### 1. Two (2 minutes)"),
    ]
    cells[6].outputs = [new_output("error", ename="E", evalue="", traceback=["no"])]
    for name in ["two", "three", "four"]:
        cells += [
            code(f"exercise-{name}", "let a = 1;"),
            code(f"exercise-{name}-check", 'check("two", a == 2)'),
            text(f"exercise-{name}-solution", SOLUTION),
            text(f"exercise-{name}-wrong", WRONG),
        ]
    for cell in cells[1:9]:  # and the slides of the header and of the key points
        cell.metadata["slide"] = {"title": "Eggs", "text": "One is fried."}
    links = "**Previous:** [A](01-a.ipynb) **Next:** [C](03-c.ipynb)"
    cells.append(text("key-points", f"## Key points\n\n- One.\n\n{links}"))
    return new_notebook(cells=cells)


def text(name: str, source: str, tags: str = "") -> NotebookNode:
    return new_markdown_cell(source, id=name, metadata={"tags": layered(tags)})


def code(name: str, source: str, tags: str = "", shown: str = "") -> NotebookNode:
    cell = new_code_cell(source, id=name, execution_count=2)
    cell.metadata = NotebookNode({"tags": layered(tags)})
    if shown:
        cell.outputs = [new_output("display_data", data={"text/html": shown})]
    return cell


def layered(tags: str) -> list[str]:
    """Return tags with their layer, which is core unless they say otherwise."""
    given = tags.split()
    return given if "extra" in given else [*given, "core"]


class Course(unittest.TestCase):
    """A checkout with three notebooks, of which the second is tried."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.notebooks = self.root / "notebooks"
        self.notebooks.mkdir()
        (self.notebooks / "bars.svg").write_text("<svg/>")
        self.course = [self.notebooks / f"{n}.ipynb" for n in ["01-a", "02-b", "03-c"]]
        for path in self.course:
            self.write(good(), path)

    def write(self, notebook: NotebookNode, path: Path) -> None:
        notebook.metadata["language_info"] = LANGUAGE_INFO
        save(notebook, path, made_with(self.root))

    def lesson(self, change: Callable[[dict], None]) -> Lesson:
        """Change the cells of the good notebook; the outputs count as made after."""
        notebook = good()
        change({cell.id: cell for cell in notebook.cells} | {"all": notebook})
        self.write(notebook, self.course[1])
        return Lesson.open(self.course[1], self.course, self.root)

    def found(self, rules: list[Rule], lesson: Lesson) -> list[str]:
        return command.find_all([lesson], rules)


def source(cell: str, old: str, new: str) -> Callable[[dict], None]:
    def change(cells: dict) -> None:
        assert old in cells[cell].source, f"{old!r} is not in cell {cell}"
        cells[cell].source = cells[cell].source.replace(old, new)

    return change


def tagged(cell: str, *tags: str) -> Callable[[dict], None]:
    return lambda cells: cells[cell].metadata.update(tags=list(tags))


def renamed(cell: str, name: str) -> Callable[[dict], None]:
    return lambda cells: cells[cell].update(id=name)


def without(*names: str) -> Callable[[dict], None]:
    def change(cells: dict) -> None:
        kept = [cell for cell in cells["all"].cells if cell.id not in names]
        cells["all"].cells = kept

    return change


def showing(cell: str, kind: str, data: str) -> Callable[[dict], None]:
    output = new_output("display_data", data={kind: data})
    return lambda cells: cells[cell].update(outputs=[output])


def printing(cell: str, name: str, text: str) -> Callable[[dict], None]:
    output = new_output("stream", name=name, text=text)
    return lambda cells: cells[cell].update(outputs=[output])
