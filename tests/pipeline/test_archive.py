"""Archives: who subscribes now can go back."""

from __future__ import annotations

import datetime
import pathlib
import xml.etree.ElementTree as ET

import pytest
from pipeline.desk import PAPER, Desk
from pipeline.office import SOURCES, Office
from stories import DAY, NOW, entry

from aggregator.pipeline import republish

ATOM, HISTORY = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
OUTPUT = "outputs: [{name: all, limit: 3, archive: true}]"
BASE = "http://127.0.0.1:8080/"
TOKEN = "q7Zt4-mW_c8Yd2Kx9Lr5"


@pytest.fixture
def filled(office: Office, desk: Desk) -> Office:
    """An office whose source brought an entry every ten days for three months; the last one today."""
    for number in range(9, -1, -1):
        at = NOW - number * 10 * DAY
        desk.bring(PAPER, entry(f"n{number}", published=at), now=at)
    desk.store.housekeep(NOW + datetime.timedelta(hours=3), 500 * DAY)
    office.publish(SOURCES + OUTPUT)
    return office


def links(data: bytes) -> dict[str, str]:
    """The links of a feed by relation."""
    return {one.attrib.get("rel", ""): one.attrib["href"] for one in ET.fromstring(data).iterfind(f"{ATOM}link")}


def titles(data: bytes) -> list[str]:
    """The titles of a feed's entries."""
    return [one.findtext(f"{ATOM}title", "").removeprefix("The ") for one in ET.fromstring(data).iterfind(f"{ATOM}entry")]


def walked(folder: pathlib.Path, name: str = "all") -> list[list[str]]:
    """The titles of an output and of all that it leads back to."""
    found, data = [], (folder / f"{name}.atom.xml").read_bytes()
    while True:
        found.append(titles(data))
        older = links(data).get("prev-archive")
        if older is None:
            return found
        data = (folder / older.removeprefix(BASE)).read_bytes()


def test_going_back(filled: Office) -> None:
    """From the output through all months to the first entry, each but today's once."""
    window, *months = walked(filled.folder)
    assert window == ["n0", "n1", "n2"]
    assert [name for month in months for name in month] == [f"n{number}" for number in range(1, 10)]
    assert len(months) == len({(NOW - number * 10 * DAY).strftime("%Y-%m") for number in range(1, 10)})


def test_what_a_part_says(filled: Office) -> None:
    """That it is one, where the output is, and what is newer; its address and its page are right."""
    parts = sorted(filled.folder.glob("all.????-??.atom.xml"))
    oldest = parts[0].read_bytes()
    assert ET.fromstring(oldest).find(f"{HISTORY}archive") is not None
    assert ET.fromstring((filled.folder / "all.atom.xml").read_bytes()).find(f"{HISTORY}archive") is None
    said = links(oldest)
    assert (said["current"], said["self"]) == (BASE + "all.atom.xml", BASE + parts[0].name)
    assert said["next-archive"] == BASE + parts[1].name
    assert said["alternate"] == BASE + "all.html"
    assert "prev-archive" not in said


def test_months_stay_as_they_are(filled: Office, desk: Desk) -> None:
    """What comes today changes none of them; tomorrow the present month has it."""
    before = {path.name: path.read_bytes() for path in filled.folder.glob("all.????-??.atom.xml")}
    press = filled.press()
    desk.bring(PAPER, entry("fresh"), now=NOW)
    republish.republish(press)
    assert {path.name: path.read_bytes() for path in filled.folder.glob("all.????-??.atom.xml")} == before
    desk.store.housekeep(NOW + 2 * DAY, 500 * DAY)
    filled.publish()
    after = {path.name: path.read_bytes() for path in filled.folder.glob("all.????-??.atom.xml")}
    changed = [name for name in after if after[name] != before.get(name)]
    assert [name for name in changed if "fresh" in after[name].decode()] == [f"all.{NOW:%Y-%m}.atom.xml"]


def test_made_when_something_changed(filled: Office, desk: Desk) -> None:
    """While nothing did, an archive is not looked at; a rule acts in it as in the output."""
    press = filled.press()
    republish.republish(press)
    made = dict(press.archives)
    oldest = min(filled.folder.glob("all.????-??.atom.xml"))
    oldest.unlink()
    republish.republish(press)
    assert press.archives == made
    assert not oldest.exists()
    filled.publish(SOURCES + "rules: [{drop: {title: n5}}]\n" + OUTPUT)
    assert "n5" not in [name for part in walked(filled.folder) for name in part]
    assert oldest.exists()


def test_taken_out(filled: Office) -> None:
    """Without the key, and without the output, the files go; others of that kind stay."""
    (filled.folder / "mine.2020-01.atom.xml").write_text("mine", "utf-8")
    filled.publish(SOURCES + "outputs: [{name: all, limit: 3}]")
    assert list(filled.folder.glob("all.????-??.atom.xml")) == []
    assert "prev-archive" not in links((filled.folder / "all.atom.xml").read_bytes())
    filled.publish(SOURCES + OUTPUT)
    assert list(filled.folder.glob("all.????-??.atom.xml"))
    filled.publish(SOURCES + "outputs: [{name: other}]")
    assert list(filled.folder.glob("all.*")) == []
    assert (filled.folder / "mine.2020-01.atom.xml").exists()


def test_private(filled: Office) -> None:
    """The archive of a private output lies under its token, and goes with it."""
    filled.publish(SOURCES + f"outputs: [{{name: all, limit: 3, archive: true, token: {TOKEN}}}]")
    assert list(filled.folder.glob("all.*")) == []
    assert len(walked(filled.folder, f"{TOKEN}/all")) > 3
    filled.publish(SOURCES + OUTPUT)
    assert not (filled.folder / TOKEN).exists()
