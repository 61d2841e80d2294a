"""The room as a library that can be used alone."""

import subprocess
import sys
import time

import pytest

import milepost.measurement

pytestmark = pytest.mark.pure


def test_importing_the_room_is_quick_and_brings_neither_django_nor_the_compiler() -> None:
    started = time.perf_counter()
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, milepost.measurement; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # A quarter of a second when nothing else runs; the bound allows for a busy machine.
    assert time.perf_counter() - started < 5.0
    assert not {"django", "polars", "numba"} & set(loaded)


def test_everything_public_says_what_it_is_for() -> None:
    for name in milepost.measurement.__all__:
        assert getattr(milepost.measurement, name).__doc__
