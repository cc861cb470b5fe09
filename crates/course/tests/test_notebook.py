"""What can be tested of `course run` without a kernel."""

from __future__ import annotations

import json
import stat
import tempfile
import unittest
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.notebook.files import find, read, replace_knobs, save
from course.notebook.verdict import claims, judge, leaks


def cell_with(*outputs: NotebookNode, source: str = "", tags: str = "") -> NotebookNode:
    metadata = {"tags": tags.split()}
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def error(*traceback: str) -> NotebookNode:
    return new_output("error", ename="Error", evalue="", traceback=list(traceback))


def stderr(text: str) -> NotebookNode:
    return new_output("stream", name="stderr", text=text)


class Knobs(unittest.TestCase):
    def turned(self, source: str, **knobs: str) -> str:
        notebook = new_notebook(cells=[cell_with(source=source, tags="knobs")])
        replace_knobs([notebook], knobs)
        return notebook.cells[0].source

    def test_only_the_value_changes(self) -> None:
        for old, new in [
            (
                "const N: u32 = 3; // now; or later",
                "const N: u32 = 7; // now; or later",
            ),
            ("let N = 3;", "let N = 7;"),
            ("let N = (3);", "let N = 7;"),
            (
                "const N: f64 = notebook::time_scale(1.0); // now",
                "const N: f64 = notebook::time_scale(7); // now",
            ),
            ("let mut N: [u8; 2] = [0; 2];", "let mut N: [u8; 2] = 7;"),
            (
                "const A: u8 = 1;\nconst N: u8 = 3;",
                "const A: u8 = 1;\nconst N: u8 = 7;",
            ),
        ]:
            self.assertEqual(self.turned(old, N="7"), new)

    def test_a_value_is_taken_as_it_is(self) -> None:
        self.assertEqual(self.turned("let N = 3;", N=r"\1"), r"let N = \1;")

    def test_an_unknown_name_is_an_error(self) -> None:
        for source in ["const NN: u32 = 3;", "// const N", "N = 3;"]:
            with self.assertRaisesRegex(ValueError, "--set N: no cell"):
                self.turned(source, N="7")

    def test_one_notebook_with_the_knob_is_enough(self) -> None:
        other = new_notebook(cells=[cell_with(source="let N = 3;")])
        knobs = new_notebook(cells=[cell_with(source="let N = 3;", tags="knobs")])
        replace_knobs([other, knobs], {"N": "7"})
        self.assertEqual(other.cells[0].source, "let N = 3;")


class Verdicts(unittest.TestCase):
    def test_one_of_the_expected_codes_is_enough(self) -> None:
        coloured = error("\x1b[31m[E0373] Error:\x1b[0m closure may outlive")
        tags = "raises-exception error-E0373 error-E0521"
        self.assertIsNone(judge(cell_with(coloured, tags=tags), []))

    def test_a_hidden_code_is_explained(self) -> None:
        tags = "raises-exception error-E0308"
        failure = judge(cell_with(error("mismatched"), source="// \xe4", tags=tags), [])
        self.assertIn("no code (a non-ASCII letter in a cell hides it)", failure.reason)

    def test_a_tag_for_errors_allows_no_stderr(self) -> None:
        cell = cell_with(error("mismatched"), stderr("x\n"), tags="raises-exception")
        self.assertEqual(judge(cell, []).reason, "text on stderr")

    def test_a_lost_process_is_never_expected(self) -> None:
        lost = error("Subprocess terminated with status: signal: 6 (SIGABRT)")
        cell = cell_with(lost, tags="raises-exception stderr-expected")
        self.assertIn("its process ended", judge(cell, []).reason)

    def test_a_value_shown_as_debug_text_fails(self) -> None:
        raw = {"text/plain": "Check { passed: true, task: 1 }"}
        for data, fails in [
            (raw, True),
            (raw | {"text/html": "<p></p>"}, False),
            ({"text/plain": "[1, 2]"}, False),
        ]:
            output = new_output("execute_result", data=data, execution_count=2)
            self.assertEqual(judge(cell_with(output), []) is not None, fails)

    def test_only_whole_paths_leak(self) -> None:
        for text, found in [
            ("/a/b/c", ["/a/b"]),
            ("in '/a/b'", ["/a/b"]),
            ("/a/bc", []),
            ("/x/a/b", []),
        ]:
            output = new_output("stream", name="stdout", text=text)
            self.assertEqual(leaks(cell_with(output), ["/a/b"]), found)

    def test_claims_are_read_from_html_alone(self) -> None:
        page = '<p data-claim="fails">a</p><p data-claim="untested">b</p>'
        data = {"text/html": page, "text/plain": "a, b"}
        shown = new_output("execute_result", data=data, execution_count=2)
        printed = new_output("stream", name="stdout", text=page)
        found = claims(cell_with(shown, printed))
        self.assertEqual(found, [("fails", "a, b"), ("untested", "a, b")])


class Files(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ["03-b", "03-a", "10-c"]:
            (self.folder / f"{name}.ipynb").write_text("")

    def found(self, *names: str) -> list[str]:
        return [path.stem for path in find(self.folder, list(names))]

    def test_names(self) -> None:
        self.assertEqual(self.found(), ["03-a", "03-b", "10-c"])
        self.assertEqual(self.found("10", "03-a.ipynb", "10-c"), ["10-c", "03-a"])
        self.assertEqual(self.found(str(self.folder / "03-b.ipynb")), ["03-b"])
        with self.assertRaisesRegex(
            ValueError, "several .* '03'; there are: 03-a, 03-b"
        ):
            self.found("03")
        with self.assertRaisesRegex(ValueError, "no notebook .* '1'; there are: 03-a"):
            self.found("1")

    def test_double_ids_are_refused(self) -> None:
        path = self.folder / "10-c.ipynb"
        notebook = new_notebook(cells=[new_code_cell("1", id="same")])
        path.write_text(json.dumps(notebook))
        self.assertEqual(read(path).cells[0].id, "same")
        notebook.cells *= 2
        path.write_text(json.dumps(notebook))
        with self.assertRaisesRegex(ValueError, "10-c.ipynb is not a notebook: .*same"):
            read(path)

    def test_saving_keeps_the_mode_and_nothing_else(self) -> None:
        path = self.folder / "10-c.ipynb"
        path.chmod(0o640)
        save(new_notebook(metadata={"title": "x"}), path, "")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertEqual(list(read(path).metadata), ["kernelspec"])
        self.assertEqual(len(list(self.folder.iterdir())), 3)
