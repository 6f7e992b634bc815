"""What storing and comparing a new entry costs as the store grows, within the window and beyond it.

    python -m benchmarks.store [--stored 10000,100000,1000000] [--window 10000] [--new 1000] [--words 150]

For each size a store of its own is filled with made-up entries, of one source for each thousand: `--window` of them are
recent and were compared as the daemon does, the rest are older than the window. Then `--new` more come in polls of ten, one
transaction each. CPU time of the process per entry, the share of it that comparing takes, bytes of the database per entry
and what its parts take of that.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import datetime
import itertools
import pathlib
import pstats
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence

from aggregator.core import dedupe, model, polls
from aggregator.edges import store
from aggregator.pipeline import absorb, compare
from benchmarks.dedupe import made

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
POLL = 10  # entries
EACH = 1_000  # stored entries of a source: a store grows by sources
LEAST = 50  # sources
PARTS = ("entries", "aliases", "sketch", "stamps")  # tables with their indexes, the largest


def entries(count: int, words: int, seed: int) -> Iterator[model.Cleaned]:
    """Made-up entries as cleaned, a tenth of them edited copies of earlier ones."""
    for line in made(count, words, seed):
        link = line["url"].replace("/" + line["id"], f"/{seed}-{line['id']}")
        entry = model.Entry(f"{seed}-{line['id']}", title=line["title"], link=link, content=f"<p>{line['text']}</p>")
        yield model.Cleaned(entry, line["text"])


def poll(state: model.SourceState, brought: Sequence[model.Cleaned], now: datetime.datetime) -> absorb.Poll:
    """A poll that brings these entries."""
    outcome = polls.Updated(
        response=model.Response(state.url, 200),
        body_hash=str(now),
        feed=model.Feed(title=state.url),
        fresh=tuple(polls.Fresh(cleaned.entry, cleaned) for cleaned in brought),
        unchanged=frozenset(),
        dates=(),
        seen=len(brought),
    )
    return absorb.Poll(state, polls.settle(state, outcome, polls.Pace(), now, 0.5), outcome)


def old(into: store.Store, states: Sequence[model.SourceState], count: int, words: int) -> None:
    """Fill in entries from before the window, which nothing is compared with."""
    for number, part in enumerate(iter(lambda made_up=entries(count, words, 2): list(itertools.islice(made_up, 1000)), [])):
        state = states[number % len(states)]
        identified = dedupe.identify(state.first_url, dedupe.describe([(cleaned.entry, cleaned) for cleaned in part]), {})
        seen = NOW - datetime.timedelta(days=100)
        with into.writing() as writing:
            writing.insert([store.Record(state.row, one, one.cleaned.entry, seen, seen, None) for one in identified])
            writing.remember(state.row, {key: one.id for one in identified for key in one.keys}, seen)
            writing.present(state.row, frozenset(), seen)


def recent(into: store.Store, states: Sequence[model.SourceState], brought: Iterator[model.Cleaned], size: int) -> Iterator[float]:
    """Store entries in polls of so many, one transaction each; the CPU seconds of each poll."""
    for number, part in enumerate(iter(lambda: list(itertools.islice(brought, size)), [])):
        state, now = states[number % len(states)], NOW + datetime.timedelta(seconds=number)
        begun = time.process_time()
        absorb.absorb(into, [poll(state, part, now)], now)
        yield time.process_time() - begun


def measured(stored: int, window: int, new: int, words: int, folder: pathlib.Path) -> str:
    """One line of figures."""
    into = store.open_store(folder)
    named = [store.Enrolment(f"https://s{number}.example/feed", None) for number in range(max(LEAST, stored // EACH))]
    into.enrol(named, [], "http://127.0.0.1/", NOW)
    states = into.sources()
    old(into, states, max(0, stored - window), words)
    for _ in recent(into, states, entries(min(window, stored), words, 3), 250):
        pass
    profile = cProfile.Profile()
    plain = list(recent(into, states, entries(new, words, 4), POLL))
    profile.enable()
    list(recent(into, states, entries(new // 10, words, 5), POLL))
    profile.disable()
    stats = pstats.Stats(profile)
    whole = _seconds(stats, absorb.absorb)
    share = (_seconds(stats, compare.compare) + _seconds(stats, compare.keep)) / whole
    into.close()
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / (stored + new)
    each = sum(plain) / new * 1e6
    sizes = f"{stored:9,d} stored, {min(window, stored):7,d} in the window"
    parts = _parts(folder / store.FILE, stored + new)
    return f"{sizes}: {each:6.0f} µs an entry, {share:4.0%} of it comparing; {size:6,.0f} bytes an entry{parts}"


def _parts(path: pathlib.Path, entries: int) -> str:
    """What the parts of the file take of that; "" where SQLite was made without dbstat."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            sizes = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
        except sqlite3.OperationalError:
            return ""
    found = {part: sum(size for name, size in sizes.items() if part in name) / entries for part in PARTS}
    return " (" + ", ".join(f"{part} {each:,.0f}" for part, each in found.items()) + ")"


def _seconds(stats: pstats.Stats, of: object) -> float:
    """The time spent in a function and in what it calls."""
    code = of.__code__  # type: ignore[attr-defined]
    return float(stats.stats[(code.co_filename, code.co_firstlineno, code.co_name)][3])  # type: ignore[attr-defined]


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", default="10000,100000,1000000")
    parser.add_argument("--window", type=int, default=10_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--words", type=int, default=150)
    options = parser.parse_args()
    for size in options.stored.split(","):
        with tempfile.TemporaryDirectory() as folder:
            print(measured(int(size), options.window, options.new, options.words, pathlib.Path(folder)), flush=True)


if __name__ == "__main__":
    main()
