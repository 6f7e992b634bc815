"""The served page in a real browser, over a daemon that reads the newsroom: journeys, accessibility, widths and schemes.

`SCREENSHOTS=DIR ./test tests/test_page.py` leaves pictures of it there, to be looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import re
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator

import axe_playwright_python
import pytest
from playwright.async_api import Browser, Page, async_playwright
from test_browser import CHROMIUM, browser
from waiting import until

pytestmark = pytest.mark.anyio
AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
WIDTHS = (360, 820, 1440)
SCHEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SECTIONS = ("Feeds", "What is new", "Merged and removed in the last day", "Freshness and polls", "How the sources do", "Sources")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for the whole module, which the daemon and the browser outlive the tests in."""
    return "asyncio"


@pytest.fixture(scope="module")
async def site(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a daemon that reads the newsroom, once something was merged."""
    browser()
    folder = tmp_path_factory.mktemp("demo")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = ("demo", "--listen", f"127.0.0.1:{port}", "--speed", "20", "--folder", str(folder), "--seconds", "300")
    with open(folder / "log", "wb") as file:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "aggregator", *given, stdout=file, stderr=file)
    try:
        url = f"http://127.0.0.1:{port}/"
        await until(lambda: re.search("[1-9] duplicates? merged", page_at(url)) is not None, 60)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def page_at(url: str) -> str:
    """The page as it is now; nothing when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


@pytest.fixture(scope="module")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    """Debian's browser."""
    browser()
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        await opened.close()


@contextlib.asynccontextmanager
async def opened(chromium: Browser, url: str, **context: object) -> AsyncIterator[Page]:
    """A page that was loaded well: no script complained, and nothing but our own server was asked, pictures aside."""
    room = await chromium.new_context(**context)  # type: ignore[arg-type]
    page = await room.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "ERR_" not in said.text else None)
    page.on("request", lambda request: asked.append(request.url) if request.resource_type != "image" else None)
    await page.goto(url, wait_until="load")
    yield page
    assert complaints == []
    assert [one for one in asked if not one.startswith(url)] == []
    await room.close()


async def violations(page: Page) -> list[str]:
    """What axe-core finds, in words."""
    await page.evaluate(AXE)
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']][:3]}" for one in found["violations"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_accessible_at_every_width(site: str, chromium: Browser, width: int, scheme: str) -> None:
    """axe-core finds nothing, with everything opened too, and nothing is wider than the window."""
    async with opened(chromium, site, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        if folder := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=pathlib.Path(folder) / f"page-{width}-{scheme}.png", full_page=True)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await violations(page) == []
        await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_output_pages_are_accessible(site: str, chromium: Browser) -> None:
    """So are the pages of the outputs, which a link of the first page leads to, and back."""
    async with opened(chromium, site) as page:
        await page.locator("#feeds h3 a").first.click()
        await page.wait_for_url("**/*.html")
        assert await violations(page) == []
        await page.get_by_role("link", name="All feeds").click()
        await page.wait_for_url("**/index.html")
        assert await violations(page) == []


async def test_without_script(site: str, chromium: Browser) -> None:
    """Everything is there and opens; no button that would do nothing."""
    async with opened(chromium, site, java_script_enabled=False) as page:
        assert await page.locator("main h2").all_text_contents() == list(SECTIONS)
        assert await page.locator("button").count() == 0
        await page.locator("#merged-title ~ details summary").first.click()
        explained = page.locator("#merged-title ~ details[open]")
        assert "is the same article as" in await explained.inner_text()
        assert "aggregator explain urn:uuid:" in await explained.inner_text()
        assert await page.locator("#stripped-title ~ details").count() > 0
        assert await page.locator(".card").count() > 3


async def test_subscribing(site: str, chromium: Browser) -> None:
    """From the page to the address in the clipboard, which leads to the feed."""
    async with opened(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        await page.get_by_text("How to subscribe").first.click()
        await page.get_by_role("button", name=re.compile("^Copy the Atom address of")).first.click()
        await page.get_by_role("button", name=re.compile("^Copy the Atom")).first.filter(has_text="Copied").wait_for()
        address = await page.evaluate("navigator.clipboard.readText()")
        assert address.endswith(".atom.xml")
        answer = await page.request.get(site + address.rpartition("/")[2])
        assert answer.headers["content-type"].startswith("application/atom+xml")


async def test_by_keyboard(site: str, chromium: Browser) -> None:
    """The first key leads to a link over the head of the page; what folds opens by Enter."""
    async with opened(chromium, site) as page:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to the feeds"
        await page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('main') !== null")
        await page.locator("summary").first.focus()
        await page.keyboard.press("Enter")
        assert await page.locator("details[open]").count() == 1


async def test_live(site: str, chromium: Browser) -> None:
    """Polls are told as they end, and parts that changed are renewed, but for those in use."""
    async with opened(chromium, site) as page:
        await page.locator("#now", has_text="Live. Last poll:").wait_for(timeout=20_000)
        await page.locator("#merged-title ~ details summary").first.click()
        before = await page.locator("#rhythm .facts").last.inner_text()
        await page.wait_for_function(
            "before => [...document.querySelectorAll('#rhythm .facts')].pop().innerText !== before", arg=before
        )
        assert await page.locator("#merged-title ~ details[open]").count() == 1


async def test_weight(site: str, chromium: Browser) -> None:
    """One request makes the page, pictures aside, and it is small as it goes over the wire."""
    async with opened(chromium, site) as page:
        entries = await page.evaluate("performance.getEntriesByType('navigation').map(one => one.encodedBodySize)")
        asked = await page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
        assert entries[0] < 60_000
        assert [one for one in asked if not one.endswith("/live") and one != site] == []
