"""What must be shown before what. Competencies are letters here; x′ is x's match elsewhere."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.purpose import case
from milepost.purpose.prerequisites import Graph, build_graph, closure, depths, ready

pytestmark = pytest.mark.pure

Edges = list[tuple[str, str]]
EDGES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=20)


def pairs(text: str) -> Edges:
    """Return the edges that a text such as ``"ab bc"`` says."""
    return [(one[0], one[1]) for one in text.split()]


def needs(graph: Graph[str]) -> dict[str, str]:
    """Return competency → its prerequisites as sorted letters, where it has any."""
    return {key: "".join(sorted(found)) for key, found in graph.direct.items() if found}


def test_what_is_stated_is_what_is_needed() -> None:
    graph = build_graph("abc", precedes=pairs("ab bc"))

    assert needs(graph) == {"b": "a", "c": "b"}
    assert graph.direct["a"] == frozenset()
    assert closure(graph, "c") == {"a", "b"}
    assert depths(graph) == {"a": 0, "b": 1, "c": 2}


def test_what_is_ready_has_all_its_prerequisites_proficient() -> None:
    graph = build_graph("abcd", precedes=pairs("ac bc cd"))

    assert ready(graph, {"a"}) == ["b"]
    assert ready(graph, {"a", "b"}) == ["c"]
    assert ready(graph, {"a", "b"}, targets=["d", "c"]) == ["c"]
    assert ready(graph, set("abcd")) == []
    with pytest.raises(KeyError):
        ready(graph, set(), targets=["unknown"])


def test_an_edge_between_headings_holds_for_what_stands_below_them() -> None:
    graph = build_graph("abcd", precedes=pairs("HK"), children=pairs("aH bH cK dK"))

    assert needs(graph) == {"c": "ab", "d": "ab"}


def test_a_heading_that_itself_counts_stands_for_itself() -> None:
    graph = build_graph("aHc", precedes=pairs("Hc"), children=pairs("aH"))

    assert needs(graph) == {"c": "H"}


def test_an_edge_between_a_competency_and_its_heading_says_nothing() -> None:
    graph = build_graph("ab", precedes=pairs("aH Hb"), children=pairs("aH bH"))

    assert needs(graph) == {}
    assert graph.broken == ()


def test_what_has_been_retired_is_looked_through() -> None:
    graph = build_graph("ac", precedes=pairs("ab bc"))

    assert needs(graph) == {"c": "a"}


def test_an_edge_that_closes_a_circle_is_left_out_and_reported() -> None:
    graph = build_graph("abcd", precedes=pairs("ab bc ca cd"))

    assert needs(graph) == {"b": "a", "c": "b", "d": "c"}
    assert graph.broken == (("c", "a"),)


def test_edges_are_carried_over_matches() -> None:
    graph = build_graph("ab", precedes=pairs("xz zy"), matches=pairs("ax by"))

    assert needs(graph) == {"b": "a"}


def test_a_match_with_a_heading_is_a_match_with_what_stands_below_it() -> None:
    graph = build_graph("ab", precedes=pairs("xy"), children=pairs("xX"), matches=pairs("aX yb"))

    assert needs(graph) == {"b": "a"}


def test_carried_edges_stay_within_a_framework() -> None:
    frameworks = {"a": 1, "b": 1, "x": 2, "y": 2, "t": 3}
    graph = build_graph(
        "abxyt",
        precedes=pairs("xy"),
        matches=pairs("ax by tx xy"),
        framework_of=frameworks,
    )

    assert needs(graph) == {"b": "a", "y": "x"}


def test_what_matches_too_much_to_tell_an_order_carries_none() -> None:
    graph = build_graph("ab", precedes=pairs("xy"), matches=pairs("ax ay bx by"))

    assert needs(graph) == {}
    assert graph.broken == ()


def test_a_framework_s_own_edge_wins_against_a_carried_one() -> None:
    graph = build_graph("ab", precedes=pairs("ba xy"), matches=pairs("ax by"))

    assert needs(graph) == {"a": "b"}
    assert graph.broken == (("a", "b"),)


def test_children_in_a_circle_do_not_hang_it() -> None:
    graph = build_graph("ab", precedes=pairs("Ha"), children=pairs("HK KH bH"))

    assert needs(graph) == {"a": "b"}


@given(EDGES, EDGES, EDGES, st.sets(st.sampled_from("abcdef")))
def test_no_graph_has_a_circle(
    precedes: Edges, children: Edges, matches: Edges, counting: set[str]
) -> None:
    graph = build_graph(counting, precedes=precedes, children=children, matches=matches)

    assert set(graph.direct) == counting
    assert all(found <= counting for found in graph.direct.values())
    assert all(one not in closure(graph, one) for one in counting)
    assert not any(one in _reached(graph, one) for one in counting)


@given(EDGES)
def test_without_circles_every_stated_edge_is_kept(edges: Edges) -> None:
    forwards = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]

    graph = build_graph("abcdef", precedes=forwards)

    assert {(one, key) for key, found in graph.direct.items() for one in found} == set(forwards)
    assert graph.broken == ()


@given(EDGES, EDGES, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(
    precedes: Edges, matches: Edges, rng: Random
) -> None:
    graph = build_graph("abcdef", precedes=precedes, matches=matches)
    shuffled = list(precedes)
    rng.shuffle(shuffled)

    assert build_graph("fedcba", precedes=shuffled, matches=matches[::-1]) == graph


@given(EDGES)
def test_depth_grows_with_every_prerequisite(edges: Edges) -> None:
    graph = build_graph("abcdef", precedes=edges)
    depth = depths(graph)

    for key, found in graph.direct.items():
        assert depth[key] == max((depth[one] + 1 for one in found), default=0)


def test_a_learner_can_work_through_all_of_common_core_mathematics(real_data: Path) -> None:
    package, _ = case.read_package(real_data / "case" / "ccssm_converted.json")
    graph = _graph_of(package)
    code = {item.identifier: item.code for item in package.items}
    rounds = 0
    shown: set[str] = set()
    while fresh := ready(graph, shown):
        shown |= set(fresh)
        rounds += 1

    assert len(graph.direct) == 431
    assert graph.broken == ()
    assert shown == set(graph.direct)
    assert rounds == max(depths(graph).values()) + 1
    counting = next(key for key, name in code.items() if name == "K.CC.A.1")
    comparing = next(key for key, name in code.items() if name == "1.NBT.B.3")
    assert counting in closure(graph, comparing)


def _graph_of(package: case.Package) -> Graph[str]:
    def edges(kind: str) -> Edges:
        return [
            (tie.origin.identifier, tie.destination.identifier)
            for tie in package.associations
            if tie.kind == kind
        ]

    children = edges(case.CHILD)
    headings = {parent for _, parent in children}
    leaves = [item.identifier for item in package.items if item.identifier not in headings]
    return build_graph(leaves, precedes=edges(case.PRECEDES), children=children)


def _reached(graph: Graph[str], start: str) -> set[str]:
    """Return what comes before a competency, found in another way than `closure`."""
    found: set[str] = set()
    layer: Iterable[str] = graph.direct[start]
    while layer:
        found |= set(layer)
        layer = {one for key in layer for one in graph.direct[key]} - found
    return found
