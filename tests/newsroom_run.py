"""The main job on real input: the demo newsroom over HTTP, the daemon as a process of its own, a restart in the middle.

    python tests/newsroom_run.py [--speed 4]        prints what is wrong, one line each; exit 1 if anything is

Afterwards every expected article is in every output exactly once, its boilerplate gone, and the sources that moved, died or
broke are reported; the restart has changed no byte of what was published.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import datetime
import json
import pathlib
import re
import signal
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator

import feedparser

from aggregator import demo
from aggregator.core import text

PATIENCE = 60.0  # seconds for the daemon to catch up with the newsroom
ATOM = "{http://www.w3.org/2005/Atom}"


@contextlib.asynccontextmanager
async def daemon(folder: pathlib.Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`aggregator run` on the folder's feeds.yaml, ended as a supervisor ends it."""
    command = (sys.executable, "-m", "aggregator", "run", "--config", str(folder / "feeds.yaml"), "--listen", "off")
    with open(folder / "log", "ab") as log:
        process = await asyncio.create_subprocess_exec(*command, stderr=log, stdout=log)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 10)


async def play(folder: pathlib.Path, speed: float) -> list[str]:
    """Play the whole script with a restart in the middle; what is wrong afterwards."""
    newsroom = demo.Newsroom(seed=1, start=datetime.datetime.now(datetime.UTC), speed=speed)
    await newsroom.start()
    try:
        (folder / "feeds.yaml").write_text(newsroom.feeds_yaml(interval="1s"), "utf-8")
        async with daemon(folder) as process:
            await _until(newsroom, newsroom.length / 2)
        problems = [f"the daemon ended with {process.returncode} on SIGTERM"] if process.returncode else []
        problems += await _restart(folder)
        async with daemon(folder):
            await _until(newsroom, newsroom.length + 5)
            await _settled(newsroom, folder)
        return problems + _wrong(newsroom, folder)
    finally:
        await newsroom.stop()


async def _until(newsroom: demo.Newsroom, second: float) -> None:
    while newsroom.seconds < second:
        await asyncio.sleep(0.2)


async def _restart(folder: pathlib.Path) -> list[str]:
    """Start and stop with every source paused: what was published must stay byte for byte."""
    feeds = folder / "feeds.yaml"
    written, before = feeds.read_text("utf-8"), _published(folder)
    feeds.write_text(re.sub(r"(?m)^(  - url: .*)$", r"\1\n    paused: true", written), "utf-8")
    async with daemon(folder):
        await asyncio.sleep(3)
    after = _published(folder)
    feeds.write_text(written, "utf-8")
    return [f"the restart changed {name}" for name in before if before[name] != after.get(name)]


def _published(folder: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "output").iterdir())}


async def _settled(newsroom: demo.Newsroom, folder: pathlib.Path) -> None:
    """Wait until nothing is wrong any more, or patience ends."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while _wrong(newsroom, folder):
                await asyncio.sleep(1)


def _wrong(newsroom: demo.Newsroom, folder: pathlib.Path) -> list[str]:
    expected = newsroom.expected(newsroom.seconds)
    problems: list[str] = []
    for output in ("all", "town", "curious"):
        wanted = [article for article in expected if output in article.outputs]
        published = json.loads((folder / "output" / f"{output}.json").read_text("utf-8"))["items"]
        problems += [f"{output}: {problem}" for problem in _compare(wanted, published)]
        problems += _unnamed(wanted, published) if output == "all" else []
        problems += _same_everywhere(folder, output, [item["id"] for item in published])
    return problems + _unreported(newsroom, folder)


def _compare(expected: list[demo.Expected], published: list[dict[str, object]]) -> list[str]:
    """Each expected article once, whole and clean, from a source that carries it; nothing else."""
    problems = []
    left = collections.Counter(str(item["id"]) for item in published)
    for article in expected:
        found = [item for item in published if item["title"] in article.titles and _source(item) in article.sources]
        if len(found) != 1:
            problems.append(f"{article.key} is there {len(found)} times")
        for item in found:
            del left[str(item["id"])]
            said = text.plain(str(item.get("content_html", "")))
            problems += [f"{article.key} lacks “{s}”" for s in article.sentences if text.one_line(s) not in said]
            problems += [f"{article.key} still says “{s}”" for s in article.absent if text.one_line(s) in said]
    titles = {str(item["id"]): item["title"] for item in published}
    return problems + [f"“{titles[name]}” was not expected" for name in left]


def _unnamed(expected: list[demo.Expected], published: list[dict[str, object]]) -> list[str]:
    """Copies whose sources are not named in the one entry that is left."""
    problems = []
    for article in expected:
        for item in published:
            if item["title"] in article.titles and _source(item) in article.sources:
                extension = item["_aggregator"]
                assert isinstance(extension, dict)
                named = {_source(item), *(mention["source"] for mention in extension.get("also_at", ()))}
                problems += [f"all: {article.key} does not name {source}" for source in set(article.sources) - named]
    return problems


def _source(item: dict[str, object]) -> str:
    extension = item["_aggregator"]
    assert isinstance(extension, dict)
    return str(extension["source"]["title"])


def _same_everywhere(folder: pathlib.Path, output: str, ids: list[str]) -> list[str]:
    """All formats carry the same entries in the same order, and an ordinary parser reads them."""
    problems = []
    for suffix in ("rss.xml", "atom.xml"):
        read = feedparser.parse(str(folder / "output" / f"{output}.{suffix}"))
        if read.bozo or [entry.id for entry in read.entries] != ids:
            problems.append(f"{output}.{suffix} does not carry the entries of {output}.json")
    return problems


def _unreported(newsroom: demo.Newsroom, folder: pathlib.Path) -> list[str]:
    """Sources in trouble that the operations feed is silent about; a rate limit that is obeyed is no trouble."""
    entries = ET.parse(folder / "output" / "operations.atom.xml").getroot().findall(f"{ATOM}entry")
    told = {(entry.findtext(f"{ATOM}title"), entry.find(f"{ATOM}category").get("term")) for entry in entries}  # type: ignore[union-attr]
    kinds = {"gone": {"gone"}, "broken": {"failing", "dead"}, "moved": {"moved"}}
    return [
        f"operations: nothing said of {trouble.source}, which is {trouble.reason}"
        for trouble in newsroom.troubles(newsroom.seconds)
        if trouble.reason in kinds
        and not any(trouble.source in str(title) and kind in kinds[trouble.reason] for title, kind in told)
    ]


def main() -> int:
    """Play it in a temporary folder and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsroom-") as folder:
        problems = asyncio.run(play(pathlib.Path(folder), options.speed))
        for problem in problems:
            print(problem)
        if problems:
            print((pathlib.Path(folder) / "log").read_text("utf-8", "replace")[-5000:])
    print(f"end to end: {'fine' if not problems else f'{len(problems)} problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
