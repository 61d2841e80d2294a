"""A file of rules is taken in whole or not at all, and the past can still be asked."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from milepost.audit.models import Event, ImportRun
from milepost.roster import commands as roster
from milepost.rulebook import commands, queries
from milepost.rulebook.models import Publication, Rule
from milepost.rulebook.rules import RefusedError, Value
from tests.cast import Cast
from tests.rulebook.books import BOOK, NOW, TODAY, publish


def test_a_rule_in_force_on_any_past_day_can_be_asked(cast: Cast) -> None:
    publish(cast.district)

    def most(on: date, grade: str) -> Decimal | None:
        return queries.value(cast.district, "class-size", "maximum_pupils", on, grade)

    assert most(TODAY, "02") == 22
    assert most(TODAY, "03") == 28
    assert most(date(2024, 6, 30), "02") == 24
    assert most(date(2024, 7, 1), "02") == 22
    assert most(date(2015, 6, 30), "02") is None, "it did not bind yet: missing, not zero"
    assert most(TODAY, "12") is None, "the rule says nothing of grade 12"


def test_a_figure_changes_on_its_day_and_keeps_every_digit(cast: Cast) -> None:
    publish(cast.district)

    def price(on: date) -> str:
        return str(queries.value(cast.district, "bids", "simplified_acquisition", on))

    assert (price(date(2026, 6, 30)), price(date(2026, 7, 1))) == ("50000", "75000.50")


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    first = publish(cast.district)
    assert len(first.added) == 3
    events = Event.objects.count()
    assert not publish(cast.district)
    assert (Event.objects.count(), Publication.objects.count()) == (events, 1)


def test_a_new_file_says_first_what_it_adds_changes_and_retires(cast: Cast) -> None:
    publish(cast.district)
    head, _class_size_then, now, _bids = BOOK.split("  - identifier:")
    added = now.replace(" class-size", " lunch").replace("1.01", "1.02")
    text = "  - identifier:".join([head, now.replace("value: 22", "value: 21"), added])
    seen = commands.preview(organisation=cast.district, text=text)
    assert seen.added == ("lunch from 2024-07-01",)
    assert seen.changed == (("class-size from 2024-07-01", ("values",)),)
    assert seen.retired == ("bids from 2020-07-01", "class-size from 2015-07-01")
    assert len(queries.rules_in_force(cast.district, TODAY)) == 2, "a look changes nothing"
    assert publish(cast.district, text) == seen
    assert queries.value(cast.district, "class-size", "maximum_pupils", TODAY, "KG") == 21
    yesterday = date(2026, 8, 31)
    assert queries.value(cast.district, "bids", "simplified_acquisition", TODAY) is None
    assert queries.value(cast.district, "bids", "simplified_acquisition", yesterday) is not None
    back = publish(cast.district)
    assert ("bids from 2020-07-01", ("returned",)) in back.changed
    assert Publication.objects.get(number=3).received == BOOK


def test_what_the_state_says_binds_its_districts_and_schools(cast: Cast) -> None:
    state = roster.add_organisation(by=None, kind="state", name="Cedar")
    cast.district.parent = state
    cast.district.save()
    publish(state)
    for one in (state, cast.district, cast.school):
        assert len(queries.rules_in_force(one, TODAY)) == 2
    assert queries.rules_in_force(cast.elsewhere, TODAY) == []
    with pytest.raises(RefusedError, match="in force here already, by the rulebook of Cedar"):
        publish(cast.district)
    assert Rule.objects.filter(organisation=cast.district).count() == 0


def test_search_and_what_is_bound(cast: Cast) -> None:
    publish(cast.district)
    found = queries.rules_in_force(cast.district, TODAY, binds="class_size")
    assert [one.rule.identifier for one in found] == ["class-size"]
    found = queries.rules_in_force(cast.district, TODAY, text="sealed 9.09")
    assert [one.rule.identifier for one in found] == ["bids"]


def test_an_amendment_by_hand_leaves_the_old_wording_its_days(cast: Cast) -> None:
    publish(cast.district)
    rule = Rule.objects.get(identifier="bids")
    amended = commands.amend_rule(
        by=cast.diaz.pk,
        rule=rule,
        begins_on=date(2027, 1, 1),
        source="Act 7 of 2026",
        source_on=TODAY,
        now=NOW,
        words="What costs more than the threshold is bought by bids or proposals.",
        values=[
            Value("simplified_acquisition", Decimal(90000), "dollars", date(2027, 1, 1), "Act 7")
        ],
    )
    assert amended.supersedes_id == rule.pk

    def price(on: date) -> Decimal | None:
        return queries.value(cast.district, "bids", "simplified_acquisition", on)

    assert (price(date(2026, 12, 31)), price(date(2027, 1, 1))) == (Decimal("75000.50"), 90000)
    assert not publish(cast.district), "the file again does not undo what a person entered"
    assert price(date(2027, 1, 1)) == 90000
    assert [one.begins_on for one in queries.history(rule)] == [date(2027, 1, 1), date(2020, 7, 1)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"begins_on": date(2020, 7, 1)}, "an amendment begins later"),
        ({"source": " "}, "which text makes the amendment"),
        ({"rulebook": "x"}, "no part of a rule's wording"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(
    cast: Cast, given: dict[str, object], said: str
) -> None:
    publish(cast.district)
    facts = {"begins_on": date(2027, 1, 1), "source": "Act 7", "source_on": TODAY, "now": NOW}
    with pytest.raises(ValueError, match=said):
        commands.amend_rule(by=None, rule=Rule.objects.get(identifier="bids"), **facts | given)  # type: ignore[arg-type]
    assert Rule.objects.count() == 3


def test_an_import_keeps_what_was_refused_by_line(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    bad = BOOK.replace("value: 22", "value: many")
    path.write_text(bad)

    def take() -> ImportRun:
        return commands.import_rules(
            by=cast.diaz.pk, organisation=cast.district, path=path, on=TODAY, now=NOW
        )

    run = take()
    assert run.status == "refused"
    (row,) = run.refused_rows.all()
    line = 1 + bad[: bad.index(": many")].count("\n")
    assert (row.file, row.line, row.value) == ("rules.yaml", line, "many")
    assert not Rule.objects.exists()
    path.write_text(BOOK)
    assert (take().status, take().status) == ("applied", "unchanged")
