"""What a feeds.yaml includes, put together with it: parts of a configuration in YAML, lists of feeds in OPML, here or elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aggregator.core import errors, urls
from aggregator.core.config import document, remote

LISTS = ("sources", "outputs", "rules", "verdicts")
NAMED = ("categories", "rule_sets")
_SUFFIXES = (".opml", ".xml")
SETTINGS = (
    "interval",
    "paused",
    "full_text",
    "duplicates",
    "trust",
    "backlog",
    "mass_change",
    "captions",
    "credits",
    "bios",
    "notes",
)
"""What is said of sources in OPML besides names and folders; headers and rules stay at home."""
_KINDS: Mapping[type, str] = {list: "must be a list", dict: "must be a mapping of names and values"}
_FLAGS = {"true": True, "false": False}


@dataclasses.dataclass(frozen=True, slots=True)
class Included:
    """What is included: its name as it is written, and its text; of a list elsewhere, what is kept of it."""

    name: str
    text: str

    @property
    def is_list(self) -> bool:
        """Whether it is a list of feeds, by its name."""
        return is_remote(self.name) or self.name.lower().endswith(_SUFFIXES)


def is_remote(name: str) -> bool:
    """Whether what is included is a list at an address."""
    return name.lower().startswith(("http://", "https://"))


def names(read: document.Document) -> Iterator[tuple[document.Path, str]]:
    """What a document includes, with its places, as far as it is named well."""
    data = read.data if isinstance(read.data, dict) else {}
    wanted = data.get("include")
    for place, name in enumerate(wanted if isinstance(wanted, list) else [wanted]):
        if isinstance(name, str) and name:
            yield (("include", place) if isinstance(wanted, list) else ("include",)), name


def together(main: document.Document, parts: Sequence[Included], environment: Mapping[str, str]) -> document.Document:
    """One document of all; places in the parts know their files. Raises ConfigError for a part that cannot be one."""
    if not isinstance(main.data, dict) or not parts:
        return main
    data, values, keys, files = dict(main.data), dict(main.values), dict(main.keys), dict(main.files)
    for part in sorted(parts, key=lambda part: part.is_list):  # lists pass over what is named already, wherever that is
        shown = urls.redact(part.name) if is_remote(part.name) else part.name
        other = _listed(part, data) if part.is_list else document.read(part.text, part.name, environment)
        _check(part.name, other)
        for key, value in (other.data or {}).items():
            if key.startswith("x-") or value is None:
                continue
            moved = _lists(data, key, value) if key in LISTS else _mappings(data, key, value, part, other)
            for old, new in moved.items():
                files[new] = shown
                values |= {(*new, *path[2:]): place for path, place in other.values.items() if path[:2] == old}
                keys |= {(*new, *path[2:]): place for path, place in other.keys.items() if path[:2] == old}
    return document.Document(data, values, keys, files)


def _check(name: str, other: document.Document) -> None:
    """Raises ConfigError for what no part may say."""
    if other.data is not None and not isinstance(other.data, dict):
        raise errors.ConfigError(name, (errors.Problem(1, 1, "an included file is a mapping, for example of sources:"),))
    problems = []
    for key, value in (other.data or {}).items():
        wanted: type = list if key in LISTS else dict
        if key.startswith("x-"):
            continue
        if key not in (*LISTS, *NAMED):
            said = f'"{key}" has no place in an included file; it may have {", ".join((*LISTS, *NAMED))}'
            problems.append(errors.Problem(*other.keys.get((key,), (1, 1)), said))
        elif value is not None and not isinstance(value, wanted):
            problems.append(errors.Problem(*other.place((key,)), f"{key}: {_KINDS[wanted]}"))
    if problems:
        raise errors.ConfigError(name, document.in_order(problems))


def _lists(data: dict[str, Any], key: str, value: list[Any]) -> dict[document.Path, document.Path]:
    """Put a list behind the one that is there; where each item was and is."""
    was = data.get(key)
    there = was if isinstance(was, list) else []
    data[key] = [*there, *value]
    return {(key, place): (key, place + len(there)) for place in range(len(value))}


def _mappings(
    data: dict[str, Any], key: str, value: dict[str, Any], part: Included, other: document.Document
) -> dict[document.Path, document.Path]:
    """The same of names with values. Raises ConfigError for one that is there."""
    was = data.get(key)
    there = was if isinstance(was, dict) else {}
    twice = [name for name in value if name in there]
    if twice:
        problems = tuple(errors.Problem(*other.keys[(key, name)], f'the key "{name}" stands in another file too') for name in twice)
        raise errors.ConfigError(part.name, problems)
    data[key] = there | value
    return {(key, name): (key, name) for name in value}


def _listed(part: Included, data: Mapping[str, Any]) -> document.Document:
    """A list of feeds as a document; what is named already, by address or by name, is left out of it. Raises ConfigError."""
    try:
        found = remote.items(part.text) if is_remote(part.name) else items(part.text.encode())
    except errors.ParseError as error:
        raise errors.ConfigError(part.name, (errors.Problem(1, 1, str(error)),)) from None
    sources = data.get("sources")
    there = [one if isinstance(one, dict) else {"url": one} for one in (sources if isinstance(sources, list) else [])]
    known = {urls.normalise(str(one.get("url"))) for one in there}
    called = {str(one["name"]) for one in there if one.get("name")}
    kept = []
    for item in found:
        if urls.gate(item["url"]) and urls.normalise(item["url"]) not in known:
            known.add(urls.normalise(item["url"]))
            kept.append({key: value for key, value in item.items() if key != "name" or value not in called})
            called.add(str(item.get("name")))
    return document.Document({"sources": kept}, {}, {})


def items(data: bytes) -> list[dict[str, Any]]:
    """The sources that an OPML list names, as feeds.yaml would have them. Raises ParseError."""
    from aggregator.core import parse  # its parsers cost time that a feeds.yaml without lists need not take

    return [_item(one) for one in parse.opml(data)]


def _item(one: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"url": one.url} | ({"name": one.name} if one.name and one.name != one.url else {})
    item |= {"categories": list(one.categories)} if one.categories else {}
    given = {name: one.settings[name] for name in SETTINGS if name in one.settings}
    return item | {
        name: int(value) if name == "backlog" and value.isdecimal() else _FLAGS.get(value, value) for name, value in given.items()
    }
