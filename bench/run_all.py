"""Run every benchmark, one after the other, and write what they found to docs/benchmarks.md.

    .venv/bin/python bench/run_all.py [--size small|full]

Each benchmark prints one JSON line a figure (see `_report.figure`). A benchmark without its real
input says so and is named as skipped.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {"run_all.py", "tune_filter.py"}
"""Files that are no benchmark, beside shared helpers (_…): this one, the search for parameters."""


def main() -> None:
    """Run the benchmarks and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="small")
    size = parser.parse_args().size
    files = sorted((ROOT / "bench").rglob("*.py"))
    scripts = [p for p in files if p.name not in LEFT_OUT and not p.name.startswith("_")]
    sections = [section(script, size) for script in scripts]
    page = "\n".join([*heading(size), *sections])
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")


def heading(size: str) -> list[str]:
    """Say when, on what, and by which command the figures came about."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        "# Benchmarks",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {os.cpu_count()} cores, "
        f"{memory:.0f} GiB of memory, Python {platform.python_version()}, by",
        "",
        f"    .venv/bin/python bench/run_all.py --size {size}",
        "",
        "Absolute times vary with the machine; ratios to a peer were measured beside it in one run",
        "where the source says `run`, and are earlier figures where it says `recorded`.",
        "",
    ]


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
    lines = [f"## {name}", "", "| figure | value | unit | n | peer | ratio |",
             "|---|---|---|---|---|---|"]  # fmt: skip
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
