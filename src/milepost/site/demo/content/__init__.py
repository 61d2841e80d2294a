"""The demonstration's learning progressions, in our own words: one TOML file a subject."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FILES = ("mathematics", "english", "science", "social_studies")


@dataclass(frozen=True)
class Demonstrable:
    """A competency of the demonstration. `grade`: CEDS code. `needs`: codes it builds on."""

    code: str
    subject: str
    strand: str
    grade: str
    title: str
    statement: str
    needs: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()  # codes of the portrait that it contributes to
    ccss: tuple[str, ...] = ()  # Common Core codes that it corresponds to

    @property
    def grade_number(self) -> int:
        """The grade as a number; KG is 0."""
        return 0 if self.grade == "KG" else int(self.grade)


@dataclass(frozen=True)
class Skill:
    """A durable skill of the portrait; each level is (name, what a learner says)."""

    code: str
    title: str
    statement: str
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Learning:
    """Everything that the demonstration teaches."""

    competencies: tuple[Demonstrable, ...]
    portrait: tuple[Skill, ...]


@cache
def load() -> Learning:
    """Read and check the files. Raises ValueError for a doubled, unknown or circular code."""
    competencies = tuple(one for name in FILES for one in _competencies(_read(name)))
    portrait = tuple(
        Skill(
            s["code"],
            s["title"],
            s["statement"],
            tuple((x["name"], x["says"]) for x in s["levels"]),
        )
        for s in _read("portrait")["skill"]
    )
    _check(competencies, {skill.code for skill in portrait})
    return Learning(competencies, portrait)


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _competencies(content: dict[str, Any]) -> list[Demonstrable]:
    """Read one subject; a row inherits the subject, and its strand gives it portrait skills."""
    strands: dict[str, list[str]] = content.get("strands", {})
    return [
        Demonstrable(
            code=row["code"],
            subject=str(content["subject"]),
            strand=row["strand"],
            grade=row["grade"],
            title=row["title"],
            statement=row["statement"],
            needs=tuple(row.get("needs", ())),
            skills=tuple(row.get("skills", strands.get(row["strand"], ()))),
            ccss=tuple(row.get("ccss", ())),
        )
        for row in content["competency"]
    ]


def _check(competencies: tuple[Demonstrable, ...], skills: set[str]) -> None:
    codes = [one.code for one in competencies]
    if doubled := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"Codes that stand twice: {sorted(doubled)}")
    by_code = {one.code: one for one in competencies}
    for one in competencies:
        if unknown := [n for n in one.needs if n not in by_code]:
            raise ValueError(f"{one.code} builds on unknown codes: {unknown}")
        if unknown := [s for s in one.skills if s not in skills]:
            raise ValueError(f"{one.code} contributes to unknown skills: {unknown}")
    _check_acyclic(by_code)


def _check_acyclic(by_code: dict[str, Demonstrable]) -> None:
    done: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise ValueError(f"These build on each other in a circle: {' → '.join((*path, code))}")
        if code not in done:
            for need in by_code[code].needs:
                visit(need, (*path, code))
            done.add(code)

    for code in by_code:
        visit(code, ())
