"""Answers over HTTP to a site that is killed: whatever was acknowledged is in the evidence."""

import time
from random import Random
from threading import Timer

from tests.faults.database import ask
from tests.faults.killing import Story
from tests.faults.schoolroom import Learner, prepare
from tests.faults.serving import Browser, Site, serving
from tests.site.terminal import Terminal

LONGEST = 1.5
"""Seconds of answering after which a site has been killed."""


def run(terminal: Terminal, kills: int, rng: Random) -> Story:
    """Kill a serving site so often while a learner answers; then look for every answer."""
    story = Story()
    maya = prepare(terminal)
    acknowledged: list[str] = []
    for _ in range(kills):
        with serving(terminal) as site:
            acknowledged += answers_until_killed(site, maya, after=rng.uniform(0.05, LONGEST))
            story.kills += 1
        story.wrong += [
            f"after kill {story.kills}: {line}" for line in lost(terminal, acknowledged)
        ]
    story.acknowledged = len(acknowledged)
    story.wrong += not_folded(terminal)
    return story


def answers_until_killed(site: Site, maya: Learner, *, after: float) -> list[str]:
    """Answer question after question until the site is killed; return what was acknowledged."""
    acknowledged: list[str] = []
    browser = Browser(site.port)
    browser.sign_in()
    clock = Timer(after, site.kill)
    clock.start()
    try:
        while True:
            attempt, page = browser.answer(browser.question(maya), maya)
            if page.status == 200:
                acknowledged.append(attempt)
            time.sleep(0.001)
    except OSError:
        return acknowledged
    finally:
        clock.join()


def lost(terminal: Terminal, acknowledged: list[str]) -> list[str]:
    """Return what is wrong with the answers that were acknowledged, in words."""
    there = ask(
        terminal,
        "SELECT attempt.id, observation.id FROM assessment_attempt AS attempt "
        "JOIN evidence_observation AS observation ON observation.id = attempt.observation_id",
    )
    saved = {str(attempt).replace("-", "") for attempt, _ in there}
    missing = [one for one in acknowledged if one.replace("-", "") not in saved]
    ((rows, last),) = ask(
        terminal, "SELECT count(*), coalesce(max(position), 0) FROM evidence_observation"
    )
    wrong = [f"{one} was acknowledged and is not in the evidence" for one in missing]
    if not rows == last == len(there):
        wrong.append(f"{rows} observations up to {last}, {len(there)} attempts: half an answer")
    return wrong


def not_folded(terminal: Terminal) -> list[str]:
    """Catch up, and return what is wrong with the state then."""
    ended = terminal("catch-up")
    ((pieces,),) = ask(terminal, "SELECT coalesce(sum(observations), 0) FROM mastery_learnerbelief")
    ((rows,),) = ask(terminal, "SELECT count(*) FROM evidence_observation")
    if ended.code or pieces != rows:
        return [f"{pieces} of {rows} observations are folded: {ended.said}"]
    return []
