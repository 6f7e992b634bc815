"""The commands that do one thing and report: one pass, checking, status."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from gate import Gate
from loopback import Answer, Loopback
from waiting import until

from aggregator import engine, passes
from aggregator.core import clean, errors
from aggregator.edges import store

pytestmark = pytest.mark.anyio
KEYS = set("sources requests updated not_modified failed bytes entries_seen entries_new duplicates seconds peak_memory".split())
A, B = "http://127.0.0.1:PORT/a", "http://127.0.0.1:PORT/b"


class Watched:
    """Counts what a progress bar would show."""

    def __init__(self) -> None:
        self.total = self.done = 0

    @contextlib.contextmanager
    def __call__(self, total: int) -> Iterator[Callable[[], None]]:
        """What `passes` wants of a watcher."""
        self.total = total
        yield self._step

    def _step(self) -> None:
        self.done += 1


def rss(*names: str) -> Answer:
    """A feed with entries of these names."""
    items = "".join(
        f"<item><guid>{name}</guid><title>{name}</title><description>Said {name}.</description></item>" for name in names
    )
    return Answer(f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode())


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[Loopback]:
    """A server with two feeds."""
    async with Loopback() as server:
        server.answers |= {"/a": rss("heron", "ferry"), "/b": rss("kettle")}
        yield server


@pytest.fixture
def feeds(tmp_path: pathlib.Path, server: Loopback) -> Callable[..., pathlib.Path]:
    """Writes a feeds.yaml; PORT in it is the server's."""

    def _write(*sources: str, settings: str = "", more: str = "") -> pathlib.Path:
        text = f"settings: {{allow_addresses: [127.0.0.0/8], listen: off{settings and ', '}{settings}}}\nsources:\n"
        text += "".join(f"  - {source}\n" for source in sources) + more
        (tmp_path / "feeds.yaml").write_text(text.replace("PORT", str(server.port)), "utf-8")
        return tmp_path / "feeds.yaml"

    return _write


async def once(path: pathlib.Path, *, every: bool = False) -> passes.Report:
    """One pass, watched."""
    watched = Watched()
    report = await passes.once(path, None, None, every=every, watch=watched)
    figures = report.figures
    assert watched.done == watched.total == figures["sources"]
    assert set(json.loads(json.dumps(figures))) == KEYS
    assert figures["updated"] + figures["not_modified"] + figures["failed"] == figures["sources"]
    assert figures["peak_memory"] > 10_000_000
    assert figures["seconds"] > 0
    return report


def brief(report: passes.Report) -> dict[str, int]:
    """The figures of a pass that are not zero, without those that differ from run to run."""
    return {name: value for name, value in report.figures.items() if value and name not in ("seconds", "peak_memory", "bytes")}


async def test_passes_one_after_the_other(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """The first pass polls everything, the next only what is due, `every` polls all: what came before is not new again."""
    path = feeds(A, B)
    first = await once(path)
    assert brief(first) == {"sources": 2, "updated": 2, "entries_seen": 3, "entries_new": 3, "requests": 2}
    assert first.figures["bytes"] == sum(len(answer.body) for answer in server.answers.values() if isinstance(answer, Answer))
    assert (first.failures, first.troubles, first.output) == ((), (), path.parent / "output")
    assert brief(await once(path)) == {}
    server.answers["/b"] = rss("kettle", "heron")
    second = {"sources": 2, "updated": 1, "not_modified": 1, "entries_seen": 2, "entries_new": 1, "requests": 2}
    assert brief(await once(path, every=True)) == second


async def test_stopped_in_the_middle(feeds: Callable[..., pathlib.Path]) -> None:
    """On SIGTERM what has been polled is stored and published, and the report says what was not."""
    async with Gate() as gate:
        gate.open.clear()
        path = feeds(A, gate.url("/slow"))
        work = asyncio.create_task(passes.once(path, None, None, every=True, watch=Watched()))
        await until(lambda: gate.waiting and "heron" in (path.parent / "data" / "store.sqlite-wal").read_text("latin-1"))
        os.kill(os.getpid(), signal.SIGTERM)
        report = await work
    assert (report.figures["sources"], report.figures["entries_new"]) == (1, 2)
    assert report.troubles == ("stopped before 1 of 2 sources were polled",)
    assert len(json.loads((path.parent / "output" / "all.json").read_text("utf-8"))["items"]) == 2


async def test_copies_and_redirects_count(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """Redirects are requests; copies are new entries and duplicates."""
    words = " ".join(f"word{number}" for number in range(60)).encode()
    server.answers |= {
        "/a": Answer(rss("heron").body.replace(b"Said heron.", words)),
        "/b": Answer(status=302, headers=(("Location", "/moved"),)),
        "/moved": Answer(rss("heron").body.replace(b"Said heron.", words)),
    }
    found = brief(await once(feeds(A, B)))
    assert found == {"sources": 2, "updated": 2, "entries_seen": 2, "entries_new": 2, "duplicates": 1, "requests": 3}


async def test_failures_are_named(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """A source that fails is named with its reason; the others are published."""
    server.answers["/a"] = Answer(status=500)
    report = await once(feeds(f"{{url: '{A}', name: Paper}}", B))
    assert brief(report) == {"sources": 2, "updated": 1, "failed": 1, "entries_seen": 1, "entries_new": 1, "requests": 2}
    ((name, why),) = report.failures
    assert name == "Paper"
    assert "500" in why


async def test_never_before_a_retry_after(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """A server that asked us to wait is left alone, also by `every`; one that failed without asking is tried again."""
    server.answers |= {"/a": Answer(status=503, headers=(("Retry-After", "3600"),)), "/b": Answer(status=503)}
    path = feeds(A, B)
    assert brief(await once(path)) == {"sources": 2, "failed": 2, "requests": 2}
    assert brief(await once(path)) == {}
    assert brief(await once(path, every=True)) == {"sources": 1, "failed": 1, "requests": 1}
    assert [asked.path for asked in server.asked][2:] == ["/b"]


async def test_hosts_that_refuse(tmp_path: pathlib.Path, server: Loopback) -> None:
    """A source whose host refuses another one is not asked, and is named with the time; `status` says when it is polled next."""
    server.answers = {"http://paper.example/a": Answer(status=503), "http://paper.example/b": rss("heron")}
    path = tmp_path / "feeds.yaml"
    settings = f"settings: {{listen: off, proxy: '{server.url('')}', limits: {{spacing: 0.01}}}}"
    path.write_text(f"{settings}\nsources: [http://paper.example/a, http://paper.example/b]\n", "utf-8")
    report = await passes.once(path, None, None, every=False, watch=Watched())
    assert brief(report) == {"sources": 1, "failed": 1, "requests": 1}
    said = dict(report.failures)
    assert re.fullmatch(r"not asked: its host refuses us, until \d\d:\d\d UTC", said["http://paper.example/b"])
    _, waiting = passes.status(path, None)["sources"]
    assert waiting["state"] == "new"
    assert waiting["due_at"] == waiting["waits_until"] > engine.now()
    assert brief(await once(path)) == {}


async def test_paused(feeds: Callable[..., pathlib.Path]) -> None:
    """Paused sources are not polled, and keep their entries in the outputs."""
    await once(feeds(A, B))
    path = feeds(A, f"{{url: '{B}', paused: true}}", more=f"outputs: [{{name: all, sources: ['{B}']}}]\n")
    assert brief(await once(path, every=True)) == {"sources": 1, "not_modified": 1, "requests": 1}
    assert [item["title"] for item in json.loads((path.parent / "output" / "all.json").read_text("utf-8"))["items"]] == ["kettle"]


async def test_troubles(feeds: Callable[..., pathlib.Path]) -> None:
    """What could not be published is said; what was polled is stored."""
    path = feeds(A)
    (path.parent / "output").write_text("in the way")
    report = await once(path)
    assert report.figures["entries_new"] == 2
    assert report.troubles
    assert all("a file is where the directory should be" in trouble for trouble in report.troubles)


async def test_places_of_the_command_line(feeds: Callable[..., pathlib.Path], tmp_path: pathlib.Path) -> None:
    """Store and outputs go where the command line says."""
    await passes.once(feeds(A), tmp_path / "d", tmp_path / "o", every=False, watch=Watched())
    assert (tmp_path / "d" / store.FILE).exists()
    assert (tmp_path / "o" / "all.json").exists()
    assert not (tmp_path / "data").exists()


async def test_while_a_daemon_runs(feeds: Callable[..., pathlib.Path], tmp_path: pathlib.Path) -> None:
    """A pass beside a daemon is refused; status is not."""
    path = feeds(A)
    await once(path)
    held = store.Lock(tmp_path / "data")
    with pytest.raises(errors.StoreBusy):
        await once(path)
    assert len(passes.status(path, None)["sources"]) == 1
    held.release()


# checking


async def test_check(feeds: Callable[..., pathlib.Path]) -> None:
    """A good file is counted out, with its warnings; a bad one with every problem and its place."""
    good = await passes.check(feeds(A, B, settings="interval: 1m"), online=False, watch=Watched())
    assert good == {"ok": True, "file": good["file"], "sources": 2, "outputs": ["all"], "warnings": [], "exit": 0}
    warned = await passes.check(feeds("{url: 'https://e.invalid/', interval: 1m}"), online=False, watch=Watched())
    (warning,) = warned["warnings"]
    assert (warning["line"], warning["text"].split(": ")[0]) == (3, f"feeds.yaml:3:{warning['column']}")
    bad = await passes.check(feeds("{url: 'ftp://e.invalid/', intervall: 1m}"), online=False, watch=Watched())
    assert (bad["ok"], bad["exit"]) == (False, 2)
    assert len(bad["problems"]) == 2
    assert all(set(problem) == {"file", "line", "column", "message", "text"} for problem in bad["problems"])


async def test_check_of_a_file_that_is_not_there(tmp_path: pathlib.Path) -> None:
    """A missing file is one problem."""
    report = await passes.check(tmp_path / "none.yaml", online=False, watch=Watched())
    (problem,) = report["problems"]
    assert report["exit"] == 2
    assert "no such file" in problem["text"]


async def test_check_online(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """Each source is tried once and none is stored: what it is called and carries, where it has moved, or why it fails."""
    server.answers |= {
        "/b": Answer(status=301, headers=(("Location", "/a"),)),
        "/c": Answer(status=404),
        "/d": Answer(b"<!doctype html><p>Welcome"),
        "/e": Answer(b"<rss><channel><item>" + b"<a>" * 50_000),
    }
    watched = Watched()
    keyed = f"{{url: '{A}?key=hush', headers: {{X-Key: k}}}}"
    others = (f"http://127.0.0.1:PORT/{name}" for name in "cde")
    path = feeds(keyed, B, *others, "{url: 'https://feeds.invalid/', name: Nowhere}")
    report = await passes.check(path, online=True, watch=watched)
    assert (watched.done, watched.total) == (6, 6)
    assert (report["ok"], report["exit"]) == (False, 1)
    a, b, *failed = report["tried"]
    assert (a["title"], a["entries"], a["error"]) == ("Paper", 2, None)
    assert "hush" not in json.dumps(report)
    assert b["moved_to"] == server.url("/a")
    assert all(one["error"] and one["entries"] == 0 for one in failed)
    assert failed[-1]["source"] == "Nowhere"
    assert "k" in [asked.headers.get("x-key") for asked in server.asked]
    assert not (path.parent / "data").exists()


async def test_check_online_keeps_the_bounds(tmp_path: pathlib.Path, anyio_backend: str) -> None:
    """Checking asks a host no more at once than polling does."""
    async with Gate() as gate:
        listed = "".join(f"  - {gate.url(f'/{number}')}\n" for number in range(6))
        settings = "settings: {allow_addresses: [127.0.0.0/8], limits: {per_own_host: 2}}\n"
        (tmp_path / "feeds.yaml").write_text(f"{settings}sources:\n{listed}", "utf-8")
        report = await passes.check(tmp_path / "feeds.yaml", online=True, watch=Watched())
        assert report["ok"]
        assert gate.most == 2


async def test_check_online_of_a_document_without_end(feeds: Callable[..., pathlib.Path]) -> None:
    """A document that cannot be read in time is that source's failure, not the command's."""
    report = await passes.check(feeds(A, B, settings="limits: {job_seconds: 0.001}"), online=True, watch=Watched())
    assert report["exit"] == 1
    assert all("took longer than" in tried["error"] for tried in report["tried"])


# status


async def test_status_before_anything(feeds: Callable[..., pathlib.Path]) -> None:
    """Without a store there is nothing to say, and none is made."""
    path = feeds(A)
    with pytest.raises(errors.StoreError, match="there is no store"):
        passes.status(path, None)
    assert [found.name for found in path.parent.iterdir()] == ["feeds.yaml"]


async def test_status(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """Each source with its health, its entries, when it was and will be polled, and how stale it is by its own measure."""
    days = (f"<title>{day}</title><pubDate>{day:02} Mar 2026 00:00:00 GMT</pubDate>" for day in range(1, 6))
    dated = "".join(f"<item>{day}</item>" for day in days)
    server.answers["/a"] = Answer(f"<rss version='2.0'><channel><title>Daily</title>{dated}</channel></rss>".encode())
    server.answers["/b"] = Answer(status=410)
    sources = (f"{A}?token=hush", B, f"{{url: '{B}?x', name: Resting, paused: true}}")
    await once(feeds(*sources))
    path = feeds(*sources, "{url: 'https://late.invalid/', name: Late}")
    report: dict[str, Any] = passes.status(path, None)
    daily, gone, resting, late = report["sources"]
    assert (daily["source"], daily["state"], daily["entries"], daily["gap_seconds"]) == ("Daily", "silent", 5, 86_400)
    assert daily["stale_gaps"] > 10
    assert daily["success_at"] < engine.now() < daily["due_at"]
    assert "hush" not in json.dumps(report, default=str)
    assert (gone["state"], gone["due_at"], gone["failures"]) == ("gone", None, 1)
    assert (resting["state"], resting["due_at"]) == ("paused", None)
    assert (late["source"], late["state"]) == ("Late", "new")
    assert report["outputs"] == [{"name": "all", "refused": None, "subscribers": None}]
    assert {event["kind"] for event in report["events"]} == {"gone", "silent"}


async def test_status_of_an_output_held_back(feeds: Callable[..., pathlib.Path], tmp_path: pathlib.Path) -> None:
    """An output that is held back says why."""
    path = feeds(A)
    await once(path)
    kept = store.open_store(tmp_path / "data")
    kept.published("all", "f", "because")
    kept.close()
    assert passes.status(path, None)["outputs"] == [{"name": "all", "refused": "because", "subscribers": None}]


async def test_learned(feeds: Callable[..., pathlib.Path], server: Loopback) -> None:
    """What each source repeats, with what feeds.yaml says of it; of one source by name, title or address; nothing is written."""
    notice = "The Quay Gazette is folded by hand and carried to your door by people who know the way."
    items = "".join(
        f"<item><guid>{name}</guid><title>{name}</title><description>&lt;p&gt;{name} {name}.&lt;p&gt;{notice}</description></item>"
        for name in ("heron", "ferry", "kettle")
    )
    server.answers["/a"] = Answer(f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode())
    path = feeds(f"{{url: '{A}', name: Ours, blocks: {{keep: [{notice.upper()}]}}}}", B)
    await once(path)
    ours, other = passes.learned(path, None, None)["sources"]
    block = {"articles": 3, "text": notice, "fingerprint": clean.fingerprint(notice), "decided": "keep"}
    assert (ours["source"], ours["articles"], ours["blocks"]) == ("Ours", 3, [block])
    assert (other["articles"], other["blocks"]) == (1, [])
    for name in ("Ours", "Paper", ours["url"]):
        assert next(source["source"] for source in passes.learned(path, None, name)["sources"]) == "Ours"
    with pytest.raises(errors.UnknownSource, match=r'no source is called "Theirs"; there are: Ours, Paper'):
        passes.learned(path, None, "Theirs")


def test_peak_memory() -> None:
    """In bytes, of this process and its largest child."""
    assert 10_000_000 < passes.peak_memory() < 20_000_000_000


async def test_a_list_that_cannot_be_read(tmp_path: pathlib.Path, server: Loopback) -> None:
    """A pass goes on with what is known, and says why."""
    (tmp_path / "feeds.yaml").write_text(
        f"settings: {{allow_addresses: [127.0.0.0/8], listen: off}}\ninclude: {server.url('/nowhere')}\n", "utf-8"
    )
    report = await once(tmp_path / "feeds.yaml")
    assert report.figures["sources"] == 0
    assert "404" in report.unread[0]
    assert report.troubles == ()
