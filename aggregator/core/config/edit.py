"""Sources put into the text of a feeds.yaml and taken out of it; every other byte stays as it is, comments included."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from aggregator.core import errors
from aggregator.core.config import document

Item = Mapping[str, Any]
"""A source as it is to be written: `url`, and what else is said of it, as plain values."""
_BREAKS = "\r\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Edited:
    """The new text, and the lines that differ: by number (in the new text for what was put in), with + or − before them."""

    text: str
    lines: tuple[tuple[int, str], ...]


def added(text: str, items: Sequence[Item], name: str) -> Edited:
    """The text with these sources at the end of its list; a text without any list gets one.

    Raises ConfigError when the list is written in a way that cannot be added to.
    """
    if not items:
        return Edited(text, ())
    node = _sources(text, name)
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return _begun(text, items, node, name)
    if node.flow_style:
        return _into_flow(text, items, node)
    at = _line_end(text, _end(node.value[-1]))
    indent = " " * node.start_mark.column
    return _inserted(text, at, "".join(_block(item, indent) for item in items))


def removed(text: str, places: Sequence[int], name: str) -> Edited:
    """The text without the sources at these places of its list, counted from 0; a comment above one stays.

    Raises ConfigError when they are written in a way that cannot be taken out.
    """
    node = _sources(text, name)
    assert node is not None
    lines: list[tuple[int, str]] = []
    for place in sorted(places, reverse=True):
        start, end = _flow_span(text, node, place) if node.flow_style else _block_span(text, node.value[place])
        gone = text[start:end].strip(_BREAKS) if not node.flow_style else text[start:end].strip(", ")
        first = text.count("\n", 0, start) + 1
        lines = [*((first + count, f"− {line}") for count, line in enumerate(gone.splitlines())), *lines]
        text = text[:start] + text[end:]
    return Edited(text, tuple(lines))


def count(text: str, name: str) -> int:
    """How many sources its list has. Raises ConfigError."""
    node = _sources(text, name)
    return 0 if node is None or node.tag == "tag:yaml.org,2002:null" else len(node.value)


def _sources(text: str, name: str) -> Any:
    """The list of sources as YAML has it, with its places in the text; None when nothing stands there. Raises ConfigError."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)  # not the C loader, whose marks tell no place in the text
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _refused(name, root, "this file is not written as lines of keys")
    for key, value in root.value:
        if key.value == "sources":
            within = value.start_mark.index > key.start_mark.index
            if value.tag != "tag:yaml.org,2002:null" and (not isinstance(value, yaml.SequenceNode) or not within):
                raise _refused(name, key, "these sources are written elsewhere")
            return value
    return None


def _refused(name: str, node: yaml.Node, said: str) -> errors.ConfigError:
    mark = node.start_mark
    return errors.ConfigError(name, (errors.Problem(mark.line + 1, mark.column + 1, f"{said}; edit it by hand"),))


def _begun(text: str, items: Sequence[Item], node: Any, name: str) -> Edited:
    """With a list where there is none: behind the key that has no value, or at the end."""
    block = "".join(_block(item, "  ") for item in items)
    if node is not None:
        return _inserted(text, _line_end(text, node.start_mark.index), block)
    document.read(text, name, {})  # a text that is no YAML is not made worse
    return _inserted(text, len(text), "sources:\n" + block)


def _inserted(text: str, at: int, block: str) -> Edited:
    before, end = text[:at], "\r\n" if "\r\n" in text else "\n"
    if before and not before.endswith("\n"):
        before += end
    block = block.replace("\n", end)
    first = before.count("\n") + 1
    lines = tuple((first + count, f"+ {line}") for count, line in enumerate(block.splitlines()))
    return Edited(before + block + text[at:], lines)


def _into_flow(text: str, items: Sequence[Item], node: Any) -> Edited:
    written = ", ".join(_flow(item) for item in items)
    if node.value:
        at = _end(node.value[-1])
        new = f"{text[:at]}, {written}{text[at:]}"
    else:
        at = node.end_mark.index - 1
        new = f"{text[:at].rstrip(' ')}{written}{text[at:]}"
    line = text.count("\n", 0, at)
    return Edited(new, ((line + 1, f"+ {written}"),))


def _end(node: Any) -> int:
    """Where a value ends in the text: what YAML calls the end of a block of lines is where the next thing begins."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return int(node.end_mark.index)
    if not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    value = last[1] if isinstance(node, yaml.MappingNode) else last
    key_end = int(last[0].end_mark.index) if isinstance(node, yaml.MappingNode) else 0
    inside = value.start_mark.index >= node.start_mark.index  # an alias stands elsewhere
    return max(key_end, _end(value)) if inside else key_end


def _line_end(text: str, at: int) -> int:
    """Behind the line in which something ends; where a block scalar ended, the line is over already."""
    if at and text[at - 1] == "\n":
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _block_span(text: str, item: Any) -> tuple[int, int]:
    """The lines of an item, from its dash."""
    start = text.rfind("\n", 0, text.rindex("-", 0, item.start_mark.index)) + 1
    return start, _line_end(text, _end(item))


def _flow_span(text: str, node: Any, place: int) -> tuple[int, int]:
    """An item of a list in brackets, with the comma before it, or behind it if it is the first."""
    item = node.value[place]
    if place:
        return _end(node.value[place - 1]), _end(item)
    return item.start_mark.index, node.value[1].start_mark.index if len(node.value) > 1 else _end(item)


def _block(item: Item, indent: str) -> str:
    """A source as lines; as its bare address when there is no more to say."""
    if set(item) == {"url"}:
        return f"{indent}- {_scalar(item['url'])}\n"
    lines = [f"{key}: {_scalar(value)}" for key, value in item.items()]
    return "".join(f"{indent}{'- ' if not place else '  '}{line}\n" for place, line in enumerate(lines))


def _flow(item: Item) -> str:
    value = item["url"] if set(item) == {"url"} else dict(item)
    return _scalar([value])[1:-1]


def _scalar(value: Any) -> str:
    """A value on one line, quoted where it must be."""
    written = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)
    return str(written).removesuffix("\n").removesuffix("\n...")


class _Dumper(yaml.SafeDumper):
    """Writes what YAML 1.2 would read as a number in quotes, where YAML 1.1 would not."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if isinstance(document.plain(value), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
