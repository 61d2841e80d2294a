"""Whether a package holds together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from milepost.purpose.case.identifiers import base_of
from milepost.purpose.case.model import CHILD, PRECEDES, Association, Link, Package
from milepost.purpose.case.report import Finding

MOST_CIRCLES = 20
"""Circles of a kind that are named; whoever has more will look at the first ones first."""
EXAMPLES = 5


def check_package(package: Package) -> list[Finding]:
    """Return what does not hold together.

    Errors: two nodes of one identifier; children in a circle, which no outline can show. Notes:
    prerequisites in a circle (kept; `prerequisites.build_graph` leaves an edge out), ends that
    should be in the package and are not, items that the document does not reach.
    """
    return [
        *_shared_identifiers(package),
        *_circles(package, CHILD, error=True),
        *_circles(package, PRECEDES, error=False),
        *_dangling(package),
        *_adrift(package),
    ]


def _shared_identifiers(package: Package) -> Iterator[Finding]:
    nodes = Counter([package.document.identifier, *(one.identifier for one in package.items)])
    ties = Counter(one.identifier for one in package.associations)
    for where, counts in (("CFItems", nodes), ("CFAssociations", ties)):
        for identifier, number in counts.items():
            if number > 1:
                yield Finding(
                    True, where, identifier, f"is the identifier of {number} different objects.",
                    "Give each an identifier of its own.",
                )  # fmt: skip


def _circles(package: Package, kind: str, *, error: bool) -> Iterator[Finding]:
    after: dict[str, set[str]] = defaultdict(set)
    for tie in package.associations:
        if tie.kind == kind:
            after[tie.origin.identifier].add(tie.destination.identifier)
    names = _names(package)
    for circle in circles(after, MOST_CIRCLES):
        way = " → ".join(names.get(one, one) for one in circle)
        if error:
            reason = f"is a circle of {kind}: each would be a part of itself."
            advice = "Take out the association that is wrong."
        else:
            reason = f"is a circle of {kind}: none of them could come first."
            advice = "It is kept; next steps leave one association of it out."
        yield Finding(error, "CFAssociations", way, reason, advice)


def circles(after: Mapping[str, set[str]], most: int) -> Iterator[list[str]]:
    """Yield up to ``most`` circles of a graph, each as nodes with the first again at the end."""
    left = {node: sorted(after[node]) for node in sorted(after)}
    for _ in range(most):
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            yield circle
            left[circle[0]].remove(circle[1])
        else:
            return


def _dangling(package: Package) -> Iterator[Finding]:
    """Yield ends that have an address beside the package's own items but are not among them."""
    base = base_of(package.document.uri)
    for tie in package.associations:
        for field, end in (("originNodeURI", tie.origin), ("destinationNodeURI", tie.destination)):
            if end.identifier not in package.nodes and _is_expected(tie, end, base):
                why = f"{CHILD} joins" if tie.kind == CHILD else "its address is one of"
                yield Finding(
                    False, f"CFAssociation {tie.identifier}.{field}", end.title or end.identifier,
                    f"is not in the package, though {why} the framework's own items.",
                    "It is kept, and joined when a framework that has it arrives.",
                )  # fmt: skip


def _is_expected(tie: Association, end: Link, base: str) -> bool:
    return tie.kind == CHILD or bool(base and end.uri.startswith(f"{base}/CFItems/"))


def _adrift(package: Package) -> Iterator[Finding]:
    below: dict[str, list[str]] = defaultdict(list)
    for tie in package.associations:
        if tie.kind == CHILD:
            below[tie.destination.identifier].append(tie.origin.identifier)
    reached: set[str] = set()
    waiting = [package.document.identifier]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(below.get(node, ()))
    names = _names(package)
    lost = [names[one.identifier] for one in package.items if one.identifier not in reached]
    if lost:
        more = f" and {len(lost) - EXAMPLES:,} more" if len(lost) > EXAMPLES else ""
        yield Finding(
            False, "CFItems", ", ".join(lost[:EXAMPLES]) + more,
            f"{'has' if len(lost) == 1 else 'have'} no way up to the document by {CHILD}.",
            "They are kept at the end of the outline.",
        )  # fmt: skip


def _names(package: Package) -> dict[str, str]:
    """Return what a reader calls each node."""
    names = {one.identifier: one.code or one.title or one.identifier for one in package.items}
    return names | {package.document.identifier: package.document.title or "the document"}
