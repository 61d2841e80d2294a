"""Rulebooks to start from: real rules in our own words, each with the text that was read."""

from importlib.resources import files


def names() -> list[str]:
    """Return the starter rulebooks that can be published."""
    found = (entry.name for entry in files(__package__).iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def text(name: str) -> str:
    """Return a starter rulebook as its file has it. Raises ValueError for a name that is none."""
    if name not in names():
        raise ValueError(f"{name!r} is no starter rulebook: choose one of {', '.join(names())}")
    return (files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
