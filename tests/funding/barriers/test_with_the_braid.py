"""From rulebook to braid and back: blocked, reported, waived, paid, and blocked again."""

from datetime import date, timedelta

import pytest

from milepost.funding.accounts import Account
from milepost.funding.commands.barriers import record_barriers
from milepost.funding.queries.barriers import forbidden, waived
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Cost, Restriction, Stream, Window
from milepost.ids import new_id
from milepost.rulebook import commands as rulebook
from milepost.rulebook import queries
from milepost.rulebook.models import Rule
from tests.cast import Cast
from tests.rulebook.books import NOW, TODAY

braid = pytest.importorskip("milepost.funding.braid").braid

LAST = date(2026, 12, 31)
SOURCE = Source("grant letter", TODAY, "Mr. Fox")
BOARD = """
rulebook: board
title: Policies of the board
authority: Cedar Valley
rules:
  - identifier: no-tutoring
    citation: Policy 9.1
    kind: district_policy
    binds: fund_use
    title: No outside tutoring
    words: The district buys no tutoring from outside.
    source: Minutes of 2024-05-14
    read: 2026-08-01
    from: 2024-07-01
    terms: {tags: [tutoring]}
  - identifier: gift-for-staff
    citation: Policy 9.2
    kind: fund_restriction
    binds: fund_use
    title: The gift pays professional development
    words: The gift of 2025 pays professional development and nothing else.
    source: Letter of 2025-05-14
    read: 2026-08-01
    from: 2025-07-01
    fund: gift
"""


def test_a_block_goes_the_whole_way_and_a_waiver_lifts_it_for_its_days(cast: Cast) -> None:
    rulebook.publish_rules(by=None, organisation=cast.district, text=BOARD, on=TODAY, now=NOW)
    books = Account("01", "1000", "300", "100")
    costs = [Cost("tutors", 2027, 1_000_000, books, "other", "recurring",
                  tags=frozenset({"tutoring"}))]  # fmt: skip
    window = Window(TODAY, date(2026, 7, 1), date(2027, 6, 30), None, SOURCE)
    training = Restriction("Policy 9.2", categories=frozenset({"professional development"}))
    gift = Stream("gift", "The gift", "philanthropy", (Award(2027, 1_500_000, SOURCE),), (window,),
                  allows=(training,))  # fmt: skip

    def plan(on: date) -> tuple[int, list[str]]:
        """Return cents paid and the citations in the way, recorded as a version of the plan."""
        answer = braid(costs, [gift], on=TODAY, rules=forbidden(cast.district, on),
                       waived=waived(cast.district, on))  # fmt: skip
        record_barriers(by=cast.fox.pk, organisation=cast.district, version=version,
                        barriers=answer.barriers, on=on, now=NOW)  # fmt: skip
        seen = queries.barriers(cast.district, on)
        assert all(one.barrier.rule for one in seen)
        assert all(one.barrier.blocked_cents == 1_000_000 for one in seen)
        paid = sum(one.cents for one in answer.allocations)
        return paid, sorted(one.barrier.citation for one in seen)

    version = new_id()
    assert plan(TODAY) == (0, ["Policy 9.1", "Policy 9.2"])
    for rule in Rule.objects.all():
        rulebook.grant_waiver(by=None, rule=rule, organisations=[cast.district], begins_on=TODAY,
                              ends_on=LAST, decided_by="Board", document="Item 4",
                              now=NOW)  # fmt: skip
    assert plan(LAST) == (1_000_000, [])
    assert plan(LAST + timedelta(1)) == (0, ["Policy 9.1", "Policy 9.2"])
