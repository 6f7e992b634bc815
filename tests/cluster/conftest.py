"""A cluster for each test."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest
import server
from cluster.place import Place


@pytest.fixture
def place(tmp_path: pathlib.Path, postgres: server.Server) -> Iterator[Place]:
    """A database, and programs that end with the test."""
    made = Place(tmp_path, postgres.database())
    yield made
    made.close()
