"""What the rulebook says to a plan: what is waived, and what limits its lines."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from milepost.funding.blocks import CHECKS, Limit
from milepost.funding.streams import Restriction
from milepost.roster.models import Organisation
from milepost.rulebook import queries as rulebook
from milepost.rulebook.models import Rule
from milepost.rulebook.queries import RuleInForce


def waived(organisation: Organisation, on: date) -> frozenset[str]:
    """Return the citations of the rules that waivers lift for an organisation on a day.

    The braid takes them to lift blocks: a stream's restriction must cite its rule as the rulebook
    does. On the day after a waiver ends its citation is gone, and the block is back.
    """
    granted = {one.rule.citation for one in rulebook.waivers(organisation, on)}
    freed = {one.rule.citation for one in rulebook.rules_in_force(organisation, on) if one.waived}
    return frozenset(granted | freed)


def limits(organisation: Organisation, on: date) -> tuple[Limit, ...]:
    """Return what the rules that bind an organisation on a day, and are not waived, forbid a plan.

    A rule on the use of a fund that names what it speaks of forbids that fund just that.
    """
    found = rulebook.rules_in_force(organisation, on)
    return tuple(limit for one in found if not one.waived for limit in _limits(one))


def forbidden(organisation: Organisation, on: date) -> tuple[Restriction, ...]:
    """Return what rules that bind an organisation on a day forbid whoever pays, waived ones too.

    The braid takes them as its rules; `waived` lifts them there.
    """
    found = rulebook.rules_in_force(organisation, on, binds=Rule.Binds.FUND_USE)
    restrictions = (
        _restriction(one.rule.citation, one.rule.terms) for one in found if not one.rule.fund
    )
    return tuple(one for one in restrictions if one is not None)


def _limits(one: RuleInForce) -> Iterator[Limit]:
    rule = one.rule
    restriction = _restriction(rule.citation, rule.terms)
    if rule.binds == rule.Binds.FUND_USE and restriction:
        yield Limit(rule.citation, "may_not_pay", restriction=restriction, fund=rule.fund)
    for figure in one.values:
        if figure.name in CHECKS:
            yield Limit(
                citation=rule.citation,
                name=figure.name,
                value=Decimal(figure.value),
                grades=frozenset(figure.grades),
                restriction=restriction,
                fund=rule.fund,
            )


def _restriction(citation: str, terms: dict[str, list[str]]) -> Restriction | None:
    """Return a rule's terms as the funding room reads conditions; None where it has none."""
    if not terms:
        return None
    conditions: dict[str, Any] = {name: frozenset(some) for name, some in terms.items()}
    return Restriction(rule=citation, **conditions)
