"""What every test may use."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import hypothesis
import pytest
import server
from archive import Archive

from aggregator import printer

# how long an example takes says more about what else the machine does than about us
hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _unrested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody rests after publishing because the machine was slow; who wants that says so."""
    monkeypatch.setattr(printer, "BRIEF", 60.0)


@pytest.fixture
def anyio_backend() -> str:
    """The daemon runs on asyncio, so do its tests."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[server.Server]:
    """A PostgreSQL server; without one the test is skipped, loudly, and fails in CI."""
    with server.started() as running:
        yield running


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> Iterator[Archive]:
    """A folder with a feeds.yaml and a store with articles in common."""
    made = Archive(tmp_path)
    yield made
    made.close()
