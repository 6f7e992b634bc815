"""The way of the data over real HTTP, a real store and real files: refresh, absorb, republish."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import pathlib
import time
from collections.abc import AsyncIterator
from typing import Any

import loopback
import pytest
from stories import prose

from aggregator import engine, housekeeping
from aggregator.core import config, errors, model
from aggregator.edges import config_file, store
from aggregator.pipeline import compose

pytestmark = pytest.mark.anyio

PROSE = "The ferry left the quay at noon with forty passengers and a crate of lemons on deck, bound for the island. "
PAPERS = "sources:\n  - {url: 'http://127.0.0.1:PORT/a', name: A}\n  - {url: 'http://127.0.0.1:PORT/b', name: B}\n"
HEAD = "settings: {allow_addresses: [127.0.0.0/8], interval: 1h}\n"


def item(
    name: str, *, title: str = "", text: str = "", link: str | None = None, date: str = "Fri, 01 May 2026 10:00:00 GMT"
) -> str:
    """An RSS item."""
    link = link or f"https://paper.example/{name}"
    body = text or f"<p>{PROSE} It was number {name}.</p>"
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    named = f"<title>{title or name}</title><guid>{name}</guid><link>{link}</link>"
    return f"<item>{named}{dated}<description><![CDATA[{body}]]></description></item>"


def rss(*items: str, title: str = "Paper") -> loopback.Answer:
    """An RSS document of these items."""
    return loopback.Answer(
        f"<rss version='2.0'><channel><title>{title}</title><link>https://paper.example/</link>{''.join(items)}</channel></rss>".encode()
    )


@dataclasses.dataclass
class Desk:
    """A server, a folder with a feeds.yaml, and passes over it."""

    server: loopback.Loopback
    folder: pathlib.Path

    def write(self, text: str) -> None:
        """Save feeds.yaml; PORT stands for the server's."""
        (self.folder / "feeds.yaml").write_text(HEAD + text.replace("PORT", str(self.server.port)), "utf-8")

    async def polled(self) -> engine.Engine:
        """One pass over every source, stored and published."""
        loaded = config_file.read(self.folder / "feeds.yaml")
        async with engine.Engine(loaded) as at_work:
            await housekeeping.housekeep(at_work)
            await asyncio.gather(*at_work.start(at_work.all_but_waiting(engine.now())))
            await at_work.store_brought()
            await at_work.amend()
            await at_work.publish()
        return at_work

    def items(self, output: str = "all") -> list[dict[str, Any]]:
        """The entries of an output."""
        found: list[dict[str, Any]] = json.loads((self.folder / "output" / f"{output}.json").read_text("utf-8"))["items"]
        return found

    def titles(self, output: str = "all") -> list[str]:
        """Their titles."""
        return [entry["title"] for entry in self.items(output)]

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Every published file: bytes and time of writing."""
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted((self.folder / "output").iterdir())}


@pytest.fixture
async def desk(tmp_path: pathlib.Path, anyio_backend: str) -> AsyncIterator[Desk]:
    """A desk with two papers."""
    async with loopback.Loopback() as server:
        made = Desk(server, tmp_path)
        made.write(PAPERS)
        server.answers |= {"/a": rss(item("1"), item("2")), "/b": rss(item("3", title="three"))}
        yield made


async def test_what_is_polled_is_published(desk: Desk) -> None:
    """With its source; and again with the same bytes, not even rewritten."""
    at_work = await desk.polled()
    assert at_work.ledger.counts["entries_new"] == 3
    assert sorted(desk.titles()) == ["1", "2", "three"]
    assert {entry["_aggregator"]["source"]["title"] for entry in desk.items()} == {"A", "B"}
    before = desk.files()
    again = await desk.polled()
    assert (again.ledger.counts["entries_new"], again.ledger.counts["not_modified"]) == (0, 2)
    assert desk.files() == before


async def test_an_edit_updates_in_place(desk: Desk) -> None:
    """Same id, new text; `updated` moves for news only, and once."""
    await desk.polled()
    first = {entry["title"]: entry for entry in desk.items()}["three"]
    desk.server.answers["/b"] = rss(item("3", title="three", text=f"<p>{PROSE} It was number 3!!</p>"))
    await desk.polled()
    typo = {entry["title"]: entry for entry in desk.items()}["three"]
    assert (typo["id"], typo["date_modified"]) == (first["id"], first["date_modified"])
    assert "number 3!!" in typo["content_html"]
    desk.server.answers["/b"] = rss(item("3", title="three, and more", text=f"<p>{PROSE * 2}</p>"))
    await desk.polled()
    news = {entry["title"]: entry for entry in desk.items()}["three, and more"]
    assert news["id"] == first["id"]
    assert news["date_modified"] > first["date_modified"]
    assert news["date_published"] == first["date_published"]


async def test_a_moved_source_posts_nothing_again(desk: Desk) -> None:
    """Its given name keeps it the same; so do entries whose links changed host."""
    await desk.polled()
    ids = {entry["id"] for entry in desk.items()}
    moved = [item(name, link=f"http://www.new.example/{name}").replace(f"<guid>{name}", f"<guid>new-{name}") for name in "12"]
    desk.server.answers["/new"] = rss(*moved)
    desk.write("sources:\n  - {url: 'http://127.0.0.1:PORT/new', name: A}\n  - {url: 'http://127.0.0.1:PORT/b', name: B}\n")
    at_work = await desk.polled()
    assert at_work.ledger.counts["entries_new"] == 0
    assert {entry["id"] for entry in desk.items()} == ids


async def test_a_copy_is_published_once(desk: Desk) -> None:
    """From the head; where the head's source is not among an output's, the copy stands in; `keep` keeps both."""
    wire = f"<p>{PROSE * 3}</p>"
    desk.server.answers |= {
        "/a": rss(item("w", title="Ferry takes lemons", text=wire)),
        "/b": rss(item("c", title="Lemons on a ferry", text=wire)),
    }
    outputs = "outputs: [{name: all}, {name: b, sources: [B]}, {name: both, duplicates: keep}]\n"
    desk.write(PAPERS + outputs)
    at_work = await desk.polled()
    assert at_work.ledger.counts["duplicates"] == 1
    assert len(desk.titles()) == 1
    assert desk.titles("b") == ["Lemons on a ferry"]
    assert sorted(desk.titles("both")) == ["Ferry takes lemons", "Lemons on a ferry"]


async def test_rules_act_backwards(desk: Desk) -> None:
    """What is stored is curated anew; so an edit drops old entries and brings them back."""
    await desk.polled()
    one = "  - {url: 'http://127.0.0.1:PORT/a', name: A, rules: [{drop: {title: 1}}]}\n"
    sources = "sources:\n" + one + "  - {url: 'http://127.0.0.1:PORT/b', name: B}\n"
    desk.write(sources + "outputs: [{name: all, rules: [{drop: {source: B}}], content: link}]\n")
    await desk.polled()
    assert desk.titles() == ["2"]
    assert PROSE not in json.dumps(desk.items())
    desk.write("sources:\n  - {url: 'http://127.0.0.1:PORT/a', name: A}\n")
    await desk.polled()
    assert sorted(desk.titles()) == ["1", "2"]


async def test_windows_and_bounds(desk: Desk) -> None:
    """The newest entries, in files no larger than asked."""
    desk.server.answers["/a"] = rss(*(item(f"{n}", date=f"Fri, 01 May 2026 {n:02}:00:00 GMT") for n in range(20)))
    desk.write(
        "sources:\n  - {url: 'http://127.0.0.1:PORT/a', name: A}\noutputs: [{name: few, limit: 3}, {name: small, max_bytes: 4kB}]\n"
    )
    await desk.polled()
    assert desk.titles("few") == ["19", "18", "17"]
    assert all(len(desk.files()[f"small{suffix}"][0]) <= 4_000 for suffix in (".rss.xml", ".atom.xml", ".json"))
    assert desk.titles("small")[0] == "19"


async def test_an_output_taken_out_loses_its_files(desk: Desk) -> None:
    """All formats, and nothing else."""
    desk.write("sources: ['http://127.0.0.1:PORT/a']\noutputs: [{name: one}, {name: two}]\n")
    await desk.polled()
    desk.write("sources: ['http://127.0.0.1:PORT/a']\noutputs: [{name: one}]\n")
    (desk.folder / "output" / "mine.txt").write_text("mine")
    await desk.polled()
    names = set(desk.files())
    assert not any(name.startswith("two.") for name in names)
    assert {"one.json", "mine.txt"} <= names


async def test_a_lost_store_does_not_empty_outputs(desk: Desk) -> None:
    """The published version stays, the operator is told; entries that come back, or a saved edit, end it."""
    await desk.polled()
    published = desk.files()["all.json"][0]
    for path in (desk.folder / "data").iterdir():
        path.unlink()
    desk.server.answers["/a"] = rss(item("9"))
    at_work = await desk.polled()
    assert at_work.troubles
    assert desk.files()["all.json"][0] == published
    assert b"held back" in desk.files()["operations.atom.xml"][0]
    desk.server.answers["/a"] = rss(item("1"), item("2"), item("9"))
    at_work = await desk.polled()
    assert not at_work.troubles
    assert len(desk.titles()) == 4


async def test_a_saved_edit_accepts_the_loss(desk: Desk) -> None:
    """The user has the last word."""
    await desk.polled()
    for path in (desk.folder / "data").iterdir():
        path.unlink()
    desk.server.answers["/a"] = rss(item("9"))
    assert (await desk.polled()).troubles
    with (desk.folder / "feeds.yaml").open("a") as feeds:
        feeds.write("# yes\n")
    assert not (await desk.polled()).troubles
    assert sorted(desk.titles()) == ["9", "three"]


async def test_odd_dates_never_become_now_twice(desk: Desk) -> None:
    """Missing and future dates: the time of first sight, for ever."""
    desk.server.answers["/a"] = rss(item("1", date=""), item("2", date="Fri, 01 May 2099 10:00:00 GMT"))
    await desk.polled()
    first = desk.files()["all.json"][0]
    desk.server.answers["/a"] = rss(item("1", date=""), item("2", date="Fri, 01 May 2099 10:00:00 GMT"), title="Paper ")
    await desk.polled()
    assert desk.files()["all.json"][0] == first
    assert b"2099" not in first


FAILURES = {
    "404": (loopback.Answer(status=404), "status"),
    "410": (loopback.Answer(status=410), "gone"),
    "401": (loopback.Answer(status=401), "blocked"),
    "429": (loopback.Answer(status=429, headers=(("Retry-After", "3600"),)), "limited"),
    "a page": (loopback.Answer(b"<!doctype html><html><body>Log in</body></html>"), "parse"),
    "nothing": (loopback.Answer(b""), "parse"),
    "half a feed": (loopback.Answer(b"<rss><channel><title>x"), "parse"),
    "another coding": (loopback.Answer(b"x", headers=(("Content-Encoding", "br"),)), "encoding"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_one_bad_source_stops_nothing(desk: Desk, name: str) -> None:
    """It fails with a reason; what it brought before stays, and so does everybody else's."""
    await desk.polled()
    desk.server.answers["/a"], kind = FAILURES[name]
    desk.server.answers["/b"] = rss(item("3", title="three"), item("4", title="four"))
    at_work = await desk.polled()
    (state,) = [state for state in at_work.states.values() if state.name == "A"]
    assert (state.error_kind, state.failures) == (kind, 1)
    assert state.error
    assert sorted(desk.titles()) == ["1", "2", "four", "three"]
    if kind == "limited":
        asked = len(desk.server.asked)
        await desk.polled()
        assert [asked.path for asked in desk.server.asked[asked:]] == ["/b"]


async def test_full_text_from_the_page(desk: Desk) -> None:
    """A teaser is filled from its page; where robots.txt forbids that, it stays."""
    page = f"<html><head><title>t</title></head><body><article>{f'<p>{PROSE}</p>' * 4}</article></body></html>".encode()
    base = f"http://127.0.0.1:{desk.server.port}"
    desk.server.answers |= {
        "/robots.txt": loopback.Answer(b"User-agent: *\nDisallow: /closed\n"),
        "/open/1": loopback.Answer(page),
        "/closed/2": loopback.Answer(page),
        "/a": rss(
            item("1", text="The ferry left the quay …", link=f"{base}/open/1"),
            item("2", text="The ferry left …", link=f"{base}/closed/2"),
        ),
    }
    desk.write("sources: [{url: 'http://127.0.0.1:PORT/a', full_text: auto}]\n")
    await desk.polled()
    content = {entry["title"]: entry["content_html"] for entry in desk.items()}
    assert PROSE.strip() in content["1"]
    assert content["2"] == "<p>The ferry left …</p>"
    assert "/closed/2" not in [asked.path for asked in desk.server.asked]


async def test_boilerplate_is_learned_and_kept_again(desk: Desk) -> None:
    """The third article proves what all of them end with; feeds.yaml overrules that. Only contents change, then and now."""
    notice = "The Quay Gazette is folded by hand and carried to your door by people who know the way."

    async def published(*names: str) -> dict[str, dict[str, Any]]:
        """What is published once the paper carries these articles."""
        desk.server.answers["/a"] = rss(*(item(name, text=f"<p>{prose(name)}</p><p>{notice}</p>") for name in names))
        await desk.polled()
        return {entry["title"]: entry for entry in desk.items()}

    only_a = "sources: [{url: 'http://127.0.0.1:PORT/a'%s}]\n"
    desk.write(only_a % "")
    early = await published("heron", "ferry")
    assert all(notice in entry["content_html"] for entry in early.values())
    late = await published("heron", "ferry", "kettle")
    assert not any(notice in entry["content_html"] for entry in late.values())
    desk.write(only_a % f", blocks: {{keep: ['{notice}']}}")
    again = await published("heron", "ferry", "kettle")
    assert all(notice in entry["content_html"] for entry in again.values())
    for name, entry in early.items():
        for later in (late[name], again[name]):
            assert [later[key] for key in ("id", "date_published")] == [entry[key] for key in ("id", "date_published")]
            assert later.get("date_modified") == entry.get("date_modified")


async def test_secrets_go_to_their_host_only(desk: Desk) -> None:
    """Headers are sent, and shown nowhere."""
    desk.write("sources: [{url: 'http://user:hunter2@127.0.0.1:PORT/a?token=hunter3', headers: {X-Key: hunter4}}]\n")
    at_work = await desk.polled()
    assert desk.server.asked[-1].headers["x-key"] == "hunter4"
    assert desk.server.asked[-1].headers["authorization"].startswith("Basic ")
    told = b"".join(data for data, _ in desk.files().values()) + repr([state.called for state in at_work.states.values()]).encode()
    assert not any(secret in told for secret in (b"hunter2", b"hunter3", b"hunter4"))


async def test_due_times_survive_a_restart(desk: Desk) -> None:
    """A new process does not ask again before time."""
    await desk.polled()
    async with engine.Engine(config_file.read(desk.folder / "feeds.yaml")) as at_work:
        assert at_work.due(engine.now()) == []


async def test_a_full_house_waits_its_turn(desk: Desk) -> None:
    """No more fetches at once from one host than allowed."""
    now, most = 0, 0

    def count(_: loopback.Asked) -> loopback.Answer:
        nonlocal most
        most = max(most, now)
        return rss(item("1"))

    talk = desk.server._talk

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now
        now += 1
        await asyncio.sleep(0.05)
        await talk(reader, writer)
        now -= 1

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    desk.server.answers |= {f"/n{i}": count for i in range(12)}
    sources = "".join(f"  - http://127.0.0.1:{port}/n{i}\n" for i in range(12))
    (desk.folder / "feeds.yaml").write_text(
        f"settings: {{allow_addresses: [127.0.0.0/8], limits: {{per_own_host: 3}}}}\nsources:\n{sources}"
    )
    async with server:
        await desk.polled()
    assert 1 <= most <= 3


async def test_one_process_for_each_data_directory(desk: Desk) -> None:
    """The second is refused, the first is unharmed."""
    loaded = config_file.read(desk.folder / "feeds.yaml")
    async with engine.Engine(loaded):
        with pytest.raises(errors.StoreBusy, match="in use by another aggregator"):
            await engine.Engine(loaded).__aenter__()


async def test_adopting_another_configuration(desk: Desk) -> None:
    """Sources come and go while the engine runs."""
    async with engine.Engine(config_file.read(desk.folder / "feeds.yaml")) as at_work:
        desk.write("sources: ['http://127.0.0.1:PORT/b', 'http://127.0.0.1:PORT/c']\n")
        await at_work.adopt(config_file.read(desk.folder / "feeds.yaml"))
        assert [state.url.rpartition("/")[2] for state in at_work.states.values()] == ["b", "c"]
        assert len(at_work.due(engine.now())) == 2


async def test_a_write_that_fails_is_tried_again(desk: Desk) -> None:
    """An output directory that is in the way and then gone."""
    (desk.folder / "output").write_text("in the way")
    async with engine.Engine(config_file.read(desk.folder / "feeds.yaml")) as at_work:
        await at_work.publish()
        assert any("a file is where the directory should be" in trouble for trouble in at_work.troubles)
        (desk.folder / "output").unlink()
        at_work.patience_ends()
        await at_work.publish()
        assert not at_work.troubles
    with contextlib.suppress(FileNotFoundError):
        assert desk.titles() == []


async def test_a_bug_in_one_output_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It surfaces once everything else is published."""
    desk.write(PAPERS + "outputs: [{name: one}, {name: two}, {name: three}]\n")
    composed = compose.compose

    def broken(into: store.Store, read: config.Config, output: config.Output, *more: Any) -> model.Feed:
        if output.name == "one":
            raise ZeroDivisionError
        return composed(into, read, output, *more)

    monkeypatch.setattr(compose, "compose", broken)
    with pytest.raises(ExceptionGroup, match="all else is published"):
        await desk.polled()
    assert sorted(desk.titles("two")) == sorted(desk.titles("three")) == ["1", "2", "three"]
    assert {"index.html", "operations.atom.xml"} <= set(desk.files())


def test_time_is_utc() -> None:
    """The clock of the engine knows where it is."""
    assert abs(engine.now().timestamp() - time.time()) < 60
