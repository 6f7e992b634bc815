"""Documents to preview, and tasks over them."""

from __future__ import annotations

import pathlib
from collections.abc import AsyncIterator, Callable

import pytest
from loopback import Answer, Loopback

from aggregator.core import model
from aggregator.preview import desk

CASES = pathlib.Path(__file__).parents[1] / "cases" / "preview"


@pytest.fixture
def document() -> Callable[..., model.Response]:
    """A case as a file would bring it; other bytes as they are."""

    def _read(what: str | bytes, url: str = "https://gazette.example/feed.xml") -> model.Response:
        return model.Response(url, 200, (CASES / what).read_bytes() if isinstance(what, str) else what)

    return _read


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[Loopback]:
    """A server with a feed and a page."""
    async with Loopback() as server:
        server.answers |= {name: Answer((CASES / name[1:]).read_bytes()) for name in ("/feed.xml", "/page.html")}
        yield server


@pytest.fixture
def task(tmp_path: pathlib.Path, server: Loopback) -> Callable[..., desk.Task]:
    """What the command line asks for; PORT in it and in feeds.yaml is the server's."""

    def _made(
        what: str,
        *sources: str,
        settings: str = "",
        data: pathlib.Path | None = None,
        base: str = "",
        entries: int = 10,
        full_text: bool | None = None,
    ) -> desk.Task:
        text = f"settings: {{allow_addresses: [127.0.0.0/8], listen: off{settings and ', '}{settings}}}\nsources:\n"
        text += "".join(f"  - {source}\n" for source in sources or ("https://other.invalid/",))
        path = tmp_path / "feeds.yaml"
        path.write_text(text.replace("PORT", str(server.port)), "utf-8")
        return desk.task(what.replace("PORT", str(server.port)), path, data, base, entries, full_text)

    return _made
