"""Each rule of `course check` passes a good notebook and is seen to fail."""

from __future__ import annotations

from collections.abc import Callable

from course.check.lesson import Lesson, name_of
from course.check.rules.source import coverage
from course.tests.lesson import (
    ALL_RULES,
    LONG,
    PREDICT,
    VOTE,
    Course,
    code,
    printing,
    renamed,
    showing,
    source,
    tagged,
    text,
    without,
)


def five_in_a_row(cells: dict) -> None:
    cells["all"].cells[6:6] = [code(f"more-{n}", "1") for n in range(4)]
    del cells["all"].cells[5]


def extra_part(cells: dict) -> None:
    place = cells["all"].cells.index(cells["more-run"])
    cells["all"].cells.insert(
        place, text("more-yet", "### More yet\n\nStill more.", "extra")
    )


def on_slide(name: str, **words: str | None) -> Callable[[dict], None]:
    """Change what a cell says of its slide; None takes a word away."""

    def change(cells: dict) -> None:
        mark = cells[name].metadata["slide"] | words
        cells[name].metadata["slide"] = {k: v for k, v in mark.items() if v is not None}

    return change


PARTS = ["", "-check", "-solution", "-wrong"]

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
    ("exercises", without(*(f"exercise-two{part}" for part in PARTS)),
     "2 exercises, at least 3"),
    ("exercises", without("exercise-two-wrong"), "two names no typical wrong answer"),
    ("exercises", source("exercise-two-wrong", "```rust\nlet a = 3;\n```", "3"), "no block"),
    ("exercises", source("exercise-two-wrong", "Typical", "Common"), "not folded"),
    ("exercises", without("exercise-two-check"), "exercise-two has no check"),
    ("exercises", without("exercise-two"), "exercise-two has no stub"),
    ("exercises", lambda c: c["all"].cells.insert(13, c["all"].cells.pop(14)), "the order"),
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
    ("layers", tagged("run"), "cell run: it is tagged neither core nor extra"),
    ("layers", tagged("run", "core", "extra"), "or both"),
    ("layers", source("more", "**Extra.** There", "There"), "does not begin with `**Extra"),
    ("layers", tagged("run", "extra"), "cell run: what is extra does not begin"),
    ("layers", extra_part, "cell more-yet: its heading is extra, and no `**Extra.**` says so"),
    ("skippable", source("exercise-two", "let a", "let b = more; let a"),
     "cell exercise-two: it needs more of the extra cell more-run"),
    ("minutes", source("title", "5 minutes", "7 minutes"), "core: it says 7 minutes, not 5"),
    ("minutes", source("title", "5 minutes", "5 minutes, 9 with all that is marked *extra*"),
     "all: it says 9 minutes"),
    ("guesses", without("predict-eggs"), "cell predict-text: no cell for the guess"),
    ("guesses", source("predict-eggs", "?;", "?; 1"), "a guess is `let NAME"),
    ("guesses", source("predict-eggs", PREDICT, VOTE.replace("-   -", "J   -")), "a table of dashes"),
    ("guesses", source("predict-text", "**Predict.**", "Guess."), "does not say **Predict.**"),
    ("guesses", tagged("eggs", "core"), "no cell tagged answer follows it"),
    ("unique-headings", source("more", "### More", "### Read"), "2 headings are called 'Read'"),
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
    ("slides", on_slide("run-text", title=None), "9 slides, 10 to 14"),
    ("slides", on_slide("setup-text", title=None), "the first mark of a slide has no title"),
    ("slides", on_slide("run-text", head="Eggs"), "its slide has head; known: title"),
    ("slides", on_slide("run-text", text=" "), "something else than words"),
    ("slides", lambda c: c["run"].metadata.update(slide="Eggs"), "something else than words"),
    ("slides", on_slide("run-text", show="figure"), "shows figure; it may show: table, list"),
    ("slides", on_slide("run-text", title="Eggs " * 17), "85 letters, at most 80"),
    ("slides", on_slide("run-text", text=None), "nothing below the headline"),
    ("slides", on_slide("run", show="figure code"), "shows figure, code: one idea each"),
    ("slides", on_slide("run", show="claim", text="So."), "2 sentences, at most one"),
    ("slides", on_slide("run-read", title=None), "2 sentences, at most one"),
    ("slides", on_slide("run-text", text=None, guess="Two?"), "something answers it"),
    ("slides", lambda c: (on_slide("run", show="code")(c), c["run"].update(source="x" * 120)),
     "need letters of 14 pixels"),
    ("slide-outputs", on_slide("setup", show="figure"), "cell setup: its slide shows a missing"),
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
    ("unread-figures", without("run-read", "refused", "predict-text",
     "predict-eggs", "eggs", "more", "more-run"), "cell run: neither text nor"),
    ("unread-figures", source("run-read", "It took", "## Next\n\nIt took"),
     "cell run: neither text nor"),
]  # fmt: skip


class EachRule(Course):
    def test_a_good_notebook_keeps_all(self) -> None:
        self.assertEqual(self.found(ALL_RULES, self.lesson(lambda cells: None)), [])

    def test_a_guess_may_be_a_table(self) -> None:
        lesson = self.lesson(source("predict-eggs", PREDICT, VOTE))
        self.assertEqual(self.found(ALL_RULES, lesson), [])

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
