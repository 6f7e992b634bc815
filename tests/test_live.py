"""What the server shows of a running engine."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import AsyncIterator

import pytest
from gate import Gate
from prometheus_client import parser
from test_engine import Bench

from aggregator import engine, hooks, ledger, live, push
from aggregator.core import polls
from aggregator.edges import config_file

pytestmark = pytest.mark.anyio
OUTPUTS = "outputs: [{name: news}, {name: rest, index: true}]\n"
SUFFIXES = (".atom.xml", ".html", ".json", ".rss.xml")


@pytest.fixture
async def gate(anyio_backend: str) -> AsyncIterator[Gate]:
    """A server of feeds."""
    async with Gate() as gate:
        yield gate


@pytest.fixture
async def at_work(tmp_path: pathlib.Path, gate: Gate) -> AsyncIterator[engine.Engine]:
    """An engine with a source that works, one that is paused, and one that is not there."""
    bench = Bench(tmp_path, gate)
    bench.write(
        gate.url("/a"),
        f"{{url: '{gate.url('/b')}', name: Resting, paused: true}}",
        "{url: 'https://feeds.invalid/', name: 'Broken <b>'}",
        settings="url: 'https://news.example/'",
    )
    with (tmp_path / "feeds.yaml").open("a") as feeds:
        feeds.write(OUTPUTS)
    async with bench.running(config_file.read(tmp_path / "feeds.yaml")) as at_work:
        yield at_work


async def poll(at_work: engine.Engine) -> None:
    """Poll everything, store and publish."""
    await asyncio.gather(*at_work.start(at_work.due(engine.now())))
    await at_work.store_brought()
    await at_work.publish()


def figures(view: live.View) -> dict[str, float]:
    """The metrics: name with labels -> value."""
    samples = [sample for family in parser.text_string_to_metric_families(view.metrics().decode()) for sample in family.samples]
    return {sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value for sample in samples}


async def test_outputs(at_work: engine.Engine) -> None:
    """Every format of every output is served under its name: its media type, its own address, its word on search engines."""
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert set(view.outputs) == {name + suffix for name in ("news", "rest") for suffix in SUFFIXES}
    atom, page = view.outputs["news.atom.xml"], view.outputs["rest.html"]
    assert (atom.media_type, atom.index) == ("application/atom+xml; charset=utf-8", False)
    assert atom.self_url == "https://news.example/news.atom.xml"
    assert (page.media_type, page.index) == ("text/html; charset=utf-8", True)
    assert view.gone == frozenset()
    assert "default-src 'none'; img-src https: data:; script-src 'sha256-" in view.page_policy
    assert page.policy.startswith("default-src 'none'; img-src https: data:; style-src")
    assert "script" not in page.policy
    assert atom.policy == ""


async def test_no_pictures(at_work: engine.Engine) -> None:
    """With `images: off` the policy of the pages allows none."""
    path = at_work.loaded.path
    path.write_text(path.read_text("utf-8").replace("settings: {", "settings: {images: off, "), "utf-8")
    await at_work.adopt(config_file.read(path))
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert "default-src 'none'; img-src data:;" in view.page_policy
    assert b"img-src data:;" in await view.page()


async def test_a_private_output(at_work: engine.Engine, caplog: pytest.LogCaptureFixture) -> None:
    """Is served under its token, and neither page, metrics, log nor files of others name that."""
    token = "q7Zt4-mW_c8Yd2Kx9Lr5"
    path = at_work.loaded.path
    path.write_text(path.read_text("utf-8").replace("{name: news}", f"{{name: news, title: Secret News, token: {token}}}"), "utf-8")
    await at_work.adopt(config_file.read(path))
    await poll(at_work)
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert set(view.outputs) == {"rest" + suffix for suffix in SUFFIXES}
    assert set(view.private) == {token}
    assert set(view.private[token]) == {"news" + suffix for suffix in SUFFIXES}
    atom = view.private[token]["news.atom.xml"]
    assert (atom.self_url, atom.index, atom.private) == (f"https://news.example/{token}/news.atom.xml", False, True)
    shown = [await view.page(), view.metrics(), caplog.text.encode()]
    shown += [found.read_bytes() for found in at_work.output.iterdir() if found.is_file()]
    assert len(shown) == 3 + 3 + len(SUFFIXES)
    assert not any(word in data for data in shown for word in (token.encode(), b"Secret News"))
    assert f"https://news.example/{token}/news.json" in (at_work.output / token / "news.json").read_text("utf-8")


async def test_removed_output_is_gone(at_work: engine.Engine) -> None:
    """The addresses of an output that is configured no more are known as gone; put back they are served again."""
    view, path = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work)), at_work.loaded.path
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("{name: news}, ", ""), "utf-8")
    await at_work.adopt(config_file.read(path))
    view.refresh()
    assert view.gone == {"news" + suffix for suffix in SUFFIXES}
    assert not any(name.startswith("news") for name in view.outputs)
    path.write_text(whole, "utf-8")
    await at_work.adopt(config_file.read(path))
    view.refresh()
    assert view.gone == frozenset()
    assert "news.json" in view.outputs


async def test_page(at_work: engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page for people lists outputs and sources with their health, as text."""
    monkeypatch.setattr(live, "PAGE_AGE", 0.0)
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert b"not polled yet" in await view.page()
    await poll(at_work)
    page = (await view.page()).decode()
    for said in ("News of /a", "Resting", "paused", "Broken &lt;b&gt;", "feeds.invalid"):
        assert said in page
    assert "Broken <b>" not in page


async def test_page_for_a_crowd(at_work: engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask for the page, it is made anew only once in a while."""
    monkeypatch.setattr(live, "PAGE_AGE", 60.0)
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    page = await view.page()
    await poll(at_work)
    assert await view.page() is page


async def test_health(at_work: engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is healthy while the tick ticks."""
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert view.healthy() == (True, "ok")
    monkeypatch.setattr(live, "ALIVE", 0.0)
    assert view.healthy() == (False, "no tick for 0 s")


async def test_health_of_the_store(at_work: engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not when the store has refused everything for a minute; one refusal is no matter, nor are old ones."""
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    moment = 1000.0
    monkeypatch.setattr(ledger.time, "monotonic", lambda: moment)
    view.refresh()
    at_work.ledger.refused()
    assert view.healthy() == (True, "ok")
    moment += 61
    at_work.ledger.refused()
    view.refresh()
    assert view.healthy() == (False, "the store takes nothing for 61 s; the log says why")
    moment += ledger.LATELY
    view.refresh()
    assert view.healthy() == (True, "ok")


async def test_readiness(at_work: engine.Engine, tmp_path: pathlib.Path) -> None:
    """It is ready once the outputs were published; until then it says what is in the way."""
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert view.ready() == (False, "not published yet")
    (tmp_path / "output").write_text("in the way")
    await at_work.publish()
    done, said = view.ready()
    assert not done
    assert "a file is where the directory should be" in said
    assert figures(view)["aggregator_publish_troubles"] > 0
    (tmp_path / "output").unlink()
    at_work.patience_ends()
    await at_work.publish()
    assert view.ready() == (True, "ok")
    assert figures(view)["aggregator_publish_troubles"] == 0


async def test_metrics(at_work: engine.Engine) -> None:
    """What was polled, requested and stored is counted; sources are counted by health."""
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert figures(view)["aggregator_sources new"] == 2
    await poll(at_work)
    found = figures(view)
    assert (found["aggregator_polls_total updated"], found["aggregator_polls_total failed"]) == (1, 1)
    assert [found[f"aggregator_sources {state}"] for state in ("ok", "paused", "failing", "new")] == [1, 1, 1, 0]
    assert found["aggregator_entries_new_total"] == 1
    assert found["aggregator_requests_total"] == at_work.requests >= 1
    assert found["aggregator_received_bytes_total"] == at_work.received > 100
    assert found["aggregator_duplicates_total"] == 0
    assert found["aggregator_delay_seconds_count"] == 0  # what a source brings when it is new says nothing
    assert found["aggregator_expected_delay_seconds"] >= 0
    assert found["aggregator_errors_total dns"] == 1
    assert (found["aggregator_entries"], found["aggregator_served_delay_seconds_count"]) == (1, 0)
    assert found["aggregator_store_bytes"] > 4096
    assert found["aggregator_adaptive_polls_total"] == 2
    assert found["aggregator_request_budget"] == at_work.roster.budget
    at_work.ledger.removals["signup"] += 3
    assert figures(view)["aggregator_removals_total signup"] == 3
    at_work.ledger.seen = at_work.ledger.seen.counted([30.0, 1000.0])
    assert figures(view)["aggregator_delay_seconds_sum"] == 1030
    assert found["aggregator_rollovers_total"] == 0
    assert found["aggregator_hosts_waiting"] == 0
    at_work.turns.refused("https://paper.example/", None)
    assert figures(view)["aggregator_hosts_waiting"] == 1


async def test_health_of_a_source(at_work: engine.Engine) -> None:
    """Health is judged with what feeds.yaml says."""
    states = {state.called: state for state in at_work.states.values()}
    assert at_work.health_of(states["Resting"]).state == "paused"
    failed = polls.settle(states["Broken <b>"], polls.Failed("dns", "no such name"), polls.Pace(), engine.now(), 0.5)
    assert at_work.health_of(failed).state == "failing"


async def test_archives_are_served(at_work: engine.Engine) -> None:
    """Each file of an archive under its name, and those of private outputs under their tokens only."""
    token = "q7Zt4-mW_c8Yd2Kx9Lr5"
    at_work.printer.archives["news"] = ((), ("news.2026-05.atom.xml",))
    at_work.printer.archives["rest"] = ((), (f"{token}/rest.2026-05.atom.xml",))
    path = at_work.loaded.path
    path.write_text(path.read_text("utf-8").replace("{name: rest, index: true}", f"{{name: rest, token: {token}}}"), "utf-8")
    await at_work.adopt(config_file.read(path))
    view = live.View(at_work, push.Push(at_work), hooks.Hooks(at_work))
    assert view.outputs["news.2026-05.atom.xml"].media_type == "application/atom+xml; charset=utf-8"
    assert "rest.2026-05.atom.xml" not in view.outputs
    assert view.private[token]["rest.2026-05.atom.xml"].private
