"""The project's yardstick for servers, run against ours."""

from __future__ import annotations

import asyncio
import pathlib
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Stand

_YARDSTICK = pathlib.Path(__file__).parents[2] / "yardsticks" / "serve_check.py"


@pytest.mark.anyio
async def test_serve_check_passes(stand: Stand) -> None:
    """Everything that readers need of a served feed is there: no check fails."""
    base = f"http://127.0.0.1:{stand.server.port}"
    for name, served in stand.view.outputs.items():
        path = stand.folder / name
        path.write_bytes(path.read_bytes().replace(served.self_url.encode(), f"{base}/{name}".encode()))
    paths = ["/" + name for name in stand.view.outputs]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(_YARDSTICK), base, *paths, "--hub", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output = (await process.communicate())[0].decode()
    failed = [line for line in output.splitlines() if line.startswith("FAIL")]
    assert (failed, process.returncode) == ([], 0), output
    assert output.rstrip().endswith(" 0 failed")
    assert output.count("PASS ") > 100
