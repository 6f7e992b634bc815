"""What the served page shows that changes by itself, of a running engine."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator

import pytest
from loopback import Answer, Loopback
from stories import prose

from aggregator import engine, lately
from aggregator.core import render
from aggregator.edges import config_file

pytestmark = pytest.mark.anyio
TOKEN = "q7Zt4-mW_c8Yd2Kx9Lr5"


def rss(title: str, *items: tuple[str, str]) -> Answer:
    """A feed of entries with these names and texts."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{name}</guid><title>The {name}</title><description>{text}</description></item>"
        for name, text in items
    )
    return Answer(f"<rss version='2.0'><channel><title>{title}</title>{rows}</channel></rss>".encode())


@pytest.fixture
async def at_work(tmp_path: pathlib.Path, anyio_backend: str) -> AsyncIterator[engine.Engine]:
    """An engine that polled two sources with a copy between them, one with boilerplate that only a private output shows."""
    async with Loopback() as server:
        story = f"<p>{prose('heron', 120)}</p>"
        server.answers["/a"] = rss("Paper", ("heron", story))
        server.answers["/b"] = rss("Rival", ("copy", story))
        server.answers["/c"] = rss("Secret", ("ferry", f"<p>{prose('ferry', 80)}</p><p>Source: Read Full Article</p>"))
        (tmp_path / "feeds.yaml").write_text(
            "settings: {allow_addresses: [127.0.0.0/8], listen: off, interval: 1h}\n"
            f"sources: ['{server.url('/a')}', '{server.url('/b')}', {{url: '{server.url('/c')}', categories: [mine]}},"
            f" {{url: '{server.url('/d')}', paused: true, categories: [open]}}]\n"
            f"outputs: [{{name: open, sources: ['{server.url('/a')}', '{server.url('/b')}']}},"
            f" {{name: mine, categories: [mine], token: {TOKEN}}}]\n",
            "utf-8",
        )
        async with engine.Engine(config_file.read(tmp_path / "feeds.yaml")) as running:
            for state in running.due(engine.now()):
                await asyncio.gather(*running.start([state]))
                await running.store_brought()
            await running.publish()
            yield running


def rows(of: engine.Engine) -> render.LiveRows:
    """What the page would show now."""
    return lately.Lately(of).rows(of.store.sources(counted=True))


async def test_merged_and_removed(at_work: engine.Engine) -> None:
    """A copy with its reasons; nothing that only a private output shows."""
    found = rows(at_work)
    (merged,) = found.merged
    assert (found.merged_count, merged.title, merged.source, merged.of, merged.of_source) == (
        1,
        "The copy",
        "Rival",
        "The heron",
        "Paper",
    )
    assert merged.why
    assert (found.stripped, found.stripped_count) == ((), 0)
    text = at_work.loaded.path.read_text("utf-8").replace(f", token: {TOKEN}", "")
    at_work.loaded.path.write_text(text, "utf-8")
    await at_work.adopt(config_file.read(at_work.loaded.path))
    await at_work.publish()
    (stripped,) = rows(at_work).stripped
    assert (stripped.title, [text for _, text in stripped.blocks]) == ("The ferry", ["Source: Read Full Article"])


async def test_polls(at_work: engine.Engine) -> None:
    """What they came to, and those that are planned; who is paused is not polled, and no time is said for it."""
    found = rows(at_work)
    assert found.past[-1] == {"updated": 3}
    assert sum(found.planned) == 3
    assert [(row.due_at is None, sum(row.volumes)) for row in found.health] == [(False, 1), (False, 1), (False, 1), (True, 0)]
    assert found.health[-1].state == "paused"


async def test_figures_are_remembered_for_a_while(at_work: engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks through the whole store is not asked for every visitor; health is."""
    asked: list[str] = []
    whole = at_work.store.figures.lately
    monkeypatch.setattr(at_work.store.figures, "lately", lambda *given: (asked.append("lately"), whole(*given))[1])
    figures = lately.Lately(at_work)
    states = at_work.store.sources(counted=True)
    assert figures.rows(states) == figures.rows(states)
    assert len(asked) == 1
    monkeypatch.setattr(lately, "AGE", 0.0)
    figures.rows(states)
    assert len(asked) == 2
