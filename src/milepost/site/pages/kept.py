"""What pages keep in memory: the last few things made, each under all that it was made from.

A key holds everything that the value depends on, so a kept value cannot be wrong; it is only
dropped when others were asked for since. Who may see a page is asked before, on every request.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The ``most`` things asked for last. What many ask for at once is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under this key, or make it while others who want it wait."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
            making = self._making.setdefault(key, Lock())
        with making:
            made = self._found.get(key)
            if made is None:
                made = self._keep(key, make())
        return made

    def _keep(self, key: Hashable, made: Made) -> Made:
        with self._lock:
            self._found[key] = made
            self._making.pop(key, None)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made
