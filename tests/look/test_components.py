"""What components say, to eyes and to ears."""

from datetime import date

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from milepost.look.parts import Cell, Column, HeatMap, Moment, Point, Row

pytestmark = pytest.mark.pure

WORDS = {"proficient": "Shown", "refresh": "Shown, refresh", "working": "On the way", "none": "-"}


def draw(text: str, **values: object) -> str:
    return Template("{% load look %}" + text).render(Context(values))


def grid(*cells: Cell | None) -> HeatMap:
    columns = [Column("R.1", 1, 2, {"proficient": 1, "working": 1}, full="Unit rate")]
    return HeatMap("Grade 6", columns, [Row("Maya R.", list(cells), "/maya/")], WORDS, "Learner")


@pytest.mark.parametrize("code", WORDS)
def test_a_status_has_a_shape_beside_its_words(code: str) -> None:
    html = draw("{% status code words %}", code=code, words=WORDS[code])
    assert f'href="#mark-{code}"' in html
    assert f"<span>{WORDS[code]}</span>" in html


def test_uncertainty_is_said_in_words_too() -> None:
    assert "not sure yet" in draw('{% status "working" "On the way" unsure=True %}')
    assert "not sure yet" not in draw('{% status "working" "On the way" %}')


def test_a_cell_is_a_link_that_names_learner_competency_status_and_evidence() -> None:
    cell = Cell("working", "On the way", "/evidence/", "5 pieces of evidence", unsure=True)
    html = draw("{% heat_map grid %}", grid=grid(cell))
    assert "Maya R., Unit rate: On the way, 5 pieces of evidence, not sure yet" in html
    assert '<a class="cell working unsure" href="/evidence/">' in html
    assert "1 of 2" in html
    assert "Shown: 1. On the way: 1." in html  # the bar of the column, as text


def test_a_row_with_fewer_cells_than_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        draw("{% heat_map grid %}", grid=grid())


def test_a_place_without_a_cell_is_empty_and_not_a_status() -> None:
    html = draw("{% heat_map grid %}", grid=grid(None))
    assert "Nothing here" in html
    assert 'class="cell' not in html


def test_a_figure_opens_what_it_is_made_of() -> None:
    assert 'href="/nine/"' in draw('{% stat 9 "ready" url="/nine/" %}')
    assert "<a" not in draw('{% stat 9 "ready" %}')


@pytest.mark.parametrize(
    ("kind", "words"), [("ready", "Ready for you"), ("due", "Due again"), ("chosen", "Your goal")]
)
def test_a_step_says_its_kind_in_words_and_keeps_its_form(kind: str, words: str) -> None:
    html = draw(
        '{% next_step kind "Slope" "Because." url="/go/" %}<form>x</form>{% endnext_step %}',
        kind=kind,
    )
    assert words in html
    assert f'href="#mark-{kind}"' in html
    assert "<form>x</form>" in html
    assert "Because." in html


def test_a_chart_has_its_values_as_a_table_and_says_what_is_missing() -> None:
    points = [Point("May", 1.5), Point("June", None)]
    html = draw('{% trend points "Pace" %}', points=points)
    assert '<th scope="row">June</th><td class="number">none</td>' in html
    assert 'aria-label="Pace"' in html


def test_what_was_taken_back_is_said_to_be_so() -> None:
    moments = [Moment(date(2026, 5, 1), "Quiz", void=True), Moment(date(2026, 5, 2), "Task")]
    html = draw("{% timeline moments %}", moments=moments)
    assert html.count("no longer counts") == 1


def test_pages_keep_what_else_the_address_asks_for() -> None:
    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    html = draw("{% pager page %}", page=Paginator(range(30), 10).page(2), request=request)
    assert "?page=3&amp;q=a%26b" in html
    assert draw("{% pager page %}", page=Paginator([], 10).page(1)).strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "{% card title=bad %}{{ bad }}{% endcard %}",
        '{% alert "info" title=bad %}{{ bad }}{% endalert %}',
        "{% empty_state bad action=bad url='/' %}{{ bad }}{% endempty_state %}",
        "{% next_step 'ready' bad bad note=bad %}{{ bad }}{% endnext_step %}",
        "{% disclosure bad %}{{ bad }}{% enddisclosure %}{% why bad %}{% stat bad bad note=bad %}",
        "{% data_table bad %}<tr><td>{{ bad }}</td></tr>{% enddata_table %}",
        "{% dialog 'd' bad bad %}{{ bad }}{% enddialog %}{% status 'none' bad %}",
        "{% breadcrumbs crumbs %}{% facts facts %}{% steps names 1 %}{% timeline moments %}",
    ],
)
def test_what_people_write_is_never_taken_for_markup(text: str) -> None:
    bad = "<script>x</script>"
    moments = [Moment(date(2026, 5, 1), bad, "/", bad, "none", bad)]
    html = draw(
        text,
        bad=bad,
        crumbs=[(bad, "/"), (bad, "")],
        facts=[(bad, bad)],
        names=[bad],
        moments=moments,
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html
