"""Geometry for the chart templates: pure functions from numbers to coordinates.

Coordinates are in the units of the SVG's viewBox, y growing downwards, rounded to a tenth so that
the same numbers always give the same text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from milepost.look.parts import STATUS_ORDER, Point

BAR_WIDTH = 100.0


@dataclass(frozen=True)
class Share:
    """One part of a bar: how many, what part of the whole (0..1), where it is drawn."""

    code: str
    words: str
    count: int
    part: float
    x: float
    width: float

    @property
    def percent(self) -> int:
        """The part in whole percent."""
        return round(100 * self.part)


def shares(counts: Mapping[str, int], words: Mapping[str, str]) -> list[Share]:
    """Lay counts by status out along a bar of `BAR_WIDTH`, in `STATUS_ORDER`.

    Codes that are in `words` and not in `counts` count zero. Raises KeyError for a count whose code
    has no words, ValueError for a negative count.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts cannot be negative")
    known = [code for code in STATUS_ORDER if code in words or code in counts]
    others = [code for code in (*words, *counts) if code not in STATUS_ORDER]
    total = sum(counts.values())
    drawn: list[Share] = []
    x = 0.0
    for code in dict.fromkeys([*known, *others]):
        count = counts.get(code, 0)
        part = count / total if total else 0.0
        width = BAR_WIDTH * part
        drawn.append(Share(code, words[code], count, part, round(x, 1), round(width, 1)))
        x += width
    return drawn


@dataclass(frozen=True)
class Bar:
    """A value beside its target; `width` is the drawn part of `BAR_WIDTH`, never beyond it."""

    value: int
    target: int
    part: float
    width: float
    reached: bool

    @property
    def percent(self) -> int:
        """The value in whole percent of the target."""
        return round(100 * self.part)


def bar(value: int, target: int) -> Bar:
    """Lay a value out beside its target. A target of zero is reached by anything."""
    part = value / target if target else 1.0
    return Bar(value, target, part, round(BAR_WIDTH * min(max(part, 0.0), 1.0), 1), part >= 1)


@dataclass(frozen=True)
class Frame:
    """The viewBox of a line chart and the room left free at its edges."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


TREND = Frame(640, 240, left=60, right=16, top=16, bottom=40)
SPARK = Frame(96, 28, left=4, right=4, top=4, bottom=4)


@dataclass(frozen=True)
class Dot:
    """One drawn value."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True)
class Tick:
    """One mark on an axis."""

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """A line chart, ready to draw; `paths` and `bands` have a piece for each run without a gap."""

    frame: Frame
    dots: list[Dot]
    paths: list[str]
    bands: list[str]
    x_ticks: list[Tick]
    y_ticks: list[Tick]

    @property
    def right(self) -> float:
        """Where the rules across the chart end."""
        return self.frame.width - self.frame.right

    @property
    def gutter(self) -> float:
        """Where the words of the y axis end."""
        return self.frame.left - 8

    @property
    def foot(self) -> float:
        """The base line of the words under the chart."""
        return self.frame.height - 8

    @property
    def last(self) -> Dot | None:
        """The last value that is known."""
        return self.dots[-1] if self.dots else None


def line(
    points: Sequence[Point], frame: Frame, *, low: float | None = None, high: float | None = None
) -> Line:
    """Lay points out from left to right, on a scale from `low` to `high` or one that fits."""
    floor, ceiling = _scale(points, low, high)
    across = frame.width - frame.left - frame.right
    down = frame.height - frame.top - frame.bottom

    def x(index: int) -> float:
        return round(
            frame.left + across * (index / (len(points) - 1) if len(points) > 1 else 0.5), 1
        )

    def y(value: float) -> float:
        return round(frame.top + down * (1 - (value - floor) / (ceiling - floor)), 1)

    runs = [
        list(run)
        for known, run in groupby(enumerate(points), lambda at: at[1].value is not None)
        if known
    ]
    dots = [[Dot(x(i), y(p.value), p) for i, p in run if p.value is not None] for run in runs]
    bands = [
        [(x(i), y(p.low), y(p.high)) for i, p in run if p.low is not None and p.high is not None]
        for run in runs
    ]
    return Line(
        frame,
        dots=[dot for run in dots for dot in run],
        paths=[_path([(dot.x, dot.y) for dot in run]) for run in dots],
        bands=[_band(band) for band in bands if len(band) > 1],
        x_ticks=[Tick(x(i), points[i].label, _anchor(i, len(points))) for i in _some(len(points))],
        y_ticks=[Tick(y(v), f"{v:g}") for v in (floor, (floor + ceiling) / 2, ceiling)],
    )


def _scale(points: Sequence[Point], low: float | None, high: float | None) -> tuple[float, float]:
    """Return the ends of the y axis; a flat line is drawn in the middle of its own scale."""
    known = [v for p in points for v in (p.value, p.low, p.high) if v is not None] or [0.0, 1.0]
    floor = min(known) if low is None else low
    ceiling = max(known) if high is None else high
    return (floor, ceiling) if ceiling > floor else (floor - 1, floor + 1)


def _some(count: int, most: int = 4) -> list[int]:
    """Return at most `most` evenly spread positions, first and last among them."""
    if count <= most:
        return list(range(count))
    return [round(i * (count - 1) / (most - 1)) for i in range(most)]


def _anchor(index: int, count: int) -> str:
    """Return how a word under the chart is hung, so that the outer ones stay inside it."""
    if count > 1 and index in (0, count - 1):
        return "start" if index == 0 else "end"
    return "middle"


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in corners)


def _band(edges: Sequence[tuple[float, float, float]]) -> str:
    above = [(x, high) for x, _, high in edges]
    below = [(x, low) for x, low, _ in reversed(edges)]
    return _path(above + below) + "Z"
