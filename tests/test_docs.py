"""The documentation says what the code does: every key, rule, format, limit, command and message, no more and no less."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import pathlib
import re
import shlex
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from aggregator import cli, filters, metrics
from aggregator.core import clean, config, curate, errors, health, limits, polls, render, websub
from aggregator.core.config import shape, values
from aggregator.edges import serve
from aggregator.edges.serve import server, view

ROOT = pathlib.Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TEXTS = {page.name: page.read_text("utf-8") for page in PAGES}
CONFIGURATION, RUNNING, MESSAGES = TEXTS["configuration.md"], TEXTS["running.md"], TEXTS["messages.md"]
SCHEMA = config.json_schema()
PROGRAM = typer.main.get_command(cli.app)
COMMANDS: dict[str, Any] = {
    f"{name} {inner}".strip(): command
    for name, of in PROGRAM.commands.items()  # type: ignore[attr-defined]
    for inner, command in (getattr(of, "commands", None) or {"": of}).items()
}
MAPPINGS = [
    ("settings", "Settings", config.Settings),
    ("sources", "Source", config.Source),
    ("outputs", "Output", config.Output),
    ("blocks", "Blocks", config.Blocks),
    ("verdicts", "Verdict", config.Verdict),
    ("webhooks", "Webhook", config.Webhook),
    ("limits", "Limits", limits.Limits),
]
KINDS = [
    (values.Address, "address"),
    (values.Budget, "budget"),
    (values.Count, "whole number"),
    (values.Duration, "duration"),
    (values.Flag, "`true` or `false`"),
    (values.Interval, "interval"),
    (values.Language, "language"),
    (values.Listen, "host and port, or `off`"),
    (values.Networks, "list of networks"),
    (values.Number, "whole number from 0"),
    (values.Secret, "text"),
    (values.Share, "share"),
    (values.Size, "size"),
    (values.Store, "store"),
    (values.Word, "text"),
    (values.Words, "words"),
    (tuple[shape.Rule, ...], "[rules](#rules)"),
]
NAMED = {
    "data": "path",
    "output": "path",
    "headers": "names and texts",
    "limits": "mapping",
    "blocks": "mapping",
    "webhooks": "list of mappings",
}
FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")
CODE = re.compile(r"(`+)(.+?)\1(?!`)")
RAISED = {"Problem", "problem", "BadLine", "BadParameter"} | {name for name, _ in inspect.getmembers(errors, inspect.isclass)}


def called(documented: str) -> str:
    """The command that a cell of a table is about."""
    words = documented.strip("`").split()
    return " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]


def section(page: str, heading: str) -> str:
    """The text under a heading, as far as the next one of its level."""
    found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", page)
    assert found, f"no section {heading}"
    return found[1]


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading, as cells without the space around them."""
    lines = text.splitlines()
    begin = next((i for i, line in enumerate(lines) if re.match(rf"\| *{heading} *\|", line)), None)
    assert begin is not None, f"no table of {heading}"
    found = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def rows(text: str, heading: str) -> dict[str, list[str]]:
    """The same by the first cell, without backticks; each stands there once."""
    found = {first.strip("`"): others for first, *others in table(text, heading)}
    assert len(found) == len(table(text, heading))
    return found


def kind(of: type, name: str) -> str:
    """What the tables call the kind of a key."""
    if name in NAMED:
        return NAMED[name]
    hint = typing.get_type_hints(of, include_extras=True)[name]
    for known, said in KINDS:
        if hint in (known, typing.Optional[known]):  # noqa: UP045  the union of an alias
            return said
    inner = next((part for part in (hint, *typing.get_args(hint)) if typing.get_origin(part) is typing.Literal), None)
    *most, last = [f"`{value}`" for value in typing.get_args(inner)] if inner else ["text"]
    return f"{', '.join(most)} or {last}" if most else last


def read_back(mapping: str, key: str, value: str) -> object:
    """What a value becomes that stands in a feeds.yaml under this key."""
    start = {"sources": "{url: https://a.example/", "outputs": "{name: a", "settings": "{contact: a"}[mapping]
    given = f"{start}, {key}: {value}}}"
    lines = {"sources": "[https://a.example/]", mapping: given if mapping == "settings" else f"[{given}]"}
    read = config.load("\n".join(f"{name}: {line}" for name, line in lines.items()))
    holder = read.settings if mapping == "settings" else getattr(read, mapping)[0]
    return getattr(holder, key)


@pytest.mark.parametrize(("heading", "defined", "of"), MAPPINGS, ids=[heading for heading, *_ in MAPPINGS])
def test_every_key_is_documented(heading: str, defined: str, of: type) -> None:
    """The table of a mapping names exactly the keys of the schema."""
    documented = rows(section(CONFIGURATION, heading), "key")
    assert set(documented) == set(SCHEMA["$defs"][defined]["properties"]) == {field.name for field in dataclasses.fields(of)}


def test_the_three_parts_are_documented() -> None:
    """Each top-level key of feeds.yaml has a section."""
    for part in SCHEMA["properties"]:
        assert section(CONFIGURATION, part if part != "rules" else "Rules")


@pytest.mark.parametrize(("heading", "defined", "of"), MAPPINGS[:3], ids=[heading for heading, *_ in MAPPINGS[:3]])
def test_kinds_are_true(heading: str, defined: str, of: type) -> None:
    """The table says what may be written under each key."""
    said = {key: cells[0] for key, cells in rows(section(CONFIGURATION, heading), "key").items()}
    assert said == {name: kind(of, name) for name in said}, defined


@pytest.mark.parametrize(("heading", "defined", "of"), MAPPINGS[:3], ids=[heading for heading, *_ in MAPPINGS[:3]])
def test_defaults_are_true(heading: str, defined: str, of: Any) -> None:
    """A default that the table writes is what the code takes, and none is written where there is none."""
    documented = rows(section(CONFIGURATION, heading), "key")
    for field in dataclasses.fields(of):
        default = documented[field.name][1]
        required = field.name in SCHEMA["$defs"][defined].get("required", ())
        assert (default == "required") == required, field.name
        if re.fullmatch(r"`[^`]*`", default) and not default.startswith("`settings."):
            assert read_back(heading, field.name, default.strip("`")) == field.default, field.name
        elif not required and field.name not in ("limits", "blocks"):
            assert field.default in (None, (), dataclasses.MISSING), field.name


def test_limits_have_their_defaults() -> None:
    """Each limit is documented with its value."""
    documented = rows(section(CONFIGURATION, "limits"), "key")
    assert {name: cells[0] for name, cells in documented.items()} == {
        name: f"`{value}`" for name, value in dataclasses.asdict(limits.Limits()).items()
    }


def test_rules_and_conditions_are_documented() -> None:
    """All rules with their settings, all fields of a condition, all forms of a match."""
    text = section(CONFIGURATION, "Rules")
    rules = rows(text, "rule")
    besides = set(rows(text, "key"))
    assert set(rules) == set(curate.RULES) == set(SCHEMA["$defs"]["Rule"]["properties"]) - besides
    assert {name for name, cells in rules.items() if cells[0] == "a condition"} | {"sort"} == set(curate.BARE)
    assert {said for _, said in CODE.findall(rules["sort"][0])} == set(curate.ORDERS)
    for name in set(rules) - set(curate.BARE):
        taken = {said for _, said in CODE.findall(rules[name][0])}
        assert taken == {field.name.rstrip("_") for field in dataclasses.fields(curate.RULES[name])}
    assert set(rows(text, "field")) == set(SCHEMA["$defs"]["Condition"]["properties"])
    assert set(rows(text, "form")) == {field.name for field in dataclasses.fields(curate.Match)}


def test_formats_are_documented() -> None:
    """All formats, with the names of their files and their media types."""
    documented = {name: cells for name, *cells in table(section(CONFIGURATION, "outputs"), "format")}
    assert documented == {
        f"`{name}`": [f"`NAME{of.suffix}`", f"`{of.media_type.partition(';')[0]}`"] for name, of in render.FORMATS.items()
    }


def test_cleaners_are_documented() -> None:
    """All cleaning rules in their order, with their classes."""
    documented = [(row[0], row[1]) for row in table(section(TEXTS["cleaning.md"], "The rules"), "rule")]
    assert documented == [(f"`{rule.name}`", rule.kind) for rule in clean.CLEANERS]


def test_commands_are_documented() -> None:
    """README lists the commands that there are, filters.md the stages."""
    documented = rows(section(TEXTS["README.md"], "Commands"), "command")
    assert {called(name) for name in documented} == set(COMMANDS)
    assert set(rows(TEXTS["filters.md"], "stage")) == set(filters.STAGES)


def test_options_are_documented() -> None:
    """running.md lists every option of every command, with its default; those of the program stand above the table."""
    text = section(RUNNING, "Commands and options")
    documented: dict[str, dict[str, str]] = {}
    for command, option, default, _ in table(text, "command"):
        if command:
            documented[called(command)] = options = {}
        else:
            options[option.strip("`").split()[0]] = default.strip("`")
    assert set(documented) == set(COMMANDS)
    for name, options in documented.items():
        known = {given.opts[0]: given for given in COMMANDS[name].params if given.opts[0].startswith("--")}
        assert set(options) == set(known) - {"--help"}, name
        for option, default in options.items():
            if default and not default.startswith("settings."):
                assert default == str(known[option].default), f"{name} {option}"
    for given in PROGRAM.params:
        assert given.opts[0] in text


def test_states_and_events_are_documented() -> None:
    """The words for how a source does, and the categories of the operations feed."""
    text = section(RUNNING, "How a source does")
    assert tuple(rows(text, "state")) == health.STATES
    told = {kind for row in table(text, "category") for kind in row[0].replace("`", "").split()}
    hubs = {"hub", "lease", "distrusted"}
    assert told == {
        *polls.REPORTED,
        *hubs,
        "failing",
        "recovered",
        "moved",
        "missed",
        "held",
        "echo",
        "config",
        "refused",
        "rule",
        "suggestion",
        "webhook",
        "unheard",
        "retracted",
        "edit",
        "list",
        "restored",
    }


def test_states_of_hubs_are_documented() -> None:
    """The words for how a subscription does."""
    documented = [
        state for row in table(section(RUNNING, "Hubs"), r"hub \(`status`, metrics\)") for state in row[0].replace("`", "").split()
    ]
    assert sorted(documented) == sorted(websub.STATES)


def test_addresses_and_metrics_are_documented() -> None:
    """What is served, and what the figures are called."""
    text = section(RUNNING, "What is served")
    addresses = {address for row in table(text, "address") for address in row[0].replace("`", "").split()}
    files = {f"/NAME{of.suffix}" for of in render.FORMATS.values()} | {"/" + name for name in view.ALWAYS}
    assert addresses == files | {
        "/",
        "/live",
        "/healthz",
        "/readyz",
        "/metrics",
        "/websub/TOKEN",
        "/TOKEN/NAME.rss.xml",
        "/NAME.YYYY-MM.atom.xml",
    }
    source = inspect.getsource(metrics)
    counters = set(re.findall(r'(?:Counter\w*|_counter)\(\s*"(\w+)"', source))
    gauges = set(re.findall(r'(?:Gauge\w*|_histogram)\(\s*"(\w+)"', source))
    assert set(rows(text, "metric")) == {f"{name}_total" for name in counters} | gauges


def placeholders(node: ast.AST) -> str | None:
    """A text of the code as people meet it, with … for what differs; None for what is no text."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        return re.sub("…+", "…", "".join(map(str, parts)))
    return re.sub("%[sd]", "…", node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def trees() -> Iterator[tuple[str, ast.Module]]:
    """The modules whose messages reach users, by their place in the package."""
    for path in sorted((ROOT / "aggregator").rglob("*.py")):
        if "demo" not in path.parts:
            yield str(path.relative_to(ROOT / "aggregator")), ast.parse(path.read_text("utf-8"))


def messages(tree: ast.Module, *, values_count: bool) -> Iterator[str]:
    """What is said when something is raised or reported, as far as it stands where that happens."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in RAISED or (called == "ValueError" and values_count):
                yield from (said for one in node.args if (said := placeholders(one)))
        elif (
            isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message" and (said := placeholders(node.value))
        ):
            yield said


def documented_messages() -> list[str]:
    """Each message of messages.md."""
    lines = (line for line in MESSAGES.splitlines() if line.startswith("| `"))
    return [said.strip() for line in lines for _, said in CODE.findall(re.split(r"(?<!\\)\|", line)[1])]


def telling(said: str) -> bool:
    """Whether a text says enough to be recognised."""
    return sum(letter.isalpha() for letter in said) >= 6


def matches(message: str, said: str) -> bool:
    """Whether a documented message is this text of the code with something in the place of a …."""
    fixed = said.split("…")
    if len(fixed) == 1 or not all(part in message for part in fixed):
        return False
    return re.fullmatch(".+".join(map(re.escape, fixed)), message) is not None


def test_every_message_is_documented() -> None:
    """What the program raises or reports is explained in messages.md."""
    known = documented_messages()
    missing = [
        f"{place}: {said}"
        for place, tree in trees()
        for said in messages(tree, values_count=place.startswith(("core/config", "core/curate")))
        if telling(said) and not any(one in said or said in one or matches(one, said) for one in known)
    ]
    assert not missing, "explain these in docs/messages.md"


def test_documented_messages_exist() -> None:
    """messages.md quotes the code."""
    texts = {said for _, tree in trees() for node in ast.walk(tree) if (said := placeholders(node)) and telling(said)}
    unknown = [one for one in documented_messages() if not any(one in said or matches(one, said) for said in texts)]
    assert not unknown, "the program does not say these any more"


def examples(language: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a language in all pages."""
    for name, text in TEXTS.items():
        yield from ((name, found[2]) for found in FENCE.finditer(text) if found[1] == language)


@pytest.mark.parametrize(("page", "example"), [e for e in examples("yaml") if "sources:" in e[1]])
def test_yaml_examples_load(page: str, example: str) -> None:
    """A feeds.yaml in the documentation is a good one, without warnings."""
    environment = dict.fromkeys(re.findall(r"\$\{(\w+)\}", example), "a-secret-of-some-length")
    read = config.load(example, page, environment)
    assert read.sources
    assert not list(config.warnings(read, example, environment))


def test_bounds_of_readers_are_true() -> None:
    """Bytes, seconds and connections, as the server has them."""
    given = {name: one.default for name, one in inspect.signature(serve.Server.__init__).parameters.items()}
    text = section(RUNNING, "Limits")
    assert f"{server._HEAD:,} bytes for the head of a request and {given['patience']:g} seconds to send it" in text
    assert f"{given['longest']:g} seconds to take an answer, {given['connections']:,} connections" in text


def test_tests_that_are_named_are_there() -> None:
    """Whoever is pointed to a test finds it."""
    named = {(page, path.rstrip(".")) for page, text in TEXTS.items() for path in re.findall(r"\btests/[\w/.]+", text)}
    assert named
    assert sorted((page, path) for page, path in named if not (ROOT / path).exists()) == []


def test_the_shipped_feeds_yaml() -> None:
    """A dozen sources in three categories, two outputs, no warnings."""
    text = (ROOT / "feeds.yaml").read_text("utf-8")
    read = config.load(text)
    assert len(read.sources) == 12
    assert len({category for source in read.sources for category in source.categories}) == 3
    assert len(read.outputs) == 2
    assert not list(config.warnings(read, text))


TYPED = re.compile(r"(?:(?:^|[\s'])\./run|(?:^|[|']) *aggregator|\.venv/bin/aggregator)(?![\w/.-])([^|'`<>&#]*)")


def typed(text: str) -> Iterator[list[str]]:
    """What a page tells people to type after the name of our program: in indented lines and in code."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    for line in [*lines, *(said for _, said in CODE.findall(FENCE.sub("", text)))]:
        for found in TYPED.finditer(line):
            words = shlex.split(re.split(r" {2,}", found[1])[0])
            if words and not words[0].isupper():
                yield words


@pytest.mark.parametrize("page", TEXTS)
def test_shell_examples_are_understood(page: str) -> None:
    """What the documentation tells people to type is a command with options and values that it knows."""
    for words in typed(TEXTS[page]):
        name = called(" ".join(words))
        if name in COMMANDS:
            given = words[len(name.split()) :]
            COMMANDS[name].make_context(name, [word for word in given if word != "…"])  # raises what a user is told
        else:
            assert words[0] in {option for given in PROGRAM.params for option in given.opts}, f"no command: {words}"


def test_shell_examples_are_seen() -> None:
    """The reading above finds commands on every page that has some."""
    found = {name: [words[0] for words in typed(text)] for name, text in TEXTS.items()}
    assert {"demo", "check"} <= set(found["README.md"])
    assert {"check", "once", "status", "--version"} <= set(found["running.md"])
    assert {"pipe"} == set(found["filters.md"])
    assert "run" in found["CONTRIBUTING.md"]


def anchors(text: str) -> set[str]:
    """The names that a page's headings have in links."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"(?m)^#+ (.+)$", text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    """Relative links name files of this project and headings in them."""
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[page.name]):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            path = (page.parent / file).resolve() if file else page
            assert path.exists(), target
            assert not anchor or anchor in anchors(path.read_text("utf-8")), target


@pytest.mark.parametrize("page", TEXTS)
def test_named_files_exist(page: str) -> None:
    """A path in code that begins in one of our folders is there."""
    for named in re.findall(r"(?<![\w/{])(?:aggregator|benchmarks|deploy|docs|tests|\.ci)/[\w./-]*\w", TEXTS[page]):
        assert (ROOT / named).exists(), named


def test_the_map_names_what_is_there() -> None:
    """CONTRIBUTING's map has every module and room of the package, and no other."""
    drawn = section(TEXTS["CONTRIBUTING.md"], "The map")
    names = re.findall(r"(?m)^ {2,4}(\w+(?:\.py|/))  ", drawn)
    package = ROOT / "aggregator"
    places = [*package.glob("*"), *package.glob("core/*"), *package.glob("edges/*")]
    there = {f"{place.name}/" if place.is_dir() else place.name for place in places if place.suffix == ".py" or place.is_dir()}
    assert set(names) == there - {"__init__.py", "__main__.py", "__pycache__/"}
    assert len(names) == len(set(names))


def test_what_is_compared_is_proved() -> None:
    """Each test that docs/compared.md names is there, and each feature that it says we have names one."""
    text = TEXTS["compared.md"]
    for place, name in re.findall(r"`([\w/]+\.py)::(\w+)`", text):
        assert re.search(rf"(?m)^(?:async )?def {name}\(", (ROOT / "tests" / place).read_text("utf-8")), f"{place}::{name}"
    rows = re.findall(r"(?m)^\| (.+?) \| (.+?) \| (.*?) \| (.+?) \|$", text)
    assert len(rows) > 60
    assert [feature for feature, here, proof, _ in rows if not here.startswith(("no", "here", "---")) and not proof] == []
