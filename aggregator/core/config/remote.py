"""Lists of feeds at other addresses: what they name, and what they named once, kept as a text of our own."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import pydantic

from aggregator.core import errors, model, urls
from aggregator.core.config import shape

MOST = 40_000  # feeds that are kept of a list, twice what it may name; of those that left it, the first to leave go first


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A feed that a list names, or, when it is `gone`, named once."""

    url: str
    name: str = ""
    categories: tuple[str, ...] = ()
    gone: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Followed:
    """What is known of a list, and the validators of its last answer."""

    members: tuple[Member, ...] = ()
    validators: model.Validators = model.Validators()


@functools.cache
def _adapter() -> pydantic.TypeAdapter[Followed]:
    return pydantic.TypeAdapter(Followed)


@functools.cache
def _source() -> pydantic.TypeAdapter[shape.Source]:
    return pydantic.TypeAdapter(shape.Source)


def load(text: str) -> Followed:
    """What was kept of a list; nothing where that was damaged."""
    try:
        return _adapter().validate_json(text)
    except pydantic.ValidationError:
        return Followed()


def dump(followed: Followed) -> str:
    """The text to keep."""
    return _adapter().dump_json(followed, indent=1).decode() + "\n"


def revised(before: Followed, response: model.Response) -> Followed:
    """A list that was read again: what it names no more stays, marked as gone. Raises ParseError for what is no list, or empty.

    A list of strangers may be wrong about everything: what could not be a source is left out, and only names and folders count.
    """
    if response.not_modified:
        return before
    from aggregator.core import parse  # its parsers cost time that a feeds.yaml without lists need not take

    found = (Member(one.url, one.name if one.name != one.url else "", one.categories) for one in parse.opml(response.body))
    named = {urls.normalise(one.url): one for one in found if _usable(one)}
    if not named:
        raise errors.ParseError("it names no feeds; the sources that it named before stay as they are")
    left = [dataclasses.replace(one, gone=True) for one in before.members if urls.normalise(one.url) not in named]
    return Followed((*named.values(), *left)[:MOST], response.validators)


def _usable(member: Member) -> bool:
    try:
        _source().validate_python(_item(member))
    except pydantic.ValidationError:
        return False
    return True


def items(text: str) -> list[dict[str, Any]]:
    """The sources of a list as feeds.yaml would have them: strangers' addresses may not lead into networks of our own."""
    return [_item(one) for one in load(text).members]


def _item(member: Member) -> dict[str, Any]:
    item: dict[str, Any] = {"url": member.url, "allow_addresses": False}
    item |= {"name": member.name} if member.name else {}
    item |= {"categories": list(member.categories)} if member.categories else {}
    return item | ({"paused": True} if member.gone else {})
