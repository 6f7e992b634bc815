"""The stages as Unix filters: JSON Lines in, JSON Lines out, in order."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from aggregator.core import clean, dedupe, extract, model, text, urls

Line = dict[str, Any]
STAGES = ("extract", "clean", "dedupe")


class BadLine(ValueError):
    """A line that cannot be worked on; the text says why."""


def run(stage: str, lines: Iterable[str], *, learn: bool = True) -> Iterator[tuple[str, bool]]:
    """The answer to each line, and whether it is a good one; a bad line is answered by `{id?, error}` in its place."""
    if stage == "clean":
        yield from _clean(lines, learn)
        return
    work = {"extract": _extract, "dedupe": _Deduper().answer}[stage]
    for line in lines:
        yield _answered(line, work)


def _answered(line: str, work: Callable[[Line], Line]) -> tuple[str, bool]:
    read: Line = {}
    try:
        read = _read(line)
        return json.dumps(read | work(read), ensure_ascii=False), True
    except BadLine as error:
        named = {"id": read["id"]} if "id" in read else {}
        return json.dumps(named | {"error": str(error)}, ensure_ascii=False), False


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _read(line: str) -> Line:
    try:
        read = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(read, dict):
        raise BadLine("not a JSON object")
    return read


def _text(line: Line, name: str, default: str | None = "") -> str:
    value = line.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadLine(f'"{name}" must be text' if name in line else f'"{name}" is missing')
    return text.printable(value)


def _extract(line: Line) -> Line:
    url, html = urls.gate(_text(line, "url")) or "", _text(line, "html", None)
    page = extract.extract(html, url)
    if page is None:
        return {"title": "", "content": "", "text": "", "published": None, "authors": []}
    cleaned = clean.clean(model.Entry("", title=page.title, link=url or None, content=page.content, base=url))
    return {
        "title": page.title,
        "content": cleaned.entry.content,
        "text": cleaned.text,
        "published": page.published and page.published.isoformat(),
        "authors": list(page.authors),
    }


def _clean(lines: Iterable[str], learn: bool) -> Iterator[tuple[str, bool]]:  # noqa: FBT001
    """The whole input is read first: what recurs in a source can only be known then."""
    taken = list(lines)
    learned = _learned(taken) if learn else {}

    def work(line: Line) -> Line:
        known = learned.get(_text(line, "source"), clean.Learned())
        if "content" in line:
            cleaned = clean.clean(_entry(line), learned=known)
            said, removed = cleaned.text, cleaned.removed
            return {"content": cleaned.entry.content, "text": said, "removed": _removed(removed)}
        said, removed = clean.clean_text(_text(line, "title"), _text(line, "text", None), clean.Policy(), known)
        return {"text": said, "removed": _removed(removed)}

    for line in taken:
        yield _answered(line, work)


def _removed(removed: Iterable[model.Removal]) -> list[dict[str, str]]:
    return [{"text": removal.text, "rule": removal.rule, "class": removal.kind} for removal in removed]


def _entry(line: Line) -> model.Entry:
    url = urls.gate(_text(line, "url")) or ""
    return model.Entry("", title=_text(line, "title"), link=url or None, content=_text(line, "content"), base=url)


def _whole(line: Line) -> str:
    """The text of an article, what recurs in it included."""
    return clean.clean(_entry(line)).text if "content" in line else _text(line, "text")


def _learned(lines: Iterable[str]) -> dict[str, clean.Learned]:
    """What recurs in each source; the same url or the same text counts once, under whatever id."""
    articles: dict[str, list[tuple[tuple[str, ...], str]]] = collections.defaultdict(list)
    met: set[tuple[str, str]] = set()
    for line in lines:
        try:
            read = _read(line)
            source, url = _text(read, "source"), urls.normalise(_text(read, "url"))
            blocks = tuple(_whole(read).split("\n\n"))
        except BadLine:
            continue
        names = {(source, url), (source, text.digest(*blocks))} - {(source, "")}
        if not names & met:
            articles[source].append((blocks, _text(read, "title")))
        met |= names
    return {source: clean.learn(blocks) for source, blocks in articles.items()}


class _Deduper:
    """Remembers what has passed, as long as the window."""

    def __init__(self) -> None:
        self._articles, self._stories = dedupe.Articles(), dedupe.Stories()
        self._frequencies, self._clock = dedupe.Frequencies(), dedupe.Clock()

    def answer(self, line: Line) -> Line:
        name, link = _text(line, "id", None), dedupe.link_key(_text(line, "url"))
        read = dedupe.read(_text(line, "title"), _text(line, "text"))
        published, first_seen = _moment(line.get("published")), _moment(line.get("first_seen"))
        seen = self._clock.seen(published if first_seen is None else first_seen)
        sketch = dedupe.sketched(read, _text(line, "source"), link, seen if published is None else published)
        item = dedupe.Item(name, name, seen, sketch)
        holders = self._articles.holders(item)
        verdict = dedupe.duplicate(item, self._articles.lookalikes(item, holders))
        head = verdict.duplicate_of if verdict and verdict.confidence == "certain" else None
        story = self._story(item, read) if head is None else self._articles.story_of(head)
        self._articles.add(dataclasses.replace(item, head=head or name, story=story), holders)
        self._articles.tidy(self._clock.now())
        why = verdict and verdict.why | {"confidence": verdict.confidence, "entry": verdict.duplicate_of}
        return {"duplicate_of": head, "story": story, "why": why}

    def _story(self, item: dedupe.Item, read: dedupe.Read) -> str:
        self._stories.tidy(self._clock.now())
        words = dedupe.words_of(read)
        topic = dedupe.topic(words, self._frequencies)
        found = self._stories.find(topic, item.sketch.source, item.seen)
        self._frequencies.learn(words.numbers, found[1].words if found else ())
        return self._stories.grow(found, item.id, topic, item.sketch.source, item.seen)


def _moment(value: object) -> float | None:
    """A date in seconds since 1970; None for what is no date."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
