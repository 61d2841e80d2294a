"""The geometry under the charts."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.look import charts
from milepost.look.parts import STATUS_ORDER, Point

pytestmark = pytest.mark.pure

WORDS = {code: code.title() for code in STATUS_ORDER}
FRAME = charts.Frame(100, 50, left=10, right=10, top=5, bottom=5)
some_counts = st.fixed_dictionaries({}, optional={c: st.integers(0, 500) for c in STATUS_ORDER})
some_values = st.none() | st.floats(-1000, 1000)


def test_a_bar_shows_the_surest_status_first_and_what_is_missing_as_zero() -> None:
    drawn = charts.shares({"working": 1, "proficient": 3}, WORDS)
    assert [(s.code, s.count, s.percent, s.x, s.width) for s in drawn] == [
        ("proficient", 3, 75, 0.0, 75.0),
        ("refresh", 0, 0, 75.0, 0.0),
        ("working", 1, 25, 75.0, 25.0),
        ("none", 0, 0, 100.0, 0.0),
    ]


@given(some_counts)
def test_the_parts_of_a_bar_fill_it_and_do_not_overlap(counts: dict[str, int]) -> None:
    drawn = charts.shares(counts, WORDS)
    whole = charts.BAR_WIDTH if sum(counts.values()) else 0.0
    assert sum(s.width for s in drawn) == pytest.approx(whole, abs=0.3)
    for left, right in pairwise(drawn):
        assert left.x + left.width == pytest.approx(right.x, abs=0.15)


def test_a_class_without_learners_has_an_empty_bar() -> None:
    assert {s.width for s in charts.shares({}, WORDS)} == {0.0}


def test_a_count_below_zero_or_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        charts.shares({"working": -1}, WORDS)
    with pytest.raises(KeyError):
        charts.shares({"mastered": 1}, WORDS)


def test_minutes_beyond_the_target_fill_the_bar_and_no_more() -> None:
    over, under = charts.bar(45, 30), charts.bar(12, 30)
    assert (over.width, over.percent, over.reached) == (100.0, 150, True)
    assert (under.width, under.percent, under.reached) == (40.0, 40, False)
    assert charts.bar(0, 0).reached


def test_a_line_goes_from_edge_to_edge_and_higher_values_stand_higher() -> None:
    drawn = charts.line([Point("a", 0), Point("b", 5), Point("c", 10)], FRAME)
    assert [(dot.x, dot.y) for dot in drawn.dots] == [(10, 45), (50, 25), (90, 5)]
    assert drawn.paths == ["M10 45L50 25L90 5"]
    assert [tick.label for tick in drawn.y_ticks] == ["0", "5", "10"]
    assert [tick.anchor for tick in drawn.x_ticks] == ["start", "middle", "end"]


def test_a_missing_value_is_a_gap_and_never_zero() -> None:
    points = [Point("a", 1), Point("b", 2), Point("c", None), Point("d", 3)]
    drawn = charts.line(points, FRAME)
    assert len(drawn.paths) == 2
    assert [dot.point.label for dot in drawn.dots] == ["a", "b", "d"]
    assert drawn.y_ticks[0].label == "1"


def test_an_interval_is_drawn_around_its_values() -> None:
    points = [Point("a", 5, 0, 10), Point("b", 5, 2, 8)]
    drawn = charts.line(points, FRAME)
    assert drawn.bands == ["M10 5L90 13L90 37L10 45Z"]


def test_a_flat_line_runs_through_the_middle() -> None:
    drawn = charts.line([Point("a", 7), Point("b", 7)], FRAME)
    assert {dot.y for dot in drawn.dots} == {25}


def test_nothing_to_draw_draws_nothing() -> None:
    drawn = charts.line([], FRAME)
    assert (drawn.dots, drawn.paths, drawn.x_ticks, drawn.last) == ([], [], [], None)
    assert charts.line([Point("a", None)], FRAME).last is None


@given(st.lists(some_values, max_size=60))
def test_every_dot_lies_inside_its_frame(values: list[float | None]) -> None:
    drawn = charts.line([Point(str(i), value) for i, value in enumerate(values)], FRAME)
    assert len(drawn.dots) == sum(value is not None for value in values)
    for dot in drawn.dots:
        assert FRAME.left <= dot.x <= FRAME.width - FRAME.right
        assert FRAME.top <= dot.y <= FRAME.height - FRAME.bottom
    assert all(re.fullmatch(r"M[-\d. L]+", path) for path in drawn.paths)
    assert len(drawn.x_ticks) <= 4
