"""What was measured, as a table beside what is wanted."""

from __future__ import annotations

from statistics import median, quantiles

from course.bench.ready import Ready
from course.bench.waits import Waits


def report(pairs: list[tuple[Waits, Waits]], ready: Ready | None = None) -> None:
    """Print what was measured beside what is wanted."""
    ours, stock = zip(*pairs, strict=True)
    late = [[s for w in side for s in w.cells[1:]] for side in (ours, stock)]
    first = [max(w.cells[0] for w in ours), min(w.cells[0] for w in stock)]
    sums = [sum(sum(w.cells) for w in side) for side in (ours, stock)]
    print(f"\n{'':34}{'course':>9}{'stock':>9}{'ratio':>8}   wanted")
    row(
        "kernel ready, median",
        *(median(w.ready for w in s) for s in (ours, stock)),
        most=6,
    )
    if ready and ready.spare:
        spare, python = median(ready.spare), median(ready.python)
        stock_ready = median(w.ready for w in stock)
        row("kernel ready, with a spare one", spare, stock_ready, most=1)
        row("the same, beside Python's kernel", spare, python, times=1.5, of="Python's")
    row("first cell, the worst / the best", *first, most=0.3, times=0.02)
    if late[0]:
        row("median of the other cells", *map(median, late), most=0.5)
        row("95th percentile", *map(high_end, late), most=1.3)
    row("sum over all notebooks", *sums, times=0.35)
    slowest = max(pairs, key=lambda pair: sum(pair[0].cells) / sum(pair[1].cells))
    row("the notebook that gains least", *(sum(w.cells) for w in slowest), times=0.45)
    memory = [median(w.megabytes for w in s) for s in (ours, stock)]
    row("memory of a kernel, median", *memory, times=1.1, unit="MB")
    compiled = sum(w.compiled for w in ours)
    print(
        f"{'dependencies compiled':34}{compiled:9}{'':17}   0"
        + ("" if compiled == 0 else "   MISSED")
    )
    different = sum(a.failed != b.failed for a, b in pairs)
    if different:
        print(f"In {different} notebooks a different number of cells gave an error.")
    explain(median(late[0] or [first[0]]), ours)


def high_end(waits: list[float]) -> float:
    """Return the 95th percentile; of one wait, that."""
    return quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]


def row(what, course, stock, *, most=None, times=None, unit="s", of="stock") -> None:
    ratio = course / stock
    missed = (most and course > most) or (times and ratio > times)
    wanted = [f"{most} {unit}"] if most else []
    wanted += [f"{times} of {of}"] if times else []
    digits = 2 if unit == "s" else 0
    print(
        f"{what:34}{course:7.{digits}f} {unit}{stock:7.{digits}f} {unit}{ratio:8.3f}"
        f"   at most {', '.join(wanted)}" + ("   MISSED" if missed else "")
    )


def explain(cell: float, ours: tuple[Waits, ...]) -> None:
    """Print what a wait consists of, by replaying the last cell of each notebook."""
    known = [w for w in ours if w.costs]
    if not known:
        return
    cargo, rustc, link, floor = (
        median(getattr(w.costs, name) for w in known)
        for name in ("cargo", "rustc", "link", "floor")
    )
    last = median(w.cells[-1] for w in known)
    print(f"\nThe last cell of a notebook waits {last:.2f} s. Its parts:")
    for name, part in {
        "cargo looks whether anything changed": cargo,
        "rustc": rustc,
        "linking": link,
        "type inference, a second try": max(last - cargo - rustc - link, 0.0),
    }.items():
        print(f"  {name:38}{part:6.2f} s")
    print(
        f"The floor, rustc alone on an empty cell: {floor:.2f} s; "
        f"the median cell waits {cell / floor:.1f} times as long."
    )
