"""The main job on real input."""

from __future__ import annotations

import pathlib

import newsroom_run
import pytest


@pytest.mark.anyio
async def test_the_newsroom_is_read_as_it_should(tmp_path: pathlib.Path) -> None:
    """Every article once in every output, clean, with a restart in the middle; see tests/newsroom_run.py."""
    assert await newsroom_run.play(tmp_path, speed=8) == []
