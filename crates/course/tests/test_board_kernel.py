"""A cell in a real kernel hands over to a board, and does not mind when there is none."""

from __future__ import annotations

import os
import socket
import tempfile
import unittest
from pathlib import Path
from time import monotonic

from course.bench.start import our_command, start
from course.tests.checkout import ROOT
from course.tests.test_board import Serving

LOAD = ':dep notebook = { path = "../crates/notebook" }\nuse notebook::*;'


class TestKernel(Serving):
    def kernel(self, board: str):
        temp = tempfile.TemporaryDirectory()
        self.addCleanup(temp.cleanup)
        variables = {
            "COURSE_BOARD": board,
            "JPY_SESSION_NAME": str(self.root / "my-notebooks/03-fibonacci.ipynb"),
            "JUPYTER_RUNTIME_DIR": temp.name,
        }
        manager, client, _ = start(ROOT, our_command(ROOT), Path(temp.name), variables)
        self.addCleanup(manager.shutdown_kernel, now=True)
        self.addCleanup(client.stop_channels)
        self.assertIn("ok", self.run_cell(client, "setup", LOAD)[0])
        return client

    def run_cell(self, client, cell: str, code: str) -> tuple[str, str]:
        """Run a cell as JupyterLab does, which says its id; return status and text."""
        content = {"code": code, "silent": False, "store_history": True}
        message = client.session.msg("execute_request", content)
        message["metadata"] = {"cellId": cell}
        client.shell_channel.send(message)
        texts = []
        while True:
            told = client.get_iopub_msg(timeout=60)
            if told["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            texts.append(told["content"].get("text", ""))
            if told["content"].get("execution_state") == "idle":
                break
        reply = client.get_shell_msg(timeout=60)
        return reply["content"]["status"], "".join(texts)

    def test_what_cells_find_is_on_the_board(self) -> None:
        self.open()
        client = self.kernel(self.lines)
        for cell, code in [
            ("predict-serial", 'let serial_guess = predict("0.5 s")?;'),
            (
                "guess-serial",
                "serial_guess.against(std::time::Duration::from_millis(7))",
            ),
            ("predict-parallel", 'let two = (predict("4 s")?, predict("5 s")?);'),
            ("claim-serial", 'claim("It is quick.").holds(true, "seen")'),
            ("exercise-four-check", 'check("four", false)'),
            ("exercise-four-check", 'check("four", true)'),
        ]:
            status, text = self.run_cell(client, cell, code)
            self.assertEqual(status, "ok", text)
        state = self.state(lambda state: state["lines"] == 7)
        seen = {q["key"]: (q["guesses"], q["measured"]) for q in state["questions"]}
        expected = {
            "03-fibonacci serial": ([0.5], [0.007]),
            "03-fibonacci threads": ([4], []),
            "03-fibonacci processes": ([5], []),
        }
        self.assertEqual(seen, expected)
        notebook = state["notebooks"]["03-fibonacci"]
        passed = {
            s["title"]: s["learners"]["1"]
            for s in notebook["stations"]
            if s["learners"]
        }
        four = passed["exercise: four"]
        self.assertEqual((four["passed"], four["tries"]), (True, 2))
        [claim] = notebook["claims"]
        self.assertEqual(claim["holds here"], 1)

    def test_a_board_that_is_away_costs_a_sentence(self) -> None:
        with socket.socket() as silent:
            # It takes connections and never answers.
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            client = self.kernel(f"http://127.0.0.1:{silent.getsockname()[1]}/lines/x")
            code = '(0..50).map(|_| predict("3").unwrap()).count()'
            texts, begun = [], monotonic()
            while not "".join(texts) and monotonic() - begun < 60:
                status, text = self.run_cell(
                    client, "predict-serial", f"let _ = {code};"
                )
                self.assertEqual(status, "ok", text)
                texts.append(text)
            for _ in range(3):
                texts.append(
                    self.run_cell(client, "predict-serial", f"let _ = {code};")[1]
                )
        told = "".join(texts)
        self.assertEqual(told.count("The class board does not answer"), 1, told)
        self.assertEqual(len(told.splitlines()), 1)


if __name__ == "__main__":
    os.environ.pop("COURSE_BOARD", None)
    unittest.main()
