"""The rules of feeds.yaml at their places: shared sets put where they are used, each rule with whose it is."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable

from aggregator.core import curate, urls
from aggregator.core.config import document, shape

Placed = tuple[curate.Placed, ...]


def everywhere(config: shape.Config) -> Placed:
    """The rules for the entries of every source."""
    return _placed(config, config.rules, "everywhere", "")


def of_category(config: shape.Config, name: str) -> Placed:
    """The rules for the sources of a category."""
    return _placed(config, config.categories[name].rules, "category", name)


def of_source(config: shape.Config, source: shape.Source) -> Placed:
    """The rules for a source."""
    return _placed(config, source.rules, "source", source.name or urls.redact(source.url)) if source.rules else ()


def of_output(config: shape.Config, output: shape.Output) -> Placed:
    """The rules for an output."""
    return _placed(config, output.rules, "output", output.name)


def every(config: shape.Config) -> Placed:
    """All rules that are in use, in the order in which they act."""
    return (
        *everywhere(config),
        *(rule for name in config.categories for rule in of_category(config, name)),
        *(rule for source in config.sources for rule in of_source(config, source)),
        *(rule for output in config.outputs for rule in of_output(config, output)),
    )


def _placed(config: shape.Config, rules: Iterable[shape.Written], scope: curate.Scope, of: str) -> Placed:
    found = (pair for rule in rules for pair in _shared(config, rule))
    return tuple(
        curate.Placed(rule.rule, rule.name, scope, of, number, shared, rule.at, rule.expires, rule.because)
        for number, (rule, shared) in enumerate(found, 1)
    )


def _shared(config: shape.Config, rule: shape.Written) -> Iterable[tuple[shape.Written, str]]:
    """A rule, or those of the set that it uses; the day and the reason given there stand for those that have none of their own."""
    if not rule.use:
        return [(rule, "")]
    return [
        (dataclasses.replace(one, expires=_sooner(one, rule), because=one.because or rule.because), rule.use)
        for one in config.rule_sets[rule.use]
    ]


def _sooner(one: shape.Written, other: shape.Written) -> datetime.date | None:
    return min((day for day in (one.expires, other.expires) if day is not None), default=None)


def _at(read: document.Document, name: str, path: document.Path) -> str:
    return f"{read.files.get(path[:2], name)}:{read.place(path)[0]}"


def located(config: shape.Config, read: document.Document, name: str) -> shape.Config:
    """The same configuration, whose rules know where in the file of this name they are written."""

    def at(rules: tuple[shape.Written, ...], *path: str | int) -> tuple[shape.Written, ...]:
        return tuple(dataclasses.replace(rule, at=_at(read, name, (*path, i))) for i, rule in enumerate(rules))

    return dataclasses.replace(
        config,
        rules=at(config.rules, "rules"),
        rule_sets={key: at(rules, "rule_sets", key) for key, rules in config.rule_sets.items()},
        categories={
            key: dataclasses.replace(one, rules=at(one.rules, "categories", key, "rules")) for key, one in config.categories.items()
        },
        sources=tuple(
            dataclasses.replace(one, rules=at(one.rules, "sources", i, "rules")) if one.rules else one
            for i, one in enumerate(config.sources)
        ),
        outputs=tuple(
            dataclasses.replace(one, rules=at(one.rules, "outputs", i, "rules")) if one.rules else one
            for i, one in enumerate(config.outputs)
        ),
    )
