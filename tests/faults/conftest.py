"""Faults happen to terminals with databases of their own, which these tests look into."""

from collections.abc import Iterator

import pytest

from tests.faults.killing import Simulated


@pytest.fixture(scope="session", autouse=True)
def may_look(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let a test open connections without the tests' own database."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The files of a small simulated district: some fifteen thousand responses."""
    return Simulated.write(tmp_path_factory.mktemp("simulated"), learners=120, responses=125)
