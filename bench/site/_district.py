"""A district of any size for benchmarks of pages: roster, framework, evidence, accounts.

Random but plausible, the same for the same size, apart from its dates, which end today. The roster
goes straight into its tables; evidence and states take the ordinary road.
"""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl

SCHOOL, CLASS = 700, 30
"""Learners of a school, at most, and of a class."""
SECTIONS = 6
"""Classes of one learner: the first in mathematics."""
GRADES = tuple(f"{k:02d}" for k in range(1, 13))
COMPETENCIES = 50
"""Competencies of a grade; a learner has evidence in all of their grade's."""
PIECES = (3,) * 10 + (2,) * 5 + (1,) * 35
"""Pieces of evidence by competency: 75 a learner."""
DAYS = 60
"""School days with attendance."""
ATTENDING = 10
"""Schools that attendance was brought in of."""
ACCOUNTS = 10
"""People of each role who sign in."""
PASSWORD = "a benchmark's password"

PERSON, CLASSES, TEACHER, TIE, KEY, ROLE, DAY = range(1, 8)


def build(learners: int) -> dict[str, Any]:
    """Write a district of ``learners`` and return who can sign in and what they look at."""
    from milepost.mastery import commands as mastery
    from milepost.roster import commands as roster

    district = roster.add_organisation(by=None, kind="district", name="Benchmark district")
    count = max(2, -(-learners // SCHOOL))
    schools = [
        roster.add_organisation(by=None, kind="school", name=f"School {k + 1}", parent=district)
        for k in range(count)
    ]
    people = _people(learners, count)
    _roster(people, district.pk.hex, [school.pk.hex for school in schools])
    _attendance(people, district.pk.hex, [school.pk.hex for school in schools])
    _framework(district)
    _evidence(people, district)
    mastery.catch_up(district=district.pk)
    _count_anew()
    return _accounts(people, schools)


def _people(learners: int, schools: int) -> pl.DataFrame:
    """Return one row a learner: number, school, grade and group (the 30 who learn together)."""
    rng = np.random.default_rng(1)
    n = np.arange(learners)
    school = n * schools // learners
    place = n - (school * learners + schools - 1) // schools
    size = -(-learners // schools)
    grade = place * len(GRADES) // size
    first = (grade * size + len(GRADES) - 1) // len(GRADES)
    group = (school * len(GRADES) + grade) * 100 + (place - first) // CLASS
    return pl.DataFrame(
        {"n": n, "school": school, "grade": grade, "group": group,
         "given": rng.integers(0, 500, learners), "family": rng.integers(0, 5_000, learners)}
    )  # fmt: skip


def _id(kind: int, number: str | pl.Expr) -> pl.Expr:
    """Return identifiers in the shape of UUIDv7, ascending with the number."""
    text = (pl.col(number) if isinstance(number, str) else number).cast(pl.String)
    return pl.format("01900000-0000-7000-8{}-{}", pl.lit(f"{kind:03d}"), text.str.zfill(12))


def _roster(people: pl.DataFrame, district: str, schools: list[str]) -> None:
    from milepost.roster.models import Enrollment, LearnerKey, Person, Role, SchoolClass

    school = pl.lit(pl.Series(schools))
    begins = date.today() - timedelta(days=100)  # noqa: DTZ011  any day of the past will do
    groups = people.select("group", "school", "grade").unique(maintain_order=True)
    classes = groups.join(pl.DataFrame({"section": range(SECTIONS)}), how="cross").with_columns(
        number=pl.col("group") * SECTIONS + pl.col("section")
    )
    write(Person, people.select(
        id=_id(PERSON, "n"), district_id=pl.lit(district),
        given_name=pl.format("Given{}", "given"), family_name=pl.format("Family{}", "family"),
        grade=pl.lit(pl.Series(GRADES)).gather("grade"), language=pl.lit("en"),
    ))  # fmt: skip
    write(Person, groups.select(
        id=_id(TEACHER, "group"), district_id=pl.lit(district),
        given_name=pl.lit("Teacher"), family_name=pl.format("Of{}", "group"),
        grade=pl.lit(""), language=pl.lit("en"),
    ))  # fmt: skip
    write(LearnerKey, people.select(
        id=_id(KEY, "n"), district_id=pl.lit(district), person_id=_id(PERSON, "n")
    ))  # fmt: skip
    for kind, who, number in (("learner", people, "n"), ("teacher", groups, "group")):
        what = PERSON if kind == "learner" else TEACHER
        write(Role, who.select(
            id=_id(ROLE * 10 + what, number), district_id=pl.lit(district),
            person_id=_id(what, number), organisation_id=school.gather("school"),
            kind=pl.lit(kind),
        ))  # fmt: skip
    write(SchoolClass, classes.select(
        id=_id(CLASSES, "number"), district_id=pl.lit(district),
        school_id=school.gather("school"), title=pl.format("Class {}", "number"),
        kind=pl.lit("scheduled"),
        grades=pl.format('["{}"]', pl.lit(pl.Series(GRADES)).gather("grade")),
        subjects=pl.when(pl.col("section") == 0).then(pl.lit('["Mathematics"]'))
        .otherwise(pl.lit("[]")),
    ))  # fmt: skip
    for what, who, role in ((PERSON, people, "learner"), (TEACHER, groups, "teacher")):
        number = "n" if role == "learner" else "group"
        ties = who.join(classes.select("group", "section", "number"), on="group")
        ties = ties.with_row_index("tie")
        write(Enrollment, ties.select(
            id=_id(TIE * 10 + what, "tie"), district_id=pl.lit(district),
            person_id=_id(what, number), school_class_id=_id(CLASSES, "number"),
            role=pl.lit(role), begins_on=pl.lit(begins.isoformat()),
        ))  # fmt: skip


def _attendance(people: pl.DataFrame, district: str, schools: list[str]) -> None:
    from milepost.roster.models import AttendanceDay

    rng = np.random.default_rng(2)
    today = date.today()  # noqa: DTZ011
    week = [today - timedelta(days=k) for k in range(1, DAYS * 7 // 5 + 7)]
    days = pl.DataFrame({"day": [d for d in week if d.weekday() < 5][:DAYS]})
    rows = people.filter(pl.col("school") < ATTENDING).join(days, how="cross")
    rows = rows.with_row_index("row")
    there = pl.Series(np.where(rng.random(rows.height) < 0.93, "present", "absent"))
    write(AttendanceDay, rows.select(
        id=_id(DAY, "row"), district_id=pl.lit(district), learner_id=_id(PERSON, "n"),
        school_id=pl.lit(pl.Series(schools)).gather("school"),
        day=pl.col("day").cast(pl.String), status=there,
    ))  # fmt: skip


def _framework(district: Any) -> None:
    from milepost.purpose.models import Association, Competency, Framework

    whole = Framework.objects.create(
        district=district, identifier="bench", title="Mathematics", in_use=True
    )
    made = Competency.objects.bulk_create(
        Competency(
            district=district, framework=whole, identifier=f"{grade}.{k}", code=f"M.{grade}.{k}",
            title=f"Mathematics of grade {grade}, part {k}", grades=[grade], subject="Mathematics",
            statement=f"I can do part {k} of the mathematics of grade {grade}.",
            position=place * COMPETENCIES + k,
        )
        for place, grade in enumerate(GRADES)
        for k in range(COMPETENCIES)
    )  # fmt: skip
    Association.objects.bulk_create(
        Association(
            district=district, framework=whole, identifier=f"{one.pk} {other.pk}",
            kind="precedes", origin=one, destination=other,
            origin_identifier=one.identifier, destination_identifier=other.identifier,
        )
        for step in (1, 7)
        for one, other in zip(made, made[step:], strict=False)
    )  # fmt: skip


def _evidence(people: pl.DataFrame, district: Any) -> None:
    """Append the evidence of all learners, ten thousand at a time, ordered by when it happened."""
    from django.db import transaction

    from milepost.evidence.commands import bulk
    from milepost.purpose.models import Competency

    ids = Competency.objects.filter(district=district).order_by("position")
    competencies = [str(id_) for id_ in ids.values_list("pk", flat=True)]
    rng = np.random.default_rng(3)
    now = datetime.now(UTC)
    for part in people.iter_slices(10_000):
        with transaction.atomic():
            drafts = _drafts(part, competencies, rng, now)
            bulk.append(drafts, district=district.pk, kind="practice", now=now)


def _drafts(
    people: pl.DataFrame, competencies: list[str], rng: np.random.Generator, now: datetime
) -> pl.DataFrame:
    from milepost.evidence.commands.bulk import DRAFTS
    from milepost.ids import new_ids

    each = np.repeat(np.arange(COMPETENCIES), PIECES)
    who = np.repeat(np.arange(people.height), each.size)
    k = np.tile(each, people.height)
    what = people["grade"].to_numpy()[who] * COMPETENCIES + k
    level = rng.normal(0.5, 1, people.height)[who] - k / COMPETENCIES
    right = rng.random(who.size) < 1 / (1 + np.exp(-2 * level))
    ago = rng.integers(60_000_000, 100 * 86_400_000_000, who.size)
    texts = pl.Series([f'[["{c}",{score}]]' for c in competencies for score in ("0.0", "1.0")])
    drafts = pl.DataFrame(
        {
            "id": [str(id_) for id_ in new_ids(who.size)],
            "learner": people.select(id=_id(KEY, "n"))["id"].gather(who),
            "item": pl.repeat("", who.size, eager=True),
            "scores": texts.gather(what * 2 + right),
            "occurred_at": pl.Series(int(now.timestamp() * 1e6) - ago).cast(
                pl.Datetime("us", "UTC")
            ),
            "source": pl.repeat("bench", who.size, eager=True),
            "seconds": rng.exponential(40, who.size),
            "hints": pl.repeat(0, who.size, dtype=pl.Int64, eager=True),
            "batch_id": pl.repeat(None, who.size, dtype=pl.String, eager=True),
            "row": pl.repeat(None, who.size, dtype=pl.Int64, eager=True),
        }
    ).select(DRAFTS.names())
    return drafts.sort("occurred_at")


def _accounts(people: pl.DataFrame, schools: list[Any]) -> dict[str, Any]:
    """Let some teachers, principals and learners sign in, spread over the schools."""
    from django.contrib.auth.hashers import make_password

    from milepost.roster import commands as roster
    from milepost.roster.models import Account, Person

    who: dict[str, Any] = {"teachers": [], "principals": [], "learners": []}
    secret = make_password(PASSWORD)
    groups = (
        people.filter(pl.len().over("group") >= CLASS - 5).group_by("group").agg("n").sort("group")
    )
    chosen = groups.gather_every(max(1, groups.height // ACCOUNTS)).head(ACCOUNTS)
    ids = chosen.select(teacher=_id(TEACHER, "group"),
                        grid=_id(CLASSES, pl.col("group") * SECTIONS))  # fmt: skip
    for (group, members), (teacher, grid) in zip(chosen.rows(), ids.rows(), strict=True):
        learners = pl.DataFrame({"n": members}).select(id=_id(PERSON, "n"))["id"].to_list()
        for kind, id_ in (("teachers", teacher), ("learners", learners[0])):
            person = Person.objects.get(pk=id_)
            roster.add_account(by=None, person=person, username=f"{kind}{group}")
            who[kind].append(
                {"username": f"{kind}{group}", "person": id_, "class": grid, "learners": learners}
            )
    for school in schools[:: max(1, len(schools) // ACCOUNTS)][:ACCOUNTS]:
        person = roster.add_person(
            by=None, district=school.district, given_name="Principal", family_name=school.name
        )
        roster.give_role(by=None, person=person, organisation=school, kind="school_leader")
        roster.add_account(by=None, person=person, username=f"principal{school.pk}")
        who["principals"].append({"username": f"principal{school.pk}", "school": str(school.pk)})
    Account.objects.update(password=secret)
    return who


def write(model: Any, rows: pl.DataFrame) -> None:
    """Write rows into a table: identifiers as text, other columns as the model's defaults say."""
    from django.db import connection

    fields = {field.column: field for field in model._meta.concrete_fields}
    for name, field in fields.items():
        if name not in rows.columns and not field.null:
            value = field.get_db_prep_save(field.get_default(), connection)
            rows = rows.with_columns(pl.lit(value).alias(name))
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = BytesIO()
            rows.write_csv(text, include_header=False, quote_style="non_numeric")
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
                copy.write(text.getvalue())
        else:
            short = [c for c, field in fields.items() if c in rows.columns and c.endswith("id")]
            plain = rows.with_columns(pl.col(short).str.replace_all("-", "", literal=True))
            holes = ", ".join(["%s"] * rows.width)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", plain.rows())


def _count_anew() -> None:
    """Let the database learn how many rows there are, as it does of itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
