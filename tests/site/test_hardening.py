"""What is too large is refused in words; every page hardens the browser; few doors to accounts."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from milepost.purpose import case
from milepost.roster.models import Person
from milepost.site.middleware import LARGEST_REQUEST
from tests.cast import Cast

BANNER = 'class="demo-banner"'
As = Callable[[Person | None], Client]


class Endless(BytesIO):
    """An upload of which nobody may read a byte."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("it was read")


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    said = client.generic(
        "POST", reverse("account_login"), b"", CONTENT_LENGTH=str(LARGEST_REQUEST + 1),
        content_type="multipart/form-data; boundary=x", **{"wsgi.input": Endless()},
    )  # fmt: skip
    assert said.status_code == 413
    assert "too large" in said.content.decode()
    assert LARGEST_REQUEST > case.LARGEST_FILE


def test_a_form_with_too_much_text_is_refused_in_words(cast: Cast, client: Client) -> None:
    said = client.post(reverse("account_login"), {"login": "maya", "password": "x" * 3_000_000})
    assert said.status_code == 400
    assert "too large" in said.content.decode()


def test_a_framework_that_is_too_large_is_refused_in_words(
    cast: Cast, client_of: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case, "LARGEST_FILE", 1_000)  # fifty megabytes would do the same, slowly
    upload = BytesIO(b'{"CFDocument": "' + b"x" * 2_000 + b'"}')
    upload.name = "framework.json"
    client = client_of(cast.diaz)
    said = client.post(reverse("purpose:import"), {"file": upload, "kind": "case"}, follow=True)
    assert "The file is too large: 2,018 bytes, at most 1,000 are taken." in said.content.decode()


@pytest.mark.parametrize("name", ["home", "account_login", "purpose:frameworks", "live"])
def test_every_answer_hardens_the_browser(name: str, cast: Cast, client_of: As) -> None:
    headers = client_of(cast.maya).get(reverse(name)).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


def test_a_whole_school_may_come_in_from_one_address(cast: Cast, settings: Settings) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    cast.maya.account.set_password("correct horse battery staple")
    cast.maya.account.save()
    form = {"login": "maya", "password": "correct horse battery staple"}
    came = [Client().post(reverse("account_login"), form).status_code for _ in range(40)]
    assert set(came) == {302}


def test_guesses_from_behind_a_proxy_are_counted_by_the_visitors_own_address(
    cast: Cast, settings: Settings
) -> None:
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    def came(address: str) -> str:
        form = {"login": "maya", "password": "x"}
        headers = {"x-forwarded-for": f"10.9.9.9, {address}"}
        return Client().post(reverse("account_login"), form, headers=headers).content.decode()

    said = [came(address) for address in ("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2")]
    assert ["Too many" in page or "429" in page for page in said] == [False, False, True, False]


@pytest.mark.parametrize("name", ["account_email", "account_reset_password"])
def test_there_is_no_door_to_accounts_that_the_site_does_not_need(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("", "account_login"), ("", "account_signup"), ("", "account_inactive"),
        ("maya", "account_set_password"), ("maya", "home"), ("rosa", "home"),
        ("alba", "classes"), ("diaz", "data_health"), ("diaz", "purpose:frameworks"),
        ("maya", "account_logout"), ("diaz", "search"),
    ],
)  # fmt: skip
def test_every_page_of_the_demonstration_says_what_it_is(
    who: str, name: str, cast: Cast, client_of: As, settings: Settings
) -> None:
    client = client_of(cast.people[who] if who else None)
    assert BANNER not in client.get(reverse(name), follow=True).content.decode()
    settings.DEMO = True
    assert BANNER in client.get(reverse(name), follow=True).content.decode()


def test_a_page_that_is_not_there_says_so_in_the_demonstration_too(
    cast: Cast, client_of: As, settings: Settings
) -> None:
    settings.DEMO = True
    said = client_of(cast.maya).get("/nowhere/")
    assert said.status_code == 404
    assert BANNER in said.content.decode()
