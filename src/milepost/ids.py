"""Identifiers: UUIDv7, ordered by the moment they were made (RFC 9562, section 5.7)."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0  # milliseconds << 12 | counter; never goes back, even when the clock does


def new_id() -> UUID:
    """Return one UUIDv7, greater than every other that this process has made."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Return ``count`` UUIDv7 in ascending order.

    The 12 bits after the version are a counter within the millisecond; when it overflows, the
    millisecond runs ahead of the clock rather than losing the order.
    """
    global _last
    with _lock:
        first = max(_last + 1, time.time_ns() // 1_000_000 << 12)
        _last = first + count - 1
    noise = secrets.token_bytes(8 * count)
    return [_uuid7(first + k, noise[8 * k : 8 * k + 8]) for k in range(count)]


def _uuid7(tick: int, noise: bytes) -> UUID:
    milliseconds, counter = tick >> 12, tick & 0xFFF
    random = int.from_bytes(noise, "big") & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | random)
