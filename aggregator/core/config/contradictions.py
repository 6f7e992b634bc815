"""What the keys of feeds.yaml say against each other, looked for in the plain data, so that it is told with all other mistakes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aggregator.core import curate, errors, urls
from aggregator.core.config import document, including, shape

_Found = tuple[document.Path, str]

_OUTPUT_NAME = re.compile(r"[a-z0-9-]+")


def contradictions(data: Mapping[str, Any], read: document.Document) -> Iterator[errors.Problem]:
    """Problems at the places of the values that contradict others."""
    choices = () if _follows(read) else _of_choices(data)
    for path, message in (*_of_names(data, read), *choices, *_of_settings(data), *_of_rules(data)):
        yield read.problem(path, message)


def open_choices(read: document.Document) -> Iterator[errors.Problem]:
    """Categories and sources that are not there now, but may be when a list elsewhere names them: no reason to refuse anything."""
    data = read.data if _follows(read) else {}
    yield from (read.problem(path, message) for path, message in _of_choices(data))


def _follows(read: document.Document) -> bool:
    """Whether it includes lists elsewhere."""
    return any(including.is_remote(name) for _, name in including.names(read))


def _of_names(data: Mapping[str, Any], read: document.Document) -> Iterator[_Found]:
    sources, outputs = _sources(data), _listed(data.get("outputs"))
    if not data.get("sources") and not _follows(read):
        yield ("sources",), "no source is named; name at least one under sources:"
    yield from ((("sources", i, "url"), f"{urls.redact(v)} is named twice") for i, v in _twice(sources, "url"))
    yield from ((("sources", i, "name"), f'another source is called "{v}" too') for i, v in _twice(sources, "name"))
    yield from ((("outputs", i, "name"), f'another output is called "{v}" too') for i, v in _twice(outputs, "name"))
    for i, name in _each(outputs, "name"):
        if not _OUTPUT_NAME.fullmatch(name) or name in shape.RESERVED:
            message = f'"{name}" cannot name an output; use a-z, 0-9 and hyphens, and not {", ".join(shape.RESERVED)}'
            yield ("outputs", i, "name"), message


def _of_choices(data: Mapping[str, Any]) -> Iterator[_Found]:
    """Categories and sources that are named but not there."""
    sources = _sources(data)
    categories = {category for _, category in _each(sources, "categories")}
    names = {name for key in ("name", "url") for _, name in _each(sources, key)}
    for key, known in (("categories", categories), ("sources", names)):
        for i, output in enumerate(_listed(data.get("outputs"))):
            for j, word in enumerate(_texts(output, key)):
                if word not in known:
                    yield ("outputs", i, key, j), _no_such(key, word, known)
    for word in _mapped(data.get("categories")):
        if word not in categories:
            yield ("categories", word), _no_such("categories", word, categories)


def _of_settings(data: Mapping[str, Any]) -> Iterator[_Found]:
    """What settings ask of each other, and of outputs."""
    settings = _mapped(data.get("settings"))
    if settings.get("hub") and not settings.get("url"):
        yield ("settings", "hub"), "a hub needs to know where readers reach the outputs; add url"
    if settings.get("max_store") and str(settings.get("store", "sqlite")) != "sqlite":
        yield ("settings", "max_store"), "max_store bounds a store of sqlite; the space of a server is its own, take this out"
    named = [name for _, name in _each(_listed(data.get("outputs")), "name")] or ["all"]
    for i, hook in enumerate(_listed(settings.get("webhooks"))):
        for j, word in enumerate(_texts(hook, "outputs")):
            if word not in named:
                yield ("settings", "webhooks", i, "outputs", j), _no_such("outputs", word, named)


def _of_rules(data: Mapping[str, Any]) -> Iterator[_Found]:
    """Shared sets that are not there, and rules where they cannot act."""
    sets = {str(name): _listed(rules) for name, rules in _mapped(data.get("rule_sets")).items()}
    for name, rules in sets.items():
        yield from (
            (("rule_sets", name, i, "use"), "a set takes no other set; use both where rules are listed")
            for i, _ in _each(rules, "use")
        )
    for path, rules in _rule_lists(data):
        for i, name in _each(rules, "use"):
            if name not in sets:
                near = difflib.get_close_matches(name, sorted(sets), n=1)
                yield (
                    (*path, i, "use"),
                    f'there is no set "{name}" under rule_sets:' + (f', did you mean "{near[0]}"?' if near else ""),
                )
        if path[0] != "outputs":
            yield from _misplaced(path, rules, sets)


def _misplaced(path: document.Path, rules: Sequence[Any], sets: Mapping[str, Sequence[Any]]) -> Iterator[_Found]:
    for i, rule in enumerate(rules):
        own = [*_mapped(rule)]
        shared = [key for name in _texts(rule, "use") for one in sets.get(name, ()) for key in _mapped(one)]
        for key in sorted(curate.ARRANGING.intersection(own + shared)):
            yield (*path, i, key if key in own else "use"), f"{key} arranges the window of an output; it goes with the rules of one"


def _rule_lists(data: Mapping[str, Any]) -> Iterator[tuple[document.Path, list[Any]]]:
    yield ("rules",), _listed(data.get("rules"))
    for name, category in _mapped(data.get("categories")).items():
        yield ("categories", name, "rules"), _listed(_mapped(category).get("rules"))
    for key in ("sources", "outputs"):
        for i, item in enumerate(_listed(data.get(key))):
            yield (key, i, "rules"), _listed(_mapped(item).get("rules"))


def _sources(data: Mapping[str, Any]) -> list[Any]:
    return [{"url": item} if isinstance(item, str) else item for item in _listed(data.get("sources"))]


def _mapped(item: object) -> Mapping[str, Any]:
    return item if isinstance(item, dict) else {}


def _twice(items: Sequence[Any], key: str) -> Iterator[tuple[int, str]]:
    met: set[str] = set()
    for i, value in _each(items, key):
        if value in met:
            yield i, value
        met.add(value)


def _each(items: Sequence[Any], key: str) -> Iterator[tuple[int, str]]:
    return ((i, value) for i, item in enumerate(items) for value in _texts(item, key))


def _listed(items: object) -> list[Any]:
    return items if isinstance(items, list) else []


def _texts(item: Any, key: str) -> list[str]:
    """The texts under a key, as far as it holds any."""
    value = item.get(key) if isinstance(item, dict) else None
    return [str(text) for text in (value if isinstance(value, list) else [value]) if text is not None]


def _no_such(key: str, word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    said = {
        "categories": f'no source has the category "{word}"',
        "sources": f'no source has the name or address "{urls.redact(word)}"',
        "outputs": f'no output is called "{word}"',
    }[key]
    return said + (f', did you mean "{urls.redact(near[0])}"?' if near else "")
