"""`milepost budget`: a plan's budget out, in, and beside California's form, at a terminal."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from milepost.audit.models import Event
from milepost.funding.ca_myp.planned import plan_of
from milepost.funding.ca_myp.reading import read_form
from milepost.funding.commands.plan import begin_plan
from milepost.funding.models import Plan, PlanVersion
from milepost.funding.plan.example import example
from milepost.funding.sources import Source
from milepost.site.cli import main
from tests.cast import Cast
from tests.funding.formats.test_ca_myp import PAGE, SOURCE

NAME = "Harbor Street personalizes"


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """The worked example as the plan of Cedar School."""
    return begin_plan(
        by=cast.fox.pk, district=cast.district, school=cast.school, contents=example(),
        now=timezone.now(),
    )  # fmt: skip


def milepost(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["budget", *map(str, words)], input=answer)


@pytest.mark.parametrize("form", ["nces", "edfi"])
def test_what_goes_out_comes_back_and_changes_nothing(
    cast: Cast, plan: Plan, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "budget"
    done = milepost("export", NAME, "--as", form, "--out", out)
    assert done.exit_code == 0, done.output
    done = milepost("import", out, "--as", form, "--plan", plan.pk, "--by", "finn", "--yes")
    assert done.exit_code == 0, done.output
    assert "nothing changes" in done.output
    assert PlanVersion.objects.count() == 1


def dearer(plan: Plan, tmp_path: Path) -> Path:
    """A budget in which the first year of everything else costs 1.00 more."""
    text = milepost("export", NAME, "--as", "nces").output
    row = re.search(r"^everything-else,2027,([0-9]+)\.", text, re.M)
    assert row, text
    path = tmp_path / "b.csv"
    more = row.group().replace(row.group(1), str(int(row.group(1)) + 1))
    path.write_text(text.replace(row.group(), more, 1), newline="")
    return path


def test_a_dry_run_says_what_would_change_and_keeps_nothing(plan: Plan, tmp_path: Path) -> None:
    done = milepost("import", dearer(plan, tmp_path), "--as", "nces", "--plan", NAME, "--dry-run")
    assert "(+1.00 dollars)" in done.output
    assert done.output.endswith("Nothing was kept.\n")
    assert PlanVersion.objects.count() == 1


def test_a_budget_becomes_a_new_version_when_a_person_says_yes(
    cast: Cast, plan: Plan, tmp_path: Path
) -> None:
    words = ("import", dearer(plan, tmp_path), "--as", "nces", "--plan", NAME, "--by", "finn")
    assert milepost(*words, answer="n\n").exit_code == 1
    assert PlanVersion.objects.count() == 1
    done = milepost(*words, answer="y\n")
    assert f"Version 2 of {NAME} is kept." in done.output
    kept = PlanVersion.objects.get(number=2)
    assert (kept.kept_by, kept.note) == (cast.fox.pk, "From b.csv")
    assert Event.objects.filter(action="funding.keep_plan_version").count() == 1


def test_a_bad_file_is_refused_by_line_and_changes_nothing(plan: Plan, tmp_path: Path) -> None:
    path = dearer(plan, tmp_path)
    path.write_text(path.read_text().replace("recurring", "often", 1))
    done = milepost("import", path, "--as", "nces", "--plan", NAME, "--by", "finn", "--yes")
    assert done.exit_code == 3
    assert re.search(r"b\.csv, line [0-9]+, column timing: 'often'", done.output)
    assert "Nothing was changed." in done.output
    assert PlanVersion.objects.count() == 1


def test_a_stranger_or_an_unknown_plan_is_refused(plan: Plan, tmp_path: Path) -> None:
    path = dearer(plan, tmp_path)
    done = milepost("import", path, "--as", "nces", "--plan", NAME, "--by", "yan", "--yes")
    assert (done.exit_code, "--by" in done.output) == (2, True)
    done = milepost("export", "Nothing", "--as", "nces")
    assert (done.exit_code, f"{plan.pk}  {NAME}" in done.output) == (2, True)


def test_a_plan_reconciles_to_californias_form_and_differences_are_named(
    cast: Cast, tmp_path: Path
) -> None:
    form = tmp_path / "form.txt"
    form.write_text(PAGE)
    _begin(cast, plan_of(read_form(PAGE), source=SOURCE).name, PAGE)
    done = milepost("compare", "Alder Unified, unrestricted/restricted", form)
    assert done.output == "Alder Unified: 54 of 54 lines and years agree, 0 differ.\n"
    form.write_text(re.sub(r"900\.00", "901.00", PAGE, count=1))
    done = milepost("compare", "Alder Unified, unrestricted/restricted", form)
    assert "A1 (LCFF sources), 2025-26: form 901.00, plan 900.00: 1.00 less" in done.output
    assert "The form itself does not close: " in done.output
    assert "1 differ." in done.output


def test_a_real_district_s_form_reconciles(cast: Cast, real_data: Path) -> None:
    path = real_data / "finance/ca/sjusd_2025-26_form_MYP_by_object.txt"
    row = _begin(cast, "San Juan", path.read_text())
    done = milepost("compare", row.pk, path)
    assert done.output == "San Juan Unified: 54 of 54 lines and years agree, 0 differ.\n"


def _begin(cast: Cast, name: str, text: str) -> Plan:
    source: Source = SOURCE
    contents = plan_of(read_form(text), source=source)
    return begin_plan(by=cast.fox.pk, district=cast.district, contents=contents, now=timezone.now())
