"""What is installed and compiled is what the course was tried with: by hash, by lock file, under
known licences; and nothing that comes from the network is run unseen."""

from __future__ import annotations

import json
import re
import subprocess
import unittest
from collections import defaultdict
from pathlib import Path

from course.tests.checkout import ROOT
from course.tests.licences import allowed

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

# A step of cargo that compiles something. Without anything behind it, it is a word in a sentence.
COMPILES = re.compile(
    r"\bcargo (?:\+\S+ )?(?:build|install|run|test|bench|doc|clippy) +-[^`'\")\n]*"
)
# A script from the network that a shell or Python gets to run.
PIPED = re.compile(
    r"\b(curl|wget)\b[^\n]*\|[^\n|]*\b(sh|bash|zsh|python3?)\b|\b(sh|bash|python3?)\b[^\n]*<\((curl|wget)\b"
)
PIP = re.compile(r"\bpip\"?,? \"?install\b(?:[^\n]*\\\n)*[^\n]*")
BOOKS = {".ipynb", ".png", ".gif", ".lock"}


def texts() -> dict[str, str]:
    """Return what is kept in the checkout, but for notebooks and pictures, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:  # an archive of the checkout
        folders = ["crates", ".ci", ".binder", ".devcontainer"]
        paths = [
            *ROOT.glob("*.*"),
            *(p for f in folders for p in (ROOT / f).rglob("*")),
        ]
    else:
        paths = [ROOT / name for name in listed.stdout.splitlines()]
    paths = [
        p
        for p in paths
        if p.is_file() and p.suffix not in BOOKS and p != Path(__file__)
    ]
    found = {}
    for path in paths:
        try:
            found[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def offences(pattern: re.Pattern, but: str = "$^") -> list[str]:
    """Return where the pattern is found, but for what holds `but`."""
    return [
        f"{name}: {match[0].strip()}"
        for name, text in texts().items()
        for match in pattern.finditer(text)
        if not re.search(but, match[0])
    ]


class Scripts(unittest.TestCase):
    def test_every_build_obeys_the_lock_file(self) -> None:
        # A list of what is installed compiles nothing.
        self.assertEqual(offences(COMPILES, but="--locked|--list"), [])
        self.assertIn(
            "cargo build --release", COMPILES.search("run cargo build --release`")[0]
        )

    def test_no_script_is_run_from_the_network(self) -> None:
        self.assertEqual(offences(PIPED), [])
        for line in [
            "curl -sSf https://x.example | sh",
            "wget -qO- x | sudo bash",
            "bash <(curl x)",
        ]:
            self.assertTrue(PIPED.search(line), line)

    def test_pip_installs_by_hash_alone(self) -> None:
        # A maintainer's tool, in a folder of its own, which makes these hashes.
        found = [
            o for o in offences(PIP, but="--require-hashes") if "install uv" not in o
        ]
        self.assertEqual(found, [])


class Packages(unittest.TestCase):
    def test_every_python_package_has_one_version_and_hashes(self) -> None:
        files = [
            ROOT / "requirements.txt",
            *sorted((ROOT / "crates").rglob("requirements*.txt")),
        ]
        self.assertGreaterEqual(len(files), 4)
        number = 0
        for file in files:
            for package in re.split(r"\n(?=\S)", file.read_text().replace("\\\n", " ")):
                lines = [
                    line
                    for line in package.splitlines()
                    if not line.strip().startswith("#")
                ]
                if not "".join(lines).strip():
                    continue
                self.assertRegex(
                    lines[0], r"^[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", file
                )
                number += 1
        print(
            f"{number} Python packages in {len(files)} files, each with its version and hashes"
        )

    def test_every_package_of_the_proxy_has_a_hash(self) -> None:
        lock = json.loads((ROOT / "crates/course/hub/package-lock.json").read_text())
        packages = {name: kept for name, kept in lock["packages"].items() if name}
        self.assertGreater(len(packages), 10)
        for name, kept in packages.items():
            self.assertRegex(kept.get("integrity", ""), r"^sha512-", name)

    def test_every_crate_is_pinned_by_hash_and_the_workspace_names_one_version(
        self,
    ) -> None:
        lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
        for crate in lock:
            self.assertEqual("source" in crate, "checksum" in crate, crate["name"])
        manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]
        for name, wanted in manifest["dependencies"].items():
            version = wanted if isinstance(wanted, str) else wanted["version"]
            self.assertRegex(version, r"^=\d+\.\d+\.\d+", name)


class Crates(unittest.TestCase):
    """Held against deny.toml, which cargo-deny reads too, with more of an eye: `test --long`."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.rules = tomllib.loads((ROOT / "deny.toml").read_text())
        command = [
            "cargo",
            "metadata",
            "--locked",
            "--format-version=1",
            "--all-features",
        ]
        told = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise AssertionError(told.stderr)
        cls.crates = json.loads(told.stdout)["packages"]

    def test_the_licences_are_known_ones(self) -> None:
        licences = set(self.rules["licenses"]["allow"])
        wrong = [
            f"{crate['name']} {crate['version']}: {crate['license']}"
            for crate in self.crates
            if not allowed(crate["license"] or "none", licences)
        ]
        self.assertEqual(wrong, [])
        used = {
            name
            for name in licences
            if any(name in (c["license"] or "") for c in self.crates)
        }
        self.assertEqual(licences, used)
        print(f"{len(self.crates)} crates, {len(licences)} licences")

    def test_all_come_from_one_registry(self) -> None:
        sources = {crate["source"] for crate in self.crates} - {None}
        self.assertEqual(len(sources), 1, sources)
        self.assertTrue(sources.pop().startswith("registry+"))

    def test_no_second_version_has_come_in_unseen(self) -> None:
        versions = defaultdict(set)
        for crate in self.crates:
            versions[crate["name"]].add(crate["version"])
        skipped = {entry["crate"] for entry in self.rules["bans"]["skip"]}
        found = {
            f"{name}@{v}"
            for name, all_of_it in versions.items()
            for v in all_of_it
            if len(all_of_it) > 1
        }
        more = {
            name: sorted(all_of_it)
            for name, all_of_it in versions.items()
            if sum(f"{name}@{version}" not in skipped for version in all_of_it) > 1
        }
        self.assertEqual(
            more, {}, "use the version that is there, or let deny.toml say why not"
        )
        self.assertEqual(skipped - found, set(), "of these there is one version by now")

    def test_expressions_are_read_as_they_are_meant(self) -> None:
        known = {"MIT", "ISC", "Apache-2.0 WITH LLVM-exception"}
        for expression in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/GPL-3.0",
            "(GPL-3.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ]:
            self.assertTrue(allowed(expression, known), expression)
        for expression in [
            "GPL-3.0",
            "none",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND GPL-3.0",
            "Apache-2.0",
            "GPL-3.0 OR GPL-2.0 AND MIT",
        ]:
            self.assertFalse(allowed(expression, known), expression)
