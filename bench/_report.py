"""What every benchmark shares: the arguments it takes and the line that it prints."""

import argparse
import json


def size(description: str | None) -> str:
    """Read `--size` from the command line: `small` (default; within a minute) or `full`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--size", choices=("small", "full"), default="small")
    return str(parser.parse_args().size)


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    n: int | None = None,
    peer: str | None = None,
    peer_value: float | None = None,
    peer_source: str | None = None,
) -> None:
    """Print one figure as one line of JSON; `ratio` is the value over the peer's.

    `peer_source` is "run" where the peer ran beside us and "recorded" where its figure is an
    earlier one. `n` is what the figure was taken over.
    """
    line: dict[str, object] = {
        "figure": name,
        "value": round(value, 6),
        "unit": unit,
        "peer": peer,
        "peer_value": None if peer_value is None else round(peer_value, 6),
        "peer_source": peer_source,
        "ratio": round(value / peer_value, 4) if peer_value else None,
    }
    if n is not None:
        line["n"] = n
    print(json.dumps(line), flush=True)
