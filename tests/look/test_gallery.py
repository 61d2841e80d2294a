"""Every component, in one page; the weight and the strictness of what every page carries."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

import milepost.look
from milepost.look.templatetags import look

ROOM = Path(milepost.look.__file__).parent
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/look/", "/look/signed-in/"])
def test_the_gallery_has_one_heading_its_first_sentence_and_no_inline_style_or_script(
    client: Client, address: str
) -> None:
    html = client.get(address).content.decode()
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.S) == ["Components"]
    assert "<title>Components · Milepost</title>" in html
    assert '<div class="lead">Everything that' in html
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)[^>]*>|\son\w+=", html)


def test_the_shell_shows_the_way_to_sign_out_only_to_who_is_signed_in(client: Client) -> None:
    assert "Sign out" not in client.get("/look/").content.decode()
    page = client.get("/look/signed-in/").content.decode()
    assert '<form method="post" action="/logout/">' in page
    assert "Charlotte Park-Montgomery" in page
    assert page.count('aria-current="page"') >= 1


def test_the_gallery_uses_every_tag_and_the_table_of_tags_names_every_tag() -> None:
    text = "".join(path.read_text() for path in (ROOM / "templates").rglob("*.html"))
    described = look.__doc__ or ""
    for tag in look.register.tags:
        if tag.startswith("end"):
            continue
        assert re.search(rf"{{% {tag}\b", text), f"the gallery does not show {tag}"
        assert f"`{{% {tag} " in described, f"the table does not name {tag}"


def test_no_id_is_there_twice(client: Client) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get("/look/signed-in/").content.decode())
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


def _stylesheet(name: str) -> str:
    return (ROOM / "static" / "look" / name).read_text(encoding="utf-8")


def test_the_stylesheets_stay_small() -> None:
    css = _stylesheet("tokens.css") + _stylesheet("milepost.css")
    assert len(gzip.compress(css.encode(), 9)) <= 15_000


def test_every_color_token_that_is_used_is_there() -> None:
    tokens, css = _stylesheet("tokens.css"), _stylesheet("milepost.css")
    used = set(re.findall(r"var\((--[\w-]+)", tokens + css))
    assert used <= set(re.findall(r"(--[\w-]+):", tokens + css))


def test_a_browser_without_light_dark_gets_the_light_colors() -> None:
    plain, _, both = _stylesheet("tokens.css").partition("@supports")
    colors = dict(re.findall(r"(--[\w-]+): (#\w+);", plain))
    pairs = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+), #\w+\);", both))
    assert len(pairs) > 20
    assert pairs.items() <= colors.items()
    assert "light-dark(" not in plain.replace("light-dark()", "")
    assert "light-dark(" not in _stylesheet("milepost.css")
