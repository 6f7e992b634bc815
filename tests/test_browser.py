"""The published pages in a real browser: whatever entries hold, no script runs and nothing is asked for but pictures."""

from __future__ import annotations

import asyncio
import contextlib
import html
import os
import pathlib
import re
import shutil
import urllib.parse
from collections.abc import AsyncIterator, Iterable

import pytest
from loopback import Answer, Loopback
from selectolax import lexbor

from aggregator import engine
from aggregator.core import render
from aggregator.core.render import cards, look
from aggregator.edges import config_file

pytestmark = pytest.mark.anyio
VECTORS = [
    line
    for line in (pathlib.Path(__file__).parent / "cases" / "browser" / "vectors.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SITE = "http://pages.example"
HELD = "https://pictures.example/heron.png"
TITLE = "A heron at the mill"
RUN = "new Image().src='http://out.example/ran'"  # tells that it ran
OUT = "http://out.example/other"
ACTIVE = (
    "script, iframe, object, embed, base, form, svg, math, video, audio, input, textarea, select, template, link[rel=stylesheet]"
)
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "poster", "data", "xlink:href")
CONTENT = "<p>The heron stood in the mill race all morning, and nobody minded the ferry.</p>"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--ignore-certificate-errors", "--virtual-time-budget=8000",
)  # fmt: skip


class Web:
    """A proxy on loopback that plays all hosts: the site with these pages, and nothing else; it remembers what it was asked for."""

    def __init__(self, pages: dict[str, bytes], policy: str | None = None) -> None:
        self.pages = pages
        self._policy = policy
        self.asked: list[str] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Its address."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            method, target, _ = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ", 2)
            page = self.pages.get(target.removeprefix(SITE)) if target.startswith(SITE + "/") else None
            if page is None:
                self.asked.append(f"{method} {target}")
            own = render.page_policy(script=target.endswith("/index.html"))
            policy = f"Content-Security-Policy: {self._policy or own}\r\nContent-Type: text/html; charset=utf-8\r\n"
            head = f"HTTP/1.1 200 OK\r\n{policy}" if page is not None else "HTTP/1.1 404 Not Found\r\n"
            writer.write(f"{head}Content-Length: {len(page or b'')}\r\nConnection: close\r\n\r\n".encode() + (page or b""))
            await writer.drain()
        writer.close()


def feed(numbers: Iterable[int]) -> bytes:
    """A feed with each of these vectors in every place of an entry, and in its own title."""
    items = []
    for number in numbers:
        said = VECTORS[number].replace("RUN", RUN).replace("OUT", f"{OUT}{number}")
        text, link = (
            html.escape(said),
            html.escape(f"javascript:{RUN}" if number % 3 == 0 else f"https://e.example/{number}?{said}"),
        )
        items.append(
            f"<item><guid isPermaLink='false'>v{number}</guid><title>{number} {text}</title><link>{link}</link>"
            f"<dc:creator>{text}</dc:creator><category>{text}</category><enclosure url='{link}' type='{text}' length='1'/>"
            f"<description>{text}</description><content:encoded>{html.escape(CONTENT)}{number} {text}</content:encoded></item>"
        )
    return (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>{text}</title>{''.join(items)}</channel></rss>"
    ).encode()


def held() -> bytes:
    """A feed with a picture that may be shown."""
    picture = html.escape(f"{CONTENT}<img src='{HELD}' alt='heron' width=600 height=400>")
    item = f"<item><title>{TITLE}</title><description>{picture}</description></item>"
    return f"<rss version='2.0'><channel><title>H</title>{item}</channel></rss>".encode()


async def published(folder: pathlib.Path, images: str = "on") -> dict[str, bytes]:
    """The pages that become of all that, by path: the index shows what the outputs have, five entries each."""
    async with Loopback() as server:
        groups = [range(start, min(start + 5, len(VECTORS))) for start in range(0, len(VECTORS), 5)]
        documents = {f"/{number}": feed(group) for number, group in enumerate(groups)} | {"/held": held()}
        for path, document in documents.items():
            server.answers[path] = Answer(document)
        urls = [server.url(path) for path in documents]
        outputs = ["{name: all, limit: 500}", *(f"{{name: o{number}, sources: ['{url}']}}" for number, url in enumerate(urls))]
        text = f"settings: {{allow_addresses: [127.0.0.0/8], listen: off, backlog: 500, images: {images}}}\nsources: {urls}\n"
        (folder / "feeds.yaml").write_text(text + f"outputs: [{', '.join(outputs)}]\n", "utf-8")
        async with engine.Engine(config_file.read(folder / "feeds.yaml")) as at_work:
            await asyncio.gather(*at_work.start(at_work.due(engine.now())))
            assert (await at_work.store_brought()).updated == len(urls)
            await at_work.publish()
            assert at_work.troubles == ()
    return {f"/{name}": (folder / "output" / name).read_bytes() for name in ("all.html", "index.html")}


async def seen(proxy: str, profile: pathlib.Path, page: str) -> str:
    """The page as the browser has it in the end."""
    assert CHROMIUM is not None
    given = (*FLAGS, f"--proxy-server=http://{proxy}", f"--user-data-dir={profile}", "--dump-dom", SITE + page)
    process = await asyncio.create_subprocess_exec(CHROMIUM, *given, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(120):
            said, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return said.decode("utf-8", "replace")


@pytest.fixture(autouse=True)
def everything_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index shows all there is, so that all of it is tried."""
    monkeypatch.setattr(cards, "MOST", 10_000)


def browser() -> None:
    """Skip where there is no browser, but never in CI."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have chromium: apt-get install chromium"
        pytest.skip("NO BROWSER: the published pages are not tried; apt-get install chromium")


async def test_the_net_holds_something(tmp_path: pathlib.Path) -> None:
    """Without our walls scripts run and addresses are asked for: there is something to be stopped."""
    browser()
    said = "".join(VECTORS).replace("RUN", RUN).replace("OUT", OUT)
    web = Web(
        {"/bare.html": f"<meta charset=utf-8><title>x</title>{said}".encode()}, policy="img-src *; script-src * 'unsafe-inline'"
    )
    async with web.open() as proxy:
        await seen(proxy, tmp_path / "profile", "/bare.html")
    assert "GET http://out.example/ran" in web.asked


def pictures(dom: str) -> set[str]:
    """What is asked of a proxy for the pictures of a page."""
    addresses = [html.unescape(found) for found in re.findall(r'<img\b[^>]*?\ssrc="([^"]*)"', dom)]
    parts = [urllib.parse.urlsplit(address) for address in addresses]
    secure = {f"CONNECT {part.hostname}:443" for part in parts if part.scheme == "https"}
    return secure | {f"GET {address}" for address in addresses if address.startswith("http:") and "/ran" not in address}


@pytest.mark.parametrize("page", ["/all.html", "/index.html"])
async def test_nothing_runs(tmp_path: pathlib.Path, page: str) -> None:
    """No script of an entry runs, no address of one is asked for but that of a picture, and nothing active is left in the page."""
    browser()
    web = Web(await published(tmp_path))
    async with web.open() as proxy:
        dom = await seen(proxy, tmp_path / "profile", page)
    assert TITLE in dom
    asked = [one for one in web.asked if ".example" in one]  # a browser has errands of its own, which end at the proxy
    assert not [one for one in asked if one not in pictures(dom)]
    tree = lexbor.LexborHTMLParser(dom)
    ours = [node for node in tree.css("body > script:last-of-type") if node.text() == look.script()]
    assert len(ours) == int(page == "/index.html")
    assert [node for node in tree.css(ACTIVE) if node not in ours] == []
    attributes = [(name.lower(), value or "") for node in tree.css("*") for name, value in node.attributes.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name in ("style", "srcdoc", "background", "ping")]
    assert not [
        value for name, value in attributes if name in ADDRESSES and not re.match(r"https?:|#|[\w.-]+$|data:image/svg", value)
    ]
    if page == "/all.html":
        assert "CONNECT pictures.example:443" in asked


@pytest.mark.parametrize("page", ["/all.html", "/index.html"])
async def test_no_pictures(tmp_path: pathlib.Path, page: str) -> None:
    """With `images: off` nothing at all is asked for."""
    browser()
    web = Web(await published(tmp_path, "off"), policy="img-src *")  # the policy of the server is not what stops them
    async with web.open() as proxy:
        dom = await seen(proxy, tmp_path / "profile", page)
    assert TITLE in dom
    assert "<img" not in dom
    assert not [asked for asked in web.asked if ".example" in asked]
