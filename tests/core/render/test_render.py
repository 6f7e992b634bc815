"""Laws that hold for every format, and one golden file for each."""

import base64
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import feedparser
import markupsafe
import pytest
from core.render import made_up, rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aggregator
from aggregator.core import model, render
from aggregator.core.render import fit, look

CASES = pathlib.Path(__file__).parents[2] / "cases" / "render"
MISREAD = [chr(code) for code in range(0x80, 0x100) if chr(code) != "é"]
VALID = {"rss": rules.rss_problems, "atom": rules.atom_problems, "json": rules.json_problems}


def _steady(data: bytes) -> str:
    """A file without what changes with each version or touch of the style sheet and the script."""
    written = data.decode().replace(look.style(), "STYLE").replace(look.script(), "SCRIPT")
    for policy in (look.policy(), look.policy(script=True)):
        written = written.replace(markupsafe.escape(policy), "POLICY")
    return written.replace(aggregator.__version__, "VERSION")


def _golden(name: str, data: bytes) -> None:
    path = CASES / name
    if os.environ.get("REGENERATE"):
        path.write_text(_steady(data), "utf-8")
    assert _steady(data) == path.read_text("utf-8")


@pytest.mark.parametrize("name", render.FORMATS)
def test_golden(name: str) -> None:
    """A feed with everything in it is written as tests/cases/render says.

    `REGENERATE=1 pytest tests/core/render` writes those files anew; read the diff before you keep it.
    """
    _golden("coast" + render.FORMATS[name].suffix, render.render(name, made_up.FEED, made_up.BASE))


def test_golden_pages() -> None:
    """The index, static and live, and the list of sources are written as tests/cases/render says (see test_golden)."""
    _golden("index.html", render.index_page(made_up.OUTPUTS, made_up.SOURCES))
    _golden("live.html", render.index_page(made_up.OUTPUTS, made_up.SOURCES, made_up.LIVE))
    _golden("sources.opml", render.opml("Sources", made_up.SOURCES))


@pytest.mark.parametrize("name", VALID)
def test_everything_is_valid(name: str) -> None:
    """A feed with everything in it is valid by schema and rules."""
    assert VALID[name](render.render(name, made_up.FEED, made_up.BASE)) == []


@pytest.mark.parametrize("name", render.FORMATS)
def test_empty_feed(name: str) -> None:
    """A feed of which nothing is known but its name is written, passes the check and is valid."""
    data = render.render(name, model.Feed(name="empty"), made_up.BASE)
    assert render.check(name, data) == ()
    assert render.FORMATS[name].ids(data) == ()
    assert VALID.get(name, lambda data: [])(data) == []


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up.FEEDS)
def test_any_feed_is_written_and_valid(feed: model.Feed) -> None:
    """Whatever strings, numbers and dates a feed holds, every format is written, passes the check and is valid."""
    for name, kind in render.FORMATS.items():
        data = render.render(name, feed, made_up.BASE)
        assert render.check(name, data) == ()
        if name in VALID:
            assert VALID[name](data) == []
            assert kind.ids(data) == tuple(entry.id for entry in feed.entries)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up.feeds(st.characters(exclude_categories=(), exclude_characters=MISREAD)))
def test_any_feed_survives_the_way_back(feed: model.Feed) -> None:
    """feedparser reads from RSS and Atom the ids, titles and links that were written.

    It takes an id for the link of an entry that has none, and some sequences of Latin-1 for misread UTF-8; these are left out.
    """
    fitted = fit.fit(feed)
    for name in ("rss", "atom"):
        parsed = _parse(render.render(name, feed, made_up.BASE))
        assert [entry.id for entry in parsed.entries] == [entry.id for entry in fitted.entries]
        assert [entry.title for entry in parsed.entries] == [entry.title.strip() for entry in fitted.entries]
        assert [entry.get("link", entry.id) for entry in parsed.entries] == [entry.link or entry.id for entry in fitted.entries]


def _parse(data: bytes) -> feedparser.FeedParserDict:
    return feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_the_way_back_keeps_everything(name: str) -> None:
    """feedparser reads back content, authors, categories, enclosures, rights and source as they were."""
    parsed = _parse(render.render(name, made_up.FEED, made_up.BASE))
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.subtitle, parsed.feed.language) == (
        made_up.FEED.title,
        made_up.FEED.subtitle,
        made_up.FEED.language,
    )
    assert parsed.feed.link == "https://feeds.example.org/coast.html"
    first, second = parsed.entries[0], parsed.entries[1]
    assert first.content[0].value == made_up.FEED.entries[0].content
    assert [author.name for author in first.authors] == ["Ida Strand", "Bo Ek"]
    assert [tag.label or tag.term for tag in first.tags] == ["Tides & Currents", "harbour"]
    assert first.tags[0].scheme == "https://halftide.example/topics/"
    assert first.media_thumbnail == [{"url": "https://halftide.example/pier.jpg"}]
    assert first.source.title == "The Halftide Gazette"
    assert first.rights == "© 2026 Ida Strand"
    assert [(medium.href, medium.type, medium.get("length")) for medium in second.enclosures] == [
        ("https://funk.example/7.mp3", "audio/mpeg", "31415926"),
        ("https://funk.example/7.pdf", "application/pdf", "27182"),
        ("https://funk.example/7.bin", "text/html", None),  # feedparser's guess for a link without type
    ]


HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "cdata": "]]>]]&gt;<![CDATA[ ]]>",
    "entity": "&lol; &#0; &#xFFFE; <!DOCTYPE x [<!ENTITY lol 'lol'>]>",
    "controls": "\x00\x0b\x1b\x7f\x85\ufffe\uffff\ud800 x",
    "rtl": "\u202eevil\u2066 \u05d0\u05d1",
    "template": "{{ feed.id }}{% raw %} \\u003c",
    "closing": "</title></style></main></article></html>",
    "zalgo": "e\u0301" * 3000,
}


@pytest.mark.parametrize("name", render.FORMATS)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text(name: str, hostile: str) -> None:
    """Text built to break out of its place does not: the file is valid, and the text stays text."""
    feed = made_up.everything(
        title=hostile,
        summary=hostile,
        rights=hostile,
        authors=(model.Author(hostile),),
        categories=(model.Category(hostile, hostile, hostile),),
        language=hostile,
        origin=model.Origin(hostile, hostile, hostile, hostile, None, hostile),
        content="<p>Sound.</p>",
        story=hostile,
        also_at=(model.Mention(hostile, hostile, hostile, hostile),),
        covered_by=(model.Mention(hostile, hostile, "https://a.example/", hostile),),
    )
    data = render.render(
        name, dataclasses.replace(feed, title=hostile, subtitle=hostile, rights=hostile, generator=hostile), made_up.BASE
    )
    assert render.check(name, data) == ()
    assert render.FORMATS[name].ids(data) == ("urn:example:entry:0",)
    assert VALID.get(name, lambda data: [])(data) == []
    assert name == "json" or b"<script" not in data


@pytest.mark.parametrize("name", render.FORMATS)
def test_megabyte_of_text(name: str) -> None:
    """A text as long as a book is no problem where a line was expected."""
    long = "wörd " * 200_000
    data = render.render(name, made_up.everything(title=long, summary=long), made_up.BASE)
    assert render.check(name, data) == ()
    assert len(data) > 2 * len(long)


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
def test_content_passes_unchanged(name: str) -> None:
    """HTML that was made safe before arrives byte for byte, even a megabyte of it with what XML and CDATA find special."""
    content = "<p>a &amp; b &lt; c ]]&gt; “d” \U0001f30a\u2028</p>" * 25_000
    data = render.render(name, made_up.everything(content=content, summary="s"), made_up.BASE)
    read = json.loads(data)["items"][0]["content_html"] if name == "json" else _parse(data).entries[0].content[0].value
    assert read == content


def test_same_bytes_whatever_the_hash_seed_and_locale() -> None:
    """Two processes with other hash seeds, locales and time zones write the same bytes."""
    script = (
        "import hashlib; from aggregator.core import render; from core.render import made_up\n"
        "for name in render.FORMATS: print(hashlib.sha256(render.render(name, made_up.FEED, made_up.BASE)).hexdigest())\n"
        "print(hashlib.sha256(render.index_page(made_up.OUTPUTS, made_up.SOURCES, made_up.LIVE)).hexdigest())\n"
        "print(hashlib.sha256(render.opml('x', made_up.SOURCES)).hexdigest())\n"
    )
    seen = set()
    for seed, locale, zone in (("1", "C", "UTC"), ("2", "de_DE.UTF-8", "Asia/Tokyo")):
        variables = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, "-c", script], env=os.environ | variables, capture_output=True, text=True, check=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1
    assert len(seen.pop().split()) == len(render.FORMATS) + 2


def test_company_in_atom() -> None:
    """Copies and other articles of a story are related links (RFC 4287 4.2.7.2) with titles; those without an address are none."""
    entry = _parse(render.render("atom", made_up.FEED, made_up.BASE)).entries[7]
    assert [(link.href, link.title[:30]) for link in entry.links if link.rel == "related"] == [
        ("https://funk.example/lamp?a=1&b=2", "Leuchtturm & Funk: Old lamp st"),
        ("https://nameless.example/lamp", "nameless.example"),
        ("https://halftide.example/lamp", "The Halftide Gazette: Keepers "),
        ("https://jarida.example/1", "جريدة: مصباح قديم"),
        ("https://notes.example/long", "Small Notes: long long long lo"),
    ]


def test_order_is_kept() -> None:
    """Entries are written in the order in which they are given, in every format."""
    backwards = dataclasses.replace(made_up.FEED, entries=made_up.FEED.entries[::-1])
    for name, kind in render.FORMATS.items():
        given_ids = tuple(entry.id for entry in backwards.entries)
        assert kind.ids(render.render(name, backwards, made_up.BASE)) == given_ids


def test_addresses_come_from_the_base() -> None:
    """Each file names itself, and all name the output's page, unless the output has a page of its own."""
    base = "http://127.0.0.1:8080/sub/"
    assert _parse(render.render("rss", made_up.FEED, base)).feed.link == base + "coast.html"
    assert json.loads(render.render("json", made_up.FEED, base))["feed_url"] == base + "coast.json"
    own = dataclasses.replace(made_up.FEED, link="https://coast.example/")
    assert json.loads(render.render("json", own, base))["home_page_url"] == "https://coast.example/"


def test_page_policy_allows_the_style_of_the_page_and_no_script() -> None:
    """The policy for the server's header is the page's own, and holds the hash of the style that stands in the page."""
    page = render.render("html", made_up.FEED, made_up.BASE).decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in render.page_policy()
    assert render.page_policy().startswith("default-src 'none';")
    assert "script" not in render.page_policy()
    assert markupsafe.escape(render.page_policy()) in page
