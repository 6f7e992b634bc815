"""A daemon in a bad neighbourhood for a long while: the demo newsroom, feeds that never end, and every server that misbehaves.

    python tests/soak.py [--minutes 8] [--csv FILE] [--svg FILE]

Every source is polled each second, so that minutes have the polls of weeks. Memory of the process and of its workers, open files
and threads are sampled; outputs are looked through each time. Exit 1 when anything is wrong, or grows: when the last third of the
time needs a tenth more than the one before it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import psutil
from newsroom_run import daemon

from aggregator import demo

EVERY = 5.0  # seconds between two samples
GROWTH = 1.1
LIVE = 40  # feeds that have a new entry at each request
OWN = "/_"  # what the paths of the hostile server for its own books begin with
COLOURS = {"memory_mb": "#a4482b", "workers_mb": "#2b6ca4", "files": "#3a8a3a", "threads": "#8a3a8a"}
FIGURES = ("seconds", "memory_mb", "workers_mb", "files", "threads", "store_mb", "log_mb")


def hostile(port: int) -> list[str]:
    """The addresses of all that can be wrong with an answer."""
    listing = subprocess.run([sys.executable, str(_server()), "--paths"], capture_output=True, check=True, text=True).stdout
    paths = [row["path"] for row in json.loads(listing)]
    return [f"http://127.0.0.1:{port}{path}" for path in paths if path.startswith("/") and not path.startswith(OWN)]


def _server() -> pathlib.Path:
    return pathlib.Path(__file__).parent / "yardsticks" / "hostile.py"


def feeds(newsroom: demo.Newsroom, port: int) -> str:
    """A feeds.yaml of the newsroom, the live feeds and the hostile paths."""
    text = newsroom.feeds_yaml(interval="1s").replace("settings:\n", "settings:\n  limits: {seconds: 5, per_own_host: 50}\n", 1)
    head, _, rest = text.partition("sources:\n")
    urls = [f"http://127.0.0.1:{port}/live/soak{number}.rss" for number in range(LIVE)] + hostile(port)
    return f"{head}sources:\n" + "".join(f"  - url: {json.dumps(url)}\n    full_text: never\n" for url in urls) + rest


def sample(process: psutil.Process, folder: pathlib.Path, begun: float) -> dict[str, float]:
    """What the daemon holds now."""
    children = process.children(recursive=True)
    store, log = folder / "data" / "store.sqlite", folder / "data" / "store.sqlite-wal"
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "memory_mb": process.memory_info().rss / 1e6,
        "workers_mb": sum(child.memory_info().rss for child in children) / 1e6,
        "files": process.num_fds(),
        "threads": process.num_threads(),
        "store_mb": store.stat().st_size / 1e6 if store.exists() else 0.0,
        "log_mb": log.stat().st_size / 1e6 if log.exists() else 0.0,
    }


def looked_through(folder: pathlib.Path, known: dict[str, str]) -> list[str]:
    """What is wrong with the outputs; `known` keeps under which id each article was published."""
    path = folder / "output" / "all.json"
    if not path.exists():
        return []
    ET.fromstring((folder / "output" / "all.atom.xml").read_bytes())
    ET.fromstring((folder / "output" / "all.rss.xml").read_bytes())
    items = json.loads(path.read_text("utf-8"))["items"]
    ids = [item["id"] for item in items]
    problems = [] if len(ids) == len(set(ids)) else ["an id is there twice"]
    for item in items:
        key = f"{item['_aggregator']['source']['id']} {item.get('url')} {item['title']}"
        if known.setdefault(key, item["id"]) != item["id"]:
            problems.append(f"another id for {key}")
    return problems


def grown(samples: Sequence[dict[str, float]]) -> list[str]:
    """Figures that went on growing after the first third; the store and its log may, entries are kept."""
    third = len(samples) // 3
    before, after = samples[third : 2 * third], samples[2 * third :]
    found = []
    for name in ("memory_mb", "workers_mb", "files", "threads"):
        then, now = (statistics.median(one[name] for one in part) for part in (before, after))
        if now > then * GROWTH:
            found.append(f"{name} grows: {then:.0f}, then {now:.0f}")
    return found


async def soak(folder: pathlib.Path, minutes: float, port: int) -> tuple[list[dict[str, float]], list[str]]:
    """The samples of so many minutes, and what was wrong."""
    newsroom = demo.Newsroom(seed=1, start=datetime.datetime.now(datetime.UTC), speed=4.0)
    await newsroom.start()
    samples, problems, known = list[dict[str, float]](), list[str](), dict[str, str]()
    try:
        (folder / "feeds.yaml").write_text(feeds(newsroom, port), "utf-8")
        async with daemon(folder) as process:
            seen, begun = psutil.Process(process.pid), time.monotonic()
            while time.monotonic() - begun < 60 * minutes and process.returncode is None:
                await asyncio.sleep(EVERY)
                samples.append(sample(seen, folder, begun))
                problems += await asyncio.to_thread(looked_through, folder, known)
        problems += [f"the daemon ended with {process.returncode}"] if process.returncode else []
    finally:
        await newsroom.stop()
    return samples, [*dict.fromkeys(problems), *grown(samples)]


def plot(samples: Sequence[dict[str, float]]) -> str:
    """Memory, open files and threads over time, as a picture."""
    width, height, left = 640, 240, 50
    last, most = samples[-1]["seconds"], max(1.1 * max(one["memory_mb"], one["workers_mb"], one["files"]) for one in samples)
    parts = []
    for place, (name, colour) in enumerate(COLOURS.items()):
        points = " ".join(
            f"{left + one['seconds'] / last * width:.1f},{20 + height * (1 - one[name] / most):.1f}" for one in samples
        )
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>')
        label = name.replace("_mb", ", MB").replace("_", " ")
        parts.append(f'<text x="{left + 130 * place}" y="{height + 55}" fill="{colour}">{label}</text>')
    for share in (0, 0.5, 1):
        parts.append(f'<text x="4" y="{24 + height * (1 - share):.0f}">{most * share:.0f}</text>')
        parts.append(f'<text x="{left + share * width - 10:.0f}" y="{height + 36}">{last * share / 60:.1f} min</text>')
    frame = f'<rect x="{left}" y="20" width="{width}" height="{height}" fill="none" stroke="#bbb"/>'
    size = f'width="{width + left + 40}" height="{height + 70}"'
    style = 'font-family="sans-serif" font-size="12" fill="#555"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g {style}>{frame}{"".join(parts)}</g></svg>\n'


def main() -> int:
    """Run, print the figures and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--port", type=int, default=8810)
    parser.add_argument("--csv", type=pathlib.Path, help="write the samples there")
    parser.add_argument("--svg", type=pathlib.Path, help="draw them there")
    options = parser.parse_args()
    server = subprocess.Popen([sys.executable, str(_server()), "--port", str(options.port)], stdout=subprocess.DEVNULL)
    try:
        time.sleep(2)
        with tempfile.TemporaryDirectory() as folder:
            samples, problems = asyncio.run(soak(pathlib.Path(folder), options.minutes, options.port))
            bugs = (pathlib.Path(folder) / "log").read_text("utf-8", "replace").count("Traceback")
        with urllib.request.urlopen(f"http://127.0.0.1:{options.port}/_log", timeout=60) as answer:
            asked = answer.read().count(b"\n")
    finally:
        server.terminate()
    if options.csv:
        with options.csv.open("w", newline="") as file:
            writer = csv.DictWriter(file, FIGURES)
            writer.writeheader()
            writer.writerows(samples)
    if options.svg:
        options.svg.write_text(plot(samples), "utf-8")
    for one in samples[:: max(1, len(samples) // 12)]:
        print("  ".join(f"{name} {one[name]:.0f}" for name in FIGURES))
    problems += [f"{bugs} tracebacks in the log"] if bugs else []
    print("\n".join(problems) or f"fine, after {asked:,} requests")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
