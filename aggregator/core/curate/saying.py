"""Rules in words: as feeds.yaml has them, and what they did."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import yaml

from aggregator.core import amounts
from aggregator.core.curate import match, placed, ruling


def rule(of: placed.Placed) -> str:
    """A rule as feeds.yaml has it, on one line."""
    fields = dataclasses.fields(of.rule)
    bare = len(fields) == 1 and fields[0].name in ("when", "by")
    settings = _plain(getattr(of.rule, fields[0].name) if bare else of.rule)
    written = {of.name: settings} | ({"expires": of.expires.isoformat()} if of.expires else {})
    return str(yaml.safe_dump(written, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)).strip()


def deed(of: ruling.Ruling) -> str:
    """What a rule did, which one it is, where it is written, and why it is there."""
    because = f"; {of.rule.because}" if of.rule.because else ""
    return f"{of.did} by {of.rule.whose}: {rule(of.rule)} ({of.rule.at}){because}"


def _plain(value: Any) -> Any:
    if isinstance(value, match.Match) and not (value.text or value.regex):
        return value.words[0] if len(value.words) == 1 else list(value.words)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name.rstrip("_"): _plain(one)
            for field in dataclasses.fields(value)
            if _told(field, one := getattr(value, field.name))
        }
    if isinstance(value, datetime.timedelta):
        return amounts.said(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _told(field: dataclasses.Field[Any], value: Any) -> bool:
    """Whether a setting says something: what is as it would be without being written does not."""
    return value not in (None, ()) and value != field.default
