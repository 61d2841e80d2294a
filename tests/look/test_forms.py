"""Forms: every control has its label, every error its place."""

import re

import pytest
from django.template import Context, Template

from milepost.look.gallery import SampleForm

pytestmark = pytest.mark.pure


def draw(form: SampleForm) -> str:
    return Template("{% load look %}{% form_fields form %}").render(Context({"form": form}))


def test_every_control_has_a_label_and_choices_stand_in_a_fieldset() -> None:
    html = draw(SampleForm())
    for name in ("minutes", "day", "subject", "note"):
        assert f'<label for="id_{name}">' in html
    assert html.count("<fieldset") == 2
    assert html.count('<label class="choice">') == 6
    assert "may be left out" in html
    assert "error-summary" not in html


def test_help_and_errors_are_tied_to_their_control() -> None:
    html = draw(SampleForm({"minutes": "500"}))
    control = re.search(r'<input[^>]*name="minutes"[^>]*>', html)
    assert control
    assert 'aria-describedby="id_minutes_helptext id_minutes_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    for place in ("id_minutes_helptext", "id_minutes_error"):
        assert html.count(f'id="{place}"') == 1


def test_the_summary_lists_every_error_and_leads_to_its_field() -> None:
    form = SampleForm({"minutes": "500"})
    form.add_error(None, "This session was already recorded.")
    html = draw(form)
    summary = html[: html.index("</ul>")]
    assert "This session was already recorded." in summary
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == sum(len(errors) for name, errors in form.errors.items()) - 1
    for target in targets:
        assert f'id="{target}"' in html
