"""What the guide shows can be done as it is shown."""

import re
from pathlib import Path

import pytest

from milepost.rulebook.rules import RefusedError, read
from milepost.rulebook.words import BINDS, CONDITIONS, KINDS, TERMS

pytestmark = pytest.mark.pure
GUIDE = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text()
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_guides_example_is_a_rulebook() -> None:
    (rule,) = read(EXAMPLE).rules
    assert [int(one.value) for one in rule.values] == [300, 250]


def test_the_guides_mistake_is_refused_in_the_guides_words() -> None:
    with pytest.raises(RefusedError) as caught:
        read(EXAMPLE.replace("kind: district_policy", "kind: policy"), "cedar-valley.yaml")
    said = str(caught.value)
    assert said.partition(": ")[2] in GUIDE
    assert said.startswith("cedar-valley.yaml:7:")


def test_the_guide_names_every_word_of_the_format() -> None:
    for word in KINDS | BINDS | TERMS:
        assert f"`{word}`" in GUIDE, word
    assert "eight conditions" in GUIDE
    assert len(CONDITIONS) == 8
