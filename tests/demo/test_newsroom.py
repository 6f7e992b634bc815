"""The newsroom over HTTP: what its sources answer, and when."""

from __future__ import annotations

import socket

import httpx
import pytest
from demo import reading

from aggregator import demo
from aggregator.demo import compose
from aggregator.demo.server import Request

MARKS = (b"</item>", b"</entry>", b'"content_html"')

pytestmark = pytest.mark.anyio


def _stopped(seed: int, seconds: float) -> demo.Newsroom:
    times = iter([0.0])
    room = demo.Newsroom(seed=seed, start=reading.START, clock=lambda: next(times, seconds))
    room.base = "http://127.0.0.1:8090"
    return room


def _everything(room: demo.Newsroom) -> dict[str, bytes]:
    paths = ["/", "/robots.txt", *(source.path for source in room.sources), *(f"/{source.slug}/" for source in room.sources)]
    paths += [
        "/img/tarn/owl-in-the-dome.svg",
        "/img/gazette/crane-vote.png",
        "/audio/episode-bottle.mp3",
        "/courier/articles/buoy-count",
    ]
    return {path: room.respond(Request(path, {})).body for path in paths}


@pytest.mark.parametrize("seconds", [0.0, 25.0, 60.0, 120.0])
async def test_the_same_seed_and_second_give_the_same_bytes(seconds: float) -> None:
    """What every source shows is a function of seed and seconds; another seed shows something else."""
    one, same, other = (_everything(_stopped(seed, seconds)) for seed in (3, 3, 4))
    assert one == same
    assert one != other


async def test_it_publishes_while_one_watches(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """Over two minutes of its clock entries appear, in each ten seconds of it, and in the end all are there."""
    seen = []
    slugs = [source.slug for source in newsroom.sources if source.slug not in ("halftide", "bugle")]
    for clock.now in range(0, 121, 10):
        seen.append(sum(reading.answer(newsroom, slug).body.count(mark) for slug in slugs for mark in MARKS))
    assert newsroom.seconds == 120 > newsroom.length
    assert seen == sorted(seen)
    assert seen[-1] - seen[0] >= 25
    assert len(set(seen)) >= 9


async def test_speed_makes_it_faster(clock: reading.Settable) -> None:
    """At four times the speed a second of the clock is four of the script."""
    room = demo.Newsroom(start=reading.START, speed=4, clock=clock)
    clock.now = 30
    assert room.seconds == 120


async def test_the_script_begins_when_it_starts(clock: reading.Settable) -> None:
    """Seconds count from start(), whatever the clock's origin and however long it was not started."""
    clock.now = 1_000_000
    room = demo.Newsroom(start=reading.START, clock=clock)
    clock.now += 50
    await room.start()
    try:
        assert room.seconds == 0
        clock.now += 7
        assert room.seconds == 7
    finally:
        await room.stop()


@pytest.mark.parametrize("slug", ["courier", "meridian", "tarn", "voice", "examiner"])
async def test_unchanged_feeds_answer_304(
    newsroom: demo.Newsroom, client: httpx.AsyncClient, clock: reading.Settable, slug: str
) -> None:
    """With the validators of the last answer there is no body; once something new has come there is one with new validators."""
    path = reading.source(newsroom, slug).path
    first = await client.get(path)
    fields = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    again = await client.get(path, headers=fields)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    clock.now = 200
    later = await client.get(path, headers=fields, follow_redirects=True)
    assert later.status_code == 200
    assert later.headers["ETag"] != first.headers["ETag"]


async def test_validators_are_not_the_same_everywhere(
    newsroom: demo.Newsroom, client: httpx.AsyncClient, clock: reading.Settable
) -> None:
    """One source has only a date, one nothing at all."""
    clock.now = 60
    dated = await client.get("/skarrow/feed.xml")
    assert "ETag" not in dated.headers
    date = {"If-Modified-Since": dated.headers["Last-Modified"]}
    assert (await client.get("/skarrow/feed.xml", headers=date)).status_code == 304
    clock.now = 200
    assert (await client.get("/skarrow/feed.xml", headers=date)).status_code == 200
    bare = await client.get("/digest/feed.xml")
    assert "ETag" not in bare.headers
    assert "Last-Modified" not in bare.headers
    assert (await client.get("/digest/feed.xml", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})).status_code == 200


@pytest.mark.parametrize("date", ["yesterday", "", "Fri, 99 Jan 2100 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 -0000"])
async def test_dates_that_are_none_are_ignored(client: httpx.AsyncClient, date: str) -> None:
    """A condition that cannot be read is no condition; a date without a zone is one of UTC."""
    answer = await client.get("/courier/feed.xml", headers={"If-Modified-Since": date})
    assert answer.status_code == (304 if date.endswith("-0000") else 200)


async def test_it_moves(newsroom: demo.Newsroom, client: httpx.AsyncClient, clock: reading.Settable) -> None:
    """The moving feed answers at its old address, then with 301 to the new one, where the same ids are."""
    before = [entry.id for entry in reading.entries(newsroom, "voice")]
    assert (await client.get("/wendvalley/rss.xml")).status_code == 404
    clock.now = 30
    moved = await client.get("/voice/feed.xml")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{newsroom.base}/wendvalley/rss.xml")
    after = await client.get(moved.headers["Location"])
    assert after.status_code == 200
    assert set(before) <= {entry.id for entry in reading.entries(newsroom, "voice")}
    assert f'href="{newsroom.base}/wendvalley/rss.xml" rel="self"' in after.text


async def test_it_dies(client: httpx.AsyncClient, clock: reading.Settable) -> None:
    """The dying feed answers well, then with 410 for ever; what it published is still to be read."""
    for clock.now, status in ((0.0, 200), (44.9, 200), (45.0, 410), (4000.0, 410)):
        assert (await client.get("/bugle/feed.xml")).status_code == status
    assert (await client.get("/bugle/articles/last-press")).status_code == 200


async def test_it_limits(client: httpx.AsyncClient, clock: reading.Settable) -> None:
    """The second request in a window gets 429 and the whole seconds to wait; whoever waits is answered."""
    answers = []
    for clock.now in (0.0, 1.0, 7.5, 8.0, 8.1, 17.0):
        answer = await client.get("/townhall/feed.xml")
        answers.append((answer.status_code, answer.headers.get("Retry-After")))
    assert answers == [(200, None), (429, "7"), (429, "1"), (200, None), (429, "8"), (200, None)]


async def test_one_source_codes_its_answers(newsroom: demo.Newsroom, client: httpx.AsyncClient) -> None:
    """The examiner sends gzip to those who take it, with the validators of the same bytes, and says that it varies."""
    coded = await client.get("/examiner/feed.xml", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/examiner/feed.xml", headers={"Accept-Encoding": "identity"})
    assert coded.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert coded.content == plain.content
    assert coded.headers["ETag"] == plain.headers["ETag"]
    assert coded.headers["Vary"] == "Accept-Encoding"


async def test_robots(client: httpx.AsyncClient) -> None:
    """Everything is open but the page of one teaser."""
    answer = await client.get("/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == "User-agent: *\nAllow: /\nDisallow: /gazette/archive/harbour-seal-archive\n"
    assert (await client.get("/gazette/archive/harbour-seal-archive")).status_code == 200


async def test_every_link_of_every_feed_leads_somewhere(newsroom: demo.Newsroom, clock: reading.Settable) -> None:
    """Articles' pages answer with their titles, pictures and asides with what they are."""
    clock.now = 200
    for source in newsroom.sources:
        if source.slug in ("halftide", "bugle"):
            continue
        for entry in reading.entries(newsroom, source.slug):
            page = reading.page(newsroom, entry.link)
            assert page.status == 200
            assert entry.title.partition("&")[0] in reading.plain(page.body.decode()) or source.slug == "digest"
            for address in compose.asides(source):
                assert newsroom.respond(Request(address, {})).status == 200


async def test_pages_that_are_not_there_yet(client: httpx.AsyncClient, clock: reading.Settable) -> None:
    """An article has no page before it is published; unknown addresses have none ever."""
    assert (await client.get("/bugle/articles/thanks-and-goodbye")).status_code == 404
    clock.now = 14
    assert (await client.get("/bugle/articles/thanks-and-goodbye")).status_code == 200
    for path in ("/nothing", "/nothing.xml", "/img/x.exe", "/audio/x.wav", "/courier/articles/none", "/favicon.ico"):
        assert (await client.get(path)).status_code == 404


async def test_article_pages_have_all_that_surrounds_an_article(client: httpx.AsyncClient) -> None:
    """A page has navigation, header, sidebar, footer and a cookie line around its one article."""
    answer = await client.get("/longroom/articles/lamp-reader")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for tag in ('<nav class="menu">', '<header class="site-header">', '<aside class="sidebar">', '<footer class="site-footer">'):
        assert answer.text.count(tag) == 1
    assert answer.text.count("<article>") == 1
    assert "use cookies" in answer.text
    assert '<link rel="canonical"' in answer.text


async def test_the_front_page_lists_every_source(newsroom: demo.Newsroom, client: httpx.AsyncClient) -> None:
    """Who opens the newsroom in a browser finds every source, its feed, and what is special about it."""
    page = (await client.get("/")).text
    for source in newsroom.sources:
        assert f'href="/{source.slug}/"' in page
        assert f'href="{source.path}"' in page
        home = await client.get(f"/{source.slug}/")
        assert f'href="{newsroom.base}{source.path}"' in home.text


async def test_a_taken_port_is_an_error(newsroom: demo.Newsroom) -> None:
    """Two newsrooms cannot have one port; the second says so."""
    other = demo.Newsroom(start=reading.START)
    with pytest.raises(OSError, match="address already in use"):
        await other.start(int(newsroom.base.rpartition(":")[2]))
    await other.stop()


async def test_it_stops(clock: reading.Settable) -> None:
    """After stop() nothing listens any more."""
    room = demo.Newsroom(start=reading.START, clock=clock)
    await room.start()
    port = int(room.base.rpartition(":")[2])
    socket.create_connection(("127.0.0.1", port), 5).close()
    await room.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)
