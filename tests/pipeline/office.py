"""An office that publishes from a desk's store under whatever feeds.yaml a test writes."""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
from typing import Any

from pipeline.desk import Desk
from stories import NOW

from aggregator.core import config
from aggregator.edges import store
from aggregator.pipeline import republish

SOURCES = """\
sources:
  - {url: 'https://paper.example/feed', name: Paper, categories: [news]}
  - {url: 'https://rival.example/feed', name: Rival, categories: [news]}
  - {url: 'https://third.example/feed', name: Third, categories: [rest]}
"""


class Office:
    """Publishes into a folder; `desk` is where entries come in."""

    def __init__(self, desk: Desk, folder: pathlib.Path) -> None:
        self.desk = desk
        self.folder = folder
        self.text = SOURCES

    def publish(self, text: str | None = None) -> tuple[str, ...]:
        """Republish under a feeds.yaml (the last one when none is given), as the engine does; the troubles."""
        self.text = text or self.text
        return republish.republish(self.press())

    def press(self) -> republish.Press:
        """What publishing works with."""
        read = config.load(self.text)
        named = [store.Enrolment(source.url, source.name) for source in read.sources]
        written = [(output.name, output.title or output.name) for output in read.outputs] + [("operations", "Operations")]
        self.desk.store.enrol(named, written, config.base_url(read.settings), NOW)
        return republish.Press(self.desk.store, self.folder, read, hashlib.sha256(self.text.encode()).hexdigest())

    def items(self, output: str = "all") -> list[dict[str, Any]]:
        """The entries of an output, from its JSON Feed."""
        items: list[dict[str, Any]] = json.loads((self.folder / f"{output}.json").read_text("utf-8"))["items"]
        return items

    def titles(self, output: str = "all") -> list[str]:
        """Their titles, in order, without the article that all of them begin with."""
        return [item["title"].removeprefix("The ") for item in self.items(output)]

    def from_where(self, output: str = "all") -> list[tuple[str, str]]:
        """Titles with the sources that they are published from."""
        return [(item["title"].removeprefix("The "), item["_aggregator"]["source"]["title"]) for item in self.items(output)]

    def ids(self, output: str = "all") -> dict[str, str]:
        """Published ids by title."""
        return {item["title"].removeprefix("The "): item["id"] for item in self.items(output)}

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Every file with its bytes and the time of its last writing."""
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(self.folder.iterdir())}

    def told(self) -> list[str]:
        """The titles in the operations feed."""
        return re.findall(r"<entry>.*?<title>(.*?)</title>", (self.folder / "operations.atom.xml").read_text("utf-8"), re.DOTALL)
