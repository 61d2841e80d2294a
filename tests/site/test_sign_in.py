"""Sign-in is hardened: guesses are limited, cookies are closed, the deployment check is silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from milepost.roster.commands import add_account
from tests.cast import Cast
from tests.conftest import ROOT

PASSWORD = "correct horse battery staple"


@pytest.fixture
def maya(cast: Cast) -> Cast:
    account = cast.maya.account
    account.set_password(PASSWORD)
    account.save()
    cache.clear()
    return cast


def attempt(client: Client, password: str, username: str = "maya") -> tuple[int, str]:
    form = {"login": username, "password": password}
    response = client.post(reverse("account_login"), form)
    return response.status_code, response.content.decode()


def test_the_right_password_lets_in_and_the_cookie_is_closed(maya: Cast, client: Client) -> None:
    status, _ = attempt(client, PASSWORD)
    assert status == 302
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_guessing_is_limited_and_then_even_the_right_password_waits(
    maya: Cast, client: Client
) -> None:
    for guess in range(5):
        status, page = attempt(client, f"wrong {guess}")
        assert status == 200
        assert "not correct" in page
    _, page = attempt(client, "wrong again")
    assert "Too many failed login attempts" in page
    status, page = attempt(client, PASSWORD)
    assert status == 200
    assert "Too many failed login attempts" in page


def test_nobody_can_sign_up(maya: Cast, client: Client) -> None:
    form = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), form)
    assert not type(maya.maya.account).objects.filter(username="new").exists()


def test_an_account_without_a_password_cannot_be_guessed(cast: Cast, client: Client) -> None:
    cache.clear()
    person = cast.omar
    person.account.delete()
    add_account(by=None, person=person, username="omar2")
    for guess in ("", "!", "None"):
        assert attempt(client, guess, "omar2")[0] == 200


def test_behind_https_the_deployment_check_is_silent(tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = inherited | {
        "MILEPOST_HOME": str(tmp_path),
        "MILEPOST_HTTPS": "yes",
        "MILEPOST_SECRET_KEY": "k3y-" * 20 + "AbCdEfGhIjKlMnOpQrStUvWxYz",
        "MILEPOST_HOSTS": "schools.example",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
