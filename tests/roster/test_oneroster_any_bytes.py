"""Whatever bytes come, `read` answers with records and problems and never breaks."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.roster.oneroster import Problem, read, write_report, write_report_csv
from tests.roster.oneroster_files import as_bytes, as_fileset, small_set

pytestmark = pytest.mark.pure

TODAY = date(2025, 9, 1)
VERSIONS = st.sampled_from(["1.1", "1.2"])


def read_and_report(files):
    roster = read(as_fileset(files), today=TODAY)
    assert all(isinstance(p, Problem) and p.reason and p.advice for p in roster.problems)
    write_report(roster.problems).encode()
    write_report_csv(roster.problems).encode()
    if not roster.problems:
        for table in ("orgs", "users", "roles", "enrollments", "demographics", "classes"):
            assert len(getattr(roster, table)) == roster.frames[table].height
    return roster


@settings(max_examples=30, deadline=None)
@given(VERSIONS, st.data())
def test_any_bytes_in_any_file_are_answered(version, data):
    files = small_set(version)
    name = data.draw(st.sampled_from(sorted(files)))
    assert read_and_report({**files, name: data.draw(st.binary(max_size=200))}) is not None


@settings(max_examples=75, deadline=None)
@given(VERSIONS, st.data())
def test_any_damage_to_a_good_file_is_answered(version, data):
    files = small_set(version)
    name = data.draw(st.sampled_from(sorted(files)))
    good = as_bytes(files[name])
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, min(len(good), start + 5)))
    put = data.draw(
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b'"', b",", b"\n", b"\r", b"{", b"\0", b"\xff", "٢".encode(), b"ext:"]
            ),
        )
    )
    assert read_and_report({**files, name: good[:start] + put + good[stop:]}) is not None


@settings(max_examples=30, deadline=None)
@given(VERSIONS, st.data())
def test_a_set_without_some_rows_is_read_or_named(version, data):
    files = small_set(version)
    name = data.draw(st.sampled_from(sorted(files)))
    header, *rows = files[name].splitlines(keepends=True)
    kept = data.draw(st.lists(st.sampled_from(rows), max_size=6))
    assert read_and_report({**files, name: header + "".join(kept)}) is not None


@settings(max_examples=40, deadline=None)
@given(VERSIONS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(version, random):
    def contents(files):
        roster = read(as_fileset(files), today=TODAY)
        assert roster.problems == ()
        return {name: set(map(str, f.drop("line").rows())) for name, f in roster.frames.items()}

    files = small_set(version)
    shuffled = {}
    for name, text in files.items():
        header, *rows = text.splitlines(keepends=True)
        random.shuffle(rows)
        shuffled[name] = header + "".join(rows)
    assert contents(shuffled) == contents(files)
