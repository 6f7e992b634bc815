"""What cleaning costs: CPU time per entry, and which stages take it.

    python -m benchmarks.clean [--entries 200] [--size 20000] [--data FILE.jsonl[.gz] …]

Made-up entries of a given size (paragraphs with links, headings, lists, figures, quotations, boilerplate), or those of files of
JSON Lines with `content` (HTML) or `text`, and `title` and `source` where they have them. An entry is learned from and cleaned
with what its source repeats. Times are CPU time of this process, the best of three runs over everything, in milliseconds.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import html
import json
import pathlib
import random
import statistics
import time
from collections.abc import Iterator

from aggregator.core import clean, model
from aggregator.core.clean import blocks, prepare

WORDS = (
    "the harbour council ferry crane said that lemons were on deck when storm came over quay and nobody knew who had asked for "
    "them captain mate island evening paint wage vote letter minister bridge school river north price market of to in a was for"
).split()
BOILERPLATE = (
    '<p><em>Sign up to our <a href="https://quay.example/letters">newsletter</a> and get the harbour news in your inbox.</em></p>',
    '<p><strong>Read more: <a href="https://quay.example/crane">Why the old crane will stay</a></strong></p>',
    "<p>Advertisement</p>",
    '<p>The post <a href="https://quay.example/a">Lemons</a> appeared first on <a href="https://quay.example">Quay</a>.</p>',
    '<p><a href="https://social.example/quay">Follow us on Facebook</a></p>',
    "<p>The Quay Gazette is folded by hand and carried to your door by people who know the way.</p>",
)


def made(number: int, size: int) -> model.Entry:
    """An entry of about so many characters of HTML; the same number makes the same entry."""
    chance = random.Random(number)
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(chance.choice((paragraph, paragraph, paragraph, paragraph, paragraph, heading, listed, figure, quote))(chance))
    for piece in BOILERPLATE:
        parts.insert(chance.randrange(len(parts)), piece)
    return model.Entry(str(number), title=sentence(chance), link=f"https://quay.example/{number}", content="\n".join(parts))


def sentence(chance: random.Random) -> str:
    """Words that begin with a capital and end in a full stop."""
    return " ".join(chance.choices(WORDS, k=chance.randint(8, 30))).capitalize() + "."


def paragraph(chance: random.Random) -> str:
    """A few sentences, some of them with a link."""
    said = [sentence(chance) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.4:
        said.append(f'<a href="https://quay.example/{chance.random()}?utm_source=feed">{sentence(chance)}</a>')
    return f'<p class="body">{" ".join(said)}</p>'


def heading(chance: random.Random) -> str:
    """A line between paragraphs."""
    return f"<h2>{' '.join(chance.choices(WORDS, k=5)).capitalize()}</h2>"


def listed(chance: random.Random) -> str:
    """A list of short sentences."""
    return f"<ul>{''.join(f'<li>{sentence(chance)}</li>' for _ in range(4))}</ul>"


def figure(chance: random.Random) -> str:
    """A picture with a caption."""
    return f'<figure><img src="/i/{chance.random()}.jpg" width="800"><figcaption>{sentence(chance)}</figcaption></figure>'


def quote(chance: random.Random) -> str:
    """What somebody says."""
    return f"<blockquote><p>{sentence(chance)}</p></blockquote>"


def read(path: pathlib.Path) -> Iterator[tuple[str, model.Entry]]:
    """The entries of a file, each with its source."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            said = line.get("text") or "\n\n".join(line.get("blocks", ()))
            content = line.get("content") or "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in said.split("\n\n"))
            entry = model.Entry(str(line.get("id")), title=line.get("title") or "", link=line.get("url"), content=content)
            yield str(line.get("source") or line.get("site")), entry


STAGES = ("parse", "split", "learn", "rules", "sanitise")


def spent(entry: model.Entry, learned: clean.Learned) -> dict[str, float]:
    """CPU milliseconds of each stage for one entry. `read` is parsing and mending, `learn` what the source is taught by it."""
    times = [time.process_time_ns()]

    def lap() -> float:
        times.append(time.process_time_ns())
        return (times[-1] - times[-2]) / 1e6

    tree = prepare.tree(entry.content, entry.base or entry.link or "")
    read = lap()
    parts = blocks.split(tree)
    split = lap()
    clean.marks([block.text for block in parts if block.text], entry.title)
    learn = lap()
    cleaned = clean.clean(entry, clean.Policy(), learned, parts)
    whole = lap()
    clean.sanitise(cleaned.entry.content)
    sanitise = lap()
    return dict(zip(STAGES, (read, split, learn, max(0.0, whole - sanitise), sanitise), strict=True))


def marks(entry: model.Entry) -> tuple[clean.Mark, ...]:
    """What is counted of an entry."""
    return clean.marks([block.text for block in clean.read(entry) if block.text], entry.title)


def measured(entries: list[tuple[str, model.Entry]], runs: int) -> list[dict[str, float]]:
    """The stages of each entry, in the best of some runs; a run before them compiles what is compiled once."""
    taught: dict[str, clean.Memory] = collections.defaultdict(clean.Memory)
    for source, entry in entries:
        taught[source] = taught[source].taught([marks(entry)])
    learned = {source: memory.learned() for source, memory in taught.items()}
    rounds = [[spent(entry, learned[source]) for source, entry in entries] for _ in range(runs + 1)][1:]
    return [min(times, key=lambda stages: sum(stages.values())) for times in zip(*rounds, strict=True)]


def report(name: str, entries: list[tuple[str, model.Entry]], runs: int) -> str:
    """One line of figures for people."""
    found = measured(entries, runs)
    totals = sorted(sum(stages.values()) for stages in found)
    shares = {stage: sum(stages[stage] for stages in found) / sum(totals) for stage in STAGES}
    size = statistics.median(len(entry.content) for _, entry in entries)
    told = "  ".join(f"{stage} {share:.0%}" for stage, share in shares.items())
    worst = totals[min(len(totals) - 1, round(len(totals) * 0.95))]
    return (
        f"{name:24} {len(entries):5} entries of {size:6.0f}  median {statistics.median(totals):.2f} ms  p95 {worst:.2f} ms  {told}"
    )


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200)
    parser.add_argument("--size", type=int, default=20_000, help="characters of HTML of a made-up entry")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=pathlib.Path, nargs="*", default=[])
    options = parser.parse_args()
    print(report("made up", [("made up", made(i, options.size)) for i in range(options.entries)], options.runs))
    for path in options.data:
        print(report(path.name, list(read(path))[: options.entries], options.runs))


if __name__ == "__main__":
    main()
