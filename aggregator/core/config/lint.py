"""Rules that do nothing, do everything, or are over: what is allowed in feeds.yaml and hardly meant."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence

from aggregator.core import curate, errors
from aggregator.core.config import document, shape

_CHANGING = frozenset({"replace", "tag", "boost", "demote"})


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """A rule, where it is written, and how it is called."""

    rule: shape.Written
    path: document.Path

    @property
    def when(self) -> curate.Condition | None:
        return getattr(self.rule.rule, "when", None)


def lint(config: shape.Config, read: document.Document, today: datetime.date) -> Iterator[errors.Problem]:
    """The rules that are worth a look, each once, in the order of the file."""
    found: dict[document.Path, str] = {}
    general = _lines(config, config.rules, ("rules",))
    for before, lines in (((), general), *((general, lines) for lines in _lists(config))):
        for place, line in enumerate(lines):
            if said := _said(line, (*before, *lines[:place]), today):
                found.setdefault(line.path, said)
    for name in sorted(config.rule_sets.keys() - _used(config)):
        found[("rule_sets", name)] = f'no list of rules uses the set "{name}"'
    yield from sorted((read.problem(path, said) for path, said in found.items()), key=lambda one: (one.file, one.line, one.column))


def _lists(config: shape.Config) -> Iterator[list[_Line]]:
    for name, category in config.categories.items():
        yield _lines(config, category.rules, ("categories", name, "rules"))
    for i, source in enumerate(config.sources):
        yield _lines(config, source.rules, ("sources", i, "rules"))
    for i, output in enumerate(config.outputs):
        yield _lines(config, output.rules, ("outputs", i, "rules"))


def _lines(config: shape.Config, rules: Sequence[shape.Written], path: document.Path) -> list[_Line]:
    lines = []
    for i, rule in enumerate(rules):
        if rule.use:
            lines += [_Line(one, ("rule_sets", rule.use, j)) for j, one in enumerate(config.rule_sets[rule.use])]
        else:
            lines.append(_Line(rule, (*path, i)))
    return lines


def _used(config: shape.Config) -> set[str]:
    lists = [config.rules, *(one.rules for one in config.categories.values())]
    lists += [one.rules for one in config.sources] + [one.rules for one in config.outputs]
    return {rule.use for rules in lists for rule in rules}


def _said(line: _Line, before: Sequence[_Line], today: datetime.date) -> str:
    """What is to be said of a rule; "" for nothing."""
    rule = line.rule
    if rule.expires is not None and rule.expires < today:
        return f"this rule acted until {rule.expires} and does nothing any more; take it out"
    if line.when is not None and curate.never(line.when):
        return "this asks for something and for its contrary, so it matches nothing"
    if line.when is not None and curate.always(line.when):
        return {
            "drop": "this matches every entry, so nothing is left",
            "keep": "this matches every entry, so the rule does nothing",
        }.get(rule.name, "this matches every entry; leave out when")
    shadow = next((one for one in before if _shadows(one, line, before[before.index(one) + 1 :])), None)
    return f"{shadow.rule.at} leaves nothing for this rule to do" if shadow else ""


def _shadows(one: _Line, line: _Line, between: Sequence[_Line]) -> bool:
    """Whether an earlier rule that acts as long leaves nothing that a later one is about."""
    if (
        one.when is None
        or line.when is None
        or one.path == line.path
        or (one.rule.expires and one.rule.expires != line.rule.expires)
    ):
        return False
    if curate.changeable(line.when) and any(other.rule.name in _CHANGING for other in between):
        return False
    if one.rule.name == "drop":
        return curate.implies(line.when, one.when)
    return one.rule.name == line.rule.name == "keep" and curate.implies(one.when, line.when)
