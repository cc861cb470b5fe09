"""What the board takes, and what it refuses."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import unittest
from multiprocessing import get_context
from pathlib import Path

from course.board import store as stores
from course.board.lines import LONGEST, Refused, read
from course.board.store import Busy, Store
from course.tests.pupils import line, lines_of, mark, text

WORD = {"guess": {"words": ["tasks"]}}


def write(path: Path, number: int, lines: int) -> None:
    """Hand over lines as a learner's process does, by a folder that is shared."""
    own = Store(path)
    for nth in range(lines):
        own.take(text(line(number, nth=nth)))


class TestLines(unittest.TestCase):
    def test_what_the_crate_writes_is_read(self) -> None:
        for told in lines_of(1):
            self.assertEqual(read(text(told)).kind, told["kind"])

    def test_a_hostile_line_is_refused(self) -> None:
        def words(word: object) -> dict:
            return {"guess": {"words": [word]}}

        hostile = [
            words("<script>alert(1)</script>"),
            words("a\u0000b"),
            words("a\nb"),
            words("abc\u202etxt"),
            words("\u2066tasks"),
            words("\u200ftasks"),
            words("t\u0336asks"),
            words("\ud800"),
            words("x" * 41),
            words(3),
            {"guess": {"words": ["tasks"] * 9}},
            {"guess": {"seconds": 1e16}},
            {"guess": {"seconds": True}},
            {"guess": {"seconds": "1"}},
            {"guess": {"seconds": 10**400}},
            {"guess": {"seconds": 1, "number": 1}},
            {"guess": {"hours": 1}},
            {"guess": None},
            {"mark": "Anna"},
            {"mark": "../" * 10 + "ab"},
            {"mark": mark(1) + "\n"},
            {"cell": "x" * 65},
            {"cell": "a/b"},
            {"cell": None},
            {"notebook": "<b>"},
            {"nth": -1},
            {"nth": 0.5},
            {"time": "now"},
            {"kind": "shout"},
            {"kind": ["guess"]},
            {"name": "Anna"},
        ]
        for fields in hostile:
            with self.subTest(fields=str(fields)[:60]), self.assertRaises(Refused):
                read(json.dumps(line(**fields)).encode("utf-8", "surrogatepass"))
        # None of them is refused for another reason.
        read(text(line(**WORD)))

    def test_what_is_no_line_is_refused(self) -> None:
        whole = text(line())
        for nonsense in [
            b"",
            b"\xff",
            b"nonsense",
            b"[" * LONGEST,
            b"3",
            b"null",
            b"[]",
            whole[:-1],
            whole + whole,
            whole.replace(b"0.3", b"NaN"),
            whole.replace(b"0.3", b"1e999"),
            b" " * LONGEST + whole,
            b"x" * 1_000_000,
        ]:
            with self.subTest(line=nonsense[:30]), self.assertRaises(Refused):
                read(nonsense)


class TestStore(unittest.TestCase):
    def setUp(self) -> None:
        temp = tempfile.TemporaryDirectory()
        self.addCleanup(temp.cleanup)
        self.folder = Path(temp.name)
        self.store = Store(self.folder)

    def test_thirty_writers_at_once_lose_no_line(self) -> None:
        """Fifteen learners, each in two processes, which write to one file."""
        lines = 100
        with get_context("fork").Pool(30) as pool:
            pool.starmap(write, [(self.folder, n // 2, lines) for n in range(30)], 1)
        seen = [(line.mark, line.nth) for line in self.store.news()]
        each = [(mark(n), nth) for n in range(15) for nth in range(lines)]
        self.assertEqual(sorted(seen), sorted(each * 2))
        self.assertEqual(self.store.refused, 0)
        self.assertEqual([*self.store.news()], [])

    def test_a_line_is_read_when_it_is_whole(self) -> None:
        path = self.folder / f"{mark(1)}.jsonl"
        whole = text(line(nth=1))
        path.write_bytes(whole + b"\n" + whole[:20])
        self.assertEqual(len([*self.store.news()]), 1)
        with path.open("ab") as file:
            file.write(whole[20:] + b"\n")
        self.assertEqual(len([*self.store.news()]), 1)
        self.assertEqual(self.store.refused, 0)

    def test_what_is_no_line_is_left_out_and_the_next_one_is_read(self) -> None:
        path = self.folder / f"{mark(1)}.jsonl"
        other = text(line(2))
        path.write_bytes(
            b"x" * 1_000_000 + b"\n" + other + b"\n" + text(line()) + b"\n"
        )
        seen = [line for _ in range(5) for line in self.store.news()]
        self.assertEqual([line.mark for line in seen], [mark(1)])
        self.assertGreaterEqual(self.store.refused, 2)

    def test_what_is_no_file_of_a_learner_is_not_read(self) -> None:
        secret = self.folder / "secret"
        secret.write_bytes(text(line(3)) + b"\n")
        (self.folder / f"{mark(3)}.jsonl").symlink_to(secret)
        # Whoever opened it to read would wait for somebody who writes.
        os.mkfifo(self.folder / f"{mark(4)}.jsonl")
        (self.folder / f"{mark(5)}.jsonl").mkdir()
        (self.folder / "notes.jsonl").write_bytes(text(line()) + b"\n")
        seen: list = []
        reads = threading.Thread(
            target=lambda: seen.extend(self.store.news()), daemon=True
        )
        reads.start()
        reads.join(20)
        self.assertFalse(reads.is_alive())
        self.assertEqual((seen, self.store.refused), ([], 0))

    def test_far_too_many_lines_of_one_learner_are_not_taken(self) -> None:
        with self.assertRaises(Busy):
            for nth in range(10 * stores.BURST):
                self.store.take(text(line(1, nth=nth % 100)))
        self.store.take(text(line(2)))
        seen = [line.mark for _ in range(5) for line in self.store.news()]
        self.assertGreaterEqual(seen.count(mark(1)), stores.BURST)
        self.assertEqual(seen.count(mark(2)), 1)
        # And in a folder that is shared.
        many = (text(line(3)) + b"\n") * (stores.MOST_LINES + 10)
        (self.folder / f"{mark(3)}.jsonl").write_bytes(many)
        seen = [line.mark for _ in range(20) for line in self.store.news()]
        self.assertEqual(seen.count(mark(3)), stores.MOST_LINES)

    def test_there_are_only_so_many_learners(self) -> None:
        for number in range(stores.MOST_LEARNERS):
            (self.folder / f"{mark(number)}.jsonl").touch()
        self.assertEqual([*self.store.news()], [])
        with self.assertRaises(Refused):
            self.store.take(text(line(stores.MOST_LEARNERS)))
        (self.folder / f"{mark(9999)}.jsonl").write_bytes(text(line(9999)) + b"\n")
        self.assertEqual([*self.store.news()], [])


if __name__ == "__main__":
    unittest.main()
