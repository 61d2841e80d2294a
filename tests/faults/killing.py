"""Commands killed in the middle: trials that tests run a few times and `bench/faults` fifty.

A trial knows the database as it was before a command and as an undisturbed run leaves it. It kills
the command at a random moment again and again, looks at what is there each time, and lets it run to
its end at last.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from milepost.site.backup import Count
from tests.faults.database import ask, digests_of, looking_at
from tests.faults.meaning import Meaning, meaning
from tests.site.terminal import Terminal, copy

Words = Sequence[object]
Look = Callable[[Terminal], list[str]]
"""Looks at a database after a kill; returns what is wrong with it, in words."""


@dataclass
class Story:
    """What became of a trial."""

    kills: int = 0
    in_time: int = 0
    """Runs that ended before their kill."""
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0
    """Answers that the site said it had kept."""


@dataclass(frozen=True)
class Simulated:
    """The files of a simulated district and the commands that bring them in."""

    folder: Path

    @classmethod
    def write(cls, folder: Path, *, learners: int, responses: int, seed: int = 3) -> "Simulated":
        """Simulate a district."""
        ended = Terminal(folder / "home")(
            "simulate", folder / "files", "--learners", learners, "--seed", seed,
            "--responses-per-learner", responses,
        )  # fmt: skip
        assert ended.code == 0, ended.said
        return cls(folder / "files")

    @property
    def roster(self) -> Words:
        """Return the command for the roster."""
        return ("import", "oneroster", self.folder / "oneroster", "--system", "simulated-sis")

    @property
    def attendance(self) -> Words:
        """Return the command for the attendance."""
        path = self.folder / "attendance.csv"
        return ("import", "attendance", path, "--system", "simulated-sis")

    @property
    def framework(self) -> Words:
        """Return the command for the framework."""
        return ("import", "case", self.folder / "framework.json")

    @property
    def responses(self) -> Words:
        """Return the command for the log."""
        document = json.loads((self.folder / "framework.json").read_text())["CFDocument"]
        return (
            "import", "responses", self.folder / "responses.csv",
            "--learner-system", "simulated-sis", "--framework", document["identifier"],
        )  # fmt: skip


def done(terminal: Terminal, *commands: Words) -> Terminal:
    """Run commands, each of which must succeed."""
    for words in commands:
        ended = terminal(*words)
        assert ended.code == 0, (words, ended.said)
    return terminal


def killed(terminal: Terminal, words: Words, after: float) -> bool:
    """Start a command, kill it after so many seconds, and return whether it still ran."""
    process = terminal.begin(*words)
    try:
        _, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    assert "Traceback" not in err, err
    return False


@dataclass(frozen=True)
class Trial:
    """A command to kill, on copies of a database, with a look at what is there after each kill."""

    words: Words
    look: Look
    at_the_end: Look
    seconds: float
    begins: float

    def run(self, before: Terminal, home: Path, kills: int, rng: Random) -> Story:
        """Kill the command so often, on copies of a database; each copy sees it end at last."""
        story, begins, seconds = Story(), self.begins, self.seconds
        for copies in range(6 * kills):
            if story.kills >= kills:
                break
            with copy(before, home / str(copies)) as terminal:
                finished = self._on_one_copy(
                    terminal, story, min(kills, story.kills + 4), (begins, seconds), rng
                )
            if finished:  # the machine is quicker than it was
                begins, seconds = 0.8 * begins, 0.8 * seconds
        return story

    def _on_one_copy(
        self,
        terminal: Terminal,
        story: Story,
        until: int,
        window: tuple[float, float],
        rng: Random,
    ) -> bool:
        """Kill the command until so many kills; return whether it ended before a kill."""
        finished = False
        while story.kills < until and not finished:
            finished = not killed(terminal, self.words, rng.uniform(*window))
            story.kills += not finished
            story.wrong += [f"after kill {story.kills}: {what}" for what in self.look(terminal)]
        story.in_time += finished
        ended = terminal(*self.words)
        if ended.code:
            story.wrong.append(f"run again it ended with {ended.code}: {ended.said}")
        story.wrong += [f"at the end: {what}" for what in self.at_the_end(terminal)]
        return finished


@contextmanager
def timed(before: Terminal, words: Words, home: Path) -> Iterator[tuple[Terminal, float, float]]:
    """Run a command undisturbed on a copy of a database.

    Give the copy, the seconds that the command took, and those that any command takes to begin.
    """
    with copy(before, home) as terminal:
        began = time.monotonic()
        terminal("catch-up", "--district", "Nowhere")
        middle = time.monotonic()
        done(terminal, words)
        yield terminal, time.monotonic() - middle, 0.7 * (middle - began)


def meaning_of(terminal: Terminal, since: datetime) -> Meaning:
    """Return what a terminal's database says."""
    with looking_at(terminal) as connection:
        return meaning(connection, since=since)


def differing(these: Meaning, those: Meaning) -> list[str]:
    """Return the tables in which two databases say something different."""
    return [name for name in these if these[name] != those[name]]


def import_trial(before: Terminal, words: Words, scratch: Path) -> Trial:
    """Return the trial of an import of a roster or of attendance: all of it or nothing of it."""
    since = datetime.now(UTC)
    nothing = meaning_of(before, since)
    with timed(before, words, scratch) as (after, seconds, begins):
        everything = meaning_of(after, since)
    assert nothing != everything

    def look(terminal: Terminal) -> list[str]:
        there = meaning_of(terminal, since)
        half = there not in (nothing, everything)
        return [f"half done: {differing(there, nothing)}"] if half else []

    def at_the_end(terminal: Terminal) -> list[str]:
        there = meaning_of(terminal, since)
        wrong = differing(there, everything)
        return [f"not as undisturbed: {wrong}"] if wrong else []

    return Trial(words, look, at_the_end, seconds, begins)


def ingest_trial(before: Terminal, words: Words, scratch: Path) -> Trial:
    """Return the trial of a response log: its rows go in some thousands at a time, in order."""
    since = datetime.now(UTC)
    with timed(before, words, scratch) as (after, seconds, begins):
        everything = meaning_of(after, since)

    def look(terminal: Terminal) -> list[str]:
        ((rows, least, most, places),) = ask(
            terminal,
            "SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0), "
            "count(DISTINCT position) FROM evidence_observation",
        )
        ledger = ask(terminal, "SELECT last_position FROM evidence_ledger") or [(0,)]
        runs = ask(
            terminal,
            "SELECT counts FROM audit_importrun WHERE kind = 'responses' AND status <> 'unchanged'",
        )
        counts = [json.loads(one) if isinstance(one, str) else one for (one,) in runs]
        acknowledged = sum(one.get("rows done", one.get("responses", 0)) for one in counts)
        wrong = []
        if not (rows == places == most == ledger[0][0] and least == 1):
            wrong.append(f"{rows} rows from {least} to {most}, ledger {ledger}: a gap")
        if rows != acknowledged:
            wrong.append(f"{rows} rows are in, the run says {acknowledged}")
        if len(runs) > 1:
            wrong.append(f"{len(runs)} runs of one log")
        return wrong

    def at_the_end(terminal: Terminal) -> list[str]:
        wrong = differing(meaning_of(terminal, since), everything)
        return look(terminal) + ([f"not as undisturbed: {wrong}"] if wrong else [])

    return Trial(words, look, at_the_end, seconds, begins)


STATES = ("mastery_state",)


def fold_trial(before: Terminal, words: Words, scratch: Path) -> Trial:
    """Return the trial of a fold: what is broken off goes on, and equals a rebuild."""
    with timed(before, ("rebuild",), scratch) as (after, seconds, begins):
        rebuilt = states(after)
    evidence = digests_of(before)["evidence_observation"]

    def look(terminal: Terminal) -> list[str]:
        there = digests_of(terminal)["evidence_observation"]
        return [] if there == evidence else ["the fold touched evidence"]

    def at_the_end(terminal: Terminal) -> list[str]:
        done(terminal, ("catch-up",))
        there = states(terminal)
        return [] if there == rebuilt else [f"states {there}, rebuilt {rebuilt}"]

    return Trial(words, look, at_the_end, seconds, begins)


def states(terminal: Terminal) -> list[Count]:
    """Return the digests of what the fold writes."""
    return [digests_of(terminal)[name] for name in STATES]
