"""Run benchmarks, one after the other, and write what they found to docs/benchmarks.md.

    .venv/bin/python bench/run_all.py [--size small|full] [bench/lake/engines.py …]

Without names all of them run, for hours at full size; with names their parts of the page are
written anew, and the others stay with the day on which they were measured. Each benchmark prints
one JSON line a figure (see `_report.figure`). One without its real input says so and is named as
skipped. What was measured for districts of several sizes is drawn in docs/benchmarks.svg.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import _growth

ROOT = Path(__file__).resolve().parents[1]
PAGE, PLOT = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks.svg"
LEFT_OUT = {"run_all.py", "tune_filter.py"}
"""Files that are no benchmark, beside shared helpers (_…): this one, the search for parameters."""
HEADING = """# Benchmarks

Each part says when it was measured, on what, and at which size. It is repeated by

    .venv/bin/python bench/run_all.py --size full NAME

Absolute times vary with the machine; ratios to a peer were measured beside it in one run where the
source says `run`, and are earlier figures where it says `recorded`.

![Figures of districts of 1,000, 10,000 and 100,000 learners, on both databases](benchmarks.svg)

"""


def main() -> None:
    """Run the benchmarks and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="small")
    parser.add_argument("names", nargs="*", type=Path)
    asked = parser.parse_args()
    there = {
        path.relative_to(ROOT).as_posix(): path
        for path in sorted((ROOT / "bench").rglob("*.py"))
        if path.name not in LEFT_OUT and not path.name.startswith("_")
    }
    wanted = {path.resolve().relative_to(ROOT).as_posix() for path in asked.names} or set(there)
    parts = {name: part for name, part in known().items() if name in there}
    for name in sorted(wanted):
        parts[name] = section(there[name], asked.size)
        page = HEADING + "\n".join(parts[one] for one in sorted(parts))
        PAGE.write_text(page, encoding="utf-8")
        PLOT.write_text(_growth.plot(page), encoding="utf-8")


def known() -> dict[str, str]:
    """Return the parts that the page has, by benchmark."""
    found = re.split(r"^(?=## bench/)", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    return {part.split()[1]: part.rstrip() + "\n" for part in found}


def section(script: Path, size: str) -> str:
    """Run one benchmark and return its figures as a table."""
    name = script.relative_to(ROOT).as_posix()
    print(f"{name} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, str(script), "--size", size], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not rows:
        why = done.stderr.strip().splitlines() or ["it printed no figure"]
        return f"## {name}\n\nSkipped: {why[-1].removeprefix('skipped: ')}\n"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"## {name}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, `--size {size}`, {os.cpu_count()} cores, {memory:.0f} GiB "
        f"of memory, Python {platform.python_version()}.",
        "",
        "| figure | value | unit | n | peer | ratio |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(row, rows), ""])


def row(figure: dict[str, object]) -> str:
    """Return one figure as a row of the table."""
    peer = ""
    if figure.get("peer"):
        peer = f"{figure['peer']}: {_number(figure['peer_value'])} ({figure['peer_source']})"
    cells = (
        figure["figure"],
        _number(figure["value"]),
        figure.get("unit", ""),
        _number(figure.get("n")),
        peer,
        _number(figure.get("ratio")),
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
