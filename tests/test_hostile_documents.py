"""Every document of a hostile server, through the whole engine: what becomes of its source, and of what is published."""

from __future__ import annotations

import asyncio
import json
import pathlib
import re
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
from edges.fetch.test_hostile import _free_block
from selectolax import lexbor

from aggregator import engine
from aggregator.core import model
from aggregator.core.render import look
from aggregator.edges import config_file

TESTS = pathlib.Path(__file__).parent
ROWS = [json.loads(line) for line in (TESTS / "cases" / "hostile_documents.jsonl").read_text("utf-8").splitlines()]
GROUPS = ("charset", "doc")
LIMITS = "{per_own_host: 50, seconds: 30}"


class Town:
    """The server, and what an engine made of all its documents in two rounds."""

    def __init__(self, folder: pathlib.Path, base: str) -> None:
        self.folder, self.base = folder, base
        self.states: dict[str, model.SourceState] = {}
        self.titles: dict[str, set[str]] = {}
        self.troubles: tuple[str, ...] = ()

    def control(self, path: str) -> str:
        """What the server tells of itself."""
        with urllib.request.urlopen(self.base + path) as answer:
            return str(answer.read().decode())

    async def play(self) -> None:
        """Poll everything twice, and publish."""
        head = f"settings: {{allow_addresses: [127.0.0.0/8], listen: off, backlog: 5, limits: {LIMITS}}}\nsources:\n"
        lines = "".join(f"  - {json.dumps(self.base + row['path'])}\n" for row in ROWS)
        (self.folder / "feeds.yaml").write_text(head + lines + "outputs: [{name: all, limit: 1000, duplicates: keep}]\n", "utf-8")
        async with engine.Engine(config_file.read(self.folder / "feeds.yaml")) as at_work:
            for _ in range(2):
                await asyncio.gather(*at_work.start(at_work.all_but_waiting(engine.now())))
                await at_work.store_brought()
            await at_work.publish()
            self.troubles = at_work.troubles
            for state in at_work.store.sources(counted=True):
                path = state.url.removeprefix(self.base)
                self.states[path] = state
                self.titles[path] = {stored.entry.title for stored in at_work.store.newest([state.row], 0, 20)}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Everything polled."""
    port = _free_block()
    command = [sys.executable, str(TESTS / "yardsticks" / "hostile.py"), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        assert b"hostile on" in server.stdout.readline()
        made = Town(tmp_path_factory.mktemp("town"), f"http://127.0.0.1:{port}")
        asyncio.run(made.play())
        yield made
        server.terminate()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["path"])
def test_document(row: dict[str, Any], town: Town) -> None:
    """It is read, or its source fails with a reason; nothing is lost, doubled or carried over."""
    state = town.states[row["path"]]
    assert (state.entries, state.error_kind) == (row["entries"], row.get("error", "")), state.error
    assert row.get("said", "") in state.error.replace(town.base, "")
    if "title" in row:
        assert town.titles[row["path"]] == {row["title"]}


def test_every_document_has_a_row(town: Town) -> None:
    """One that the server learns must be given an expected outcome here."""
    listed = {one["path"] for one in json.loads(town.control("/_paths")) if one["group"] in GROUPS}
    assert {row["path"] for row in ROWS} == listed


def test_what_is_published(town: Town) -> None:
    """Whole files; no script, no address but http and https, nothing of this machine's files; nothing else was asked for."""
    assert town.troubles == ()
    output = town.folder / "output"
    for path in output.glob("*.xml"):
        ET.fromstring(path.read_bytes())
        assert b"xml-stylesheet" not in path.read_bytes()
    items = json.loads((output / "all.json").read_text("utf-8"))["items"]
    assert len({item["id"] for item in items}) == len(items) > 50
    addresses = [item[name] for item in items for name in ("url", "image") if name in item]
    assert all(re.match(r"https?://[^\s@]+$", address) for address in addresses)
    for path in output.iterdir():
        assert b"root:x:0" not in path.read_bytes()
    for path in output.glob("*.xml"):
        attributes = [pair for element in ET.fromstring(path.read_bytes()).iter() for pair in element.attrib.items()]
        assert not [value for name, value in attributes if name in ("href", "src", "url") and not value.startswith("http")]
    for path in output.glob("*.html"):
        tree = lexbor.LexborHTMLParser(path.read_text("utf-8"))
        assert [script.text() for script in tree.css("script")] == ([look.script()] if path.name == "index.html" else [])
        assert tree.css("iframe, object, embed, form, svg, math") == []
        found = [(name, value or "") for node in tree.css("*") for name, value in node.attributes.items()]
        assert not [name for name, _ in found if name.startswith("on") or name == "style"]
        assert not [
            value for name, value in found if name in ("href", "src") and re.match(r"(?i)\s*(?!https?:|data:image/svg)\w+:", value)
        ]
    assert "/_canary" not in town.control("/_log")
