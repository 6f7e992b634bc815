"""The demo: the newsroom and a daemon on top, started and stopped together."""

from __future__ import annotations

import asyncio
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import pytest
from waiting import until

from aggregator import showcase
from aggregator.core import errors

pytestmark = pytest.mark.anyio


async def show(folder: pathlib.Path | None, **given: object) -> None:
    """Show the demo."""
    options = {"listen": "off", "port": 0, "seed": 1, "speed": 20.0, "seconds": 1.0, "folder": folder} | given
    await showcase.show(**options)  # type: ignore[arg-type]


def names(folder: pathlib.Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_the_whole_demo(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says where to look, publishes into its folder, and ends by itself after so many seconds."""
    showing = asyncio.create_task(show(tmp_path / "demo", seconds=60))
    published = tmp_path / "demo" / "output" / "all.json"
    await until(lambda: published.exists() and json.loads(published.read_text("utf-8"))["items"], 30)
    said = capsys.readouterr().out
    newsroom = re.search(r"the sources +(http://127\.0\.0\.1:\d+)/", said)
    assert newsroom is not None
    assert newsroom[1] in (tmp_path / "demo" / "feeds.yaml").read_text("utf-8")
    assert str(tmp_path / "demo" / "output") in said
    assert "the outputs" not in said
    signal.raise_signal(signal.SIGINT)
    await asyncio.wait_for(showing, 20)
    assert capsys.readouterr().out == "The demo has ended.\n"


async def test_its_own_folder_again(tmp_path: pathlib.Path) -> None:
    """Its folder can be used again: the feeds.yaml there is its own, and the store goes on."""
    for _ in range(2):
        await show(tmp_path)
    assert (tmp_path / "data").is_dir()


async def test_somebodys_feeds_yaml(tmp_path: pathlib.Path) -> None:
    """A feeds.yaml that the demo did not write is never written over."""
    mine = tmp_path / "feeds.yaml"
    mine.write_text("sources: ['https://mine.invalid/']\n", "utf-8")
    with pytest.raises(errors.PublishError, match=r"is no feeds\.yaml of the demo and stays as it is; choose another --folder"):
        await show(tmp_path)
    assert mine.read_text("utf-8") == "sources: ['https://mine.invalid/']\n"
    assert names(tmp_path) == ["feeds.yaml"]


async def test_folder_that_cannot_be_had(tmp_path: pathlib.Path) -> None:
    """A folder that cannot be made is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.PublishError, match=r"cannot write .*file/demo/feeds\.yaml: Not a directory"):
        await show(tmp_path / "file" / "demo")


@pytest.mark.parametrize("which", ["port", "listen"])
async def test_port_that_is_taken(tmp_path: pathlib.Path, which: str) -> None:
    """A port in use, the newsroom's or the outputs', is one clear error, and nothing goes on running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(errors.ListenError, match=f"127.0.0.1:{port}"):
            await show(tmp_path, **{which: port if which == "port" else f"127.0.0.1:{port}"})


async def test_leaves_nothing_behind(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder of the user's everything is gone with its end."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await show(None)
    assert names(tmp_path) == []


def test_as_a_command(tmp_path: pathlib.Path) -> None:
    """`aggregator demo` serves where it says, and SIGTERM ends it with 0 and no traceback."""
    command = [sys.executable, "-m", "aggregator", "demo", "--listen", "127.0.0.1:0", "--folder", str(tmp_path), "--seconds", "90"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("The newsroom publishes")
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - begun < 8
    assert process.returncode == 0
    assert out.endswith("The demo has ended.\n")
    assert "Traceback" not in err
