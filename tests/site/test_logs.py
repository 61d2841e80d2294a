"""Logs are for machines and hold nothing about people."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from milepost.roster.models import Account
from milepost.site.logs import JsonFormatter
from tests.cast import Cast


class Kept(logging.Handler):
    """Keeps the lines that the site would write."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Everything that is logged meanwhile, down to the least severe."""
    root, handler = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def test_neither_a_search_nor_a_form_leaves_a_name_in_the_log(cast: Cast, kept: Kept) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alba.account)
    client.get(reverse("search"), {"q": "Reyes"})
    client.get("/nowhere/", {"q": "Reyes"})
    form = {"login": "reyes", "password": "Reyes secret"}
    said = client.post(
        f"{reverse('account_login')}?next=/search/?q=Reyes", form, secure=True,
        headers={"referer": "https://elsewhere.example/search/?q=Reyes"},
    )  # fmt: skip
    assert said.status_code == 403
    told = [json.loads(line) for line in kept.lines]
    assert any("Referer checking failed" in line["message"] for line in told)
    assert any(line["message"] == "Not Found: /nowhere/" for line in told)
    assert "reyes" not in "".join(kept.lines).lower()


def test_an_error_says_where_and_not_what_the_database_quoted(cast: Cast, kept: Kept) -> None:
    try:
        with transaction.atomic():
            Account.objects.create(username="maya", email="maya@example.org")
    except IntegrityError:
        logging.getLogger("milepost").exception("An account was not made")
    (line,) = kept.lines
    told = json.loads(line)
    assert told["error"] == "IntegrityError"
    assert told["level"] == "error"
    assert __file__ in told["through"][0]
    assert "maya" not in line


def test_a_line_carries_ids_and_counts_and_nothing_else(cast: Cast, kept: Kept) -> None:
    extra = {"rows": 12, "person": cast.maya.pk, "name_of_learner": "Maya Reyes"}
    logging.getLogger("milepost").info("Imported", extra=extra)
    told = json.loads(kept.lines[0])
    assert (told["rows"], told["person"]) == ("12", str(cast.maya.pk))
    assert set(told) == {"at", "level", "logger", "message", "rows", "person"}
