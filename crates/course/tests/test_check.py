"""Each rule of `course check` passes a good notebook and is seen to fail."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course import command_line
from course.check import command
from course.check.exercises import solved, wrong_answers
from course.check.lesson import Lesson, Rule, name_of
from course.check.rules.source import SOURCE, coverage, table
from course.notebook.files import LANGUAGE_INFO, save
from course.notebook.fingerprint import made_with, outputs_of

ALL_RULES = [*command.OF_A_NOTEBOOK, *command.OF_OUTPUTS]
HEADER = (
    "# Good\n\n**Question.** Why?\n\n**Afterwards you can** do it.\n\n"
    "**Time:** 5 minutes. **Before:** nothing. **Reproduces** section 1."
)
SETUP = ':dep notebook = { path = "../crates/notebook" }\nuse notebook::check;'
SOLUTION = (
    "<details><summary>Solution</summary>\n\n```rust\nlet a = 2;\n```\n\n</details>"
)
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
        text("exercises", "## Exercises\n\n### 1. Two"),
    ]
    cells[6].outputs = [new_output("error", ename="E", evalue="", traceback=["no"])]
    for name in ["two", "three"]:
        cells += [
            code(f"exercise-{name}", "let a = 1;"),
            code(f"exercise-{name}-check", 'check("two", a == 2)'),
            text(f"exercise-{name}-solution", SOLUTION),
        ]
    links = "**Previous:** [A](01-a.ipynb) **Next:** [C](03-c.ipynb)"
    cells.append(text("key-points", f"## Key points\n\n- One.\n\n{links}"))
    return new_notebook(cells=cells)


def text(name: str, source: str, tags: str = "") -> NotebookNode:
    metadata = {"tags": tags.split()} if tags else {}
    return new_markdown_cell(source, id=name, metadata=metadata)


def code(name: str, source: str, tags: str = "", shown: str = "") -> NotebookNode:
    cell = new_code_cell(source, id=name, execution_count=2)
    cell.metadata = NotebookNode({"tags": tags.split()} if tags else {})
    if shown:
        cell.outputs = [new_output("display_data", data={"text/html": shown})]
    return cell


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


def five_in_a_row(cells: dict) -> None:
    cells["all"].cells[6:6] = [code(f"more-{n}", "1") for n in range(4)]
    del cells["all"].cells[5]


LONG = "1;\n" * 15 + "1"
# Rule, what breaks it, what it then says.
BROKEN = [
    ("file", lambda c: c["run"].metadata.update(editable=True), "metadata editable"),
    ("ids", renamed("run", "Run_1"), "cell Run_1: its id is not kebab-case"),
    ("ids", renamed("run", "run-" * 10 + "x"), "up to 40 letters"),
    ("ids", renamed("run", "a3f2b1c9"), "made up by a program"),
    ("known-tags", tagged("run", "hide"), "cell run: tag hide is unknown"),
    ("known-tags", tagged("run", "source-in-4"), "tag source-in-4 is unknown"),
    ("known-tags", tagged("run", "error-E0373"), "without raises-exception"),
    ("known-tags", tagged("run", "source-sec-1"), "belongs to text"),
    ("known-tags", tagged("title", "source-in-2"), "belongs to code"),
    ("header", source("title", "# Good", "Good"), "first cell is not the header"),
    ("header", source("title", "**Before:**", "Before"), "lacks **Before:**"),
    ("header", source("title", "**Question.**", "**Reproduces** **Question.**"), "order"),
    ("header", source("title", "5 minutes", "short"), "**Time:** N minutes"),
    ("setup", tagged("setup"), "0 cells tagged knobs"),
    ("setup", tagged("run", "knobs"), "2 cells tagged knobs"),
    ("setup", source("setup", ":dep", "// :dep"), "does not begin with the line :dep"),
    ("setup", source("setup", "::check", "::*"), "takes everything"),
    ("setup", source("setup-text", "Setup", "Start"), "is not `## Setup`"),
    ("exercises", source("exercises", "Exercises", "Tasks"), "no heading"),
    ("exercises", without("exercise-two", "exercise-two-check", "exercise-two-solution"),
     "1 exercises, at least 2"),
    ("exercises", without("exercise-two-check"), "exercise-two has no check"),
    ("exercises", without("exercise-two"), "exercise-two has no stub"),
    ("exercises", lambda c: c["all"].cells.insert(8, c["all"].cells.pop(9)), "the order"),
    ("exercises", source("exercise-two-check", "check(", "assert("), "neither `check` nor"),
    ("exercises", source("exercise-two-solution", "details", "div"), "not folded"),
    ("exercises", source("exercise-two-solution", "\n\n```rust", "\n\n```rust\n```\n```rust"),
     "2 blocks of code"),
    ("key-points", source("key-points", "Key points", "Summary"), "no heading"),
    ("key-points", source("key-points", "- One.", "One."), "no list"),
    ("navigation", source("key-points", "03-c.ipynb", "01-a.ipynb"),
     "Next links 01-a.ipynb, not 03-c.ipynb"),
    ("navigation", source("key-points", "**Previous:**", "Previous:"),
     "Previous links nothing, not 01-a.ipynb"),
    ("cell-length", source("run", "timeline()", LONG), "cell run: 16 lines, at most 15"),
    ("cell-length", lambda c: [c[i].update(source="1;\n" * 4 + "1") for i in c
                               if i != "all" and c[i].cell_type == "code"],
     "median of its code cells is 5 lines"),
    ("rhythm", five_in_a_row, "6 code cells in a row from here"),
    ("rhythm", source("run", "timeline()", " "), "cell run: empty"),
    ("ascii-code", source("run", "timeline", "Stra\xdfe"), "non-ASCII: \xdf"),
    ("heading-order", source("run-text", "## Run", "# Run"), "2 headings of level 1"),
    ("heading-order", source("run-read", "### Read", "#### Read"), "from level 2 to 4"),
    ("heading-order", source("run-read", "Read", "Caf\xe9"), "is not ASCII"),
    ("plain-markdown", source("run-read", "a while", "$n^2$"), "LaTeX: $n^2$"),
    ("plain-markdown", source("run-read", "a while", "\\(n\\)"), "LaTeX"),
    ("plain-markdown", source("run-read", "a while", "a while[^1]"), "a footnote"),
    ("plain-markdown", source("run-read", "It", "> [!NOTE]\n> It"), "a callout"),
    ("plain-markdown", source("run-read", "a while", "\U0001f373"), "an emoji"),
    ("code-blocks", source("run-read", "It took", "```mermaid\na\n```\nIt took"),
     "is mermaid, must be"),
    ("code-blocks", source("run-read", "It took", "```\na\n```\nIt took"), "unmarked"),
    ("code-blocks", source("run-read", "It took", "    let a = 1;\n\nIt"), "indented"),
    ("links", source("setup-text", "01-a.ipynb", "04-d.ipynb"), "no such file"),
    ("links", source("setup-text", "#Good", "#Bad"), "no such heading or cell"),
    ("links", source("setup-text", "01-a.ipynb", "/etc/hosts"), "is not relative"),
    ("links", source("setup-text", "01-a.ipynb", "../../x"), "leaves the checkout"),
    ("links", source("run-read", "bars.svg", "missing.svg"), "no such file"),
    ("alt-text", source("run-read", "![two bars]", "![]"), "image bars.svg has no text"),
    ("alt-text", source("run-read", "It", '<img src="a" alt=" "> It'), "<img> without"),
    ("never-run", lambda c: c["run"].update(execution_count=None), "cell run: it was"),
    ("outcomes", tagged("refused"), "cell refused: error"),
    ("outcomes", tagged("refused", "raises-exception", "error-E0308"), "expected E0308"),
    ("outcomes", tagged("run", "raises-exception"), "did not fail"),
    ("outcomes", printing("setup", "stderr", "burnt\n"), "cell setup: text on stderr"),
    ("outcomes", printing("setup", "stdout", "/home/ada/x\n"), "home folder /home/ada"),
    ("failed-claims", showing("run", "text/html", '<p data-claim="fails"></p>'),
     "cell run: a claim in its saved output does not hold"),
    ("output-alt-text", showing("run", "text/html", '<img src="x">'), "without alt"),
    ("output-alt-text", showing("run", "image/png", "AA"), "a bare image/png"),
    ("unread-figures", without("run-read", "refused"), "cell run: neither text nor"),
    ("unread-figures", source("run-read", "It took", "## Next\n\nIt took"),
     "cell run: neither text nor"),
]  # fmt: skip


class EachRule(Course):
    def test_a_good_notebook_keeps_all(self) -> None:
        self.assertEqual(self.found(ALL_RULES, self.lesson(lambda cells: None)), [])

    def test_each_is_seen_to_fail(self) -> None:
        rules = {name_of(rule): rule for rule in ALL_RULES}
        for name, change, said in BROKEN:
            with self.subTest(rule=name, says=said):
                found = self.found([rules[name]], self.lesson(change))
                self.assertTrue(found, "nothing was found")
                self.assertTrue(any(said in line for line in found), found)
                self.assertTrue(all(line.endswith(f" [{name}]") for line in found))
        tested_below = {"stale-outputs"}
        self.assertEqual({name for name, _, _ in BROKEN} | tested_below, set(rules))

    def test_a_file_that_saving_would_change_is_told(self) -> None:
        path = self.course[1]
        for old, new, said in [
            ('"name": "rust"', '"name": "python3"', "metadata is not what"),
            ('"metadata": {}', '"metadata":  {}', "saving it would change the file"),
        ]:
            self.lesson(lambda cells: None)
            path.write_text(path.read_text().replace(old, new))
            lesson = Lesson.open(path, self.course, self.root)
            self.assertIn(said, "".join(self.found(ALL_RULES, lesson)))

    def test_each_is_documented(self) -> None:
        for rule in [*ALL_RULES, coverage]:
            self.assertGreater(len(rule.__doc__ or ""), 20, name_of(rule))


class Outputs(Course):
    def stale(self, change: Callable[[NotebookNode], None]) -> list[str]:
        lesson = self.lesson(lambda cells: None)
        change(lesson.notebook)
        return self.found(command.OF_OUTPUTS, lesson)

    def test_changed_code_and_changed_tags_make_them_stale(self) -> None:
        for change in [
            lambda n: n.cells[2].update(source=SETUP + "\nconst N: u8 = 1;"),
            lambda n: n.cells[4].metadata.update(tags=[]),
            lambda n: n.cells.insert(5, code("new", "1")),
        ]:
            [found] = self.stale(change)
            told = "its code or tags changed since its outputs were made"
            self.assertIn(f"{told}: `./kernel-setup.sh run 02` [stale-outputs]", found)

    def test_changed_crates_make_them_stale(self) -> None:
        crate = self.root / "crates/notebook/src/lib.rs"
        crate.parent.mkdir(parents=True)
        crate.write_text("pub fn boil() {}\n")
        lesson = self.lesson(lambda cells: None)
        told = (
            "notebooks/02-b.ipynb: the crates changed since its outputs were made: "
            "`./kernel-setup.sh run 02` [stale-outputs]"
        )
        for more, found in [("// Eggs.\n", []), ("pub fn fry() {}\n", [told])]:
            crate.write_text(crate.read_text() + more)
            self.assertEqual(self.found(command.OF_OUTPUTS, lesson), found)

    def test_outputs_from_before_the_crates_counted_are_stale(self) -> None:
        [found] = self.stale(lambda n: n.metadata.course.pop("made_with"))
        self.assertIn("the crates changed", found)

    def test_another_key_beside_the_fingerprints_is_told(self) -> None:
        [found] = self.stale(lambda n: n.metadata.course.update(eggs="two"))
        self.assertIn("metadata eggs is unknown", found)

    def test_changed_text_does_not(self) -> None:
        change = source("run-read", "a while", "long")
        self.assertEqual(self.stale(lambda n: change({c.id: c for c in n.cells})), [])

    def test_claims_that_hold_or_could_not_be_tested_are_no_findings(self) -> None:
        page = '<p data-claim="holds"></p><p data-claim="untested"></p>'
        lesson = self.lesson(showing("run", "text/html", page))
        self.assertEqual(self.found(command.OF_OUTPUTS, lesson), [])

    def test_outputs_of_another_tool_are_told(self) -> None:
        found = self.stale(lambda n: n.metadata.pop("course"))
        self.assertIn("were not made by `course run`", found[0])

    def test_a_notebook_that_was_never_run_is_told_once(self) -> None:
        def never(notebook: NotebookNode) -> None:
            notebook.metadata.pop("course")
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.update(outputs=[], execution_count=None)

        self.assertEqual(len(self.stale(never)), 1)

    def test_only_an_executed_notebook_gets_a_fingerprint(self) -> None:
        executed = good()
        save(executed, self.course[0], "eggs")
        self.assertEqual(executed.metadata.course.outputs_of, outputs_of(good()))
        self.assertEqual(executed.metadata.course.made_with, "eggs")
        for cell in executed.cells:
            cell.pop("execution_count", None)
        save(executed, self.course[0], "eggs")
        self.assertNotIn("course", executed.metadata)


class TheCourse(Course):
    def test_each_piece_of_the_source_that_is_not_covered_is_told(self) -> None:
        pieces = {tag for _, _, tag in SOURCE}
        told = "\n".join(coverage([self.lesson(lambda cells: None)]))
        for tag in pieces - {"source-sec-1", "source-in-2"}:
            self.assertIn(f"no cell is tagged {tag}", told)
        self.assertNotRegex(told, r"tagged (source-sec-1|source-in-2)\n")

    def test_the_table_names_notebook_and_cell(self) -> None:
        shown = table([self.lesson(lambda cells: None)])
        self.assertRegex(shown, r"In \[2\] .* source-in-2 +02-b run\n")
        self.assertRegex(shown, r"In \[3\] .* source-in-3 +MISSING\n")


class CommandLine(Course):
    def check(self, *arguments: str) -> tuple[int, str]:
        options = command_line.parse(["--root", str(self.root), "check", *arguments])
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(out),
        ):
            return options.main(options), out.getvalue()

    def test_one_line_for_each_finding(self) -> None:
        self.assertEqual(self.check("02")[0], 0)
        self.lesson(source("run", "timeline()", LONG))
        status, said = self.check("02")
        self.assertEqual(status, 1)
        first = "notebooks/02-b.ipynb cell run: 16 lines, at most 15 [cell-length]\n"
        self.assertTrue(said.startswith(first), said)
        self.assertIn("findings: 1", said)

    def test_outputs_may_be_left_out(self) -> None:
        self.lesson(printing("setup", "stderr", "burnt\n"))
        self.assertEqual(self.check("02")[0], 1)
        self.assertEqual(self.check("02", "--no-outputs")[0], 0)

    def test_the_source_is_asked_for_in_the_whole_course_alone(self) -> None:
        self.assertNotIn("[coverage]", self.check("02")[1])
        self.assertIn("notebooks: source In [3], ", self.check("--no-outputs")[1])
        self.assertEqual(self.check("--coverage")[0], 1)

    def test_a_torn_file_and_an_unknown_name_are_told(self) -> None:
        self.course[2].write_text('{"cells": [')
        status, said = self.check("03")
        self.assertEqual(status, 1)
        self.assertIn("notebooks/03-c.ipynb is not a notebook: ", said)
        self.assertEqual(self.check("7")[0], 2)

    def test_incomplete_exercises_are_told_before_a_kernel_starts(self) -> None:
        self.lesson(without("exercise-two-check"))
        self.assertIn("exercise-two has no check", self.check("02", "--exercises")[1])


class Exercises(Course):
    def test_each_is_checked_left_alone_and_then_solved(self) -> None:
        notebook = solved(self.lesson(lambda cells: None))
        cells = {cell.id: cell for cell in notebook.cells}
        order = list(cells)
        place = order.index("exercise-two")
        self.assertEqual(order[place + 1 : place + 4], [
            "exercise-two-check",
            "exercise-two-solution-run",
            "exercise-two-check-solved",
        ])  # fmt: skip
        self.assertEqual(cells["exercise-two-solution-run"].source, "let a = 2;")
        self.assertEqual(
            cells["exercise-two-check-solved"].source, 'check("two", a == 2)'
        )

    def test_wrong_answers_are_told(self) -> None:
        right = {"exercise-x-check": "false", "exercise-x-check-solved": "true"}
        for early, late, wrong in [
            ("false", "true", []),
            ("true", "true", ["the exercise as it is it says true, not false"]),
            ("false", "false", ["its solution it says false, not true"]),
            ("", "true", ["the exercise as it is it says nothing, not false"]),
        ]:
            html = [f'<p data-check="{said}">' for said in (early, late)]
            cells = [code(n, "", shown=page) for n, page in zip(right, html)]
            told = wrong_answers(new_notebook(cells=cells))
            self.assertEqual(len(told), len(wrong), told)
            for line, part in zip(told, wrong):
                self.assertIn(part, line)
