"""What the pages weigh and cost: bytes as they go over the wire, requests, time to make and to paint 1,000 entries.

    .venv/bin/python -m benchmarks.page [--entries 1000]

An output of so many made-up entries is rendered here, and opened in Chromium, a cold one for each page, beside an empty page in the
same run: what the browser itself takes. Ratios are to that.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gzip
import pathlib
import shutil
import statistics
import tempfile
import time

import brotli
from playwright.async_api import async_playwright

from aggregator.core import model, render

ROUNDS = 7
WORDS = "the heron stood in the mill race all morning and nobody on the ferry minded it much".split()
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


def entry(number: int) -> model.Entry:
    """An article of about 400 words."""
    paragraphs = "".join(f"<p>{' '.join(WORDS[(number + start) % 7 :] * 4)} {number}.</p>" for start in range(8))
    origin = model.Origin(id=f"urn:{number % 20}", title=f"Paper {number % 20}", link="https://paper.example/")
    return model.Entry(
        id=f"urn:uuid:{number}",
        title=f"Entry {number}: {' '.join(WORDS[:6])}",
        link=f"https://paper.example/{number}",
        content=paragraphs,
        published=NOON - datetime.timedelta(minutes=number),
        updated=NOON - datetime.timedelta(minutes=number),
        origin=origin,
    )


def timed(make: object) -> tuple[bytes, float]:
    """What is made, and the median of the milliseconds that takes."""
    assert callable(make)
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        made = make()
        taken.append((time.perf_counter() - begun) * 1000)
    return made, statistics.median(taken)


async def painted(files: dict[str, pathlib.Path]) -> dict[str, tuple[float, int]]:
    """For each page the median of the milliseconds until it was loaded and painted, and how many requests that took."""
    found = {}
    async with async_playwright() as playwright:
        for name, file in files.items():
            taken, asked = [], 0
            for _ in range(ROUNDS):
                browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = await browser.new_page()
                requests: list[str] = []
                page.on("request", lambda request, into=requests: into.append(request.url))
                await page.goto(file.as_uri(), wait_until="load")
                taken.append(
                    await page.evaluate(
                        "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"
                    )
                )
                asked = len([one for one in requests if not one.startswith("data:")])
                await browser.close()
            found[name] = (statistics.median(taken), asked)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1000)
    entries = tuple(map(entry, range(parser.parse_args().entries)))
    feed = model.Feed(id="urn:1", name="all", title="All entries", updated=NOON, entries=entries)
    rows = [
        render.OutputRow("all", "All entries", len(entries), NOON, tuple(map(render.lean, entries[:12])), "http://127.0.0.1/all")
    ]
    live = render.LiveRows(
        health=tuple(render.HealthRow(f"Paper {n}", "ok", "posts every 3 hours", NOON, NOON, 9, (1,) * 14) for n in range(100))
    )
    makes = {
        "empty page": lambda: b"<!doctype html><title>x</title>",
        "index.html": lambda: render.index_page(rows, ()),
        "/ with 100 sources": lambda: render.index_page(rows, (), live),
        f"output of {len(entries)}": lambda: render.render("html", feed, "http://127.0.0.1/"),
    }
    made = {name: timed(make) for name, make in makes.items()}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (name, (data, _)) in enumerate(made.items()):
            files[name] = pathlib.Path(folder) / f"{number}.html"
            files[name].write_bytes(data)
        shown = asyncio.run(painted(files))
    bare = shown["empty page"][0]
    print(f"{'page':<22}{'bytes':>10}{'gzip':>9}{'br':>9}{'made ms':>9}{'painted ms':>12}{'ratio':>7}{'requests':>10}")
    for name, (data, taken) in made.items():
        loaded, asked = shown[name]
        sizes = (len(data), len(gzip.compress(data, 6)), len(brotli.compress(data, quality=6)))
        print(f"{name:<22}{sizes[0]:>10}{sizes[1]:>9}{sizes[2]:>9}{taken:>9.1f}{loaded:>12.0f}{loaded / bare:>7.1f}{asked:>10}")


if __name__ == "__main__":
    main()
