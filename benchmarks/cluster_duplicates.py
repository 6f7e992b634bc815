"""Are duplicates right when several programs store what they polled?

    python -m benchmarks.cluster_duplicates DATA.jsonl.gz [--label near_dup_label] [--programs 4]

Labelled articles arrive in the order of the file, each as a poll of its own: once in one program with SQLite, once dealt out to
several with PostgreSQL, which store at the same time. Precision, recall and F1 over pairs of articles that were merged.
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
import sys
import tempfile
import zlib
from typing import Any

ROOT = pathlib.Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
import server  # noqa: E402
from pipeline.desk import Desk  # noqa: E402

from aggregator.core import model  # noqa: E402
from aggregator.edges import store  # noqa: E402

SOURCES = 100
BEGAN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
Articles = list[dict[str, Any]]


def main() -> None:
    """Print the figures of both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data")
    asked.add_argument("--label", default="near_dup_label")
    asked.add_argument("--programs", type=int, default=4)
    given = asked.parse_args()
    with gzip.open(given.data, "rt", encoding="utf8") as lines:
        articles = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as folder, server.started() as postgres:
        for engine, programs in ((store.SQLITE, 1), (postgres.database(), given.programs)):
            found = dealt_out(folder, engine, articles, programs)
            precision, recall = scored(articles, found, given.label)
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{programs} program(s) {engine.partition(':')[0]}: P {precision:.4f} R {recall:.4f} F1 {f1:.4f}", flush=True)


def dealt_out(folder: str, engine: str, articles: Articles, programs: int) -> dict[str, str]:
    """The group of each article by its link, after so many programs have stored them."""
    sources = sorted({address(one) for one in articles})
    with contextlib.closing(store.open_store(pathlib.Path(folder), engine)) as kept:
        desk = Desk(kept, *sources)
        if programs == 1:
            stored(desk, articles)
        else:
            fork = multiprocessing.get_context("spawn")
            parts = [
                fork.Process(target=work, args=(folder, engine, sources, articles[place::programs])) for place in range(programs)
            ]
            for part in parts:
                part.start()
            for part in parts:
                part.join()
        rows = [state.row for state in kept.sources()]
        return {str(one.entry.link): one.group for one in kept.newest(rows, 0, 1_000_000)}


def work(folder: str, engine: str, sources: list[str], articles: Articles) -> None:
    """One program's part."""
    with contextlib.closing(store.open_store(pathlib.Path(folder), engine)) as kept:
        stored(Desk(kept, *sources), articles)


def stored(desk: Desk, articles: Articles) -> None:
    """Store articles one by one."""
    for one in articles:
        came = model.Entry(id=one["id"], title=one["title"] or "", link=link(one), content=one["text"], published=moment(one))
        desk.bring(address(one), came, now=moment(one))


def link(one: dict[str, Any]) -> str:
    """An address that tells nothing."""
    return f"https://papers.example/{one['id']}"


def address(one: dict[str, Any]) -> str:
    """One of a few sources: of one source alone, an article that comes again under another link is the same entry, not a copy."""
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
