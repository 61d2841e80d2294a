"""The compiled blueprint: how much an area is wanted, and whether a choice leaves a whole test."""

from milepost.measurement.adaptive.lean import inlined, lean
from milepost.measurement.adaptive.tables import Bools, Choice, Records

NOBODY, TAKEN = -1, -2


@inlined
def unmet(area: Records, done: Records) -> int:
    """Return how many items the areas still lack to their fewest."""
    lack = 0
    for h in range(len(area)):
        lack += max(area[h].least - done[h].count, 0)
    return lack


@inlined
def rank_areas(area: Records, done: Records) -> None:
    """Note the priority of each area: how far it is from its quota, as a share, times its weight.

    The maximum priority index (Cheng & Chang 2009) in two phases (Cheng, Chang & Yi 2007): the
    quotas are the fewest items until every area has them, then the most.
    """
    first_phase = unmet(area, done) > 0
    for h in range(len(area)):
        quota = area[h].least if first_phase else area[h].most
        left = quota - done[h].count
        done[h].rank = area[h].weight * left / quota if left > 0 else 0.0


@lean
def may_follow(c: Choice, item: int) -> bool:
    """Return whether a whole test that meets the blueprint can still follow this item.

    Ask it of an item of an enemy set that spans areas; no other can take from another area what
    that needs.
    """
    rivals = c.item[item].enemy_set
    for e in range(len(c.sets)):
        c.sets[e].owner = NOBODY if c.sets[e].taken == 0 and e != rivals else TAKEN
    for h in range(len(c.done)):
        c.done[h].after = c.done[h].count
    c.done[c.item[item].area].after += 1
    return complete(c.area, c.shared, c.done, c.sets, c.left - 1)


@lean
def complete(area: Records, shared: Bools, done: Records, sets: Records, left: int) -> bool:
    """Return whether `left` more items can be found that keep every area's limits.

    Each area has `after` items so far and `own` more to itself, and may draw one item on each
    enemy set that it shares in and that has no `owner`. Sets are given out by augmenting paths
    (Ford & Fulkerson 1956), which never take away the number that an area already has; so the
    fewest are served first.
    """
    reach = 0
    for h in range(len(area)):
        for _ in range(area[h].least - done[h].after - done[h].own):
            if not _draw(shared, done, sets, h):
                return False
            reach += 1
        reach += max(min(area[h].most - done[h].after, done[h].own), 0)
    for h in range(len(area)):
        drawn = max(area[h].least - done[h].after - done[h].own, 0)
        room = area[h].most - done[h].after - done[h].own - drawn
        while reach < left and room > 0 and _draw(shared, done, sets, h):
            reach += 1
            room -= 1
    return bool(reach >= left)


@lean
def _draw(shared: Bools, done: Records, sets: Records, h: int) -> bool:
    """Let area h draw on one more set, moving the draws of others where that helps."""
    for e in range(len(sets)):
        sets[e].source = NOBODY  # the area that would draw on a set
    for k in range(len(done)):
        done[k].given_up = NOBODY  # the set that an area would give up
    done[0].queue, end, at = h, 1, 0
    while at < end:
        k = done[at].queue
        for e in range(len(sets)):
            owner = sets[e].owner
            if not shared[k, e] or sets[e].source != NOBODY or owner == TAKEN:
                continue
            sets[e].source = k
            if owner == NOBODY:
                _move(done, sets, h, e)
                return True
            if owner != h and done[owner].given_up == NOBODY:
                done[owner].given_up = e
                done[end].queue = owner
                end += 1
        at += 1
    return False


@lean
def _move(done: Records, sets: Records, h: int, last: int) -> None:
    """Give each set along a path to the area that would draw on it."""
    e = last
    while True:
        sets[e].owner = sets[e].source
        if sets[e].source == h:
            return
        e = done[sets[e].source].given_up
