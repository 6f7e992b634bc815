"""The documentation says what the code does: every key, rule, format, limit and command, no more and no less."""

from __future__ import annotations

import dataclasses
import pathlib
import re
import shlex
from collections.abc import Iterator

import pytest
import typer.main

from aggregator import cli, filters
from aggregator.core import clean, config, curate, limits, render

ROOT = pathlib.Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
CONFIGURATION = (ROOT / "docs/configuration.md").read_text("utf-8")
COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]


def section(page: str, heading: str) -> str:
    """The text under a heading, as far as the next one of its level."""
    found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", page)
    assert found, f"no section {heading}"
    return found[1]


def rows(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first column has this heading: first cell without backticks -> the other cells."""
    lines = text.splitlines()
    begin = next(i for i, line in enumerate(lines) if re.match(rf"\| *{heading} *\|", line))
    found = {}
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        first, *others = [cell.strip() for cell in line.strip("|").split(" | ")]
        found[first.strip("`| ")] = [cell.strip(" |") for cell in others]
    return found


def fields(of: type) -> set[str]:
    """The keys that a mapping of feeds.yaml takes."""
    return {field.name.rstrip("_") for field in dataclasses.fields(of)}


@pytest.mark.parametrize(
    ("heading", "shape"),
    [("settings", config.Settings), ("sources", config.Source), ("outputs", config.Output), ("limits", limits.Limits)],
)
def test_every_key_is_documented(heading: str, shape: type) -> None:
    """The table of a mapping names exactly its keys."""
    assert set(rows(section(CONFIGURATION, heading), "key")) == fields(shape)


@pytest.mark.parametrize(
    ("heading", "shape"), [("settings", config.Settings), ("sources", config.Source), ("outputs", config.Output)]
)
def test_plain_defaults_are_true(heading: str, shape: type) -> None:
    """A default that the table writes as a value is the one of the code."""
    table = rows(section(CONFIGURATION, heading), "key")
    checked = 0
    for field in dataclasses.fields(shape):
        default = table[field.name][0]
        if isinstance(field.default, bool | int | str) and re.fullmatch(r"`[^`]*`", default):
            said = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
            assert default.strip("`") == said, field.name
            checked += 1
    assert checked >= 3


def test_limits_have_their_defaults() -> None:
    """Each limit is documented with its value."""
    table = rows(section(CONFIGURATION, "limits"), "key")
    for field in dataclasses.fields(limits.Limits):
        assert table[field.name][0] == f"`{field.default}`"


def test_rules_and_conditions_are_documented() -> None:
    """All rules, all fields of a condition, all forms of a match."""
    rules = section(CONFIGURATION, "Rules")
    assert set(rows(rules, "rule")) == set(curate.RULES)
    assert set(rows(rules, "field")) == fields(curate.Condition)
    assert set(rows(rules, "form")) == fields(curate.Match)


def test_formats_are_documented() -> None:
    """All formats, with the names of their files."""
    table = rows(section(CONFIGURATION, "outputs"), "format")
    assert {name: cells[0] for name, cells in table.items()} == {
        name: f"`NAME{kind.suffix}`" for name, kind in render.FORMATS.items()
    }


def test_cleaners_are_documented() -> None:
    """All cleaning rules in their order, with their classes."""
    table = rows(section(CONFIGURATION, "What cleaning removes"), "rule")
    assert [(name, cells[0]) for name, cells in table.items()] == [(rule.name, rule.kind) for rule in clean.CLEANERS]  # type: ignore[attr-defined]


def test_commands_are_documented() -> None:
    """README lists the commands that there are, and running.md the stages."""
    table = rows(section((ROOT / "README.md").read_text("utf-8"), "Commands"), "command")
    assert {name.split()[0] for name in table} == set(COMMANDS)
    assert set(rows((ROOT / "docs/running.md").read_text("utf-8"), "stage")) == set(filters.STAGES)


def examples(kind: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a kind in all pages."""
    for page in PAGES:
        for found in re.finditer(rf"(?ms)^```{kind}\n(.*?)^```", page.read_text("utf-8")):
            yield page.name, found[1]


@pytest.mark.parametrize(("page", "example"), [e for e in examples("yaml") if "sources:" in e[1]])
def test_yaml_examples_load(page: str, example: str) -> None:
    """A feeds.yaml in the documentation is a good one."""
    assert config.load(example, page, {}).sources


def test_the_shipped_feeds_yaml() -> None:
    """A dozen sources in three categories, two outputs, no warnings."""
    text = (ROOT / "feeds.yaml").read_text("utf-8")
    read = config.load(text)
    assert len(read.sources) == 12
    assert len({category for source in read.sources for category in source.categories}) == 3
    assert len(read.outputs) == 2
    assert not list(config.warnings(read, text))


def shell_lines() -> Iterator[tuple[str, str]]:
    """Lines of the documentation and of deploy/ that run a command of ours."""
    for page in [*PAGES, ROOT / "deploy/aggregator.service"]:
        for line in page.read_text("utf-8").splitlines():
            found = re.search(r"(?:^ {4}|[|'`] ?|/)(?:\./run|aggregator)((?: [a-z-]+| --[a-z-]+(?: (?:\S+))?)+)", line)
            if found and (line.startswith("    ") or line.startswith("ExecStart") or f"`./run{found[1]}" in line):
                yield page.name, found[1].split("  ")[0].split("`")[0].strip()


def test_shell_examples_use_known_commands_and_flags() -> None:
    """What the documentation tells people to type exists."""
    checked = 0
    for page, line in shell_lines():
        words = shlex.split(line)
        command = COMMANDS.get(words[0])
        assert command is not None, f"{page}: {line}"
        known = {option for parameter in command.params for option in parameter.opts}
        unknown = [word for word in words if word.startswith("--") and word not in known | {"--help"}]
        assert not unknown, f"{page}: {line}"
        checked += 1
    assert checked >= 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    """Relative links name files of this project."""
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


def test_the_map_names_what_is_there() -> None:
    """CONTRIBUTING's map has every module and room of the package."""
    drawn = section((ROOT / "CONTRIBUTING.md").read_text("utf-8"), "The map")
    places = [*(ROOT / "aggregator").glob("*"), *(ROOT / "aggregator/core").glob("*"), *(ROOT / "aggregator/edges").glob("*")]
    names = {place.name for place in places if place.suffix == ".py" or place.is_dir()} - {
        "__pycache__",
        "__init__.py",
        "__main__.py",
    }
    missing = {name for name in names if name not in drawn and name != "worker.py"}
    assert not missing
