"""The file system of the course's image, made by the Dockerfile's own lines without a container engine.

`unshare --mount --pid --fork --kill-child python image.py …` is how root calls it: mounts and
processes go with it however it ends; files stay in FOLDER.
"""

from __future__ import annotations

import json
import os
import shutil
import string
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from base_image import lay_out
from dockerfile_parse import DockerfileParser

COURSE = "opt/concurrency-course"
IGNORED = {"EXPOSE", "LABEL", "COMMENT", "HEALTHCHECK"}


@dataclass
class Stage:
    """A tree and what the Dockerfile has set for its commands so far."""

    root: Path
    env: dict[str, str]
    args: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0"
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def call(self, command: list[str], before=()) -> subprocess.CompletedProcess:
        """Run a command in the tree as its user would."""
        inside = ["chroot", f"--userspec={self.user}:{self.user}", "--groups="]
        go = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.folder]
        words = [*before, *inside, str(self.root), *go, *command]
        return subprocess.run(words, env=self.args | self.env, check=False)

    def start(self, command: list[str]) -> subprocess.CompletedProcess:
        """Run a command as a container would: behind what it begins with, and here without a
        network."""
        alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        return self.call([*self.entry, *command], before=alone)

    def inside(self, path: str) -> Path:
        return self.root / str(Path(self.folder, path)).lstrip("/")


def build(dockerfile: Path, context: Path, folder: Path) -> Stage:
    """Carry out a Dockerfile; the last stage is the image."""
    with dockerfile.open("rb") as file:
        lines = DockerfileParser(fileobj=file).structure
    stages: dict[str, Stage] = {}
    stage = None
    for line in lines:
        word, value = line["instruction"], line["value"]
        if word == "FROM":
            name = value.split()[-1]
            root = folder / f"stage-{len(stages)}"
            stage = stages[name] = Stage(root, lay_out(root))
        elif stage is not None and word not in IGNORED:
            print(f"{word} {value[:90]}", flush=True)
            INSTRUCTIONS[word](stage, value, context, stages)
    return stage


def pair(text: str) -> dict[str, str]:
    """Return what `NAME=value …` or `NAME` sets."""
    parts = (part.partition("=") for part in text.split())
    return {name: value for name, _, value in parts}


def run(stage: Stage, value: str, *_) -> None:
    done = stage.call(["/bin/sh", "-c", value])
    if done.returncode:
        raise SystemExit(f"error: RUN {value} ended with {done.returncode}")


def copy(stage: Stage, value: str, context: Path, stages: dict[str, Stage]) -> None:
    """As an engine does: folders by what is in them, times in whole seconds, all of it root's."""
    words = filled(value, stage).split()
    source = context
    if words[0].startswith("--from="):
        source = stages[words.pop(0).removeprefix("--from=")].root
    *names, to = words
    found = [p for name in names for p in source.glob(name.lstrip("/"))]
    if not found:
        raise SystemExit(f"error: COPY {value}: nothing is there")
    target = stage.inside(to)
    for path in found:
        into = target / path.name if to.endswith("/") and path.is_file() else target
        into.parent.mkdir(parents=True, exist_ok=True)
        words = ["cp", "-a", "--no-preserve=ownership", "-T", path, into]
        subprocess.run(words, check=True)
        for place in [into, *into.rglob("*")]:
            seconds = int(place.lstat().st_mtime)
            os.utime(place, (seconds, seconds), follow_symlinks=False)


def filled(text: str, stage: Stage) -> str:
    return string.Template(text).safe_substitute(stage.env | stage.args)


def set_arg(stage: Stage, value: str, *_) -> None:
    stage.args |= pair(value)


def set_env(stage: Stage, value: str, *_) -> None:
    stage.env |= pair(filled(value, stage))


def set_user(stage: Stage, value: str, *_) -> None:
    stage.user = filled(value, stage)


def set_folder(stage: Stage, value: str, *_) -> None:
    stage.folder = str(Path(stage.folder, filled(value, stage)))
    stage.inside(".").mkdir(parents=True, exist_ok=True)


def set_entry(stage: Stage, value: str, *_) -> None:
    stage.entry = json.loads(value)


def set_command(stage: Stage, value: str, *_) -> None:
    stage.command = json.loads(value)


INSTRUCTIONS = {
    "RUN": run,
    "COPY": copy,
    "ARG": set_arg,
    "ENV": set_env,
    "USER": set_user,
    "WORKDIR": set_folder,
    "ENTRYPOINT": set_entry,
    "CMD": set_command,
}


def state(folder: Path) -> dict[str, float]:
    return {str(p): p.lstat().st_mtime for p in folder.rglob("*")}


def main(dockerfile: str, context: str, folder: str, script: str) -> int:
    """Build the image, run a Python script in it, and see that the course stays as it is."""
    image = build(Path(dockerfile), Path(context), Path(folder))
    shutil.copy(script, image.root / "tmp/script.py")
    before = state(image.root / COURSE)
    done = image.start(["python3", "-B", "/tmp/script.py", *image.command])
    changed = state(image.root / COURSE).items() ^ before.items()
    print("changed:", sorted({path for path, _ in changed})[:5], flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
