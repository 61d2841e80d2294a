"""How figures change with the size of a district, drawn from the tables of the benchmarks' page."""

import math
import re
from html import escape

SIZES = (1, 10, 100)
"""Thousands of learners."""
COLOURS = {"sqlite": "#b45309", "postgresql": "#1d4ed8"}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, ACROSS = 300, 190, 56, 34, 28, 3
ROW = re.compile(r"^\| (\w+?)_(sqlite|postgresql)_(\d+)k \| ([\d.,e+-]+) \| (\S+) \|", re.M)
DRAWN = re.compile(r"_per_s$|_p95_ms$|_seconds$|_s$|_one$")
"""Of the figures, those whose growth says something."""
LEFT_OUT = re.compile(r"^(grid|learner|path|pulse|home)_per_s$")

Lines = dict[str, dict[int, float]]
"""Database → thousands of learners → value."""


def plot(page: str) -> str:
    """Return an SVG with a panel for each figure that was measured at several sizes.

    Both axes are logarithmic, so a cost that grows as the work does is a straight line, and a speed
    that stays is level.
    """
    panels = [(title, lines) for title, lines in _figures(page).items() if _several(lines)]
    rows = math.ceil(len(panels) / ACROSS)
    drawn = "".join(
        f'<g transform="translate({k % ACROSS * WIDTH} {30 + k // ACROSS * HEIGHT})">'
        f"{_panel(title, lines)}</g>"
        for k, (title, lines) in enumerate(panels)
    )
    legend = "".join(
        f'<text x="{LEFT + 90 * k}" y="18" fill="{colour}">{name}</text>'
        for k, (name, colour) in enumerate(COLOURS.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS * WIDTH} '
        f'{30 + rows * HEIGHT}" font-family="system-ui, sans-serif" font-size="11" fill="#374151">'
        f'<rect width="100%" height="100%" fill="#fff"/>{legend}{drawn}</svg>\n'
    )


def _figures(page: str) -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    for name, database, size, value, unit in ROW.findall(page):
        if DRAWN.search(name) and not LEFT_OUT.search(name):
            title = f"{name.replace('_', ' ')} [{unit}]"
            found.setdefault(title, {}).setdefault(database, {})[int(size)] = float(
                value.replace(",", "")
            )
    return found


def _several(lines: Lines) -> bool:
    return any(len(values) > 1 for values in lines.values())


def _panel(title: str, lines: Lines) -> str:
    values = [value for line in lines.values() for value in line.values() if value > 0]
    low, high = (math.log10(edge) for edge in (min(values) / 2, max(values) * 2))

    def place(size: int, value: float) -> tuple[float, float]:
        right, up = math.log10(size) / 2, (math.log10(value) - low) / (high - low)
        return LEFT + right * (WIDTH - LEFT - 30), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    steps = (1.0,) if high - low > 1.5 else (1.0, 2.0, 5.0)
    edges = [k * 10.0**n for n in range(math.floor(low), math.ceil(high)) for k in steps]
    marks = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - 30}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{edge:,g}</text>'
        for edge in edges
        if low <= math.log10(edge) <= high
        for _, y in [place(1, edge)]
    )
    sizes = "".join(
        f'<text x="{place(size, values[0])[0]:.1f}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{size}k</text>"
        for size in SIZES
    )
    drawn = ""
    for database, line in lines.items():
        spots = [place(size, value) for size, value in sorted(line.items()) if value > 0]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        colour = COLOURS[database]
        drawn += f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        drawn += "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots
        )
    return f'<text x="{LEFT}" y="20" font-weight="600">{escape(title)}</text>{marks}{sizes}{drawn}'
