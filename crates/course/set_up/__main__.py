"""`python crates/course/set_up VERB`: what kernel-setup.sh calls beside the command `course`.

`unpack` runs before any package is installed, so each verb imports what it needs by itself.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic

BEGUN = monotonic()
ROOT = Path(__file__).resolve().parents[3]
# The package is two folders up; what Python put here are the folder's modules, each by itself.
sys.path[0] = str(ROOT / "crates")


def main() -> int:
    """Do what the command line asks for."""
    options = parse(sys.argv[1:])
    try:
        return options.main(options)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of a verb, and in `main` the function that carries it out."""
    parser = argparse.ArgumentParser(prog="set_up", description=__doc__)
    # The tests have small checkouts of their own.
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--evcxr", help="the version of the Rust kernel")
    parser.add_argument("--cargo-home", type=Path, help="where it is installed")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("stand-in", help="put the kernel that waits in its place")
    verb.set_defaults(main=stand_in)
    verb = verbs.add_parser("wait", help="be that kernel, until the real one is there")
    verb.add_argument("connection_file", type=Path)
    verb.set_defaults(main=wait)
    verb = verbs.add_parser(
        "ready", help="say in one line whether the course can begin"
    )
    verb.set_defaults(main=ready)
    verb = verbs.add_parser("pack", help="make an archive of what was compiled")
    verb.add_argument("archive", type=Path, help="the file to write, or its folder")
    verb.set_defaults(main=pack)
    verb = verbs.add_parser("unpack", help="take what was compiled from an archive")
    verb.add_argument("archive", type=Path)
    verb.set_defaults(main=unpack)
    return parser.parse_args(arguments)


def stand_in(options: argparse.Namespace) -> int:
    from course.set_up import kernelspec

    kernelspec.install_stand_in(options.root)
    return 0


def wait(options: argparse.Namespace) -> int:
    from course.set_up import stand_in

    return stand_in.main(options.root, options.connection_file)


def ready(options: argparse.Namespace) -> int:
    from course.set_up import ready

    return ready.main(options.root, options.evcxr, BEGUN)


def pack(options: argparse.Namespace) -> int:
    from course.set_up import archive

    return archive.pack(*places(options), options.archive)


def unpack(options: argparse.Namespace) -> int:
    from course.set_up import archive

    return archive.unpack(*places(options), options.archive)


def places(options: argparse.Namespace) -> tuple[Path, str, Path]:
    return options.root, options.evcxr, options.cargo_home


if __name__ == "__main__":
    sys.exit(main())
