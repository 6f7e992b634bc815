"""Extraction as the yardstick wants it, and, run as a program, what it costs beside trafilatura.

    python -m benchmarks.extract --data PAGES.jsonl.gz … [--limit 100]

Pages are records `{url, html}`. The ratio is CPU time of one process, page by page in turn; trafilatura is needed for it only.
"""

from __future__ import annotations

import argparse
import collections
import functools
import gzip
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import selectolax.lexbor

from aggregator.core import extract as room
from aggregator.core.extract import choose, features, head, markup, model, page


def extract(html: str, url: str) -> str:
    """The plain text of a page's article; empty when there is none."""
    found = room.extract(html, url)
    return found.text if found is not None else ""


def cleaned(html: str, url: str) -> str:
    """The same after cleaning, as the daemon and `pipe extract` do it."""
    from aggregator.core import clean, model

    found = room.extract(html, url)
    return (
        clean.clean(model.Entry("", title=found.title, link=url, content=found.content, base=url)).text if found is not None else ""
    )


def stages(html: str, spent: collections.defaultdict[str, float]) -> None:
    """One page through the stages one by one; adds the seconds of CPU of each."""
    weights = model.model()

    def timed(name: str, work: Callable[[], Any]) -> Any:
        before = time.process_time()
        result = work()
        spent[name] += time.process_time() - before
        return result

    tree = timed("parse", lambda: selectolax.lexbor.LexborHTMLParser(html))
    told = timed("head", lambda: head.read(tree))
    blocks = timed("blocks", lambda: page.read(tree.body))
    rows = timed("features", lambda: features.rows(blocks, told, weights.lexica))
    scores = timed("model", lambda: weights.scores(rows))
    chosen = choose.choose(blocks.blocks, scores, weights.threshold)
    timed("markup", lambda: markup.pieces(blocks, chosen, lambda address: address) if chosen else [])


def main() -> None:
    """Print the ratio of CPU time, and the shares of the stages."""
    import trafilatura

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=100, help="pages of each file")
    options = parser.parse_args()
    peer = functools.partial(trafilatura.extract, include_comments=False)
    spent: collections.defaultdict[str, float] = collections.defaultdict(float)
    total: collections.defaultdict[str, float] = collections.defaultdict(float)
    for number, record in enumerate(_pages(options.data, options.limit)):
        for name, work in (("ours", extract), ("trafilatura", lambda html, url: peer(html, url=url))):
            before = time.process_time()
            work(record["html"], record["url"])
            total[name] += (time.process_time() - before) * (number >= 3)  # the first pages pay for imports
        stages(record["html"], spent)
    print(f"{total['trafilatura'] / total['ours']:.2f} x as fast as trafilatura over {number + 1} pages")
    whole = sum(spent.values())
    print(", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in sorted(spent.items(), key=lambda one: -one[1])))


def _pages(paths: list[str], limit: int) -> Iterator[dict[str, Any]]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(limit), lines, strict=False):
                yield json.loads(line)


if __name__ == "__main__":
    main()
