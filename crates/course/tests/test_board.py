"""`course board` as a teacher and a class use it: addresses, lines, the page's state."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import stat
import subprocess
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from course.board import command
from course.tests.checkout import ROOT, Checkout
from course.tests.pupils import line, lines_of, mark, text


class Serving(Checkout):
    """A checkout whose board is served, by `self.open`."""

    def setUp(self) -> None:
        super().setUp()
        (self.root / "notebooks").rmdir()
        (self.root / "notebooks").symlink_to(ROOT / "notebooks")
        self.page = self.lines = ""

    def open(self, *arguments: str) -> subprocess.Popen:
        """Start the board, and wait until it says where it is."""
        process = self.begin("board", *(arguments or ("--port", "0")))
        self.addCleanup(self.close, process)
        told = "".join(process.stdout.readline() for _ in range(5))
        self.assertIn("Ctrl+C", told)
        self.page = re.search(r"http://\S+/board/\S+/", told)[0]
        self.lines = re.search(r"COURSE_BOARD=(\S+)", told)[1]
        return process

    def close(self, process: subprocess.Popen) -> tuple[int, str]:
        with process:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        return process.returncode, out + err

    def state(self, until: Callable[[dict], bool]) -> dict[str, Any]:
        """Return what the page hears, once it is so."""
        with urllib.request.urlopen(f"{self.page}events", timeout=60) as events:
            for told in events:
                if told.startswith(b"data: "):
                    state = json.loads(told[6:])
                    if until(state):
                        return state
        raise AssertionError("the board has closed its events")


def answer(address: str, body: bytes | None = None) -> int:
    """Return the status of a request; 0 if the connection was closed instead."""
    try:
        with urllib.request.urlopen(address, body, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


class TestBoard(Serving):
    def test_a_class_is_shown_while_it_works(self) -> None:
        self.open()
        every = [told for number in range(1, 31) for told in lines_of(number)]
        with ThreadPoolExecutor(30) as class_room:
            answers = {
                *class_room.map(lambda told: answer(self.lines, text(told)), every)
            }
        self.assertEqual(answers, {204})
        state = self.state(lambda state: state["lines"] == len(every))
        self.assertEqual((state["learners"], state["refused"]), (30, 0))
        [serial] = [q for q in state["questions"] if q["key"] == "03-fibonacci serial"]
        self.assertEqual(serial["unit"], "seconds")
        self.assertEqual((len(serial["guesses"]), len(serial["measured"])), (30, 30))
        self.assertIn("How long will Rust need here?", serial["text"])
        self.assertEqual(len(state["curves"]), 30)
        for both in state["quiz"].values():
            for counts in both.values():
                self.assertEqual(sum(counts.values()), 30)
        # No mark leaves the board, which could be put together with a learner's file.
        self.assertNotIn(mark(7), json.dumps(state))
        # It is live: what comes now is told to whoever looks already.
        later = line(7, "measured", guess=None, measured={"seconds": 99})
        answer(self.lines, text(later | {"cell": "guess-serial"}))
        state = self.state(lambda state: state["lines"] == len(every) + 1)
        [serial] = [q for q in state["questions"] if q["key"] == "03-fibonacci serial"]
        self.assertEqual((len(serial["guesses"]), max(serial["measured"])), (30, 99))

    def test_nobody_comes_in_without_the_token(self) -> None:
        self.open()
        token, other = (
            a.rstrip("/").rsplit("/", 1)[1] for a in (self.lines, self.page)
        )
        # 128 bits and more, each letter being six.
        self.assertTrue(len(token) >= 22 and len(other) >= 22 and token != other)
        self.assertEqual(answer(self.page), 200)
        self.assertEqual(answer(f"{self.page}board.js"), 200)
        wrong = [
            self.page.replace(other, token),
            self.page.replace(other, other[:-1]),
            self.page.replace(other, "%00"),
            self.page.replace(other, token) + "events",
            self.page.replace(other, "x") + "board.js",
        ]
        self.assertEqual([answer(address) for address in wrong], [403] * 5)
        for place in (
            self.lines[:-1],
            self.lines + "x",
            self.lines.replace(token, other),
        ):
            self.assertEqual(answer(place, text(line())), 403)
        for path in ("..%2fcommand.py", "../command.py", "command.py"):
            self.assertIn(answer(self.page + path), (403, 404))
        with urllib.request.urlopen(self.page) as page:
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.state(lambda _: True)["lines"], 0)

    def test_hostile_lines_are_refused_and_counted(self) -> None:
        self.open()
        script = line(guess={"words": ["<script>alert(1)</script>"]})
        turned = line(guess={"words": ["\u202eskaet"]})
        for body in (text(script), text(turned), b"nonsense", b""):
            self.assertEqual(answer(self.lines, body), 400)
        self.assertIn(answer(self.lines, b"x" * 1_000_000), (0, 400, 413))
        many = [answer(self.lines, text(line(2))) for _ in range(600)]
        self.assertIn(429, many)
        # Others go on.
        self.assertEqual(answer(self.lines, text(line(3))), 204)
        state = self.state(lambda state: state["learners"] == 2)
        self.assertEqual(state["refused"], 4)

    def test_a_word_that_is_not_in_the_question_is_not_shown(self) -> None:
        self.open()
        where = {"notebook": "08-right-or-only-compiled", "cell": "p1-vote"}
        for number, word in enumerate(("refused", "Right", "rubbish"), 1):
            told = line(number, guess={"words": [word]}, **where)
            self.assertEqual(answer(self.lines, text(told)), 204)
        state = self.state(lambda state: state["lines"] == 3)
        [vote] = state["questions"]
        self.assertEqual(vote["guesses"], ["refused", "right", "something else"])

    def test_started_again_it_goes_on_and_begins_anew_if_asked(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        process = self.open("--port", port)
        answer(self.lines, text(line()))
        self.state(lambda state: state["lines"] == 1)
        private = self.root / "target/board"
        self.assertEqual(stat.S_IMODE(private.stat().st_mode), 0o700)
        busy = self.course("board", "--port", port)
        self.assertEqual(busy.code, 2)
        self.assertIn("name another --port", busy.output)
        before = self.page, self.lines
        code, told = self.close(process)
        self.assertEqual((code, "Traceback" in told), (0, False), told)
        process = self.open("--port", port)
        self.assertEqual((self.page, self.lines), before)
        self.assertEqual(self.state(lambda _: True)["lines"], 1)
        self.close(process)
        self.open("--port", port, "--new")
        self.assertEqual(self.state(lambda _: True)["lines"], 0)
        self.assertFalse({*before} & {self.page, self.lines})

    def test_a_shared_folder_is_a_letter_box(self) -> None:
        folder = self.root / "shared/lines"
        self.open("--port", "0", "--folder", str(folder))
        self.assertEqual(self.lines, str(folder.resolve()))
        # Everybody may put something in, nobody sees what is there.
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o1733)
        for number in range(1, 31):
            told = b"".join(text(told) + b"\n" for told in lines_of(number))
            (folder / f"{mark(number)}.jsonl").write_bytes(told)
        state = self.state(lambda state: state["learners"] == 30)
        self.assertEqual(state["refused"], 0)

    def test_a_bad_option_is_told_in_a_sentence(self) -> None:
        file = self.root / "file"
        file.touch()
        for options, says in [
            (("--folder", str(file)), "is no folder"),
            (("--listen", "nowhere.invalid"), "no such address"),
            (("--listen", "192.0.2.77"), "name another --port or --listen"),
            (("--port", "99999"), "up to 65535"),
        ]:
            run = self.course("board", *options)
            self.assertEqual(
                (run.code, "Traceback" in run.output), (2, False), str(run)
            )
            self.assertIn(says, run.output)

    def test_by_itself_no_other_machine_reaches_it(self) -> None:
        own = command.own_address()
        if own == "127.0.0.1":
            self.skipTest("this machine has no other address")
        for listen, reached in ((), False), (("--listen", "0.0.0.0"), True):
            process = self.open("--port", "0", *listen)
            port = int(re.search(r":(\d+)/", self.page)[1])
            seen = False
            with contextlib.suppress(OSError), socket.create_connection((own, port), 5):
                seen = True
            self.assertEqual(seen, reached)
            self.assertEqual(own in self.lines, reached)
            self.close(process)


if __name__ == "__main__":
    unittest.main()
