"""The file system of the course's image, made by the Dockerfile's own lines without a container engine.

The base image is this machine's: its `/usr` and `/etc`, with a layer above that takes what is
written, and its Rust. `unshare --mount --pid --fork --kill-child python image.py …` is how it is
called: mounts and processes go with it however it ends; files stay in FOLDER. It needs root.
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

from dockerfile_parse import DockerfileParser

COURSE = "opt/concurrency-course"
# The machine has the packages already, as far as the course needs them.
APT_GET = """#!/bin/sh
[ "$1" = install ] || exit 0
for name; do case $name in
install | -*) ;;
*) dpkg -s "$name" >/dev/null 2>&1 || echo "not on this machine, so not tried: $name" ;;
esac; done
"""
SHIM_PLACE = "usr/local/sbin/apt-get"
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
            stage = stages[name] = base(folder / f"stage-{len(stages)}")
        elif stage is not None and word not in IGNORED:
            print(f"{word} {value[:90]}", flush=True)
            INSTRUCTIONS[word](stage, value, context, stages)
    return stage


def base(root: Path) -> Stage:
    """Lay out the tree of a base image: this machine's programs and its Rust."""
    for name in [
        "etc",
        "usr",
        "var",
        "opt",
        "home",
        "root",
        "tmp",
        "run",
        "proc",
        "dev",
        "sys",
    ]:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ["bin", "lib", "lib64", "sbin"]:
        if Path("/", name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    for name in ["etc", "usr", "var/lib/dpkg"]:
        layer = root.with_name(f"{root.name}-{name.replace('/', '-')}")
        for part in ["written", "work"]:
            (layer / part).mkdir(parents=True)
        (root / name).mkdir(parents=True, exist_ok=True)
        options = f"lowerdir=/{name},upperdir={layer}/written,workdir={layer}/work"
        mount("-t", "overlay", "overlay", "-o", options, root / name)
    for name in ["hosts", "resolv.conf"]:  # which may be mounts, as in a container
        shutil.copyfile(Path("/etc", name), root / "etc" / name)
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "proc", "proc", root / "proc")
    sysroot = subprocess.check_output(
        ["rustc", "--print", "sysroot"], text=True
    ).strip()
    rust = root / "usr/local/rustup/toolchains/the-one"
    rust.mkdir(parents=True)
    mount("--bind", "-o", "ro", sysroot, rust)
    shim = root / SHIM_PLACE
    shim.unlink(missing_ok=True)
    shim.write_text(APT_GET)
    shim.chmod(0o755)
    path = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    inside = "/" + str(rust.relative_to(root))
    return Stage(
        root,
        {
            "PATH": f"{inside}/bin:{path}",
            "HOME": "/root",
            "CARGO_HOME": "/usr/local/cargo",
        },
    )


def mount(*words) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


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
