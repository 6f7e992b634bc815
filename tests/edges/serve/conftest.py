"""A stand that really serves: a folder, a view whose values tests may set, a server on a free port, and a plain client."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import pathlib
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from aggregator.edges import serve

CASES = pathlib.Path(__file__).parents[2] / "cases" / "serve"
SELF = "https://feeds.example/"
HUB = "https://hub.example/"
MODIFIED = 1767600000  # Mon, 05 Jan 2026 08:00:00 GMT
TYPES = {
    "world.rss.xml": "application/rss+xml; charset=utf-8",
    "world.atom.xml": "application/atom+xml; charset=utf-8",
    "world.json": "application/feed+json; charset=utf-8",
}


def document(name: str, url: str) -> bytes:
    """A case file with its own address filled in."""
    return (CASES / name).read_bytes().replace(b"@SELF@", url.encode()).replace(b"@HUB@", HUB.encode())


@dataclasses.dataclass
class Shop:
    """A view with values in place of a daemon."""

    outputs: dict[str, serve.Served]
    private: dict[str, dict[str, serve.Served]] = dataclasses.field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    page_policy: str = "default-src 'none'; style-src 'self'"
    make_page: Callable[[], bytes] = (CASES / "page.html").read_bytes
    health: tuple[bool, str] = (True, "well")
    readiness: tuple[bool, str] = (True, "published")
    pages_made: int = 0
    readers: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    happened: list[dict[str, object]] = dataclasses.field(default_factory=list)

    def read(self, output: str, client: str, agent: str) -> None:
        """Remembered."""
        self.readers.append((output, client, agent))

    async def news(self, after: int, seconds: float) -> tuple[int, list[dict[str, object]]]:
        """What `happened` after that."""
        if len(self.happened) <= after:
            await asyncio.sleep(min(seconds, 0.05))
        return len(self.happened), self.happened[after:]

    async def page(self) -> bytes:
        """What `make_page` returns, after a turn of the loop."""
        self.pages_made += 1
        await asyncio.sleep(0)
        return self.make_page()

    def healthy(self) -> tuple[bool, str]:
        """As set."""
        return self.health

    def ready(self) -> tuple[bool, str]:
        """As set."""
        return self.readiness

    def metrics(self) -> bytes:
        """One figure."""
        return b"# TYPE aggregator_sources gauge\naggregator_sources 3\n"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Stand:
    """A running server over a folder, and what a test asks it."""

    def __init__(self, folder: pathlib.Path, view: Shop, **bounds: float) -> None:
        self.folder = folder
        self.view = view
        self.server = serve.Server(serve.application(folder, view), "127.0.0.1", 0, **bounds)
        self.complaints: list[Mapping[str, object]] = []

    async def ask(self, path: str = "/world.rss.xml", headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        """One request on a connection of its own; the path goes out exactly as given."""
        lines = [f"{method} {path} HTTP/1.1", "Host: stand", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        head, _, body = (await self.say("\r\n".join([*lines, "", ""]).encode("latin-1"))).partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        pairs = [field.partition(": ") for field in fields]
        names = [name.lower() for name, _, _ in pairs]
        assert len(names) == len(set(names)), "a header twice"
        return Answer(int(status.split(" ")[1]), {name.lower(): value for name, _, value in pairs}, body)

    async def say(self, raw: bytes) -> bytes:
        """All that comes back for some bytes until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        said = b""
        with contextlib.suppress(ConnectionError):
            writer.write(raw)
            await writer.drain()
            while piece := await reader.read(65536):
                said += piece
        writer.close()
        return said


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """An output folder with three formats of one output, last changed on a certain morning."""
    folder = tmp_path / "output"
    folder.mkdir()
    for name in TYPES:
        (folder / name).write_bytes(document(name, SELF + name))
        os.utime(folder / name, (MODIFIED, MODIFIED))
    return folder


@pytest.fixture
def shop() -> Shop:
    """A view of that output."""
    return Shop({name: serve.Served(media_type, self_url=SELF + name, hub=HUB) for name, media_type in TYPES.items()})


@pytest.fixture
def serving(anyio_backend: str, folder: pathlib.Path, shop: Shop) -> Callable[..., contextlib.AbstractAsyncContextManager[Stand]]:
    """`async with serving(patience=1) as stand`: a server that is stopped at the end, and that never upset the event loop."""

    @contextlib.asynccontextmanager
    async def _serving(**bounds: float) -> AsyncIterator[Stand]:
        stand = Stand(folder, shop, **bounds)
        asyncio.get_running_loop().set_exception_handler(lambda _, context: stand.complaints.append(context))
        await stand.server.start()
        try:
            yield stand
        finally:
            await stand.server.stop()
        assert stand.complaints == []

    return _serving


@pytest.fixture
async def stand(serving: Callable[..., contextlib.AbstractAsyncContextManager[Stand]]) -> AsyncIterator[Stand]:
    """A server with the bounds that users get."""
    async with serving() as stand:
        yield stand
