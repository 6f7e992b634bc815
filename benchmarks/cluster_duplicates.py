"""Are duplicates and stories right when several programs store what they polled?

    python -m benchmarks.cluster_duplicates DATA.jsonl.gz [--label near_dup_label] [--programs 4] [--orders 3]

Labelled articles arrive in the order of the file, each as a poll of its own: once in one program with SQLite, once dealt out to
several with PostgreSQL, which store in step: as many articles at the same time as there are programs. Precision, recall and F1 over
pairs of articles that were merged; beside them those of one program that is given the articles of a step in another order, for what
comes at the same time has none. With `--label story_label` pairs are of one story, and sources are those that the file names.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime
import gzip
import itertools
import json
import multiprocessing
import pathlib
import random
import sys
import tempfile
import threading
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any

ROOT = pathlib.Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
import server  # noqa: E402
from pipeline.desk import Desk  # noqa: E402

from aggregator.core import model  # noqa: E402
from aggregator.edges import store  # noqa: E402

SOURCES = 100
STORIES = "story_label"
BEGAN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
Articles = list[dict[str, Any]]


def main() -> None:
    """Print the figures of both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data")
    asked.add_argument("--label", default="near_dup_label")
    asked.add_argument("--programs", type=int, default=4)
    asked.add_argument("--orders", type=int, default=3)
    given = asked.parse_args()
    told = given.label == STORIES
    with gzip.open(given.data, "rt", encoding="utf8") as lines:
        articles = [one | {"feed": address(one, told=told)} for one in map(json.loads, lines)]
    with server.started() as postgres:
        measured("sqlite, 1 program", articles, given.label, store.SQLITE, 1)
        for seed in range(given.orders):
            measured("the same, a step in another order", mixed(articles, given.programs, seed), given.label, store.SQLITE, 1)
        measured(f"postgresql, {given.programs} programs", articles, given.label, postgres.database(), given.programs)


def measured(what: str, articles: Articles, label: str, engine: str, programs: int) -> None:
    """Print the figures of one way."""
    with tempfile.TemporaryDirectory() as folder:
        kept = dealt_out(folder, engine, articles, programs)
    found = {str(one.entry.link): (one.story or one.entry.id) if label == STORIES else one.group for one in kept}
    precision, recall = scored(articles, found, label)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{what:<35} P {precision:.4f} R {recall:.4f} F1 {f1:.4f}", flush=True)


def mixed(articles: Articles, programs: int, seed: int) -> Articles:
    """Articles of which those that would be stored in one step come in any order."""
    chance, steps = random.Random(seed), [articles[start : start + programs] for start in range(0, len(articles), programs)]
    return [one for step in steps for one in chance.sample(step, len(step))]


def dealt_out(folder: str, engine: str, articles: Articles, programs: int) -> list[model.Stored]:
    """The articles, after so many programs have stored them."""
    sources = sorted({one["feed"] for one in articles})
    with contextlib.closing(store.open_store(pathlib.Path(folder), engine)) as kept:
        desk = Desk(kept, *sources)
        if programs == 1:
            stored(desk, articles)
        else:
            spawn = multiprocessing.get_context("spawn")
            step = spawn.Barrier(programs)
            dealt = [articles[place::programs] for place in range(programs)]
            parts = [spawn.Process(target=work, args=(folder, engine, sources, part, step)) for part in dealt]
            for part in parts:
                part.start()
            for part in parts:
                part.join()
        return kept.newest([state.row for state in kept.sources()], 0, 1_000_000)


def work(folder: str, engine: str, sources: list[str], articles: Articles, step: threading.Barrier) -> None:
    """One program's part."""
    with contextlib.closing(store.open_store(pathlib.Path(folder), engine)) as kept:
        stored(Desk(kept, *sources), articles, step.wait)
    step.abort()  # who has an article more goes on alone


def stored(desk: Desk, articles: Articles, wait: Callable[[], object] = lambda: None) -> None:
    """Store articles one by one, each when all programs are that far."""
    for one in articles:
        with contextlib.suppress(threading.BrokenBarrierError):
            wait()
        came = model.Entry(id=one["id"], title=one["title"] or "", link=link(one), content=one["text"], published=moment(one))
        desk.bring(one["feed"], came, now=moment(one))


def link(one: dict[str, Any]) -> str:
    """An address that tells nothing."""
    return f"https://papers.example/{one['id']}"


def address(one: dict[str, Any], *, told: bool) -> str:
    """The source that is told, or one of a few: of one alone, an article under another link is the same entry, not a copy."""
    if told:
        return f"https://{urllib.parse.quote(one['source'], safe='')}.example/feed"
    return f"https://paper{zlib.crc32(one['id'].encode()) % SOURCES}.example/feed"


def moment(one: dict[str, Any]) -> datetime.datetime:
    """When an article came."""
    said = one.get("first_seen") or one.get("published")
    return datetime.datetime.fromisoformat(said.replace("Z", "+00:00")) if said else BEGAN


def scored(articles: Articles, found: dict[str, str], label: str) -> tuple[float, float]:
    """Precision and recall over pairs."""
    truth, made = (collections.defaultdict(set) for _ in range(2))
    for one in articles:
        if one.get(label) is not None:
            truth[one[label]].add(one["id"])
        made[found.get(link(one), one["id"])].add(one["id"])
    right, merged = pairs(truth.values()), pairs(made.values())
    return len(right & merged) / max(1, len(merged)), len(right & merged) / max(1, len(right))


def pairs(groups: Any) -> set[tuple[str, str]]:
    """All pairs of members of one group."""
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


if __name__ == "__main__":
    main()
