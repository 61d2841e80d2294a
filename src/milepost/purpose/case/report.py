"""What reading found and what writing could not say, in words for the person who sent the file."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

EXAMPLES = 3
"""Places that one line of a report names before it says how many more there are."""


@dataclass(frozen=True)
class Finding:
    """One thing that reading found. An `error` refuses the package; a note does not."""

    error: bool
    where: str
    """A place in the JSON such as ``CFItems[3].fullStatement``; "" for the whole file."""
    value: str
    reason: str
    advice: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}" if self.line else self.where
        text = " ".join(part for part in (self.value, self.reason, self.advice) if part)
        return f"{place}: {text}" if place else text


@dataclass(frozen=True)
class Report:
    """Everything that reading found, errors first, each in the order of the file."""

    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What refuses the package."""
        return tuple(one for one in self.findings if one.error)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What was put right or kept as it is, and is worth a look."""
        return tuple(one for one in self.findings if not one.error)


class RefusedPackageError(ValueError):
    """A package that cannot be read; `report` carries every error and note."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        ordered = sorted(findings, key=lambda one: not one.error)
        self.report = Report(tuple(ordered))
        super().__init__("; ".join(str(one) for one in self.report.errors[:EXAMPLES]))


@dataclass(frozen=True)
class Loss:
    """One thing that strict CASE 1.1 cannot say as the publisher said it."""

    where: str
    """The object, e.g. ``CFItem 8bac2c7e-…``."""
    field: str
    what: str
    """What was done about it, as a sentence without a subject."""


@dataclass(frozen=True)
class LossReport:
    """How a strict package differs from what was read. Empty: in nothing."""

    losses: tuple[Loss, ...] = ()

    def lines(self) -> list[str]:
        """Return one line for each kind of loss, with how often and where."""
        groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for one in self.losses:
            groups[one.where.partition(" ")[0], one.field, one.what].append(one.where)
        return [_line(*key, places) for key, places in groups.items()]


def _line(kind: str, name: str, what: str, places: list[str]) -> str:
    shown = ", ".join(place.partition(" ")[2] for place in places[:EXAMPLES])
    more = f" and {len(places) - EXAMPLES:,} more" if len(places) > EXAMPLES else ""
    where = f" ({shown}{more})" if shown else ""
    return f"{kind}.{name} {what}{where}"
