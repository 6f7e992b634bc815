"""The list of sources: shown, edited, and exchanged with other readers."""

from __future__ import annotations

import os
import pathlib
import stat

import pytest
from archive import SOURCES, Archive

from aggregator import catalogue
from aggregator.core import config, errors

TEXT = """\
# mine
sources:
  - http://a.example/feed  # the first
  - url: http://user:pass@b.example/rss?key=secret
    name: B
    categories: [world]   # of the world
    headers: {Authorization: "Bearer x"}
    interval: 15m
    mass_change: 12.5%
    rules: [{drop: {title: x}}]
outputs:
  - {name: world, categories: [world]}
"""


@pytest.fixture
def feeds(tmp_path: pathlib.Path) -> pathlib.Path:
    """A feeds.yaml."""
    path = tmp_path / "feeds.yaml"
    path.write_text(TEXT, "utf-8")
    return path


def test_add(feeds: pathlib.Path) -> None:
    """Only lines are added; who runs it again changes nothing, nor does another spelling of the address."""
    done = catalogue.add(feeds, [{"url": "https://c.example/feed", "categories": ["world"]}])
    assert (done.sources, done.written) == (("https://c.example/feed",), True)
    assert [line for _, line in done.lines] == ["+   - url: https://c.example/feed", "+     categories: [world]"]
    text = feeds.read_text("utf-8")
    assert text.replace("  - url: https://c.example/feed\n    categories: [world]\n", "") == TEXT
    for url in ("https://c.example/feed", "http://www.c.example/feed/", "http://a.example/feed"):
        again = catalogue.add(feeds, [{"url": url}])
        assert (again.lines, len(again.there)) == ((), 1)
    assert feeds.read_text("utf-8") == text


def test_add_to_nothing(tmp_path: pathlib.Path) -> None:
    """A feeds.yaml that is not there is made."""
    path = tmp_path / "feeds.yaml"
    catalogue.add(path, [{"url": "https://c.example/feed"}])
    assert path.read_text("utf-8") == "sources:\n  - https://c.example/feed\n"


def test_what_cannot_be_a_source_is_left_out(feeds: pathlib.Path) -> None:
    """And told, with the reason; the others are added."""
    items = [{"url": "ftp://c.example/"}, {"url": "http://d.example/", "trust": "much"}, {"url": "http://e.example/${HOME}"}]
    items += [{"url": "http://f.example/?key=…"}, {"url": "http://g.example/"}]
    done = catalogue.add(feeds, items)
    assert done.sources == ("http://g.example/",)
    assert [url for url, _ in done.refused] == [
        "ftp://c.example/",
        "http://d.example/",
        "http://e.example/${HOME}",
        "http://f.example/?key=…",
    ]
    assert "must begin with http:// or https://" in done.refused[0][1]
    assert "its password or key was left out of the list" in done.refused[3][1]


def test_a_try(feeds: pathlib.Path) -> None:
    """Shows the lines and writes nothing."""
    done = catalogue.add(feeds, [{"url": "http://c.example/"}], dry=True)
    assert (len(done.lines), done.written, feeds.read_text("utf-8")) == (1, False, TEXT)
    done = catalogue.remove(feeds, None, ["http://a.example/feed"], dry=True)
    assert (len(done.lines), done.written, feeds.read_text("utf-8")) == (1, False, TEXT)


@pytest.mark.parametrize("name", ["B", "http://user:pass@b.example/rss?key=secret", "http://b.example/rss?key=secret"])
def test_remove(feeds: pathlib.Path, name: str) -> None:
    """By name or address; no secret is told; an edit that does not validate is refused and changes nothing."""
    with pytest.raises(errors.ConfigError, match='no source has the category "world"'):
        catalogue.remove(feeds, None, [name])
    assert feeds.read_text("utf-8") == TEXT
    feeds.write_text(TEXT.replace("outputs:\n  - {name: world, categories: [world]}\n", ""), "utf-8")
    done = catalogue.remove(feeds, None, [name])
    assert feeds.read_text("utf-8") == "# mine\nsources:\n  - http://a.example/feed  # the first\n"
    assert "pass" not in str(done.sources)


def test_remove_by_title(archive: Archive) -> None:
    """As the source calls itself, when the store knows that."""
    archive.write(SOURCES.replace("{url: 'https://third.example/feed', name: Third}", "'https://third.example/feed'"))
    done = catalogue.remove(archive.feeds, None, ["third.example"])
    assert done.sources == ("https://third.example/feed",)


def test_what_is_not_removed(feeds: pathlib.Path) -> None:
    """Nobody, and everybody."""
    with pytest.raises(errors.UnknownSource, match='no source is called "C"; `aggregator sources` lists those there are'):
        catalogue.remove(feeds, None, ["C"])
    feeds.write_text("sources: [http://a.example/]\n", "utf-8")
    with pytest.raises(errors.UnknownSource, match="these are all the sources there are"):
        catalogue.remove(feeds, None, ["http://a.example/"])
    with pytest.raises(errors.ConfigError, match="no such file"):
        catalogue.remove(feeds.parent / "none.yaml", None, ["x"])


def test_how_it_is_written(feeds: pathlib.Path) -> None:
    """Rights, links, line ends and a mark at the beginning stay; nothing is left over."""
    real = feeds.parent / "real.yaml"
    real.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    real.chmod(0o600)
    feeds.unlink()
    feeds.symlink_to(real)
    catalogue.add(feeds, [{"url": "http://c.example/"}])
    assert feeds.is_symlink()
    data = real.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# mine\r\n")
    assert data.replace(b"  - http://c.example/\r\n", b"") == b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert sorted(path.name for path in feeds.parent.iterdir()) == ["feeds.yaml", "real.yaml"]


def test_an_edit_at_the_same_time_is_not_lost(feeds: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who saves between reading and writing wins."""
    from aggregator.edges import config_file

    parsed = config_file.parsed

    def meanwhile(written: str, name: pathlib.Path, folder: pathlib.Path | None) -> config.Config:
        os.truncate(feeds, 7)
        return parsed(written, name, folder)

    monkeypatch.setattr(config_file, "parsed", meanwhile)
    with pytest.raises(errors.ConfigError, match="this file was changed meanwhile; try again"):
        catalogue._write(feeds, TEXT, TEXT, [source.url for source in config.load(TEXT).sources], dry=False)
    assert feeds.read_text("utf-8") == TEXT[:7]


def test_sources(feeds: pathlib.Path) -> None:
    """With all that may be told of them."""
    assert catalogue.sources(feeds, None) == [
        {
            "source": "http://a.example/feed",
            "url": "http://a.example/feed",
            "categories": [],
            "settings": {},
            "rules": 0,
            "outputs": [],
        },
        {
            "source": "B",
            "url": "http://b.example/rss?key=…",
            "categories": ["world"],
            "settings": {"interval": "15m", "mass_change": "12.5%"},
            "rules": 1,
            "outputs": ["world"],
        },
    ]
    assert [one["source"] for one in catalogue.sources(feeds, None, "world")] == ["B"]


def test_there_and_back(feeds: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """What is exported is imported with categories and settings, without secrets; twice changes nothing."""
    feeds.write_text(TEXT.replace("user:pass@", "").replace("?key=secret", "") + "settings: {backlog: 5}\n", "utf-8")
    data = catalogue.export(feeds, None)
    assert b"Bearer" not in data
    assert b"drop" not in data
    assert catalogue.add(feeds, catalogue.listed(data)).lines == ()
    other = tmp_path / "other.yaml"
    catalogue.add(other, catalogue.listed(data, ["mine"]))
    one, two = config.load(other.read_text("utf-8")).sources
    assert (one.url, one.categories) == ("http://a.example/feed", ("mine",))
    before = config.load(feeds.read_text("utf-8")).sources[1]
    assert (two.name, two.categories, two.interval, two.mass_change) == (
        "B",
        ("world", "mine"),
        before.interval,
        before.mass_change,
    )
    assert catalogue.add(other, catalogue.listed(catalogue.export(other, None))).lines == ()


def test_no_secret_is_exported(feeds: pathlib.Path) -> None:
    """Neither password nor key nor header; and what lacks them is not taken for another source."""
    data = catalogue.export(feeds, None)
    assert not any(secret in data for secret in (b"pass", b"secret", b"Bearer"))
    done = catalogue.add(feeds, catalogue.listed(data))
    assert (done.lines, done.refused, len(done.there)) == ((), (), 2)


def test_every_setting_survives(tmp_path: pathlib.Path) -> None:
    """Each of those that are exported comes back as it was."""
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "sources:\n- url: http://a.example/\n  name: A\n  interval: 1h30m\n  paused: true\n  full_text: auto\n  duplicates: keep\n"
        "  trust: high\n  backlog: 0\n  mass_change: off\n  captions: keep\n  credits: drop\n  bios: drop\n  notes: drop\n"
        "- {url: http://b.example/, interval: adaptive, mass_change: 33.3333%, paused: false}\n",
        "utf-8",
    )
    other = tmp_path / "other.yaml"
    catalogue.add(other, catalogue.listed(catalogue.export(path, None)))
    back = config.load(other.read_text("utf-8")).sources
    assert back[0] == config.load(path.read_text("utf-8")).sources[0]
    assert catalogue.settings(back[1]) == {"interval": "adaptive", "mass_change": "33.3333%"}


def test_included_sources(feeds: pathlib.Path) -> None:
    """They are there already for who adds them, and taken out of their own file only."""
    (feeds.parent / "more.yaml").write_text("sources: [http://m.example/]\n", "utf-8")
    feeds.write_text("include: more.yaml\n" + TEXT, "utf-8")
    assert catalogue.add(feeds, [{"url": "http://m.example/"}]).there == ("http://m.example/",)
    catalogue.add(feeds, [{"url": "http://n.example/"}])
    with pytest.raises(errors.UnknownSource, match=r"http://m.example/ stands in what feeds.yaml includes; edit that one"):
        catalogue.remove(feeds, None, ["http://m.example/"])
    assert catalogue.remove(feeds, None, ["http://n.example/"]).sources == ("http://n.example/",)
    assert feeds.read_text("utf-8") == "include: more.yaml\n" + TEXT
