"""How this package compiles: machine code that counts no references."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., object])
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}


def lean(function: F) -> F:
    """Compile a function that makes no array.

    Numba would count every array in and out of every call by an atomic operation; a step makes a
    dozen calls with two dozen arrays, and spent nine tenths of its time counting. All arrays come
    from outside, where Python holds them, so nothing has to be counted.

    Pass no constant from one compiled function to another: each would make a version of its own.
    """
    compiled: F = njit(**OPTIONS)(function)
    return compiled


def inlined(function: F) -> F:
    """Compile as `lean` does, into whatever calls it: for small functions called at every try."""
    compiled: F = njit(**OPTIONS, forceinline=True)(function)
    return compiled
