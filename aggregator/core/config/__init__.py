"""feeds.yaml -> Config: every error names file, line, column and what to do."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pydantic

from aggregator.core import errors, urls
from aggregator.core.config import document, shape, values

Config = shape.Config
Settings = shape.Settings
Source = shape.Source
Output = shape.Output

SHORTEST_POLITE = 300  # seconds; shorter intervals on public hosts get a warning
_OUTPUT_NAME = re.compile(r"[a-z0-9-]+")
_PLAIN = {
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "mapping_type": "must be a mapping of names and values",
    "dataclass_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
}
"""pydantic's kinds of errors in the words of a YAML file"""


@functools.cache
def _adapter() -> pydantic.TypeAdapter[shape.Config]:
    return pydantic.TypeAdapter(shape.Config)


def load(text: str, name: str = "feeds.yaml", environment: Mapping[str, str] | None = None) -> Config:
    """The configuration that a YAML text says; `name` is how errors call it, `environment` what `${NAME}` may ask for.

    Raises ConfigError with every problem found.
    """
    read = document.read(text, name, environment or {})
    data = read.data
    if not isinstance(data, dict):
        raise errors.ConfigError(name, (errors.Problem(1, 1, _no_mapping(data)),))
    data = {key: value for key, value in data.items() if not key.startswith("x-") and value is not None}
    try:
        config = _adapter().validate_python(data)
    except pydantic.ValidationError as error:
        raise errors.ConfigError(name, _sorted(_problems(error, read))) from None
    if problems := _sorted(_contradictions(config, read)):
        raise errors.ConfigError(name, problems)
    return config if config.outputs else dataclasses.replace(config, outputs=(Output(name="all", title="All entries"),))


def warnings(config: Config, text: str, environment: Mapping[str, str] | None = None) -> Iterator[errors.Problem]:
    """What is allowed but hardly meant: intervals that public servers will resent."""
    read = document.read(text, "", environment or {})
    for position, source in enumerate(config.sources):
        interval = source.interval or config.settings.interval
        if interval != "adaptive" and interval.total_seconds() < SHORTEST_POLITE and not allowed(config, source.url):
            line, column = read.place(("sources", position, "interval"))
            yield errors.Problem(
                line, column, f"an interval under 5m is impolite to {urls.host(source.url)}; servers may block you"
            )


def allowed(config: Config, url: str) -> bool:
    """Whether the address is a literal one in `allow_addresses`: the user's own machine or network."""
    return any(address in network for network in config.settings.allow_addresses if (address := values.literal(urls.host(url))))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of feeds.yaml, for editors."""
    schema = _adapter().json_schema(mode="validation")
    source = schema["properties"]["sources"]["items"]
    schema["properties"]["sources"]["items"] = {"anyOf": [{"type": "string", "format": "uri"}, source]}
    schema["patternProperties"] = {"^x-": {}}
    schema["required"] = ["sources"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "feeds.yaml"} | schema


def _no_mapping(data: object) -> str:
    return (
        "the file is empty; name at least one source under sources:"
        if data is None
        else "the file must be a mapping, beginning with sources:"
    )


def _sorted(problems: Iterable[errors.Problem]) -> tuple[errors.Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _problems(error: pydantic.ValidationError, read: document.Document) -> Iterator[errors.Problem]:
    for detail in error.errors(include_url=False, include_context=False):
        path = detail["loc"]
        known = detail["type"] in ("unexpected_keyword_argument", "extra_forbidden")
        line, column = read.keys.get(path) or read.place(path) if known else read.place(path)
        yield errors.Problem(line, column, _unknown(path) if known else _said(detail, path))


def _unknown(path: document.Path) -> str:
    key = str(path[-1])
    near = difflib.get_close_matches(key, _keys_at(path[:-1]), n=1)
    hint = f', did you mean "{near[0]}"?' if near else f"; known here: {', '.join(_keys_at(path[:-1]))}"
    return f'unknown key "{key}"{hint}'


def _keys_at(path: document.Path) -> list[str]:
    """The keys that may stand at a path, read off the JSON Schema."""
    schema = json_schema()
    here: Mapping[str, Any] = schema
    for step in path:
        here = _inside(here, step, schema)
    return sorted(_resolved(here, schema).get("properties", {}))


def _inside(here: Mapping[str, Any], step: str | int, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    resolved = _resolved(here, schema)
    inner = resolved.get("items", {}) if isinstance(step, int) else resolved.get("properties", {}).get(step, {})
    return inner if isinstance(inner, dict) else {}


def _resolved(here: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for option in here.get("anyOf", ()):
        if "$ref" in option or "properties" in option or "items" in option:
            return _resolved(option, schema)
    reference = here.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else here


def _said(detail: Mapping[str, Any], path: document.Path) -> str:
    where = _dotted(path)
    if detail["type"] in ("missing", "missing_argument"):
        return f'missing key "{path[-1]}"'
    message = _PLAIN.get(detail["type"]) or detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{where}: {message}" if where else message


def _dotted(path: document.Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _contradictions(config: Config, read: document.Document) -> Iterator[errors.Problem]:
    def problem(path: document.Path, message: str) -> errors.Problem:
        return errors.Problem(*read.place(path), message)

    if not config.sources:
        yield problem(("sources",), "no source is named; name at least one under sources:")
    yield from (
        problem(("sources", i, "url"), f"{urls.redact(v)} is named twice") for i, v in _repeated([s.url for s in config.sources])
    )
    yield from (
        problem(("sources", i, "name"), f'another source is called "{v}" too')
        for i, v in _repeated([s.name for s in config.sources])
    )
    yield from (
        problem(("outputs", i, "name"), f'another output is called "{v}" too')
        for i, v in _repeated([o.name for o in config.outputs])
    )
    categories = {category for source in config.sources for category in source.categories}
    names = {name for source in config.sources for name in (source.name, source.url) if name}
    for i, output in enumerate(config.outputs):
        if not _OUTPUT_NAME.fullmatch(output.name) or output.name in shape.RESERVED:
            message = f'"{output.name}" cannot name an output; use a-z, 0-9 and hyphens, and not {", ".join(shape.RESERVED)}'
            yield problem(("outputs", i, "name"), message)
        for key, wanted, known in (("categories", output.categories, categories), ("sources", output.sources, names)):
            for j, word in enumerate(wanted):
                if word not in known:
                    yield problem(("outputs", i, key, j), _no_such(key, word, known))


def _no_such(key: str, word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    said = {
        "categories": f'no source has the category "{word}"',
        "sources": f'no source has the name or address "{urls.redact(word)}"',
    }[key]
    return said + (f', did you mean "{urls.redact(near[0])}"?' if near else "")


def _repeated(listed: Sequence[str | None]) -> list[tuple[int, str]]:
    return [(i, value) for i, value in enumerate(listed) if value is not None and value in listed[:i]]


def chosen(output: Output, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources an output takes: all when it names neither categories nor sources."""
    if not output.categories and not output.sources:
        return tuple(sources)
    wanted = set(output.sources)
    return tuple(s for s in sources if set(output.categories) & set(s.categories) or s.url in wanted or s.name in wanted)


def base_url(settings: Settings) -> str:
    """Where readers reach the outputs, with a closing slash."""
    url = settings.url or f"http://{settings.listen or '127.0.0.1:8080'}"
    return url.rstrip("/") + "/"
