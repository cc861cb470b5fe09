"""An archive of what was compiled, for other checkouts on machines of the same kind.

    manifest.json        the kind of machine, and how Cargo names the kernel
    bin/evcxr_jupyter    the Rust kernel
    compiled/            the libraries that the crates of the course are built on, also as cells
                         need them, and the programs that are run while they are built

Crates of the course themselves are left out: they hold paths of their checkout, and are built in
the new one. `packed-rustc.sh` gives the others to Cargo. Nothing but Python's own library is needed
here: `unpack` runs on a machine on which nothing is installed yet.
"""

from __future__ import annotations

import filecmp
import io
import json
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

MANIFEST = "manifest.json"
KERNEL = "bin/evcxr_jupyter"
COMPILED = "compiled"
FILES = re.compile(rf"{re.escape(MANIFEST)}|{KERNEL}|{COMPILED}/\w[\w.-]*")
# Where Cargo keeps them, in target/release and in the folder that kernels begin with.
PARTS = ("deps/*", "build/*/build_script*-*")
# Of the course, or of cells.
OWN = re.compile(r"(lib)?(notebook|concurrency[-_]demos|kernel[-_]inside|ctx|code_)")
HASH = re.compile(r"-([0-9a-f]{16})\b")
# What Cargo keeps of a program that it has installed.
REGISTER = ".crates.toml"
# The compiler that finds what is in the archive compiled.
RUSTC = Path(__file__).with_name("packed-rustc.sh")
BUILD = ["cargo", "build", "--release", "--locked"]


def kind(evcxr: str) -> dict[str, str]:
    """Return what two machines must have in common, and two states of the course."""
    asked = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True)
    libc, libc_version = platform.libc_ver()
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "C library": f"{libc} {libc_version}".strip(),
        "Rust": asked.stdout.splitlines()[0],
        "Rust kernel": f"evcxr_jupyter {evcxr}",
    }


def pack(root: Path, evcxr: str, cargo_home: Path, archive: Path) -> int:
    """Write the archive; in a folder it gets a name that says for which machines it is."""
    machine = kind(evcxr)
    if archive.is_dir():
        archive /= f"course-kernel-{name_of(machine)}.tar.gz"
    entry = registered(cargo_home)
    manifest = {"kind": machine, "evcxr": entry}
    print(f"Packing {archive}; this takes a minute or so", flush=True)
    half = archive.with_name(archive.name + ".part")
    try:
        with tarfile.open(half, "w:gz", compresslevel=1) as tar:
            text = json.dumps(manifest, indent=2).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
            tar.add(cargo_home / KERNEL, KERNEL, filter=nobodys)
            for path in [*libraries(root), *libraries_of_cells(root)]:
                tar.add(path, f"{COMPILED}/{path.name}", filter=nobodys)
        os.replace(half, archive)
    finally:
        half.unlink(missing_ok=True)
    size = archive.stat().st_size / 1e6
    print(
        f"{archive}: {size:.0f} MB. On another machine of this kind, in its checkout:"
    )
    print(f"  ./kernel-setup.sh unpack {archive.name}")
    return 0


def nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Keep out of the archive who made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def name_of(machine: dict[str, str]) -> str:
    words = [machine["system"], machine["processor"], machine["C library"]]
    rust = "rust" + machine["Rust"].split()[1]
    return re.sub(r"[^a-z0-9.]+", "-", "-".join([*words, rust]).lower())


def registered(cargo_home: Path) -> str:
    """Return the line by which Cargo knows that the kernel is installed."""
    lines = (cargo_home / REGISTER).read_text(encoding="utf-8").splitlines()
    entry = next((line for line in lines if line.startswith('"evcxr_jupyter ')), None)
    if entry is None:
        raise ValueError(f"Cargo does not know of a Rust kernel in {cargo_home}")
    return entry


def libraries(root: Path) -> list[Path]:
    """Return the files of what is not of the course, as Cargo lists it in its build."""
    command = [*BUILD, "--quiet", "--message-format=json"]
    built = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )
    if built.returncode:
        raise ValueError(f"the crates of the course do not compile:\n{built.stderr}")
    hashes = set()
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("package_id", "").startswith("registry+"):
            files = [*message.get("filenames", ()), message.get("out_dir", "")]
            hashes |= {found for file in files for found in HASH.findall(file)}
    files = parts(root / "target" / "release")
    return [path for path in files if hashes & set(HASH.findall(path.name))]


def libraries_of_cells(root: Path) -> list[Path]:
    """Return the same of what cells load: for the target, and for this machine as compiler."""
    built = root / "target" / "warm" / "build" / "target"
    files = [*parts(built, "debug/"), *parts(built, "*/debug/")]
    return [f for f in files if not OWN.match(f.name) and not OWN.match(f.parent.name)]


def parts(folder: Path, prefix: str = "") -> list[Path]:
    found = [sorted(folder.glob(prefix + part)) for part in PARTS]
    files = [path for paths in found for path in paths if path.is_file()]
    return [path for path in files if path.suffix != ".d"]  # paths of this machine


def unpack(root: Path, evcxr: str, cargo_home: Path, archive: Path) -> int:
    """Take over what an archive holds, if it is made for this kind of machine."""
    state = root / "target" / "setup"
    state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unpacked-", dir=state) as name:
        folder = Path(name)
        manifest = extract(archive, folder, kind(evcxr))
        put_kernel(folder / KERNEL, cargo_home, manifest["evcxr"])
        put_libraries(folder / COMPILED, root / "target" / "warm")
    return 0


def extract(archive: Path, folder: Path, here: dict[str, str]) -> dict:
    """Unpack an archive, which may be anybody's, and return its manifest."""
    try:
        with tarfile.open(archive) as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST:
                raise KeyError("it has no manifest in front")
            manifest = json.load(tar.extractfile(first))
            check(manifest["kind"], here, archive)  # before anything is written
            for member in tar:
                put_file(tar, member, folder)
    except (tarfile.TarError, EOFError, KeyError, TypeError) as error:
        reason = f"{archive} is damaged, or no archive of the course: {error}"
        raise ValueError(f"{reason}. Copy it again") from None
    return manifest


def put_file(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Only files, only where ours are. Python's own filters are newer than Debian 12."""
    if not (member.isfile() and FILES.fullmatch(member.name)):
        raise KeyError(f"it holds {member.name}")
    place = folder / member.name
    place.parent.mkdir(exist_ok=True)
    with place.open("wb") as file:
        shutil.copyfileobj(tar.extractfile(member), file)
    place.chmod(0o755 if member.mode & 0o100 else 0o644)


def check(packed: dict[str, str], here: dict[str, str], archive: Path) -> None:
    """An error if what was packed does not run here."""
    for name, wanted in here.items():
        found = packed[name]
        if found == wanted or (name == "C library" and is_newer(wanted, found)):
            continue
        raise ValueError(
            f"{archive} does not fit here: its {name} is {found}, here it is {wanted}."
            " Run ./kernel-setup.sh without it, or pack on a machine like this one"
        )


def is_newer(here: str, there: str) -> bool:
    """What was linked with an older C library runs with a newer one of the same name."""
    name, _, version = here.partition(" ")
    other, _, older = there.partition(" ")
    numbers = [[int(n) for n in re.findall(r"\d+", text)] for text in (version, older)]
    return name == other and numbers[0] >= numbers[1]


def put_kernel(kernel: Path, cargo_home: Path, entry: str) -> None:
    """Install the Rust kernel as Cargo would have done."""
    if not re.fullmatch(r'"evcxr_jupyter [^"\n]+" = \["evcxr_jupyter"\]', entry):
        raise ValueError("the archive does not say which Rust kernel it holds")
    place = cargo_home / "bin" / kernel.name
    place.parent.mkdir(parents=True, exist_ok=True)
    # One that was exchanged, even by its like, would be new to the kernels of other checkouts.
    if not (place.exists() and filecmp.cmp(place, kernel, shallow=False)):
        half = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.copy(kernel, half)
        os.replace(half, place)
    register = cargo_home / REGISTER
    lines = (
        register.read_text(encoding="utf-8").splitlines() if register.exists() else []
    )
    lines = [line for line in lines if not line.startswith('"evcxr_jupyter ')]
    if "[v1]" not in lines:
        lines.insert(0, "[v1]")
    lines.insert(lines.index("[v1]") + 1, entry)
    register.write_text("\n".join(lines) + "\n", encoding="utf-8")


def put_libraries(packed: Path, warm: Path) -> None:
    """Put them where the set-up looks for them until it was done once."""
    if (warm / "stamp").exists():
        return
    warm.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(warm / "packed", ignore_errors=True)
    shutil.copy(RUSTC, packed / "rustc")
    os.replace(packed, warm / "packed")
