"""feeds.yaml -> Config: every error names file, line, column and what to do."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydantic

from aggregator.core import curate, errors, urls
from aggregator.core.config import contradictions, document, including, lint, placing, remote, shape, values

Config = shape.Config
Settings = shape.Settings
Source = shape.Source
Blocks = shape.Blocks
Output = shape.Output
Verdict = shape.Verdict
Webhook = shape.Webhook
Included = including.Included
Followed = remote.Followed
followed, kept, revised, is_remote = remote.load, remote.dump, remote.revised, including.is_remote
listed = including.items
LISTED = including.SETTINGS
is_token = values.is_token
everywhere, of_category, of_source, of_output = placing.everywhere, placing.of_category, placing.of_source, placing.of_output
every_rule = placing.every

SHORTEST_POLITE = 300  # seconds; shorter intervals on public hosts get a warning
_PLAIN = {
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "dict_type": "must be a mapping of names and values",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_type": "must be text",
    "mapping_type": "must be a mapping of names and values",
    "dataclass_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
}
"""pydantic's kinds of errors in the words of a YAML file"""


@functools.cache
def _adapter() -> pydantic.TypeAdapter[shape.Config]:
    return pydantic.TypeAdapter(shape.Config)


def load(
    text: str, name: str = "feeds.yaml", environment: Mapping[str, str] | None = None, parts: Sequence[Included] = ()
) -> Config:
    """The configuration that a YAML text says, with the `parts` that it includes.

    `name` is how errors call it, `environment` what `${NAME}` may ask for. Raises ConfigError with every problem found.
    """
    read = including.together(document.read(text, name, environment or {}), parts, environment or {})
    data = read.data
    if not isinstance(data, dict):
        raise errors.ConfigError(name, (errors.Problem(1, 1, _no_mapping(data)),))
    data = _meant({key: value for key, value in data.items() if not key.startswith("x-")})
    problems = list(contradictions.contradictions(data, read))
    try:
        config = _adapter().validate_python(data)
    except pydantic.ValidationError as error:
        problems += _problems(error, read)
    if problems:
        raise errors.ConfigError(name, document.in_order(problems))
    config = placing.located(_trusting(config, read), read, name)
    return config if config.outputs else dataclasses.replace(config, outputs=(Output(name="all", title="All entries"),))


def _trusting(config: Config, read: document.Document) -> Config:
    """With the sources of lists in the user's own networks free to lead there too."""
    own = {path[1] for path, file in read.files.items() if including.is_remote(file) and allowed(config, file)}
    freed = (dataclasses.replace(one, allow_addresses=True) if place in own else one for place, one in enumerate(config.sources))
    return dataclasses.replace(config, sources=tuple(freed)) if own else config


def includes(text: str, name: str, environment: Mapping[str, str]) -> Iterator[tuple[str, errors.Problem]]:
    """What a text includes, each with what to say when it cannot be had. Raises ConfigError."""
    read = document.read(text, name, environment)
    for path, wanted in including.names(read):
        if not including.is_remote(wanted):
            yield wanted, read.problem(path, f"{wanted} cannot be read")
        elif urls.gate(wanted) is None:
            raise errors.ConfigError(name, (read.problem(path, f"{urls.redact(wanted)} is not a valid address"),))
        else:
            said = f"{urls.redact(wanted)} has not been read yet; `run` and `once` do that, until then its sources are missing"
            yield wanted, read.problem(path, said)


def data(text: str, name: str, environment: Mapping[str, str]) -> str:
    """`settings.data`, of a text that may be wrong about everything else. Raises ConfigError."""
    said = document.read(text, name, environment).data
    settings = said.get("settings") if isinstance(said, dict) else None
    folder = settings.get("data") if isinstance(settings, dict) else None
    return folder if isinstance(folder, str) and folder else Settings().data


def rule(text: str) -> curate.Placed:
    """One rule as feeds.yaml has it, with or without its braces: `drop: {title: Sponsored}`. Raises ConfigError."""
    read = document.read(text, "rule", {})
    data = read.data
    try:
        written: shape.Written = _rule_adapter().validate_python(data)
    except pydantic.ValidationError as error:
        raise errors.ConfigError("rule", document.in_order(_problems(error, read, ("rules", 0)))) from None
    if written.use or written.name in curate.ARRANGING:
        said = "this is no rule about single entries; name one of them, for example drop: {title: Sponsored}"
        raise errors.ConfigError("rule", (errors.Problem(1, 1, said),))
    return curate.Placed(written.rule, written.name, "output", expires=written.expires, because=written.because)


@functools.cache
def _rule_adapter() -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(shape.Rule)


def _meant(data: Mapping[str, Any]) -> dict[str, Any]:
    meant: dict[str, Any] = _present(data, Config)
    if "settings" in meant:
        meant["settings"] = _present(meant["settings"], Settings)
        if isinstance(meant["settings"], dict) and isinstance(hooks := meant["settings"].get("webhooks"), list):
            meant["settings"]["webhooks"] = [_present(hook, Webhook) for hook in hooks]
    for key, kind in (("sources", Source), ("outputs", Output), ("verdicts", Verdict)):
        if isinstance(items := meant.get(key), list):
            meant[key] = [_present(item, kind) for item in items]
    return meant


def _present(given: Any, kind: type[Config | Settings | Source | Output | Verdict | Webhook]) -> Any:
    """Without the keys that have no value, which stand for their defaults as if they were not there."""
    if not isinstance(given, dict):
        return given
    known = {field.name for field in dataclasses.fields(kind)}
    return {key: value for key, value in given.items() if value is not None or key not in known}


def warnings(
    config: Config,
    text: str,
    environment: Mapping[str, str] | None = None,
    today: datetime.date = datetime.date.min,
    parts: Sequence[Included] = (),
) -> Iterator[errors.Problem]:
    """What is allowed but hardly meant: intervals that public servers will resent, rules that do nothing or everything."""
    impolite = [position for position, source in enumerate(config.sources) if _impolite(config, source)]
    remote = any(is_remote(part.name) for part in parts)
    if not impolite and not placing.every(config) and not config.rule_sets and not remote:
        return
    read = including.together(document.read(text, "", environment or {}), parts, environment or {})
    yield from contradictions.open_choices(read)
    yield from lint.lint(config, read, today)
    for position in impolite:
        host = urls.host(config.sources[position].url)
        said = f"an interval under 5m is impolite to {host}; servers may block you"
        yield read.problem(("sources", position, "interval"), said)


def _impolite(config: Config, source: Source) -> bool:
    interval = source.interval or config.settings.interval
    return interval != "adaptive" and interval.total_seconds() < SHORTEST_POLITE and not allowed(config, source.url)


def allowed(config: Config, url: str) -> bool:
    """Whether the address is a literal one in `allow_addresses`: the user's own machine or network."""
    return any(address in network for network in config.settings.allow_addresses if (address := values.literal(urls.host(url))))


def reached(config: Config) -> str | None:
    """Where hubs may reach us, with a closing slash; None where they are not to be asked.

    That is `settings.url` when it is a public https address, or a literal one in `allow_addresses`, whose hubs are there too.
    """
    settings = config.settings
    if settings.websub == "off" or settings.url is None or urls.redact(settings.url) != settings.url:
        return None
    public = settings.url.lower().startswith("https://") and values.public(urls.host(settings.url))
    return base_url(settings) if public or allowed(config, settings.url) else None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of feeds.yaml, for editors."""
    schema = _adapter().json_schema(mode="validation")
    source = schema["properties"]["sources"]["items"]
    sources = {"items": {"anyOf": [schema["$defs"]["Source"]["properties"]["url"], source]}, "minItems": 1}
    schema["properties"]["sources"] |= sources
    for mapping in (schema, *(schema["$defs"][name] for name in ("Settings", "Source", "Output", "Verdict", "Webhook"))):
        optional = mapping["properties"].keys() - mapping.get("required", ())
        mapping["properties"] |= {name: _or_nothing(mapping["properties"][name]) for name in optional}
    schema["patternProperties"] = {"^x-": {}}
    schema["required"] = ["sources"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "feeds.yaml"} | schema


def _or_nothing(key: Mapping[str, Any]) -> dict[str, Any]:
    """A key that may stand there without a value; what describes it stays where editors look for it."""
    about = {name: key[name] for name in ("title", "description", "default") if name in key}
    return about | {"anyOf": [{name: value for name, value in key.items() if name not in about}, {"type": "null"}]}


@functools.cache
def _schema() -> dict[str, Any]:
    return json_schema()


def _no_mapping(data: object) -> str:
    return (
        "the file is empty; name at least one source under sources:"
        if data is None
        else "the file must be a mapping, beginning with sources:"
    )


def _problems(error: pydantic.ValidationError, read: document.Document, under: document.Path = ()) -> Iterator[errors.Problem]:
    """Mistakes at their places; what was validated stands `under` this path in feeds.yaml."""
    for detail in error.errors(include_url=False, include_context=False):
        path = tuple(step for step in detail["loc"] if step != "[key]")
        known = detail["type"] in ("unexpected_keyword_argument", "extra_forbidden")
        yield read.problem(path, _unknown((*under, *path)) if known else _said(detail, path), of_key=known)


def _unknown(path: document.Path) -> str:
    key = str(path[-1])
    near = difflib.get_close_matches(key, _keys_at(path[:-1]), n=1)
    hint = f', did you mean "{near[0]}"?' if near else f"; known here: {', '.join(_keys_at(path[:-1]))}"
    return f'unknown key "{key}"{hint}'


def _keys_at(path: document.Path) -> list[str]:
    """The keys that may stand at a path, read off the JSON Schema."""
    schema = _schema()
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
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        message += "; put it in quotes"
    return f"{where}: {message}" if where else message


def _dotted(path: document.Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


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
