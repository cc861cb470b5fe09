"""The tree of a base image: this machine's programs and its Rust, without its people.

Its `/usr` and `/etc` have a layer above that takes what is written. To be called by root in
namespaces of its own, with which the mounts go.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

# The machine has the packages already, as far as the course needs them.
APT_GET = """#!/bin/sh
[ "$1" = install ] || exit 0
for name; do case $name in
install | -*) ;;
*) dpkg -s "$name" >/dev/null 2>&1 || echo "not on this machine, so not tried: $name" ;;
esac; done
"""
SHIM_PLACE = "usr/local/sbin/apt-get"
FOLDERS = ["var", "opt", "home", "root", "tmp", "run", "proc", "dev", "sys"]
LAYERED = ["etc", "usr", "var/lib/dpkg"]
RUST = "usr/local/rustup/toolchains/the-one"
PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


def lay_out(root: Path) -> dict[str, str]:
    """Make the tree, and return the variables that the image sets."""
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ["bin", "lib", "lib64", "sbin"]:
        if Path("/", name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    for name in LAYERED:
        put_layer(root, name)
    for name in ["hosts", "resolv.conf"]:  # which may be mounts, as in a container
        shutil.copyfile(Path("/etc", name), root / "etc" / name)
    for name in ["passwd", "group"]:
        lines = Path("/etc", name).read_text().splitlines(keepends=True)
        (root / "etc" / name).write_text("".join(filter(of_the_system, lines)))
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "proc", "proc", root / "proc")
    shim = root / SHIM_PLACE
    shim.unlink(missing_ok=True)
    shim.write_text(APT_GET)
    shim.chmod(0o755)
    put_rust(root / RUST)
    path = f"/{RUST}/bin:{PATH}"
    return {"PATH": path, "HOME": "/root", "CARGO_HOME": "/usr/local/cargo"}


def put_layer(root: Path, name: str) -> None:
    layer = root.with_name(f"{root.name}-{name.replace('/', '-')}")
    for part in ["written", "work"]:
        (layer / part).mkdir(parents=True)
    (root / name).mkdir(parents=True, exist_ok=True)
    options = f"lowerdir=/{name},upperdir={layer}/written,workdir={layer}/work"
    mount("-t", "overlay", "overlay", "-o", options, root / name)


def put_rust(place: Path) -> None:
    sysroot = subprocess.check_output(["rustc", "--print", "sysroot"], text=True)
    place.mkdir(parents=True)
    mount("--bind", "-o", "ro", sysroot.strip(), place)


def of_the_system(account: str) -> bool:
    return not 1000 <= int(account.split(":")[2]) < 65534


def mount(*words) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)
