"""What finding duplicates and stories costs: documents per CPU second and memory, beside MinHash-LSH, and cost as the index grows.

    python -m benchmarks.dedupe [--documents 5000] [--words 150] [--data FILE.jsonl[.gz]] [--sizes 10000,100000]

Made-up articles of a Zipf-like vocabulary, a tenth of them edited copies of earlier ones; or those of a file of JSON Lines. Each
method runs in a process of its own over the same articles; datasketch and rensa only where they are installed (`pip install
datasketch rensa`), with 128 permutations and a threshold of 0.5, over the same shingles. `--sizes` fills the index with so many
articles and then measures the CPU time of one more. CPU time of the process, memory as the growth of its resident set.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import importlib.util
import itertools
import json
import multiprocessing
import pathlib
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from aggregator import filters
from aggregator.core import dedupe, text

LETTERS = "abcdefghijklmnoprstuvwz"
Line = dict[str, Any]


def made(count: int, words: int, seed: int = 1) -> Iterator[Line]:
    """So many articles of about so many words; the same seed makes the same."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))) for _ in range(60_000)]
    weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(vocabulary))))
    kept: list[list[str]] = []
    for number in range(count):
        said = chance.choices(vocabulary, cum_weights=weights, k=max(8, round(chance.gauss(words, words / 3))))
        if kept and chance.random() < 0.1:
            said = list(chance.choice(kept))
            said[chance.randrange(len(said))] = "edited"
        elif len(kept) < 500:
            kept.append(said)
        yield line(number, " ".join(said[:8]), " ".join(said))


def line(number: int, title: str, content: str) -> Line:
    """An article as the filter takes it, one every ten seconds."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_900_000_000 + 10 * number))
    address = f"https://s{number % 50}.example/{number}"
    return {"id": str(number), "source": f"s{number % 50}", "url": address, "title": title, "text": content, "published": at}


def ours(lines: Iterable[str]) -> int:
    """Duplicates found by `pipe dedupe`, which places stories too."""
    return sum(json.loads(answer)["duplicate_of"] is not None for answer, _ in filters.run("dedupe", lines))


def duplicates(lines: Iterable[str]) -> int:
    """The same without stories: what the peers do."""
    shelf, found = dedupe.Articles(), 0
    for number, written in enumerate(lines):
        told = json.loads(written)
        read = dedupe.read(told["title"], told["text"])
        sketch = dedupe.sketched(read, told["source"], dedupe.link_key(told["url"]), 0.0)
        item = dedupe.Item(str(number), str(number), 0.0, sketch)
        holders = shelf.holders(item)
        verdict = dedupe.duplicate(item, shelf.lookalikes(item, holders))
        merged = verdict is not None and verdict.confidence == "certain"
        shelf.add(dataclasses.replace(item, head=verdict.duplicate_of) if verdict and merged else item, holders)
        found += merged
    return found


def shingles(written: str) -> list[str]:
    """Runs of four words, for the peers."""
    said = text.words(json.loads(written)["text"])
    return [" ".join(run) for run in zip(said, said[1:], said[2:], said[3:], strict=False)]


def datasketch(lines: Iterable[str]) -> int:
    """Articles for which MinHashLSH has an earlier one."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    index, found = MinHashLSH(threshold=0.5, num_perm=128), 0
    for number, written in enumerate(lines):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([run.encode() for run in shingles(written)])
        found += bool(index.query(sketch))
        index.insert(number, sketch)
    return found


def rensa(lines: Iterable[str]) -> int:
    """Articles for which RMinHashLSH has an earlier one."""
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-not-found]

    index, found = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32), 0
    for number, written in enumerate(lines):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update(shingles(written))
        found += bool(index.query(sketch))
        index.insert(number, sketch)
    return found


def told(documents: int, words: int, data: pathlib.Path | None) -> list[str]:
    """The articles to run over, as lines of JSON."""
    if data is None:
        return [json.dumps(article) for article in made(documents, words)]
    with gzip.open(data, "rt") if data.suffix == ".gz" else data.open() as read:
        return list(itertools.islice(read, documents))


def measured(method: Callable[[Iterable[str]], int], documents: int, words: int, data: pathlib.Path | None) -> str:
    """One run in a process of its own, in words."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        count, found, seconds, grown = pool.apply(_run, (method, documents, words, data))
    each = grown / count * 100_000 / 1e6
    return f"{count / seconds:8.0f} documents/CPU s {each:8.0f} MB/100,000 {found:8d} duplicates"


def _run(
    method: Callable[[Iterable[str]], int], documents: int, words: int, data: pathlib.Path | None
) -> tuple[int, int, float, float]:
    lines = told(documents, words, data)
    method(lines[:20])
    memory, before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = method(lines)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return len(lines), found, time.process_time() - before, (after - memory) * 1024


def grown(size: int, words: int) -> str:
    """The cost of one article more in an index of this size."""
    answers = filters.run("dedupe", (json.dumps(article) for article in made(size + 1000, words)))
    for _ in itertools.islice(answers, size):
        pass
    before = time.process_time()
    for _ in answers:
        pass
    return f"{size:9,d} articles seen: {(time.process_time() - before) * 1000:6.0f} µs for one more, made and read included"


def main() -> None:
    """Print a line for each method, then one for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--words", type=int, default=150)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--sizes", default="")
    options = parser.parse_args()
    for method in (ours, duplicates, datasketch, rensa):
        if method in (ours, duplicates) or importlib.util.find_spec(method.__name__):
            print(f"{method.__name__:12s}", measured(method, options.documents, options.words, options.data), flush=True)
    for size in filter(None, options.sizes.split(",")):
        print(grown(int(size), options.words), flush=True)


if __name__ == "__main__":
    main()
