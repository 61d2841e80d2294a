"""Every component, in one page."""

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/look/", "/look/signed-in/"])
def test_the_gallery_shows_every_component(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
