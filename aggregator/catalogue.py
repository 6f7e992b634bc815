"""The sources of feeds.yaml as a list: shown, added to, taken from, exchanged with other readers as OPML."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import math
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator.core import amounts, config, errors, model, render, urls
from aggregator.core.config import edit
from aggregator.edges import config_file, publish, store

_HIDDEN = "…"  # stands in addresses for a password or a key that is not shown
STDIN = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """What an edit of feeds.yaml did: the lines put in or taken out, and of which sources, by address."""

    file: str
    lines: tuple[tuple[int, str], ...] = ()
    sources: tuple[str, ...] = ()
    there: tuple[str, ...] = ()  # those that were there already
    refused: tuple[tuple[str, str], ...] = ()  # addresses that cannot be sources, and why
    written: bool = True  # False: it was only tried


def add(path: pathlib.Path, items: Sequence[edit.Item], *, dry: bool = False) -> Edit:
    """Put sources at the end of the list, but for those that are there already. A feeds.yaml that is not there is made.

    Raises ConfigError: the file does not validate, or cannot be edited.
    """
    text, read = _text(path)
    known = [source.url for source in read.sources] if read else []
    new, there, refused = _sorted(items, known, path.name)
    if not new:
        return Edit(path.name, there=there, refused=refused, written=False)
    done = edit.added(text, new, path.name)
    wanted = known + [str(item["url"]) for item in new]
    _write(path, text, done.text, wanted, dry=dry)
    return Edit(path.name, done.lines, tuple(map(urls.redact, wanted[len(known) :])), there, refused, written=not dry)


def remove(path: pathlib.Path, data: pathlib.Path | None, names: Sequence[str], *, dry: bool = False) -> Edit:
    """Take the sources out that are called so: by name, address, or the title that the store knows.

    Their entries leave the outputs and stay in the store until retention takes them. Raises ConfigError, UnknownSource.
    """
    read, text = config_file.read(path, data).config, config_file.text(path)
    titles = _titles(path, data)
    places = sorted({place for name in names for place in _called(read, titles, name)})
    own = edit.count(text, path.name)
    if elsewhere := [read.sources[place].url for place in places if place >= own]:
        raise errors.UnknownSource(f"{urls.redact(elsewhere[0])} stands in what {path.name} includes; edit that one")
    done = edit.removed(text, places, path.name)
    wanted = [source.url for place, source in enumerate(read.sources) if place not in places]
    if not wanted:
        raise errors.UnknownSource("these are all the sources there are, and feeds.yaml needs one; add another one first")
    _write(path, text, done.text, wanted, data, dry=dry)
    return Edit(path.name, done.lines, tuple(urls.redact(read.sources[place].url) for place in places), written=not dry)


def _called(read: config.Config, titles: Mapping[str, str], name: str) -> list[int]:
    named = [place for place, one in enumerate(read.sources) if name in (one.name, one.url, urls.redact(one.url))]
    named = named or [place for place, one in enumerate(read.sources) if _same(one.url, name)]
    named = named or [place for place, one in enumerate(read.sources) if titles.get(one.url) == name]
    if len(named) == 1:
        return named
    if named:
        listed = ", ".join(urls.redact(read.sources[place].url) for place in named)
        raise errors.UnknownSource(f'several sources are called "{name}"; name one by its address: {listed}')
    raise errors.UnknownSource(f'no source is called "{name}"; `aggregator sources` lists those there are')


def _same(one: str, other: str) -> bool:
    return bool(urls.gate(other)) and urls.normalise(one) == urls.normalise(other)


def _text(path: pathlib.Path) -> tuple[str, config.Config | None]:
    """A feeds.yaml as it is written and what it says; none and nothing when there is no file. Raises ConfigError."""
    if not path.exists():
        return "", None
    return config_file.text(path), config_file.read(path).config


def _sorted(
    items: Sequence[edit.Item], known: Sequence[str], name: str
) -> tuple[list[edit.Item], tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Those to be added, those that are there, those that cannot be, and why."""
    keys = {key for url in known for key in (urls.normalise(url), urls.redact(url))}
    new, there, refused = [], [], []
    for item in items:
        url = str(item["url"])
        key = urls.normalise(url)
        if key in keys or url in keys:
            there.append(urls.redact(url))
        elif _HIDDEN in url:
            refused.append((url, "its password or key was left out of the list; add it by its whole address"))
        elif said := _mistake(item, name):
            refused.append((urls.redact(url), said))
        else:
            keys |= {key, urls.redact(url)}
            new.append(item)
    return new, tuple(there), tuple(refused)


def _mistake(item: edit.Item, name: str) -> str:
    """Why this cannot be a source; "" when it can."""
    if any("${" in str(value) for value in item.values()):
        return "${ stands for the environment in feeds.yaml; write this one by hand"
    try:
        config.load(edit.added("", [item], name).text, name)
    except errors.ConfigError as error:
        return error.problems[0].message
    return ""


def _write(
    path: pathlib.Path, before: str, after: str, wanted: Sequence[str], data: pathlib.Path | None = None, *, dry: bool
) -> None:
    """Write a feeds.yaml that validates and names just these sources. Raises ConfigError; then it is as it was."""
    read = config_file.parsed(after, path, data)
    if sorted(source.url for source in read.sources) != sorted(wanted):
        problem = errors.Problem(1, 1, "this file cannot be edited safely; edit it by hand")
        raise errors.ConfigError(path.name, (problem,))
    if not dry:
        config_file.write(path, before, after)


def sources(path: pathlib.Path, data: pathlib.Path | None, category: str | None = None) -> list[dict[str, Any]]:
    """The sources of feeds.yaml with what it says of them, those of a category if one is named. Raises ConfigError."""
    read, titles = config_file.read(path, data).config, _titles(path, data)
    return [
        {
            "source": source.name or titles.get(source.url) or urls.redact(source.url),
            "url": urls.redact(source.url),
            "categories": list(source.categories),
            "settings": settings(source),
            "rules": len(source.rules),
            "outputs": [output.name for output in read.outputs if source in config.chosen(output, read.sources)],
        }
        for source in read.sources
        if category is None or category in source.categories
    ]


def settings(source: config.Source) -> dict[str, str]:
    """What feeds.yaml says of a source besides its name and its categories, as text; neither headers nor rules."""
    given = {name: getattr(source, name) for name in config.LISTED}
    usual = config.Source(url=source.url)
    return {name: _said(value) for name, value in given.items() if value != getattr(usual, name)}


def _said(value: Any) -> str:
    if isinstance(value, datetime.timedelta):
        return amounts.said(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "off" if math.isinf(value) else f"{value:.4%}".rstrip("0%").rstrip(".") + "%"
    return str(value)


def _titles(path: pathlib.Path, data: pathlib.Path | None) -> dict[str, str]:
    """What sources call themselves, by address, as far as there is a store that can be read."""
    return {state.url: state.title for state in _states(path, data)}


def _states(path: pathlib.Path, data: pathlib.Path | None) -> list[model.SourceState]:
    loaded = config_file.read(path, data)
    settings = loaded.config.settings
    folder = data or loaded.at(settings.data)
    if not store.exists(folder, settings.store):
        return []
    try:
        with contextlib.closing(store.open_store(folder, settings.store, read_only=True)) as kept:
            return kept.sources()
    except errors.StoreError:
        return []  # what is in feeds.yaml can be told without it


def export(path: pathlib.Path, data: pathlib.Path | None) -> bytes:
    """The sources as OPML, for any reader; what only feeds.yaml says is in attributes of our own. Raises ConfigError."""
    read, states = config_file.read(path, data).config, {state.url: state for state in _states(path, data)}
    rows = [_row(source, states.get(source.url)) for source in read.sources]
    return render.opml("Sources", rows)


def _row(source: config.Source, state: model.SourceState | None) -> render.SourceRow:
    url = urls.redact(source.url)
    title = source.name or (state.title if state else "")
    return render.SourceRow(title, state.link if state else None, url, source.categories, settings(source))


def save(data: bytes, path: pathlib.Path) -> pathlib.Path:
    """Put a list into a file, whole or not at all; where that is. Raises PublishError."""
    target = path.resolve()
    publish.publish(target, data)
    return target


def listed(data: bytes, categories: Sequence[str] = ()) -> tuple[edit.Item, ...]:
    """The sources that an OPML list names, besides its folders in these categories. Raises ParseError."""
    return tuple(_also(item, categories) for item in config.listed(data))


def _also(item: dict[str, Any], categories: Sequence[str]) -> edit.Item:
    topics = list(dict.fromkeys((*item.get("categories", ()), *categories)))
    return item | ({"categories": topics} if topics else {})


def opml_file(name: str, most: int) -> bytes:
    """An OPML file, or stdin for `-`. Raises FetchError."""
    try:
        with contextlib.ExitStack() as stack:
            file = sys.stdin.buffer if name == STDIN else stack.enter_context(open(name, "rb"))
            data = file.read(most + 1)
    except OSError as error:
        raise errors.FetchError(f"{name}: cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise errors.TooLarge(f"{name}: larger than {most} bytes; raise settings.limits.body if it may be")
    return data
