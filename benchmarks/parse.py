"""What reading a document costs when most of its entries are known, and whether what is read then is what a full reading gives.

    python -m benchmarks.parse [--rounds 3] [--subsets 3] [--least BYTES] FOLDER_OR_ZIP

Every file of a folder or a zip is read as a whole, then with all entries known but 0, 1 or 3, the first and random ones
(`--subsets` of each), and the head and every entry are compared. Times are CPU time of this process, the best of `--rounds`.
MANIFEST.jsonl is left out, what is no feed is counted and passed over. Printed is a JSON object.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import random
import statistics
import time
import zipfile
from collections.abc import Iterator

from aggregator.core import errors, model, parse

URL = "https://source.example/dir/feed"
UNKNOWN = (0, 1, 3)  # entries


def documents(place: pathlib.Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files in a zip or a folder."""
    if place.is_dir():
        yield from ((path.name, path.read_bytes()) for path in sorted(place.rglob("*")) if path.is_file())
    else:
        with zipfile.ZipFile(place) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist() if name != "MANIFEST.jsonl")


def timed(response: model.Response, known: frozenset[str], rounds: int) -> tuple[parse.Reading, float]:
    """A reading, and the CPU seconds that it took."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        found = parse.read(response, known)
        best = min(best, time.process_time() - begin)
    return found, best


def differs(whole: parse.Reading, part: parse.Reading, known: frozenset[str]) -> bool:
    """Whether the part is anything else than the whole without what is known."""
    rest = [(stamp, one) for stamp, one in zip(whole.stamps, whole.feed.entries, strict=True) if stamp not in known]
    head = model.Feed(**{name: getattr(whole.feed, name) for name in model.Feed.__slots__} | {"entries": part.feed.entries})
    carried = tuple(stamp for stamp in whole.stamps if stamp in known)
    return head != part.feed or list(zip(part.stamps, part.feed.entries, strict=True)) != rest or part.known != carried


def subsets(stamps: tuple[str, ...], unknown: int, count: int, chance: random.Random) -> Iterator[frozenset[str]]:
    """All stamps but a few: the first ones, then any."""
    distinct = list(dict.fromkeys(stamps))
    yield frozenset(distinct[unknown:])
    for _ in range(count if 0 < unknown < len(distinct) else 0):
        yield frozenset(distinct) - frozenset(chance.sample(distinct, unknown))


class Tally:
    """What was found over all documents."""

    def __init__(self, rounds: int, count: int) -> None:
        self.rounds = rounds
        self.count = count
        self.documents: collections.Counter[str] = collections.Counter()
        self.whole: collections.Counter[str] = collections.Counter()
        self.different: list[str] = []
        self.again: collections.Counter[str] = collections.Counter()
        self.compared = 0
        self.ratios: dict[int, list[tuple[float, float]]] = {unknown: [] for unknown in UNKNOWN}
        self.chance = random.Random(1)

    def take(self, name: str, body: bytes) -> None:
        """One document."""
        response = model.Response(URL, 200, body)
        try:
            whole, full = timed(response, frozenset(), self.rounds)
        except errors.ParseError:
            self.documents["no feed"] += 1
            return
        if not whole.stamps:
            kind = "read as a whole" if whole.feed.entries else "without entries"
            self.documents[kind] += 1
            self.whole[whole.whole] += kind == "read as a whole"
            return
        self.documents["taken apart"] += 1
        for unknown in UNKNOWN:
            if unknown < len(set(whole.stamps)):
                self.compare(name, response, (whole, full), unknown)

    def compare(self, name: str, response: model.Response, read: tuple[parse.Reading, float], unknown: int) -> None:
        """A document with all of its entries known but so many."""
        whole, full = read
        for place, known in enumerate(subsets(whole.stamps, unknown, self.count, self.chance)):
            part, seconds = timed(response, known, 1 if place else self.rounds)
            if part.whole:
                self.again[part.whole] += 1
                continue
            self.compared += 1
            if differs(whole, part, known):
                self.different.append(f"{name}, {unknown} unknown")
            if not place:
                self.ratios[unknown].append((full, seconds))

    def told(self) -> dict[str, object]:
        """All of it."""
        return {
            "documents": dict(self.documents),
            "read as a whole because": {why: count for why, count in self.whole.most_common() if count},
            "compared": self.compared,
            "different": self.different,
            "read again as a whole": dict(self.again),
            "cpu": {f"{unknown} unknown": _ratio(pairs) for unknown, pairs in self.ratios.items() if pairs},
        }


def _ratio(pairs: list[tuple[float, float]]) -> dict[str, float]:
    whole, part = (sum(times) for times in zip(*pairs, strict=True))
    return {
        "documents": len(pairs),
        "whole_ms": round(whole / len(pairs) * 1e3, 3),
        "part_ms": round(part / len(pairs) * 1e3, 3),
        "in_all": round(whole / part, 1),
        "median": round(statistics.median(one / other for one, other in pairs), 1),
    }


def main() -> None:
    """Read the options, print the object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--subsets", type=int, default=3)
    parser.add_argument("--least", type=int, default=1, help="bytes of a document that is looked at")
    options = parser.parse_args()
    tally = Tally(options.rounds, options.subsets)
    for name, body in documents(options.place):
        if len(body) >= options.least:
            tally.take(name, body)
    print(json.dumps(tally.told(), indent=1))


if __name__ == "__main__":
    main()
