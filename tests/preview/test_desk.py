"""Documents from the web and from files, previewed as the daemon would take them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pathlib
import sys
from collections.abc import Callable

import pytest
from loopback import Answer, Asked, Loopback

from aggregator import passes
from aggregator.core import errors
from aggregator.edges import store
from aggregator.preview import desk, report

pytestmark = pytest.mark.anyio
Task = Callable[..., desk.Task]
FEED, PAGE = "http://127.0.0.1:PORT/feed.xml", "http://127.0.0.1:PORT/page.html"
CASES = pathlib.Path(__file__).parents[1] / "cases" / "preview"
ALL = ["Old news of the pier", "Ferry timetable changes on Monday", "Advertisement"]


def titles(found: report.Report) -> list[str]:
    """The entries that are shown."""
    return [one.cleaned.entry.title for one in found.proofs]


async def test_a_feed_from_the_web(task: Task, server: Loopback) -> None:
    """Its entries before and after; nothing but the feed is asked for, and nothing is stored."""
    asked = task(FEED)
    found = await desk.preview(asked)
    assert (found.url, found.kind, found.title, found.total) == (server.url("/feed.xml"), "feed", "Harbour Gazette", 3)
    assert (found.source, found.feeds, found.failed) == (None, (), False)
    assert titles(found) == ALL
    assert found.proofs[1].came.link == server.url("/ferry?utm_source=rss&id=4")
    assert found.proofs[1].cleaned.entry.link == server.url("/ferry?id=4")
    assert (found.removed, found.shortened) == (2, 1)
    assert found.problems == ("entries without a date: 1 of 3", "entries without a link: 1 of 3")
    assert [one.path for one in server.asked] == ["/feed.xml"]
    assert asked.data is not None
    assert not asked.data.exists()


@pytest.mark.parametrize(("most", "shown"), [(1, ALL[1:2]), (2, ALL[:2]), (3, ALL), (99, ALL)])
async def test_the_newest_entries(task: Task, most: int, shown: list[str]) -> None:
    """As many as asked for, by their dates, in the order of the feed; those without a date come last."""
    found = await desk.preview(task(FEED, entries=most))
    assert (titles(found), found.total) == (shown, 3)


async def test_a_file(task: Task) -> None:
    """A file is a document without an address, or with the one that is given; nothing is fetched."""
    lost = await desk.preview(task(str(CASES / "feed.xml")))
    assert lost.url == str(CASES / "feed.xml")
    assert lost.proofs[1].came.link is None
    found = await desk.preview(task(str(CASES / "feed.xml"), base="https://gazette.example/feed.xml"))
    assert found.proofs[1].came.link == "https://gazette.example/ferry?utm_source=rss&id=4"
    assert found.proofs[1].pictures == ("https://gazette.example/ferry.jpg",)


async def test_a_page_from_the_web(task: Task, server: Loopback) -> None:
    """Its article, cleaned, and the feeds it offers; robots.txt is asked, as before any page."""
    found = await desk.preview(task(PAGE, full_text=True))
    assert (found.kind, titles(found), found.failed) == ("page", ["The old crane is saved"], False)
    assert found.feeds == (server.url("/feed.xml"), server.url("/feed.atom"))
    assert any(block.rule == "signup" for block in found.proofs[0].blocks)
    assert (found.proofs[0].teaser, found.proofs[0].page) == (False, "")
    assert [one.path for one in server.asked] == ["/page.html", "/robots.txt"]


async def test_a_page_that_robots_may_not_fetch(task: Task, server: Loopback) -> None:
    """It is not shown, for the daemon would not fetch it; a feed at such an address is."""
    server.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    with pytest.raises(errors.FetchError, match=r"/page\.html: its robots\.txt keeps programs from this page; save it"):
        await desk.preview(task(PAGE))
    assert (await desk.preview(task(FEED))).total == 3


async def test_a_page_without_an_article(task: Task, server: Loopback) -> None:
    """That is said, with the feeds that it offers."""
    server.answers["/home"] = Answer(
        b"<!doctype html><link rel=alternate type='application/rss+xml' href='/feed.xml'><body></body>"
    )
    found = await desk.preview(task("http://127.0.0.1:PORT/home"))
    assert (found.kind, found.proofs, found.failed) == ("page", (), True)
    assert found.feeds == (server.url("/feed.xml"),)
    assert found.problems == ("no article was found on this page, or a wall stands before it",)


async def test_a_feed_without_entries(task: Task, server: Loopback) -> None:
    """It is no failure, but worth a word."""
    server.answers["/feed.xml"] = Answer(b"<rss version='2.0'><channel><title>Empty</title></channel></rss>")
    found = await desk.preview(task(FEED))
    assert (found.total, found.problems, found.failed) == (0, ("it has no entries",), False)


async def test_a_source_brings_its_settings(task: Task, server: Loopback) -> None:
    """Name, headers and what it decides about captions are those of feeds.yaml; secrets in its address are used and not shown."""
    caption = (
        b"<figure><figcaption>The ferry, seen from the pier</figcaption></figure><p>"
        + b"The ferry leaves at nine from Monday. " * 5
        + b"</p>"
    )
    feed = b"<rss version='2.0'><channel><item><description><![CDATA[" + caption + b"]]></description></item></channel></rss>"
    server.answers["/feed.xml"] = Answer(feed)
    source = "{url: 'http://ann:hush@127.0.0.1:PORT/feed.xml?key=secret', name: Gazette, paused: true, headers: {X-Key: k}"
    given = f"{FEED}?key=secret"
    dropping = await desk.preview(task(given, source + "}"))
    keeping = await desk.preview(task(given, source + ", captions: keep}"))
    assert (keeping.source, keeping.url) == ("Gazette", server.url("/feed.xml?key=…"))
    assert "it is paused in feeds.yaml; the daemon does not poll it" in keeping.problems
    assert (dropping.removed, keeping.removed) == (1, 0)
    assert {one.headers.get("x-key") for one in server.asked} == {"k"}
    assert all("authorization" in one.headers for one in server.asked)
    assert "hush" not in repr(report.described(keeping))


async def test_a_source_that_moved(task: Task, server: Loopback) -> None:
    """A redirect for good is told."""
    server.answers["/old"] = Answer(status=301, headers=(("Location", "/feed.xml"),))
    found = await desk.preview(task("http://127.0.0.1:PORT/old"))
    assert found.problems[0] == f"it has moved for good to {server.url('/feed.xml')}; write that address into feeds.yaml"


def page_of_the_ferry(asked: Asked) -> Answer:
    """The whole of what the feed begins to tell."""
    paragraphs = (
        "The ferry to the islands will leave at nine from next Monday, half an hour later than it has for the past twenty years.",
        "The harbour master said that the change would give the early bus a chance to arrive.",
        "Die Fähre hält weiter an der alten Mole, wo seit dem Winter auch die Boote der Lotsen liegen.",
        "L'horaire d'hiver ne change pas, et les billets déjà vendus restent valables jusqu'à la fin de l'année.",
        "Les marins, eux, disent que le vent décidera de toute façon, comme il l'a toujours fait au large des îles.",
        "What the feed leaves out is that the fare will rise by a quarter in the summer, and that nobody was asked about it.",
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(f"<!doctype html><html><body><article><h1>Ferry timetable</h1>{body}</article></body></html>".encode())


async def test_full_text(task: Task, server: Loopback) -> None:
    """Pages are fetched when the source or the command line says so, for the entries that are shown."""
    server.answers |= {"/ferry": page_of_the_ferry, "/pier": Answer(status=404)}
    asked = task(FEED, full_text=True)
    found = await desk.preview(asked)
    assert [one.page for one in found.proofs] == ["no better", "filled", ""]
    assert "the fare will rise" in found.proofs[1].cleaned.text
    assert not found.failed
    server.asked.clear()
    only = await desk.preview(task(FEED, f"{{url: '{FEED}', full_text: auto}}", entries=1))
    assert [(one.teaser, one.page) for one in only.proofs] == [(True, "filled")]
    assert "/pier" not in [one.path for one in server.asked]
    not_now = await desk.preview(task(FEED, f"{{url: '{FEED}', full_text: always}}", full_text=False))
    assert [one.page for one in not_now.proofs] == ["", "", ""]


async def test_pages_that_do_not_come(task: Task, server: Loopback) -> None:
    """An entry whose page fails in a way that may pass is shown as its feed gave it; that is a failure."""
    server.answers["/robots.txt"] = Answer(status=503)
    found = await desk.preview(task(FEED, full_text=True, entries=1))
    assert [one.page for one in found.proofs] == ["failed"]
    assert found.failed
    assert found.problems[-1] == "pages that did not come: 1"


def repeating(*days: str) -> Answer:
    """A feed whose entries end in the same words, which no rule knows."""
    item = (
        "<item><guid>{0}</guid><title>{0}</title><description><![CDATA[<p>{1}</p><p>Harbour news by those who know the ropes</p>]]>"
        "</description></item>"
    )
    said = (" ".join(hashlib.sha256(f"{day}{i}".encode()).hexdigest()[:7] for i in range(30)) for day in days)
    items = "".join(item.format(day, words) for day, words in zip(days, said, strict=True))
    return Answer(f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode())


@contextlib.contextmanager
def no_watch(_: int):  # type: ignore[no-untyped-def]
    """Nobody looks at the progress."""
    yield lambda: None


def content_of(folder: pathlib.Path) -> dict[str, bytes]:
    """The files in a folder, but for the shared memory that readers of SQLite make and remove."""
    return {
        path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


async def test_what_a_store_learned(task: Task, server: Loopback, tmp_path: pathlib.Path) -> None:
    """Repeats that polls have taught are known, though the feed shows one entry only; the store stays as it was."""
    server.answers["/feed.xml"] = repeating("mo", "tu", "we", "th")
    asked = task(FEED, f"{{url: '{FEED}', name: Paper}}")
    await passes.once(tmp_path / "feeds.yaml", None, None, every=True, watch=no_watch)
    server.answers["/feed.xml"] = repeating("th")
    before = content_of(tmp_path / "data")
    found = await desk.preview(asked)
    assert (found.repeats, found.proofs[0].blocks[-1].rule) == (1, "learned")
    assert content_of(tmp_path / "data") == before
    elsewhere = await desk.preview(task(FEED, f"{{url: '{FEED}', name: Paper}}", data=tmp_path / "none"))
    assert (elsewhere.repeats, elsewhere.removed, elsewhere.failed) == (0, 0, False)


async def test_what_the_feed_itself_teaches(task: Task, server: Loopback) -> None:
    """Without a store, what its entries repeat is learned from them, also from those that are not shown."""
    server.answers["/feed.xml"] = repeating("mo", "tu", "we", "th")
    found = await desk.preview(task(FEED, entries=1))
    assert (found.repeats, found.removed) == (1, 1)


async def test_a_store_that_cannot_be_read(task: Task, tmp_path: pathlib.Path) -> None:
    """The preview goes on without it, and says so."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / store.FILE).write_bytes(b"no database at all, but long enough to be looked at" * 100)
    found = await desk.preview(task(FEED, data=tmp_path / "broken"))
    assert found.failed
    assert found.problems[0].startswith("what was learned of this source could not be read: ")
    assert found.total == 3


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer(status=404), errors.StatusError, "answered 404"),
        (Answer(b"\x89PNG\1\2\3\4" * 100), errors.ParseError, "binary data, not a feed; preview takes a feed or a web page"),
        (Answer(b"<rss><channel><item>" + b"<a>" * 50_000), errors.ParseError, "nested more than"),
        (Answer(b"<p>" * 6_000_000), errors.TooLarge, "larger than"),
    ],
)
async def test_what_cannot_be_previewed(task: Task, server: Loopback, answer: Answer, error: type[Exception], said: str) -> None:
    """One line that names the place and the trouble."""
    server.answers["/x"] = answer
    with pytest.raises(error, match=said) as met:
        await desk.preview(task("http://127.0.0.1:PORT/x"))
    assert str(met.value).startswith(f"{server.url('/x')}: ")
    assert "\n" not in str(met.value)


async def test_addresses_that_are_refused(task: Task, tmp_path: pathlib.Path, server: Loopback) -> None:
    """Without a feeds.yaml that allows it, nothing but public addresses is asked."""
    (tmp_path / "strict.yaml").write_text("sources: [https://other.invalid/]\n", "utf-8")
    asked = desk.task(server.url("/feed.xml"), tmp_path / "strict.yaml", None, "", 10, None)
    with pytest.raises(errors.AddressRefused, match="allow_addresses"):
        await desk.preview(asked)
    assert server.asked == []


async def test_too_slow(task: Task) -> None:
    """A document that costs more than the limits is given up, and it is said which."""
    with pytest.raises(errors.WorkerKilled, match=r"feed\.xml: reading took longer than 0\.001 s"):
        await desk.preview(task(FEED, settings="limits: {job_seconds: 0.001}"))


async def test_a_hostile_feed(task: Task, server: Loopback) -> None:
    """Titles of megabytes, scripts and entries without number come out bounded and harmless."""
    title = "<![CDATA[" + "Title &lt;b&gt; " * 250_000 + "]]>"
    body = "<![CDATA[<script>alert(1)</script><p onclick='alert(2)'>Said.</p><a href='javascript:alert(3)'>x</a>]]>"
    item = f"<item><title>{{}}</title><link>javascript:alert(4)</link><description>{body}</description></item>"
    items = item.format(title) + item.format("b") * 3_000
    server.answers["/feed.xml"] = Answer(f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode())
    found = await desk.preview(task(FEED))
    assert (len(found.proofs), found.total) == (10, 2_000)
    assert len(found.title) <= 1_000
    assert all(len(one.came.title) <= 1_000 for one in found.proofs)
    assert all("alert" not in one.cleaned.entry.content + (one.cleaned.entry.link or "") for one in found.proofs)


# what the command line asks for


def test_without_a_feeds_yaml(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default one need not be there; one that is named must be, and a bad one is told of."""
    monkeypatch.chdir(tmp_path)
    asked = desk.task(str(CASES / "feed.xml"), desk.FEEDS, None, "", 10, None)
    assert (asked.configuration.sources, asked.data) == ((), None)
    with pytest.raises(errors.ConfigError, match="no such file"):
        desk.task(str(CASES / "feed.xml"), tmp_path / "other.yaml", None, "", 10, None)
    (tmp_path / "feeds.yaml").write_text("sourcs: []\n", "utf-8")
    with pytest.raises(errors.ConfigError, match="unknown key"):
        desk.task(str(CASES / "feed.xml"), desk.FEEDS, None, "", 10, None)


def test_stdin(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is what comes on stdin."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"<p>Said.")))
    asked = desk.task("-", desk.FEEDS, None, "https://quay.example/", 10, None)
    assert asked.given is not None
    assert (asked.place, asked.given.body, asked.given.url) == ("stdin", b"<p>Said.", "https://quay.example/")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.xml", "none.xml: no such file; an address begins with http:// or https://"),
        ("quay.example/feed", "quay.example/feed: no such file; an address begins with"),
        (".", "Is a directory"),
        ("a\0b", "cannot be read: "),
        ("x" * 5_000, "cannot be read: File name too long"),
        ("large", "large: larger than 10 bytes; raise settings.limits.body if it may be"),
    ],
)
def test_files_that_cannot_be_read(name: str, said: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what is wrong with it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feeds.yaml").write_text("settings: {limits: {body: 10}}\nsources: [https://other.invalid/]\n", "utf-8")
    (tmp_path / "large").write_bytes(b"<p>" * 4)
    with pytest.raises(errors.FetchError) as met:
        desk.task(name, desk.FEEDS, None, "", 10, None)
    assert said in str(met.value)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no file without end")
def test_a_file_without_end(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of it is read than the limit allows."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.TooLarge):
        desk.task("/dev/zero", desk.FEEDS, None, "", 10, None)
