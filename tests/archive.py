"""A folder with a feeds.yaml and a store in which three sources have articles in common, for the commands that ask it."""

from __future__ import annotations

import datetime
import pathlib

from pipeline.desk import PAPER, RIVAL, THIRD, Desk
from stories import HOUR, NOW, entry

from aggregator.core import config, model
from aggregator.edges import store

SOURCES = f"""\
sources:
  - {{url: '{PAPER}', name: Paper}}
  - {{url: '{RIVAL}', name: Rival}}
  - {{url: '{THIRD}', name: Third}}
"""
COMMON = ("heron", "ferry", "kettle", "anvil")
HEADLINE = "Harbour board approves lantern tower budget plan"


def fill(desk: Desk) -> None:
    """Paper is first, Rival has all of it later; Third has its own, and pairs that nobody can be sure of."""
    desk.enrol((PAPER, "Paper"), (RIVAL, "Rival"), (THIRD, "Third"))
    desk.bring(PAPER, entry("gravel", published=NOW - 3 * HOUR), now=NOW - HOUR)
    desk.bring(RIVAL, entry("gravel", host="rival.example", published=NOW - 2 * HOUR), now=NOW - HOUR)
    desk.bring(THIRD, entry("meadow", host="third.example"), now=NOW - HOUR)
    desk.bring(PAPER, *map(entry, COMMON), entry("tower", title=HEADLINE), now=NOW)
    desk.bring(RIVAL, *(entry(name, host="rival.example") for name in COMMON), now=NOW + HOUR / 2)
    desk.bring(THIRD, doubtful(), entry("budget", host="third.example", title=HEADLINE), now=NOW + HOUR)
    desk.store.housekeep(NOW + 2 * HOUR, datetime.timedelta(days=180))


def doubtful(title: str = "Morning notes from elsewhere") -> model.Entry:
    """Another text under the link of Paper's heron."""
    return entry("notes", host="third.example", link="https://paper.example/heron", title=title)


class Archive:
    """The folder, its store and its feeds.yaml."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.feeds = folder / "feeds.yaml"
        self.data.mkdir()
        self.store = store.open_store(self.data)
        self.desk = Desk(self.store)
        self.write(SOURCES)
        fill(self.desk)

    def write(self, text: str) -> None:
        """Save feeds.yaml, and have the store follow it as the daemon does."""
        self.feeds.write_text(text, "utf-8")
        read = config.load(text)
        named = [store.Enrolment(source.url, source.name) for source in read.sources]
        outputs = [(output.name, output.name) for output in read.outputs] + [("operations", "Operations")]
        self.store.enrol(named, outputs, "http://127.0.0.1/", NOW)

    def id(self, name: str, source: str = "Paper") -> str:
        """The published id of an entry, by the name at the end of its link and its source."""
        hosts = {"Paper": PAPER, "Rival": RIVAL, "Third": THIRD}
        wanted = {"budget": HEADLINE, "tower": HEADLINE, "notes": "Morning notes from elsewhere"}.get(name, f"The {name}")
        return self.desk.ids(hosts[source])[wanted]

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
