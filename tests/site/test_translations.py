"""Spanish: the family's page is whole, and the compiled file says what the source says."""

import gettext
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from milepost.mastery.rules import Need, NotYet
from milepost.mastery.words import default_words, explain, kind_words
from milepost.roster.models import Person
from tests.cast import Cast
from tests.conftest import ROOT

FOLDER = ROOT / "src" / "milepost" / "site" / "locale" / "es" / "LC_MESSAGES"
TEMPLATES = ROOT / "src" / "milepost" / "site" / "templates" / "site"
FAMILY = ["family/story.html", "_cards.html", "_dosage.html", "_status.html", "home.html",
          "learner/competency.html", "learner/_pieces.html", "learner/evidence.html",
          "learner/path.html"]  # fmt: skip


@pytest.fixture(scope="module")
def spanish() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("name", FAMILY)
def test_everything_that_a_family_reads_is_in_spanish(
    name: str, spanish: gettext.GNUTranslations
) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    said = re.findall(r'{% translate "([^"]+)"', text)
    missing = [one for one in said if spanish.gettext(one) == one]
    assert not missing


def test_words_and_reasons_are_in_spanish() -> None:
    with translation.override("es"):
        assert default_words()["proficient"] == "Lo domina"
        assert kind_words()["practice"] == "práctica"
        assert explain(NotYet(Need(3), 2, 3)) == "Falta 1 evidencia más (2 de 3)."
        assert "71 %" in explain(NotYet(None, 0.719, 0.8))


def test_the_compiled_file_is_that_of_the_source(spanish: gettext.GNUTranslations) -> None:
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(pairs) > 100
    for said, translated in pairs:
        assert spanish.gettext(said.replace('\\"', '"')) == translated.replace('\\"', '"')


def test_a_reader_of_spanish_gets_spanish_and_others_english(
    cast: Cast, client_of: Callable[[Person | None], Client]
) -> None:
    url = reverse("story", args=[cast.maya.pk])
    assert "Cómo puede ayudar" in client_of(cast.rosa).get(url).content.decode()
    assert "How you can help" in client_of(cast.alba).get(url).content.decode()
