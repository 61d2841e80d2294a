"""Pages about frameworks: everybody of the district reads them, the district's staff keeps them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from milepost.audit.models import ImportRun
from milepost.purpose import case, commands, queries
from milepost.purpose.models import Competency, Framework
from milepost.roster.models import Person
from milepost.roster.queries import today
from tests.cast import Cast
from tests.purpose.packages import identifier, item, number_package, package
from tests.purpose.test_export_case import rich_package, save

ClientOf = Callable[[Person | None], Client]
NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    """Serve stylesheets as they lie in the source: nothing was collected for the tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def numbers(cast: Cast) -> Framework:
    """The small framework, in the cast's district."""
    return save(cast.district, json.dumps(rich_package()).encode())


def one(code: str) -> Competency:
    return Competency.objects.get(code=code)


def read(client: Client, name: str, *args: object, query: str = "") -> str:
    """Return a page's text, and hold that it came."""
    response = client.get(reverse(f"purpose:{name}", args=args) + query)
    assert response.status_code == 200, name
    return " ".join(response.content.decode().split())


def test_anybody_of_the_district_may_browse(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    for person in (cast.maya, cast.rosa, cast.alba, cast.chen, cast.eze, cast.fox, cast.diaz):
        client = client_of(person)
        assert "Numbers" in read(client, "frameworks")
        assert "Multiply within a hundred." in read(client, "framework", numbers.pk)
        assert "Count to ten." in read(client, "competency", one("N.1").pk)


def test_people_of_another_district_and_nobody_see_nothing(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    addresses = [
        reverse("purpose:framework", args=[numbers.pk]),
        reverse("purpose:competency", args=[one("N.1").pk]),
        reverse("purpose:export", args=[numbers.pk]),
        reverse("purpose:package", args=[numbers.pk]),
        reverse("purpose:received", args=[numbers.pk, 1]),
    ]
    for address in addresses:
        assert client_of(cast.young).get(address).status_code == 404
        assert client_of(None).get(address).status_code == 302
    assert "Numbers" not in read(client_of(cast.young), "frameworks", query="?q=count")


def test_only_the_districts_staff_imports_and_exports(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    run = ImportRun.objects.create(
        district=cast.district.pk, kind="case", source="x.json", status="refused", started_at=NOW
    )
    addresses = [
        reverse("purpose:import"),
        reverse("purpose:report", args=[run.pk]),
        reverse("purpose:export", args=[numbers.pk]),
        reverse("purpose:package", args=[numbers.pk]),
        reverse("purpose:received", args=[numbers.pk, 1]),
    ]
    for address in addresses:
        assert client_of(cast.diaz).get(address).status_code == 200, address
        for person in (cast.maya, cast.rosa, cast.alba, cast.chen, cast.fox):
            assert client_of(person).get(address).status_code == 404, address
    use = reverse("purpose:use", args=[numbers.pk])
    assert client_of(cast.alba).post(use, {"in_use": "yes"}).status_code == 404
    numbers.refresh_from_db()
    assert not numbers.in_use


def test_a_competency_shows_what_it_builds_on_and_all_that_its_package_said(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    commands.set_levels(by=None, competency=one("N.1"), levels=[("Begins", "I count to five.")])
    first = read(client_of(cast.maya), "competency", one("N.1").pk)
    for words in ("Leads to", "Part of", "I count to five.", "counting", "Free", "Counting",
                  "Does it alone", "How well", "KG"):  # fmt: skip
        assert words in first, words
    third = read(client_of(cast.maya), "competency", one("N.3").pk)
    assert "Builds on" in third
    assert "outside the competencies here" in third
    assert reverse("purpose:competency", args=[one("N.2").pk]) in third


def test_a_match_in_another_framework_is_shown_from_both_ends(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    elsewhere = package("Elsewhere", [item("X.2", "Plus."), item("X.3", "Times.")])
    save(cast.district, json.dumps(elsewhere).encode())
    match = commands.Match(
        identifier("Elsewhere"), "X.2", "exactMatchOf", numbers.identifier, "N.2"
    )
    commands.save_crosswalk(by=None, district=cast.district, matches=[match], now=NOW)
    assert "Times." in read(client_of(cast.maya), "competency", one("N.3").pk)
    back = read(client_of(cast.maya), "competency", one("X.3").pk)
    assert "Multiply within a hundred." in back
    assert "Plus." in back, "the prerequisite that the matches carry over"


def test_an_ended_competency_keeps_its_page_and_says_so(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    commands.retire_competency(
        by=None, competency=one("N.3"), on=date(2020, 1, 1), why="Merged into another."
    )
    client = client_of(cast.maya)
    page = read(client, "competency", one("N.3").pk)
    assert "no longer counts" in page
    assert "Merged into another." in page
    assert "Multiply within" not in read(client, "framework", numbers.pk)
    assert "Multiply within" in read(client, "framework", numbers.pk, query="?retired=1")


def test_search_finds_codes_first_and_every_word(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    found = queries.search(cast.district.pk, "n.1")
    assert found[0] == one("N.1")
    assert [row.code for row in queries.search(cast.district.pk, "within ten")] == ["N.2"]
    assert [row.code for row in queries.search(cast.district.pk, "in")] == ["N.2", "N.3"]
    assert not queries.search(cast.district.pk, "  ")
    assert not queries.search(cast.elsewhere.pk, "ten")
    client = client_of(cast.maya)
    assert "One competency has “hundred”" in read(client, "frameworks", query="?q=hundred")
    assert "0 competencies have “zzz”" in read(client, "framework", numbers.pk, query="?q=zzz")


def test_a_script_in_a_package_is_shown_as_text(cast: Cast, client_of: ClientOf) -> None:
    evil = number_package()
    evil["CFItems"][1]["fullStatement"] = "<script>alert(1)</script>"
    evil["CFAssociations"][-1]["destinationNodeURI"]["uri"] = "javascript:alert(1)"
    save(cast.district, json.dumps(evil).encode())
    assert "<script>alert" not in read(client_of(cast.maya), "competency", one("N.1").pk)
    assert 'href="javascript' not in read(client_of(cast.maya), "competency", one("N.3").pk)


def test_an_upload_is_taken_in_and_reported(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.diaz)
    content = json.dumps(number_package()).encode()
    upload = SimpleUploadedFile("numbers.json", content)
    response = client.post(reverse("purpose:import"), {"file": upload, "kind": "case"}, follow=True)
    assert "“Numbers” was taken in." in response.content.decode()
    assert ImportRun.objects.get().by == cast.diaz.pk
    received = client.get(reverse("purpose:received", args=[Framework.objects.get().pk, 1]))
    assert received.content == content


def test_a_bad_upload_is_reported_row_by_row(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.diaz)
    upload = SimpleUploadedFile("../../evil.json", b'{"CFDocument": ')
    page = client.post(reverse("purpose:import"), {"file": upload, "kind": "case"}, follow=True)
    assert "evil.json was refused" in page.content.decode()
    assert not Framework.objects.exists()
    nothing = client.post(reverse("purpose:import"), {"kind": "case"})
    assert nothing.status_code == 400
    assert "Choose a file first." in nothing.content.decode()


def test_the_export_says_what_it_cannot_carry_and_sends_the_package(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    commands.set_levels(by=None, competency=one("N.1"), levels=[("Begins", "I count to five.")])
    client = client_of(cast.diaz)
    assert "levels" in read(client, "export", numbers.pk)
    response = client.get(reverse("purpose:package", args=[numbers.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="numbers.json"'
    sent, _ = case.read_package(response.content)
    assert len(sent.items) == 4


def test_the_district_works_by_what_its_staff_chose(
    cast: Cast, numbers: Framework, client_of: ClientOf
) -> None:
    assert not queries.competencies_in_use(cast.district.pk).exists()
    use = reverse("purpose:use", args=[numbers.pk])
    client_of(cast.diaz).post(use, {"in_use": "yes"})
    in_use = queries.competencies_in_use(cast.district.pk)
    assert [row.code for row in in_use] == ["N.1", "N.2", "N.3"]
    client_of(cast.diaz).post(use, {"in_use": "no"})
    assert not queries.competencies_in_use(cast.district.pk).exists()


def forest(count: int) -> dict[str, Any]:
    """Return a framework of ``count`` items, ten under each heading, each after the one before."""
    heads = [item(f"H{k}") for k in range(count // 10)]
    leaves = [item(f"L{k}") for k in range(count - len(heads))]
    edges = [(f"L{k}", "isChildOf", f"H{k % len(heads)}") for k in range(len(leaves))]
    edges += [(f"L{k}", "precedes", f"L{k + 1}") for k in range(len(leaves) - 1)]
    return package("Forest", [*heads, *leaves], edges)


def test_pages_ask_as_often_for_690_items_as_for_30(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.diaz)
    asked: list[list[int]] = []
    for count in (30, 690):
        framework = save(cast.district, json.dumps(forest(count)).encode())
        addresses = [
            reverse("purpose:frameworks"),
            reverse("purpose:frameworks") + "?q=can",
            reverse("purpose:framework", args=[framework.pk]),
            reverse("purpose:framework", args=[framework.pk]) + "?q=can",
            reverse("purpose:competency", args=[one("L3").pk]),
            reverse("purpose:export", args=[framework.pk]),
        ]
        queries.prerequisites(cast.district.pk, today(cast.district))
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[1]) < 30


# Prerequisites over all frameworks ----------------------------------------------------------------


def codes(graph: Any, code: str) -> set[str]:
    ids = graph.get(one(code).pk, frozenset())
    return set(Competency.objects.filter(pk__in=ids).values_list("code", flat=True))


def test_prerequisites_are_carried_over_exact_matches(cast: Cast) -> None:
    save(cast.district, json.dumps(number_package()).encode())
    ours = package("Ours", [item("O.1"), item("O.2"), item("O.3")])
    save(cast.district, json.dumps(ours).encode())
    assert codes(queries.prerequisites(cast.district.pk), "O.2") == set()
    ours_id = identifier("Ours")
    rows = [
        commands.Match(ours_id, f"O.{k}", "exactMatchOf", identifier("Numbers"), f"N.{k}")
        for k in (1, 2, 3)
    ]
    commands.save_crosswalk(by=None, district=cast.district, matches=rows, now=NOW)
    graph = queries.prerequisites(cast.district.pk)
    assert "O.1" in codes(graph, "O.2")
    assert "O.2" in codes(graph, "O.3")
    assert codes(graph, "O.1") == set()


def test_the_graph_forgets_what_has_ended(cast: Cast) -> None:
    save(cast.district, json.dumps(number_package()).encode())
    assert codes(queries.prerequisites(cast.district.pk), "N.2") == {"N.1"}
    commands.retire_competency(
        by=None, competency=one("N.1"), on=date(2026, 1, 1), why="Shown by all."
    )
    assert codes(queries.prerequisites(cast.district.pk), "N.2") == set()
    assert codes(queries.prerequisites(cast.district.pk, date(2025, 12, 31)), "N.2") == {"N.1"}


def test_the_graph_is_asked_for_twice_and_made_once(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    save(cast.district, json.dumps(number_package()).encode())
    queries.prerequisites(cast.district.pk)
    with django_assert_num_queries(2):
        queries.prerequisites(cast.district.pk)


def test_common_core_gives_next_steps_their_prerequisites(cast: Cast, real_data: Path) -> None:
    path = real_data / "case" / "ccssm_converted.json"
    commands.import_case(by=None, district=cast.district, path=path, now=NOW)
    graph = queries.prerequisites(cast.district.pk)
    assert len(graph) == Competency.objects.filter(assessable=True).count()
    assert sum(map(len, graph.values())) > 400
    ours = package("Ours", [item("M.6"), item("M.5")])
    save(cast.district, json.dumps(ours).encode())
    ccss = Framework.objects.get(title__startswith="CCSS").identifier
    later, earlier = _some_edge(graph)
    rows = [
        commands.Match(identifier("Ours"), "M.6", "exactMatchOf", ccss, later.identifier),
        commands.Match(identifier("Ours"), "M.5", "exactMatchOf", ccss, earlier.identifier),
    ]
    commands.save_crosswalk(by=None, district=cast.district, matches=rows, now=NOW)
    assert "M.5" in codes(queries.prerequisites(cast.district.pk), "M.6")


def _some_edge(graph: Any) -> tuple[Competency, Competency]:
    """Return one (later, earlier) pair of the graph, always the same."""
    later = min((id_ for id_, needs in graph.items() if needs), key=str)
    earlier = min(graph[later], key=str)
    return Competency.objects.get(pk=later), Competency.objects.get(pk=earlier)
