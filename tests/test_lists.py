"""Lists of feeds elsewhere: fetched, kept, told of; on loopback."""

from __future__ import annotations

import datetime
import ipaddress
import pathlib

import pytest
from loopback import Answer, Asked, Loopback

from aggregator import lists
from aggregator.core import config, limits
from aggregator.edges import config_file, fetch

pytestmark = pytest.mark.anyio
NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def opml(*addresses: str) -> bytes:
    """A list of these feeds."""
    rows = "".join(f"<outline xmlUrl='{one}'/>" for one in addresses)
    return f"<opml><body>{rows}</body></opml>".encode()


def write(folder: pathlib.Path, address: str, allow: str = "127.0.0.0/8") -> pathlib.Path:
    """A feeds.yaml that includes a list."""
    path = folder / "feeds.yaml"
    path.write_text(f"settings: {{allow_addresses: [{allow}], data: kept}}\ninclude: {address}\n", "utf-8")
    return path


async def test_up_to_date(tmp_path: pathlib.Path) -> None:
    """What a list says by now is read, asked for only if it changed, and kept for when it cannot be had."""

    def answer(asked: Asked) -> Answer:
        known = asked.headers.get("if-none-match") == '"1"'
        return Answer(status=304) if known else Answer(opml("http://127.0.0.1:9/a"), headers=(("ETag", '"1"'),))

    async with Loopback() as server:
        server.answers["/list"] = answer
        path = write(tmp_path, server.url("/list"))
        assert config_file.read(path).config.sources == ()
        assert "has not been read yet" in config_file.read(path).warnings[0].message
        for _ in range(2):
            loaded, troubles = await lists.up_to_date(path, None)
            assert troubles == ()
            assert [(one.url, one.allow_addresses) for one in loaded.config.sources] == [("http://127.0.0.1:9/a", True)]
            assert loaded.warnings == ()
        assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"1"']
    loaded, troubles = await lists.up_to_date(path, None)
    assert len(loaded.config.sources) == 1
    assert "cannot reach" in troubles[0]
    assert len(list((tmp_path / "kept" / "lists").iterdir())) == 1
    assert (await lists.up_to_date(path, tmp_path / "other"))[0].config.sources == ()


async def test_troubles_are_told_once(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    """A list that cannot be had, or is none: its sources stay; told again only after it worked."""
    fetcher = fetch.Fetcher(limits=limits.Limits(seconds=5), user_agent="tests", allow=(ipaddress.ip_network("127.0.0.0/8"),))
    reading = lists.Lists()
    async with Loopback() as server:
        path = write(tmp_path, server.url("/list?key=0123456789abcdef0123456789abcdef"))
        loaded = config_file.read(path)

        async def refreshed(body: bytes) -> lists.Done:
            server.answers["/list"] = Answer(body, status=200 if body else 503)
            return await reading.refresh(loaded, tmp_path / "kept", fetcher, NOW)

        assert (await refreshed(opml("http://e.example/1"))).changed
        assert await refreshed(opml("http://e.example/1")) == lists.Done()
        (event,) = (await refreshed(b"")).events
        assert event.kind == "list"
        assert event.title.endswith("cannot be read")
        assert "503" in event.text
        assert "0123456789abcdef" not in event.title + event.text + caplog.text
        assert await refreshed(b"<html>") == lists.Done()
        done = await refreshed(opml("http://e.example/2"))
        assert done == lists.Done(changed=True)
        assert "names no feeds" in (await refreshed(opml())).events[0].text
        assert {one.url: one.paused for one in config_file.read(path).config.sources} == {
            "http://e.example/2": False,
            "http://e.example/1": True,
        }
    await fetcher.aclose()


async def test_a_folder_that_cannot_be_written(tmp_path: pathlib.Path) -> None:
    """It is told like a list that cannot be had."""
    (tmp_path / "kept").write_text("in the way", "utf-8")
    async with Loopback() as server:
        server.answers["/list"] = Answer(opml("http://e.example/1"))
        loaded, troubles = await lists.up_to_date(write(tmp_path, server.url("/list")), None)
    assert loaded.config.sources == ()
    assert "cannot be written" in troubles[0]
    assert config.is_remote(loaded.lists[0])
