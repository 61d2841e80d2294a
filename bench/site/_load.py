"""Send requests from outside, so many at a time: a load generator on the standard library alone.

It runs in a process of its own (`python _load.py`), reads from its input, as JSON, the port, how
many requests are under way at a time, how many are sent in all, and the looks (cookie, path) that
it takes in turn; it writes what it saw, as JSON. One connection for each request under way, kept
open as a browser does; the next request leaves when the answer to the last has come whole.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

Look = tuple[str, str]


async def run(port: int, at_once: int, count: int, looks: list[Look]) -> dict[str, Any]:
    """Return each request's milliseconds, the bytes of one answer, statuses, and the seconds."""
    ahead = itertools.islice(itertools.cycle(looks), count)
    seen: list[tuple[float, int, int]] = []
    began = time.perf_counter()
    await asyncio.gather(*(_visitor(port, ahead, seen) for _ in range(at_once)))
    return {
        "seconds": time.perf_counter() - began,
        "milliseconds": [took * 1_000 for took, _, _ in seen],
        "statuses": sorted({status for _, status, _ in seen}),
        "bytes": max(size for _, _, size in seen),
    }


async def _visitor(port: int, ahead: Iterator[Look], seen: list[tuple[float, int, int]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    for cookie, path in ahead:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        status, size = await _answer(reader)
        seen.append((time.perf_counter() - began, status, size))
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Read one answer whole; return its status and the size of its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    said = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    status = int(first.split()[1])
    if "content-length" in said:
        return status, len(await reader.readexactly(int(said["content-length"])))
    if said.get("transfer-encoding") != "chunked":
        return status, 0
    total = 0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        total += size
        await reader.readexactly(size + 2)
    await reader.readexactly(2)
    return status, total


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    looks = [(cookie, path) for cookie, path in asked["looks"]]
    print(json.dumps(asyncio.run(run(asked["port"], asked["at_once"], asked["count"], looks))))
