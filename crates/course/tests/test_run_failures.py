"""How `course run` fails, on small notebooks and the real kernel."""

from __future__ import annotations

import signal

from course.tests.checkout import Checkout, cell, hang

SUM = cell("sum", "", "1 + 1")
MISMATCH = "let s: String = 3;"


class Failures(Checkout):
    def test_each_kind_of_failure_is_told_with_its_cell(self) -> None:
        before = self.write(
            "01-wrong",
            [
                cell("panics", "", 'panic!("no more eggs")'),
                cell("asserts", "", "assert_eq!(1, 2);"),
                cell("question", "", 'let n: u8 = "many".parse()?;'),
                cell("mistyped", "", MISMATCH),
                cell("as-expected", "raises-exception error-E0308", MISMATCH),
                cell("another-code", "raises-exception error-E0373", MISMATCH),
                cell("does-not-fail", "raises-exception", "let k = 3;"),
                cell("writes", "", 'eprintln!("burnt");'),
                cell("may-write", "stderr-expected", 'eprintln!("burnt");'),
                cell(
                    "leaks", "", 'println!("{}", std::env::current_dir()?.display());'
                ),
                cell("aborts", "", "std::process::abort()"),
                cell("hangs", "", "loop { std::thread::park(); }"),
                SUM,
            ],
        )
        run = self.run_notebooks("--keep-going", "--timeout", "15")

        self.assertEqual(run.code, 1, run)
        for name, reason, report in [
            ("panics", "panic", "no more eggs"),
            ("asserts", "panic", "assertion `left == right` failed"),
            ("question", "error", "Error: invalid digit found in string"),
            ("mistyped", "error", "[E0308] Error: mismatched types"),
            (
                "another-code",
                "expected E0373, the report has E0308",
                "mismatched types",
            ),
            ("does-not-fail", "it is tagged raises-exception and did not fail", ""),
            ("writes", "text on stderr", "burnt"),
            ("leaks", "its output shows a path of this machine", ""),
            ("aborts", "its process ended, all variables are lost", "SIGABRT"),
            ("hangs", "no answer within 15 s", ""),
        ]:
            with self.subTest(cell=name):
                told = run.failure(name)
                self.assertIn(reason, told)
                self.assertIn(report, told)
        self.assertEqual(run.output.count("FAILED cell"), 10, run)
        self.assertIn("01-wrong  12/13  hangs  running for", run.output)
        self.assertNotIn("\x1b", run.output, "colours in a file")
        self.assertEqual(self.read("notebooks/01-wrong.ipynb"), before)
        self.assertIn("no more eggs", self.read("target/failed/01-wrong.ipynb"))

    def test_what_cannot_be_run_is_refused_before_a_kernel_starts(self) -> None:
        self.write("03-fibonacci", [SUM])
        (self.root / "notebooks/05-torn.ipynb").write_text('{"cells": [')
        copies = ["--output", "copies"]
        for arguments, error in [
            (["7"], "no notebook is called '7'; there are: 03-fibonacci, 05-torn"),
            (["05"], "05-torn.ipynb is not a notebook"),
            (["03", "--set", "N=1", *copies], "--set N: no cell tagged `knobs`"),
            (["03", "--set", "N"], "'N' is not NAME=VALUE"),
            (["03", "--clear"], "--clear would change the notebooks themselves"),
            (
                ["03", "--clear", "--output", "notebooks"],
                "--clear would change the notebooks",
            ),
        ]:
            with self.subTest(arguments=arguments):
                run = self.run_notebooks(*arguments)
                self.assertEqual(run.code, 2, run)
                self.assertIn(error, run.output)
        (self.root / ".venv").unlink()
        run = self.run_notebooks("03")
        self.assertEqual(run.code, 1, run)
        self.assertIn("set the course up with ./kernel-setup.sh", run.output)


class Interruption(Checkout):
    def test_ctrl_c_leaves_no_process_and_no_change(self) -> None:
        before = self.write("01-hangs", [cell("hangs", "", hang("processes"))])
        self.end(self.begin("run"), signal.SIGINT, ["processes"])
        self.assertEqual(self.read("notebooks/01-hangs.ipynb"), before)
