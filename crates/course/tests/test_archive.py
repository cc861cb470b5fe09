"""`pack` and `unpack`: what was compiled goes to a machine of the same kind, and to no other."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from course.set_up import archive

ENTRY = '"evcxr_jupyter 9.9.9 (registry+https://index.example)" = ["evcxr_jupyter"]'
OTHER = '"ripgrep 1.0.0 (registry+https://index.example)" = ["rg"]'
LIBRARY, CELLS = "0123456789abcdef", "fedcba9876543210"
KIND = {
    "system": "Linux",
    "processor": "x86_64",
    "C library": "glibc 2.36",
    "Rust": "rustc 1.95.0 (1 2026-01-01)",
    "Rust kernel": "evcxr_jupyter 9.9.9",
}
REAL_RUN = subprocess.run
# What Cargo says of its build: a library of somebody else's, and a crate of the course.
BUILT = [
    {"package_id": "registry+x#it", "filenames": [f"/t/deps/libit-{LIBRARY}.rlib"]},
    {
        "package_id": "path+file:///x",
        "filenames": ["/t/deps/libours-aaaaaaaaaaaaaaaa.so"],
    },
]


class Archive(unittest.TestCase):
    """A checkout that was set up, a new one, and the kind of machine, which is not asked."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="course ")
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name)
        self.here = self.temp / "here"
        for name, text in [
            ("cargo/.crates.toml", f"[v1]\n{OTHER}\n{ENTRY}\n"),
            ("cargo/bin/evcxr_jupyter", "the kernel"),
            (f"target/release/deps/libit-{LIBRARY}.rlib", "a library"),
            (f"target/release/deps/it-{LIBRARY}.d", "/home/teacher"),
            (f"target/release/build/it-{LIBRARY}/build_script_build-{LIBRARY}", "run"),
            ("target/release/deps/libours-aaaaaaaaaaaaaaaa.so", "/home/teacher"),
            (f"target/warm/build/target/debug/deps/libmacro-{CELLS}.so", "a library"),
            (f"target/warm/build/target/x/debug/deps/libit-{CELLS}.rlib", "a library"),
            ("target/warm/build/target/x/debug/deps/libnotebook.so", "/home/teacher"),
            ("target/warm/build/target/debug/build/kernel-inside-1/build_script-1", ""),
        ]:
            self.write(self.here / name, text)
        (self.here / "cargo/bin/evcxr_jupyter").chmod(0o755)
        self.there, self.home = self.temp / "there", self.temp / "home"
        self.machine(KIND)
        built = "\n".join(json.dumps(line) for line in BUILT)
        done = mock.Mock(returncode=0, stdout=built)
        patch = mock.patch.object(archive.subprocess, "run", return_value=done)
        patch.start()
        self.addCleanup(patch.stop)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            archive.pack(self.here, "9.9.9", self.here / "cargo", self.temp)
        self.file = next(self.temp.glob("*.tar.gz"))
        self.assertIn(f"./kernel-setup.sh unpack {self.file.name}", said.getvalue())

    def machine(self, kind: dict) -> None:
        patch = mock.patch.object(archive, "kind", return_value=kind)
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def unpack(self, file: Path | None = None) -> None:
        archive.unpack(self.there, "9.9.9", self.home, file or self.file)

    def test_the_kernel_and_the_libraries_are_there_and_cargo_knows_it(self) -> None:
        self.assertIn("linux-x86-64-glibc-2.36-rust1.95.0", self.file.name)
        self.write(self.home / ".crates.toml", f"[v1]\n{OTHER}\n")
        self.unpack()
        kernel = self.home / "bin/evcxr_jupyter"
        before = kernel.stat()
        self.unpack()  # twice is as once
        self.assertEqual(kernel.stat().st_mtime_ns, before.st_mtime_ns)
        self.assertEqual(kernel.read_text(), "the kernel")
        self.assertTrue(kernel.stat().st_mode & 0o100)
        lines = (self.home / ".crates.toml").read_text().splitlines()
        self.assertEqual(sorted(lines), sorted(["[v1]", OTHER, ENTRY]))
        packed = self.there / "target/warm/packed"
        names = sorted(path.name for path in packed.iterdir())
        libraries = [
            f"libit-{LIBRARY}.rlib",
            f"libit-{CELLS}.rlib",
            f"libmacro-{CELLS}.so",
        ]
        program = f"build_script_build-{LIBRARY}"
        self.assertEqual(names, sorted([*libraries, program, "rustc"]))
        self.assertEqual(list((self.there / "target/setup").iterdir()), [])

    def test_what_was_packed_is_put_into_place_and_all_else_is_compiled(self) -> None:
        self.unpack()
        out = self.temp / "out"
        out.mkdir()
        wrapper = self.there / "target/warm/packed/rustc"

        def compiled(name: str, folder: str) -> str:
            mark = f"extra-filename=-{LIBRARY}"
            words = ["--crate-name", name, "-C", mark, "--out-dir", out]
            where = {"PATH": "/usr/bin:/bin", "CARGO_MANIFEST_DIR": folder}
            return REAL_RUN(
                [wrapper, "/bin/echo", *words],
                env=where,
                check=True,
                stdout=subprocess.PIPE,
            ).stdout.decode()

        theirs = "/home/learner/.cargo/registry/src/index/it-1.0.0"
        self.assertEqual(compiled("it", theirs), "")
        library = out / f"libit-{LIBRARY}.rlib"
        self.assertEqual(library.read_text(), "a library")
        # Cargo wants it; with a path of the teacher's it would compile the crate in each kernel.
        self.assertEqual((out / f"it-{LIBRARY}.d").read_text(), "")
        self.assertEqual(compiled("build_script_build", theirs), "")
        # Another crate, and one of a checkout, whatever its name.
        self.assertIn("--crate-name other", compiled("other", theirs))
        self.assertIn("--crate-name it", compiled("it", "/home/learner/course/it"))

    def test_another_kind_of_machine_is_told_by_what_differs(self) -> None:
        for name, value in [
            ("processor", "aarch64"),
            ("C library", "glibc 2.31"),
            ("C library", "musl 2.36"),
            ("Rust", "rustc 1.96.0 (2 2026-02-02)"),
            ("Rust kernel", "evcxr_jupyter 9.10.0"),
        ]:
            with self.subTest(value), self.assertRaises(ValueError) as refused:
                self.machine(KIND | {name: value})
                self.unpack()
            self.assertIn(f"its {name} is {KIND[name]}", str(refused.exception))
            self.assertIn(value, str(refused.exception))
        self.assertFalse(self.home.exists())
        self.machine(KIND | {"C library": "glibc 2.41"})  # a newer one runs it
        self.unpack()

    def test_what_is_no_archive_of_the_course_changes_nothing(self) -> None:
        half = self.temp / "half.tar.gz"
        half.write_bytes(self.file.read_bytes()[:200])
        text = self.temp / "text"
        text.write_text("hello")
        other = self.temp / "other.tar"
        with tarfile.open(other, "w") as tar:
            tar.add(text, "text")
        outside = self.temp / "outside.tar"
        with tarfile.open(outside, "w") as tar:
            self.write(
                self.temp / "manifest", json.dumps({"kind": KIND, "evcxr": ENTRY})
            )
            tar.add(self.temp / "manifest", "manifest.json")
            tar.add(text, "../../../escaped")
        for file in [half, text, other, outside]:
            with self.subTest(file.name), self.assertRaises(ValueError) as refused:
                self.unpack(file)
            self.assertIn(file.name, str(refused.exception))
        self.assertFalse(self.home.exists())
        self.assertEqual(list(self.temp.rglob("escaped")), [])
