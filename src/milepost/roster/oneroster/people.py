"""Roles out of a 1.1 users.csv, and who is family to whom."""

import polars as pl

from milepost.roster.oneroster.checking import ALIVE, Checked
from milepost.roster.oneroster.records import Relation
from milepost.roster.oneroster.tables import ROLES
from milepost.roster.oneroster.values import FAMILY_ROLES


def roles_of_users(users: Checked) -> Checked:
    """Turn the role and orgSourcedIds of 1.1 users into rows of roles, one an organisation.

    The first organisation of a person is primary. Dates are unknown in 1.1.
    """
    apart = users.frame.explode("org_sourced_ids", empty_as_null=True).filter(
        pl.col("role").is_not_null() & pl.col("org_sourced_ids").is_not_null()
    )
    filled = {
        "sourced_id": pl.concat_str("sourced_id", "org_sourced_ids", "role", separator=":"),
        "user_sourced_id": pl.col("sourced_id"),
        "org_sourced_id": pl.col("org_sourced_ids"),
        "role_type": pl.when(pl.int_range(pl.len()).over("line") == 0)
        .then(pl.lit("primary"))
        .otherwise(pl.lit("secondary")),
    }
    kept = ("status", "date_last_modified", "role", "line")
    empty = ROLES.empty()
    columns = [
        filled[name].alias(name)
        if name in filled
        else pl.col(name)
        if name in kept
        else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in empty.schema.items()
    ]
    return Checked(ROLES, apart.select(columns), users.mode, users.unreadable)


def family_relations(users: Checked, roles: Checked) -> tuple[Relation, ...]:
    """Find who is family to whom from the agents of users.

    The standard lists agents on the learner, on the adult, or on both, so the roles say which of
    a pair is the learner. A pair of two learners, or of a learner and somebody who is known and
    not family, is not a family relation; it is left out with a note.
    """
    held: dict[str, set[str]] = {}
    for user, role in roles.frame.filter(ALIVE).select("user_sourced_id", "role").iter_rows():
        held.setdefault(user, set()).add(role)
    pairs = (
        users.frame.filter(ALIVE)
        .select("line", "sourced_id", agent="agent_sourced_ids")
        .explode("agent", empty_as_null=True)
        .drop_nulls()
    )
    found: dict[tuple[str, str], Relation] = {}
    for line, user, agent in pairs.iter_rows():
        relation = _relation(line, user, agent, held)
        if relation is None:
            why = "are not a learner and family"
            if user not in held and agent not in held:
                why = "both come without their roles"
            users.note(line, f'"{user}" and agent "{agent}" {why}; no relation was made.')
            continue
        pair = (relation.learner_sourced_id, relation.agent_sourced_id)
        if pair not in found or found[pair].relationship is None:
            found[pair] = relation
    return tuple(found.values())


def _relation(line: int, user: str, agent: str, held: dict[str, set[str]]) -> Relation | None:
    """The relation of a pair, seen from whichever of the two is the adult of the family.

    Somebody without any role in the set may be either; the other one's role decides.
    """
    for learner, adult in ((user, agent), (agent, user)):
        family = sorted(held.get(adult, set()) & set(FAMILY_ROLES))
        learns = held.get(learner, {"student"})
        if family and "student" in learns and learner != adult:
            return Relation(learner, adult, family[0], line)
    if "student" in held.get(user, set()) and agent not in held and user != agent:
        return Relation(user, agent, None, line)
    return None
