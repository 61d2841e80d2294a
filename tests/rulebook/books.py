"""A small rulebook that the tests of this room share, and the day on which they stand."""

from datetime import UTC, date, datetime

from milepost.roster.models import Organisation
from milepost.rulebook import commands
from milepost.rulebook.models import Rule

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)
TODAY = date(2026, 9, 1)

BOOK = """
rulebook: cedar-state
title: Rules of the state of Cedar
authority: Cedar
rules:
  - identifier: class-size
    citation: Cedar Code 1.01
    kind: statute
    binds: class_size
    title: No more than so many pupils in a class
    words: A class of the first grades has at most 22 pupils.
    source: Cedar Code, volume 1
    read: 2026-08-01
    from: 2015-07-01
    until: 2024-06-30
    values:
      - {name: maximum_pupils, value: 24, unit: pupils per class, grades: [KG, "01", "02"]}
  - identifier: class-size
    citation: Cedar Code 1.01
    kind: statute
    binds: class_size
    title: No more than so many pupils in a class
    words: A class of the first grades has at most 22 pupils.
    source: Cedar Code, volume 2
    read: 2026-08-01
    from: 2024-07-01
    values:
      - {name: maximum_pupils, value: 22, unit: pupils per class, grades: [KG, "01", "02"]}
      - {name: maximum_pupils, value: 28, unit: pupils per class, grades: ["03"]}
  - identifier: bids
    citation: Cedar Code 9.09
    kind: statute
    binds: procurement_threshold
    title: Bids above a price
    words: What costs more than the threshold is bought by sealed bids.
    source: Cedar Code, volume 9
    read: 2026-08-01
    from: 2020-07-01
    values:
      - {name: simplified_acquisition, value: 50000, unit: dollars, until: 2026-06-30}
      - {name: simplified_acquisition, value: 75000.50, unit: dollars, from: 2026-07-01}
"""


def publish(organisation: Organisation, text: str = BOOK) -> commands.Changes:
    """Take the book into an organisation's rulebook."""
    return commands.publish_rules(by=None, organisation=organisation, text=text, on=TODAY, now=NOW)


def a_rule(organisation: Organisation) -> Rule:
    """Take the book in and return its class-size rule in today's wording."""
    publish(organisation)
    return Rule.objects.get(organisation=organisation, identifier="class-size", ends_on=None)
