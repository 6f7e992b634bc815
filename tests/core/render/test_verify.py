"""What may not replace the file that readers have."""

import dataclasses

import pytest
from core.render import made_up

from aggregator.core import render


@pytest.mark.parametrize("name", render.FORMATS)
def test_a_good_file_has_no_problems(name: str) -> None:
    """The full feed passes, and its ids are read back in order."""
    data = render.render(name, made_up.FEED, made_up.BASE)
    assert render.check(name, data) == ()
    assert render.FORMATS[name].ids(data) == tuple(entry.id for entry in made_up.FEED.entries)


@pytest.mark.parametrize("name", render.FORMATS)
@pytest.mark.parametrize("data", [b"", b" \n"])
def test_empty_file(name: str, data: bytes) -> None:
    """Nothing is no feed."""
    assert render.check(name, data) == ("the file is empty",)


@pytest.mark.parametrize("name", render.FORMATS)
@pytest.mark.parametrize("wrong", ["cut", "noise", "foreign"])
def test_broken_file(name: str, wrong: str) -> None:
    """A file cut off, of noise, or of another format is refused and has no ids."""
    data = render.render(name, made_up.FEED, made_up.BASE)
    other = {"rss": "atom", "atom": "json", "json": "html", "html": "rss"}[name]
    broken = {
        "cut": data[: len(data) // 2],
        "noise": b"\xff\xfe\x00<<<",
        "foreign": render.render(other, made_up.FEED, made_up.BASE),
    }[wrong]
    problems = render.check(name, broken)
    assert len(problems) == 1
    assert problems[0].startswith("it is not well-formed")
    assert render.FORMATS[name].ids(broken) == ()


@pytest.mark.parametrize("name", render.FORMATS)
def test_missing_and_double_ids(name: str) -> None:
    """An entry without id, and an id used twice, are both named."""
    first, second, third, *_ = made_up.FEED.entries
    entries = (dataclasses.replace(first, id="\x00"), second, dataclasses.replace(third, id=second.id))
    problems = render.check(name, render.render(name, dataclasses.replace(made_up.FEED, entries=entries), made_up.BASE))
    assert problems == ("entry 1 has no id", "2 entries have the id urn:example:entry:1")


@pytest.mark.parametrize("name", render.FORMATS)
@pytest.mark.parametrize("year", [b"1026", b"1989", b"2200", b"mmxx"])
def test_senseless_dates(name: str, year: bytes) -> None:
    """A file with a date that nobody can mean, or that is none, is refused."""
    data = render.render(name, made_up.FEED, made_up.BASE)
    changed = data.replace(b"14 Mar 2026", b"14 Mar " + year).replace(b"2026-03-14T", year + b"-03-14T")
    assert changed != data
    assert render.check(name, changed) == ("it has a date that cannot be read or is not between 1990 and 2200",)


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>"""


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_document_type(name: str) -> None:
    """XML with a document type is refused before any entity is looked at."""
    data = render.render(name, made_up.everything(), made_up.BASE)
    declaration, rest = data.split(b"?>", 1)
    assert render.check(name, declaration + b"?>" + BOMB + rest)[0].endswith("it has a document type")
    assert render.check(name, declaration + b"?>" + BOMB + rest.replace(b"Entry 0", b"&c;"))[0].endswith("it has a document type")


def test_deep_json() -> None:
    """JSON built to exhaust the stack is refused like any other noise."""
    assert render.check("json", b"[" * 200_000) == ("it is not well-formed JSON Feed: it nests too deep",)
