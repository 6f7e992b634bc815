"""Full text: which pages are asked for, and what becomes of the entry."""

from __future__ import annotations

import dataclasses
import time

import pytest
from loopback import Answer, Asked, Loopback
from pipeline.reader import AGENT, LIMITS, Reader, item, rss
from stories import DAY, NOW, entry, prose

from aggregator.pipeline import pages

pytestmark = pytest.mark.anyio
LONG = prose("lantern", 300)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def page(teaser: str) -> Answer:
    """An article's page: what the teaser says, and more."""
    paragraphs = "".join(f"<p>{teaser if number == 0 else prose(f'gravel{number}')}</p>" for number in range(6))
    nav = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    body = f"{nav}<main><article><h1>The heron</h1>{paragraphs}</article></main>"
    return Answer(f"<!doctype html><html><head><title>The heron</title></head><body>{body}</body></html>".encode(), headers=HTML)


def teasing(server: Loopback, said: str = "") -> str:
    """Have the feed carry a teaser, and its page be there; what the teaser says."""
    said = said or prose("heron", 20)
    server.answers["/feed"] = Answer(rss(item("heron", said, server.url("/heron"))))
    server.answers["/heron"] = page(said)
    return said


async def text_of(reader: Reader) -> str:
    """The plain text of the one entry, after a poll."""
    await reader.updated()
    (stored,) = reader.desk.stored()
    return stored.text


async def test_teaser_becomes_the_article(reader: Reader, server: Loopback) -> None:
    """With `auto` an entry that is a teaser gets the text of its page; the page is asked for by our own name."""
    reader.configure(full_text="auto")
    teaser = teasing(server)
    text = await text_of(reader)
    assert teaser in text
    assert prose("gravel5") in text
    assert "Sport" not in text
    assert [asked["user-agent"] for asked in reader.asked("/heron")] == [AGENT]


@pytest.mark.parametrize(("canonical", "taken"), [("/news/heron", True), ("https://rival.example/heron", False)])
async def test_the_address_that_a_page_calls_its_own(reader: Reader, server: Loopback, canonical: str, taken: bool) -> None:
    """It is what copies are known by, if it is of the same site; anybody could claim another's."""
    reader.configure(full_text="auto")
    teasing(server)
    answer = server.answers["/heron"]
    assert isinstance(answer, Answer)
    server.answers["/heron"] = dataclasses.replace(
        answer, body=answer.body.replace(b"</head>", f"<link rel='canonical' href='{canonical}'></head>".encode())
    )
    await reader.updated()
    (stored,) = reader.desk.stored()
    assert stored.entry.target == server.url("/news/heron" if taken else "/heron")


async def test_never(reader: Reader, server: Loopback) -> None:
    """By default neither page nor robots.txt is ever asked for."""
    teaser = teasing(server)
    assert await text_of(reader) == teaser
    assert [asked.path for asked in server.asked] == ["/feed"]


async def test_auto_leaves_whole_articles(reader: Reader, server: Loopback) -> None:
    """With `auto` an entry that is no teaser costs no request."""
    reader.configure(full_text="auto")
    teasing(server, LONG)
    assert await text_of(reader) == LONG
    assert [asked.path for asked in server.asked] == ["/feed"]


async def test_always(reader: Reader, server: Loopback) -> None:
    """With `always` the page is asked for whatever the feed carries."""
    reader.configure(full_text="always")
    teasing(server, LONG)
    assert prose("gravel5") in await text_of(reader)


async def test_entry_without_a_link(reader: Reader, server: Loopback) -> None:
    """There is no page to ask for."""
    reader.configure(full_text="always")
    server.answers["/feed"] = Answer(rss(item("heron")))
    assert await text_of(reader) == "Said."


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (Answer(b"User-agent: *\nDisallow: /private/"), True),
        (Answer(b"User-agent: *\nDisallow: /heron"), False),
        (Answer(b"User-agent: Aggregator\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
        (Answer(b"User-agent: Otherbot\nDisallow: /"), True),
        (Answer(b""), True),
        (Answer(status=404), True),
        (Answer(status=403), True),
        (Answer(status=503), False),
        (Answer(status=302, headers=(("Location", "/robots2.txt"),)), True),
        (Answer(b"\xff\xfe\x00" * 100), True),
    ],
)
async def test_robots(reader: Reader, server: Loopback, robots: Answer, allowed: bool) -> None:
    """robots.txt is obeyed: none there allows all, a server in trouble allows nothing (RFC 9309)."""
    reader.configure(full_text="auto")
    teasing(server)
    server.answers["/robots.txt"] = robots
    assert (prose("gravel5") in await text_of(reader)) is allowed
    assert len(reader.asked("/heron")) == int(allowed)


async def test_robots_is_asked_once(reader: Reader, server: Loopback) -> None:
    """For many pages of one host its robots.txt is read once."""
    reader.configure(full_text="auto")
    teaser = prose("heron", 20)
    server.answers["/feed"] = Answer(rss(*(item(f"n{n}", f"{teaser} {n}", server.url(f"/n{n}")) for n in range(5))))
    server.answers |= {f"/n{n}": page(f"{teaser} {n}") for n in range(5)}
    await reader.updated()
    assert len(reader.asked("/robots.txt")) == 1
    assert sum(prose("gravel5") in stored.text for stored in reader.desk.stored()) == 5


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500),
        Answer(status=404),
        Answer(b"", headers=HTML),
        Answer(b"<title>Wall</title><p>Subscribe now to continue reading this article.</p>", headers=HTML),
        Answer(b"%PDF-1.7 \0\1\2" * 500, headers=(("Content-Type", "application/pdf"),)),
        Answer(b"x" * (LIMITS.body + 1), headers=HTML),
        Answer(status=302, headers=(("Location", "http://[::1]:1/"),)),
    ],
)
async def test_page_that_is_no_help(reader: Reader, server: Loopback, answer: Answer) -> None:
    """When the page fails, is a wall or no page, the entry stays as the feed gave it, and the poll is good."""
    reader.configure(full_text="auto")
    teaser = teasing(server)
    server.answers["/heron"] = answer
    assert await text_of(reader) == teaser


async def test_headers_do_not_go_to_pages(reader: Reader, server: Loopback) -> None:
    """The user's headers are for the feed, not for the pages it links to."""
    reader.configure(full_text="auto", headers={"X-Key": "k"})
    async with Loopback() as elsewhere:
        teaser = prose("heron", 20)
        server.answers["/feed"] = Answer(rss(item("heron", teaser, elsewhere.url("/heron"))))
        elsewhere.answers["/heron"] = page(teaser)
        assert prose("gravel5") in await text_of(reader)
        assert not any("x-key" in asked.headers for asked in elsewhere.asked)


async def test_pages_are_asked_one_after_the_other(reader: Reader, server: Loopback) -> None:
    """A source's pages are asked for in turn, in the order of its entries, and not again once the entries are stored."""
    reader.configure(full_text="auto")
    order: list[str] = []

    def note(asked: Asked) -> Answer:
        order.append(asked.path)
        return page(prose("heron", 20))

    names = [f"/n{n}" for n in range(6)]
    server.answers |= dict.fromkeys(names, note)
    items = [item(name, prose("heron", 20) + name, server.url(name)) for name in names]
    server.answers["/feed"] = Answer(rss(*items))
    await reader.updated()
    server.answers["/feed"] = Answer(rss(item("late", "Said."), *items))
    await reader.updated()
    assert order == names


async def test_a_page_that_fails_is_asked_for_once_more(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its entry waits so long, and goes out with all of its text."""
    monkeypatch.setattr(pages, "AGAIN", 0.01)
    reader.configure(full_text="auto")
    teasing(server)
    answers = iter([Answer(status=502), server.answers["/heron"]])
    server.answers["/heron"] = lambda _: next(answers)
    assert prose("gravel5") in await text_of(reader)


async def test_a_server_that_wants_a_long_pause(reader: Reader, server: Loopback) -> None:
    """It is not asked again in this poll."""
    reader.configure(full_text="auto")
    teaser = teasing(server)
    server.answers["/heron"] = Answer(status=429, headers=(("Retry-After", "600"),))
    assert await text_of(reader) == teaser
    assert len(reader.asked("/heron")) == 1
    assert len(reader.edges.store.waiting(NOW + DAY, [reader.state.row], 9)) == 1


@pytest.mark.parametrize(
    "robots", [Answer(status=503), Answer(status=429), Answer(status=302, headers=(("Location", "http://127.0.0.1:1/"),))]
)
async def test_a_robots_txt_in_trouble(reader: Reader, server: Loopback, robots: Answer) -> None:
    """It forbids pages only as long as the trouble lasts: they are asked for later."""
    reader.configure(full_text="auto")
    teaser = teasing(server)
    server.answers["/robots.txt"] = robots
    assert await text_of(reader) == teaser
    assert len(reader.edges.store.waiting(NOW + DAY, [reader.state.row], 9)) == 1


@pytest.mark.parametrize(
    ("own", "robots", "least"), [(True, b"", 0.0), (False, b"", 0.2), (True, b"User-agent: *\nCrawl-delay: 1", 0.3)]
)
async def test_pauses_between_pages(
    reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch, own: bool, robots: bytes, least: float
) -> None:
    """A stranger's host is asked for one page at a time with a pause between, a longer one if its robots.txt says so."""
    monkeypatch.setattr(pages, "SPACING", 0.2)
    monkeypatch.setattr(pages, "SLOWEST", 0.3)
    monkeypatch.setattr(reader.edges.pages, "_own", lambda _: own)
    reader.configure(full_text="auto")
    times: list[float] = []

    def note(_: Asked) -> Answer:
        times.append(time.monotonic())
        return page(prose("heron", 20))

    server.answers |= {"/robots.txt": Answer(robots), "/a": note, "/b": note}
    server.answers["/feed"] = Answer(rss(*(item(name, prose("heron", 20) + name, server.url(f"/{name}")) for name in "ab")))
    await reader.updated()
    assert times[1] - times[0] >= least


async def test_pages_together_have_a_limit(reader: Reader, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the pages of one poll take too long together, the entries that wait stay as the feed gave them."""
    reader.configure(full_text="auto")
    teasing(server)
    monkeypatch.setattr(pages, "LONGEST", 0.0)
    assert await text_of(reader) == prose("heron", 20)


class Strict:
    """How hosts want to be treated, as a test says; and what was heard of them."""

    def __init__(self, *, waits: bool = False) -> None:
        self.waiting = waits
        self.paused: list[str] = []
        self.heard: list[tuple[str, float | None]] = []

    async def pause(self, url: str) -> None:
        """Note that a request is about to go out."""
        self.paused.append(url)

    def waits(self, _: str) -> bool:
        """As the test says."""
        return self.waiting

    def refused(self, url: str, retry_after: float | None) -> None:
        """Note that a host refused us."""
        self.heard.append((url, retry_after))


def politely(reader: Reader, manners: Strict) -> pages.Pages:
    """Pages that are fetched with such manners."""
    return pages.Pages(reader.edges.fetcher, reader.edges.workers, AGENT, lambda _: True, manners)


async def test_pages_of_a_host_that_is_left_alone(reader: Reader, server: Loopback) -> None:
    """They are not asked for, and are worth asking for later."""
    asked = politely(reader, Strict(waits=True))
    assert await asked.page(entry("heron", link=server.url("/heron"))) == pages.Page(later=True)
    assert server.asked == []


@pytest.mark.parametrize("path", ["/robots.txt", "/heron"])
async def test_pages_that_are_refused(reader: Reader, server: Loopback, path: str) -> None:
    """A page or a robots.txt that answers 429 speaks for its host; before each request there is a pause."""
    manners = Strict()
    server.answers[path] = Answer(status=429, headers=(("Retry-After", "90"),))
    assert await politely(reader, manners).page(entry("heron", link=server.url("/heron"))) == pages.Page(later=True)
    assert manners.heard == [(server.url(path), 90)]
    assert manners.paused == [server.url(asked.path) for asked in server.asked]


async def test_bot_checks_on_pages(reader: Reader, server: Loopback) -> None:
    """They pass, or they do not: such a page is asked for later."""
    body = b'<html><script id="anubis_challenge" type="application/json">{}</script></html>'
    server.answers["/heron"] = Answer(body, headers=HTML)
    assert await politely(reader, Strict()).page(entry("heron", link=server.url("/heron"))) == pages.Page(later=True)


async def test_pages_of_strangers_feeds(reader: Reader, server: Loopback) -> None:
    """A source that may not lead into our own networks gets no page from there; what its host forbids others is not touched."""
    reader.configure(full_text="auto")
    teasing(server)
    only = entry("heron", link=server.url("/heron"), content="")
    assert await reader.edges.pages.page(only, allow=False) == pages.Page()
    assert reader.asked("/heron") == []
    filled = await reader.edges.pages.page(only)
    assert filled.entry is not None
